"""A carer's phone: writes and presses at Telegram's side of the local Bot API server, and reads what arrives there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Carer

_LIMIT = 60.0
"""Seconds until what is waited for counts as failed; a bound against hanging, not a measure of speed."""


async def until(happened: Callable[[], Any]) -> None:
    async with asyncio.timeout(_LIMIT):
        while not happened():  # noqa: ASYNC110  (Telegram is another thread)
            await asyncio.sleep(0.02)


@dataclass
class Phone:
    """A carer's Telegram: writes and presses at Telegram's side, and reads what stands in the chat there."""

    carer: Carer
    read: int = field(default=0)

    @property
    def server(self) -> BotApi:
        return self.carer.server

    async def writes(self, text: str, *, hears: int) -> list[str]:
        self.server.happens(self.carer.message(text))
        return await self.hears(hears)

    async def presses(self, title: str, *, hears: int) -> list[str]:
        """Press the lowest button of this title in the chat."""
        under, button = next(
            (message["message_id"], button)
            for message in reversed(self.server.chats[self.carer.chat].values())
            for (button,) in (message["reply_markup"] or {}).get("inline_keyboard", ())
            if button["text"] == title
        )
        self.server.happens(self.carer.press(button["callback_data"], under=under))
        return await self.hears(hears)

    async def hears(self, many: int) -> list[str]:
        """Wait for so many messages that were not read yet."""
        await until(lambda: len(self.server.arrived()) >= self.read + many)
        said = [sent["text"] for sent in self.server.arrived()[self.read :]]
        self.read += len(said)
        assert len(said) == many, said
        return said

    async def hears_of(self, words: str) -> str:
        """Wait for a message with these words, and take all up to it as read."""
        await until(lambda: any(words in sent["text"] for sent in self.server.arrived()[self.read :]))
        said = [sent["text"] for sent in self.server.arrived()[self.read :]]
        found = next(number for number, text in enumerate(said) if words in text)
        self.read += found + 1
        return str(said[found])
