"""The library as it is stored: all of an entry comes back, and the same words are the same library."""

from dataclasses import replace

from hypothesis import given

from alongside.core.answers import Answer
from alongside.core.facts import Fact
from alongside.core.library import as_json, from_json, library_of
from tests.library_builders import ANSWER, FACTS, IN_WELSH, answers


@given(answer=answers(), fact=FACTS)
def test_what_is_stored_of_an_entry_is_all_of_it(answer: Answer, fact: Fact) -> None:
    assert from_json(as_json(answer)) == answer
    assert from_json(as_json(fact)) == fact


def test_an_answer_without_translations_is_stored_as_it_was_before_there_were_any() -> None:
    assert "translations" not in as_json(ANSWER)
    assert from_json(as_json(ANSWER)) == ANSWER


def test_a_translation_makes_another_library() -> None:
    translated = library_of([replace(ANSWER, translations=(IN_WELSH,))])
    assert translated.hash != library_of([ANSWER]).hash
    assert translated.differing(library_of([ANSWER])) == (ANSWER.key,)
