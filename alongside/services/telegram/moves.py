"""A conversation continued on another channel, by a code that works once and for ten minutes.

Rules kept: the conversation stays the same one, with its worker and its thread; it is on one channel at a time, so the key of
the page is changed when it moves; only a code's hash is stored.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Conversation
from alongside.core.errors import NotFound
from alongside.services.ports import Announcer, Clock
from alongside.store import conversations as conversation_store
from alongside.store import telegram as store
from alongside.store.base import Database

GOOD_FOR = timedelta(minutes=10)

WEB = "web"
TELEGRAM = "telegram"


@dataclass(frozen=True)
class Code:
    """A code, and until when it works."""

    code: str
    expires_at: datetime


class Moves:
    """Use cases of moving a conversation."""

    def __init__(self, *, database: Database, announcer: Announcer, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._clock = clock

    async def offer(self, conversation_id: str, channel: str) -> Code:
        """Make a code to continue a conversation on another channel. An earlier one of it ends."""
        code = secrets.token_urlsafe(24)
        expires_at = self._clock.now() + GOOD_FOR
        async with self._database.transaction() as session:
            if not await conversation_store.lock(session, conversation_id):
                raise NotFound("This conversation has been deleted. Please start a new one.")
            await store.add_move(session, _hash(code), conversation_id, channel=channel, expires_at=expires_at)
        return Code(code, expires_at)

    async def to_web(self, code: str) -> tuple[Conversation, str]:
        """Continue a conversation on the web; returns it with its new token. Raises NotFound for a code that does not work."""
        token = secrets.token_urlsafe(32)
        async with self._database.transaction() as session:
            conversation = await self._use(session, code, WEB, token)
            if conversation is None:
                raise NotFound("This code does not work any more. Write /web to the bot on Telegram to get a new one.")
            await store.part(session, conversation.id)
        self._announcer.announce(conversation.id, "message")
        return conversation, token

    async def to_chat(self, session: AsyncSession, bot: int, chat: int, code: str) -> Conversation | None:
        """Continue a conversation in a Telegram chat; None when the code does not work. In the caller's transaction."""
        conversation = await self._use(session, code, TELEGRAM, secrets.token_urlsafe(32))
        if conversation is not None:
            position = await store.get_last_position(session, conversation.id)
            await store.part(session, conversation.id)
            await store.join(session, bot, chat, conversation.id, sent_position=position)
        return conversation

    async def _use(self, session: AsyncSession, code: str, channel: str, token: str) -> Conversation | None:
        conversation_id = await store.use_move(session, _hash(code), channel=channel, now=self._clock.now())
        if conversation_id is None or not await conversation_store.lock(session, conversation_id):
            return None
        await store.move_conversation(session, conversation_id, channel=channel, token_hash=_hash(token))
        return await conversation_store.get(session, conversation_id)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
