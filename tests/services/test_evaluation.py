"""What carers get, measured: rates on a set made by hand, where every figure can be checked by counting."""

import json
from pathlib import Path

import pytest

from alongside.core.conversations import MAX_TEXT, Choice
from alongside.core.errors import InvalidInput
from alongside.services import evaluation
from alongside.services.evaluation import Prediction, Sentence
from alongside.services.ports import AssistantReply, Understood
from alongside.store.base import Database
from tests.builders import container
from tests.fakes import Asked, CountingAssistant, reply


def expected(topic: str | None, answer: str | None = None) -> Sentence:
    return Sentence(text="x", topic=topic, answer=answer, expects_topic=True)


def got(topic: str | None, answer: str | None = None, intent: str = "") -> Prediction:
    return Prediction(text="x", topic=topic, answer=answer, confidence=0.9, offered=(), safety=None, intent=intent)


PAIRS = [
    (expected("visiting", "visiting/searches"), got("visiting", "visiting/searches")),  # right
    (expected("visiting", "visiting/searches"), got("visiting", "visiting/gifts")),  # the right topic, another answer
    (expected("visiting"), got("stigma", "stigma/telling")),  # wrong
    (expected("visiting"), got("stigma", "stigma/work")),  # wrong
    (expected("stigma", "stigma/work"), got(None, intent="nlu_fallback")),  # asked back
    (expected("stigma"), got(None, intent="out_of_scope")),  # refused
    (expected("stigma"), got("stigma")),  # right
    (expected("stigma"), got("visiting")),  # wrong
    (expected(None), got(None, intent="out_of_scope")),  # outside, and refused
    (expected(None), got("visiting")),  # outside, and answered
    (Sentence(text="x"), got("visiting")),  # nothing expected: not counted
]


def test_the_rates_are_those_counted_by_hand() -> None:
    report = evaluation.report(*map(list, zip(*PAIRS, strict=True)))
    assert report is not None
    assert report.overall == evaluation.Rates(
        sentences=8, right=3 / 8, right_answer=1 / 3, wrong=3 / 8, asked_back=1 / 8, refused=1 / 8
    )
    assert report.by_topic["visiting"] == evaluation.Rates(
        sentences=4, right=0.5, right_answer=0.5, wrong=0.5, asked_back=0, refused=0
    )
    assert report.by_topic["stigma"].wrong == 1 / 4
    assert report.confusions == [("visiting", "stigma", 2), ("stigma", "visiting", 1)]
    assert (report.outside, report.outside_answered) == (2, 1)


def test_the_rates_of_a_sentence_add_up_to_one() -> None:
    report = evaluation.report(*map(list, zip(*PAIRS, strict=True)))
    assert report is not None
    for rates in (report.overall, *report.by_topic.values()):
        assert rates.right + rates.wrong + rates.asked_back + rates.refused == pytest.approx(1)


def test_without_a_topic_there_is_nothing_to_compare() -> None:
    assert evaluation.report([Sentence(text="x")], [got("visiting")]) is None


def test_sentences_are_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "heldout.jsonl"
    file.write_text(
        '{"text": "a", "topic": "visiting"}\n\n{"text": "b\u2028c", "topic": null}\n{"text": "d"}\r\n', encoding="utf-8"
    )
    assert evaluation.read_sentences(file) == [
        Sentence("a", "visiting", None, expects_topic=True),
        Sentence("b\u2028c", None, None, expects_topic=True),
        Sentence("d"),
    ]


@pytest.mark.parametrize("line", ["{", '{"topic": "visiting"}', '["a"]', '"a"', '{"text": 3}', '{"text": null}'])
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "heldout.jsonl"
    file.write_text(f'{{"text": "fine"}}\n{line}\n')
    with pytest.raises(InvalidInput, match=r"heldout\.jsonl, line 2"):
        evaluation.read_sentences(file)


def answer(asked: Asked) -> AssistantReply:
    match asked.text:
        case "lookup":
            said = reply("Monday.", response="utter_visiting_times", answer=None)
            return AssistantReply(said.messages, Understood("find_visiting_times", None, 0.8), {}, {})
        case "unsure":
            choices = (
                Choice("a", "/ask_visiting/searches"),
                Choice("b", "/ask_visiting/gifts"),
                Choice("c", "/find_carer_worker"),
                Choice("d", "/something_else"),
            )
            return reply("Did you mean one of these?", response="utter_ask_back", answer=None, choices=choices)
        case _:
            return reply("Yes.")


async def test_a_prediction_is_what_a_carer_would_get(database: Database) -> None:
    parts = container(database, CountingAssistant(answer))
    texts = ["visit", "lookup", "unsure", "I want to kill myself", "x" * (MAX_TEXT + 1)]
    made = [prediction async for prediction in evaluation.predict(texts, conversations=parts.conversations, turns=parts.turns)]
    agreed = ("text", "topic", "answer", "confidence", "offered", "safety")
    lines = [json.loads(prediction.as_json()) for prediction in made]
    assert [{name: line[name] for name in agreed} for line in lines] == [
        {
            "text": texts[0],
            "topic": "visiting",
            "answer": "visiting/first_visit",
            "confidence": 0.9,
            "offered": [],
            "safety": None,
        },
        {"text": texts[1], "topic": "visiting", "answer": None, "confidence": 0.8, "offered": [], "safety": None},
        {
            "text": texts[2],
            "topic": None,
            "answer": None,
            "confidence": 0.9,
            "offered": ["visiting", "named_worker_contact"],
            "safety": None,
        },
        {"text": texts[3], "topic": None, "answer": None, "confidence": 1.0, "offered": [], "safety": "self"},
        {"text": texts[4], "topic": None, "answer": None, "confidence": 0.0, "offered": [], "safety": None},
    ]
