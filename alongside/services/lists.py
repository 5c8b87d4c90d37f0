"""The lists of the inbox: whose cases, how many wait for an answer, and looking for one.

Rule kept: nobody sees or finds a case they may not open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.handover import State
from alongside.core.tasks import end_of_day
from alongside.services.care import Load
from alongside.services.ports import Clock
from alongside.services.teams import Roster, read_roster
from alongside.store import case_lists as store
from alongside.store import tasks as task_store
from alongside.store.base import Database
from alongside.store.case_lists import LISTED, Scope, seen_by

MOST_WORDS = 5
"""Words one search looks for; more only make it slower."""

_LEAST_LETTERS = 2
_OPEN = (State.WAITING, State.WITH_WORKER)
_OVER = (State.CLOSED, State.BOT)


class Show(str, Enum):
    """Which cases a list shows."""

    MINE = "mine"
    SERVICES = "services"
    COVERING = "covering"
    CLOSED = "closed"


@dataclass(frozen=True)
class Listed:
    """One line of the inbox: a case, the first name of who has it, and its service's name."""

    file: CaseFile
    owner: str | None
    service: str | None


@dataclass(frozen=True)
class Around:
    """What every list says above itself: how many are to answer in each, how much its reader has, whom to check back on today."""

    to_answer: Mapping[Show, int]
    load: Load
    check_backs: int


class Shown(NamedTuple):
    """One page of a list, and whether there is another."""

    listed: Sequence[Listed]
    has_more: bool
    around: Around


@dataclass(frozen=True)
class Found:
    """What a search found. ``looked_through`` is how many cases' messages were read, ``has_older`` whether there are more."""

    listed: Sequence[Listed]
    looked_through: int
    has_older: bool
    around: Around


class Lists:
    """Use cases that only read, each in one transaction."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def cases(self, account: Account, show: Show, *, page: int = 1) -> Shown:
        """Return one page of a list, counted from 1."""
        async with self._database.reading() as session:
            files = await store.list_cases(
                session, _scope(account, show), account=account.id, limit=LISTED + 1, offset=LISTED * (page - 1)
            )
            roster = await read_roster(session, today=self._clock.today())
            around = await self._around(session, account, roster)
        return Shown(_listed(files[:LISTED], roster), len(files) > LISTED, around)

    async def find(self, account: Account, text: str, *, older_than: int = 0) -> Found:
        """Find cases, closed ones too, by reference, the carer's name, the service's name, or words of the thread.

        All words must be in one message. The messages of a bounded number of cases are looked through; ``older_than`` is how
        many newer cases were looked through before.
        """
        words = [word for word in text.split() if len(word) >= _LEAST_LETTERS][:MOST_WORDS]
        scope = seen_by(account, tuple(State))
        async with self._database.reading() as session:
            roster = await read_roster(session, today=self._clock.today())
            around = await self._around(session, account, roster)
            if not words:
                return Found((), 0, False, around)
            phrase = " ".join(words)
            named = [code for code, service in roster.services.items() if _plain(phrase) in _plain(service.name)]
            by_case = [] if older_than else await store.find_by_case(session, scope, phrase, named=named)
            by_words, has_older = await store.find_in_threads(session, scope, words, offset=older_than)
        files = list({file.id: file for file in [*by_case, *by_words]}.values())[:LISTED]
        return Found(_listed(files, roster), older_than + store.SEARCHED, has_older, around)

    async def version(self) -> object:
        """Return what is another as soon as something has changed in anybody's list: cheap enough to ask every few seconds."""
        async with self._database.reading() as session:
            return await store.version(session)

    async def _around(self, session: AsyncSession, account: Account, roster: Roster) -> Around:
        shows = (Show.MINE, Show.SERVICES, Show.COVERING)
        counts = await store.count_to_answer(session, [_scope(account, show) for show in shows], account=account.id)
        cases = await store.count_owned(session, account.id)
        check_backs = await task_store.count_due(session, account=account.id, before=end_of_day(self._clock.now()))
        return Around(dict(zip(shows, counts, strict=True)), Load(cases, roster.person(account.id).cap), check_backs)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def _scope(account: Account, show: Show) -> Scope:
    match show:
        case Show.MINE:
            return Scope((State.WITH_WORKER,), owner=account.id)
        case Show.SERVICES:
            # What was transferred to somebody from a service they do not serve is theirs to do as well.
            return replace(seen_by(account, _OPEN), services=account.services)
        case Show.COVERING:
            return Scope(_OPEN, services=account.covers - account.services)
        case Show.CLOSED:
            return seen_by(account, _OVER)


def _listed(files: Sequence[CaseFile], roster: Roster) -> list[Listed]:
    return [
        Listed(file, roster.colleague(file.owner).name if file.owner else None, roster.service_name(file.service))
        for file in files
    ]
