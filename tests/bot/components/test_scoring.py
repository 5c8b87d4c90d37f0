"""Compared one by one or by their sketches, sentences are read alike; and a scorer comes back from disk as it was."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.components import likeness, scoring
from bot.components.likeness import Likeness, Sketch, Written
from bot.components.scoring import Scorer

pytestmark = pytest.mark.rasa

SUBJECTS = {"ask_visiting/parking": "parking space", "ask_visiting/dogs": "family dog", "ask_advocacy/cost": "advocate's fee"}
QUESTIONS = (
    "what about the {}",
    "is there a {}",
    "tell me of the {} please",
    "who pays for the {}",
    "may i have the {}",
    "a {}?",
)
LABELS = [label for label in SUBJECTS for _ in QUESTIONS]
TEXTS = [question.format(subject) for subject in SUBJECTS.values() for question in QUESTIONS]
NEW = ["where is the parking space", "they took our family dog", "the advocate's fee is too high"]


def vectors_of(texts: Sequence[str]) -> "np.typing.NDArray[np.float32]":
    """Words in a space of sixteen directions: enough to be alike or not."""
    rows = np.zeros((len(texts), 16), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[zlib.crc32(word.encode()) % 16] += 1
        row /= np.linalg.norm(row)
    return rows


def fitted() -> Scorer:
    return Scorer.fit(TEXTS, vectors_of(TEXTS), LABELS)


# Of eighteen examples twelve are of one topic: all are compared, or those of a topic, or none.
@pytest.fixture(params=[18, 12, 10], ids=["compared", "topics-compared", "sketched"])
def scorer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Scorer:
    monkeypatch.setattr(scoring, "MOST_COMPARED", request.param)
    if request.param < len(TEXTS):
        monkeypatch.setattr(likeness, "MEANING_PLACES", 12)
        monkeypatch.setattr(scoring, "BLOCK", 7)
    return fitted()


def test_new_sentences_reach_their_answer(scorer: Scorer) -> None:
    found = scorer.confidences(NEW, vectors_of(NEW))
    assert [scorer.labels[index] for index in found.argmax(axis=1)] == list(SUBJECTS)
    assert found.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(("most", "are_told_apart"), [(12, True), (10, False)])
def test_a_topics_answers_are_told_apart_by_its_own_examples(
    monkeypatch: pytest.MonkeyPatch, most: int, are_told_apart: bool
) -> None:
    """However coarse a sketch is: here it is no more than three numbers, and nothing else is asked."""
    monkeypatch.setattr(scoring, "MOST_COMPARED", most)
    for places in ("MEANING_PLACES", "LETTER_PLACES", "WORD_PLACES"):
        monkeypatch.setattr(likeness, places, 1)
    monkeypatch.setattr(scoring, "SMALLEST_TOPIC", 0.0)
    coarse = fitted()
    coarse._arrays["linear"][:] = 0
    parking, dogs = (coarse.labels.index(label) for label in list(SUBJECTS)[:2])
    asked = [text for text, label in zip(TEXTS, LABELS, strict=True) if label.startswith("ask_visiting")]
    found = coarse.confidences(asked, vectors_of(asked))
    about_dogs = found[:, dogs] > found[:, parking]
    assert (about_dogs.tolist() == ["dog" in text for text in asked]) is are_told_apart
    assert found.sum(axis=1) == pytest.approx(1)


def test_it_comes_back_from_disk_as_it_was(scorer: Scorer, tmp_path: Path) -> None:
    scorer.save(tmp_path)
    again = Scorer.load(tmp_path)
    assert np.array_equal(again.confidences(NEW, vectors_of(NEW)), scorer.confidences(NEW, vectors_of(NEW)))


def test_the_same_examples_give_the_same_scorer(scorer: Scorer) -> None:
    assert np.array_equal(fitted().confidences(NEW, vectors_of(NEW)), scorer.confidences(NEW, vectors_of(NEW)))


def test_a_sketch_of_all_directions_tells_the_likeness() -> None:
    """With every example among the landmarks and places enough, the product of two sketches is the likeness itself."""
    vectors = vectors_of(TEXTS)
    written = Written(TEXTS)
    exact = Likeness(written, vectors).of(written.all, vectors)
    rows = Sketch.learn(TEXTS, written, vectors).of(written.read(TEXTS), vectors)
    assert np.abs(rows @ rows.T - exact).max() < 0.1
