"""Owners are reminded before what they look after is due to be checked: once at each stage, in one message, by day."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from alongside.core.accounts import AccountRole
from alongside.core.alerts import Kind
from alongside.core.library import Entry, library_of
from alongside.core.reviews import stage_of
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container, other_process
from tests.case_builders import add_account
from tests.fakes import FakeAlerter, FakeClock
from tests.translation_builders import FIRST_VISIT, HELPLINE, HOW_TO_BOOK, speak_from


@pytest.fixture
def alerter() -> FakeAlerter:
    return FakeAlerter()


@pytest.fixture
def parts(database: Database, clock: FakeClock, alerter: FakeAlerter) -> Container:
    return container(database, clock=clock, alerter=alerter)


def due_in(days: int, clock: FakeClock, entry: Entry = HOW_TO_BOOK, **other: object) -> Entry:
    return replace(entry, review_on=clock.today() + timedelta(days=days), **other)  # type: ignore[arg-type]


async def maintainer(parts: Container, name: str, role: AccountRole = AccountRole.MAINTAINER) -> str:
    account = await add_account(parts.database, name, role=role)
    return account.id


async def kinds(parts: Container, account_id: str) -> list[Kind]:
    return [alert.kind for alert in await parts.alerts.list_for(account_id)]


@pytest.mark.parametrize(("days", "stage"), [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-400, 0)])
def test_the_stages_are_thirty_and_seven_days_before_and_the_day(clock: FakeClock, days: int, stage: int | None) -> None:
    assert stage_of(due_in(days, clock), clock.today()) == stage


def test_what_never_runs_out_has_no_stage(clock: FakeClock) -> None:
    assert stage_of(HELPLINE, clock.today()) is None


async def test_an_owner_is_reminded_once_at_each_stage(parts: Container, clock: FakeClock) -> None:
    ada = await maintainer(parts, "ada")
    await speak_from(parts, library_of([due_in(31, clock)]))
    told = []
    for _ in range(34):
        await parts.reviews.remind()
        await parts.reviews.remind()
        told.append(len(await kinds(parts, ada)))
        clock.move(timedelta(days=1))
    assert [told.index(count) for count in (0, 1, 2, 3)] == [0, 1, 24, 31]
    assert sorted(await kinds(parts, ada)) == [Kind.REVIEW, Kind.REVIEW, Kind.REVIEW_DUE]


async def test_all_that_is_due_is_one_message(parts: Container, clock: FakeClock) -> None:
    ada = await maintainer(parts, "ada")
    fact = replace(HELPLINE, review_on=clock.today() + timedelta(days=20))
    await speak_from(parts, library_of([due_in(0, clock), due_in(7, clock, FIRST_VISIT), fact]))
    await parts.reviews.remind()
    assert await kinds(parts, ada) == [Kind.REVIEW_DUE]


@pytest.mark.parametrize("owner", ["Ada Example", "ADA EXAMPLE ", "ada@example.org"])
async def test_the_owner_alone_is_reminded_where_there_is_such_an_account(parts: Container, clock: FakeClock, owner: str) -> None:
    ada, bea = await maintainer(parts, "ada"), await maintainer(parts, "bea")
    await speak_from(parts, library_of([due_in(7, clock, owner=owner)]))
    await parts.reviews.remind()
    assert (await kinds(parts, ada), await kinds(parts, bea)) == ([Kind.REVIEW], [])


async def test_everybody_who_may_change_it_is_reminded_of_what_has_no_such_owner(parts: Container, clock: FakeClock) -> None:
    told = [await maintainer(parts, "ada"), await maintainer(parts, "bea", AccountRole.ADMIN)]
    not_told = [await maintainer(parts, "cal", AccountRole.LEAD), await maintainer(parts, "dee", AccountRole.WORKER)]
    await speak_from(parts, library_of([due_in(7, clock, owner="Content team")]))
    await parts.reviews.remind()
    assert [await kinds(parts, account) for account in told] == [[Kind.REVIEW], [Kind.REVIEW]]
    assert [await kinds(parts, account) for account in not_told] == [[], []]


async def test_two_processes_remind_once(parts: Container, clock: FakeClock) -> None:
    ada = await maintainer(parts, "ada")
    number = await speak_from(parts, library_of([due_in(7, clock)]))
    other = other_process(parts)
    await other.studio.live.follow(number)
    await asyncio.gather(parts.reviews.remind(), other.reviews.remind())
    assert await kinds(parts, ada) == [Kind.REVIEW]


async def test_another_review_date_is_reminded_of_anew(parts: Container, clock: FakeClock) -> None:
    ada = await maintainer(parts, "ada")
    for days in (7, 6):
        await speak_from(parts, library_of([due_in(days, clock)]))
        await parts.reviews.remind()
    assert await kinds(parts, ada) == [Kind.REVIEW, Kind.REVIEW]


async def test_nobody_is_reminded_at_night(parts: Container, clock: FakeClock) -> None:
    ada = await maintainer(parts, "ada")
    await speak_from(parts, library_of([due_in(7, clock)]))
    clock.move(timedelta(hours=12))
    await parts.reviews.remind()
    assert await kinds(parts, ada) == []
    clock.move(timedelta(hours=12))
    await parts.reviews.remind()
    assert await kinds(parts, ada) == [Kind.REVIEW]


@pytest.mark.parametrize(("days", "link"), [(7, "/answers"), (0, "/answers?overdue=yes")])
async def test_the_message_says_where_to_look_and_is_sent_once(
    parts: Container, clock: FakeClock, alerter: FakeAlerter, days: int, link: str
) -> None:
    ada = await maintainer(parts, "ada")
    await parts.alert_routes.add(ada, "slack://somewhere")
    await speak_from(parts, library_of([due_in(days, clock)]))
    await parts.reviews.remind()
    for _ in range(3):
        await parts.alerts.send_due()
        clock.move(timedelta(hours=1))
    ((_, text),) = alerter.sent
    assert text.endswith(f"{parts.settings.address}{link}")
