"""The app with Telegram in a process that can be killed: ``python -m tests.telegram.process DATABASE API``.

Everything is real but the assistant, which answers "You said: ..." after a moment's thought.
"""

import asyncio
import sys
from typing import Any

from pydantic import SecretStr

from alongside import logs, wiring, wiring_studio
from alongside.adapters.announcer import LocalAnnouncer
from alongside.adapters.clock import SystemClock
from alongside.adapters.telegram_api import BotApi
from alongside.services.ports import AssistantReply
from alongside.settings import Settings
from alongside.store.base import Database
from tests.fakes import CountingAssistant, FakeVault
from tests.telegram.bot_api import TOKEN

THOUGHT = 0.05
"""Seconds: long enough for a kill to fall into it."""


class ThinkingAssistant(CountingAssistant):
    """Takes a moment for each turn."""

    async def turn(self, **asked: Any) -> AssistantReply:
        await asyncio.sleep(THOUGHT)
        return await super().turn(**asked)


async def main(database_url: str, api_url: str) -> None:
    """Serve Telegram as ``alongside serve`` does, until killed."""
    logs.configure("WARNING")
    database = Database(database_url)
    await database.migrate()
    parts = wiring.join(
        Settings(telegram_token=SecretStr(TOKEN), telegram_api_url=api_url),
        database=database,
        assistant=ThinkingAssistant(),  # type: ignore[arg-type]
        announcer=LocalAnnouncer(),
        clock=SystemClock(),
        vault=FakeVault(),
        words=wiring_studio.read_words(),
        bot=BotApi(TOKEN, url=api_url),
    )
    assert parts.telegram is not None
    await parts.turns.begin()
    async with parts.telegram.running():
        await parts.turns.resume_forever(every=5.0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
