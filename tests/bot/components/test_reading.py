"""One reading of a message: topic, answer, ranking, and what else a long message asks."""

import numpy as np
import pytest

from bot.components.parts import parts_of
from bot.components.reading import read_message
from bot.components.writing import intent_by_letters

LABELS = ["ask_a/one", "ask_a/two", "ask_b/one", "hello"]


def test_a_topic_is_as_sure_as_its_answers_together() -> None:
    reading = read_message(LABELS, np.array([[0.3, 0.25, 0.4, 0.05]]), other_needs_threshold=0.5)
    assert reading.intents[0] == ("ask_a", pytest.approx(0.55))
    assert [label for label, _ in reading.answers] == ["ask_a/one", "ask_a/two"]
    assert reading.ranking[0][0] == "ask_a/one"


def test_an_intent_without_answers_has_no_answer() -> None:
    reading = read_message(LABELS, np.array([[0.1, 0.1, 0.1, 0.7]]), other_needs_threshold=0.5)
    assert reading.intents[0][0] == "hello"
    assert reading.answers == []


def test_a_long_message_names_its_further_needs_once_and_not_the_main_one() -> None:
    scores = [[0.4, 0.2, 0.3, 0.1], [0.9, 0.05, 0.05, 0], [0.1, 0.1, 0.8, 0], [0.1, 0.1, 0.6, 0.2], [0.1, 0, 0, 0.9]]
    reading = read_message(LABELS, np.array(scores), other_needs_threshold=0.5)
    assert reading.answers[0][0] == "ask_a/one"
    assert reading.other_needs == ["ask_b/one"]


def test_a_part_that_is_not_sure_is_no_further_need() -> None:
    scores = [[0.9, 0.1, 0, 0], [0.8, 0.1, 0.1, 0], [0.3, 0.2, 0.4, 0.1]]
    assert read_message(LABELS, np.array(scores), other_needs_threshold=0.5).other_needs == []


@pytest.mark.parametrize("text", ["Can I visit?", "can i bring his little sister and some sweets for him", ""])
def test_a_short_message_has_no_parts(text: str) -> None:
    assert parts_of(text) == []


def test_a_message_of_several_sentences_is_read_by_the_sentence() -> None:
    assert parts_of("He was moved on Monday night. Nobody told me where he is! Help.") == [
        "He was moved on Monday night.",
        "Nobody told me where he is! Help.",
    ]


def test_a_long_run_without_full_stops_is_cut_at_its_joins() -> None:
    text = (
        "my son was moved on monday and nobody told me where he is but the worst is i have no money for the train, "
        "can i get help with that at all"
    )
    assert parts_of(text) == [
        "my son was moved on monday",
        "nobody told me where he is",
        "the worst is i have no money for the train",
        "can i get help with that at all",
    ]


@pytest.mark.parametrize("text", ["", "  ", "😟😟", "12345", "?!…"])
def test_no_letters_are_no_words(text: str) -> None:
    assert intent_by_letters(text) == "no_words"


@pytest.mark.parametrize("text", ["Мой сын в больнице", "私の息子", "ابني في المستشفى", "hi, मेरा बेटा अस्पताल में है"])
def test_another_script_is_another_language(text: str) -> None:
    assert intent_by_letters(text) == "other_language"


@pytest.mark.parametrize("text", ["can i visit", "Siân's café", "HELP 😟", "my son (Владимир) is on the ward, can I visit him"])
def test_latin_letters_are_left_to_the_classifier(text: str) -> None:
    assert intent_by_letters(text) is None
