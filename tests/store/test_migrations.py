"""The migrations make exactly the tables of the models, and the database itself rejects what must not be."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from alongside.store import base, feedback
from alongside.store.base import Base, Database
from alongside.store.conversations import ConversationRow, MessageRow
from alongside.store.releases import ReleaseAnswerRow, ReleaseRow

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def _go(connection: Connection, way: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(base._MIGRATIONS))
    config.attributes["connection"] = connection
    getattr(command, way)(config, revision)


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    found: list[Any] = compare_metadata(context, Base.metadata)
    return found


async def test_migrating_makes_exactly_the_tables_of_the_models(database_url: str) -> None:
    database = Database(database_url)
    await database.migrate()
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await database.migrate()
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_down_to_nothing_and_up_again_works(database_url: str) -> None:
    database = Database(database_url)
    await database.migrate()
    async with database.engine.connect() as connection:
        await connection.run_sync(_go, "downgrade", "base")
        await connection.commit()
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["alembic_version"]
        await connection.run_sync(_go, "upgrade", "head")
        await connection.commit()
        assert await connection.run_sync(_differences) == []
    await database.close()


def conversation(**other: Any) -> dict[str, Any]:
    name = uuid.uuid4().hex
    return {"id": name, "channel": "web", "token_hash": name, "last_position": 0, "created_at": NOW, "expires_at": NOW} | other


def message(conversation_id: str, position: int, **other: Any) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "conversation_id": conversation_id,
        "position": position,
        "author": "carer",
        "text": "",
        "choices": [],
        "sources": [],
        "at": NOW,
    } | other


def release(**other: Any) -> dict[str, Any]:
    return {"content_hash": "a", "model_file": "m", "model_hash": "h", "made_at": NOW} | other


THREAD = conversation(id="thread", token_hash="token")
FIRST = message("thread", 1, id="first", client_id="one")


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (ConversationRow, conversation(id="thread")),
        (ConversationRow, conversation(token_hash="token")),
        (ConversationRow, conversation(token_hash=None)),
        (MessageRow, message("thread", 2, id="first")),
        (MessageRow, message("thread", 1)),
        (MessageRow, message("thread", 2, client_id="one")),
        (MessageRow, message("nowhere", 1)),
        (MessageRow, message("thread", 2, text=None)),
        (ReleaseRow, release(content_hash="made")),
        (ReleaseAnswerRow, {"release": 1, "key": "visiting/first_visit", "content": {}}),
        (ReleaseAnswerRow, {"release": 9, "key": "visiting/other", "content": {}}),
    ],
)
async def test_a_row_that_must_not_be_is_rejected_by_the_database(
    database: Database, model: type[Base], row: dict[str, Any]
) -> None:
    def table(of: type[Base]) -> Table:
        assert isinstance(of.__table__, Table)
        return of.__table__

    async with database.transaction() as session:
        await session.execute(table(ConversationRow).insert(), THREAD)
        await session.execute(table(MessageRow).insert(), FIRST)
        await session.execute(table(ReleaseRow).insert(), release(content_hash="made", number=1))
        await session.execute(table(ReleaseAnswerRow).insert(), {"release": 1, "key": "visiting/first_visit", "content": {}})
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(table(model).insert(), row)


async def test_the_same_client_id_is_free_in_another_conversation(database: Database) -> None:
    async with database.transaction() as session:
        session.add_all([ConversationRow(**THREAD), ConversationRow(**conversation(id="other"))])
        await session.flush()
        session.add_all([MessageRow(**FIRST), MessageRow(**message("other", 1, client_id="one"))])


async def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    async with database.engine.connect() as connection:
        with pytest.raises(StatementError, match="time zone"):
            await connection.execute(ConversationRow.__table__.insert(), conversation(created_at=NOW.replace(tzinfo=None)))


async def test_thumbs_from_telegram_become_feedback_on_answers(database_url: str) -> None:
    database = Database(database_url)
    async with database.engine.connect() as connection:
        await connection.run_sync(_go, "upgrade", "0013")
        await connection.execute(
            text(
                "INSERT INTO conversations (id, channel, token_hash, last_position, created_at, expires_at) "
                "VALUES ('thread', 'telegram', 'token', 0, :now, :now)"
            ),
            {"now": NOW.isoformat()},
        )
        for name, author, answer in (("answer", "bot", "visiting/first_visit"), ("hello", "bot", None)):
            await connection.execute(
                text(
                    "INSERT INTO messages (id, conversation_id, position, author, text, choices, sources, answer, at) "
                    "VALUES (:id, 'thread', :position, :author, '', '[]', '[]', :answer, :now)"
                ),
                {"id": name, "position": len(name), "author": author, "answer": answer, "now": NOW.isoformat()},
            )
            await connection.execute(
                text("INSERT INTO telegram_reactions (message_id, is_helpful, at) VALUES (:id, :no, :now)"),
                {"id": name, "no": False, "now": NOW.isoformat()},
            )
        await connection.commit()
    await database.migrate()
    async with database.reading() as session:
        assert await feedback.list_of(session, ["answer", "hello"]) == {"answer": False}
    await database.close()
