"""What a worker is to do later: check back on a carer after danger, on the next working day of who knows them.

Rules kept: a check-back is for somebody who is there on its day; who is away that day is stood in for by the first of their
covers who is there sooner; the search always ends with somebody and a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum

from alongside.core.directory import LONDON, WEEKDAYS, Period
from alongside.core.rota import Calendar, Rostered, next_on

MAX_REASON = 500
"""Characters of why a check-back was not needed: a note to colleagues, not a report."""

_OFFICE_WEEK = tuple(Period(weekday, time(9), time(17)) for weekday in WEEKDAYS[:5])
"""Taken for somebody whose hours nobody has written down: a check-back on a day they may have off is better than none."""


class Ending(str, Enum):
    """How a task ended."""

    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Task:
    """A check-back on one case's carer. ``account`` is who is to do it, ``due_at`` when their hours begin on its day."""

    id: str
    case: str
    account: str
    due_at: datetime
    made_at: datetime
    alerted_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    ending: Ending | None = None


@dataclass(frozen=True)
class CheckBack:
    """Who is to check back, by account, and from when."""

    who: str
    due_at: datetime


def day_of(moment: datetime) -> date:
    """Return the day it is for people at a moment."""
    return moment.astimezone(LONDON).date()


def end_of_day(now: datetime) -> datetime:
    """Return when today ends: what is due before is to be done today."""
    return datetime.combine(day_of(now) + timedelta(days=1), time(0), LONDON)


def plan_check_back(who: Rostered, covers: Iterable[Rostered], first_day: date, calendar: Calendar) -> CheckBack:
    """Return the check-back of a case that ``who`` knows, on the first working day from ``first_day`` on."""
    starts = datetime.combine(first_day, time(0), LONDON)
    known = replace(who, hours=who.hours or _OFFICE_WEEK)
    usual = next_on(replace(known, leave=(), is_disabled=False), starts, calendar) or starts
    own = next_on(known, starts, calendar)
    if own is not None and day_of(own) == day_of(usual):
        return CheckBack(who.code, own)
    for cover in covers:
        there = next_on(cover, starts, calendar)
        if there is not None and (own is None or there < own):
            return CheckBack(cover.code, there)
    return CheckBack(who.code, own or usual)
