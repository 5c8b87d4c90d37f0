"""The commands in the bot's menu, but for the one that asks for a person: that is a turn like any other.

Rules kept: a command is done and its update with it, or neither; to delete is to erase everything here, and the bot's words in
the chat as far as Telegram allows.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Author
from alongside.core.handover import may_bot_speak
from alongside.core.telegram import MOVE, Incoming
from alongside.services.ports import Clock
from alongside.services.requests import Requests, with_ids
from alongside.services.telegram.chats import Chats, chat_of
from alongside.services.telegram.moves import Moves
from alongside.services.telegram.outbox import Outbox
from alongside.store import conversations as conversation_store
from alongside.store import telegram as store
from alongside.store.base import Database
from alongside.store.directory import list_services

_NOTICES = {"help": "utter_telegram_help", "privacy": "utter_telegram_privacy"}


class Commands:
    """What each command does."""

    def __init__(
        self, *, database: Database, chats: Chats, requests: Requests, outbox: Outbox, moves: Moves, clock: Clock
    ) -> None:
        self._database = database
        self._chats = chats
        self._requests = requests
        self._outbox = outbox
        self._moves = moves
        self._clock = clock

    async def run(self, incoming: Incoming, name: str, rest: str) -> None:
        """Do what a command says; the update is done with it. ``person`` is none of these: it is a turn."""
        if name == "start":
            await self._start(incoming, rest)
        elif name == "delete":
            await self._delete(incoming)
        elif name in _NOTICES:
            async with self._chats.finishing(incoming) as session:
                await self._outbox.notice(session, chat_of(incoming), _NOTICES[name])
        else:
            await self._stop_or_web(incoming, name)

    async def _start(self, incoming: Incoming, parameter: str) -> None:
        chat = chat_of(incoming)
        if parameter.startswith(MOVE):
            await self._move_here(incoming, parameter.removeprefix(MOVE))
            return
        async with self._database.reading() as session:
            known = await store.get_chat(session, self._chats.bot, chat)
            services = await list_services(session) if parameter else []
        service = next((found for found in services if found.code == parameter), None)
        is_new = known is None or known.conversation is None
        conversation = await self._chats.conversation(incoming, service=service, greets=True)
        async with self._chats.finishing(incoming) as session:
            if not await conversation_store.lock(session, conversation):
                return
            if service:
                await store.set_service(session, conversation, service.code, nation=service.nation)
            if not is_new:
                await self._greet_again(session, conversation, chat)
            await self._outbox.collect_chat(session, chat)

    async def _greet_again(self, session: AsyncSession, conversation: str, chat: int) -> None:
        file = await self._requests.current(session, conversation)
        if file and not may_bot_speak(file.case):
            await self._outbox.notice(session, chat, "utter_telegram_help")
            return
        drafts = with_ids([self._chats.draft("utter_greeting", Author.BOT)])
        await conversation_store.add_drafts(
            session, conversation_id=conversation, drafts=drafts, reply_to=None, at=self._clock.now()
        )

    async def _move_here(self, incoming: Incoming, code: str) -> None:
        chat, bot = chat_of(incoming), self._chats.bot
        async with self._chats.finishing(incoming) as session:
            known = await store.get_chat(session, bot, chat)
            earlier = known.conversation if known else None
            if earlier and await store.has_carer_messages(session, earlier):
                await self._outbox.notice(session, chat, "utter_telegram_move_busy")
                return
            moved = await self._moves.to_chat(session, bot, chat, code)
            if moved is None:
                await self._outbox.notice(session, chat, "utter_telegram_move_failed")
                return
            if earlier and earlier != moved.id:
                await conversation_store.erase(session, earlier)  # it held our own words only
            drafts = with_ids(
                [self._chats.draft(name, Author.SYSTEM) for name in ("utter_telegram_first", "utter_telegram_moved")]
            )
            await conversation_store.add_drafts(
                session, conversation_id=moved.id, drafts=drafts, reply_to=None, at=self._clock.now()
            )
            await self._outbox.collect_chat(session, chat)
        self._requests.announce()

    async def _delete(self, incoming: Incoming) -> None:
        chat = chat_of(incoming)
        async with self._chats.finishing(incoming) as session:
            known = await store.get_chat(session, self._chats.bot, chat)
            # The conversation is held before the chat, as everybody does who adds to it.
            if known and known.conversation and await conversation_store.lock(session, known.conversation):
                await self._outbox.clear(session, chat)
                await conversation_store.erase(session, known.conversation)
            else:
                await self._outbox.clear(session, chat)
            await self._outbox.notice(session, chat, "utter_telegram_deleted")
        self._requests.announce()

    async def _stop_or_web(self, incoming: Incoming, name: str) -> None:
        chat = chat_of(incoming)
        conversation = await self._chats.conversation(incoming) if name == "web" else ""
        async with self._chats.finishing(incoming) as session:
            if name == "web":
                await self._outbox.notice(session, chat, "utter_telegram_web", moves=conversation)
            else:
                await self._outbox.notice(session, chat, "utter_telegram_stopped")
                await store.set_unreachable(session, self._chats.bot, chat, self._clock.now())
        self._requests.announce()
