"""A task that is cancelled in mid-transaction holds nobody up."""

import asyncio

import pytest
from sqlalchemy import text

from alongside.store.base import Database


@pytest.mark.parametrize("steps", range(30))
async def test_whoever_is_cancelled_lets_go_of_the_database(database: Database, steps: int) -> None:
    async def work() -> None:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO heartbeats_due (channel, due_at) VALUES ('one', '2026-11-24 10:00:00')"))
            await session.execute(text("SELECT * FROM heartbeats_due"))

    async with database.transaction() as session:  # the connection is made, so that each step is one of the transaction
        await session.execute(text("SELECT 1"))
    task = asyncio.create_task(work())
    for _ in range(steps):  # each is as far as the loop gets in one go, so that it is cancelled at every place
        await asyncio.sleep(0)
    task.cancel()
    (cancelled,) = await asyncio.gather(task, return_exceptions=True)  # held until the end, with every cursor in its traceback
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM heartbeats_due"))
    assert cancelled is None or isinstance(cancelled, asyncio.CancelledError)
