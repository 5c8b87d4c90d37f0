"""The people who sign in, for those who look after them: who they are, what they serve, their role and their way in.

Rules kept: a lead looks after those they share a service with, and gives nobody more than they may see themselves; nobody
changes their own role or shuts themselves out; each change is whole or not made at all.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import Period, Service, Worker
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.permissions import Forbidden, may_arrange, may_entrust, may_give_role
from alongside.core.rota import Arrangement
from alongside.services.accounts import SERVING, Accounts
from alongside.services.ports import Clock
from alongside.services.teams import Roster, can_have_cases, read_roster
from alongside.store import accounts as store
from alongside.store.base import Database

log = structlog.get_logger()

_NOT_YOURS = "You do not look after this person, so nothing was changed. Ask an administrator."
_NOT_YOURS_TO_OPEN = "This person may see more than you do, so what they can open is not yours to change. Ask an administrator."


@dataclass(frozen=True)
class Profile:
    """One person as their page shows them.

    ``services`` are as they were given, a unit without its wards; ``cover`` is named even when they cannot stand in now.
    """

    account: Account
    services: Sequence[Service]
    hours: tuple[Period, ...]
    arrangement: Arrangement
    cover: Account | None
    can_cover: bool
    covers_for: Sequence[Account]
    open_cases: int
    has_password: bool
    is_away: bool

    @property
    def has_own_hours(self) -> bool:
        """Say whether the hours were set here, and are not the directory's."""
        return bool(self.arrangement.hours)


@dataclass(frozen=True)
class Choices:
    """What can be chosen on a person's page: services, who may cover, and who the directory names."""

    services: Sequence[Service]
    covers: Sequence[Account]
    workers: Sequence[Worker]


class People:
    """Use cases on other people's accounts. ``by`` is who asks for it.

    None is the operator at the command line of the server, who may do everything, as they could in the database itself.
    """

    def __init__(self, *, database: Database, accounts: Accounts, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock

    async def list_for(self, by: Account | None) -> list[Profile]:
        """Return the people somebody looks after, by name, disabled ones last."""
        async with self._database.reading() as session:
            roster, known = await self._read(session)
        people = [account for account in roster.accounts.values() if by is None or may_arrange(by, account)]
        people.sort(key=lambda account: account.disabled_at is not None)
        return [_profile(roster, known, account, self._clock.today()) for account in people]

    async def get(self, by: Account | None, account_id: str) -> Profile:
        """Return one person. Raises NotFound, or Forbidden when somebody asks who does not look after them."""
        async with self._database.reading() as session:
            roster, known = await self._read(session)
        account = roster.accounts.get(account_id)
        if account is None:
            raise NotFound("There is no such person. Go back to the list of people.")
        if by is not None and by.id != account_id and not may_arrange(by, account):
            raise Forbidden("You do not look after this person. Go back to the list of people, or ask an administrator.")
        return _profile(roster, known, account, self._clock.today())

    async def choices(self, by: Account, account_id: str = "") -> Choices:
        """Return what somebody may choose from for a person; a lead gives only services they serve themselves."""
        async with self._database.reading() as session:
            roster = await read_roster(session, today=self._clock.today())
        is_admin = by.role is AccountRole.ADMIN
        services = [service for service in roster.services.values() if is_admin or service.code in by.services]
        linked = {account.worker for account in roster.accounts.values()}
        return Choices(
            services=sorted(services, key=lambda service: service.name),
            covers=[account for account in roster.accounts.values() if account.id != account_id and can_have_cases(account)],
            workers=[
                worker
                for worker in sorted(roster.workers.values(), key=lambda worker: worker.name)
                if worker.code not in linked and (is_admin or by.services & set(worker.services))
            ],
        )

    async def add(
        self, by: Account, *, email: str, name: str, role: AccountRole, services: Collection[str], worker: str | None = None
    ) -> tuple[Account, str]:
        """Add somebody, and return the token of the link with which they choose a password."""
        if not may_give_role(by, role):
            raise Forbidden(f"Only an administrator can add somebody as {role.value}. Choose another role.")
        if by.role is not AccountRole.ADMIN:
            if not services:
                raise InvalidInput("Choose at least one service that this person serves.")
            _only_own(by, services)
        offered = {offered.code for offered in (await self.choices(by)).workers}
        account = await self._accounts.add(email=email, name=name, role=role, services=services, worker=worker, offered=offered)
        return account, await self._accounts.make_link(account.email)

    async def set_services(self, by: Account | None, account_id: str, services: Collection[str]) -> None:
        """Say which services somebody serves. Who serves a unit serves its wards."""
        async with self._database.transaction() as session:
            account = await hold(session, account_id, by=by, allowed=may_entrust)
            roster = await read_roster(session, today=self._clock.today())
            if unknown := sorted(set(services) - set(roster.services)):
                known = ", ".join(sorted(roster.services))
                raise InvalidInput(f"The directory has no service {', '.join(unknown)}. It has: {known}.")
            if account.role in SERVING and not services:
                raise InvalidInput(f"A {account.role.value} needs a service, so nothing was changed. Choose at least one.")
            before = (await store.list_assigned(session)).get(account_id, frozenset())
            if by is not None and by.role is not AccountRole.ADMIN:
                _only_own(by, (before ^ set(services)) & set(roster.services))
            await store.set_services(session, account_id, services)
        note_change("services set", account_id, by)

    async def set_role(self, by: Account | None, account_id: str, role: AccountRole) -> None:
        """Give somebody another role; it counts from their next click."""
        _not_oneself(by, account_id)
        async with self._database.transaction() as session:
            account = await hold(session, account_id, by=by, allowed=may_entrust)
            if by is not None and not may_give_role(by, role):
                raise Forbidden(f"Only an administrator can make somebody {role.value}. Nothing was changed.")
            if role in SERVING and not account.services:
                raise InvalidInput(f"A {role.value} needs a service, so nothing was changed. Choose their services first.")
            await store.set_role(session, account_id, role)
        note_change("role set", account_id, by)

    async def make_link(self, by: Account, account_id: str) -> str:
        """Return the token of a link with which this person chooses a password, once. Earlier links end."""
        return await self._accounts.make_link((await self._entrusted(by, account_id)).email)

    async def disable(self, by: Account, account_id: str) -> None:
        """Keep somebody out from this moment on; what they have goes to others."""
        _not_oneself(by, account_id)
        await self._accounts.disable((await self._entrusted(by, account_id)).email)

    async def enable(self, by: Account, account_id: str) -> None:
        await self._accounts.enable((await self._entrusted(by, account_id)).email)

    async def _entrusted(self, by: Account, account_id: str) -> Account:
        async with self._database.reading() as session:
            return await _allowed(session, account_id, by=by, allowed=may_entrust)

    async def _read(self, session: AsyncSession) -> tuple[Roster, "_Known"]:
        roster = await read_roster(session, today=self._clock.today())
        return roster, _Known(await store.list_assigned(session), await store.list_without_password(session))


@dataclass(frozen=True)
class _Known:
    """What only these pages ask of accounts."""

    assigned: dict[str, frozenset[str]]
    without_password: set[str]


async def hold(
    session: AsyncSession, account_id: str, *, by: Account | None, allowed: Callable[[Account, Account], bool]
) -> Account:
    """Return an account, held until the transaction ends. Raises NotFound or Forbidden."""
    await store.lock(session, account_id)
    return await _allowed(session, account_id, by=by, allowed=allowed)


async def _allowed(
    session: AsyncSession, account_id: str, *, by: Account | None, allowed: Callable[[Account, Account], bool]
) -> Account:
    account = await store.get(session, account_id)
    if account is None:
        raise NotFound("There is no such person. Go back to the list of people.")
    if by is not None and not allowed(by, account):
        raise Forbidden(_NOT_YOURS_TO_OPEN if may_arrange(by, account) else _NOT_YOURS)
    return account


def _only_own(by: Account, services: Collection[str]) -> None:
    if others := sorted(set(services) - by.services):
        raise Forbidden(
            f"You can give or take only services you serve yourself, and not {', '.join(others)}. Nothing was changed."
        )


def _not_oneself(by: Account | None, account_id: str) -> None:
    if by is not None and by.id == account_id:
        raise Forbidden("Nobody can do this to themselves, so nothing was changed. Ask a colleague who is administrator.")


def note_change(what: str, account_id: str, by: Account | None) -> None:
    log.info(what, account=account_id, by=by.id if by else "command line")


def _profile(roster: Roster, known: _Known, account: Account, today: date) -> Profile:
    arrangement = roster.arrangement(account.id)
    assigned = known.assigned.get(account.id, frozenset())
    return Profile(
        account=account,
        services=sorted((roster.services[code] for code in assigned if code in roster.services), key=lambda item: item.name),
        hours=roster.hours(account.id),
        arrangement=arrangement,
        cover=roster.accounts.get(arrangement.cover or ""),
        can_cover=roster.cover(account.id) is not None,
        covers_for=[other for other in roster.accounts.values() if roster.arrangement(other.id).cover == account.id],
        open_cases=roster.open_cases.get(account.id, 0),
        has_password=account.id not in known.without_password,
        is_away=arrangement.is_away(today),
    )
