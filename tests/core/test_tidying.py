"""Typed words in the one form in which they are kept: only what nobody sees goes."""

import pytest
from hypothesis import given

from alongside.core.answers import Answer
from alongside.core.tidying import tidy, tidy_line, tidy_text
from tests.library_builders import TYPED, answers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\u2028b\x85c", "a\nb\nc"),
        ("  one  \n\n  two\t\n", "one\n\n  two"),
        ("a\x00b\ufeffc\x7f", "abc"),
        ("a\tb", "a b"),
        ("👩‍👧 \u202bمرحبا\u202c", "👩‍👧 \u202bمرحبا\u202c"),
    ],
)
def test_only_what_nobody_sees_goes(typed: str, kept: str) -> None:
    assert tidy_text(typed) == kept


def test_a_line_has_no_break() -> None:
    assert tidy_line("can I\r\n\n visit ") == "can I visit"


@given(typed=TYPED)
def test_a_tidy_text_stays_as_it_is(typed: str) -> None:
    assert tidy_text(tidy_text(typed)) == tidy_text(typed)
    assert tidy_line(tidy_line(typed)) == tidy_line(typed)


@given(answer=answers())
def test_a_tidy_answer_stays_as_it_is(answer: Answer) -> None:
    assert tidy(tidy(answer)) == tidy(answer)


def test_training_sentences_without_a_word_go() -> None:
    answer = tidy(Answer("visiting", "tea", "", "", "", None, (), (), (), examples=(" ", "tea?\n", "\x00")))  # type: ignore[arg-type]
    assert answer.examples == ("tea?",)
