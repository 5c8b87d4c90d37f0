"""A SQLite connection that goes to its thread once for each statement.

SQLite blocks whoever asks it, so each connection has a thread of its own, and every trip there and back waits in the line of
everything else the app does at that moment. The driver makes four for a statement: for a cursor, the statement, its rows, and the
end of the cursor; and as many to begin a transaction. Here they are one. An answer took 147 trips, and messages between people
waited behind them.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, cast

import aiosqlite

_PORTION = 1000
"""Rows that come back with the statement itself. A longer result is fetched on as it is asked for."""


class OneTripConnection(aiosqlite.Connection):
    """The driver's connection with its cursors replaced, and a transaction that begins together with its first statement."""

    _begin = ""
    _is_open = False
    _is_reading = False

    def begin_with_next(self, *, is_reading: bool) -> None:
        """Have the next statement begin a transaction. If none comes, there has been none.

        One that writes takes the write lock at once: later, in mid-transaction, waiting for it cannot help.
        """
        self._begin = "BEGIN" if is_reading else "BEGIN IMMEDIATE"
        self._is_reading = is_reading

    def cursor(self) -> Any:
        return _Cursor(self)

    async def commit(self) -> None:
        self._begin = ""
        if self._is_open and self._is_reading:
            self._is_open = False
            self._tx.put_nowait((None, self._conn.commit))  # nothing depends on its end; what comes next stands behind it
        elif self._is_open:
            await super().commit()
            self._is_open = False

    async def rollback(self) -> None:
        self._begin = ""
        if self._is_open:  # also if the statement that begins it was cancelled, as it may still be on its way
            await super().rollback()
            self._is_open = False

    async def run(self, work: Any, sql: str, parameters: Any) -> Any:
        """Run one statement on the connection's own thread; ``work`` does it with a new cursor."""
        begin, self._begin = self._begin, ""
        self._is_open = self._is_open or bool(begin)
        return await self.go(_work, self._conn, begin, work, sql, parameters)

    async def go(self, work: Any, *how: Any) -> Any:
        """Do something on the connection's own thread."""
        return await self._execute(work, *how)  # type: ignore[no-untyped-call]


class _Cursor:
    """What SQLAlchemy asks of an asynchronous cursor."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self._rest: sqlite3.Cursor | None = None
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "_Cursor":
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> "_Cursor":
        self._take(await self._connection.run(_execute, sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> "_Cursor":
        self._take(await self._connection.run(_execute_many, sql, parameters))
        return self

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, []
        if self._rest is not None:
            rows += await self._connection.go(self._rest.fetchall)
        return rows

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        if self._rest is not None and len(rows) < size:
            rows += await self._connection.go(self._rest.fetchmany, size - len(rows))
        return rows

    async def fetchone(self) -> Any:
        return next(iter(await self.fetchmany(1)), None)

    async def close(self) -> None:
        self._rows = []
        if self._rest is not None:
            rest, self._rest = self._rest, None
            await self._connection.go(rest.close)

    def _take(self, done: Any) -> None:
        self.description, self.rowcount, self.lastrowid, self._rows, self._rest = done


def _work(connection: sqlite3.Connection, begin: str, work: Any, sql: str, parameters: Any) -> Any:
    cursor = connection.cursor()
    if begin:
        cursor.execute(begin)
    return work(cursor, sql, parameters)


def _execute(cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Any:
    cursor.execute(sql, parameters)
    rows = cursor.fetchmany(_PORTION) if cursor.description else []
    return _done(cursor, rows, is_whole=len(rows) < _PORTION)


def _execute_many(cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Any:
    cursor.executemany(sql, parameters)
    return _done(cursor, [], is_whole=True)


def _done(cursor: sqlite3.Cursor, rows: list[Any], *, is_whole: bool) -> Any:
    done = cursor.description, cursor.rowcount, cursor.lastrowid, rows, None if is_whole else cursor
    if is_whole:
        cursor.close()
    return done


def connect(*where: Any, **how: Any) -> OneTripConnection:
    """Return a connection that opens when it is awaited; its thread does not keep the process alive."""
    connection = OneTripConnection(partial(sqlite3.connect, *where, **how), iter_chunk_size=_PORTION)
    connection._thread.daemon = True
    return connection


def driver_of(connection: Any) -> OneTripConnection:
    """Return what stands behind one of SQLAlchemy's connections."""
    return cast(OneTripConnection, connection.connection.driver_connection)
