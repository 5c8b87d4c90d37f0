"""Who may sign in: adding and disabling accounts, choosing passwords, signing in and out.

Rules kept: a token is shown once and stored only as a hash; a wrong password is counted in the database before it is checked, so
that neither many tries at once nor a restart gets round the slowing down; nothing tells whether an address has an account.
"""

import asyncio
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core import accounts as core
from alongside.core.accounts import BY_ACCOUNT, BY_ADDRESS, BY_PLACE, IDLE, LINK, Account, AccountRole
from alongside.core.errors import AlongsideError, InvalidInput, NotFound, Unauthorised
from alongside.core.permissions import Forbidden
from alongside.services.ports import Clock
from alongside.services.signing_in import (
    Browser,
    count_a_try,
    counted_under,
    hash_of,
    key_of,
    open_session,
    take_back,
    target_of,
)
from alongside.store import accounts as store
from alongside.store import directory, second_factor
from alongside.store.base import Database

log = structlog.get_logger()

_AT_ONCE = 2
"""Passwords checked at one time: each takes 64 MB by design, and many at once must not starve the carers' chat."""

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was last used; a write for every request would be in the carers' way."""

SERVING = (AccountRole.WORKER, AccountRole.LEAD)
"""The roles that make no sense without a service."""


class AlreadyThere(AlongsideError):
    """There is an account with this e-mail address."""

    status = 409


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in; ``csrf`` must come back with everything they change."""

    account: Account
    csrf: str


class Accounts:
    """Use cases on accounts and sessions."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._hasher = PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def add(
        self,
        *,
        email: str,
        name: str,
        role: AccountRole,
        services: Collection[str] = (),
        worker: str | None = None,
        offered: Collection[str] | None = None,
        password: str | None = None,
    ) -> Account:
        """Add an account; without a password it opens with a link only (``make_link``).

        Somebody the directory names, by code or by the same e-mail address, serves the services they look after there unless
        others are given. ``offered`` are the codes that whoever adds them may link to; without it, all.
        """
        email, name = core.clean_email(email), core.clean_name(name)
        password_hash = await self._hash_new(password, email=email, name=name) if password is not None else None
        async with self._database.transaction() as session:
            if await store.get_by_email(session, email):
                raise AlreadyThere(f"There is an account for {email} already. Look for it in the list of people.")
            known = {service.code for service in await directory.list_services(session)}
            if unknown := sorted(set(services) - known):
                raise InvalidInput(f"The directory has no service {', '.join(unknown)}. It has: {', '.join(sorted(known))}.")
            workers = await directory.list_workers(session)
            found = [item for item in workers if (item.code == worker if worker else item.email.casefold() == email)]
            if worker and not found:
                raise InvalidInput(f"The directory has no worker {worker}. It has: {', '.join(item.code for item in workers)}.")
            if found and offered is not None and found[0].code not in offered:
                raise Forbidden(
                    f"{found[0].name} of the directory is not yours to link to: somebody is linked already, or it is of services "
                    "you do not serve. Nobody was added. Choose from the list, or ask an administrator."
                )
            serves = frozenset(services) or frozenset(code for item in found for code in item.services)
            if role in SERVING and not serves:
                raise InvalidInput(f"A {role.value} needs a service. Name one or more of: {', '.join(sorted(known))}.")
            account = Account(
                id=uuid.uuid4().hex,
                email=email,
                name=name,
                role=role,
                services=serves,
                created_at=self._clock.now(),
                worker=found[0].code if found else None,
            )
            await store.add(session, account, password_hash=password_hash)
        log.info("account added", account=account.id, role=role.value)
        return account

    async def make_link(self, email: str) -> str:
        """Return the token of a link with which this account's owner can choose a password, once. Earlier links end."""
        async with self._database.transaction() as session:
            account = await self._get(session, email)
            if account.disabled_at:
                raise InvalidInput(f"The account for {account.email} is disabled. Enable it first.")
            token = secrets.token_urlsafe(32)
            await store.delete_links(session, account.id)
            await store.add_link(session, token_hash=hash_of(token), account_id=account.id, expires_at=self._clock.now() + LINK)
        return token

    async def find_link(self, token: str) -> Account:
        """Return the account a link is for. Raises NotFound when it opens nothing."""
        async with self._database.reading() as session:
            account = await store.find_link(session, hash_of(token), now=self._clock.now())
        if account is None:
            raise NotFound("This link has been used or is too old. Ask the person who sent it for a new one.")
        return account

    async def set_password(self, link: str, password: str) -> Account:
        """Let the owner of a link choose a password. The link is used up, and every session of the account ends."""
        account = await self.find_link(link)
        password_hash = await self._hash_new(password, email=account.email, name=account.name)
        async with self._database.transaction() as session:
            await store.lock(session, account.id)
            if await store.find_link(session, hash_of(link), now=self._clock.now()) is None:
                raise NotFound("This link has been used just now. Sign in with the password that was chosen.")
            await store.set_password(session, account.id, password_hash)
        log.info("password chosen", account=account.id)
        return account

    async def sign_in(
        self, email: str, password: str, *, address: str, browser: Browser | None = None, replaces: str | None = None
    ) -> str:
        """Return the token of a new session. ``address`` is the network's, ``replaces`` the session that ends with it.

        A ``browser`` that has signed in as this account before is not held up by what others guess.

        Of an account that has a second factor it opens nothing until ``SecondFactor.enter`` has taken the code.

        Raises Unauthorised, with the same words whatever was wrong, and TooMany after many wrong passwords.
        """
        try:
            email = core.clean_email(email)
        except InvalidInput:
            email = ""  # nobody's; it is slowed down and refused like any other
        async with self._database.reading() as session:
            account = await store.get_by_email(session, email)
            stored = await store.get_password_hash(session, account.id) if account else None
        target = target_of(email, stored)
        others = {key_of("account", target): BY_ACCOUNT, key_of("address", address): BY_ADDRESS}
        elsewhere = key_of("place", f"{address} {target}")
        place, slowed = counted_under(browser, "password", target, BY_PLACE, place=elsewhere, others=others)
        counted = await count_a_try(self._database, slowed, guessed="passwords", now=self._clock.now())
        right = await self._verify(stored, core.clean_password(password))
        async with self._database.transaction() as session:
            if account:
                await store.lock(session, account.id)
            now_stored = await store.get_password_hash(session, account.id) if account else None
            account = await store.get_by_email(session, email)
            if not right or account is None or account.disabled_at or now_stored != stored:
                refused = account.id if account else None
                log.info("sign-in refused", account=refused)
                raise Unauthorised("The e-mail address or the password is wrong. Check both and try again.")
            await take_back(session, counted, forgets=place)
            if replaces:
                await store.delete_session(session, hash_of(replaces))
            code_due = await second_factor.is_on(session, account.id)
            token = await open_session(session, account.id, now=self._clock.now(), code_due=code_due)
        log.info("password right, code due" if code_due else "signed in", account=account.id)
        return token

    async def remember(self, browser: Browser, account: Account) -> Browser:
        """Return what a browser carries once this account has signed in with it, until the account has another password."""
        async with self._database.reading() as session:
            return browser.after(target_of(account.email, await store.get_password_hash(session, account.id)))

    async def session(self, token: str, *, used: bool = True) -> SignedIn | None:
        """Return who a token belongs to; None when the session is over or the account is disabled.

        ``used`` is False when nobody did anything, as when an open stream only looks whether it may go on.
        """
        now, token_hash = self._clock.now(), hash_of(token)
        async with self._database.reading() as session:
            found = await store.find_session(session, token_hash, now=now, seen_after=now - IDLE)
        if found is None:
            return None
        account, csrf, last_seen_at = found
        if used and now - last_seen_at > _SEEN_EVERY:
            async with self._database.transaction() as session:
                await store.touch_session(session, token_hash, at=now)
        return SignedIn(account, csrf)

    async def sign_out(self, token: str) -> None:
        """End a session; does nothing when it is over already."""
        async with self._database.transaction() as session:
            await store.delete_session(session, hash_of(token))

    async def disable(self, email: str) -> Account:
        """Keep somebody out from this moment on: their sessions and links end. Their name stays on what they wrote."""
        return await self._set_disabled(email, self._clock.now())

    async def enable(self, email: str) -> Account:
        """Let somebody who was disabled sign in again, with the password they had."""
        return await self._set_disabled(email, None)

    async def find(self, email: str) -> Account:
        """Return the account with this e-mail address. Raises NotFound."""
        async with self._database.reading() as session:
            return await self._get(session, email)

    async def list_all(self) -> list[Account]:
        """Return every account, disabled ones too."""
        async with self._database.reading() as session:
            return await store.list_all(session)

    async def _set_disabled(self, email: str, at: datetime | None) -> Account:
        async with self._database.transaction() as session:
            account = await self._get(session, email)
            await store.lock(session, account.id)
            await store.set_disabled(session, account.id, at)
        log.info("account disabled" if at else "account enabled", account=account.id)
        return replace(account, disabled_at=at)

    async def _get(self, session: AsyncSession, email: str) -> Account:
        account = await store.get_by_email(session, core.clean_email(email))
        if account is None:
            raise NotFound(f"There is no account for {email}. Use `alongside worker list` to see those there are.")
        return account

    async def _hash_new(self, password: str, *, email: str, name: str) -> str:
        cleaned = core.check_password(password, email=email, name=name)
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, cleaned)

    async def _verify(self, stored: str | None, password: str) -> bool:
        async with self._turn:
            return await asyncio.to_thread(self._verify_now, stored, password)

    def _verify_now(self, stored: str | None, password: str) -> bool:
        try:
            # As much work for an address without an account: the time taken must not tell.
            self._hasher.verify(stored or _nobodys_hash(self._hasher), password)
        except VerifyMismatchError:
            return False
        return stored is not None


@cache
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_urlsafe(32))
