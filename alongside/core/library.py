"""The library: all that maintainers may change and carers may read. Answers, safety replies and facts, each under one key.

Rule kept: what is stored of an entry is all of it, so that any release can be shown, compared and served again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

from alongside.core.answers import Answer, Source, Translation, Variant
from alongside.core.facts import Fact

SAFETY = "safety"
"""The topic of the safety replies. They have no training sentences: the safety check finds danger, not the assistant."""

FACT = "fact"
"""How the keys of facts begin."""

Entry = Answer | Fact


@dataclass(frozen=True)
class Library:
    """Everything a release says: answers and safety replies by key (``visiting/children``, ``safety/self``), facts by name."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    safety: Mapping[str, Answer] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        """Yield every entry with its key, in the order of the keys."""
        entries: list[Entry] = [*self.answers.values(), *self.safety.values(), *self.facts.values()]
        yield from sorted(((key_of(entry), entry) for entry in entries), key=lambda pair: pair[0])

    def get(self, key: str) -> Entry | None:
        kind = kind_of(key)
        if kind == FACT:
            return self.facts.get(fact_name(key))
        return (self.safety if kind == SAFETY else self.answers).get(key)

    def changed(self, changes: Mapping[str, Entry | None]) -> "Library":
        """Return the library with entries put in the place of those with their keys; None takes one out."""
        entries = dict(self)
        for key, entry in changes.items():
            if entry is None:
                entries.pop(key, None)
            else:
                entries[key] = entry
        return library_of(entries.values())

    def differing(self, other: "Library") -> tuple[str, ...]:
        """Return the keys of the entries that are not the same in both, in order; one of the two may not have them."""
        mine, theirs = dict(self), dict(other)
        return tuple(sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)))

    @cached_property
    def hash(self) -> str:
        """One sha256 over every entry: two libraries with the same hash say the same."""
        whole = [[key, as_json(entry)] for key, entry in self]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def key_of(entry: Entry) -> str:
    return entry.key if isinstance(entry, Answer) else f"{FACT}/{entry.name.removeprefix('fact_')}"


def kind_of(key: str) -> str:
    """Return ``fact``, ``safety`` or ``answer``."""
    start = key.split("/")[0]
    return start if start in (FACT, SAFETY) else "answer"


def fact_name(key: str) -> str:
    """Return the name by which texts refer to a fact: ``fact_samaritans`` for ``fact/samaritans``."""
    return f"fact_{key.removeprefix(f'{FACT}/')}"


def library_of(entries: Any) -> Library:
    """Return a library of entries in any order."""
    answers: dict[str, Answer] = {}
    safety: dict[str, Answer] = {}
    facts: dict[str, Fact] = {}
    for entry in entries:
        if isinstance(entry, Fact):
            facts[entry.name] = entry
        elif entry.topic == SAFETY:
            safety[entry.key] = entry
        else:
            answers[entry.key] = entry
    return Library(answers=answers, safety=safety, facts=facts)


def as_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as it is stored: plain values, days in ISO form."""
    plain: dict[str, Any] = _plain(entry)
    if not plain.get("translations"):
        # As it was stored before there were translations: the same words are the same release.
        plain.pop("translations", None)
    return plain


def from_json(content: Mapping[str, Any]) -> Entry:
    """Return what ``as_json`` stored."""
    if "topic" not in content:
        return Fact(**{name: _day(value) if name.endswith("_on") else value for name, value in content.items()})
    return Answer(
        **{
            **content,
            "review_on": _day(content["review_on"]),
            "nations": tuple(content["nations"]),
            "follow_ups": tuple(content["follow_ups"]),
            "variants": tuple(_variant(variant) for variant in content["variants"]),
            "examples": tuple(content["examples"]),
            "translations": tuple(_translation(translation) for translation in content.get("translations", ())),
        }
    )


def _variant(content: Mapping[str, Any]) -> Variant:
    sources = tuple(Source(**{**source, "checked_on": _day(source["checked_on"])}) for source in content["sources"])
    return Variant(**{**content, "sources": sources})


def _translation(content: Mapping[str, Any]) -> Translation:
    return Translation(**{**content, "translated_on": _day(content["translated_on"])})


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _names(value.__class__)}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def approved(entry: Entry, by: str) -> Entry:
    """Return an entry with its approver's name, if it has none yet. Facts are approved with the release they are in."""
    return replace(entry, approver=by) if isinstance(entry, Answer) and not entry.approver else entry
