"""From confidences a label to one reading of a message: its intent, its answer, and what else it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RANKED = 5
"""Labels kept: what the channel reports and what asking back chooses its buttons from."""
INTENTS_RANKED = 10
"""The length of Rasa's own intent ranking."""
WHOLE = 0.75
"""Weight of the whole of a long message against its parts; less costs up to twelve points (benchmarks/classifier.py)."""
MOST_OTHER_NEEDS = 3


@dataclass(frozen=True)
class Reading:
    """What one message says. Labels are Rasa's full intents, such as ``ask_visiting/bring_children``."""

    intents: list[tuple[str, float]]
    answers: list[tuple[str, float]]
    ranking: list[tuple[str, float]]
    other_needs: list[str]

    @property
    def confidence(self) -> float:
        return self.intents[0][1]


def read_message(labels: Sequence[str], scores: NDArray[Any], *, other_needs_threshold: float) -> Reading:
    """Read a message from the confidences of the whole (first row) and of its parts, if it is long (further rows)."""
    parts = scores[1:]
    combined = combine(scores[0], parts)
    intents = by_intent(labels, combined)
    top_intent = intents[0][0]
    answers = [(label, sure) for label, sure in _ranked(labels, combined) if label.split("/")[0] == top_intent and "/" in label]
    return Reading(
        intents=intents[:INTENTS_RANKED],
        answers=answers[:INTENTS_RANKED],
        ranking=_main_first(_ranked(labels, combined), answers)[:RANKED],
        other_needs=_other_needs(labels, parts, other_needs_threshold, main=answers[0][0] if answers else top_intent),
    )


def by_intent(labels: Sequence[str], scores: NDArray[Any]) -> list[tuple[str, float]]:
    """Return intents by confidence; a topic's is the sum over its answers."""
    totals: dict[str, float] = {}
    for label, score in zip(labels, scores, strict=True):
        intent = label.split("/")[0]
        totals[intent] = totals.get(intent, 0.0) + float(score)
    return sorted(totals.items(), key=lambda item: -item[1])


def combine(whole: NDArray[Any], parts: NDArray[Any], weight: float = WHOLE) -> NDArray[Any]:
    """Weigh the whole of a message against its parts; a short message has none."""
    return weight * whole + (1 - weight) * _pooled(parts) if len(parts) else whole


def _pooled(parts: NDArray[Any]) -> NDArray[Any]:
    """Let each part speak as far as it is sure: a part that fits nothing well (“I don't know what to do”) counts little."""
    sure = parts.max(axis=1) ** 2
    pooled: NDArray[Any] = (sure[:, None] * parts).sum(axis=0) / sure.sum()
    return pooled


def _ranked(labels: Sequence[str], scores: NDArray[Any]) -> list[tuple[str, float]]:
    return [(labels[index], float(scores[index])) for index in np.argsort(-scores, kind="stable")]


def _main_first(ranking: list[tuple[str, float]], answers: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Put the answer that is said first, even where another topic's single answer scores higher than any of its own."""
    return ranking if not answers else [answers[0], *(item for item in ranking if item[0] != answers[0][0])]


def _other_needs(labels: Sequence[str], parts: NDArray[Any], threshold: float, *, main: str) -> list[str]:
    needs: dict[str, float] = {}
    for part in parts:
        best = int(part.argmax())
        if labels[best].startswith("ask_") and labels[best] != main and part[best] >= threshold:
            needs[labels[best]] = max(needs.get(labels[best], 0.0), float(part[best]))
    return sorted(needs, key=lambda label: -needs[label])[:MOST_OTHER_NEEDS]
