"""Reads what the editor's form holds into an entry of the library.

Rule kept: what the form does not hold stays as it was, and nothing that was typed is thrown away because it is not right yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from alongside.core.answers import NATIONS, Answer, Source, Variant
from alongside.core.facts import Fact
from alongside.core.library import Entry
from alongside.core.tidying import tidy, tidy_fact

DEFAULT = "default"
"""How the form names the words for every nation that has none of its own."""

MOST_SOURCES = 12
"""Sources of one wording that the form may hold."""

FOLLOW_UPS = 3
"""Follow-up questions that an answer may have."""

Form = Mapping[str, str]
Day = TypeVar("Day", date, date | None)


def read_entry(form: Form, was: Entry, *, keys: Mapping[str, str], today: date) -> Entry:
    """Return an entry with what the form changed in it; ``keys`` has the answers' keys by title."""
    return _fact(form, was) if isinstance(was, Fact) else _answer(form, was, keys, today)


def tidied(entry: Entry) -> Entry:
    """Return an entry in the form in which it is kept."""
    return tidy_fact(entry) if isinstance(entry, Fact) else tidy(entry)


def nation_slug(nation: str | None) -> str:
    return nation or DEFAULT


def _answer(form: Form, was: Answer, keys: Mapping[str, str], today: date) -> Answer:
    return replace(
        was,
        title=form.get("title", was.title),
        owner=form.get("owner", was.owner),
        review_on=_day(form.get("review_on", ""), was.review_on),
        nations=_nations(form, was),
        follow_ups=_follow_ups(form, was, keys),
        variants=_variants(form, was, today),
        examples=tuple(line for line in form["examples"].splitlines() if line.strip()) if "examples" in form else was.examples,
    )


def _nations(form: Form, was: Answer) -> tuple[str, ...]:
    if "nations" not in form:
        return was.nations
    ticked = tuple(nation for nation in NATIONS if f"nation-{nation}" in form)
    return was.nations if set(ticked) == set(was.nations) else ticked


def _follow_ups(form: Form, was: Answer, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Return follow-ups by key. A title that no answer has stays as it was typed, so that its writer sees it and can mend it."""
    if "follow_up-0" not in form:
        return was.follow_ups
    typed = (form.get(f"follow_up-{place}", "").strip() for place in range(max(FOLLOW_UPS, len(was.follow_ups))))
    return tuple(keys.get(title, title) for title in typed if title)


def _variants(form: Form, was: Answer, today: date) -> tuple[Variant, ...]:
    before = {variant.nation: variant for variant in was.variants}
    # In the order they had; new ones before the words for everyone else, which come last.
    order = [nation for nation in before if nation] + [nation for nation in NATIONS if nation not in before]
    return tuple(
        variant for nation in (*order, None) if (variant := _variant(form, nation, before.get(nation), today)) is not None
    )


def _variant(form: Form, nation: str | None, before: Variant | None, today: date) -> Variant | None:
    """Return a wording; None for a nation without words or sources of its own."""
    slug = nation_slug(nation)
    text = form.get(f"text-{slug}", before.text if before else "")
    sources = tuple(_sources(form, slug, today)) if f"sources-{slug}" in form else (before.sources if before else ())
    if nation and not text.strip() and not sources:
        return None
    return Variant(text=text, sources=sources, nation=nation)


def _sources(form: Form, slug: str, today: date) -> Iterator[Source]:
    for place in range(MOST_SOURCES):
        start = f"source-{slug}-{place}"
        title, url, publication = (form.get(f"{start}-{name}", "").strip() for name in ("title", "url", "publication"))
        if title or url or publication:
            checked_on = _day(form.get(f"{start}-checked_on", ""), today)
            yield Source(title=title, url=url or None, publication=publication or None, checked_on=checked_on)


def _fact(form: Form, was: Fact) -> Fact:
    return replace(
        was,
        title=form.get("title", was.title),
        value=form.get("value", was.value),
        kind=form.get("kind", was.kind),
        hours=form.get("hours", was.hours or "") or None,
        nation=form.get("nation", was.nation),
        source=form.get("source", was.source),
        checked_on=_day(form.get("checked_on", ""), was.checked_on),
        review_on=_maybe_day(form.get("review_on"), was.review_on),
        instead=form.get("instead", was.instead or "") or None,
        recheck="recheck" in form if "has-recheck" in form else was.recheck,
    )


def _maybe_day(typed: str | None, was: date | None) -> date | None:
    if typed is None:
        return was
    return _day(typed, was) if typed else None


def _day(typed: str, otherwise: Day) -> Day:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return otherwise
