"""What the database itself keeps right of hours, leave, cover and cap, and the count of open cases."""

import uuid
from typing import Any

import pytest
from sqlalchemy import Table, delete, text
from sqlalchemy.exc import IntegrityError

from alongside.core.accounts import Account
from alongside.core.directory import LONDON
from alongside.core.handover import State
from alongside.core.promise import Person, Promise, Route
from alongside.core.rota import Arrangement, Leave
from alongside.store import accounts, case_lists
from alongside.store import rota as store
from alongside.store.accounts import AccountRow
from alongside.store.base import Base, Database
from alongside.store.conversations import ConversationRow
from alongside.store.rota import AccountHoursRow, AccountLeaveRow, AccountRotaRow
from tests.case_builders import add_account, add_case
from tests.directory_builders import period
from tests.fakes import NOW
from tests.store.test_migrations import _go

TODAY = NOW.astimezone(LONDON).date()
HOURS = (period("monday", "09:00", "12:00"), period("monday", "13:00", "17:00"))


@pytest.fixture
async def ada(database: Database) -> Account:
    return await add_account(database, "ada")


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (AccountRotaRow, {"cap": -1}),
        (AccountRotaRow, {"cover": "nobody"}),
        (AccountRotaRow, {"cover": "ada"}),
        (AccountLeaveRow, {"first_day": TODAY, "last_day": TODAY.replace(day=1)}),
        (AccountHoursRow, {"weekday": "monday", "starts": HOURS[0].starts, "ends": None}),
    ],
    ids=["cap below nothing", "cover who is not there", "cover for oneself", "leave that ends first", "hours without an end"],
)
async def test_a_row_that_must_not_be_is_rejected_by_the_database(
    database: Database, model: type[Base], values: dict[str, Any]
) -> None:
    await add_account(database, "ada", id="ada")
    assert isinstance(model.__table__, Table)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(model.__table__.insert(), {"account_id": "ada", **values})


async def test_all_that_was_set_is_read_back_in_order(database: Database, ada: Account) -> None:
    bea = await add_account(database, "bea")
    later, first = Leave(TODAY.replace(day=28), TODAY.replace(day=28)), Leave(TODAY, TODAY)
    async with database.transaction() as session:
        await store.set_hours(session, ada.id, reversed(HOURS))
        for leave in (later, first, later):
            await store.add_leave(session, ada.id, leave)
        await store.set_cap(session, ada.id, 3)
        await store.set_cover(session, ada.id, bea.id)
        await store.set_cap(session, ada.id, 5)
    async with database.reading() as session:
        assert await store.list_arrangements(session) == {ada.id: Arrangement(HOURS, (first, later), bea.id, 5)}
        assert await store.list_covered(session) == [(bea.id, ada.id)]


async def test_an_account_that_is_erased_takes_its_rota_along_and_is_nobodys_cover(database: Database, ada: Account) -> None:
    bea = await add_account(database, "bea")
    async with database.transaction() as session:
        for one, other in ((ada, bea), (bea, ada)):
            await store.set_cover(session, one.id, other.id)
            await store.set_hours(session, one.id, HOURS)
            await store.add_leave(session, one.id, Leave(TODAY, TODAY))
        await session.execute(delete(AccountRow).where(AccountRow.id == bea.id))
    async with database.reading() as session:
        assert await store.list_arrangements(session) == {ada.id: Arrangement(HOURS, (Leave(TODAY, TODAY),))}


async def test_the_services_given_are_read_without_those_a_unit_stands_for(database: Database, ada: Account) -> None:
    async with database.transaction() as session:
        await accounts.set_services(session, ada.id, {"rowan", "larch"})
    async with database.reading() as session:
        assert await accounts.list_assigned(session) == {ada.id: frozenset({"larch", "rowan"})}
        assert await accounts.list_without_password(session) == {ada.id}


async def test_open_cases_are_those_taken_and_those_that_wait_with_a_promise(database: Database, ada: Account) -> None:
    bea = await add_account(database, "bea")
    promised = Promise(Route.OWN, NOW, who=Person(ada.id, "Ada", "carer support worker", ""))
    for given in (
        {"promise": promised},
        {"promise": promised, "state": State.WITH_WORKER, "owner": bea.id},
        {"promise": promised, "state": State.CLOSED, "owner": ada.id},
        {"state": State.WITH_WORKER, "owner": ada.id},
        {},
    ):
        conversation = uuid.uuid4().hex
        async with database.transaction() as session:
            session.add(ConversationRow(id=conversation, channel="web", token_hash=conversation, created_at=NOW, expires_at=NOW))
        await add_case(database, conversation, **given)
    async with database.reading() as session:
        assert await case_lists.count_open(session) == {ada.id: 2, bea.id: 1}


async def test_who_was_promised_before_there_was_a_count_is_counted_too(database_url: str) -> None:
    before = Database(database_url)
    async with before.engine.connect() as connection:
        await connection.run_sync(_go, "upgrade", "0004")
        for name, who in (("one", '{"code": "ada"}'), ("two", "null")):
            await connection.execute(
                text(
                    "INSERT INTO conversations (id, channel, token_hash, last_position, created_at, expires_at) "
                    "VALUES (:name, 'web', :name, 0, :at, :at)"
                ),
                {"name": name, "at": NOW},
            )
            await connection.execute(
                text(
                    "INSERT INTO cases (id, conversation_id, state, reason, urgency, promise, requested_at) "
                    "VALUES (:name, :name, 'waiting', 'asked', 2, :promise, :at)"
                ),
                {"name": name, "promise": f'{{"who": {who}}}', "at": NOW},
            )
        await connection.commit()
    await before.migrate()
    async with before.reading() as session:
        assert await case_lists.count_open(session) == {"ada": 1}
    await before.close()
