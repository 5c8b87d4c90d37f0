"""Importing: all or nothing, the same twice changes nothing, and no code changes hands."""

from dataclasses import replace

import pytest

from alongside.core.errors import ContentError
from alongside.services import directory_import
from alongside.store.base import Database
from tests.directory_builders import SATURDAY, organisation, sample, service, worker
from tests.fakes import FakeClock

CLOCK = FakeClock(SATURDAY)
REAL = organisation(services=(service(),), workers=(worker(),))


async def codes(database: Database) -> list[str]:
    return [item.code for item in await directory_import.export_all(database)]


async def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    first = await directory_import.import_all(database, [sample()], clock=CLOCK)
    second = await directory_import.import_all(database, [sample()], clock=CLOCK)
    assert (first.added, second.unchanged, second.changed) == (("sample",), ("sample",), ())


async def test_a_change_is_reported_and_stored(database: Database) -> None:
    await directory_import.import_all(database, [REAL], clock=CLOCK)
    changed = replace(REAL, services=(service(phone="01632 960999"),))
    report = await directory_import.import_all(database, [changed], clock=CLOCK)
    assert report.changed == ("trust",)
    assert await directory_import.export_all(database) == [changed]


async def test_one_broken_organisation_stores_nothing_and_loses_nothing(database: Database) -> None:
    await directory_import.import_all(database, [sample()], clock=CLOCK)
    before = await directory_import.export_all(database)
    with pytest.raises(ContentError, match=r"Nothing was imported:\n- services oak: the nation 'mars' is unknown\. Use one of"):
        await directory_import.import_all(
            database, [REAL, organisation("other", services=(service("oak", nation="mars"),))], clock=CLOCK
        )
    assert await directory_import.export_all(database) == before


async def test_a_code_cannot_change_hands(database: Database) -> None:
    await directory_import.import_all(database, [REAL], clock=CLOCK)
    with pytest.raises(ContentError, match="services larch: the code belongs to 'trust' already"):
        await directory_import.import_all(database, [organisation("other", services=(service(),))], clock=CLOCK)
    assert await codes(database) == ["trust"]


async def test_an_organisation_twice_in_one_file_is_refused(database: Database) -> None:
    with pytest.raises(ContentError, match="it stands twice"):
        await directory_import.import_all(database, [REAL, REAL], clock=CLOCK)


async def test_the_first_real_organisation_takes_the_samples_place(database: Database) -> None:
    await directory_import.import_first(database, [sample()], clock=CLOCK)
    report = await directory_import.import_all(database, [REAL], clock=CLOCK)
    assert report.replaced_samples == ("sample",)
    assert await codes(database) == ["trust"]


async def test_the_sample_fills_only_an_empty_directory(database: Database) -> None:
    assert await directory_import.import_first(database, [REAL], clock=CLOCK)
    assert not await directory_import.import_first(database, [sample()], clock=CLOCK)
    assert await codes(database) == ["trust"]
