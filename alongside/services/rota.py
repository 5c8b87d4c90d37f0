"""When people work: their hours, leave, cover and load cap, and the week of each service.

Rules kept: everything is checked before anything is changed, and each change is whole or not made at all; anybody says
when they are away themselves, and the rest is for who looks after them. A promise that a change breaks is found and made again
by the server's next look at promises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import Period, Service, say_week
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.permissions import may_arrange, may_entrust, may_use
from alongside.core.promise import Team
from alongside.core.rota import Leave, check_cap, check_leave, clean_hours
from alongside.core.week import FARTHEST_WEEK, Week, check_week, monday_of, week_of
from alongside.services.people import hold, note_change
from alongside.services.ports import BankHolidays, Clock
from alongside.services.teams import read_roster
from alongside.store import accounts as accounts_store
from alongside.store import rota as store
from alongside.store.base import Database


@dataclass(frozen=True)
class ServiceWeek:
    """The week of one service."""

    service: Service
    week: Week


class Rota:
    """Use cases on hours. ``by`` is who asks for it; None is the operator at the command line of the server."""

    def __init__(self, *, database: Database, clock: Clock, bank_holidays: BankHolidays) -> None:
        self._database = database
        self._clock = clock
        self._bank_holidays = bank_holidays

    async def set_hours(self, by: Account | None, account_id: str, hours: Iterable[Period]) -> None:
        """Set somebody's weekly hours. None at all is refused where the directory has some: those would count."""
        cleaned = clean_hours(hours)
        async with self._database.transaction() as session:
            account = await hold(session, account_id, by=by, allowed=may_arrange)
            roster = await read_roster(session, today=self._clock.today())
            if not cleaned and (known := roster.directory_hours(account_id)):
                raise InvalidInput(
                    "All the hours are empty, so nothing was changed. Those of the directory would count: "
                    f"{', '.join(say_week(known))}. If {account.first_name} has none, add leave, or correct the directory."
                )
            await store.set_hours(session, account_id, cleaned)
        note_change("hours set", account_id, by)

    async def use_directory_hours(self, by: Account | None, account_id: str) -> None:
        """Forget the hours that were set for somebody, so that those of the directory count."""
        async with self._database.transaction() as session:
            await hold(session, account_id, by=by, allowed=may_arrange)
            await store.set_hours(session, account_id, ())
        note_change("hours set", account_id, by)

    async def add_leave(self, by: Account | None, account_id: str, leave: Leave) -> None:
        """Say when somebody is away. Leave that overlaps leave counts once, and the same days again change nothing."""
        today = self._clock.today()
        check_leave(leave, today=today)
        async with self._database.transaction() as session:
            await hold(session, account_id, by=by, allowed=_may_say_leave)
            await store.forget_leave(session, before=today - FARTHEST_WEEK)
            await store.add_leave(session, account_id, leave)
        note_change("leave added", account_id, by)

    async def remove_leave(self, by: Account | None, account_id: str, leave: Leave) -> None:
        """Take leave back; does nothing when it is not there any more."""
        async with self._database.transaction() as session:
            await hold(session, account_id, by=by, allowed=_may_say_leave)
            await store.remove_leave(session, account_id, leave)
        note_change("leave removed", account_id, by)

    async def set_cover(self, by: Account | None, account_id: str, cover: str | None) -> None:
        """Name who stands in for somebody, whatever they serve themselves; None leaves it to the next colleague.

        Two may cover for each other. The cover sees the cases of the services they cover.
        """
        if cover == account_id:
            raise InvalidInput("Nobody can stand in for themselves. Choose somebody else, or nobody.")
        async with self._database.transaction() as session:
            await hold(session, account_id, by=by, allowed=may_entrust)
            named = await accounts_store.get(session, cover) if cover is not None else None
            if cover is not None and named is None:
                raise NotFound("The person who should stand in does not exist any more. Choose somebody else.")
            if named is not None and not may_use(named, "inbox.claim"):
                reason = "is disabled" if named.disabled_at else f"is a {named.role.value} and has no cases"
                raise InvalidInput(f"{named.name} {reason}, so they cannot stand in. Choose somebody else.")
            await store.set_cover(session, account_id, cover)
        note_change("cover set", account_id, by)

    async def set_cap(self, by: Account | None, account_id: str, cap: int | None) -> None:
        """Set how many open cases somebody may have before others are promised; danger is promised all the same."""
        check_cap(cap)
        async with self._database.transaction() as session:
            await hold(session, account_id, by=by, allowed=may_arrange)
            await store.set_cap(session, account_id, cap)
        note_change("cap set", account_id, by)

    async def weeks(self, by: Account | None, first: date | None = None) -> list[ServiceWeek]:
        """Return the week of each service somebody serves or covers, and of every service for an administrator.

        It is the week ``first`` is in, or this week. A unit is shown by its wards.
        """
        today = self._clock.today()
        monday = monday_of(first or today)
        check_week(monday, today=today)
        async with self._database.reading() as session:
            roster = await read_roster(session, today=today)
        reaches = set(roster.services) if by is None or by.role is AccountRole.ADMIN else by.reaches
        units = {service.unit for service in roster.services.values()}
        shown = [
            service
            for service in sorted(roster.services.values(), key=lambda service: service.name)
            if service.code in reaches and service.code not in units
        ]
        calendar = self._bank_holidays.from_year(monday.year)
        # Those who stand in for a ward that nobody serves do not fill its week: it is a gap all the same.
        teams = {
            service.code: roster.team(service.code, service.nation) if roster.is_served(service.code) else Team(())
            for service in shown
        }
        return [
            ServiceWeek(service, week_of(teams[service.code], nation=service.nation, first=monday, calendar=calendar))
            for service in shown
        ]


def _may_say_leave(by: Account, account: Account) -> bool:
    return by.id == account.id or may_arrange(by, account)
