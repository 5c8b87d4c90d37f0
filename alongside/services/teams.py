"""Who can reply to a carer: the people who can sign in, with their hours, leave, cover and open cases.

Rules kept: nobody is promised who cannot open the inbox; hours set for an account win over the directory's, which count only
until their review date.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import Period, Service, Worker
from alongside.core.permissions import may_use
from alongside.core.promise import Team
from alongside.core.rota import Arrangement, Rostered, whole_days
from alongside.store import accounts as accounts_store
from alongside.store import case_lists
from alongside.store import directory as directory_store
from alongside.store import rota as rota_store

_ROLE_IN_WORDS = {AccountRole.LEAD: "carer lead"}
_USUAL_ROLE = "carer support worker"


@dataclass(frozen=True)
class Colleague:
    """Somebody who can have cases, as a carer is told of them: by first name and role."""

    account: Account
    name: str
    role: str


@dataclass(frozen=True)
class Roster:
    """Everybody who has an account, what was arranged for them, and what the directory knows, read at one moment.

    ``arrangements`` and ``open_cases`` are by an account's id, and have no entry where there is nothing to know.
    """

    accounts: Mapping[str, Account]
    workers: Mapping[str, Worker]
    services: Mapping[str, Service]
    arrangements: Mapping[str, Arrangement]
    open_cases: Mapping[str, int]
    today: date

    def colleague(self, account_id: str) -> Colleague:
        """Return how a carer is told of somebody who has or had a case."""
        account = self.accounts[account_id]
        worker = self._worker(account)
        role = worker.role if worker else _ROLE_IN_WORDS.get(account.role, _USUAL_ROLE)
        return Colleague(account, account.first_name, role)

    def colleagues(self) -> list[Colleague]:
        """Return everybody who can have cases now."""
        return [self.colleague(account.id) for account in self.accounts.values() if can_have_cases(account)]

    def service_name(self, service: str | None) -> str | None:
        found = self.services.get(service or "")
        return found.name if found else None

    def arrangement(self, account_id: str) -> Arrangement:
        return self.arrangements.get(account_id) or Arrangement()

    def hours(self, account_id: str) -> tuple[Period, ...]:
        """Return the hours that count: those set for the account, else the directory's."""
        return self.arrangement(account_id).hours or self.directory_hours(account_id)

    def directory_hours(self, account_id: str) -> tuple[Period, ...]:
        worker = self._worker(self.accounts[account_id])
        return worker.hours if worker else ()

    def has_hours(self, account_id: str) -> bool:
        return bool(self.hours(account_id))

    def cover(self, account_id: str) -> Account | None:
        """Return the named cover of an account, as long as they can have cases."""
        named = self.accounts.get(self.arrangement(account_id).cover or "")
        return named if named and can_have_cases(named) else None

    def person(self, account_id: str) -> Rostered:
        """Return somebody with their hours and leave, as promises are made from them."""
        return self._person(self.accounts[account_id])

    def away(self) -> frozenset[str]:
        """Return the directory's codes of those who have an account, and have left or are on leave today."""
        return frozenset(account.worker for account in self.accounts.values() if account.worker and self.is_away(account.id))

    def is_away(self, account_id: str) -> bool:
        """Say whether somebody has left or is on leave today."""
        return self.accounts[account_id].disabled_at is not None or self.arrangement(account_id).is_away(self.today)

    def team(self, service: str | None, nation: str | None, *, first: str | None = None, last: str | None = None) -> Team:
        """Return who can reply for a service; for one that is unknown or that nobody serves, those of the nation, or everybody.

        Each worker's named cover stands in for them, else the next colleague of the service; its first lead with hours is who
        answers when none of them can, and then its other leads. The cover of somebody who left has their place. ``first`` comes
        before the others, as the worker who knows the carer; ``last`` is left out as long as there is anybody else.
        """
        ward = self.services.get(service or "")
        if service is not None and not self.is_served(service):
            service, nation = None, ward.nation if ward else nation
        able = self._able(service, nation, first)
        others = [account for account in able if account.id != last]
        able = sorted(others or able, key=lambda account: (account.id != first, account.role is not AccountRole.WORKER))
        leads = [account for account in able if account.role is AccountRole.LEAD and account.id != first]
        workers = [account for account in able if account not in leads]
        leads.sort(key=lambda lead: not self.has_hours(lead.id))
        duty = leads.pop(0) if leads and self.has_hours(leads[0].id) else None
        cover = dict(zip((worker.id for worker in workers), workers[1:] + workers[:1], strict=True)) if len(workers) > 1 else {}
        for account in [*workers, *([duty] if duty else [])]:
            named = self.cover(account.id)
            if named and named.id != last and (service is None or service in named.reaches):
                cover[account.id] = named
        return Team(
            workers=tuple(self._person(worker) for worker in workers),
            cover={account_id: self._person(named) for account_id, named in cover.items()},
            duty=self._person(duty) if duty else None,
            leads=tuple(self._person(lead) for lead in leads),
            ward_phone=ward.phone if ward and ward.checked.is_current(self.today) else "",
        )

    def is_served(self, service: str) -> bool:
        """Say whether anybody who can have cases serves or covers a service."""
        return any(service in (account.served or ()) for account in self.accounts.values())

    def _able(self, service: str | None, nation: str | None, first: str | None) -> list[Account]:
        anybody = [account for account in self.accounts.values() if can_have_cases(account)]
        able = [account for account in anybody if account.id == first or self._serves(account, service, nation)]
        able += [account for account in self._heirs(service, nation) if account not in able]
        return able if able or service is not None else anybody

    def _heirs(self, service: str | None, nation: str | None) -> Iterator[Account]:
        for account in self.accounts.values():
            if not can_have_cases(account) and self._serves(account, service, nation) and (heir := self.cover(account.id)):
                yield heir

    def _serves(self, account: Account, service: str | None, nation: str | None) -> bool:
        if service is not None:
            return service in account.services
        return any(code in self.services and self.services[code].nation == nation for code in account.services)

    def _worker(self, account: Account) -> Worker | None:
        worker = self.workers.get(account.worker or "")
        return worker if worker and worker.checked.is_current(self.today) else None

    def _person(self, account: Account) -> Rostered:
        worker, who = self._worker(account), self.colleague(account.id)
        served = [self.services[code] for code in sorted(account.services or account.covers) if code in self.services]
        arrangement = self.arrangement(account.id)
        return Rostered(
            code=account.id,
            name=who.name,
            role=who.role,
            hours=self.hours(account.id),
            nation=served[0].nation if served else None,
            phone=worker.phone if worker else "",
            leave=tuple(whole_days(leave.first, leave.last) for leave in arrangement.leave),
            cap=arrangement.cap,
            open_cases=self.open_cases.get(account.id, 0),
        )


def can_have_cases(account: Account) -> bool:
    """Say whether somebody can take cases at all."""
    return may_use(account, "inbox.claim") and bool(account.reaches)


async def read_roster(session: AsyncSession, *, today: date) -> Roster:
    return Roster(
        accounts={account.id: account for account in await accounts_store.list_all(session)},
        workers={worker.code: worker for worker in await directory_store.list_workers(session)},
        services={service.code: service for service in await directory_store.list_services(session)},
        arrangements=await rota_store.list_arrangements(session),
        open_cases=await case_lists.count_open(session),
        today=today,
    )
