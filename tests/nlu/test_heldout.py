"""Held-out sentences are only worth something if the assistant has never seen them."""

import json
from collections import Counter
from pathlib import Path

from ruamel.yaml import YAML

from alongside.adapters import rasa_files
from alongside.core.answers import TOPICS, normalise_sentence
from alongside.settings import ROOT

HELDOUT = Path(__file__).parent / "heldout.jsonl"
SENTENCES = [json.loads(line) for line in HELDOUT.read_text(encoding="utf-8").splitlines()]


def training_sentences() -> set[str]:
    yaml = YAML(typ="safe", pure=True)
    return {
        normalise_sentence(line.strip().removeprefix("-"))
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for block in yaml.load(path.read_text(encoding="utf-8")).get("nlu", ())
        for line in block["examples"].splitlines()
    }


def test_no_heldout_sentence_is_trained_on() -> None:
    trained = training_sentences()
    assert len(trained) > 2000
    assert [sentence["text"] for sentence in SENTENCES if normalise_sentence(sentence["text"]) in trained] == []


def test_no_heldout_sentence_stands_twice() -> None:
    counts = Counter(normalise_sentence(sentence["text"]) for sentence in SENTENCES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_every_answer_has_at_least_three_heldout_sentences() -> None:
    counts = Counter(sentence["answer"] for sentence in SENTENCES)
    answers = rasa_files.read_all_answers(ROOT / "data" / "nlu", TOPICS)
    assert [answer.key for answer in answers if counts[answer.key] < 3] == []


def test_heldout_answers_exist_and_stand_under_their_topic() -> None:
    known = {answer.key for answer in rasa_files.read_all_answers(ROOT / "data" / "nlu", TOPICS)}
    assert {sentence["answer"] for sentence in SENTENCES if sentence["answer"]} <= known
    assert [s for s in SENTENCES if s["answer"] and s["answer"].split("/")[0] != s["topic"]] == []
