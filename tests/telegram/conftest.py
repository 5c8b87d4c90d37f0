"""The real app with the real library, against a local Bot API server; only the assistant and the clock are not real."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from alongside import wiring
from alongside.adapters.announcer import LocalAnnouncer
from alongside.adapters.telegram_api import BotApi as RealApi
from alongside.core.conversations import Message
from alongside.services.telegram.channel import Telegram
from alongside.services.telegram.pace import Pace
from alongside.settings import Settings
from alongside.store import conversations as conversation_store
from alongside.store import telegram as store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import words
from tests.fakes import CountingAssistant, FakeClock, FakeVault
from tests.telegram.bot_api import BOT, TOKEN, BotApi, Running

CHAT = 5001


@pytest.fixture
def server() -> Iterator[BotApi]:
    with Running() as api:
        yield api


@pytest.fixture
def telegram_assistant() -> CountingAssistant:
    return CountingAssistant()


@pytest.fixture
def telegram_clock() -> FakeClock:
    return FakeClock()


@dataclass
class Carer:
    """A carer's Telegram, and the app that answers it."""

    parts: Container
    server: BotApi
    chat: int = CHAT
    _updates: int = field(default=100)
    _messages: int = field(default=10)

    @property
    def telegram(self) -> Telegram:
        assert self.parts.telegram is not None
        return self.parts.telegram

    def update(self, **about: Any) -> dict[str, Any]:
        self._updates += 1
        return {"update_id": self._updates, **about}

    def message(self, text: str | None = None, **about: Any) -> dict[str, Any]:
        """Build an update with a message of the carer's."""
        self._messages += 1
        person = {"id": self.chat, "is_bot": False, "first_name": "Robin"}
        chat = {"id": self.chat, "type": "private", "first_name": "Robin"}
        message = {"message_id": self._messages, "date": 1, "chat": chat, "from": person} | about
        return self.update(message=message | ({"text": text} if text is not None else {}))

    def press(self, data: str, under: int = 1000) -> dict[str, Any]:
        """Build an update with the press of a button."""
        person = {"id": self.chat, "is_bot": False, "first_name": "Robin"}
        shown = {"message_id": under, "date": 1, "chat": {"id": self.chat, "type": "private"}, "text": "..."}
        press = {"id": f"press-{self._updates}", "from": person, "chat_instance": "1", "message": shown, "data": data}
        return self.update(callback_query=press)

    async def deliver(self, *updates: dict[str, Any]) -> list[str]:
        """Hand updates to the app, wait until all is said, and return what was said since."""
        before = len(self.server.sent())
        await self.telegram.updates.take_in(updates)
        await self.settle()
        return [sent["text"] for sent in self.server.sent()[before:]]

    async def settle(self) -> None:
        await self.telegram.updates.finish()
        await self.telegram.outbox.send_due()
        await self.telegram.outbox.finish()

    async def say(self, text: str) -> list[str]:
        return await self.deliver(self.message(text))

    async def conversation(self) -> str:
        async with self.parts.database.reading() as session:
            chat = await store.get_chat(session, BOT, self.chat)
        assert chat is not None
        assert chat.conversation is not None
        return chat.conversation

    async def thread(self) -> list[Message]:
        conversation = await self.conversation()
        async with self.parts.database.reading() as session:
            return await conversation_store.list_after(session, conversation, 0, limit=500)


def join(database: Database, server: BotApi, assistant: CountingAssistant, clock: FakeClock, **settings: Any) -> Container:
    """Join the app with the real library, which speaks to the local server; nothing waits for its turn to be sent."""
    return wiring.join(
        Settings(telegram_token=SecretStr(TOKEN), telegram_api_url=server.url, **settings),
        database=database,
        assistant=assistant,  # type: ignore[arg-type]
        announcer=LocalAnnouncer(tick=0.02),
        clock=clock,
        vault=FakeVault(),
        words=words(),
        bot=RealApi(TOKEN, url=server.url),
        pace=Pace(per_chat=0, overall=0),
    )


@pytest.fixture
async def robin(
    database: Database, server: BotApi, telegram_assistant: CountingAssistant, telegram_clock: FakeClock
) -> AsyncIterator[Carer]:
    """A carer who has not written yet."""
    parts = join(database, server, telegram_assistant, telegram_clock)
    carer = Carer(parts, server)
    yield carer
    telegram_assistant.let_go()
    await carer.telegram.updates.finish()
    await carer.telegram.outbox.finish()
    await parts.turns.finish()
    await carer.telegram.api.close()
