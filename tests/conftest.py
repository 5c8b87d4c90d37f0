"""Shared fixtures: a real database for every test that wants one, and no network beyond this machine."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from alongside.store.base import Database

POSTGRES_URL = os.environ.get("ALONGSIDE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")


def _postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


HAS_POSTGRES = _postgres_answers()
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)] if HAS_POSTGRES else ["sqlite"]


def pytest_report_header() -> str:
    if HAS_POSTGRES:
        return "databases: SQLite and PostgreSQL"
    if os.environ.get("CI"):
        raise pytest.UsageError("CI needs PostgreSQL: set ALONGSIDE_TEST_POSTGRES_URL to a server that answers.")
    return "databases: SQLite only; PostgreSQL did not answer, set ALONGSIDE_TEST_POSTGRES_URL to test it too"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database: a SQLite file, or a schema of its own on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alongside.db"
        return
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    yield f"{POSTGRES_URL}?options=-csearch_path%3D{schema}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with all tables, migrated the way the app does it."""
    database = Database(database_url)
    await database.migrate()
    yield database
    await database.close()
