"""A carer's chat on Telegram: its conversation, the messages in it, and the transaction in which an update is done.

Rule kept: before the first message of a carer is stored they are told, once, what Telegram can see, who reads this, where else
to write and how to stop.
"""

import hashlib
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Author, Conversation, Draft, Message
from alongside.core.directory import Service
from alongside.core.telegram import Incoming
from alongside.core.words import Words
from alongside.services.ports import Clock
from alongside.services.requests import with_ids
from alongside.services.telegram.moves import TELEGRAM
from alongside.store import conversations as conversation_store
from alongside.store import telegram as store
from alongside.store.base import Database


class DoneAlready(Exception):
    """Another process has handled this update: there is nothing left to do."""


class Chats:
    """What handling an update needs of its chat."""

    def __init__(self, *, database: Database, bot: int, words: Words, clock: Clock, keep: timedelta) -> None:
        self.bot = bot
        self._database = database
        self._words = words
        self._clock = clock
        self._keep = keep

    async def conversation(self, incoming: Incoming, *, service: Service | None = None, greets: bool = False) -> str:
        """Return the chat's conversation, or begin one, which says before anything else what a carer must know of Telegram."""
        chat = chat_of(incoming)
        async with self._database.transaction() as session:
            known = await store.get_chat(session, self.bot, chat)
            if known and known.conversation:
                if known.unreachable_since:
                    await store.set_unreachable(session, self.bot, chat, None)
                return known.conversation
            now = self._clock.now()
            conversation = Conversation(
                id=uuid.uuid4().hex,
                channel=TELEGRAM,
                created_at=now,
                expires_at=now + self._keep,
                service=service.code if service else None,
                nation=service.nation if service else None,
            )
            # No page has the key to it: it is thrown away.
            await conversation_store.add(session, conversation, token_hash=_unused_key())
            said = [self.draft("utter_telegram_first", Author.SYSTEM)]
            if greets:
                said.append(self.draft("utter_greeting", Author.BOT))
            await conversation_store.add_drafts(
                session, conversation_id=conversation.id, drafts=with_ids(said), reply_to=None, at=now
            )
            await store.join(session, self.bot, chat, conversation.id, sent_position=0)
            return conversation.id

    async def find(self, incoming: Incoming, client_id: str) -> Message | None:
        """Return the message of the chat's conversation that was stored under this name."""
        async with self._database.reading() as session:
            known = await store.get_chat(session, self.bot, chat_of(incoming))
            if known is None or known.conversation is None:
                return None
            return await conversation_store.get_by_client_id(session, known.conversation, client_id)

    def draft(self, response: str, author: Author) -> Draft:
        wording = self._words.find(response, nation=None)
        text = self._words.fill(wording.text, today=self._clock.today())
        return Draft(text=text, author=author, choices=wording.choices)

    @asynccontextmanager
    async def finishing(self, incoming: Incoming) -> AsyncIterator[AsyncSession]:
        """Open a transaction in which the update is done: what it does is stored with that, or not at all."""
        async with self._database.transaction() as session:
            if not await store.finish_update(session, self.bot, incoming.update, at=self._clock.now()):
                raise DoneAlready
            yield session


def chat_of(incoming: Incoming) -> int:
    if incoming.chat is None:
        raise ValueError("an update without a chat has nothing to be handled")
    return incoming.chat


def _unused_key() -> str:
    return hashlib.sha256(secrets.token_bytes(32)).hexdigest()
