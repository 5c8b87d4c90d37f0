"""Which wards and teams a carer means, from what they typed.

Rule kept: better to ask than to guess. A name is found inside a whole sentence and with a slip of the keyboard, but a short
or misspelt name counts only where the words around it say that a name stands there.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alongside.core.directory import Kind, Place, Security, Service

Similarity = Callable[[str, str], float]
"""How alike two words are, from 0 to 1, counting letters added, dropped, changed or swapped."""

_ALIKE = 0.75
"""One slip in four letters or more, two in eight: "rowen" (0.8) is Rowan, "brown" (0.4) is not."""

_SURELY_ALIKE = 0.85
"""One slip in seven letters or more: no everyday word comes that close, so it needs no cue."""

_EXACT_BELOW = 5
"""Names shorter than this must be spelt right: nearly every four-letter word is one slip from another."""

_PARTIAL_FROM = 6
"""One word of a longer name is enough when it has this many letters: "dunmarrow" for Dunmarrow Vale Clinic."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FACILITY_WORDS = _set("ward wards unit units clinic hospital centre center house lodge team teams service services")
_GENERIC_WORDS = _FACILITY_WORDS | _set(
    "the a an of and for at mental health nhs secure security low medium high general acute community care"
)
_CUES_BEFORE = _FACILITY_WORDS | _set("on at called named")
_CUES_AFTER = _FACILITY_WORDS | _set("visiting phone telephone number")
_FILLERS = _GENERIC_WORDS | _set("its it's is it he he's she she's they on in please yes")
_LEVEL_NOUNS = ("secure", "security")
_LEVELS = {level.value: level for level in Security if level is not Security.NONE}
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True)
class _Hit:
    service: Service
    rank: int
    start: int
    end: int

    def is_beaten_by(self, other: "_Hit") -> bool:
        return other.rank > self.rank and self.start < other.end and other.start < self.end


def find_services(said: str, services: Sequence[Service], *, similarity: Similarity) -> list[Service]:
    """Return every service the words may mean, in the order given; none when no name or level is in them.

    Names win over levels ("the low secure one"); a level alone means the wards of that level. A ward and its unit named
    together mean the ward.
    """
    heard = _Heard(said)
    hits = [hit for service in services if (hit := _best_hit(heard, service, similarity))]
    named = [hit.service for hit in hits if not any(hit.is_beaten_by(other) for other in hits)]
    level = _level(heard.words, similarity)
    if not named:
        return [] if level is None else at_level(services, level)
    inside = [service for service in named if service.unit in {unit.code for unit in named}]
    named = inside or named
    return [service for service in named if service.security is level] or named


def at_level(services: Sequence[Service], level: Security) -> list[Service]:
    """Return what a carer can visit at one level of security: the wards, and units that have no wards of their own."""
    return [service for service in services if service.security is level and not wards_of(service, services)]


def wards_of(unit: Service, services: Iterable[Service]) -> list[Service]:
    """Return the wards of a unit; none when it is no unit."""
    return [service for service in services if service.unit == unit.code and unit.kind is Kind.UNIT]


def is_near(place: Place, town: str, *, similarity: Similarity) -> bool:
    """Whether a place is in or near a town, or is what the carer calls it."""
    asked = " ".join(_words(town))
    known = (" ".join(_words(name)) for name in (place.town, place.name, *place.near))
    return any(_is_spelt_like(asked, name, similarity) for name in known)


class _Heard:
    """The words said, and each run of them written as one word; made once for all services."""

    def __init__(self, said: str) -> None:
        self.words = _words(said)
        self._runs: dict[int, list[tuple[int, str]]] = {}

    def runs(self, length: int) -> list[tuple[int, str]]:
        if length not in self._runs:
            starts = range(len(self.words) - length + 1) if length > 0 else ()
            self._runs[length] = [(start, "".join(self.words[start : start + length])) for start in starts]
        return self._runs[length]

    def is_all(self, start: int, end: int) -> bool:
        """Whether nothing else was said, fillers aside."""
        return all(word in _FILLERS for word in (*self.words[:start], *self.words[end:]))

    def is_before(self, end: int, cues: frozenset[str]) -> bool:
        return end < len(self.words) and self.words[end] in cues

    def is_after(self, start: int, cues: frozenset[str]) -> bool:
        return start > 0 and self.words[start - 1] in cues


def _best_hit(heard: _Heard, service: Service, similarity: Similarity) -> _Hit | None:
    hits = list(_hits(heard, service, service.name, similarity, is_alias=False))
    for alias in service.aliases:
        hits += _hits(heard, service, alias, similarity, is_alias=True)
    return max(hits, key=lambda hit: (hit.rank, hit.end - hit.start), default=None)


def _hits(heard: _Heard, service: Service, name: str, similarity: Similarity, *, is_alias: bool) -> Iterable[_Hit]:
    """Yield where a name stands: in full (rank 3), its own words alone (2), part of it or misspelt (1).

    An alias may be an everyday word ("women's ward"), so its own words need a cue.
    """
    words = _words(name)
    own = [word for word in words if word not in _GENERIC_WORDS]
    joined, whole = "".join(own), "".join(words)
    if len(words) > 1:
        yield from (_Hit(service, 3, at, at + len(words)) for at, run in heard.runs(len(words)) if run == whole)
    for length in (len(own) - 1, len(own), len(own) + 1) if own else ():
        is_cued_only = is_alias or length != len(own) or len(joined) < _EXACT_BELOW
        for at, run in heard.runs(length):
            if run == joined and (not is_cued_only or _has_cue(heard, at, at + length)):
                yield _Hit(service, 2, at, at + length)
            elif length == len(own) and _is_misspelt(heard, at, at + length, run, joined, similarity, is_alias=is_alias):
                yield _Hit(service, 1, at, at + length)
    if len(own) > 1 and not is_alias:
        long_words = {word for word in own if len(word) >= _PARTIAL_FROM}
        yield from (_Hit(service, 1, at, at + 1) for at, word in enumerate(heard.words) if word in long_words)


def _is_misspelt(heard: _Heard, start: int, end: int, run: str, name: str, similarity: Similarity, *, is_alias: bool) -> bool:
    if len(name) < _EXACT_BELOW or run[:1] != name[:1] or run == name or run in _GENERIC_WORDS:
        return False
    alike = similarity(run, name)
    if alike >= _SURELY_ALIKE and not is_alias:
        return True
    # "the team have ..." must not be Haven: a word like "team" counts after the name, not before it.
    return alike >= _ALIKE and (
        heard.is_all(start, end) or heard.is_after(start, _CUES_BEFORE - _FACILITY_WORDS) or heard.is_before(end, _CUES_AFTER)
    )


def _has_cue(heard: _Heard, start: int, end: int) -> bool:
    """Whether a name is expected here: beside "ward", after "on", or with nothing else said."""
    return heard.is_all(start, end) or heard.is_after(start, _CUES_BEFORE) or heard.is_before(end, _CUES_AFTER)


def _level(words: Sequence[str], similarity: Similarity) -> Security | None:
    for at, word in enumerate(words[:-1]):
        level = next((level for name, level in _LEVELS.items() if _is_spelt_like(word, name, similarity)), None)
        after = words[at + 1]
        if level and any(_is_spelt_like(after, noun, similarity) for noun in _LEVEL_NOUNS):
            return level
    return None


def _is_spelt_like(heard: str, name: str, similarity: Similarity) -> bool:
    return heard == name or (len(name) >= _EXACT_BELOW and similarity(heard, name) >= _ALIKE)


def _words(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", word).replace("’", "'") for word in _WORD.findall(text.casefold())]
