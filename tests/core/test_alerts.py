"""What an alert says, when it is due, and who comes after somebody who does not look."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alongside.core.alerts import (
    PAUSES,
    TIMES,
    WHY,
    Alert,
    Failure,
    Kind,
    NotSent,
    State,
    again_at,
    due_at,
    next_after,
    retry_at,
    say,
    whom_to_alert,
)
from alongside.core.promise import make_promise
from alongside.core.rota import whole_days
from tests.rota_builders import CALENDAR, WORKING_WEEK, at, duty_desk, hours, rostered, team

ADA = rostered("ada")
"""Works Tuesday to Thursday, 9 to 5."""
CAL = rostered("cal", hours=hours(*WORKING_WEEK))
DUTY = duty_desk(hours=hours(*WORKING_WEEK))
SHADOW = rostered("shadow", hours=())
TUESDAY = at("2026-11-24 10:00")
SATURDAY = at("2026-11-21 02:00")
LINK = "https://chat.example.org/inbox/cases/abc"


def alert(**given: object) -> Alert:
    defaults = {"id": "a", "account": "ada", "kind": Kind.PROMISED, "key": "k", "raised_at": TUESDAY, "next_try_at": TUESDAY}
    return Alert(**(defaults | given))  # type: ignore[arg-type]


class TestWords:
    def test_say_what_by_when_and_where(self) -> None:
        said = say(Kind.PROMISED, link=LINK, now=TUESDAY, reply_by=at("2026-11-24 12:00"))
        assert said == f"Alongside: somebody waits for you. Reply by midday. {LINK}"

    def test_say_the_day_when_it_is_another(self) -> None:
        said = say(Kind.DANGER, link=LINK, now=TUESDAY, reply_by=at("2026-11-25 09:30"))
        assert "Reply by 9.30am on Wednesday 25 November." in said

    def test_do_not_tell_a_time_that_is_over(self) -> None:
        assert "Reply by" not in say(Kind.MISSED, link=LINK, now=TUESDAY, reply_by=TUESDAY)

    @pytest.mark.parametrize("kind", Kind)
    def test_there_are_words_for_every_kind_and_they_fit_a_text_message(self, kind: Kind) -> None:
        assert len(say(kind, link=LINK, now=TUESDAY, reply_by=at("2026-11-25 09:30"))) <= 160 + len(LINK) - 20

    @pytest.mark.parametrize("why", Failure)
    def test_every_failure_says_what_to_do(self, why: Failure) -> None:
        assert str(NotSent(why)) == f"The alert was not sent: {WHY[why]}"


class TestWhom:
    def test_the_one_who_promised_at_once_if_they_are_on(self) -> None:
        given_team = team(ADA, cover={"ada": CAL})
        promise = make_promise(TUESDAY, given_team, CALENDAR)
        assert whom_to_alert(promise, given_team, TUESDAY, CALENDAR) == [(Kind.PROMISED, ADA, TUESDAY)]

    def test_at_their_opening_time_if_off_and_the_cover_at_theirs_if_that_is_before(self) -> None:
        given_team = team(ADA, cover={"ada": CAL})
        promise = make_promise(SATURDAY, given_team, CALENDAR)
        assert whom_to_alert(promise, given_team, SATURDAY, CALENDAR) == [
            (Kind.PROMISED, ADA, at("2026-11-24 09:00")),
            (Kind.STAND_IN, CAL, at("2026-11-23 09:00")),
        ]

    def test_everybody_on_in_danger(self) -> None:
        given_team = team(ADA, replace(CAL, leave=(whole_days(date(2026, 11, 24), date(2026, 11, 24)),)), duty=DUTY)
        promise = make_promise(TUESDAY, given_team, CALENDAR, is_danger=True)
        alerted = whom_to_alert(promise, given_team, TUESDAY, CALENDAR)
        assert [(kind, person.code, due) for kind, person, due in alerted] == [
            (Kind.DANGER, "ada", TUESDAY),
            (Kind.DANGER, "duty", TUESDAY),
        ]

    def test_in_danger_with_nobody_on_who_promised_at_their_opening_time(self) -> None:
        promise = make_promise(SATURDAY, team(ADA), CALENDAR, is_danger=True)
        assert whom_to_alert(promise, team(ADA), SATURDAY, CALENDAR) == [(Kind.DANGER, ADA, at("2026-11-24 09:00"))]

    def test_everybody_when_nobody_could_be_promised(self) -> None:
        full = replace(ADA, cap=0)
        promise = make_promise(TUESDAY, team(full, SHADOW), CALENDAR)
        assert {person.code for _, person, _ in whom_to_alert(promise, team(full, SHADOW), TUESDAY, CALENDAR)} == {
            "ada",
            "shadow",
        }

    def test_somebody_whose_hours_nobody_knows_at_once(self) -> None:
        assert due_at(SHADOW, SATURDAY, CALENDAR) == SATURDAY


class TestAfter:
    def test_cover_then_duty_then_nobody(self) -> None:
        given_team = team(ADA, cover={"ada": CAL}, duty=DUTY)
        assert next_after("ada", given_team, {"ada"}) == CAL
        assert next_after("cal", given_team, {"ada", "cal"}) == DUTY
        assert next_after("duty", given_team, {"ada", "cal", "duty"}) is None

    def test_two_who_cover_for_each_other_end_it(self) -> None:
        assert next_after("cal", team(ADA, CAL, cover={"ada": CAL, "cal": ADA}), {"ada", "cal"}) is None

    def test_somebody_who_has_left_the_team_is_followed_by_duty(self) -> None:
        assert next_after("gone", team(ADA, duty=DUTY), {"gone"}) == DUTY

    def test_again_after_twenty_minutes_of_their_work(self) -> None:
        assert again_at(alert(), ADA, TUESDAY, CALENDAR) == at("2026-11-24 10:20")
        assert again_at(alert(), ADA, at("2026-11-24 16:50"), CALENDAR) == at("2026-11-25 09:10")
        assert again_at(alert(kind=Kind.DANGER), ADA, TUESDAY, CALENDAR) == at("2026-11-24 10:05")

    def test_again_for_somebody_without_hours_or_away_for_good(self) -> None:
        assert again_at(alert(), SHADOW, SATURDAY, CALENDAR) == SATURDAY + timedelta(minutes=20)
        assert again_at(alert(), replace(ADA, is_disabled=True), TUESDAY, CALENDAR) is None

    def test_a_gateway_that_fails_is_tried_ever_more_rarely_and_then_no_more(self) -> None:
        tried = [retry_at(tries, TUESDAY) for tries in range(1, len(PAUSES) + 2)]
        assert tried == [*(TUESDAY + pause for pause in PAUSES), None]

    def test_sent_enough(self) -> None:
        assert [alert(times_sent=times).is_sent_enough for times in (TIMES - 1, TIMES)] == [False, True]
        assert alert(kind=Kind.DUE_SOON, times_sent=1).is_sent_enough

    def test_only_what_is_about_a_case_that_waits_goes_to_cover(self) -> None:
        assert alert(case="c").may_go_to_cover
        assert not alert().may_go_to_cover
        assert not alert(case="c", kind=Kind.MISSED).may_go_to_cover


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, State.PLANNED),
        ({"sent_at": TUESDAY}, State.SENT),
        ({"sent_at": TUESDAY, "acknowledged_at": TUESDAY}, State.SEEN),
        ({"failed": Failure.REFUSED}, State.PLANNED),
        ({"failed": Failure.REFUSED, "next_try_at": None}, State.FAILED),
        ({"next_try_at": None}, State.OVER),
    ],
)
def test_how_far_an_alert_has_come(given: dict[str, object], state: State) -> None:
    assert alert(**given).state is state
