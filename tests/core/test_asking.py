"""The questions that follow asking for a person: which are asked, and how what is typed to them is read."""

import pytest

from alongside.core.asking import (
    LEFT_OUT,
    OTHER,
    Heard,
    Kind,
    Step,
    details_of,
    open_step,
    person_payload,
    read,
    reason_in_words,
    reason_of,
    steps,
    without_form,
)
from alongside.core.details import Copy, Details, Reach
from alongside.core.handover import Reason

ABOUT = {"visiting": "Visiting", OTHER: "Something else"}
REACH = {"chat": "Here in this chat", "phone": "By phone", "email": "By e-mail"}
SEND = {"yes": "Send this", "change": "Change something", "no": "Do not send"}


def heard(
    step: Step, text: str, *, options: dict[str, str] | None = None, reach: str = "phone", intent: str = "nlu_fallback"
) -> Heard:
    return read(step, text, options=options or {}, reach=reach, intent=intent)


def answer(value: str) -> Heard:
    return Heard(Kind.ANSWER, value)


# Which questions


@pytest.mark.parametrize(
    ("reach", "more"),
    [
        (None, []),
        (LEFT_OUT, []),
        ("chat", []),
        ("phone", [Step.ADDRESS, Step.GOOD_TIME]),
        ("text", [Step.ADDRESS]),
        ("email", [Step.ADDRESS]),
        ("letter", [Step.ADDRESS]),
    ],
)
def test_only_a_way_that_needs_an_address_asks_for_one(reach: str | None, more: list[Step]) -> None:
    assert steps({Step.REACH: reach}) == [
        Step.SERVICE,
        Step.ABOUT,
        Step.REACH,
        *more,
        Step.NAME,
        Step.NEEDS,
        Step.COPY,
        Step.SEND,
    ]


@pytest.mark.parametrize("end", ["yes", "no"])
def test_nothing_is_asked_once_it_is_sent_or_dropped(end: str) -> None:
    assert steps({Step.SEND: end}) == []


def test_who_leaves_everything_out_is_not_asked_whether_to_send_it() -> None:
    everything = dict.fromkeys((Step.ABOUT, Step.REACH, Step.NAME, Step.NEEDS, Step.COPY), LEFT_OUT)
    assert steps(everything) == []
    assert steps(everything | {Step.NAME: "Joy"})[-1] is Step.SEND


def test_changing_something_asks_which() -> None:
    assert steps({Step.SEND: "change"})[-1] is Step.CHANGE


# How words are read


@pytest.mark.parametrize("text", ["skip", "Skip this.", "no", "none", "I don’t know", "rather not say"])
@pytest.mark.parametrize("step", [Step.ABOUT, Step.REACH, Step.ADDRESS, Step.NAME, Step.NEEDS, Step.COPY])
def test_every_question_can_be_left_out_in_words(step: Step, text: str) -> None:
    assert heard(step, text, intent="small_talk").kind is Kind.SKIP


@pytest.mark.parametrize("text", ["stop", "Cancel", "stop asking me", "no more questions!"])
@pytest.mark.parametrize("step", [step for step in Step if step is not Step.SEND])
def test_the_questions_can_be_stopped_in_words(step: Step, text: str) -> None:
    assert heard(step, text, intent="talk_to_person").kind is Kind.STOP


@pytest.mark.parametrize(
    ("text", "value"),
    [("yes", "yes"), ("Send it.", "yes"), ("no", "no"), ("stop", "no"), ("don't send it", "no"), ("go back", "change")],
)
def test_the_summary_is_sent_changed_or_dropped_in_words(text: str, value: str) -> None:
    assert heard(Step.SEND, text, options=SEND, intent="small_talk") == answer(value)


def test_neither_sent_nor_dropped_by_what_is_not_clear() -> None:
    assert heard(Step.SEND, "hmm", options=SEND).kind is Kind.UNCLEAR
    assert heard(Step.SEND, "is it safe", options=SEND, intent="ask_confidentiality").kind is Kind.QUESTION


@pytest.mark.parametrize(
    ("text", "intent", "value"),
    [
        ("Visiting", "nlu_fallback", "visiting"),
        ("something else", "something_else", OTHER),
        ("it is about seeing him on the ward", "ask_visiting", "visiting"),
        ("they will not let him out", "ask_detention", OTHER),
    ],
)
def test_what_it_is_about_can_be_typed(text: str, intent: str, value: str) -> None:
    assert heard(Step.ABOUT, text, options=ABOUT, intent=intent) == answer(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("by phone", "phone"),
        ("please ring me on [phone]", "phone"),
        ("e-mail", "email"),
        ("text me", "text"),
        ("in the post please", "letter"),
        ("here is fine", "chat"),
    ],
)
def test_how_to_be_reached_can_be_typed(text: str, value: str) -> None:
    assert heard(Step.REACH, text, options=REACH, intent="talk_to_person") == answer(value)


@pytest.mark.parametrize(
    ("reach", "text", "value"),
    [
        ("phone", "my number is 07700 900123, thanks", "07700 900123"),
        ("text", "+44 7700 900 123", "+44 7700 900 123"),
        ("email", "joy@example.org please", "joy@example.org"),
        ("letter", "12 Beech Road\nWendlemere\nWX1 2AB", "12 Beech Road\nWendlemere\nWX1 2AB"),
    ],
)
def test_an_address_is_found_in_what_is_typed(reach: str, text: str, value: str) -> None:
    assert heard(Step.ADDRESS, text, reach=reach) == answer(value)


@pytest.mark.parametrize(
    ("reach", "text"),
    [("phone", "0123"), ("text", "joy"), ("email", "joy at example"), ("letter", "my house"), ("letter", "a" * 400)],
)
def test_an_address_that_cannot_be_right_is_not_taken(reach: str, text: str) -> None:
    assert heard(Step.ADDRESS, text, reach=reach).kind is Kind.UNCLEAR


@pytest.mark.parametrize(
    ("text", "name"),
    [("Joy", "Joy"), ("my name is Joy.", "Joy"), ("call me Mrs O'Neill", "Mrs O'Neill"), ("I'm Ada Lee", "Ada Lee")],
)
def test_a_name_is_taken_out_of_its_sentence(text: str, name: str) -> None:
    assert heard(Step.NAME, text, intent="small_talk") == answer(name)


@pytest.mark.parametrize("text", ["👍", "he has been moved to another ward since monday", "x" * 41])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert heard(Step.NAME, text).kind is Kind.UNCLEAR


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.SERVICE])
@pytest.mark.parametrize("text", ["Can I bring his sister?", "what are the visiting times", "can i see him"])
def test_a_carers_own_question_is_never_an_answer(step: Step, text: str) -> None:
    assert heard(step, text, options=ABOUT, intent="ask_visiting").kind is Kind.QUESTION


@pytest.mark.parametrize("text", ["I speak Polish", "I am deaf in one ear", "large print please"])
def test_needs_are_kept_as_they_are_typed(text: str) -> None:
    assert heard(Step.NEEDS, text, intent="ask_named_worker_contact") == answer(text)


def test_thanks_is_no_need() -> None:
    assert heard(Step.NEEDS, "thank you", intent="small_talk").kind is Kind.QUESTION


# What is handed over


def test_finished_answers_become_details() -> None:
    told = {
        "about": "visiting",
        "reach": "phone",
        "address": "07700 900123",
        "good_time": "Mornings",
        "name": "Joy",
        "copy": "team",
        "send": "yes",
    }
    assert details_of(told) == Details("visiting", Reach.PHONE, "07700 900123", "Mornings", "Joy", "", Copy.TEAM)


@pytest.mark.parametrize("told", [None, "", [], 7])
def test_without_answers_there_are_no_details(told: object) -> None:
    assert details_of(told) is None


def test_what_is_not_known_is_left_out() -> None:
    assert details_of({"reach": "pigeon", "copy": 7, "colour": "blue", "name": "Joy"}) == Details(name="Joy")


# The assistant's state


STATE = {
    "version": 1,
    "slots": {"nation": "wales", "handover_name": "Joy", "handover_again": "handover_reach"},
    "form": {"name": "handover_form", "asks": "handover_reach"},
}


def test_the_open_question_is_read_from_the_state() -> None:
    assert open_step(STATE) is Step.REACH
    assert [open_step(state) for state in (None, {}, {"slots": {}}, {"form": {"asks": "gone"}})] == [None] * 4


def test_a_state_without_the_form_has_no_answers() -> None:
    assert without_form(STATE) == {"version": 1, "slots": {"nation": "wales"}}
    assert without_form({"turns": 3}) == {"turns": 3}
    assert without_form(None) is None


# Ways in


@pytest.mark.parametrize("reason", [Reason.SECOND_MISS, Reason.ASSISTANT_FAILED, Reason.CONCERN])
def test_a_button_says_why_it_was_offered(reason: Reason) -> None:
    assert reason_of(person_payload(reason)) is reason


def test_the_plain_button_just_asks_and_no_button_claims_danger() -> None:
    assert reason_of("/talk_to_person") is Reason.ASKED
    assert reason_of(person_payload(Reason.SAFETY_SELF)) is None
    assert reason_of("/ask_visiting/searches") is None
    assert reason_of(None) is None


@pytest.mark.parametrize(
    ("slots", "reason"),
    [
        ({}, Reason.ASKED),
        ({"misses": 1.0}, Reason.ASKED),
        ({"misses": 2.0}, Reason.SECOND_MISS),
        ({"last_answer": "concern_complaint/how_to_complain", "misses": 0.0}, Reason.CONCERN),
        ({"last_answer": "visiting/searches"}, Reason.ASKED),
    ],
)
def test_why_a_person_is_asked_for_in_words(slots: dict[str, object], reason: Reason) -> None:
    assert reason_in_words({"slots": slots}) is reason
