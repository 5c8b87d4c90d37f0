"""A statement on SQLite is one trip to its connection's thread, and means what it means to the driver."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alongside.store import one_trip
from alongside.store.base import Database

ALL = text("SELECT number FROM numbers ORDER BY number")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Ten numbers on SQLite."""
    database = Database(f"sqlite:///{tmp_path}/numbers.db")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
        await session.execute(text("INSERT INTO numbers VALUES (:number)"), [{"number": number} for number in range(10)])
    yield database
    await database.close()


@pytest.fixture
def trips(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was waited for on a connection's thread."""
    made: list[str] = []
    original = aiosqlite.Connection._execute

    async def noted(connection: aiosqlite.Connection, work: Any, *how: Any, **other: Any) -> Any:
        made.append(getattr(work, "__name__", ""))
        return await original(connection, work, *how, **other)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return made


async def test_a_reading_waits_once_for_each_statement(database: Database, trips: list[str]) -> None:
    async with database.reading() as session:
        assert list(await session.scalars(ALL)) == list(range(10))
    assert len(trips) == 1


async def test_a_writing_waits_for_its_statements_and_for_its_end(database: Database, trips: list[str]) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO numbers VALUES (10)"))
        await session.execute(text("DELETE FROM numbers WHERE number = 0"))
    assert len(trips) == 3


async def test_a_transaction_without_a_statement_is_none(database: Database, trips: list[str]) -> None:
    async with database.transaction():
        pass
    async with database.reading():
        pass
    assert trips == []


@pytest.mark.parametrize("portion", [1, 3, 5, 10, 11])
async def test_a_long_result_comes_whole_and_in_order_however_it_is_fetched(
    database: Database, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(one_trip, "_PORTION", portion)
    async with database.reading() as session:
        assert list(await session.scalars(ALL)) == list(range(10))
        streamed = await session.stream_scalars(ALL)
        assert [list(some) async for some in streamed.partitions(4)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
        streamed = await session.stream_scalars(ALL)
        assert await anext(aiter(streamed)) == 0
        await streamed.close()
    async with database.transaction() as session:  # nothing of what was not fetched holds anybody up
        await session.execute(text("DELETE FROM numbers"))


async def test_what_a_statement_changed_is_known(database: Database) -> None:
    async with database.transaction() as session:
        deleted: Any = await session.execute(text("DELETE FROM numbers WHERE number < 3"))
        assert deleted.rowcount == 3
        given_back = await session.execute(text("UPDATE numbers SET number = number + 100 WHERE number > 7 RETURNING number"))
        assert sorted(given_back.scalars()) == [108, 109]


async def test_a_refused_statement_undoes_the_transaction_and_frees_the_connection(database: Database) -> None:
    async def add_one_twice() -> None:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO numbers VALUES (10)"))
            await session.execute(text("INSERT INTO numbers VALUES (1)"))

    with pytest.raises(IntegrityError):
        await add_one_twice()
    async with database.transaction() as session:
        assert list(await session.scalars(ALL)) == list(range(10))


async def test_a_reading_sees_one_state_and_ends(database: Database) -> None:
    async with database.reading() as before:
        assert len(list(await before.scalars(ALL))) == 10
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM numbers"))
        assert len(list(await before.scalars(ALL))) == 10
    async with database.reading() as after:
        assert list(await after.scalars(ALL)) == []


async def test_writers_take_turns_from_their_first_statement(database: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/numbers.db")

    async def add(database: Database) -> None:
        async with database.transaction() as session:
            highest = await session.scalar(text("SELECT max(number) FROM numbers"))
            await asyncio.sleep(0)
            await session.execute(text("INSERT INTO numbers VALUES (:number)"), {"number": highest + 1})

    await asyncio.gather(*(add(where) for where in (database, other) * 5))
    async with database.reading() as session:
        assert list(await session.scalars(ALL)) == list(range(20))
    await other.close()
