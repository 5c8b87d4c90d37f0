"""Measure honestly what carers get: each sentence goes the way a carer's message goes, safety check included.

Rates are over the sentences that have an expected topic: right (the topic reached), wrong answer (another topic's answer was
given, the worst that can happen), asked back, refused (anything else: out of scope, small talk, the offer of a person).
"""

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alongside.core.errors import InvalidInput
from alongside.services.conversations import Conversations
from alongside.services.turns import Turns

LOOKUP_TOPICS = {
    "find_visiting_times": "visiting",
    "find_support_group": "support_group",
    "find_carer_worker": "named_worker_contact",
    "find_ward_phone": "named_worker_contact",
}
"""The topic a look-up in the directory counts for."""

ASKED_BACK = "nlu_fallback"

WAIT = 30.0


@dataclass(frozen=True)
class Sentence:
    """One line of a test file. ``expects_topic`` is false when the line names no topic, so that nothing is expected of it."""

    text: str
    topic: str | None = None
    answer: str | None = None
    expects_topic: bool = False


@dataclass(frozen=True)
class Prediction:
    """What a carer would have got. ``offered`` names the topics of the questions asked back; ``intent`` says why."""

    text: str
    topic: str | None
    answer: str | None
    confidence: float
    offered: tuple[str, ...]
    safety: str | None
    intent: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Rates:
    """Shares of the sentences with an expected topic, 0 to 1."""

    sentences: int
    right: float
    right_answer: float
    wrong: float
    asked_back: float
    refused: float


@dataclass(frozen=True)
class Report:
    """The figures of one run. ``outside`` counts sentences that should reach no topic, and how many of them did."""

    overall: Rates
    by_topic: dict[str, Rates]
    confusions: list[tuple[str, str, int]]
    outside: int
    outside_answered: int


def read_lines(path: Path, *needed: str) -> list[dict[str, Any]]:
    """Read a JSON-lines file. Raises InvalidInput, naming the line, when one does not have the needed texts."""
    entries = []
    # Not splitlines(): JSON allows other line ends inside a text.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not all(isinstance(entry[name], str) for name in needed):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            named = " and ".join(f'"{name}"' for name in needed)
            raise InvalidInput(f"{path}, line {number}: expected an object with {named}. Correct that line.") from None
        entries.append(entry)
    return entries


def read_sentences(path: Path) -> list[Sentence]:
    """Read a file of sentences. Raises InvalidInput, naming the line, when one has no text."""
    return [
        Sentence(text=entry["text"], topic=entry.get("topic"), answer=entry.get("answer"), expects_topic="topic" in entry)
        for entry in read_lines(path, "text")
    ]


async def predict(texts: Iterable[str], *, conversations: Conversations, turns: Turns) -> AsyncIterator[Prediction]:
    """Yield what a carer would get for each text, each in a conversation of its own."""
    for text in texts:
        conversation, _, _ = await conversations.begin(channel="evaluate")
        try:
            message = await turns.receive(conversation.id, text=text)
        except InvalidInput:  # a carer would be told so, and get no answer
            yield Prediction(text=text, topic=None, answer=None, confidence=0.0, offered=(), safety=None)
            continue
        replies = await turns.replies(message, wait=WAIT)
        understood = await turns.understood(message) or {"intent": "", "answer": None, "confidence": 1.0}
        answer = understood["answer"]
        intent = understood["intent"]
        offered = [
            topic
            for reply in replies
            for choice in reply.choices
            if intent == ASKED_BACK and (topic := _topic_of(choice.payload))
        ]
        yield Prediction(
            text=text,
            topic=answer.split("/")[0] if answer else LOOKUP_TOPICS.get(intent),
            answer=answer,
            confidence=round(understood["confidence"], 4),
            offered=tuple(dict.fromkeys(offered)),
            safety=next((reply.safety for reply in replies if reply.safety), None),
            intent=intent,
        )


def _topic_of(payload: str) -> str | None:
    name = payload.removeprefix("/")
    if name.startswith("ask_"):
        return name.removeprefix("ask_").split("/")[0]
    return LOOKUP_TOPICS.get(name)


def report(sentences: Sequence[Sentence], predictions: Sequence[Prediction]) -> Report | None:
    """Compare what was expected with what came; None when no sentence names a topic."""
    pairs = list(zip(sentences, predictions, strict=True))
    expected = [(sentence, prediction) for sentence, prediction in pairs if sentence.topic]
    outside = [prediction for sentence, prediction in pairs if sentence.expects_topic and not sentence.topic]
    if not expected:
        return None
    by_topic = defaultdict(list)
    for sentence, prediction in expected:
        by_topic[sentence.topic or ""].append((sentence, prediction))
    confusions = Counter(
        (sentence.topic or "", prediction.topic)
        for sentence, prediction in expected
        if prediction.topic and prediction.topic != sentence.topic
    )
    return Report(
        overall=_rates(expected),
        by_topic={topic: _rates(some) for topic, some in sorted(by_topic.items())},
        confusions=[(wanted, got, count) for (wanted, got), count in confusions.most_common()],
        outside=len(outside),
        outside_answered=sum(prediction.topic is not None for prediction in outside),
    )


def _rates(pairs: Sequence[tuple[Sentence, Prediction]]) -> Rates:
    total = len(pairs)
    right = sum(sentence.topic == prediction.topic for sentence, prediction in pairs)
    named = [(sentence, prediction) for sentence, prediction in pairs if sentence.answer]
    right_answer = sum(sentence.answer == prediction.answer for sentence, prediction in named)
    wrong = sum(prediction.topic is not None and sentence.topic != prediction.topic for sentence, prediction in pairs)
    asked_back = sum(prediction.topic is None and prediction.intent == ASKED_BACK for _, prediction in pairs)
    return Rates(
        sentences=total,
        right=right / total,
        right_answer=right_answer / len(named) if named else 0.0,
        wrong=wrong / total,
        asked_back=asked_back / total,
        refused=(total - right - wrong - asked_back) / total,
    )
