"""Two people's edits of one answer, brought together so that neither loses a word.

Rules kept: what only one side changed is taken as that side has it. A part that both changed differently is a conflict, and holds
both. Training sentences have no conflicts: whatever either side added stands, and what either took out goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from alongside.core.answers import Answer, Translation, Variant
from alongside.core.facts import Fact


class Conflict(NamedTuple):
    """A part that both sides changed, each in its own way.

    ``part`` is a field's name, or ``text``, ``sources`` or ``wording`` with their nation; a wording is a whole Variant, or None
    where a side has none. A ``translation`` has its language, and is a whole Translation or None.
    """

    part: str
    base: Any
    mine: Any
    theirs: Any
    nation: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Merged:
    """The answer with both sides' edits. Where they conflict it stands as in mine: nothing changes under a hand that types."""

    answer: Answer
    conflicts: tuple[Conflict, ...]


def merge(base: Answer, mine: Answer, theirs: Answer) -> Merged:
    """Bring two edits of one answer together; ``base`` is the answer both began with."""
    merging = _Merging()
    plain = {
        name: merging.value(name, getattr(base, name), getattr(mine, name), getattr(theirs, name))
        for name in (field.name for field in fields(Answer) if field.name not in ("variants", "examples", "translations"))
    }
    variants = merging.variants(base.variants, mine.variants, theirs.variants)
    translations = merging.translations(base.translations, mine.translations, theirs.translations)
    examples = _sentences(base.examples, mine.examples, theirs.examples)
    merged = replace(mine, **plain, variants=variants, examples=examples, translations=translations)
    return Merged(merged, tuple(merging.conflicts))


def merge_facts(base: Fact, mine: Fact, theirs: Fact) -> tuple[Fact, tuple[Conflict, ...]]:
    """Bring two edits of one fact together, with the same rules."""
    merging = _Merging()
    names = [field.name for field in fields(Fact)]
    plain = {name: merging.value(name, getattr(base, name), getattr(mine, name), getattr(theirs, name)) for name in names}
    return replace(mine, **plain), tuple(merging.conflicts)


class _Merging:
    """One merge under way, and the conflicts found so far."""

    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []

    def value(self, part: str, base: Any, mine: Any, theirs: Any, nation: str | None = None, language: str | None = None) -> Any:
        if theirs in (base, mine):
            return mine
        if mine == base:
            return theirs
        self.conflicts.append(Conflict(part, base, mine, theirs, nation, language))
        return mine

    def variants(self, base: Sequence[Variant], mine: Sequence[Variant], theirs: Sequence[Variant]) -> tuple[Variant, ...]:
        sides = [{variant.nation: variant for variant in side} for side in (base, mine, theirs)]
        merged = {}
        for nation in dict.fromkeys(nation for side in sides for nation in side):
            if variant := self._variant(nation, *(side.get(nation) for side in sides)):
                merged[nation] = variant
        return tuple(merged[nation] for nation in _order(merged, *(list(side) for side in sides)))

    def translations(
        self, base: Sequence[Translation], mine: Sequence[Translation], theirs: Sequence[Translation]
    ) -> tuple[Translation, ...]:
        if theirs in (base, mine):
            return tuple(mine)
        if mine == base:
            return tuple(theirs)
        began, ours, others = ({(each.language, each.nation): each for each in side} for side in (base, mine, theirs))
        merged = []
        for place in dict.fromkeys([*ours, *others]):
            language, nation = place
            merged.append(self.value("translation", began.get(place), ours.get(place), others.get(place), nation, language))
        return tuple(translation for translation in merged if translation)

    def _variant(self, nation: str | None, base: Variant | None, mine: Variant | None, theirs: Variant | None) -> Variant | None:
        if base is None or mine is None or theirs is None:
            whole: Variant | None = self.value("wording", base, mine, theirs, nation)
            return whole
        return replace(
            mine,
            text=self.value("text", base.text, mine.text, theirs.text, nation),
            sources=self.value("sources", base.sources, mine.sources, theirs.sources, nation),
        )


def _order(
    merged: Mapping[str | None, Variant], base: list[str | None], mine: list[str | None], theirs: list[str | None]
) -> list[str | None]:
    """Return the order of the side that changed it; where both did, by nation with the default wording last."""
    order = mine if theirs in (base, mine) else theirs
    if mine not in (base, order) or set(order) != set(merged):
        order = sorted(merged, key=lambda nation: (nation is None, nation or ""))
    return order


def _sentences(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Merge training sentences as sets. What both sides kept stays in base's order; what was added follows its neighbour."""
    if theirs in (base, mine):
        return tuple(mine)
    if mine == base:
        return tuple(theirs)
    kept = [sentence for sentence in base if sentence in mine and sentence in theirs]
    added = [_added(side, base, kept) for side in (mine, theirs)]
    merged: list[str] = []
    for neighbour in (None, *kept):
        if neighbour is not None:
            merged.append(neighbour)
        # Sorted, so that it does not matter whose edit comes first.
        for block in sorted(side.get(neighbour, []) for side in added):
            merged += block
    return tuple(dict.fromkeys(merged))


def _added(side: Sequence[str], base: Sequence[str], kept: Sequence[str]) -> dict[str | None, list[str]]:
    """Return a side's new sentences by the kept sentence before them; None for those at the start."""
    added: dict[str | None, list[str]] = {}
    neighbour = None
    for sentence in side:
        if sentence in kept:
            neighbour = sentence
        elif sentence not in base:
            added.setdefault(neighbour, []).append(sentence)
    return added
