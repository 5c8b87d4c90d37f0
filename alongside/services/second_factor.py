"""Codes from a phone beside the password: set up, asked for at sign-in, turned off, and taken off a lost phone.

Rules kept: the key is sealed, recovery codes are shown once and stored as hashes; every code opens once; guessing at codes is
slowed down by itself, so that the right password does not make it quick again.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

import pyotp
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import BY_ADDRESS, BY_CODE, Account, AccountRole, clean_email
from alongside.core.errors import InvalidInput, NotFound, Unauthorised
from alongside.core.second_factor import DIGITS, clean_code, is_phone_code, make_recovery_codes, open_steps, start_of
from alongside.services.ports import Clock, Vault
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
from alongside.store import accounts as accounts_store
from alongside.store import second_factor as store
from alongside.store.base import Database

log = structlog.get_logger()

_ISSUER = "Alongside"
_WRONG = (
    "The code is wrong, or was used before. Wait for the next one on your phone and type that, or use a recovery code. "
    "Phones must show the right time."
)


class SignInOver(Unauthorised):
    """The time to type the code is over, or nobody's password came before it."""


@dataclass(frozen=True)
class Standing:
    """How an account stands: ``is_on`` when signing in takes a code, ``is_begun`` when a key waits to be confirmed."""

    is_on: bool
    is_begun: bool
    recovery_codes: int


@dataclass(frozen=True)
class Key:
    """What goes into the phone: the key in letters, and the address with it that an app reads from a picture."""

    letters: str
    address: str


class SecondFactor:
    """Use cases on the codes of one account. ``required_for`` are the roles that cannot do anything without."""

    def __init__(self, *, database: Database, clock: Clock, vault: Vault, required_for: Collection[AccountRole]) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._required_for = frozenset(required_for)

    def is_required(self, account: Account) -> bool:
        return account.role in self._required_for

    async def is_owed(self, account: Account) -> bool:
        """Say whether somebody must set codes up before they can do anything else."""
        if not self.is_required(account):
            return False
        async with self._database.reading() as session:
            return not await store.is_on(session, account.id)

    async def standing(self, account: Account) -> Standing:
        async with self._database.reading() as session:
            factor = await store.get(session, account.id)
            left = await store.count_recovery_codes(session, account.id)
        return Standing(factor is not None and factor.is_confirmed, factor is not None and not factor.is_confirmed, left)

    async def begin(self, account: Account) -> None:
        """Make a new key for an account that has none yet. Nothing is asked for until it is confirmed."""
        sealed = self._vault.seal(pyotp.random_base32())
        async with self._database.transaction() as session:
            await accounts_store.lock(session, account.id)
            if await store.is_on(session, account.id):
                raise InvalidInput("Codes are set up already. Turn them off first if you have a new phone.")
            await store.put(session, account.id, sealed, at=self._clock.now())

    async def key(self, account: Account) -> Key:
        """Return the key that waits to be confirmed. Raises NotFound afterwards: a confirmed key is never shown again."""
        async with self._database.reading() as session:
            factor = await store.get(session, account.id)
        if factor is None or factor.is_confirmed:
            raise NotFound("There is no key to show. Go to your account to see whether codes are set up.")
        letters = self._vault.open(factor.sealed_key)
        return Key(letters, pyotp.TOTP(letters).provisioning_uri(name=account.email, issuer_name=_ISSUER))

    async def confirm(self, account: Account, code: str) -> list[str]:
        """Turn codes on with the first one, and return the recovery codes, which are not shown again."""
        await self._count_a_try(account)
        async with self._database.transaction() as session:
            await accounts_store.lock(session, account.id)
            factor = await store.get(session, account.id)
            if factor is None or factor.is_confirmed:
                raise InvalidInput("There is no key to confirm. Go to your account to see whether codes are set up.")
            if not await self._use_phone_code(session, account, factor, clean_code(code)):
                raise InvalidInput(f"That is not the code your phone shows now. Type the {DIGITS} digits of the newest one.")
            codes = make_recovery_codes()
            hashes = [hash_of(clean_code(recovery)) for recovery in codes]
            await store.confirm(session, account.id, recovery_hashes=hashes, at=self._clock.now())
            await accounts_store.delete_failures(session, key_of("code", account.id))
        log.info("second factor turned on", account=account.id)
        return codes

    async def turn_off(self, account: Account, code: str) -> None:
        """Ask for no code any more. It takes one, so that nobody does it on a page that was left open."""
        await self._count_a_try(account)
        async with self._database.transaction() as session:
            await accounts_store.lock(session, account.id)
            if not await self._use(session, account, code):
                raise InvalidInput(_WRONG)
            await store.remove(session, account.id)
            await accounts_store.delete_failures(session, key_of("code", account.id))
        log.info("second factor turned off", account=account.id)

    async def reset(self, email: str) -> Account:
        """Take the codes off an account whose phone and recovery codes are lost. Its sessions and links end."""
        async with self._database.transaction() as session:
            account = await accounts_store.get_by_email(session, clean_email(email))
            if account is None:
                raise NotFound(f"There is no account for {email}. Use `alongside worker list` to see those there are.")
            await accounts_store.lock(session, account.id)
            if await store.get(session, account.id) is None:
                raise InvalidInput(f"{account.email} has no codes set up. Nothing was changed.")
            await store.remove(session, account.id)
            await accounts_store.end_all(session, account.id)
            await accounts_store.delete_failures(session, key_of("code", account.id))
        log.info("second factor reset", account=account.id)
        return account

    async def waits_for(self, half_session: str) -> Account | None:
        """Return whose code a half session waits for; None when it is over."""
        async with self._database.reading() as session:
            return await store.find_half_session(session, hash_of(half_session), now=self._clock.now())

    async def enter(self, half_session: str, code: str, *, address: str, browser: Browser | None = None) -> str:
        """Return the token of a whole session for the right code; the half one ends.

        A ``browser`` that has signed in as this account before is not held up by what others guess.

        Raises SignInOver when there is no half session, Unauthorised for a wrong code, TooMany after many.
        """
        over = SignInOver("The time to type the code is over. Sign in again.")
        account = await self.waits_for(half_session)
        if account is None:
            raise over
        async with self._database.reading() as session:
            target = target_of(account.email, await accounts_store.get_password_hash(session, account.id))
        others = {key_of("address", address): BY_ADDRESS}
        elsewhere = key_of("code", account.id)
        place, slowed = counted_under(browser, "code", target, BY_CODE, place=elsewhere, others=others)
        counted = await count_a_try(self._database, slowed, guessed="codes", now=self._clock.now())
        async with self._database.transaction() as session:
            await accounts_store.lock(session, account.id)
            if await store.find_half_session(session, hash_of(half_session), now=self._clock.now()) is None:
                raise over
            if not await self._use(session, account, code):
                log.info("code refused", account=account.id)
                raise Unauthorised(_WRONG)
            await take_back(session, counted, forgets=place)
            await accounts_store.delete_session(session, hash_of(half_session))
            token = await open_session(session, account.id, now=self._clock.now(), code_due=False)
        log.info("signed in", account=account.id)
        return token

    async def _count_a_try(self, account: Account) -> None:
        slowed = {key_of("code", account.id): BY_CODE}
        await count_a_try(self._database, slowed, guessed="codes", now=self._clock.now())

    async def _use(self, session: AsyncSession, account: Account, code: str) -> bool:
        """Use up a code from the phone or a recovery code; False when it is neither."""
        cleaned = clean_code(code)
        if not is_phone_code(cleaned):
            return await store.use_recovery_code(session, account.id, hash_of(cleaned))
        factor = await store.get(session, account.id)
        return factor is not None and factor.is_confirmed and await self._use_phone_code(session, account, factor, cleaned)

    async def _use_phone_code(self, session: AsyncSession, account: Account, factor: store.Factor, cleaned: str) -> bool:
        codes = pyotp.TOTP(self._vault.open(factor.sealed_key))
        for step in open_steps(self._clock.now(), factor.last_step):
            if secrets.compare_digest(codes.at(start_of(step)).encode(), cleaned.encode()):
                return await store.use_step(session, account.id, step)
        return False
