"""Who is on at a moment, and when they are next, whatever the clocks, their leave and the bank holidays do."""

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.core.directory import LONDON, WEEKDAYS, Period
from alongside.core.errors import InvalidInput
from alongside.core.rota import (
    Arrangement,
    Leave,
    Rostered,
    Span,
    check_cap,
    check_leave,
    clean_hours,
    is_always_on,
    is_on,
    next_on,
    spans_of_day,
    time_on,
    whole_days,
    working_days_in_words,
)
from tests.directory_builders import period
from tests.rota_builders import CALENDAR, WORKING_WEEK, at, duty_desk, hours, rostered

SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)


def on_sunday(starts: str, ends: str) -> Rostered:
    return rostered(hours=hours("sunday", starts=starts, ends=ends))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


class TestIsOn:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-24 08:59", False),
            ("2026-11-24 09:00", True),
            ("2026-11-24 16:59", True),
            ("2026-11-24 17:00", False),
            ("2026-11-23 12:00", False),
        ],
    )
    def test_from_the_start_of_the_hours_until_just_before_their_end(self, moment: str, expected: bool) -> None:
        assert is_on(rostered(), at(moment), CALENDAR) is expected

    def test_not_between_two_periods_of_a_day(self) -> None:
        ada = rostered(hours=(period("tuesday", "13:00", "15:00"), period("tuesday", "09:00", "12:00")))
        assert [is_on(ada, at(f"2026-11-24 {hour}:30"), CALENDAR) for hour in (11, 12, 13)] == [True, False, True]

    def test_hours_are_wall_clock_hours_in_summer_too(self) -> None:
        assert is_on(rostered(), utc("2026-06-23 08:00"), CALENDAR)
        assert not is_on(rostered(), utc("2026-06-23 16:00"), CALENDAR)

    def test_not_when_disabled(self) -> None:
        assert not is_on(rostered(is_disabled=True), at("2026-11-24 12:00"), CALENDAR)

    def test_bank_holiday_of_their_own_nation_only(self) -> None:
        st_andrews = at("2026-11-30 12:00")
        monday = hours("monday")
        assert not is_on(rostered(hours=monday, nation="scotland"), st_andrews, CALENDAR)
        assert is_on(rostered(hours=monday, nation="england"), st_andrews, CALENDAR)

    def test_without_a_nation_they_work_on_bank_holidays(self) -> None:
        assert is_on(rostered(hours=hours("friday"), nation=None), at("2026-12-25 12:00"), CALENDAR)

    def test_nation_without_a_calendar_is_refused_rather_than_taken_to_have_no_holidays(self) -> None:
        with pytest.raises(InvalidInput, match="scotland"):
            is_on(rostered(nation="scotland"), at("2026-11-24 12:00"), {})

    def test_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            is_on(rostered(), datetime(2026, 11, 24, 12), CALENDAR)


class TestLeave:
    def test_whole_days_include_the_last_one(self) -> None:
        ada = rostered(leave=(whole_days(date(2026, 11, 24), date(2026, 11, 25)),))
        assert next_on(ada, at("2026-11-24 08:00"), CALENDAR) == at("2026-11-26 09:00")

    def test_part_of_a_day_leaves_the_rest(self) -> None:
        ada = rostered(leave=(Span(at("2026-11-24 12:00"), at("2026-11-24 14:00")),))
        assert time_on(ada, Span(at("2026-11-24 00:00"), at("2026-11-25 00:00")), CALENDAR) == timedelta(hours=6)

    def test_leave_overlapping_leave_counts_once(self) -> None:
        leave = (
            Span(at("2026-11-24 10:00"), at("2026-11-24 14:00")),
            Span(at("2026-11-24 12:00"), at("2026-11-24 16:00")),
            whole_days(date(2026, 11, 25), date(2026, 11, 26)),
            whole_days(date(2026, 11, 26), date(2026, 11, 29)),
        )
        ada = rostered(leave=leave)
        assert time_on(ada, whole_days(date(2026, 11, 23), date(2026, 11, 29)), CALENDAR) == timedelta(hours=2)

    def test_leave_that_ends_before_it_starts_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="before"):
            whole_days(date(2026, 11, 25), date(2026, 11, 23))


class TestNextOn:
    def test_now_when_they_are_on(self) -> None:
        assert next_on(rostered(), at("2026-11-24 16:55"), CALENDAR) == at("2026-11-24 16:55")

    def test_over_christmas(self) -> None:
        ada = rostered(hours=hours(*WORKING_WEEK))
        assert next_on(ada, at("2026-12-24 17:00"), CALENDAR) == at("2026-12-29 09:00")

    def test_never_without_hours(self) -> None:
        assert next_on(rostered(hours=()), at("2026-11-24 08:00"), CALENDAR) is None

    def test_never_when_disabled(self) -> None:
        assert next_on(rostered(is_disabled=True), at("2026-11-24 08:00"), CALENDAR) is None

    def test_never_within_two_years_of_leave(self) -> None:
        ada = rostered(leave=(whole_days(date(2026, 1, 1), date(2028, 1, 1)),))
        assert next_on(ada, at("2026-11-24 08:00"), CALENDAR) is None


class TestClockChange:
    @pytest.mark.parametrize(("day", "length"), [(SPRING, 7), (AUTUMN, 9), (date(2026, 11, 1), 8)])
    def test_a_night_shift_is_as_long_as_it_really_is(self, day: date, length: int) -> None:
        (span,) = spans_of_day(on_sunday("00:00", "08:00"), day, CALENDAR)
        assert span.length == timedelta(hours=length)

    def test_a_start_that_does_not_exist_is_when_the_clocks_jump(self) -> None:
        assert spans_of_day(on_sunday("01:30", "05:00"), SPRING, CALENDAR) == [
            Span(utc("2026-03-29 01:00"), utc("2026-03-29 04:00"))
        ]

    def test_an_end_that_does_not_exist_is_when_the_clocks_jump(self) -> None:
        assert spans_of_day(on_sunday("00:00", "01:30"), SPRING, CALENDAR) == [
            Span(utc("2026-03-29 00:00"), utc("2026-03-29 01:00"))
        ]

    def test_hours_that_do_not_exist_are_no_hours(self) -> None:
        assert spans_of_day(on_sunday("01:10", "01:50"), SPRING, CALENDAR) == []

    def test_a_time_that_exists_twice_is_the_first(self) -> None:
        assert spans_of_day(on_sunday("01:15", "01:45"), AUTUMN, CALENDAR) == [
            Span(utc("2026-10-25 00:15"), utc("2026-10-25 00:45"))
        ]
        assert spans_of_day(on_sunday("01:30", "09:00"), AUTUMN, CALENDAR)[0].starts == utc("2026-10-25 00:30")

    def test_the_hour_that_comes_twice_is_worked_twice_within_longer_hours(self) -> None:
        ada = on_sunday("00:00", "03:00")
        assert is_on(ada, at("2026-10-25 01:30"), CALENDAR)
        assert is_on(ada, at("2026-10-25 01:30").replace(fold=1), CALENDAR)

    def test_time_on_over_the_short_night_reaches_the_last_hour(self) -> None:
        ada = rostered(hours=hours("monday", starts="00:00", ends="01:00"))
        during = Span(at("2026-03-28 23:50"), at("2026-03-30 00:45"))
        assert time_on(ada, during, CALENDAR) == timedelta(minutes=45)


class TestHours:
    @pytest.mark.parametrize(("starts", "ends"), [("22:00", "06:00"), ("09:00", "09:00")])
    def test_hours_over_midnight_are_refused_with_what_to_write(self, starts: str, ends: str) -> None:
        with pytest.raises(InvalidInput, match="two periods"):
            rostered(hours=hours("monday", starts=starts, ends=ends))

    def test_unknown_weekday_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="day of the week"):
            rostered(hours=hours("funday"))

    def test_until_midnight_is_the_whole_evening(self) -> None:
        (span,) = spans_of_day(on_sunday("22:00", "00:00"), date(2026, 11, 22), CALENDAR)
        assert span == Span(utc("2026-11-22 22:00"), utc("2026-11-23 00:00"))

    def test_periods_that_overlap_or_touch_count_once(self) -> None:
        both = (*hours("sunday", starts="09:00", ends="12:00"), *hours("sunday", starts="11:00", ends="13:00"))
        ada = rostered(hours=(*both, *hours("sunday", starts="13:00", ends="14:00")))
        assert [span.length for span in spans_of_day(ada, date(2026, 11, 22), CALENDAR)] == [timedelta(hours=5)]

    @pytest.mark.parametrize(
        ("weekdays", "said"),
        [(("tuesday", "wednesday", "thursday"), "Tuesday to Thursday"), (("monday", "friday"), "Monday and Friday"), ((), "")],
    )
    def test_working_days_in_words(self, weekdays: tuple[str, ...], said: str) -> None:
        assert working_days_in_words(rostered(hours=hours(*weekdays))) == said

    def test_always_on_is_every_hour_of_the_week(self) -> None:
        assert is_always_on(duty_desk())
        assert not is_always_on(rostered(hours=hours(*WORKING_WEEK, starts="00:00", ends="00:00")))
        assert not is_always_on(rostered(hours=hours(*WEEKDAYS)))

    def test_room_until_the_cap_is_reached(self) -> None:
        assert [rostered(cap=cap, open_cases=2).has_room for cap in (None, 3, 2, 0)] == [True, True, False, False]


class TestWhatIsSet:
    def test_hours_are_put_in_order_of_the_week(self) -> None:
        given_hours = (period("friday", "09:00", "12:00"), period("monday", "13:00", "17:00"), period("monday", "09:00", "13:00"))
        assert [(part.weekday, part.starts.hour) for part in clean_hours(given_hours)] == [
            ("monday", 9),
            ("monday", 13),
            ("friday", 9),
        ]

    @pytest.mark.parametrize(
        "periods",
        [
            (("09:00", "12:00"), ("11:00", "13:00")),
            (("09:00", "17:00"), ("10:00", "11:00")),
            (("09:00", "12:00"), ("09:00", "12:00")),
            (("18:00", "00:00"), ("20:00", "21:00")),
            (("00:00", "00:00"), ("12:00", "00:00")),
        ],
    )
    def test_hours_that_overlap_are_refused_with_both(self, periods: tuple[tuple[str, str], ...]) -> None:
        with pytest.raises(InvalidInput, match=r"On Monday the hours .* overlap"):
            clean_hours(period("monday", *bounds) for bounds in periods)

    def test_hours_over_midnight_are_refused_with_what_to_write(self) -> None:
        with pytest.raises(InvalidInput, match="two periods"):
            clean_hours(hours("monday", starts="22:00", ends="06:00"))
        assert len(clean_hours([period("monday", "22:00", "00:00"), period("tuesday", "00:00", "06:00")])) == 2

    def test_more_periods_than_the_form_shows_are_refused(self) -> None:
        many = [period("monday", f"{hour:02d}:00", f"{hour:02d}:30") for hour in range(9, 13)]
        assert len(clean_hours(many[:3])) == 3
        with pytest.raises(InvalidInput, match="4 periods on Monday"):
            clean_hours(many)

    def test_leave_that_ends_before_it_starts_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="before the first"):
            Leave(date(2026, 11, 25), date(2026, 11, 24))

    def test_new_leave_is_neither_over_nor_farther_than_anybody_plans(self) -> None:
        today = date(2026, 11, 24)
        check_leave(Leave(date(2026, 11, 1), today), today=today)  # somebody has been ill since the 1st
        check_leave(Leave(date(2028, 11, 1), date(2028, 11, 23)), today=today)
        with pytest.raises(InvalidInput, match="ended on 23 November 2026"):
            check_leave(Leave(date(2026, 11, 1), date(2026, 11, 23)), today=today)
        with pytest.raises(InvalidInput, match="Check the year"):
            check_leave(Leave(today, date(2062, 11, 24)), today=today)

    def test_somebody_is_away_on_both_ends_of_any_of_their_leave(self) -> None:
        known = Arrangement(leave=(Leave(date(2026, 11, 24), date(2026, 11, 25)), Leave(date(2026, 11, 25), date(2026, 11, 27))))
        assert [known.is_away(date(2026, 11, day)) for day in (23, 24, 25, 27, 28)] == [False, True, True, True, False]

    def test_a_cap_is_none_or_a_number_that_one_list_can_show(self) -> None:
        for fine in (None, 0, 1, 200):
            check_cap(fine)
        for wrong in (-1, 201):
            with pytest.raises(InvalidInput, match="from 0 to 200"):
                check_cap(wrong)


_QUARTERS = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
_DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(timezone.utc))


@st.composite
def _hours(draw: st.DrawFn) -> tuple[Period, ...]:
    bounds = draw(st.lists(st.tuples(st.sampled_from(WEEKDAYS), _QUARTERS, _QUARTERS), max_size=6))
    return tuple(period(weekday, *sorted((one, other))) for weekday, one, other in bounds if one != other)


@st.composite
def _leave(draw: st.DrawFn) -> tuple[Span, ...]:
    lengths = draw(st.lists(st.tuples(_MOMENTS, st.integers(1, 60 * 24 * 20)), max_size=4))
    return tuple(Span(starts, starts + timedelta(minutes=minutes)) for starts, minutes in lengths)


@settings(max_examples=150, deadline=None)
@given(_hours(), _leave(), st.sampled_from(sorted(CALENDAR)), _DAYS)
def test_spans_of_any_day_are_in_order_apart_within_the_hours_and_never_on_leave_or_a_holiday(
    weekly: tuple[Period, ...], leave: tuple[Span, ...], nation: str, day: date
) -> None:
    spans = spans_of_day(rostered(hours=weekly, leave=leave, nation=nation), day, CALENDAR)
    assert all(one.ends < other.starts for one, other in pairwise(spans))
    assert not (spans and day in CALENDAR[nation])
    for span in spans:
        assert all(span.ends <= away.starts or away.ends <= span.starts for away in leave)
        middle = (span.starts + span.length / 2).astimezone(LONDON)
        is_twice = middle.fold or middle.replace(fold=1).utcoffset() != middle.utcoffset()
        todays = [given_ for given_ in weekly if given_.weekday == WEEKDAYS[day.weekday()]]
        assert is_twice or any(given_.starts <= middle.time() < given_.ends for given_ in todays)


@settings(max_examples=150, deadline=None)
@given(_hours(), _leave(), st.sampled_from(sorted(CALENDAR)), _MOMENTS)
def test_next_on_is_a_moment_they_are_on_and_nobody_was_on_before_it(
    weekly: tuple[Period, ...], leave: tuple[Span, ...], nation: str, moment: datetime
) -> None:
    ada = rostered(hours=weekly, leave=leave, nation=nation)
    calendar = {**CALENDAR}
    found = next_on(ada, moment, calendar)
    assert (found == moment) == is_on(ada, moment, calendar)
    if found is not None and found > moment:
        assert is_on(ada, found, calendar)
        assert not time_on(ada, Span(moment, found), calendar)
