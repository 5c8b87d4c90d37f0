"""What is said of times, and when groups meet."""

from datetime import UTC, date, datetime, time

import pytest

from alongside.core.directory import (
    Meeting,
    Repeats,
    coming_meetings,
    next_dates,
    say_contact,
    say_date,
    say_days,
    say_meeting,
    say_time,
    say_week,
    say_where,
)
from tests.directory_builders import CHECKED, PAST_REVIEW, SATURDAY, group, period, place


class TestChecked:
    def test_current_until_the_day_before_its_review_date(self) -> None:
        assert CHECKED.is_current(date(2027, 10, 31))

    def test_not_current_on_its_review_date(self) -> None:
        assert not CHECKED.is_current(date(2027, 11, 1))


class TestNextDates:
    def test_weekly_group_meets_every_week(self) -> None:
        assert next_dates(group(), now=SATURDAY, count=2) == [date(2026, 11, 24), date(2026, 12, 1)]

    def test_fortnightly_group_counts_from_its_first_meeting(self) -> None:
        fortnightly = group(repeats=Repeats.FORTNIGHTLY, first_on=date(2026, 11, 17))
        assert next_dates(fortnightly, now=SATURDAY, count=2) == [date(2026, 12, 1), date(2026, 12, 15)]

    def test_second_tuesday_of_the_month(self) -> None:
        monthly = group(repeats=Repeats.MONTHLY, weeks=(2,))
        assert next_dates(monthly, now=SATURDAY, count=2) == [date(2026, 12, 8), date(2027, 1, 12)]

    def test_last_tuesday_of_the_month(self) -> None:
        monthly = group(repeats=Repeats.MONTHLY, weeks=(-1,))
        assert next_dates(monthly, now=SATURDAY, count=2) == [date(2026, 11, 24), date(2026, 12, 29)]

    def test_a_group_that_has_not_begun_waits_for_its_first_day(self) -> None:
        assert next_dates(group(first_on=date(2026, 12, 8)), now=SATURDAY) == [date(2026, 12, 8)]

    @pytest.mark.parametrize(("hour", "expected"), [(17, date(2026, 11, 24)), (18, date(2026, 12, 1))])
    def test_todays_meeting_counts_until_it_starts(self, hour: int, expected: date) -> None:
        assert next_dates(group(), now=datetime(2026, 11, 24, hour, tzinfo=UTC)) == [expected]

    def test_the_start_is_meant_in_london_summer_time(self) -> None:
        # 17:30 UTC is 18:30 in London in June: the meeting at 18:00 has begun.
        assert next_dates(group(), now=datetime(2027, 6, 8, 17, 30, tzinfo=UTC)) == [date(2027, 6, 15)]


class TestComingMeetings:
    def test_soonest_first_with_the_place(self) -> None:
        hall = place("hall")
        meetings = coming_meetings(
            [group("b", period=period("friday")), group("a", place="hall")], now=SATURDAY, places={"hall": hall}
        )
        assert [(meeting.group.code, meeting.place) for meeting in meetings] == [("a", hall), ("b", None)]

    def test_a_group_past_its_review_date_is_left_out(self) -> None:
        assert coming_meetings([group(checked=PAST_REVIEW)], now=SATURDAY, places={}) == []


class TestWords:
    @pytest.mark.parametrize(
        ("at", "words"),
        [
            ("00:00", "12am"),
            ("09:05", "9.05am"),
            ("12:00", "midday"),
            ("12:30", "12.30pm"),
            ("14:00", "2pm"),
            ("23:59", "11.59pm"),
        ],
    )
    def test_times_read_like_a_notice_on_a_door(self, at: str, words: str) -> None:
        assert say_time(time.fromisoformat(at)) == words

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            ([1], "Tuesday"),
            ([6, 5], "Saturday and Sunday"),
            ([0, 1, 2, 4], "Monday to Wednesday and Friday"),
            ([0, 2, 4], "Monday, Wednesday and Friday"),
        ],
    )
    def test_three_days_in_a_row_become_a_span(self, days: list[int], words: str) -> None:
        assert say_days(days) == words

    def test_days_with_the_same_times_stand_together(self) -> None:
        week = [period("monday", "09:00", "12:00"), period("monday", "13:00", "15:00"), period("friday", "10:00", "11:30")]
        assert say_week(week) == ["Monday, 9am to midday and 1pm to 3pm", "Friday, 10am to 11.30am"]

    def test_a_meeting_says_its_day_time_and_place(self) -> None:
        meeting = Meeting(group(), date(2026, 11, 24), place())
        assert say_meeting(meeting) == "Tuesday 24 November, 6pm to 7.30pm"
        assert say_where(meeting) == "The Hall, 1 Example Road, Exampleton, ZZ99 9ZZ"

    def test_a_group_without_a_place_is_online(self) -> None:
        assert say_where(Meeting(group(), date(2026, 11, 24))) == "Online"

    def test_a_date_has_no_leading_nought(self) -> None:
        assert say_date(date(2026, 12, 1)) == "Tuesday 1 December"

    def test_how_to_join_follows_the_contact(self) -> None:
        assert say_contact(group(joining="You will be sent a link.")) == "Ring 01632 960901. You will be sent a link."
