"""Who goes first in one process: the words of people, then the bot's turns.

Rule kept: a few of the bot's turns run at once, and a new one waits a moment while what people wrote is stored or shown. None
starves: those who wait for a place get it in their order, and the moment ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PLACES = 3
"""The assistant works on one turn at a time. While one is in an action and one is being stored, it has a third to go on with."""

MOMENT = 0.2
"""Seconds a turn of the bot lets people go first. Storing or showing a message takes a tenth of that."""


class Precedence:
    """Counts what people do just now, and gives the bot's turns their places."""

    def __init__(self, *, moment: float = MOMENT) -> None:
        self._moment = moment
        self._people = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._places = asyncio.Semaphore(PLACES)

    @asynccontextmanager
    async def people(self) -> AsyncIterator[None]:
        """Store or show within this block what people wrote."""
        self._people += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._people -= 1
            if not self._people:
                self._quiet.set()

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        """Have the assistant answer within this block, once there is a place and people have gone first."""
        async with self._places:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._moment):
                    await self._quiet.wait()
            yield
