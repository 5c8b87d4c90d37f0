"""The library as maintainers look through it: every entry with what is being done to it, how it does, and where it last changed.

Rule kept: with thousands of answers a look stays quick. What is the same for as long as a release is live is worked out once, and
nothing is asked of the database for each entry.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.answer_search import Findable, Index
from alongside.core.answers import Answer
from alongside.core.library import Entry, Library, kind_of
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Clock
from alongside.store import answer_figures, drafts
from alongside.store import release_lives as lives
from alongside.store.base import Database

COUNTED = timedelta(days=90)
"""How far back it is counted how often an answer was given."""

SOON = timedelta(days=30)
"""A review date that is nearer than this is marked."""


class Status(str, Enum):
    """What is being done to an entry."""

    LIVE = "live"
    """Carers are told it, and nobody is changing it."""
    DRAFT = "draft"
    """Carers are told it, and a change is being written."""
    NEW = "new"
    """It is being written, and no carer is told it yet."""
    GOING = "going"
    """Carers are told it, and it is to be taken out."""


class Review(str, Enum):
    """How near an entry's review date is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Shelved:
    """One entry of the library. ``entry`` is what is live, or the draft of what is new; ``nations`` have words of their own.

    ``given``, ``helped`` and ``not_helped`` count the last 90 days; ``changed_in`` is the release that last changed it.
    """

    key: str
    kind: str
    entry: Entry
    status: Status
    review: Review
    nations: tuple[str, ...]
    given: int
    helped: int
    not_helped: int
    changed_in: int | None

    @property
    def topic(self) -> str:
        return self.key.split("/")[0]


@dataclass(frozen=True)
class Shelves:
    """The whole library as it stands now. ``library`` is what is live."""

    release: int | None
    library: Library
    entries: Sequence[Shelved]


@dataclass(frozen=True)
class _Known:
    """What does not change while a release is live."""

    release: int | None
    library: Library
    changed_in: Mapping[str, int]


class Librarian:
    """The use case of whoever looks through the library."""

    def __init__(self, *, database: Database, live: LiveLibrary, clock: Clock) -> None:
        self._database = database
        self._live = live
        self._clock = clock
        self._known = _Known(None, Library(), {})
        self._index: tuple[int | None, Index] = (None, Index(()))

    async def look(self) -> Shelves:
        """Return every entry, in the order of the keys."""
        since = self._clock.now() - COUNTED
        async with self._database.reading() as session:
            known = await self._know(session)
            written = await drafts.list_contents(session)
            given = await answer_figures.count_given(session, since=since)
            helped = await answer_figures.count_helped(session, since=since)
        live = dict(known.library)
        new = {key: entry for key, entry in written.items() if key not in live and entry is not None}
        today = self._clock.today()
        entries = [
            Shelved(
                key=key,
                kind=kind_of(key),
                entry=entry,
                status=_status(key, live, written),
                review=_review(entry, today),
                nations=_nations(entry),
                given=given.get(key, 0),
                helped=helped.get(key, (0, 0))[0],
                not_helped=helped.get(key, (0, 0))[1],
                changed_in=known.changed_in.get(key) if key in live else None,
            )
            for key, entry in sorted({**live, **new}.items())
        ]
        return Shelves(known.release, known.library, entries)

    async def find(self, shelves: Shelves, words: str) -> list[Shelved]:
        """Return the entries about some words: first those that are not live yet, then the best of what is."""
        number, index = self._index
        if number != shelves.release:
            index = await asyncio.to_thread(Index, [_findable(key, entry) for key, entry in shelves.library])
            self._index = (shelves.release, index)
        by_key = {each.key: each for each in shelves.entries}
        new = Index(_findable(each.key, each.entry) for each in shelves.entries if each.status is Status.NEW)
        return [by_key[each.key] for each in [*new.find(words), *index.find(words)]]

    async def _know(self, session: AsyncSession) -> _Known:
        live = await lives.get_live(session)
        if live is None or live.number == self._known.release:
            return self._known
        library = await self._live.read(session, live.number)
        changed_in = _changed_in(live.number, await lives.list_changes(session), dict(library))
        self._known = _Known(live.number, library, changed_in)
        return self._known


def _changed_in(
    number: int, changes: Mapping[int, tuple[int | None, tuple[str, ...]]], library: Mapping[str, Entry]
) -> dict[str, int]:
    """Return the release that last changed each entry: the nearest before the live one, else the first of them all."""
    last: dict[str, int] = {}
    here: int | None = number
    first = number
    while here is not None and here in changes:
        base, changed = changes[here]
        for key in changed:
            last.setdefault(key, here)
        first, here = here, base
    return {key: last.get(key, first) for key in library}


def _status(key: str, live: Mapping[str, Entry], written: Mapping[str, Entry | None]) -> Status:
    if key not in live:
        return Status.NEW
    if key not in written or written[key] == live[key]:
        return Status.LIVE
    return Status.DRAFT if written[key] is not None else Status.GOING


def _review(entry: Entry, today: date) -> Review:
    if entry.review_on is None:
        return Review.NEVER
    if entry.review_on <= today:
        return Review.OVERDUE
    return Review.SOON if entry.review_on <= today + SOON else Review.LATER


def _nations(entry: Entry) -> tuple[str, ...]:
    if isinstance(entry, Answer):
        return tuple(variant.nation for variant in entry.variants if variant.nation)
    return ()


def _findable(key: str, entry: Entry) -> Findable:
    if isinstance(entry, Answer):
        texts = " ".join(variant.text for variant in entry.variants)
        return Findable(key, entry.title, texts, entry.examples)
    return Findable(key, entry.title, f"{entry.value} {entry.hours or ''}")
