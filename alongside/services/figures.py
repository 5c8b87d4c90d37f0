"""Figures for those who lead and look after a service, and how long carers usually wait.

Rule kept: a lead learns of their own services only; a wait is told when recent replies bear it out, or not at all.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from alongside.core import blocks
from alongside.core.accounts import Account, AccountRole
from alongside.core.blocks import Block
from alongside.core.directory import LONDON
from alongside.core.figures import WEEK, Asking, Logged, Report, askings_of, report
from alongside.services.ports import Clock
from alongside.store import directory
from alongside.store import figures as store
from alongside.store.base import Database


@dataclass(frozen=True)
class Learned:
    """The figures of a block, or of its weeks so far, and of the block before, with the services' names by code."""

    block: Block
    is_over: bool
    report: Report
    before: Report
    services: dict[str, str]


class Figures:
    """Use cases of those who learn from cases."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def learn(self, account: Account, *, day: date | None = None) -> Learned:
        """Return the figures of the four weeks a day is in; of those that run without one.

        Raises InvalidInput when those are still to come.
        """
        today = self._clock.today()
        block = blocks.choose(day, today=today)
        told, services = await self._count(account, block.weeks(today))
        before, _ = await self._count(account, block.before.weeks(today))
        return Learned(block, block.is_over(today), told, before, services)

    async def _count(self, account: Account, weeks: list[date]) -> tuple[Report, dict[str, str]]:
        own = account.services if account.role is AccountRole.LEAD else None
        askings = await self._askings(midnight(weeks[0]), midnight(weeks[-1] + WEEK), services=own)
        async with self._database.reading() as session:
            known = {service.code: service.name for service in await directory.list_services(session)}
        served = {code: name for code, name in known.items() if own is None or code in own}
        gone = {asking.service for asking in askings if asking.service and asking.service not in served}
        services = served | {code: code for code in sorted(gone)}
        codes = [*services, *([""] if own is None else [])]
        return await asyncio.to_thread(report, askings, weeks=weeks, services=codes), services

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


def midnight(day: date) -> datetime:
    """Return the moment in which a day begins in the United Kingdom."""
    return datetime.combine(day, time(0), LONDON)
