"""What every step of signing in shares: tokens, the sessions they open, browsers that are known, and counting wrong guesses.

Rules kept: a token is stored only as a hash; a guess is counted in the database before it is checked, so that neither many at
once nor a restart gets round the slowing down; a right one leaves the counts as they were; a browser that has signed in as an
account before is held up by its own wrong guesses only.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import FORGOTTEN_AFTER, SESSION, Slowdown, faded
from alongside.core.errors import TooMany
from alongside.core.second_factor import TIME_FOR_CODE
from alongside.store import accounts as store
from alongside.store.base import Database


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(kind: str, of: str) -> str:
    """Return the key under which wrong guesses are counted; it tells nothing of whose they are."""
    return hash_of(f"{kind}:{of}")


def target_of(email: str, password_hash: str | None) -> str:
    """Return what is guessed at: the password an account has now. For a new one, counting and knowing begin anew."""
    return f"{email} {password_hash or ''}"


_MARKS = 10
"""Accounts a browser is known to: a ward's computer has many hands, and a cookie has little room."""


@dataclass(frozen=True)
class Browser:
    """What a browser carries of those who have signed in with it; it is sealed, so nobody can make one up.

    ``marks`` are of the passwords they had then, the newest first, and tell nothing of whose they are.
    """

    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    marks: tuple[str, ...] = ()

    def knows(self, target: str) -> bool:
        return _mark(target) in self.marks

    def key(self, kind: str, target: str) -> str:
        """Return the key under which this browser's own wrong guesses are counted."""
        return key_of(kind, f"{self.id} {target}")

    def after(self, target: str) -> "Browser":
        """Return what it carries once somebody has signed in with it."""
        others = [mark for mark in self.marks if mark != _mark(target)]
        return Browser(self.id, (_mark(target), *others[: _MARKS - 1]))


def _mark(target: str) -> str:
    return key_of("known", target)


def counted_under(
    browser: Browser | None, kind: str, target: str, slowdown: Slowdown, *, place: str, others: Mapping[str, Slowdown]
) -> tuple[str, Mapping[str, Slowdown]]:
    """Return the key that a right guess clears, and all under which a guess is counted: a known browser has one of its own.

    From elsewhere it is counted under ``place``, and under ``others``, where many add to it.
    """
    if browser and browser.knows(target):
        own = browser.key(kind, target)
        return own, {own: slowdown}
    return place, {place: slowdown, **others}


Count = tuple[int, datetime]
"""Wrong guesses, and when the last one was."""


@dataclass(frozen=True)
class Try:
    """A guess that was counted as wrong ahead of checking it: what stood under each key before, and what stands there since."""

    counts: Mapping[str, tuple[Count, Count]]


async def count_a_try(database: Database, slowed: Mapping[str, Slowdown], *, guessed: str, now: datetime) -> Try:
    """Count a wrong guess ahead of checking it, or raise TooMany when it comes too soon; a refused try is not counted.

    ``guessed`` names what is guessed at, in the plural, for whoever is slowed down.
    """
    counts = {}
    async with database.transaction() as session:
        held = await store.lock_failures(session, slowed, now=now)
        for key, slowdown in slowed.items():
            failures, last_at = held[key]
            counting = faded(failures, now - last_at)
            wait = last_at + slowdown.pause(counting) - now
            if counting and wait > timedelta(0):
                seconds = int(wait.total_seconds()) + 1
                raise TooMany(
                    f"There were too many wrong {guessed}. Wait {seconds} seconds, then try again.", retry_after=seconds
                )
            counts[key] = held[key], (counting + 1, now)
            await store.set_failures(session, key, counting + 1, at=now)
    return Try(counts)


async def take_back(session: AsyncSession, right: Try, *, forgets: str) -> None:
    """Leave the counts as they were before a guess that was right, and forget those under ``forgets`` altogether."""
    for key in sorted(right.counts):  # in the order in which they are locked for counting
        if key == forgets:
            await store.delete_failures(session, key)
        else:
            before, counted = right.counts[key]
            await store.take_back_failure(session, key, before=before, counted=counted)


async def open_session(session: AsyncSession, account_id: str, *, now: datetime, code_due: bool) -> str:
    """Return the token of a new session. While its code is due it opens nothing, and ends soon."""
    await store.delete_over(session, now=now, forgotten=now - FORGOTTEN_AFTER)
    token = secrets.token_urlsafe(32)
    await store.add_session(
        session,
        token_hash=hash_of(token),
        account_id=account_id,
        csrf=secrets.token_urlsafe(32),
        now=now,
        expires_at=now + (TIME_FOR_CODE if code_due else SESSION),
        code_due=code_due,
    )
    return token
