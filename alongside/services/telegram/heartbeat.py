"""The heartbeat on Telegram: a handover through the same updates and outbox as a carer's, and whether the bot itself is well.

Rules kept: nothing of the handover is sent, and it shares no row with what carers wait for, as it is for a bot and a chat that
nobody has; what is asked of Telegram is asked before it, as on SQLite carers wait for a handover that is tried out.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Never

from alongside.core.conversations import Author, Message
from alongside.core.telegram import Incoming, Part, render
from alongside.services.heartbeat import Missed, Parts, check_told, reply_as_worker
from alongside.services.ports import Clock
from alongside.services.telegram import api
from alongside.services.telegram.channel import Telegram
from alongside.store import conversations as conversation_store
from alongside.store import telegram as chats
from alongside.store import telegram_deliveries as deliveries
from alongside.store.base import Database

LATE = timedelta(minutes=15)
"""How old what is still to be sent may be: Telegram may ask us to wait for minutes, and a carer should not wait longer."""

LOOK_AGAIN = 10.0
"""Seconds in which what has waited since before a start, or for a carer who had blocked the bot, may still go out."""

_MESSAGES = 100


class Recorder:
    """Stands where Telegram is: reads updates as the bot does, keeps what was to be sent, and does nothing else."""

    def __init__(self, telegram: api.TelegramApi) -> None:
        self._telegram = telegram
        self.bot = -1 - secrets.randbelow(2**62)
        self.sent: list[tuple[int, Part]] = []

    def read(self, payload: Mapping[str, Any]) -> Incoming:
        return self._telegram.read(payload)

    async def send(self, chat: int, part: Part) -> int:
        self.sent.append((chat, part))
        return len(self.sent)

    async def typing(self, chat: int) -> None:
        pass

    def __getattr__(self, name: str) -> Never:
        raise Missed("something else was asked of Telegram")


async def handover(parts: Parts) -> None:
    """Make a handover: a carer writes /person in a chat and hears of somebody there, and a worker's reply comes to it."""
    telegram = parts.telegram
    if telegram is None or not isinstance(telegram.api, Recorder):
        raise Missed("no Telegram to try it on")
    chat, sent = 1 + secrets.randbelow(2**62), telegram.api.sent
    await telegram.updates.take_in([_asks_for_person(chat, at=parts.clock.now().timestamp())])
    await telegram.updates.finish()
    await parts.turns.finish()
    await _send_all(telegram)
    async with parts.database.reading() as session:
        known = await chats.get_chat(session, telegram.api.bot, chat)
        if known is None or known.conversation is None:
            raise Missed("nothing said to a carer")
        thread = await conversation_store.list_after(session, known.conversation, 0, limit=_MESSAGES)
        file = await parts.requests.current(session, known.conversation)
    asked = [message.id for message in thread if message.author is Author.CARER]
    check_told([message for message in thread if message.reply_to in asked])
    _check_sent([message for message in thread if message.author is not Author.CARER], chat, sent)
    if file is None:
        return  # nobody can have cases, and the carer was told whom to ring
    written = await reply_as_worker(parts, file)
    await _send_all(telegram)
    _check_sent([written], chat, sent)


def _asks_for_person(chat: int, *, at: float) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Heartbeat"}
    message = {"message_id": 1, "date": int(at), "chat": {"id": chat, "type": "private"}, "from": person, "text": "/person"}
    return {"update_id": 1, "message": message}


async def _send_all(telegram: Telegram) -> None:
    await telegram.outbox.send_due()
    await telegram.outbox.finish()


def _check_sent(messages: Sequence[Message], chat: int, sent: Sequence[tuple[int, Part]]) -> None:
    if any((chat, part) not in sent for message in messages for part in render(message)):
        raise Missed("not sent to the chat")


class Check:
    """Asks whether the bot itself is well."""

    def __init__(self, *, database: Database, telegram: api.TelegramApi, clock: Clock) -> None:
        self._database = database
        self._telegram = telegram
        self._clock = clock

    async def __call__(self) -> None:
        """Raise Missed when Telegram does not know the bot or does not answer, or when what is to be sent is much too old."""
        try:
            await self._telegram.username()
        except api.WrongToken:
            raise Missed("Telegram does not know the token") from None
        except api.TelegramFailed:
            raise Missed("Telegram does not answer") from None
        if await self._is_late():
            await asyncio.sleep(LOOK_AGAIN)
            if await self._is_late():
                raise Missed("messages wait to be sent")

    async def _is_late(self) -> bool:
        async with self._database.reading() as session:
            oldest = await deliveries.get_oldest(session, self._telegram.bot)
        return oldest is not None and oldest < self._clock.now() - LATE
