"""What to tell a maintainer about training sentences while they write: hints, never orders.

Rule kept: a hint says what was found and leaves the choice to them. What must stop a release is in ``answers.check_answer`` and
``answers.check_together``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from alongside.core.answers import MIN_EXAMPLES, Answer, normalise_sentence, words_in
from alongside.core.safety import find_danger
from alongside.core.scrub import scrub

TOO_ALIKE = 0.85
"""How alike (cosine) sentences of two answers may be. 48 of the 5,847 shipped ones are above it, such as “what is a nearest
relative” and “who is the nearest relative”: few enough to look at, and all of them close calls."""

SAYS_NO_MORE = 0.92
"""How alike sentences of one answer may be: above it the second teaches nothing. 22 pairs of the shipped ones are."""

MOST_WORDS = 40
"""Words of a training sentence. Carers do write longer messages, but those are read sentence by sentence."""

_RELATIVES = (
    "son|daughter|brother|sister|husband|wife|mum|mam|mom|dad|mother|father|nan|gran|nana|grandad|grandma|uncle|aunt|auntie|cousin"
    "|nephew|niece|partner|friend|mate|lad|lass|boy|girl|nurse|doctor|patient"
)
_NAME = re.compile(
    rf"\b(?i:our|called|named|name is|name's|(?:mr|mrs|ms|miss|dr)\.?|{_RELATIVES}) (?!(?i:{_RELATIVES})\b)[A-Z][a-z]+\b"
)
"""A name as far as it can be told from its neighbour: “our Danny”, “my son Danny”, “Dr Smith”. Others are not found."""

_RASA_MARKS = re.compile(r"\[[^\]]*\][({]")
"""What Rasa reads as an entity in a training sentence, and not as words."""


class HintKind(str, Enum):
    """What was found."""

    TWICE = "twice"
    IN_OTHER = "in_other"
    ALIKE = "alike"
    ALIKE_OTHER = "alike_other"
    REACHES_OTHER = "reaches_other"
    LONG = "long"
    PERSONAL = "personal"
    MARKS = "marks"
    DANGER = "danger"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Alike:
    """A sentence that is near another in meaning; ``likeness`` is the cosine of the two, ``key`` the answer it stands in."""

    sentence: str
    key: str
    likeness: float


@dataclass(frozen=True)
class Hint:
    """One hint. ``place`` is its sentence's place, None for the whole list; ``sentence`` and ``key`` are the other one's."""

    kind: HintKind
    place: int | None = None
    sentence: str = ""
    key: str = ""
    count: int = 0

    @property
    def words(self) -> str:
        """Return the hint as a maintainer reads it."""
        return _WORDS[self.kind].format(
            sentence=self.sentence, key=self.key, count=self.count, most=MOST_WORDS, least=MIN_EXAMPLES
        )


_WORDS = {
    HintKind.TWICE: "This is already in the list. Take one out.",
    HintKind.IN_OTHER: "This is also in {key}. Keep it where it fits best.",
    HintKind.ALIKE: "Almost the same as “{sentence}”. Other words would teach more.",
    HintKind.ALIKE_OTHER: "Close to “{sentence}” in {key}. Carers may get the wrong one of the two.",
    HintKind.REACHES_OTHER: "Now this reaches {key}. With it here, carers who ask so would get this answer instead.",
    HintKind.LONG: f"{{count}} words. Carers mostly write fewer than {MOST_WORDS}; keep the part that asks.",
    HintKind.PERSONAL: "This may hold a name or a number. Take out whatever could point at somebody.",
    HintKind.MARKS: "Square brackets mean something else to the assistant. Write it without them.",
    HintKind.DANGER: "This speaks of danger. The safety reply answers it, always: take it out.",
    HintKind.TOO_FEW: f"{{count}} sentences that differ. Write at least {MIN_EXAMPLES}.",
}


def sentences_of(answers: Iterable[Answer]) -> dict[str, str]:
    """Return where each training sentence stands, by its folded form."""
    found: dict[str, str] = {}
    for answer in answers:
        for example in answer.examples:
            found.setdefault(normalise_sentence(example), answer.key)
    return found


def hints(
    key: str,
    sentences: Sequence[str],
    *,
    standing: Mapping[str, str],
    alike: Sequence[Sequence[Alike]] = (),
    reached: Sequence[str | None] = (),
) -> list[Hint]:
    """Return the hints on an answer's sentences, in their order; what concerns the whole list comes last.

    ``standing`` says where sentences stand in the library (``sentences_of``). ``alike`` and ``reached`` have one entry for each
    sentence: what is near it in meaning, and which answer it reaches in the live release. Both may be left out.
    """
    found: list[Hint] = []
    seen: set[str] = set()
    for place, sentence in enumerate(sentences):
        folded = normalise_sentence(sentence)
        if folded in seen:
            found.append(Hint(HintKind.TWICE, place))
        elif (other := standing.get(folded, key)) != key:
            found.append(Hint(HintKind.IN_OTHER, place, key=other))
        else:
            found += _meaning(key, place, folded, alike[place] if alike else (), reached[place] if reached else None)
        if (count := len(words_in(sentence))) > MOST_WORDS:
            found.append(Hint(HintKind.LONG, place, count=count))
        if scrub(sentence) != sentence or _NAME.search(sentence):
            found.append(Hint(HintKind.PERSONAL, place))
        if _RASA_MARKS.search(sentence):
            found.append(Hint(HintKind.MARKS, place))
        if find_danger(sentence):
            found.append(Hint(HintKind.DANGER, place))
        seen.add(folded)
    if (count := len(seen - {""})) < MIN_EXAMPLES:
        found.append(Hint(HintKind.TOO_FEW, count=count))
    return found


def _meaning(key: str, place: int, folded: str, alike: Sequence[Alike], reached: str | None) -> list[Hint]:
    """Return what a sentence's meaning hints at: the nearest of its own answer, the nearest of another, and what it reaches."""
    found = []
    nearest = sorted((near for near in alike if normalise_sentence(near.sentence) != folded), key=lambda near: -near.likeness)
    for kind, least, own in ((HintKind.ALIKE, SAYS_NO_MORE, True), (HintKind.ALIKE_OTHER, TOO_ALIKE, False)):
        if near := next((near for near in nearest if near.likeness >= least and (near.key == key) is own), None):
            found.append(Hint(kind, place, sentence=near.sentence, key=near.key))
    if reached is not None and reached != key:
        found.append(Hint(HintKind.REACHES_OTHER, place, key=reached))
    return found
