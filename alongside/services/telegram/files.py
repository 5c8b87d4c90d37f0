"""What carers sent to a worker besides words, fetched from Telegram in the moment it is opened, and not kept.

Rules kept: only where the operator allows it; only what was sent while a worker had the case, and only while one has it; to
nobody who may not see the case; it passes through and is stored nowhere; the log has ids and no names.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.errors import AlongsideError, NotFound
from alongside.core.files import MOST_BYTES, SentFile, saved_as
from alongside.core.handover import IllegalMove, State
from alongside.core.permissions import require
from alongside.services.telegram import api
from alongside.store import cases as cases_store
from alongside.store import conversations as conversation_store
from alongside.store import files as store
from alongside.store.base import Database

log = structlog.get_logger()

_LARGE = (
    f"This file is larger than {MOST_BYTES // 1_000_000} MB, and Telegram does not give us a larger one. "
    "Ask the carer to send it smaller, or in parts."
)


class FileTooLarge(AlongsideError):
    """The file is larger than what Telegram gives."""

    status = 422


class FileGone(AlongsideError):
    """Telegram does not have the file any more."""

    status = 410


class TelegramAway(AlongsideError):
    """Telegram does not give the file now."""

    status = 502


@dataclass(frozen=True)
class Opened:
    """A file on its way: the name to save it under, and its bytes as they come."""

    name: str
    parts: AsyncIterator[bytes]


class Files:
    """Use cases of what came with a carer's message. Without ``telegram`` nothing can be opened."""

    def __init__(self, *, database: Database, telegram: api.TelegramApi | None) -> None:
        self._database = database
        self._telegram = telegram

    async def offered(self, case: CaseFile) -> Mapping[str, Sequence[SentFile]]:
        """Return what can be opened of a case now, by message, for somebody who was let see the case."""
        if self._telegram is None or not _has_worker(case):
            return {}
        async with self._database.reading() as session:
            return await store.list_of(session, case.conversation)

    async def open(self, account: Account, case_id: str, message_id: str, number: int) -> Opened:
        """Begin to fetch a file. What is wrong with it is said before its first byte."""
        async with self._database.reading() as session:
            case = await cases_store.get(session, case_id)
            if case is None:
                raise NotFound("This case is not there any more: the carer has deleted the conversation. Go back to the inbox.")
            require(account, "inbox.file", case)
            if self._telegram is None:
                raise NotFound("Files from carers are not opened here. Ask the carer to say in words what it is.")
            if not _has_worker(case):
                raise IllegalMove("Nobody has this case now, so its files stay closed. Take the case first.")
            file = await store.get(session, case.conversation, message_id, number)
            message = await conversation_store.get_message(session, case.conversation, message_id)
        if file is None or message is None:
            raise NotFound("There is no such file in this case. Go back to the case.")
        if (file.ref.size or 0) > MOST_BYTES:
            raise FileTooLarge(_LARGE)
        parts = self._telegram.fetch(file.ref.id, most=MOST_BYTES)
        try:
            first = await anext(parts, b"")
        except api.TooLarge:
            raise FileTooLarge(_LARGE) from None
        except api.Refused:
            raise FileGone("Telegram does not have this file any more. Ask the carer to send it again.") from None
        except api.TelegramFailed as error:
            log.warning("a carer's file could not be fetched", message=message_id, kind=type(error).__name__)
            raise TelegramAway(
                "Telegram does not give us the file now. Try again in a minute. If it stays so, ask the carer to say it in words."
            ) from None
        log.info("a carer's file was opened", case=case_id, message=message_id, number=number, account=account.id)
        return Opened(saved_as(file, message.attached), _all(first, parts))


def _has_worker(case: CaseFile) -> bool:
    return case.owner is not None and case.case.state is not State.CLOSED


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part
