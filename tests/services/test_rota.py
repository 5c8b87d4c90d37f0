"""Hours, leave, cover and load cap: who may set them, what they change of a promise, and the week they make."""

from datetime import date, timedelta
from typing import Any

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import LONDON, Kind
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import State
from alongside.core.permissions import Forbidden
from alongside.core.promise import Promise, Route, Team, make_promise
from alongside.core.rota import Leave, Rostered, say_clock
from alongside.services.people import Profile
from alongside.services.teams import Roster, read_roster
from alongside.store import rota as store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, add_case, ask, begin, current, fill_directory
from tests.directory_builders import organisation, period, service
from tests.fakes import NOW, FakeClock

MORNING = (period("tuesday", "09:00", "12:00"),)
TODAY = NOW.astimezone(LONDON).date()


@pytest.fixture
async def parts(database: Database) -> Container:
    parts = container(database)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


async def roster(parts: Container) -> Roster:
    async with parts.database.reading() as session:
        return await read_roster(session, today=TODAY)


async def team(parts: Container, service: str | None = "larch", **given: Any) -> Team:
    return (await roster(parts)).team(service, "wales", **given)


async def promise(parts: Container, **given: Any) -> Promise:
    return make_promise(NOW, await team(parts), {"wales": frozenset()}, **given)


async def profile(parts: Container, account: Account) -> Profile:
    return await parts.people.get(None, account.id)


async def fresh(parts: Container, account: Account) -> Account:
    return (await profile(parts, account)).account


def names(people: tuple[Rostered, ...]) -> list[str]:
    return [person.name for person in people]


class TestHours:
    async def test_the_directorys_hours_count_until_some_are_set(self, parts: Container, ada: Account) -> None:
        before = await profile(parts, ada)
        assert (before.hours, before.has_own_hours) == (ALL_WEEK, False)
        await parts.rota.set_hours(None, ada.id, MORNING)
        after = await profile(parts, ada)
        assert (after.hours, after.has_own_hours) == (MORNING, True)
        assert (await team(parts)).workers[0].hours == MORNING
        await parts.rota.use_directory_hours(None, ada.id)
        assert (await profile(parts, ada)).hours == ALL_WEEK

    async def test_no_hours_are_refused_as_long_as_the_directorys_would_count(self, parts: Container, ada: Account) -> None:
        await parts.rota.set_hours(None, ada.id, MORNING)
        with pytest.raises(InvalidInput, match="the directory would count: Monday to Sunday, 9am to 5pm"):
            await parts.rota.set_hours(None, ada.id, ())
        assert (await profile(parts, ada)).hours == MORNING
        cal = await add_account(parts.database, "cal", worker=None)
        await parts.rota.set_hours(None, cal.id, MORNING)
        await parts.rota.set_hours(None, cal.id, ())
        assert (await profile(parts, cal)).hours == ()

    async def test_somebody_the_directory_does_not_know_can_have_hours_too(self, parts: Container) -> None:
        cal = await add_account(parts.database, "cal", worker=None)
        assert (await promise(parts)).route is Route.NOBODY
        await parts.rota.set_hours(None, cal.id, ALL_WEEK)
        made = await promise(parts)
        assert made.who is not None
        assert made.who.code == cal.id

    async def test_hours_set_again_leave_nothing_of_the_old_ones(self, parts: Container, ada: Account) -> None:
        await parts.rota.set_hours(None, ada.id, ALL_WEEK)
        await parts.rota.set_hours(None, ada.id, [period("tuesday", "10:00", "11:00")])
        assert (await profile(parts, ada)).hours == (period("tuesday", "10:00", "11:00"),)

    async def test_wrong_hours_change_nothing(self, parts: Container, ada: Account) -> None:
        await parts.rota.set_hours(None, ada.id, MORNING)
        for wrong in ([*MORNING, period("tuesday", "11:00", "13:00")], [period("tuesday", "22:00", "06:00")]):
            with pytest.raises(InvalidInput):
                await parts.rota.set_hours(None, ada.id, wrong)
        assert (await profile(parts, ada)).hours == MORNING


class TestLeave:
    async def test_who_is_away_is_not_promised(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea")
        await parts.rota.add_leave(None, ada.id, Leave(TODAY, TODAY + timedelta(days=10)))
        made = await promise(parts)
        assert made.who is not None
        assert made.who.code == bea.id
        assert (await profile(parts, ada)).is_away

    async def test_leave_overlaps_and_repeats_without_harm_and_is_taken_back_by_its_days(
        self, parts: Container, ada: Account
    ) -> None:
        first, second = Leave(TODAY, TODAY), Leave(TODAY, TODAY + timedelta(days=2))
        for leave in (first, second, first):
            await parts.rota.add_leave(None, ada.id, leave)
        assert (await profile(parts, ada)).arrangement.leave == (first, second)
        await parts.rota.remove_leave(None, ada.id, first)
        await parts.rota.remove_leave(None, ada.id, first)
        assert (await profile(parts, ada)).arrangement.leave == (second,)

    async def test_leave_that_is_over_is_refused(self, parts: Container, ada: Account) -> None:
        with pytest.raises(InvalidInput, match="ended"):
            await parts.rota.add_leave(None, ada.id, Leave(TODAY - timedelta(days=2), TODAY - timedelta(days=1)))
        assert (await profile(parts, ada)).arrangement.leave == ()

    async def test_leave_is_forgotten_when_nobody_looks_back_so_far(self, parts: Container, ada: Account) -> None:
        old, recent = (Leave(TODAY - timedelta(days=ago), TODAY - timedelta(days=ago)) for ago in (400, 300))
        async with parts.database.transaction() as session:
            await store.add_leave(session, ada.id, old)
            await store.add_leave(session, ada.id, recent)
        await parts.rota.add_leave(None, ada.id, Leave(TODAY, TODAY))
        assert (await profile(parts, ada)).arrangement.leave == (recent, Leave(TODAY, TODAY))

    async def test_anybody_says_when_they_are_away_themselves_and_nobody_for_a_colleague(
        self, parts: Container, ada: Account
    ) -> None:
        bea = await add_account(parts.database, "bea")
        leave = Leave(TODAY, TODAY)
        await parts.rota.add_leave(ada, ada.id, leave)
        await parts.rota.remove_leave(ada, ada.id, leave)
        with pytest.raises(Forbidden):
            await parts.rota.add_leave(ada, bea.id, leave)
        assert not (await profile(parts, bea)).is_away


class TestCover:
    async def test_the_named_cover_stands_in_even_from_another_service(self, parts: Container, ada: Account) -> None:
        await add_account(parts.database, "bea")
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, ada.id, cal.id)
        found = await team(parts)
        assert (names(found.workers), found.cover[ada.id].code) == (["Ada", "Bea"], cal.id)

    async def test_without_one_the_next_colleague_stands_in(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea")
        found = await team(parts)
        assert (found.cover[ada.id].code, found.cover[bea.id].code) == (bea.id, ada.id)

    async def test_the_cover_sees_and_claims_the_cases_of_the_services_they_cover(self, parts: Container, ada: Account) -> None:
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        _, file = await ask(parts)
        with pytest.raises(Forbidden):
            await parts.handover.claim(cal, file.id)
        await parts.rota.set_cover(None, ada.id, cal.id)
        cal = await fresh(parts, cal)
        assert cal.covers == {"larch"}
        assert (await parts.handover.claim(cal, file.id)).owner == cal.id
        await parts.rota.set_cover(None, ada.id, None)
        assert (await fresh(parts, cal)).covers == frozenset()

    async def test_who_covers_a_unit_covers_its_wards_and_not_what_the_covered_covers(self, parts: Container) -> None:
        ada = await add_account(parts.database, "ada", services=frozenset({"larch"}))
        bea = await add_account(parts.database, "bea", services=frozenset({"rowan"}))
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, ada.id, bea.id)
        await parts.rota.set_cover(None, bea.id, cal.id)
        assert (await fresh(parts, cal)).covers == {"rowan"}
        found = await team(parts)
        assert set(found.cover) == {ada.id}  # Cal could not open a case of larch, and so is not promised one

    async def test_two_may_cover_for_each_other(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, ada.id, bea.id)
        await parts.rota.set_cover(None, bea.id, ada.id)
        away = Leave(TODAY, TODAY + timedelta(days=10))
        await parts.rota.add_leave(None, ada.id, away)
        made = await promise(parts)
        assert (made.route, made.who.code if made.who else "") == (Route.COVER, bea.id)
        await parts.rota.add_leave(None, bea.id, away)
        assert (await promise(parts)).route is Route.NOBODY

    async def test_nobody_stands_in_for_themselves_and_nobody_who_has_no_cases(self, parts: Container, ada: Account) -> None:
        gone = await add_account(parts.database, "gone")
        await parts.accounts.disable(gone.email)
        maintainer = await add_account(parts.database, "mel", role=AccountRole.MAINTAINER, services=frozenset())
        for wrong, told in ((ada.id, "themselves"), (gone.id, "is disabled"), (maintainer.id, "has no cases")):
            with pytest.raises(InvalidInput, match=told):
                await parts.rota.set_cover(None, ada.id, wrong)
        with pytest.raises(NotFound):
            await parts.rota.set_cover(None, ada.id, "nobody")
        assert (await profile(parts, ada)).cover is None

    async def test_a_cover_who_is_disabled_later_is_named_but_the_next_colleague_stands_in(
        self, parts: Container, ada: Account
    ) -> None:
        bea, cal = await add_account(parts.database, "bea"), await add_account(parts.database, "cal")
        await parts.rota.set_cover(None, ada.id, cal.id)
        await parts.accounts.disable(cal.email)
        seen = await profile(parts, ada)
        assert (seen.cover.id if seen.cover else "", seen.can_cover) == (cal.id, False)
        assert (await team(parts)).cover[ada.id].code == bea.id

    async def test_the_cover_of_somebody_who_left_has_their_place(self, parts: Container, ada: Account) -> None:
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, ada.id, cal.id)
        await parts.accounts.disable(ada.email)
        assert [person.code for person in (await team(parts)).workers] == [cal.id]
        assert (await fresh(parts, cal)).covers == {"larch"}

    async def test_the_cover_of_the_lead_on_duty_stands_in_for_them(self, parts: Container) -> None:
        lead = await add_account(parts.database, "ada", role=AccountRole.LEAD)
        bea = await add_account(parts.database, "bea", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, lead.id, bea.id)
        await parts.rota.add_leave(None, lead.id, Leave(TODAY, TODAY + timedelta(days=10)))
        made = await promise(parts)
        assert (made.route, made.who.code if made.who else "") == (Route.COVER, bea.id)

    async def test_who_gave_a_case_up_is_not_its_cover(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea")
        await parts.rota.set_cover(None, ada.id, bea.id)
        assert (await team(parts, last=bea.id)).cover == {}


class TestCap:
    async def test_cases_taken_and_cases_that_wait_with_the_promise_count(self, parts: Container, ada: Account) -> None:
        for number in range(2):
            _, file = await ask(parts)
            assert file.promise.who is not None
            if number:
                await parts.handover.claim(ada, file.id)
        conversation = await begin(parts)
        await add_case(parts.database, conversation.id, state=State.CLOSED, owner=ada.id, closed_at=NOW)
        assert (await profile(parts, ada)).open_cases == 2

    async def test_at_the_cap_a_colleague_is_promised_except_in_danger(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea")
        await parts.rota.set_cap(None, ada.id, 1)
        assert (await promise(parts)).who == (await promise(parts, is_danger=True)).who
        await ask(parts)
        made, in_danger = await promise(parts), await promise(parts, is_danger=True)
        assert (made.who.code if made.who else "", in_danger.who.code if in_danger.who else "") == (bea.id, ada.id)
        await parts.rota.set_cap(None, ada.id, None)
        assert (await promise(parts)).who == in_danger.who

    async def test_a_cap_of_nothing_promises_nothing(self, parts: Container, ada: Account) -> None:
        await parts.rota.set_cap(None, ada.id, 0)
        assert (await promise(parts)).route is Route.NOBODY

    @pytest.mark.parametrize("wrong", [-1, 201])
    async def test_a_cap_nobody_means_is_refused(self, parts: Container, ada: Account, wrong: int) -> None:
        await parts.rota.set_cap(None, ada.id, 7)
        with pytest.raises(InvalidInput):
            await parts.rota.set_cap(None, ada.id, wrong)
        assert (await profile(parts, ada)).arrangement.cap == 7

    async def test_cap_and_cover_are_kept_apart(self, parts: Container, ada: Account) -> None:
        bea = await add_account(parts.database, "bea")
        await parts.rota.set_cap(None, ada.id, 7)
        await parts.rota.set_cover(None, ada.id, bea.id)
        kept = (await profile(parts, ada)).arrangement
        assert (kept.cap, kept.cover) == (7, bea.id)


class TestWhoMayChange:
    async def test_a_lead_changes_their_team_and_nobody_else(self, parts: Container, ada: Account) -> None:
        lead = await add_account(parts.database, "lea", role=AccountRole.LEAD)
        other = await add_account(parts.database, "oda", role=AccountRole.LEAD, services=frozenset({"rowan"}))
        await parts.rota.set_hours(lead, ada.id, MORNING)
        await parts.rota.set_cap(lead, ada.id, 3)
        await parts.rota.add_leave(lead, ada.id, Leave(TODAY, TODAY))
        for by in (other, ada, await add_account(parts.database, "mel", role=AccountRole.MAINTAINER)):
            with pytest.raises(Forbidden):
                await parts.rota.set_hours(by, ada.id, ())
            with pytest.raises(Forbidden):
                await parts.rota.use_directory_hours(by, ada.id)
            with pytest.raises(Forbidden):
                await parts.rota.set_cap(by, ada.id, None)
            with pytest.raises(Forbidden):
                await parts.rota.set_cover(by, ada.id, lead.id)
        kept = await profile(parts, ada)
        assert (kept.hours, kept.arrangement.cap, kept.cover) == (MORNING, 3, None)

    async def test_a_lead_does_not_open_services_of_others_by_naming_a_cover(self, parts: Container) -> None:
        lead = await add_account(parts.database, "lea", role=AccountRole.LEAD)
        both = await add_account(parts.database, "ada", services=frozenset({"larch", "rowan"}))
        with pytest.raises(Forbidden, match="Ask an administrator"):
            await parts.rota.set_cover(lead, both.id, lead.id)
        assert (await fresh(parts, lead)).covers == frozenset()

    async def test_somebody_who_does_not_exist(self, parts: Container) -> None:
        admin = await add_account(parts.database, "mel", role=AccountRole.ADMIN)
        with pytest.raises(NotFound):
            await parts.rota.set_hours(admin, "nobody", MORNING)


class TestWeek:
    async def test_each_sees_the_services_they_serve_or_cover_and_an_administrator_all(
        self, parts: Container, ada: Account
    ) -> None:
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        admin = await add_account(parts.database, "mel", role=AccountRole.ADMIN, services=frozenset())
        await parts.rota.set_cover(None, ada.id, cal.id)

        async def seen(by: Account) -> list[str]:
            return [found.service.code for found in await parts.rota.weeks(by)]

        assert await seen(ada) == ["larch"]
        assert await seen(await fresh(parts, cal)) == ["larch", "rowan"]
        assert await seen(admin) == ["larch", "rowan"]

    async def test_leave_cover_and_gaps_are_those_of_the_service(self, parts: Container, ada: Account) -> None:
        cal = await add_account(parts.database, "cal", services=frozenset({"rowan"}))
        await parts.rota.set_cover(None, ada.id, cal.id)
        await parts.rota.set_hours(None, cal.id, MORNING)
        await parts.rota.add_leave(None, ada.id, Leave(TODAY, TODAY))
        (found,) = await parts.rota.weeks(ada, TODAY)
        tuesday = found.week.days[1]
        assert [(person.name, person.is_away, len(person.spans)) for person in tuesday.people] == [
            ("Ada", True, 0),
            ("Cal", False, 1),
        ]
        assert [say_clock(gap) for gap in tuesday.gaps] == ["midday to 5pm"]

    async def test_a_ward_nobody_serves_is_a_gap_whoever_stands_in(self, parts: Container, ada: Account) -> None:
        admin = await add_account(parts.database, "mel", role=AccountRole.ADMIN, services=frozenset())
        larch, rowan = await parts.rota.weeks(admin, TODAY)
        assert [day.people for day in rowan.week.days if day.people] == []
        assert [say_clock(gap) for gap in rowan.week.days[1].gaps] == ["9am to 5pm"]
        assert larch.week.days[1].people

    async def test_the_bank_holidays_of_the_services_nation_are_told(self, parts: Container, ada: Account) -> None:
        (found,) = await parts.rota.weeks(ada, date(2027, 1, 1))
        assert [day.on for day in found.week.days if day.is_holiday] == [date(2026, 12, 28), date(2027, 1, 1)]
        assert found.week.days[0].on == date(2026, 12, 28)

    async def test_a_week_too_far_away_is_refused(self, parts: Container, ada: Account) -> None:
        with pytest.raises(InvalidInput, match="nearer"):
            await parts.rota.weeks(ada, TODAY + timedelta(days=400))


async def test_leave_of_who_was_promised_moves_the_case_on_at_the_next_look(database: Database) -> None:
    clock = FakeClock()
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    conversation, file = await ask(parts)
    assert file.promise.who is not None
    assert file.promise.who.code == ada.id
    await parts.rota.add_leave(ada, ada.id, Leave(clock.today(), clock.today() + timedelta(days=5)))
    await parts.keeping.keep_promises()
    again = (await current(parts, conversation)).promise
    assert again.who is not None
    assert (again.who.code, again.instead_of.code if again.instead_of else "") == (bea.id, ada.id)


async def test_a_unit_is_shown_by_its_wards(database: Database) -> None:
    parts = container(database)
    unit = service("yew-unit", kind=Kind.UNIT)
    ward = service("yew-ward", unit="yew-unit")
    await parts.directory.import_all([organisation(services=(unit, ward, service("larch")))])
    lead = await add_account(database, "lea", role=AccountRole.LEAD, services=frozenset({"yew-unit"}))
    assert [found.service.code for found in await parts.rota.weeks(await fresh(parts, lead))] == ["yew-ward"]
