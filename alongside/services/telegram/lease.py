"""What only one process may do at a time, and which does it: by a row in the database, so that a dead one's end is seen."""

import uuid
from datetime import datetime, timedelta

from alongside.services.ports import Clock
from alongside.store import telegram as store
from alongside.store.base import Database

LEASE = timedelta(seconds=20)
"""How long one process may be silent before another takes over; it is prolonged while one waits for an answer."""


class Leases:
    """Takes, prolongs and gives back leases in this process's name."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._owner = uuid.uuid4().hex
        self._until: dict[str, datetime] = {}

    async def begin(self) -> None:
        """On SQLite there is one process, so every lease is a dead one's."""
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await store.drop_all_leases(session)

    async def hold(self, name: str) -> bool | None:
        """Take a lease or keep it: None when another process has it, else whether it was ours all along."""
        now = self._clock.now()
        if self._until.get(name, now) > now + LEASE / 2:
            return True
        async with self._database.transaction() as session:
            taken = await store.take_lease(session, name, owner=self._owner, now=now, until=now + LEASE)
        if taken is None:
            self._until.pop(name, None)
        else:
            self._until[name] = now + LEASE
        return taken

    async def drop(self, name: str) -> None:
        """Give a lease back."""
        self._until.pop(name, None)
        async with self._database.transaction() as session:
            await store.drop_lease(session, name, owner=self._owner)

    async def drop_all(self) -> None:
        """Give back all that this process has, so that another need not wait for its end."""
        for name in list(self._until):
            await self.drop(name)
