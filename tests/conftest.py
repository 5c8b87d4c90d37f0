"""Shared fixtures: a real database for every test that wants one, and no network beyond this machine."""

import asyncio
import ipaddress
import logging
import os
import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
import structlog
from argon2 import PasswordHasher
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from alongside import logs
from alongside.services import accounts
from alongside.store import tables  # noqa: F401  (so that the metadata knows every table)
from alongside.store.base import Base, Database
from alongside.wiring import Container
from tests.builders import container
from tests.fakes import CountingAssistant, FakeClock

POSTGRES_URL = os.environ.get("ALONGSIDE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")


def _postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


HAS_POSTGRES = _postgres_answers()
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)] if HAS_POSTGRES else ["sqlite"]


_left_the_machine: list[str] = []
_ALLOWED = {"localhost", "", None, conninfo_to_dict(POSTGRES_URL).get("host")}


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in _ALLOWED:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, about: tuple[object, ...]) -> None:
    """Stop a connection or a name look-up beyond this machine. Python calls this on each, whatever library makes it."""
    if event in ("socket.connect", "socket.sendto"):
        address = about[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket has a path, and stays here
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = about[0]
    else:
        return
    if not _is_here(host):
        _left_the_machine.append(f"{event} {host}")
        raise OSError(f"tests do not leave this machine: {event} to {host}")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """Fail the test that tried to leave, even when the code under test swallowed the refusal."""
    _left_the_machine.clear()
    yield
    assert not _left_the_machine, f"the test tried to reach beyond this machine: {_left_the_machine}"


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with next to no work: the real amount would be most of a test run's time."""
    monkeypatch.setattr(accounts, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))


def pytest_report_header() -> str:
    if HAS_POSTGRES:
        return "databases: SQLite and PostgreSQL"
    if os.environ.get("CI"):
        raise pytest.UsageError("CI needs PostgreSQL: set ALONGSIDE_TEST_POSTGRES_URL to a server that answers.")
    return "databases: SQLite only; PostgreSQL did not answer, set ALONGSIDE_TEST_POSTGRES_URL to test it too"


def _schema(*, migrated: bool = False) -> Iterator[str]:
    schema = f"test_{uuid.uuid4().hex}"
    url = f"{POSTGRES_URL}?options=-csearch_path%3D{schema}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    if migrated:
        _migrate(url)
    yield url
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database: a SQLite file, or a schema of its own on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alongside.db"
        return
    yield from _schema()


def _migrate(url: str) -> None:
    async def work() -> None:
        database = Database(url)
        await database.migrate()
        await database.close()

    asyncio.run(work())


@pytest.fixture(scope="session")
def _sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("made") / "alongside.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def _postgres_made() -> Iterator[str]:
    yield from _schema(migrated=True)


@pytest.fixture(params=DATABASES)
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that has all tables: a copy of the file, or the schema that every test empties after itself."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('_sqlite_made'), tmp_path / 'alongside.db')}"
    url: str = request.getfixturevalue("_postgres_made")
    return url


@pytest.fixture
async def database(made_url: str) -> AsyncIterator[Database]:
    """A database with all tables, migrated the way the app does it (once a test run, as that takes a while)."""
    database = Database(made_url)
    yield database
    if not database.is_sqlite:
        await _empty(database)
    await database.close()


async def _empty(database: Database) -> None:
    """Take every row out, and count from one again. (TRUNCATE takes a hundred times as long for so few rows.)"""
    rows = "".join(f"DELETE FROM {table.name};" for table in reversed(Base.metadata.sorted_tables))
    counters = "PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
    here = "WHERE schemaname = current_schema();"
    async with database.transaction() as session:
        await session.execute(text(f"DO $$ BEGIN {rows} {counters} {here} END $$"))


@pytest.fixture
def assistant() -> CountingAssistant:
    """An assistant that answers at once, and that a test may instruct."""
    return CountingAssistant()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves when a test says so."""
    return FakeClock()


@pytest.fixture
async def parts(database: Database, assistant: CountingAssistant, clock: FakeClock) -> AsyncIterator[Container]:
    """The app's parts on a real database; no turn is left at work when the test ends."""
    parts = container(database, assistant, clock)
    yield parts
    assistant.let_go()
    await parts.turns.finish()


@pytest.fixture
def loud() -> Iterator[None]:
    """Everything that logs does so at DEBUG, as far as our own settings let it."""
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    levels = [(logger, logger.level) for logger in loggers]
    handlers = logging.root.handlers[:]
    logs.configure("DEBUG")
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    for logger, level in levels:
        logger.setLevel(level)
