"""A database on which everything works and nothing stays: for trying the real services out without a trace.

Rule kept: what is written in it is seen by nobody else and is gone at the end, also when the process is killed half-way, because
it is all one transaction that is never committed.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from alongside.store.base import Database


class Rehearsal(Database):
    """Stands where a Database is expected. Its transactions are savepoints, one after the other, of the one around them."""

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        self.is_sqlite = database.is_sqlite
        self.engine = database.engine
        self._connection = connection
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with (
            self._turn,
            AsyncSession(self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            yield session

    reading = transaction


@asynccontextmanager
async def rehearsing(database: Database) -> AsyncIterator[Rehearsal]:
    """Open a rehearsal. On SQLite nobody else can write until it is over, so it must be short and wait for nothing outside."""
    async with database.turn_to_write, database.engine.connect() as connection, connection.begin() as around:
        try:
            yield Rehearsal(database, connection)
        finally:
            await around.rollback()
