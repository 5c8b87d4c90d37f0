"""What each kind of update from Telegram does, and what is said to it.

Rules kept: an update makes one turn at most and one reply at most, also when it is handled again after a crash; nobody in a
group is answered; a button is always acknowledged; an edit is kept and screened for danger, and makes no new turn.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from alongside.core.conversations import TALK_TO_PERSON, Author, Message, clean_text
from alongside.core.errors import InvalidInput, NotFound, TooMany
from alongside.core.safety import find_danger
from alongside.core.telegram import DELETE_IT, KEEP_IT, Incoming, Kind, buttons, read_button, read_command
from alongside.services.ports import Clock
from alongside.services.requests import Requests
from alongside.services.telegram.api import TelegramApi, TelegramFailed
from alongside.services.telegram.chats import Chats, DoneAlready, chat_of
from alongside.services.telegram.commands import Commands
from alongside.services.telegram.edits import Edits
from alongside.services.telegram.outbox import Outbox
from alongside.services.turns import Turns
from alongside.store import conversations as conversation_store
from alongside.store import feedback
from alongside.store import telegram as store
from alongside.store import telegram_deliveries as deliveries
from alongside.store.base import Database

_ANSWER = 60.0
"""Seconds to wait for a turn before the next update of the chat: longer than any turn takes; the turn goes on by itself."""

_TYPING = 4.0
"""Seconds between two signs that the bot is writing; Telegram shows each for five."""

_AT_ONCE = 0.3
"""Seconds in which an answer needs no such sign; a worker's silence has none either."""

_AGAIN = timedelta(hours=1)
"""A button pressed again within this time was pressed twice; later it is meant."""


class Handler:
    """Handles updates one at a time; ``alongside.services.telegram.updates`` sees to their order."""

    def __init__(
        self,
        *,
        database: Database,
        telegram: TelegramApi,
        chats: Chats,
        commands: Commands,
        edits: Edits,
        turns: Turns,
        requests: Requests,
        outbox: Outbox,
        clock: Clock,
        passes_files: bool,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._chats = chats
        self._commands = commands
        self._edits = edits
        self._turns = turns
        self._requests = requests
        self._outbox = outbox
        self._clock = clock
        self._passes_files = passes_files

    async def handle(self, incoming: Incoming, *, received_at: datetime, keep: Callable[[], Awaitable[object]]) -> None:
        """Handle one update and mark it so. ``keep`` is called now and then, to go on being the one who does."""
        with contextlib.suppress(DoneAlready):
            match incoming.kind:
                case Kind.TEXT:
                    await self._text(incoming, keep)
                case Kind.ATTACHED:
                    await self._attached(incoming, keep)
                case Kind.BUTTON:
                    await self._button(incoming, received_at, keep)
                case Kind.EDITED:
                    await self._edited(incoming, keep)
                case Kind.GROUP:
                    async with self._chats.finishing(incoming) as session:
                        await self._outbox.leave(session, chat_of(incoming))
                case _:
                    await self._change(incoming)
        self._outbox.wake()

    async def give_up(self, chat: int, update: int) -> None:
        """Leave an update that fails each time, and tell the carer."""
        async with self._chats.finishing(Incoming(update, chat=chat)) as session:
            await self._outbox.notice(session, chat, "utter_apology")
        self._outbox.wake()

    async def _text(self, incoming: Incoming, keep: Callable[[], Awaitable[object]]) -> None:
        name, rest = read_command(incoming.text) or ("", "")
        if name == "person":
            await self._turn(incoming, keep, choice=TALK_TO_PERSON)
        elif name:
            await self._commands.run(incoming, name, rest)
        else:
            await self._turn(incoming, keep, text=incoming.text)

    async def _attached(self, incoming: Incoming, keep: Callable[[], Awaitable[object]]) -> None:
        if incoming.album is None:
            await self._turn(incoming, keep, text=incoming.text)
            return
        # The first of an album stands for all of it; the others are the same message to us, unless they have words too.
        album = self._album_id(incoming)
        earlier = await self._chats.find(incoming, album) if incoming.text else None
        if earlier is None or earlier.words == clean_text(incoming.text):
            await self._turn(incoming, keep, text=incoming.text, client_id=album)
        else:
            await self._turn(replace(incoming, attached=None), keep, text=incoming.text)

    async def _turn(
        self,
        incoming: Incoming,
        keep: Callable[[], Awaitable[object]],
        *,
        text: str | None = None,
        choice: str | None = None,
        client_id: str | None = None,
    ) -> None:
        """Store a carer's message and see it answered. The update is done once it is."""
        conversation = await self._chats.conversation(incoming)
        named = client_id or self._client_id(incoming)
        while True:
            try:
                message = await self._turns.receive(
                    conversation,
                    text=text,
                    choice=choice,
                    client_id=named,
                    attached=incoming.attached,
                    file=incoming.file if self._passes_files else None,
                )
                break
            except TooMany as error:  # it is stored already: it need not be sent again, only wait
                await keep()
                await asyncio.sleep(error.retry_after)
            except NotFound:  # deleted a moment ago, on another way
                conversation = await self._chats.conversation(incoming)
            except InvalidInput:
                response = "utter_telegram_too_long" if choice is None else "utter_telegram_old_button"
                async with self._chats.finishing(incoming) as session:
                    await self._outbox.notice(session, chat_of(incoming), response)
                return
        await self._answered(message, chat_of(incoming), keep)
        async with self._chats.finishing(incoming) as session:
            await self._outbox.collect_chat(session, chat_of(incoming))

    async def _answered(self, message: Message, chat: int, keep: Callable[[], Awaitable[object]]) -> None:
        answer = asyncio.create_task(self._turns.replies(message, wait=_ANSWER))
        try:
            done, _ = await asyncio.wait({answer}, timeout=_AT_ONCE)
            while not done:
                with contextlib.suppress(TelegramFailed):  # it is only a sign
                    await self._telegram.typing(chat)
                await keep()
                done, _ = await asyncio.wait({answer}, timeout=_TYPING)
        finally:
            answer.cancel()

    async def _button(self, incoming: Incoming, received_at: datetime, keep: Callable[[], Awaitable[object]]) -> None:
        chat, bot = chat_of(incoming), self._chats.bot
        if incoming.text == TALK_TO_PERSON:  # under a notice, which is no stored message
            await self._acknowledge(incoming)
            client_id = await self._press_id(incoming, f"{chat}:{incoming.message}", received_at)
            await self._turn(incoming, keep, choice=TALK_TO_PERSON, client_id=client_id)
            return
        if incoming.text in (DELETE_IT, KEEP_IT):
            await self._answer_delete(incoming)
            return
        named = read_button(incoming.text)
        async with self._database.reading() as session:
            known = await store.get_chat(session, bot, chat)
            conversation = known.conversation if known and known.conversation else ""
            message = await conversation_store.get_message(session, conversation, named[0]) if named else None
        if named is None or message is None or named[1] >= len(message.choices):
            await self._acknowledge(incoming, "utter_telegram_old_button")
            async with self._chats.finishing(incoming):
                return
        await self._acknowledge(incoming)
        if incoming.message is not None:
            with contextlib.suppress(TelegramFailed):  # the answer matters, the tick does not
                ticked = buttons(message.id, message.choices, chosen=[named[1]])
                await self._telegram.mark(chat, incoming.message, ticked)
        client_id = await self._press_id(incoming, incoming.text, received_at)
        await self._turn(incoming, keep, choice=message.choices[named[1]].payload, client_id=client_id)

    async def _answer_delete(self, incoming: Incoming) -> None:
        is_asked = await self._commands.is_asked(incoming)
        await self._acknowledge(incoming, "" if is_asked else "utter_telegram_old_button")
        if incoming.message is not None:
            with contextlib.suppress(TelegramFailed):  # the buttons are used up, whatever becomes of them
                await self._telegram.mark(chat_of(incoming), incoming.message, ())
        await self._commands.answer_delete(incoming, is_meant=incoming.text == DELETE_IT)

    async def _press_id(self, incoming: Incoming, button: str, received_at: datetime) -> str:
        """Name the press of a button: the same again is the same press, unless it comes so late that it is meant."""
        named = f"telegram:{self._chats.bot}:press:{button}"
        earlier = await self._chats.find(incoming, named)
        is_meant = earlier is not None and received_at - earlier.at > _AGAIN
        return f"telegram:{self._chats.bot}:{incoming.update}" if is_meant else named

    async def _acknowledge(self, incoming: Incoming, response: str = "") -> None:
        text = self._chats.draft(response, Author.SYSTEM).text if response else ""
        with contextlib.suppress(TelegramFailed):  # a press that is too old needs no answer any more
            await self._telegram.acknowledge(incoming.callback or "", text)

    async def _edited(self, incoming: Incoming, keep: Callable[[], Awaitable[object]]) -> None:
        message = await self._chats.find(incoming, self._client_id(incoming))
        if message is None and incoming.album:
            message = await self._chats.find(incoming, self._album_id(incoming))
        if message is not None:
            await self._edits.screen(message, incoming.text)
        elif find_danger(incoming.text):  # of a message we never had, as from before it was deleted here
            await self._turn(incoming, keep, text=incoming.text)
            return
        async with self._chats.finishing(incoming) as session:
            if message is None or not await conversation_store.lock(session, message.conversation):
                return
            try:
                await self._edits.keep(session, incoming, message)
            except InvalidInput:
                await self._outbox.notice(session, chat_of(incoming), "utter_telegram_too_long")
            await self._outbox.collect_chat(session, chat_of(incoming))
        self._edits.announce(message)

    async def _change(self, incoming: Incoming) -> None:
        """Note what has happened to a chat or a message; nothing is said to it."""
        chat, bot = chat_of(incoming), self._chats.bot
        async with self._chats.finishing(incoming) as session:
            match incoming.kind:
                case Kind.BLOCKED:
                    await store.set_unreachable(session, bot, chat, self._clock.now())
                case Kind.UNBLOCKED:
                    await store.set_unreachable(session, bot, chat, None)
                case Kind.MIGRATED if incoming.to_chat is not None:
                    await store.migrate(session, bot, chat, incoming.to_chat)
                    await deliveries.migrate(session, bot, chat, incoming.to_chat)
                case Kind.REACTION if incoming.message is not None:
                    message = await deliveries.find_message(session, bot, chat, incoming.message)
                    if message is not None:
                        await feedback.put(session, message, incoming.is_helpful, at=self._clock.now())
                case _:
                    pass
        if incoming.kind in (Kind.BLOCKED, Kind.UNBLOCKED):
            self._requests.announce()

    def _client_id(self, incoming: Incoming) -> str:
        """Name a carer's message by what stays the same when they change it."""
        if incoming.message is None:
            return f"telegram:{self._chats.bot}:{incoming.update}"
        return f"telegram:{self._chats.bot}:{chat_of(incoming)}:{incoming.message}"

    def _album_id(self, incoming: Incoming) -> str:
        return f"telegram:{self._chats.bot}:album:{incoming.album}"
