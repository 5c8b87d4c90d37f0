"""Checking back: the next working day of who knows the carer, or whoever stands in for them that day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.rota import is_on, whole_days
from alongside.core.tasks import CheckBack, day_of, end_of_day, plan_check_back
from tests.rota_builders import CALENDAR, WORKING_WEEK, at, hours, rostered

ADA = rostered("ada")
BEA = rostered("bea", hours=hours(*WORKING_WEEK, starts="08:30"))


@pytest.mark.parametrize(
    ("first_day", "due"),
    [
        (date(2026, 11, 25), "2026-11-25T09:00"),
        (date(2026, 11, 27), "2026-12-01T09:00"),  # after Thursday comes Tuesday
        (date(2026, 3, 30), "2026-03-31T09:00"),  # the day after the clocks have changed
    ],
)
def test_it_is_on_the_first_working_day(first_day: date, due: str) -> None:
    assert plan_check_back(ADA, [BEA], first_day, CALENDAR) == CheckBack("ada", at(due))


def test_a_bank_holiday_is_no_working_day() -> None:
    bea = plan_check_back(BEA, [], date(2026, 12, 25), CALENDAR)
    assert bea == CheckBack("bea", at("2026-12-29T08:30"))


def test_the_cover_has_it_while_they_are_on_leave() -> None:
    away = rostered("ada", leave=(whole_days(date(2026, 11, 25), date(2026, 12, 4)),))
    assert plan_check_back(away, [BEA], date(2026, 11, 25), CALENDAR) == CheckBack("bea", at("2026-11-25T08:30"))


def test_it_waits_for_who_is_back_before_any_cover_is_there() -> None:
    away = rostered("ada", leave=(whole_days(date(2026, 11, 25), date(2026, 11, 25)),))
    later = rostered("bea", hours=hours("friday"))
    assert plan_check_back(away, [later], date(2026, 11, 25), CALENDAR) == CheckBack("ada", at("2026-11-26T09:00"))


def test_a_morning_off_is_still_their_day() -> None:
    morning = whole_days(date(2026, 11, 24), date(2026, 11, 24))
    half = type(morning)(at("2026-11-25T08:00"), at("2026-11-25T12:00"))
    assert plan_check_back(rostered("ada", leave=(half,)), [BEA], date(2026, 11, 25), CALENDAR).who == "ada"


def test_somebody_who_may_not_sign_in_is_stood_in_for() -> None:
    gone = rostered("ada", is_disabled=True)
    assert plan_check_back(gone, [BEA], date(2026, 11, 25), CALENDAR).who == "bea"


def test_without_hours_or_anybody_it_is_still_somebodys_on_some_day() -> None:
    nowhere = rostered("ada", hours=())
    assert plan_check_back(nowhere, [], date(2026, 11, 28), CALENDAR) == CheckBack("ada", at("2026-11-30T09:00"))
    alone = rostered("ada", hours=(), is_disabled=True)
    assert plan_check_back(alone, [nowhere], date(2026, 11, 28), CALENDAR) == CheckBack("ada", at("2026-11-30T09:00"))


@given(
    first_day=st.dates(date(2024, 1, 1), date(2028, 6, 1)),
    away=st.integers(0, 30),
    nation=st.sampled_from(["england", "scotland", "wales", "ni"]),
)
def test_whoever_has_it_is_there_then_and_never_before_its_first_day(first_day: date, away: int, nation: str) -> None:
    leave = (whole_days(first_day, first_day + timedelta(days=away)),) if away else ()
    people = {
        "ada": rostered("ada", nation=nation, leave=leave),
        "bea": rostered("bea", nation=nation, hours=hours(*WORKING_WEEK, starts="08:30")),
    }
    plan = plan_check_back(people["ada"], [people["bea"]], first_day, CALENDAR)
    assert is_on(people[plan.who], plan.due_at, CALENDAR)
    assert day_of(plan.due_at) >= first_day


def test_today_ends_at_midnight_as_people_see_it() -> None:
    london = ZoneInfo("Europe/London")
    assert end_of_day(datetime(2026, 6, 1, 23, 30, tzinfo=ZoneInfo("UTC"))) == datetime(2026, 6, 3, 0, 0, tzinfo=london)
