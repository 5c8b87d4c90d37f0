"""Finding an approved answer, or a saved reply, by a few words as a worker types them on a phone.

Rules kept: a rare word says more than a common one, and one in the title more than one in the text; a slip of the finger still
finds.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from alongside.core.answers import words_in

MOST_FOUND = 12
"""Answers shown at once: about two screens of a phone."""

_SHORTEST = 3
"""Letters a word must have to be looked for: shorter ones are in every answer."""

_CLOSE_ENOUGH = 0.75
"""How alike two words must be, from 0 to 1: one wrong letter in four or more."""

_TITLE, _TEXT = 3.0, 1.0
"""What a word in the title or in the text counts for; one in how carers ask counts for up to _ASKED, if they all say it."""

_ASKED = 6.0


@dataclass(frozen=True)
class Findable:
    """A text as it is looked for; ``asked`` are ways in which carers ask for it."""

    key: str
    title: str
    text: str
    asked: Sequence[str] = ()


class Index:
    """Texts prepared for being looked for: which words each has, and how much each word says."""

    def __init__(self, texts: Iterable[Findable]) -> None:
        self._texts = sorted(texts, key=lambda each: each.title.casefold())
        self._words = [_weights(each) for each in self._texts]
        having = Counter(word for weights in self._words for word in weights)
        self._says = {word: math.log(1 + len(self._texts) / count) for word, count in having.items()}

    def find(self, wanted: str, *, most: int | None = None) -> list[Findable]:
        """Return the texts about some words, the best first; without words the first by title. ``most`` cuts the list."""
        words = dict.fromkeys(word for word in _words(wanted) if len(word) >= _SHORTEST)
        if not words:
            return self._texts[:most]
        meant = [self._meant(word) for word in words]
        scores = [sum(self._score(weights, known) for known in meant) for weights in self._words]
        best = sorted((place for place, score in enumerate(scores) if score), key=lambda place: -scores[place])
        return [self._texts[place] for place in best[:most]]

    def _meant(self, word: str) -> set[str]:
        """Return the words somebody may mean: those that begin like theirs, else the one that is spelt most like it."""
        if len(word) == _SHORTEST and word in self._says:
            return {word}  # as a beginning it would mean too much: “the” is in “therapy”
        stem = word[:-1] if len(word) > _SHORTEST and word.endswith("s") else word
        return {known for known in self._says if known.startswith(stem)} or set(
            get_close_matches(word, self._says, n=1, cutoff=_CLOSE_ENOUGH)
        )

    def _score(self, weights: dict[str, float], meant: set[str]) -> float:
        return max((weights[word] * self._says[word] for word in meant & weights.keys()), default=0.0)


def _weights(text: Findable) -> dict[str, float]:
    """Return what each word of a text counts for in it."""
    title, body = set(_words(f"{text.title} {text.key}")), set(_words(text.text))
    asked = Counter(word for sentence in text.asked for word in set(_words(sentence)))
    return {
        word: _TITLE * (word in title) + _TEXT * (word in body) + _ASKED * asked[word] / max(1, len(text.asked))
        for word in title | body | asked.keys()
    }


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in words_in(text.replace("/", " ").replace("_", " "))]
