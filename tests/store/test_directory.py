"""The directory's tables, on every database: what goes in comes out, and references hold."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from alongside.core.directory import Kind
from alongside.store import directory as store
from alongside.store.base import Database
from tests.directory_builders import duty, group, organisation, place, service, visiting, worker

UNIT = service("brook", kind=Kind.UNIT)
WHOLE = organisation(
    contacts=(duty(),),
    places=(place(near=("Nearby",)),),
    # The ward sorts before its unit, so the order of writing matters.
    services=(service("alder", unit="brook", place="place", visiting=(visiting("saturday"), visiting("sunday"))), UNIT),
    groups=(group(place="place", weeks=()),),
    workers=(worker(services=("brook", "alder")),),
)


async def save(database: Database, *organisations: store.Organisation) -> None:
    async with database.transaction() as session:
        for item in organisations:
            await store.save_organisation(session, item)


async def held(database: Database) -> list[store.Organisation]:
    async with database.transaction() as session:
        return await store.get_organisations(session)


async def test_an_empty_directory_says_so(database: Database) -> None:
    async with database.transaction() as session:
        assert not await store.has_organisations(session)


async def test_what_is_saved_comes_back_the_same(database: Database) -> None:
    await save(database, WHOLE)
    assert await held(database) == [WHOLE]


async def test_saving_again_changes_nothing(database: Database) -> None:
    await save(database, WHOLE)
    await save(database, WHOLE)
    assert await held(database) == [WHOLE]


async def test_what_is_gone_from_the_organisation_is_removed(database: Database) -> None:
    smaller = replace(
        WHOLE, contacts=(), groups=(), workers=(), services=(replace(UNIT, visiting=(visiting("monday"),)),), places=()
    )
    await save(database, WHOLE)
    await save(database, smaller)
    assert await held(database) == [smaller]


async def test_other_organisations_are_left_alone(database: Database) -> None:
    other = organisation("other", services=(service("oak", organisation="other"),))
    await save(database, other, WHOLE)
    await save(database, replace(WHOLE, services=(), workers=(), groups=(), places=()))
    assert (await held(database))[0] == other


async def test_deleting_an_organisation_leaves_no_row_behind(database: Database) -> None:
    await save(database, WHOLE)
    async with database.transaction() as session:
        await store.delete_organisation(session, WHOLE)
    async with database.transaction() as session:
        for table in (store.VisitingTimeRow, store.WorkerServiceRow, store.WorkerHoursRow, store.PlaceRow, store.OrganisationRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_workers_of_one_service(database: Database) -> None:
    await save(database, replace(WHOLE, workers=(*WHOLE.workers, worker("other", services=("brook",)))))
    async with database.transaction() as session:
        assert [found.code for found in await store.list_workers(session, service="alder")] == ["worker"]


async def test_a_place_in_use_cannot_be_deleted(database: Database) -> None:
    await save(database, WHOLE)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(delete(store.PlaceRow))


async def test_a_service_of_no_organisation_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await save(database, replace(WHOLE, services=(replace(UNIT, place="nowhere"),), workers=()))
