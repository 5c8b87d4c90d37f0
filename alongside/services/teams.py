"""Who can reply to a carer: the people who can sign in, with the hours and roles the directory has of them.

Rule kept: nobody is promised who cannot open the inbox, or whose hours are past their review date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import Service, Worker
from alongside.core.permissions import may_use
from alongside.core.promise import Team
from alongside.core.rota import Rostered
from alongside.store import accounts as accounts_store
from alongside.store import directory as directory_store

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
    """Everybody who has an account, and what the directory knows of them and of the services, read at one moment."""

    accounts: Mapping[str, Account]
    workers: Mapping[str, Worker]
    services: Mapping[str, Service]
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

    def has_hours(self, account_id: str) -> bool:
        return bool(self._person(self.accounts[account_id]).hours)

    def team(self, service: str | None, nation: str | None, *, first: str | None = None, last: str | None = None) -> Team:
        """Return who can reply for a service; for an unknown one, those of the carer's nation, or everybody.

        Workers of one service stand in for each other, and its first lead is who answers when none of them can. ``first``
        comes before the others, as the worker who knows the carer; ``last`` is left out as long as there is anybody else.
        """
        anybody = [account for account in self.accounts.values() if can_have_cases(account)]
        able = [account for account in anybody if account.id == first or self._serves(account, service, nation)]
        if service is None and not able:
            able = anybody
        others = [account for account in able if account.id != last]
        able = sorted(others or able, key=lambda account: (account.id != first, account.role is not AccountRole.WORKER))
        leads = [account for account in able if account.role is AccountRole.LEAD and account.id != first]
        workers = [self._person(account) for account in able if account not in leads]
        duty = next((person for lead in leads if (person := self._person(lead)).hours), None)
        ward = self.services.get(service or "")
        return Team(
            workers=tuple(workers),
            cover={person.code: workers[(place + 1) % len(workers)] for place, person in enumerate(workers) if len(workers) > 1},
            duty=duty,
            ward_phone=ward.phone if ward and ward.checked.is_current(self.today) else "",
        )

    def _serves(self, account: Account, service: str | None, nation: str | None) -> bool:
        if service is not None:
            return service in account.services
        return any(code in self.services and self.services[code].nation == nation for code in account.services)

    def _worker(self, account: Account) -> Worker | None:
        worker = self.workers.get(account.worker or "")
        return worker if worker and worker.checked.is_current(self.today) else None

    def _person(self, account: Account) -> Rostered:
        worker, who = self._worker(account), self.colleague(account.id)
        served = [self.services[code] for code in sorted(account.services) if code in self.services]
        return Rostered(
            code=account.id,
            name=who.name,
            role=who.role,
            hours=worker.hours if worker else (),
            nation=served[0].nation if served else None,
            phone=worker.phone if worker else "",
        )


def can_have_cases(account: Account) -> bool:
    """Say whether somebody can take cases at all."""
    return may_use(account, "inbox.claim") and bool(account.services)


async def read_roster(session: AsyncSession, *, today: date) -> Roster:
    return Roster(
        accounts={account.id: account for account in await accounts_store.list_all(session)},
        workers={worker.code: worker for worker in await directory_store.list_workers(session)},
        services={service.code: service for service in await directory_store.list_services(session)},
        today=today,
    )
