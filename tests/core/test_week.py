"""A week of one service: who is on each day, who is away, and when nobody is, whatever the clocks and the holidays do."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.core.directory import WEEKDAYS, Period
from alongside.core.errors import InvalidInput
from alongside.core.promise import Team
from alongside.core.rota import Rostered, Span, is_on, say_clock, whole_days
from alongside.core.week import As, Day, check_week, monday_of, office_hours, week_of
from tests.directory_builders import period
from tests.rota_builders import CALENDAR, WORKING_WEEK, at, duty_desk, hours, rostered, team

TUESDAY = date(2026, 11, 24)
ADA = rostered("ada")
"""Works Tuesday to Thursday, 9 to 5."""


def days(given_team: Team, first: date = TUESDAY, nation: str | None = "england") -> dict[str, Day]:
    return {WEEKDAYS[day.on.weekday()]: day for day in week_of(given_team, nation=nation, first=first, calendar=CALENDAR).days}


def gaps(given_team: Team, weekday: str, first: date = TUESDAY) -> list[str]:
    return [say_clock(gap) for gap in days(given_team, first)[weekday].gaps]


class TestWhoIsOn:
    def test_a_week_runs_from_monday_to_sunday_whichever_of_its_days_is_asked_for(self) -> None:
        for ahead in range(7):
            first = date(2026, 11, 23) + timedelta(days=ahead)
            week = week_of(team(ADA), nation="england", first=first, calendar=CALENDAR)
            assert [day.on for day in week.days] == [date(2026, 11, 23) + timedelta(days=more) for more in range(7)]

    def test_everybody_is_there_once_with_what_they_do(self) -> None:
        bea, cal, lead = (rostered(name, hours=hours("tuesday")) for name in ("bea", "cal", "lead"))
        everybody = team(ADA, bea, cover={"ada": bea, "bea": cal, "lead": cal}, duty=lead)
        found = [(person.name, person.serves_as) for person in days(everybody)["tuesday"].people]
        assert found == [("Ada", As.WORKER), ("Bea", As.WORKER), ("Lead", As.DUTY), ("Cal", As.COVER)]

    def test_several_periods_of_a_day(self) -> None:
        split = rostered(hours=(period("tuesday", "13:00", "17:00"), period("tuesday", "09:00", "12:30")))
        (person,) = days(team(split))["tuesday"].people
        assert [say_clock(span) for span in person.spans] == ["9am to 12.30pm", "1pm to 5pm"]

    def test_who_is_on_leave_is_shown_as_away_on_the_days_they_work_only(self) -> None:
        ada = rostered("ada", leave=(whole_days(TUESDAY, date(2026, 11, 30)),))
        found = days(team(ada))
        assert [(day, person.is_away) for day in found for person in found[day].people] == [
            ("tuesday", True),
            ("wednesday", True),
            ("thursday", True),
        ]
        assert not found["tuesday"].people[0].spans

    def test_who_has_no_hours_is_named_and_on_no_day(self) -> None:
        week = week_of(team(ADA, rostered("cal", hours=())), nation="england", first=TUESDAY, calendar=CALENDAR)
        assert week.without_hours == ("Cal",)
        assert {person.name for day in week.days for person in day.people} == {"Ada"}


class TestGaps:
    def test_a_day_without_anybody_is_a_gap_from_nine_to_five(self) -> None:
        assert gaps(team(ADA), "monday") == ["9am to 5pm"]
        assert gaps(team(ADA), "tuesday") == []
        assert week_of(team(ADA), nation="england", first=TUESDAY, calendar=CALENDAR).has_gap

    def test_a_service_without_anybody_has_a_gap_on_every_weekday_and_none_at_the_weekend(self) -> None:
        assert [bool(day.gaps) for day in days(team()).values()] == [True] * 5 + [False] * 2

    def test_a_lunch_hour_is_a_gap_unless_somebody_stands_in(self) -> None:
        split = rostered("ada", hours=(period("monday", "09:00", "12:00"), period("monday", "13:00", "16:00")))
        assert gaps(team(split), "monday") == ["midday to 1pm", "4pm to 5pm"]
        cover = rostered("cal", hours=(period("monday", "11:00", "14:00"),))
        assert gaps(team(split, cover={"ada": cover}), "monday") == ["4pm to 5pm"]

    def test_duty_fills_a_gap(self) -> None:
        assert gaps(team(ADA, duty=duty_desk()), "monday") == []

    def test_leave_makes_a_gap(self) -> None:
        assert gaps(team(rostered("ada", leave=(whole_days(TUESDAY, TUESDAY),))), "tuesday") == ["9am to 5pm"]

    def test_a_bank_holiday_is_told_and_is_no_gap(self) -> None:
        christmas = days(team(rostered(hours=hours(*WORKING_WEEK))), date(2026, 12, 25))["friday"]
        assert (christmas.is_holiday, christmas.gaps, christmas.people) == (True, (), ())

    def test_a_holiday_of_another_nation_is_a_gap_when_its_workers_are_off(self) -> None:
        welsh_ward = team(rostered(hours=hours(*WORKING_WEEK), nation="scotland"))
        st_andrews = days(welsh_ward, date(2026, 11, 30), "wales")["monday"]
        assert (st_andrews.is_holiday, [say_clock(gap) for gap in st_andrews.gaps]) == (False, ["9am to 5pm"])

    def test_without_a_nation_no_day_is_a_holiday(self) -> None:
        assert not days(team(ADA), date(2026, 12, 25), None)["friday"].is_holiday


@pytest.mark.parametrize("on", [date(2026, 3, 30), date(2026, 10, 26), date(2026, 6, 1)])
def test_office_hours_are_wall_clock_hours_all_the_year(on: date) -> None:
    (span,) = office_hours(on, CALENDAR)
    assert (span.starts, span.ends) == (at(f"{on} 09:00"), at(f"{on} 17:00"))


def test_a_week_that_is_too_far_away_is_refused() -> None:
    check_week(date(2027, 11, 22), today=TUESDAY)
    for far in (date(2027, 12, 6), date(2025, 11, 3), date(1, 1, 1), date(9999, 12, 27)):
        with pytest.raises(InvalidInput, match="more than a year away"):
            check_week(far, today=TUESDAY)


_QUARTERS = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
_DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 24))
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 30), timezones=st.just(timezone.utc))
_NATIONS = st.sampled_from(sorted(CALENDAR))


@st.composite
def _hours(draw: st.DrawFn) -> tuple[Period, ...]:
    bounds = draw(st.lists(st.tuples(st.sampled_from(WEEKDAYS), _QUARTERS, _QUARTERS), max_size=6))
    return tuple(period(weekday, *sorted((one, other))) for weekday, one, other in bounds if one != other)


@st.composite
def _person(draw: st.DrawFn, code: str, first: date) -> Rostered:
    starts = draw(st.lists(st.integers(-3, 9), max_size=2))
    leave = tuple(whole_days(first + timedelta(days=ahead), first + timedelta(days=ahead + 1)) for ahead in starts)
    return rostered(code, hours=draw(_hours()), leave=leave, nation=draw(_NATIONS))


@st.composite
def _weeks(draw: st.DrawFn) -> tuple[Team, date, str]:
    first = draw(_DAYS)
    workers = [draw(_person(code, first)) for code in draw(st.sampled_from([(), ("ada",), ("ada", "bea")]))]
    cover = {worker.code: draw(_person("cal", first)) for worker in workers[:1]}
    duty = draw(st.none() | _person("duty", first))
    return team(*workers, cover=cover, duty=duty), first, draw(_NATIONS)


@settings(max_examples=150, deadline=None)
@given(_weeks(), st.integers(0, 7 * 96 - 1))
def test_at_any_moment_of_office_hours_it_is_a_gap_exactly_when_nobody_is_on(drawn: tuple[Team, date, str], quarter: int) -> None:
    given_team, first, nation = drawn
    week = week_of(given_team, nation=nation, first=first, calendar=CALENDAR)
    moment = at(f"{monday_of(first)} 00:00") + timedelta(minutes=15 * quarter)  # wall-clock arithmetic within London
    day = week.days[moment.date().weekday()]
    duty = [given_team.duty] if given_team.duty else []
    somebody = any(is_on(person, moment, CALENDAR) for person in [*given_team.workers, *given_team.cover.values(), *duty])
    is_office = moment.weekday() < 5 and 9 <= moment.hour < 17 and day.on not in CALENDAR[nation]
    is_gap = any(gap.starts <= moment < gap.ends for gap in day.gaps)
    assert is_gap == (is_office and not somebody)


@settings(max_examples=150, deadline=None)
@given(_weeks())
def test_gaps_and_hours_never_overlap_and_gaps_are_in_order(drawn: tuple[Team, date, str]) -> None:
    given_team, first, nation = drawn
    for day in week_of(given_team, nation=nation, first=first, calendar=CALENDAR).days:
        assert all(one.ends < other.starts for one, other in zip(day.gaps, day.gaps[1:], strict=False))
        for gap in day.gaps:
            assert all(gap.without(span) == [gap] for person in day.people for span in person.spans)
        assert all(person.spans or person.is_away for person in day.people)


@settings(max_examples=100, deadline=None)
@given(_MOMENTS, st.integers(1, 600), st.integers(-900, 900), st.integers(1, 600))
def test_a_span_without_another_is_what_only_the_first_has(one: datetime, long: int, later: int, other_long: int) -> None:
    whole = Span(one, one + timedelta(minutes=long))
    taken = Span(one + timedelta(minutes=later), one + timedelta(minutes=later + other_long))
    left = whole.without(taken)
    shared = max(min(whole.ends, taken.ends) - max(whole.starts, taken.starts), timedelta())
    assert sum((part.length for part in left), timedelta()) + shared == whole.length
    assert all(part.without(taken) == [part] for part in left)
