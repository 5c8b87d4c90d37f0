"""Figures for those who lead and look after a service, and how long carers usually wait.

Rule kept: a lead learns of their own services only; a wait is told when recent replies bear it out, or not at all.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import LONDON
from alongside.core.errors import InvalidInput
from alongside.core.figures import WEEK, Asking, Logged, Report, askings_of, half_of, report, week_of
from alongside.services.ports import Clock
from alongside.store import directory
from alongside.store import figures as store
from alongside.store.base import Database

USUAL_WEEKS = 4
"""The weeks that are looked at when none are chosen: enough to see, recent enough to act on."""

MOST_WEEKS = 53


@dataclass(frozen=True)
class Learned:
    """The figures of whole weeks, the first and the last day included, with the services' names by code."""

    first: date
    last: date
    report: Report
    services: dict[str, str]


class Figures:
    """Use cases of those who learn from cases."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def learn(self, account: Account, *, first: date | None = None, last: date | None = None) -> Learned:
        """Return the figures of a period, made longer to whole weeks; of the last four weeks without one.

        Raises InvalidInput when the period ends before it begins, or is longer than MOST_WEEKS weeks.
        """
        monday, sunday = whole_weeks(self._clock.today(), first, last)
        own = account.services if account.role is AccountRole.LEAD else None
        askings = await self._askings(midnight(monday), midnight(sunday + timedelta(days=1)), services=own)
        async with self._database.reading() as session:
            known = {service.code: service.name for service in await directory.list_services(session)}
        served = {code: name for code, name in known.items() if own is None or code in own}
        gone = {asking.service for asking in askings if asking.service and asking.service not in served}
        services = served | {code: code for code in sorted(gone)}
        codes = [*services, *([""] if own is None else [])]
        weeks = [monday + WEEK * number for number in range((sunday - monday) // WEEK + 1)]
        told = await asyncio.to_thread(report, askings, weeks=weeks, services=codes)
        return Learned(monday, sunday, told, services)

    async def usual_wait(self, service: str) -> int | None:
        """Return the minutes in which half of a service's carers had a reply, in the last weeks; None when it is not known."""
        now = self._clock.now()
        askings = await self._askings(now - WEEK * USUAL_WEEKS, now, services=(service,))
        half = half_of([asking.waited for asking in askings if asking.waited is not None])
        return round(half / timedelta(minutes=1)) if half is not None else None

    async def _askings(self, since: datetime, until: datetime, *, services: Collection[str] | None) -> list[Asking]:
        now, found, log = self._clock.now(), list[Asking](), list[Logged]()
        async with self._database.reading() as session:
            async for lines in store.read_logs(session, since=since, until=until, services=services):
                for line in lines:
                    if log and log[0].case != line.case:
                        found += askings_of(log, now=now)
                        log = []
                    log.append(line)
        found += askings_of(log, now=now)
        return [asking for asking in found if since <= asking.asked_at < until]


def whole_weeks(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    """Return the Monday and the Sunday of a period that is made longer to whole weeks; of the last weeks without one.

    Raises InvalidInput when the period ends before it begins, or is longer than MOST_WEEKS weeks.
    """
    last = last or today
    if last > today + WEEK * MOST_WEEKS:
        raise InvalidInput("The period ends more than a year from now. Choose an earlier day.")
    sunday = week_of(last) + timedelta(days=6)
    monday = week_of(first) if first else sunday + timedelta(days=1) - WEEK * USUAL_WEEKS
    if monday > sunday:
        raise InvalidInput("The period ends before it begins. Change one of the two days.")
    if sunday - monday >= WEEK * MOST_WEEKS:
        raise InvalidInput(f"The period is longer than {MOST_WEEKS} weeks. Choose a shorter one.")
    return monday, sunday


def midnight(day: date) -> datetime:
    """Return the moment in which a day begins in the United Kingdom."""
    return datetime.combine(day, time(0), LONDON)
