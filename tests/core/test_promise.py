"""Who is promised to reply to a carer and by when, and what happens when a promise will not be kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.core.directory import LONDON, WEEKDAYS, Period
from alongside.core.promise import (
    FARTHEST,
    Next,
    Person,
    Promise,
    Route,
    Step,
    Team,
    hand_on,
    make_promise,
    next_step,
    promise_by,
    promise_without,
    reply_by,
    take,
    variables,
)
from alongside.core.rota import Rostered, Span, is_on, time_on, whole_days
from tests.directory_builders import period
from tests.rota_builders import CALENDAR, WORKING_WEEK, at, duty_desk, hours, rostered, team

FRIDAY = at("2026-11-20 16:50")
TUESDAY = at("2026-11-24 10:00")

ADA = rostered("ada")
"""Works Tuesday to Thursday, 9 to 5."""
BEA = rostered("bea", hours=hours("monday", "tuesday", "friday"))
CAL = rostered("cal", hours=hours(*WORKING_WEEK))
DUTY = duty_desk()

AWAY = whole_days(date(2026, 11, 1), date(2026, 12, 31))


def away(person: Rostered) -> Rostered:
    return replace(person, leave=(*person.leave, AWAY))


def promised(now: datetime, given_team: Team, *, is_danger: bool = False) -> tuple[Route, str, datetime | None]:
    promise = make_promise(now, given_team, CALENDAR, is_danger=is_danger)
    return promise.route, promise.who.code if promise.who else "", promise.reply_by


class TestOwnWorker:
    def test_within_three_working_hours_while_they_are_on(self) -> None:
        assert promised(TUESDAY, team(ADA)) == (Route.OWN, "ada", at("2026-11-24 13:00"))

    def test_asked_on_friday_at_ten_to_five_a_tuesday_worker_replies_by_tuesday_midday(self) -> None:
        assert promised(FRIDAY, team(ADA)) == (Route.OWN, "ada", at("2026-11-24 12:00"))

    def test_asked_at_two_at_night_on_a_bank_holiday_weekend(self) -> None:
        weekdays = rostered(hours=hours(*WORKING_WEEK))
        assert promised(at("2026-05-24 02:00"), team(weekdays)) == (Route.OWN, "ada", at("2026-05-26 12:00"))

    def test_asked_in_their_last_ten_minutes_the_rest_comes_from_the_next_day(self) -> None:
        assert promised(at("2026-11-24 16:50"), team(ADA)) == (Route.OWN, "ada", at("2026-11-25 12:00"))

    def test_asked_in_their_last_ten_minutes_of_the_week(self) -> None:
        assert promised(at("2026-11-26 16:50"), team(ADA)) == (Route.OWN, "ada", at("2026-12-01 12:00"))

    def test_time_is_rounded_up_to_one_people_say(self) -> None:
        assert promised(at("2026-11-24 10:07"), team(ADA))[2] == at("2026-11-24 13:15")

    def test_rounding_never_passes_the_end_of_their_hours(self) -> None:
        short = rostered(hours=hours("tuesday", starts="09:00", ends="12:05"))
        assert promised(at("2026-11-24 09:02"), team(short))[2] == at("2026-11-24 12:05")

    def test_several_periods_a_day_are_added_up(self) -> None:
        split = rostered(hours=(period("tuesday", "09:00", "11:00"), period("tuesday", "14:00", "16:00")))
        assert promised(TUESDAY, team(split))[2] == at("2026-11-24 16:00")

    def test_first_in_order_is_promised_even_if_the_second_is_sooner(self) -> None:
        assert promised(FRIDAY, team(ADA, BEA))[1] == "ada"

    def test_second_is_promised_when_the_first_is_away(self) -> None:
        assert promised(FRIDAY, team(away(ADA), BEA))[:2] == (Route.OWN, "bea")

    def test_cover_is_named_when_they_work_before_the_reply_is_due(self) -> None:
        promise = make_promise(FRIDAY, team(ADA, cover={"ada": BEA}), CALENDAR)
        assert promise.cover is not None
        assert (promise.cover.name, promise.cover.days) == ("Bea", "Monday, Tuesday and Friday")

    @pytest.mark.parametrize("cover", [away(BEA), replace(BEA, is_disabled=True), replace(BEA, cap=1, open_cases=1)])
    def test_cover_who_cannot_help_is_not_named(self, cover: Rostered) -> None:
        assert make_promise(FRIDAY, team(ADA, cover={"ada": cover}), CALENDAR).cover is None


class TestSomebodyElse:
    @pytest.mark.parametrize(
        "ada", [away(ADA), replace(ADA, is_disabled=True), replace(ADA, cap=5, open_cases=5), replace(ADA, hours=())]
    )
    def test_cover_when_the_own_worker_is_away_disabled_full_or_without_hours(self, ada: Rostered) -> None:
        promise = make_promise(FRIDAY, team(ada, cover={"ada": CAL}, duty=DUTY), CALENDAR)
        assert promise.who is not None
        assert promise.instead_of is not None
        assert (promise.route, promise.who.code, promise.reply_by) == (Route.COVER, "cal", at("2026-11-23 12:00"))
        assert promise.instead_of.name == "Ada"

    def test_the_covers_own_cover_when_both_are_away(self) -> None:
        given_team = team(away(ADA), cover={"ada": away(BEA), "bea": CAL})
        assert promised(FRIDAY, given_team)[:2] == (Route.COVER, "cal")

    def test_duty_when_cover_is_away_too(self) -> None:
        given_team = team(away(ADA), cover={"ada": away(BEA)}, duty=DUTY)
        assert promised(FRIDAY, given_team) == (Route.DUTY, "duty", at("2026-11-20 20:00"))

    def test_two_away_who_cover_for_each_other_end_at_duty(self) -> None:
        given_team = team(away(ADA), cover={"ada": away(BEA), "bea": away(ADA)}, duty=DUTY)
        assert promised(FRIDAY, given_team)[0] is Route.DUTY

    def test_somebody_who_covers_for_themselves_is_no_cover(self) -> None:
        assert promised(FRIDAY, team(away(ADA), cover={"ada": away(ADA)}))[0] is Route.NOBODY

    def test_duty_when_there_is_no_worker_at_all(self) -> None:
        assert promised(FRIDAY, team(duty=DUTY))[0] is Route.DUTY

    def test_duty_on_office_hours_is_promised_in_them(self) -> None:
        desk = duty_desk(hours=hours(*WORKING_WEEK), nation="england")
        assert promised(FRIDAY, team(duty=desk))[2] == at("2026-11-23 12:00")

    def test_nobody_is_held_without_worker_or_duty(self) -> None:
        promise = make_promise(FRIDAY, team(), CALENDAR)
        assert (promise.route, promise.who, promise.reply_by) == (Route.NOBODY, None, None)

    def test_somebody_back_after_more_than_a_week_is_not_promised(self) -> None:
        back_on_the_first = replace(ADA, leave=(whole_days(date(2026, 11, 24), date(2026, 11, 30)),))
        assert promised(FRIDAY, team(back_on_the_first))[0] is Route.NOBODY


class TestDanger:
    def test_own_worker_who_is_on_replies_within_half_an_hour(self) -> None:
        given_team = team(ADA, cover={"ada": BEA}, duty=DUTY)
        assert promised(TUESDAY, given_team, is_danger=True) == (Route.OWN, "ada", at("2026-11-24 10:30"))

    def test_load_cap_does_not_count(self) -> None:
        assert promised(TUESDAY, team(replace(ADA, cap=1, open_cases=9), duty=DUTY), is_danger=True)[1] == "ada"

    def test_cover_who_is_on_goes_before_the_own_worker_who_is_not(self) -> None:
        given_team = team(ADA, cover={"ada": BEA})
        assert promised(at("2026-11-20 12:00"), given_team, is_danger=True)[1:] == ("bea", at("2026-11-20 12:30"))

    def test_duty_when_nobody_is_on(self) -> None:
        given_team = team(ADA, cover={"ada": BEA}, duty=DUTY)
        assert promised(at("2026-11-22 02:00"), given_team, is_danger=True) == (Route.DUTY, "duty", at("2026-11-22 02:30"))

    def test_duty_rather_than_somebody_about_to_leave(self) -> None:
        assert promised(at("2026-11-24 16:50"), team(ADA, duty=DUTY), is_danger=True)[0] is Route.DUTY

    def test_whoever_is_on_first_when_there_is_no_duty(self) -> None:
        given_team = team(ADA, cover={"ada": BEA})
        assert promised(FRIDAY, given_team, is_danger=True)[1:] == ("bea", at("2026-11-23 09:30"))


class TestNextStep:
    TEAM = team(ADA, cover={"ada": CAL}, duty=DUTY)

    def from_friday(self, now: str, given_team: Team = TEAM) -> Step:
        return next_step(make_promise(FRIDAY, self.TEAM, CALENDAR), at(now), given_team, CALENDAR)

    def test_waits_while_there_is_time(self) -> None:
        assert self.from_friday("2026-11-24 10:59") == Step(Next.WAIT)

    def test_alerts_again_in_the_last_third_of_the_time(self) -> None:
        assert self.from_friday("2026-11-24 11:00") == Step(Next.ALERT_AGAIN)

    def test_alerts_nobody_after_their_hours(self) -> None:
        promise = make_promise(at("2026-11-24 15:55"), self.TEAM, CALENDAR)
        assert promise.reply_by == at("2026-11-25 11:00")
        overnight = replace(promise, reply_by=at("2026-11-25 09:45"))
        assert next_step(overnight, at("2026-11-24 20:00"), self.TEAM, CALENDAR) == Step(Next.WAIT)
        assert next_step(overnight, at("2026-11-25 09:00"), self.TEAM, CALENDAR) == Step(Next.ALERT_AGAIN)

    @pytest.mark.parametrize("ada", [away(ADA), replace(ADA, is_disabled=True), replace(ADA, hours=())])
    def test_moves_to_cover_as_soon_as_it_is_sure_to_be_missed(self, ada: Rostered) -> None:
        step = self.from_friday("2026-11-23 09:00", team(ada, cover={"ada": CAL}, duty=DUTY))
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "cal")
        assert step.promise is not None
        assert step.promise.made_at < at("2026-11-24 12:00")
        assert step.promise.instead_of is not None
        assert step.promise.instead_of.code == "ada"
        assert step.promise.cover is None

    def test_moves_on_when_the_worker_has_left_the_service(self) -> None:
        step = self.from_friday("2026-11-23 09:00", team(duty=DUTY))
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "duty")

    def test_moves_to_duty_when_cover_is_away_too(self) -> None:
        step = self.from_friday("2026-11-23 09:00", team(away(ADA), cover={"ada": away(CAL)}, duty=DUTY))
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "duty")

    def test_promised_worker_again_when_they_are_back_and_there_is_nobody_else(self) -> None:
        ill_today = replace(ADA, leave=(whole_days(date(2026, 11, 24), date(2026, 11, 24)),), cap=1, open_cases=1)
        step = self.from_friday("2026-11-24 08:00", team(ill_today))
        assert step.promise is not None
        assert (_who(step.promise), step.promise.reply_by) == ("ada", at("2026-11-25 12:00"))

    def test_the_cover_keeps_it_rather_than_sending_it_back(self) -> None:
        ring = team(away(ADA), cover={"ada": CAL, "cal": ADA})
        step = self.from_friday("2026-11-23 09:00", ring)
        assert step.promise is not None
        assert next_step(step.promise, at("2026-11-23 09:30"), ring, CALENDAR) == Step(Next.WAIT)

    def test_moves_to_cover_half_an_hour_of_work_before_it_would_be_missed(self) -> None:
        assert self.from_friday("2026-11-24 11:29").next is Next.ALERT_AGAIN
        step = self.from_friday("2026-11-24 11:30")
        assert step.promise is not None
        assert (step.next, _who(step.promise), step.promise.missed_by) == (Next.RE_PROMISE, "cal", {"ada"})
        assert step.promise.made_at < at("2026-11-24 12:00")

    def test_that_half_hour_is_their_own_work_not_the_clocks(self) -> None:
        promise = make_promise(at("2026-11-24 16:50"), self.TEAM, CALENDAR)
        last_minutes = replace(promise, reply_by=at("2026-11-25 09:20"))
        assert next_step(last_minutes, at("2026-11-24 16:55"), self.TEAM, CALENDAR).next is Next.RE_PROMISE
        assert next_step(last_minutes, at("2026-11-24 16:45"), self.TEAM, CALENDAR).next is Next.ALERT_AGAIN

    def test_moves_on_five_minutes_before_in_danger(self) -> None:
        promise = make_promise(TUESDAY, self.TEAM, CALENDAR, is_danger=True)
        assert next_step(promise, at("2026-11-24 10:24"), self.TEAM, CALENDAR).next is Next.ALERT_AGAIN
        step = next_step(promise, at("2026-11-24 10:25"), self.TEAM, CALENDAR)
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "cal")

    def test_stays_to_the_end_with_a_worker_who_is_alone_and_the_carer_is_warned_once(self) -> None:
        alone = team(ADA)
        promise = make_promise(FRIDAY, alone, CALENDAR)
        assert next_step(promise, at("2026-11-24 11:29"), alone, CALENDAR) == Step(Next.ALERT_AGAIN)
        warned = replace(promise, is_warned=True)
        assert next_step(promise, at("2026-11-24 11:30"), alone, CALENDAR) == Step(Next.WARN, warned)
        assert next_step(warned, at("2026-11-24 11:59"), alone, CALENDAR) == Step(Next.ALERT_AGAIN)

    def test_who_takes_what_was_warned_of_has_a_promise_to_be_warned_of(self) -> None:
        warned = replace(make_promise(FRIDAY, team(ADA), CALENDAR), is_warned=True)
        taken = take(warned, BEA, at("2026-11-24 11:45"))
        assert (taken.reply_by, taken.is_warned) == (at("2026-11-24 12:45"), False)
        handed = hand_on(warned, BEA, at("2026-11-24 11:00"), CALENDAR)
        assert handed is not None
        assert not handed.is_warned

    def test_stays_for_a_while_with_who_has_just_taken_it_as_their_day_ends(self) -> None:
        """Bea had promised it for the next morning; Ada took it at ten to five, and works until five."""
        promise = take(make_promise(at("2026-11-26 16:50"), team(BEA), CALENDAR), ADA, at("2026-11-26 16:50"))
        both = team(ADA, BEA)
        taken = {"taken_at": at("2026-11-26 16:50")}
        assert next_step(promise, at("2026-11-26 17:19"), both, CALENDAR, **taken).next is Next.ALERT_AGAIN
        step = next_step(promise, at("2026-11-26 17:20"), both, CALENDAR, **taken)
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "bea")

    def test_a_worker_who_is_alone_is_promised_once_more_and_no_more(self) -> None:
        alone = team(replace(ADA, cap=1, open_cases=1))
        promise = make_promise(FRIDAY, team(ADA), CALENDAR)
        step = next_step(promise, at("2026-11-24 12:00"), alone, CALENDAR)
        assert step.promise is not None
        assert (step.next, _who(step.promise), step.promise.instead_of) == (Next.MISSED, "ada", None)
        step = next_step(step.promise, at("2026-11-24 15:00"), alone, CALENDAR)
        assert step.promise is not None
        assert (step.next, step.promise.route) == (Next.MISSED, Route.NOBODY)
        assert next_step(step.promise, at("2026-12-01 09:00"), alone, CALENDAR) == Step(Next.WAIT)

    def test_missed_goes_to_cover_then_duty_then_once_more_round_then_nobody(self) -> None:
        promise = make_promise(FRIDAY, self.TEAM, CALENDAR)
        seen = []
        while promise.reply_by:
            step = next_step(promise, promise.reply_by, self.TEAM, CALENDAR)
            assert step.next is Next.MISSED
            assert step.promise is not None
            promise = step.promise
            seen.append((promise.route, _who(promise), promise.is_last))
        assert seen == [
            (Route.COVER, "cal", False),
            (Route.DUTY, "duty", False),
            (Route.OWN, "ada", True),
            (Route.NOBODY, "", True),
        ]
        assert next_step(promise, at("2026-12-01 09:00"), self.TEAM, CALENDAR) == Step(Next.WAIT)

    def test_who_comes_back_after_everybody_missed_it_is_promised(self) -> None:
        alone = team(ADA)
        missed = replace(make_promise(FRIDAY, alone, CALENDAR), is_last=True)
        nobody = next_step(missed, at("2026-11-24 12:00"), alone, CALENDAR).promise
        assert nobody is not None
        step = next_step(nobody, at("2026-11-24 12:01"), self.TEAM, CALENDAR)
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "cal")

    def test_danger_stays_danger_when_it_moves_on(self) -> None:
        promise = make_promise(TUESDAY, self.TEAM, CALENDAR, is_danger=True)
        step = next_step(promise, at("2026-11-24 10:30"), self.TEAM, CALENDAR)
        assert step.promise is not None
        assert step.promise.is_danger
        assert (_who(step.promise), step.promise.reply_by) == ("cal", at("2026-11-24 11:00"))

    def test_nobody_becomes_somebody_once_there_is_one(self) -> None:
        nobody = make_promise(FRIDAY, team(), CALENDAR)
        assert next_step(nobody, FRIDAY, team(), CALENDAR) == Step(Next.WAIT)
        step = next_step(nobody, FRIDAY, team(ADA), CALENDAR)
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "ada")


class TestWithWorker:
    """The promise of somebody who has the case already."""

    TEAM = team(ADA, cover={"ada": CAL}, duty=DUTY)

    def test_is_theirs_whatever_their_cap_and_names_who_stands_in(self) -> None:
        full = replace(ADA, cap=1, open_cases=1)
        promise = promise_by(full, FRIDAY, self.TEAM, CALENDAR)
        assert (_who(promise), promise.reply_by, promise.instead_of) == ("ada", at("2026-11-24 12:00"), None)
        assert promise.cover is not None
        assert promise.cover.code == "cal"

    def test_is_nobodys_when_they_are_away_for_long(self) -> None:
        assert promise_by(away(ADA), FRIDAY, self.TEAM, CALENDAR).route is Route.NOBODY

    def test_who_took_it_outside_their_hours_has_until_the_time_by_the_clock(self) -> None:
        evening, by = at("2026-11-24 19:00"), at("2026-11-24 21:00")
        taken = replace(promise_by(ADA, TUESDAY, self.TEAM, CALENDAR), reply_by=by)
        assert next_step(taken, evening, self.TEAM, CALENDAR).next is Next.RE_PROMISE
        assert next_step(taken, evening, self.TEAM, CALENDAR, taken_at=evening) == Step(Next.WAIT)
        assert next_step(taken, at("2026-11-24 20:10"), self.TEAM, CALENDAR, taken_at=evening).next is Next.ALERT_AGAIN
        assert next_step(taken, at("2026-11-24 20:30"), self.TEAM, CALENDAR, taken_at=evening).next is Next.RE_PROMISE

    def test_who_goes_on_leave_tomorrow_must_write_before_they_go(self) -> None:
        taken_at = at("2026-11-24 16:00")
        promise = promise_by(ADA, taken_at, self.TEAM, CALENDAR)
        assert promise.reply_by == at("2026-11-25 11:00")
        leaving = team(replace(ADA, leave=(whole_days(date(2026, 11, 25), date(2026, 11, 27)),)), cover={"ada": CAL})
        assert next_step(promise, at("2026-11-24 16:29"), leaving, CALENDAR, taken_at=taken_at).next is Next.ALERT_AGAIN
        step = next_step(promise, at("2026-11-24 16:30"), leaving, CALENDAR, taken_at=taken_at)
        assert (step.next, _who(step.promise)) == (Next.RE_PROMISE, "cal")

    def test_goes_along_to_a_colleague_who_works_in_time(self) -> None:
        promise = make_promise(TUESDAY, self.TEAM, CALENDAR)
        handed = hand_on(promise, CAL, at("2026-11-24 11:00"), CALENDAR)
        assert handed is not None
        assert (_who(handed), handed.reply_by, handed.made_at) == ("cal", promise.reply_by, promise.made_at)
        assert hand_on(promise, CAL, at("2026-11-24 12:30"), CALENDAR) is None
        assert hand_on(promise, BEA, at("2026-11-24 18:00"), CALENDAR) is None

    def test_who_gave_it_up_comes_last(self) -> None:
        ada = Person("ada", "Ada", "carer support worker", "")
        given_up = promise_without(make_promise(TUESDAY, self.TEAM, CALENDAR), ada, TUESDAY, self.TEAM, CALENDAR)
        assert (_who(given_up), given_up.instead_of) == ("cal", ada)
        alone = promise_without(make_promise(TUESDAY, team(ADA), CALENDAR), ada, TUESDAY, team(ADA), CALENDAR)
        assert (_who(alone), alone.instead_of, alone.is_last) == ("ada", None, True)


class TestVariables:
    def test_hold_everything_a_carer_is_told(self) -> None:
        given_team = team(ADA, cover={"ada": BEA}, duty=DUTY)
        assert variables(make_promise(FRIDAY, given_team, CALENDAR), given_team) == {
            "who": "Ada",
            "role": "carer support worker",
            "days": "Tuesday to Thursday",
            "reply_by_time": "midday",
            "reply_by_day": "Tuesday 24 November",
            "cover": "Bea",
            "instead_of": "",
            "duty": "Duty",
            "duty_phone": "01632 960902",
            "duty_hours": "",
            "ward_phone": "01632 960900",
        }

    def test_hours_of_duty_are_told_when_it_has_any(self) -> None:
        desk = team(duty=duty_desk(hours=hours(*WORKING_WEEK)))
        assert variables(make_promise(FRIDAY, desk, CALENDAR), desk)["duty_hours"] == "Monday to Friday, 9am to 5pm"

    def test_times_are_said_as_the_clock_on_the_wall_shows_them_in_summer(self) -> None:
        said = variables(make_promise(at("2026-06-23 10:00"), team(ADA), CALENDAR), team(ADA))
        assert (said["reply_by_time"], said["reply_by_day"]) == ("1pm", "Tuesday 23 June")

    def test_nobody_leaves_only_the_phone_of_the_ward(self) -> None:
        said = variables(make_promise(FRIDAY, team(), CALENDAR), team())
        assert {name for name, value in said.items() if value} == {"ward_phone"}


def _who(promise: Promise | None) -> str:
    return promise.who.code if promise and promise.who else ""


# --- Five years of days, any rota ----------------------------------------------------------------------------------------

CODES = ("ada", "bea", "cal", "dot")
CLOCK_CHANGES = tuple(
    datetime.fromisoformat(f"{day}T01:00:00+00:00")
    for day in (
        *("2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29"),
        *("2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"),
    )
)
_ANY_MOMENT = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 18), timezones=st.just(timezone.utc))
_NEAR_A_CHANGE = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes), st.sampled_from(CLOCK_CHANGES), st.integers(-3000, 1500)
)
_NEAR_A_HOLIDAY = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=timezone.utc) + timedelta(minutes=minutes),
    st.sampled_from(sorted(CALENDAR["scotland"] | CALENDAR["ni"])).filter(lambda day: day < date(2028, 12, 18)),
    st.integers(-3000, 1500),
)
MOMENTS = st.one_of(_ANY_MOMENT, _NEAR_A_CHANGE, _NEAR_A_HOLIDAY)
_QUARTERS = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")


@st.composite
def _hours(draw: st.DrawFn) -> tuple[Period, ...]:
    bounds = draw(st.lists(st.tuples(st.sampled_from(WEEKDAYS), _QUARTERS, _QUARTERS), max_size=8))
    return tuple(period(weekday, *sorted((one, other))) for weekday, one, other in bounds if one != other)


@st.composite
def _person(draw: st.DrawFn, code: str, now: datetime) -> Rostered:
    leave = draw(st.lists(st.tuples(st.integers(-5000, 12000), st.integers(1, 12000)), max_size=3))
    return rostered(
        code,
        hours=draw(_hours()),
        nation=draw(st.sampled_from(sorted(CALENDAR))),
        leave=tuple(
            Span(now + timedelta(minutes=starts), now + timedelta(minutes=starts + minutes)) for starts, minutes in leave
        ),
        cap=draw(st.sampled_from([None, 0, 3])),
        is_disabled=draw(st.integers(0, 5)) == 0,
    )


@st.composite
def _asked(draw: st.DrawFn) -> tuple[datetime, Team, bool]:
    now = draw(MOMENTS)
    people = {code: draw(_person(code, now)) for code in CODES}
    workers = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=2))
    cover = draw(st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES)))
    duty = draw(st.sampled_from([None, DUTY, duty_desk(hours=hours(*WORKING_WEEK), nation="wales")]))
    covered = {code: people[by] for code, by in cover.items()}
    leads = draw(st.lists(st.sampled_from([code for code in CODES if code not in workers]), unique=True, max_size=2))
    given_team = Team(tuple(people[code] for code in workers), covered, duty, tuple(people[code] for code in leads))
    return now, given_team, draw(st.booleans())


def _everybody(given_team: Team) -> dict[str, Rostered]:
    people: Sequence[Rostered] = [
        *given_team.workers,
        *given_team.cover.values(),
        *([given_team.duty] if given_team.duty else []),
        *given_team.leads,
    ]
    return {person.code: person for person in people}


def _check(promise: Promise, given_team: Team) -> None:
    """A promise is from nobody, or from somebody who can keep it."""
    if promise.route is Route.NOBODY:
        assert (promise.who, promise.reply_by, promise.cover) == (None, None, None)
        return
    assert promise.reply_by is not None
    assert promise.made_at < promise.reply_by <= promise.made_at + FARTHEST
    time_left = Span(promise.made_at, promise.reply_by)
    for named in filter(None, (promise.who, promise.cover)):
        assert time_on(_everybody(given_team)[named.code], time_left, CALENDAR)
    who = _everybody(given_team)[_who(promise)]
    just_before = promise.reply_by - timedelta(seconds=1)
    assert is_on(who, just_before, CALENDAR)
    assert not who.is_disabled
    assert not any(leave.starts <= just_before < leave.ends for leave in who.leave)
    assert not (who.nation and just_before.astimezone(LONDON).date() in CALENDAR[who.nation])
    assert promise.cover is None or promise.cover != promise.who


@settings(max_examples=200, deadline=None)
@given(_asked())
def test_every_promise_can_be_kept(asked: tuple[datetime, Team, bool]) -> None:
    now, given_team, is_danger = asked
    promise = make_promise(now, given_team, CALENDAR, is_danger=is_danger)
    _check(promise, given_team)
    if promise.route is Route.NOBODY:
        able = [who for who in given_team.workers if is_danger or who.has_room]
        assert not any(reply_by(who, now, CALENDAR, is_danger=is_danger) for who in able)


@settings(max_examples=120, deadline=None)
@given(_asked())
def test_danger_is_answered_soon_whenever_anybody_is_on(asked: tuple[datetime, Team, bool]) -> None:
    now, given_team, _ = asked
    half_an_hour = Span(now, now + timedelta(minutes=30))
    able = [*given_team.workers, *([given_team.duty] if given_team.duty else [])]
    if any(time_on(who, half_an_hour, CALENDAR) == half_an_hour.length for who in able):
        promise = make_promise(now, given_team, CALENDAR, is_danger=True)
        assert promise.reply_by is not None
        assert promise.reply_by <= now + timedelta(minutes=45)


@settings(max_examples=200, deadline=None)
@given(_asked(), st.integers(0, 8000))
def test_asking_later_never_gives_an_earlier_promise_from_the_same_worker(
    asked: tuple[datetime, Team, bool], minutes: int
) -> None:
    now, given_team, is_danger = asked
    for person in _everybody(given_team).values():
        first = reply_by(person, now, CALENDAR, is_danger=is_danger)
        later = reply_by(person, now + timedelta(minutes=minutes), CALENDAR, is_danger=is_danger)
        assert first is None or later is None or first <= later


@settings(max_examples=120, deadline=None)
@given(_asked(), st.sets(st.sampled_from(CODES)), st.floats(0, 1))
def test_a_promise_that_falls_through_moves_on_in_time_and_ends(
    asked: tuple[datetime, Team, bool], gone: set[str], share: float
) -> None:
    now, before, is_danger = asked
    promise = make_promise(now, before, CALENDAR, is_danger=is_danger)
    after = Team(
        tuple(replace(who, is_disabled=who.is_disabled or who.code in gone) for who in before.workers),
        {code: replace(who, is_disabled=who.is_disabled or who.code in gone) for code, who in before.cover.items()},
        before.duty,
        tuple(replace(who, is_disabled=who.is_disabled or who.code in gone) for who in before.leads),
    )
    if promise.reply_by:
        part_way = now + (promise.reply_by - now) * share * 0.99
        step = next_step(promise, part_way, after, CALENDAR)
        if _who(promise) in gone:
            assert step.next is Next.RE_PROMISE
        if step.promise:
            _check(step.promise, after)
            promise = step.promise
    _runs_out(promise, after)


@settings(max_examples=150, deadline=None)
@given(_asked(), st.lists(st.floats(0.01, 1), min_size=1, max_size=4))
def test_nobody_is_promised_again_who_let_it_down_unless_all_did_and_the_carer_hears_in_time(
    asked: tuple[datetime, Team, bool], shares: list[float]
) -> None:
    """Nobody ever writes, and it is looked at now and then: each look moves it on early, at the end, or not at all."""
    now, given_team, is_danger = asked
    promise = make_promise(now, given_team, CALENDAR, is_danger=is_danger)
    looks = 0
    while promise.reply_by:
        # Looked at part of the way, and then when it is over: that ends every promise.
        part_way = now + (promise.reply_by - now) * shares[looks % len(shares)]
        for moment in (part_way, promise.reply_by):
            step = next_step(promise, moment, given_team, CALENDAR)
            if step.promise:
                break
        assert step.promise is not None
        _check(step.promise, given_team)
        if step.promise.who and not step.promise.is_last:
            assert _who(step.promise) not in step.promise.missed_by
        if step.next is Next.RE_PROMISE:
            assert step.promise.route is not Route.NOBODY
            assert moment < promise.reply_by
        # Only so far can it go: to one who had not let it down, to fewer of these, to the last chance of one who had, or to a
        # warning that it may be late.
        assert promise.missed_by <= step.promise.missed_by
        assert _how_far(promise) < _how_far(step.promise) or not step.promise.who
        promise, now = step.promise, moment
        looks += 1
        assert looks <= 2 * (len(CODES) + 3)


def _how_far(promise: Promise) -> tuple[bool, int, bool, bool]:
    is_by_another = promise.who is not None and promise.who.code not in promise.missed_by
    return promise.is_last, len(promise.missed_by), is_by_another, promise.is_warned


def _runs_out(promise: Promise, given_team: Team) -> None:
    """Each promise that is missed is followed by fewer, and then by none."""
    for _ in range(len(CODES) + 3):
        if promise.reply_by is None:
            break
        step = next_step(promise, promise.reply_by, given_team, CALENDAR)
        assert step.next is Next.MISSED
        assert step.promise is not None
        assert step.promise.missed_by > promise.missed_by or promise.is_last
        promise = step.promise
    assert promise.reply_by is None
