"""Hints on training sentences: what was found, on which sentence, in plain words."""

import pytest

from alongside.core.answers import MIN_EXAMPLES
from alongside.core.hints import MOST_WORDS, SAYS_NO_MORE, TOO_ALIKE, Alike, Hint, HintKind, hints, sentences_of
from tests.library_builders import ANSWER

KEY = ANSWER.key
ENOUGH = [f"may I come on day {day}" for day in range(MIN_EXAMPLES)]


def kinds(sentence: str) -> list[HintKind]:
    return [hint.kind for hint in hints(KEY, [*ENOUGH, sentence], standing={})]


def test_good_sentences_have_no_hint() -> None:
    assert hints(KEY, ENOUGH, standing=sentences_of([ANSWER]), alike=[[]] * MIN_EXAMPLES, reached=[None, KEY] * 6) == []


def test_a_sentence_twice_is_told_at_its_second_place() -> None:
    assert hints(KEY, [*ENOUGH, "May I come, on day 3?"], standing={}) == [Hint(HintKind.TWICE, MIN_EXAMPLES)]


def test_a_sentence_of_another_answer_is_told_with_its_answer() -> None:
    standing = sentences_of([ANSWER])
    assert hints("stigma/telling", [*ENOUGH, "First visit tomorrow!"], standing=standing) == [
        Hint(HintKind.IN_OTHER, MIN_EXAMPLES, key=KEY)
    ]
    assert hints(KEY, [*ENOUGH, "First visit tomorrow!"], standing=standing) == []


@pytest.mark.parametrize(
    ("key", "likeness", "told"),
    [
        (KEY, SAYS_NO_MORE, HintKind.ALIKE),
        (KEY, SAYS_NO_MORE - 0.01, None),
        ("stigma/telling", TOO_ALIKE, HintKind.ALIKE_OTHER),
        ("stigma/telling", TOO_ALIKE - 0.01, None),
    ],
)
def test_a_sentence_too_near_another_is_told_with_the_nearest(key: str, likeness: float, told: HintKind | None) -> None:
    near = [Alike("near", key, likeness - 0.001), Alike("nearest", key, likeness), Alike(ENOUGH[0].upper(), KEY, 1)]
    found = hints(KEY, ENOUGH, standing={}, alike=[near, *[[]] * (MIN_EXAMPLES - 1)])
    assert found == ([Hint(told, 0, sentence="nearest", key=key)] if told else [])


def test_a_sentence_that_reaches_another_answer_is_told() -> None:
    reached = [None] * (MIN_EXAMPLES - 2) + [KEY, "stigma/telling"]
    assert hints(KEY, ENOUGH, standing={}, reached=reached) == [
        Hint(HintKind.REACHES_OTHER, MIN_EXAMPLES - 1, key="stigma/telling")
    ]


def test_a_long_sentence_is_told_with_its_words() -> None:
    assert kinds("word " * MOST_WORDS) == []
    found = hints(KEY, [*ENOUGH, "word " * (MOST_WORDS + 1)], standing={})
    assert found == [Hint(HintKind.LONG, MIN_EXAMPLES, count=MOST_WORDS + 1)]


@pytest.mark.parametrize(
    "sentence",
    [
        "my son Danny is on the ward",
        "our Danny is on the ward",
        "can Mrs Smith visit",
        "Dr. Khan said no",
        "a nurse called Susan",
        "my name is Jo Bloggs and I",
        "ring me on 07700 900123",
        "write to jo@example.org",
        "we live at LS1 4AP",
        "his number is 943 476 5919",
    ],
)
def test_what_may_point_at_somebody_is_told(sentence: str) -> None:
    assert kinds(sentence) == [HintKind.PERSONAL]


@pytest.mark.parametrize(
    "sentence",
    [
        "is Mum allowed",
        "our Dad is in Rampton",
        "my son. Can he",
        "visiting on Sunday in Leeds",
        "Universal Credit",
        "ward 7 at 10",
    ],
)
def test_what_points_at_nobody_is_not(sentence: str) -> None:
    assert kinds(sentence) == []


def test_marks_that_rasa_would_read_are_told() -> None:
    assert kinds("can I [visit](thing)") == [HintKind.MARKS]
    assert kinds("can I (visit) [today]") == []


def test_a_sentence_about_danger_is_told_as_the_safety_reply_answers_it() -> None:
    assert kinds("I want to kill myself") == [HintKind.DANGER]


def test_too_few_are_counted_by_what_they_teach() -> None:
    assert hints(KEY, ["can I", "Can I?", " "], standing={})[-1] == Hint(HintKind.TOO_FEW, count=1)


@pytest.mark.parametrize("kind", HintKind)
def test_every_hint_has_words_without_gaps(kind: HintKind) -> None:
    words = Hint(kind, 0, sentence="can I", key=KEY, count=41).words
    assert words.endswith(".")
    assert "{" not in words
