"""How far messages to a carer have come, and whether the carer can be reached at all.

Rules kept: only the carer's own page says that something was seen, and what was seen stays seen, until it is corrected: then the
new words are still to be seen. Fetching alone is not seeing. Telegram says what it has taken, and never what was seen.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import anyio

from alongside.core.conversations import Author, Message
from alongside.core.delivery import Delivery, Progress
from alongside.core.errors import NotFound
from alongside.services.ports import Announcer, Clock
from alongside.store import progress as store
from alongside.store import telegram as chats
from alongside.store import telegram_deliveries
from alongside.store.base import Database

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Reached:
    """How far each message of a thread to a carer has come, by its id, and since when the carer cannot be reached.

    ``changes`` is how far the last correction or withdrawal of a message has come, on a channel where that has a way of its own.
    ``tells_seen`` is whether their channel says that something was seen.
    """

    states: Mapping[str, Delivery]
    changes: Mapping[str, Delivery] = field(default_factory=dict)
    unreachable_since: datetime | None = None
    tells_seen: bool = True


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
            chat = await chats.get_chat_of(session, conversation_id)
            sent = await telegram_deliveries.states(session, conversation_id) if chat else {}
            changes = await telegram_deliveries.changes(session, conversation_id) if chat else {}
        if progress is None:
            return Reached({})
        if chat:
            found = {message.id: _on_telegram(message, sent, chat, progress) for message in thread if _is_to_carer(message)}
            states = {message_id: state for message_id, state in found.items() if state}
            lost = {message_id: state for message_id, state in states.items() if state is Delivery.UNKNOWN}
            return Reached(states, changes | lost, progress.unreachable_since, tells_seen=False)
        not_seen = Delivery.SENT if progress.is_open else Delivery.WAITING
        states = {
            message.id: Delivery.SEEN if _is_seen(message, progress) else not_seen for message in thread if _is_to_carer(message)
        }
        return Reached(states, unreachable_since=progress.unreachable_since)

    async def sent(self, conversation_id: str) -> tuple[Mapping[str, Delivery], Mapping[str, Delivery]]:
        """Return how far messages and their changes have come with Telegram: different when a page has news to show of it."""
        async with self._database.reading() as session:
            return (
                await telegram_deliveries.states(session, conversation_id),
                await telegram_deliveries.changes(session, conversation_id),
            )

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


def _is_to_carer(message: Message) -> bool:
    return message.author is not Author.CARER


def _on_telegram(message: Message, sent: Mapping[str, Delivery], chat: chats.Chat, progress: Progress) -> Delivery | None:
    """Return how far a message has come; None when it was said on the page, before the conversation moved, and not seen there."""
    if message.id in sent:
        return sent[message.id]
    if message.position > chat.sent_position:
        return Delivery.WAITING
    return Delivery.SEEN if _is_seen(message, progress) else None
