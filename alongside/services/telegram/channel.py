"""Telegram as one thing: its parts, started and stopped together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from alongside.services.telegram.api import TelegramApi
from alongside.services.telegram.connection import Connection
from alongside.services.telegram.lease import Leases
from alongside.services.telegram.outbox import Outbox
from alongside.services.telegram.updates import Updates

_SWEEP = 5.0
"""Seconds between looks for updates that another process left unhandled."""

_FORGET = 3600.0
"""Seconds between deleting what is of no use any more."""


@dataclass(frozen=True)
class Telegram:
    """The channel's parts, made once."""

    api: TelegramApi
    leases: Leases
    updates: Updates
    outbox: Outbox
    connection: Connection

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take updates in, handle them and send, until the block ends; then finish what is under way."""
        await self.leases.begin()
        chores = [
            asyncio.create_task(self.updates.resume_forever(every=_SWEEP)),
            asyncio.create_task(self.updates.forget_forever(every=_FORGET)),
            asyncio.create_task(self.outbox.send_forever()),
            asyncio.create_task(self.connection.run()),
        ]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await self.updates.finish()
            await self.outbox.finish()
            await self.leases.drop_all()
            await self.api.close()
