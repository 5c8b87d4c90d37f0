"""A worker's message to a carer, corrected or withdrawn by who wrote it.

Rules kept: only the author, for as long as they may look at the case, whoever has it by then: wrong words stay wrong after a
transfer. Nothing disappears: the earlier words are kept, and workers can read them. The carer's page says what was done and when.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseEvent, Happened
from alongside.core.conversations import Author, Message, Version, clean_text
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import Actor, IllegalMove, Role
from alongside.core.permissions import Forbidden, require
from alongside.services.ports import Announcer, Clock
from alongside.store import accounts as accounts_store
from alongside.store import cases as cases_store
from alongside.store import conversations as conversation_store
from alongside.store import versions as store
from alongside.store.base import Database


class Sent(Protocol):
    """Changes what a channel has put in front of a carer already. Does nothing for a conversation that is not on it."""

    async def correct(self, session: AsyncSession, conversation_id: str, message_id: str) -> None:
        """See to it that the carer gets a message's words as they are now stored."""

    async def withdraw(self, session: AsyncSession, conversation_id: str, message_id: str) -> None:
        """See to it that the carer does not see a message's words any more."""


class Corrections:
    """Use cases on a message that a carer may have read already."""

    def __init__(self, *, database: Database, announcer: Announcer, clock: Clock, sent: Sent | None = None) -> None:
        self._database = database
        self._announcer = announcer
        self._clock = clock
        self._sent = sent

    async def correct(self, account: Account, case_id: str, message_id: str, text: str) -> Message:
        """Give a message other words. The same words again change nothing."""
        text = clean_text(text)
        if not text:
            raise InvalidInput("The correction is empty, so nothing was changed. Write the right words, or withdraw the message.")
        return await self._change(account, case_id, message_id, text, Happened.CORRECTED)

    async def withdraw(self, account: Account, case_id: str, message_id: str) -> Message:
        """Take a message's words away from the carer. Doing it again changes nothing."""
        return await self._change(account, case_id, message_id, None, Happened.WITHDRAWN)

    async def versions(self, conversation_id: str) -> Sequence[Version]:
        """Return the earlier words of a conversation's messages."""
        async with self._database.reading() as session:
            return await store.list_versions(session, conversation_id)

    async def _change(self, account: Account, case_id: str, message_id: str, text: str | None, what: Happened) -> Message:
        async with self._database.transaction() as session:
            file = await cases_store.get(session, case_id)
            if file is None or not await conversation_store.lock(session, file.conversation):
                raise NotFound("This case is not there any more: the carer has deleted the conversation. Go back to the inbox.")
            file = await cases_store.get(session, case_id) or file  # as it stands now that nobody else can change it
            me = await accounts_store.get(session, account.id) or account
            require(me, f"inbox.{_ACTIONS[what]}", file)
            message = await conversation_store.get_message(session, file.conversation, message_id)
            if message is None:
                raise NotFound("There is no such message in this case. Nothing was changed.")
            if message.author is not Author.WORKER or message.account != me.id:
                raise Forbidden("Only the worker who wrote a message can correct or withdraw it. Nothing was changed.")
            if text == (None if message.withdrawn_at else message.text):
                return message
            if message.withdrawn_at:
                raise IllegalMove("This message is withdrawn, so it cannot be corrected. Write a new one instead.")
            now = self._clock.now()
            changed = await store.change(session, message, text, at=now)
            if self._sent:
                resend = self._sent.withdraw if text is None else self._sent.correct
                await resend(session, message.conversation, message.id)
            by = Actor(Role.WORKER if me.role is AccountRole.WORKER else Role.LEAD, me.id)
            await cases_store.add_event(session, case_id, CaseEvent(now, what.value, by, {"message": message_id}))
        self._announcer.announce(message.conversation, "changed")
        return changed


_ACTIONS = {Happened.CORRECTED: "correct", Happened.WITHDRAWN: "withdraw"}
