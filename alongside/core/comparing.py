"""What differs between two texts, word by word, and between two sets of answers, so that nobody publishes a change unseen.

Rule kept: every difference is told. Two answers that are told to be the same are the same.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, NamedTuple

from alongside.core.answers import Answer, Translation, Variant
from alongside.core.languages import LANGUAGES

_SENTENCES = re.compile(r"\s+|\S[^\n]*?(?:[.!?:](?=\s)|(?=\n)|\Z)")
_WORDS = re.compile(r"\s+|\{\w+\}|\w+(?:['’-]\w+)*|[^\w\s]")

_ALIKE = 0.5
"""How much of two passages must be the same to show their words mixed; below it the one is crossed out and the other added."""

NATION_NAMES = {"england": "England", "scotland": "Scotland", "wales": "Wales", "ni": "Northern Ireland", None: "everyone"}

_PART_NAMES = {
    "owner": "owner",
    "approver": "approver",
    "review_on": "review date",
    "nations": "nations",
    "follow_ups": "follow-up questions",
}


_LISTS = ("variants", "examples", "translations")
"""The fields of an answer that are compared piece by piece."""


class Kind(str, Enum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Piece(NamedTuple):
    """A piece of a compared text. The same and the removed pieces are the text before; the same and the added, the text after."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class PartChange:
    """One part of an answer that changed: a field's name, ``text`` or ``sources`` with their nation, or ``examples``.

    ``before`` is None where a nation's text is new, and ``after`` where it was taken out. A ``translation`` has its language,
    and what is compared is the whole translation.
    """

    part: str
    before: Any
    after: Any
    nation: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class AnswerChange:
    """How one answer changed."""

    key: str
    parts: tuple[PartChange, ...]
    sentences_added: tuple[str, ...]
    sentences_removed: tuple[str, ...]

    def __str__(self) -> str:
        told = [words for part in self.parts for words in _part_words(part)]
        counts = [
            f"{len(sentences)} training sentence{'s' * (len(sentences) != 1)} {what}"
            for sentences, what in ((self.sentences_added, "added"), (self.sentences_removed, "taken out"))
            if sentences
        ]
        return f"{self.key}: {'; '.join(told + counts)}"


@dataclass(frozen=True)
class Comparison:
    """What one set of answers has that another has not. ``same`` counts the answers that stand unchanged."""

    added: tuple[Answer, ...]
    removed: tuple[Answer, ...]
    changed: tuple[AnswerChange, ...]
    same: int

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    def lines(self) -> list[str]:
        """Return one plain line for each answer that differs."""
        return [
            *(f"{answer.key}: new, “{answer.title}”" for answer in self.added),
            *(f"{answer.key}: taken out, “{answer.title}”" for answer in self.removed),
            *map(str, self.changed),
        ]


def compare_texts(before: str, after: str) -> list[Piece]:
    """Return what stayed, went and came, in reading order. A sentence that moved is shown whole where it was and where it is."""
    pieces: list[Piece] = []
    for is_same, old, new in _aligned(_SENTENCES.findall(before), _SENTENCES.findall(after)):
        if is_same:
            pieces.append(Piece(Kind.SAME, old))
        else:
            pieces += _compare_passages(old, new)
    return _joined(pieces)


def compare_answers(before: Answer, after: Answer) -> AnswerChange | None:
    """Return how an answer changed, or None if it did not."""
    if before == after:
        return None
    parts = [*_plain_parts(before, after), *_wording_parts(before, after), *_translation_parts(before, after)]
    added = tuple(sentence for sentence in after.examples if sentence not in before.examples)
    removed = tuple(sentence for sentence in before.examples if sentence not in after.examples)
    if before.examples != after.examples and not added and not removed:
        parts.append(PartChange("examples", before.examples, after.examples))
    if before.variants != after.variants and not any(part.part in ("text", "sources") for part in parts):
        parts.append(PartChange("variants", before.variants, after.variants))
    if before.translations != after.translations and not any(part.part == "translation" for part in parts):
        parts.append(PartChange("translations", before.translations, after.translations))
    return AnswerChange(before.key, tuple(parts), added, removed)


def compare_libraries(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> Comparison:
    """Compare two sets of answers by their keys."""
    changes = [compare_answers(answer, after[key]) for key, answer in before.items() if key in after]
    return Comparison(
        added=tuple(answer for key, answer in after.items() if key not in before),
        removed=tuple(answer for key, answer in before.items() if key not in after),
        changed=tuple(change for change in changes if change),
        same=changes.count(None),
    )


def _compare_passages(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if _matcher([word for word in old if not word.isspace()], [word for word in new if not word.isspace()]).ratio() < _ALIKE:
        yield from (Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after))
        return
    for is_same, old_words, new_words in _aligned(old, new):
        if is_same:
            yield Piece(Kind.SAME, old_words)
        else:
            yield from (Piece(Kind.REMOVED, old_words), Piece(Kind.ADDED, new_words))


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Yield runs of the same and of differing parts. A space alone between two changes belongs to them: it joins nothing."""
    removed = added = ""
    for kind, old_start, old_end, new_start, new_end in _matcher(old, new).get_opcodes():
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if kind == "equal" and not ((removed or added) and gone.isspace() and old_end < len(old) and new_end < len(new)):
            if removed or added:
                yield False, removed, added
            yield True, gone, come
            removed = added = ""
        else:
            removed, added = removed + gone, added + come
    if removed or added:
        yield False, removed, added


def _matcher(old: Sequence[str], new: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, old, new, autojunk=False)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join neighbours of one kind, and drop what is empty."""
    joined: list[Piece] = []
    for kind, text in pieces:
        if joined and joined[-1].kind is kind:
            joined[-1] = Piece(kind, joined[-1].text + text)
        elif text:
            joined.append(Piece(kind, text))
    return joined


def _plain_parts(before: Answer, after: Answer) -> Iterator[PartChange]:
    for name in (field.name for field in fields(Answer) if field.name not in _LISTS):
        if getattr(before, name) != getattr(after, name):
            yield PartChange(name, getattr(before, name), getattr(after, name))


def _wording_parts(before: Answer, after: Answer) -> Iterator[PartChange]:
    old, new = _by_nation(before), _by_nation(after)
    for nation in dict.fromkeys([*new, *old]):
        was, now = old.get(nation), new.get(nation)
        if was is None or now is None:
            yield PartChange("text", was and was.text, now and now.text, nation)
            continue
        for part in ("text", "sources"):
            if getattr(was, part) != getattr(now, part):
                yield PartChange(part, getattr(was, part), getattr(now, part), nation)


def _by_nation(answer: Answer) -> dict[str | None, Variant]:
    return {variant.nation: variant for variant in answer.variants}


def _translation_parts(before: Answer, after: Answer) -> Iterator[PartChange]:
    old, new = _by_language(before), _by_language(after)
    for place in dict.fromkeys([*new, *old]):
        if old.get(place) != new.get(place):
            language, nation = place
            yield PartChange("translation", old.get(place), new.get(place), nation, language)


def _by_language(answer: Answer) -> dict[tuple[str, str | None], Translation]:
    return {(translation.language, translation.nation): translation for translation in answer.translations}


def _translation_words(change: PartChange) -> str:
    known = LANGUAGES.get(change.language or "")
    language = known.name if known else change.language
    became = "added" if change.before is None else "taken out" if change.after is None else "changed"
    return f"{language} translation{f' for {NATION_NAMES[change.nation]}' if change.nation else ''} {became}"


def _part_words(change: PartChange) -> Iterator[str]:
    nation = NATION_NAMES.get(change.nation, change.nation)
    match change.part:
        case "title":
            yield f"title “{change.before}” → “{change.after}”"
        case "text" if change.before is None:
            yield f"a text for {nation} added"
        case "text" if change.after is None:
            yield f"the text for {nation} taken out"
        case "text" | "sources" as part:
            yield f"{part} for {nation} changed"
        case "translation":
            yield _translation_words(change)
        case "translations":
            yield "translations in another order"
        case "examples":
            yield "training sentences in another order"
        case "variants":
            yield "texts in another order"
        case "owner" | "approver" | "review_on" as part:
            yield f"{_PART_NAMES[part]} {change.before} → {change.after}"
        case part:
            yield f"{_PART_NAMES.get(part, part)} changed"
