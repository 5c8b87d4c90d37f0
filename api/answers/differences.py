"""What differs between two states of an entry, part by part, as the studio's pages show it.

Rule kept: every difference is shown, but who approved it: that stands beside, with when and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from alongside.core.answers import Answer, Source, Translation
from alongside.core.comparing import NATION_NAMES, Piece, compare_texts
from alongside.core.facts import Fact
from alongside.core.languages import LANGUAGES
from alongside.core.library import Entry

_SENTENCES = "Training sentences"

_Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One part of an entry that differs: its text in pieces, or a list's lines that came and went."""

    label: str
    pieces: tuple[Piece, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_order(self) -> bool:
        """The same lines in another order."""
        return not (self.pieces or self.added or self.removed)


def differences(before: Entry | None, after: Entry | None, titles: Mapping[str, str]) -> list[Part]:
    """Return the parts that differ, in the order of the editor; ``titles`` are those of other answers, by key."""
    old, new = _parts(before, titles), _parts(after, titles)
    labels = sorted(old.keys() | new.keys(), key=list(dict.fromkeys([*new, *old])).index)
    parts = [part for label in labels if (part := _part(label, old.get(label), new.get(label)))]
    if not parts and _said(before) != _said(after):
        return [Part("The wordings of the nations")]
    return parts


def _part(label: str, before: _Value | None, after: _Value | None) -> Part | None:
    if (before or None) == (after or None):
        return None
    if isinstance(before, str) or isinstance(after, str):
        return Part(label, pieces=tuple(compare_texts(str(before or ""), str(after or ""))))
    was, now = before or (), after or ()
    return Part(
        label,
        added=tuple(line for line in now if line not in was),
        removed=tuple(line for line in was if line not in now),
    )


def _parts(entry: Entry | None, titles: Mapping[str, str]) -> dict[str, _Value]:
    if entry is None:
        return {}
    return _fact_parts(entry) if isinstance(entry, Fact) else _answer_parts(entry, titles)


def _answer_parts(answer: Answer, titles: Mapping[str, str]) -> dict[str, _Value]:
    parts: dict[str, _Value] = {"Question": answer.title}
    for variant in answer.variants:
        nation = NATION_NAMES.get(variant.nation, str(variant.nation))
        parts[f"Words for {nation}"] = variant.text
        parts[f"Sources for {nation}"] = tuple(map(_say_source, variant.sources))
    for translation in answer.translations:
        parts |= _translation_parts(translation)
    return parts | {
        _SENTENCES: answer.examples,
        "Follow-up questions": tuple(titles.get(key, key) for key in answer.follow_ups),
        "For": tuple(NATION_NAMES.get(nation, nation) for nation in answer.nations),
        "Owner": answer.owner,
        "Review by": _say_day(answer.review_on),
    }


def _translation_parts(translation: Translation) -> dict[str, _Value]:
    known = LANGUAGES.get(translation.language)
    place = (known.name if known else translation.language) + (
        f" for {NATION_NAMES[translation.nation]}" if translation.nation else ""
    )
    made = f"{translation.translator}, {_say_day(translation.translated_on)}"
    return {
        f"Words in {place}": translation.text,
        f"Question in {place}": translation.title,
        f"Translator into {place}": made,
        f"English that was translated into {place}": translation.of,
    }


def _fact_parts(fact: Fact) -> dict[str, _Value]:
    return {
        "Name": fact.title,
        "Number or amount": fact.value,
        "Hours": fact.hours or "",
        "Said once it is out of date": fact.instead or "",
        "Nation": fact.nation,
        "Source": fact.source,
        "Checked on": _say_day(fact.checked_on),
        "Review by": _say_day(fact.review_on),
        "Kind": fact.kind,
        "To be confirmed before launch": "yes" if fact.recheck else "no",
    }


def _said(entry: Entry | None) -> Entry | None:
    return replace(entry, approver="") if isinstance(entry, Answer) else entry


def _say_source(source: Source) -> str:
    where = ", ".join(part for part in (source.publication, source.url) if part)
    return f"{source.title}{f' ({where})' if where else ''}, checked {_say_day(source.checked_on)}"


def _say_day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
