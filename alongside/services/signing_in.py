"""What every step of signing in shares: tokens, the sessions they open, and counting wrong guesses.

Rules kept: a token is stored only as a hash; a guess is counted in the database before it is checked, so that neither many at
once nor a restart gets round the slowing down.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import FORGOTTEN_AFTER, SESSION, Slowdown
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


async def count_a_try(database: Database, slowed: Mapping[str, Slowdown], *, guessed: str, now: datetime) -> None:
    """Count a wrong guess ahead of checking it, or raise TooMany when it comes too soon; a refused try is not counted.

    ``guessed`` names what is guessed at, in the plural, for whoever is slowed down.
    """
    async with database.transaction() as session:
        held = await store.lock_failures(session, slowed, now=now)
        for key, slowdown in slowed.items():
            failures, last_at = held[key]
            if now - last_at >= FORGOTTEN_AFTER:
                failures = 0
            wait = last_at + slowdown.pause(failures) - now
            if failures and wait > timedelta(0):
                seconds = int(wait.total_seconds()) + 1
                raise TooMany(
                    f"There were too many wrong {guessed}. Wait {seconds} seconds, then try again.", retry_after=seconds
                )
            await store.set_failures(session, key, failures + 1, at=now)


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
