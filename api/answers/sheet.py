"""What the editor shows of an entry: its parts, what is wrong with each, and what two people wrote of one part.

Rule kept: a part is named in the same words wherever the page speaks of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from alongside.core.answers import NATIONS, Answer, Problem, Source, Variant, facts_used, words_in
from alongside.core.directory import LONDON
from alongside.core.facts import Fact
from alongside.core.hints import Hint
from alongside.core.library import SAFETY, Entry, Library, kind_of
from alongside.core.merging import Conflict
from alongside.core.release_checks import check_safety_replies
from alongside.services.answers_check import check_one
from alongside.services.reading import MAX_GRADE, hard_sentences, reading_grade
from api.answers.fields import DEFAULT, nation_slug
from api.answers.topics import NATIONS as NATION_NAMES
from api.answers.topics import say_label

KINDS = {"phone": "A phone number", "text": "A number for text messages", "amount": "An amount of money", "time": "A time"}
"""Kind of fact → what a maintainer calls it."""

_PARTS = {
    "title": "the question",
    "owner": "who looks after it",
    "review_on": "the review date",
    "nations": "the nations it holds for",
    "follow_ups": "the follow-up questions",
    "examples": "the ways carers ask",
    "value": "the number or amount",
    "kind": "what it is",
    "hours": "the hours",
    "nation": "where it holds",
    "source": "the source",
    "checked_on": "the day it was checked",
    "instead": "what is said instead",
    "recheck": "whether it must be confirmed",
}

_KINDLY = {
    "title": "Write the question as a carer would ask it.",
    "owner": "Say who looks after this answer.",
    "nations": "Tick the nations this answer holds for.",
    "follow_ups": "Choose two or three other answers from the list.",
}
"""What to do about a part whose problem is told in the words of files."""


@dataclass(frozen=True)
class Wording:
    """The words for one nation, or for everyone else, with how they read."""

    slug: str
    name: str
    text: str
    sources: Sequence[Source]

    @property
    def is_written(self) -> bool:
        return bool(self.text or self.sources)


@dataclass(frozen=True)
class Measure:
    """How one wording reads: its words, its grade, the sentences that make it hard, and the facts it says."""

    words: int
    grade: float
    hard: Sequence[str]
    facts: Sequence[tuple[str, str]]

    @property
    def is_hard(self) -> bool:
        return self.grade > MAX_GRADE


@dataclass(frozen=True)
class Difference:
    """One part that two people wrote: its name in the page, how it is called, and both sides in words."""

    parts: Sequence[str]
    label: str
    mine: str
    theirs: str


def wordings(entry: Answer) -> list[Wording]:
    """Return the words for everyone else and then for each nation, written or not."""
    written = {variant.nation: variant for variant in entry.variants}
    return [_wording(nation, written.get(nation)) for nation in (None, *NATIONS)]


def _wording(nation: str | None, variant: Variant | None) -> Wording:
    name = NATION_NAMES[nation] if nation else "Everyone else"
    return Wording(nation_slug(nation), name, variant.text if variant else "", variant.sources if variant else ())


def measure(text: str, facts: Mapping[str, Fact]) -> Measure:
    """Return how a wording reads, counted as the check before publishing counts."""
    used = sorted(facts_used(text))
    said = [(name, f"{facts[name].title}: {facts[name].value}" if name in facts else "no such number") for name in used]
    return Measure(len(words_in(text)), reading_grade(text), hard_sentences(text), said)


def say_part(part: str) -> str:
    """Say which part of an entry it is: ``the text for Scotland``."""
    kind, _, slug = part.partition("-")
    if kind in ("text", "sources"):
        return f"the {kind} for {'everyone else' if slug == DEFAULT else NATION_NAMES[slug]}"
    return _PARTS.get(part, part)


def say_parts(parts: Sequence[str]) -> str:
    said = [say_part(part) for part in parts]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def all_parts(entry: Entry) -> list[str]:
    """Name every part beside which the editor may say what to mend."""
    if isinstance(entry, Fact):
        return ["title", "value", "hours", "nation", "source", "checked_on", "review_on", "instead"]
    texts = [f"text-{each.slug}" for each in wordings(entry)]
    if kind_of(entry.key) == SAFETY:
        return texts
    sources = [f"sources-{each.slug}" for each in wordings(entry)]
    return [*texts, *sources, "title", "examples", "follow_ups", "owner", "review_on", "nations"]


def changed_parts(before: Entry, after: Entry) -> list[str]:
    """Name the parts in which two states of an entry differ."""
    if isinstance(before, Answer) and isinstance(after, Answer):
        shown = ("title", "owner", "review_on", "nations", "follow_ups", "examples")
        parts = [name for name in shown if getattr(before, name) != getattr(after, name)]
        for was, now in zip(wordings(before), wordings(after), strict=True):
            parts += [f"text-{now.slug}"] * (was.text != now.text) + [f"sources-{now.slug}"] * (was.sources != now.sources)
        return parts
    return [field.name for field in fields(Fact) if getattr(before, field.name) != getattr(after, field.name)]


def difference(conflict: Conflict, titles: Mapping[str, str]) -> Difference:
    """Return a conflict as its two writers read it."""
    slug = nation_slug(conflict.nation)
    if conflict.part == "wording":
        parts = [f"text-{slug}", f"sources-{slug}"]
    else:
        parts = [f"{conflict.part}-{slug}" if conflict.part in ("text", "sources") else conflict.part]
    return Difference(parts, say_part(parts[0]), _say(conflict.mine, titles), _say(conflict.theirs, titles))


def _say(value: Any, titles: Mapping[str, str]) -> str:
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Variant():
            return "\n".join([value.text, *(_say(source, titles) for source in value.sources)])
        case Source():
            return f"{value.title}, {value.url or value.publication or 'no address'}, checked on {_say(value.checked_on, titles)}"
        case date():
            return f"{value.day} {value:%B %Y}"
        case tuple():
            return "\n".join(
                NATION_NAMES.get(each) or titles.get(each, each) if isinstance(each, str) else _say(each, titles)
                for each in value
            )
        case _:
            return str(value)


def problems(entry: Entry, *, live: Library, written: Library, today: date) -> dict[str, list[str]]:
    """Return what must be mended before an entry can be published, by its part."""
    found: dict[str, list[str]] = {}
    for problem in _problems(entry, live, written, today):
        part = problem.part or f"text-{problem.where.partition('[')[2].rstrip(']') or DEFAULT}"
        found.setdefault(part, []).append(_KINDLY.get(part) or f"{problem.found[:1].upper()}{problem.found[1:]}. {problem.do}.")
    return {part: list(dict.fromkeys(words)) for part, words in found.items()}


def _problems(entry: Entry, live: Library, written: Library, today: date) -> list[Problem]:
    if isinstance(entry, Fact):
        names = ("title", "value", "source")
        return [
            Problem("", f"{_PARTS.get(name, name)} is missing", "Fill it in", name) for name in names if not getattr(entry, name)
        ]
    if kind_of(entry.key) == SAFETY:
        was = live.safety.get(entry.key)
        return check_safety_replies({entry.key: was}, Library(safety={entry.key: entry})) if was else []
    checked = check_one(entry, known=set(written.answers), facts=set(written.facts), today=today)
    # The approver is named by approving, not in the editor.
    return [problem for problem in checked if problem.part != "approver"]


def say_hint(hint: Hint, library: Library) -> str:
    """Say a hint, with the other answer by its title."""
    return replace(hint, key=say_label(hint.key, library)).words if hint.key else hint.words


def clock(moment: datetime) -> str:
    """Say the time of day in the United Kingdom: ``14:32``."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def uses(fact: Fact, library: Library) -> list[tuple[str, str]]:
    """Return the answers and safety replies that say a fact, by key and title."""
    entries = (*library.answers.values(), *library.safety.values())
    return [
        (entry.key, entry.title) for entry in entries if any(fact.name in facts_used(variant.text) for variant in entry.variants)
    ]
