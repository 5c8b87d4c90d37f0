"""The database: one async engine, short sessions, and the migrations that make its tables.

Rule kept: what has been acknowledged survives a power cut. SQLite runs in WAL mode with synchronous FULL (NORMAL can lose
commits) and secure_delete (erased text is overwritten); PostgreSQL keeps its own defaults, which are as strict.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, Dialect, MetaData, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from alongside.store import one_trip

_MIGRATIONS = Path(__file__).parent / "migrations"
_SQLITE_WAIT_MS = 10_000
"""SQLite has one writer at a time; our transactions last milliseconds, so ten seconds of waiting means something is wrong."""


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC, on SQLite too (which keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone; got a naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The root of every table. Constraint names are fixed so that a migration can drop what it made."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """The engine and its sessions. ``url`` is SQLAlchemy's, ``sqlite:///file`` or ``postgresql://...``; the driver is ours."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            parsed = parsed.set(drivername="sqlite+aiosqlite")
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        else:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        # A database error is written to the log with all it says: without its parameters, as they are the carer's words.
        self.engine: AsyncEngine = create_async_engine(
            parsed,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,
            connect_args={"async_creator_fn": one_trip.connect} if self.is_sqlite else {},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._readers = async_sessionmaker(self.engine.execution_options(reading=True), expire_on_commit=False)
        # SQLite has one writer at a time. Those of this process wait here, in order: in the driver the last may overtake the
        # first, until its ten seconds are over.
        self.turn_to_write: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin)
            event.listen(self.engine.sync_engine, "invalidate", _let_go)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open one short transaction: committed at the end of the block, rolled back on an error.

        Never hold one while waiting for a network or another process.
        """
        async with self.turn_to_write, self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open one short transaction that only reads, so that on SQLite it does not wait for a writer."""
        async with self._readers() as session, session.begin():
            yield session

    async def migrate(self) -> None:
        """Bring the tables to the newest shape; does nothing when they are there already."""
        async with self.engine.connect() as connection:
            await connection.run_sync(_upgrade)
            await connection.commit()

    async def close(self) -> None:
        await self.engine.dispose()


def _prepare_sqlite(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"busy_timeout = {_SQLITE_WAIT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # The driver would begin lazily and take the write lock in mid-transaction, where waiting cannot help; see one_trip.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    one_trip.driver_of(connection).begin_with_next(is_reading=bool(connection.get_execution_options().get("reading")))


def _let_go(connection: Any, record: object, error: BaseException | None) -> None:
    """Roll back what a cancelled task leaves behind, before its connection is closed.

    Closing alone does not: SQLite keeps the write lock for as long as any cursor of that connection is still referred to, and the
    traceback of the cancellation does. Everybody else would wait in vain.
    """
    rolling_back = connection.driver_connection.rollback()
    with suppress(StopIteration):
        rolling_back.send(None)  # up to where it has been handed to the connection's own thread; nobody can wait for it here
    rolling_back.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
