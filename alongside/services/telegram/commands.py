"""The commands in the bot's menu, but for the one that asks for a person: that is a turn like any other.

Rules kept: a command is done and its update with it, or neither; to delete is to erase everything here, and the bot's words in
the chat as far as Telegram allows, once the carer has said that they mean it.
"""

from datetime import timedelta

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
from alongside.store import telegram_deliveries as deliveries
from alongside.store.base import Database
from alongside.store.directory import list_services

_SURE = "utter_telegram_delete_sure"

_SURE_FOR = timedelta(hours=1)
"""How long the question whether to delete can be answered. A button pressed by accident next week deletes nothing."""

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
        """Ask first. Where nothing is kept there is nothing to ask about: only the bot's words are taken back."""
        chat = chat_of(incoming)
        async with self._chats.finishing(incoming) as session:
            known = await store.get_chat(session, self._chats.bot, chat)
            if known and known.conversation:
                await self._outbox.notice(session, chat, _SURE, conversation=known.conversation)
            else:
                await self._outbox.clear(session, chat)
                await self._outbox.notice(session, chat, "utter_telegram_deleted")

    async def is_asked(self, incoming: Incoming) -> bool:
        """Say whether a press answers the question whether to delete this chat's conversation, asked not long ago."""
        async with self._database.reading() as session:
            return await self._asked_about(session, incoming) is not None

    async def answer_delete(self, incoming: Incoming, *, is_meant: bool) -> None:
        """Delete or keep a conversation, as its carer answered. What answers no open question does nothing."""
        chat = chat_of(incoming)
        async with self._chats.finishing(incoming) as session:
            conversation = await self._asked_about(session, incoming)
            # The conversation is held before the chat, as everybody does who adds to it.
            if conversation is None or not await conversation_store.lock(session, conversation):
                return
            if is_meant:
                await self._outbox.clear(session, chat)
                await conversation_store.erase(session, conversation)
                await self._outbox.notice(session, chat, "utter_telegram_deleted")
            else:
                await deliveries.close_question(session, self._chats.bot, chat, notice=_SURE)
                await self._outbox.notice(session, chat, "utter_telegram_kept")
        self._requests.announce()

    async def _asked_about(self, session: AsyncSession, incoming: Incoming) -> str | None:
        chat, bot = chat_of(incoming), self._chats.bot
        known = await store.get_chat(session, bot, chat)
        asked = await deliveries.find_question(
            session, bot, chat, incoming.message or 0, notice=_SURE, since=self._clock.now() - _SURE_FOR
        )
        is_ours = known is not None and asked is not None and asked == known.conversation
        return asked if is_ours else None

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
