"""How far messages to a carer have come, and whether the carer can be reached at all.

Rules kept: only the carer's own page says that something was seen, and what was seen stays seen, until it is corrected: then the
new words are still to be seen. Fetching alone is not seeing.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import anyio

from alongside.core.conversations import Author, Message
from alongside.core.delivery import Delivery, Progress
from alongside.core.errors import NotFound
from alongside.services.ports import Announcer, Clock
from alongside.store import progress as store
from alongside.store.base import Database

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Reached:
    """How far each message of a thread to a carer has come, by its id, and since when the carer cannot be reached."""

    states: Mapping[str, Delivery]
    unreachable_since: datetime | None = None


class Deliveries:
    """Use cases of what happens to a message after it was stored."""

    def __init__(self, *, database: Database, announcer: Announcer, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._clock = clock

    async def seen(self, conversation_id: str, message_id: str, *, change: int = 0) -> None:
        """Note that the carer has seen a message and all before it, with their changes up to ``change``.

        Raises NotFound when the message is not in the conversation.
        """
        async with self._database.transaction() as session:
            moved = await store.see(session, conversation_id, message_id, change) if _ID.fullmatch(message_id) else None
        if moved is None:
            raise NotFound("There is no such message in this conversation. Fetch the thread from the beginning.")
        if moved:
            self._announcer.announce(conversation_id, "seen")

    async def states(self, conversation_id: str, thread: Iterable[Message]) -> Reached:
        """Say how far the messages of a thread have come. Every channel's states are read here."""
        async with self._database.reading() as session:
            progress = await store.get(session, conversation_id)
        if progress is None:
            return Reached({})
        not_seen = Delivery.SENT if progress.is_open else Delivery.WAITING
        states = {
            message.id: Delivery.SEEN if _is_seen(message, progress) else not_seen
            for message in thread
            if message.author is not Author.CARER
        }
        return Reached(states, progress.unreachable_since)

    async def reach(self, conversation_id: str, *, is_reachable: bool) -> None:
        """Note whether the channel takes messages for a carer."""
        since = None if is_reachable else self._clock.now()
        async with self._database.transaction() as session:
            changed = await store.set_unreachable(session, conversation_id, since)
        if changed:
            self._announcer.announce(conversation_id, "seen")

    @asynccontextmanager
    async def page_open(self, conversation_id: str) -> AsyncIterator[None]:
        """Count the carer's page as open within the block. Of several, the one that opened last counts."""
        page = uuid4().hex
        async with self._database.transaction() as session:
            await store.open_page(session, conversation_id, page)
        self._announcer.announce(conversation_id, "seen")
        try:
            yield
        finally:
            # A page that is closed cancels whatever served it: this is stored all the same.
            with anyio.CancelScope(shield=True):
                async with self._database.transaction() as session:
                    closed = await store.close_page(session, conversation_id, page)
                if closed:
                    self._announcer.announce(conversation_id, "seen")


def _is_seen(message: Message, progress: Progress) -> bool:
    return message.position <= progress.seen_position and (message.change or 0) <= progress.seen_change
