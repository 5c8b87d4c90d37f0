"""An answer as a carer would see it now, on the web and on Telegram.

Rule kept: it is made by what speaks to carers, from what is in the form, and nothing of it is said to anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from alongside.core.answers import Answer, Variant
from alongside.core.conversations import Author, Choice, Message, ShownSource
from alongside.core.library import SAFETY, kind_of
from alongside.core.telegram import render
from alongside.core.words import Words
from alongside.services.ports import Said
from alongside.services.saying import draft_of


@dataclass(frozen=True)
class Preview:
    """One wording as it is shown. ``telegram`` holds the parts in which Telegram is sent it, already safe to show."""

    text: str
    choices: Sequence[Choice]
    sources: Sequence[tuple[str, str]]
    """Each with the day it was checked, as the chat says them."""
    telegram: Sequence[Markup]


def preview(
    answer: Answer, nation: str | None, *, words: Words, titles: Mapping[str, str], now: datetime, today: date
) -> Preview:
    """Return an answer in the words for a nation, or in those for everyone else."""
    wording = _wording(answer, nation)
    said = Said(
        response=f"utter_ask_{answer.key}", text=wording.text, choices=_choices(answer, words, titles), sources=_sources(wording)
    )
    draft = draft_of(said, words, today=today)
    message = Message("", "", 0, Author.BOT, draft.text, now, choices=draft.choices, sources=draft.sources)
    # The renderer escapes what it is given.
    parts = [Markup(part.text) for part in render(message)]  # noqa: S704
    shown = [(source.title, f"{source.checked_on.day} {source.checked_on:%B %Y}") for source in wording.sources]
    return Preview(draft.text, draft.choices, shown, parts)


def _wording(answer: Answer, nation: str | None) -> Variant:
    found = {variant.nation: variant for variant in answer.variants}
    return found.get(nation) or found.get(None) or Variant("", ())


def _choices(answer: Answer, words: Words, titles: Mapping[str, str]) -> tuple[Choice, ...]:
    if kind_of(answer.key) == SAFETY:
        shipped = words.responses.get(f"utter_{answer.key.replace('/', '_')}", ())
        return shipped[-1].choices if shipped else ()
    return tuple(Choice(titles[key], key) for key in answer.follow_ups if key in titles)


def _sources(wording: Variant) -> tuple[ShownSource, ...]:
    return tuple(ShownSource(source.title, source.url, source.checked_on.isoformat()) for source in wording.sources)
