"""The service directory: what is known of organisations, wards and teams, visiting, groups and workers.

Rule kept: every fact says where it comes from, when it was checked and when it must be checked again; a fact past its
review date is not stated to a carer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
"""Every time in the directory is local time in the United Kingdom."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of ``date.weekday()``."""

_MONTH_END = -1
"""In a monthly group's ``weeks``: the last such weekday of the month."""

_LOOK_AHEAD_DAYS = 70
"""A monthly group comes round within 35 days; ten weeks always hold the next two."""


class Kind(str, Enum):
    """What a service is. A unit is made of wards; carers visit wards."""

    UNIT = "unit"
    WARD = "ward"
    COMMUNITY_TEAM = "community_team"


class Security(str, Enum):
    """The level of security of a service."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class ContactKind(str, Enum):
    """What a contact is for; ``duty`` is who answers when no worker is known."""

    DUTY = "duty"
    RECEPTION = "reception"
    CONCERNS = "concerns"


class Repeats(str, Enum):
    """How often a group meets."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Checked:
    """Where a fact comes from, the day it was checked, and the day from which it may no longer be stated."""

    source: str
    checked_on: date
    review_on: date

    def is_current(self, today: date) -> bool:
        return today < self.review_on


@dataclass(frozen=True)
class Place:
    """Somewhere a service or a group is; ``near`` names the towns from which people come to it."""

    code: str
    name: str
    address: str
    town: str
    postcode: str
    checked: Checked
    near: tuple[str, ...] = ()
    getting_there: str = ""


@dataclass(frozen=True)
class Contact:
    """A way to reach the organisation itself."""

    code: str
    kind: ContactKind
    name: str
    phone: str
    hours: str
    checked: Checked
    email: str = ""


@dataclass(frozen=True)
class Period:
    """Part of one weekday, such as Monday from 9 to 12."""

    weekday: str
    starts: time
    ends: time


@dataclass(frozen=True)
class VisitingTime:
    """One visiting period of a service."""

    period: Period
    checked: Checked
    note: str = ""
    booking: str = ""


@dataclass(frozen=True)
class Service:
    """A ward, a unit or a community team. Its ``code`` is unique in the whole directory and never changes."""

    code: str
    name: str
    kind: Kind
    security: Security
    nation: str
    phone: str
    checked: Checked
    unit: str | None = None
    place: str | None = None
    aliases: tuple[str, ...] = ()
    visiting: tuple[VisitingTime, ...] = ()
    organisation: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Group:
    """A support group for carers. It meets at a place, or online when it has none.

    A fortnightly group counts from ``first_on``; a monthly one meets in ``weeks`` (1 to 4, or -1 for the last).
    """

    code: str
    name: str
    for_whom: str
    period: Period
    repeats: Repeats
    contact: str
    nation: str
    checked: Checked
    place: str | None = None
    first_on: date | None = None
    weeks: tuple[int, ...] = ()
    joining: str = ""
    organisation: str = ""
    is_sample: bool = False

    @property
    def is_online(self) -> bool:
        return self.place is None


@dataclass(frozen=True)
class Worker:
    """A named carer support worker, the services they look after and the hours they work."""

    code: str
    name: str
    role: str
    services: tuple[str, ...]
    phone: str
    email: str
    hours: tuple[Period, ...]
    checked: Checked
    organisation: str = ""
    is_sample: bool = False


@dataclass(frozen=True)
class Organisation:
    """One organisation with all that is known of it; ``is_sample`` marks what exists only to show how it works."""

    code: str
    name: str
    is_sample: bool
    checked: Checked
    contacts: tuple[Contact, ...] = ()
    places: tuple[Place, ...] = ()
    services: tuple[Service, ...] = ()
    groups: tuple[Group, ...] = ()
    workers: tuple[Worker, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """One coming meeting of a group."""

    group: Group
    on: date
    place: Place | None = None


def next_dates(group: Group, *, now: datetime, count: int = 1) -> list[date]:
    """Return the next days a group meets; today's meeting counts until it starts."""
    local = now.astimezone(LONDON)
    days = (local.date() + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS))
    meeting_days = [day for day in days if _meets_on(group, day) and (day > local.date() or local.time() < group.period.starts)]
    return meeting_days[:count]


def coming_meetings(groups: Iterable[Group], *, now: datetime, places: dict[str, Place]) -> list[Meeting]:
    """Return each group's next meeting, soonest first; a group past its review date, or whose place is, is left out."""
    today = now.astimezone(LONDON).date()
    meetings = [
        Meeting(group, day, places.get(group.place or ""))
        for group in groups
        if group.checked.is_current(today) and (group.place is None or places[group.place].checked.is_current(today))
        for day in next_dates(group, now=now)
    ]
    return sorted(meetings, key=lambda meeting: (meeting.on, meeting.group.period.starts, meeting.group.code))


def say_week(periods: Sequence[Period]) -> list[str]:
    """Say weekly periods in words, days with the same times together: ``Monday and Friday, 2pm to 4pm``."""
    by_times: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for day, weekday in enumerate(WEEKDAYS):
        times = tuple(sorted((period.starts, period.ends) for period in periods if period.weekday == weekday))
        if times:
            by_times.setdefault(times, []).append(day)
    return [f"{say_days(days)}, {_join([say_span(*span) for span in times])}" for times, days in by_times.items()]


def say_days(days: Sequence[int]) -> str:
    """Say days of the week, three or more in a row as a span: ``Monday to Wednesday and Friday``."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run in runs:
        names = [WEEKDAYS[day].capitalize() for day in run]
        parts += [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names
    return _join(parts)


def say_list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def say_meeting(meeting: Meeting) -> str:
    """Say when a group meets next: ``Tuesday 24 November, 6pm to 7.30pm``."""
    return f"{say_date(meeting.on)}, {say_span(meeting.group.period.starts, meeting.group.period.ends)}"


def say_where(meeting: Meeting) -> str:
    if meeting.place is None:
        return "Online"
    place = meeting.place
    return ", ".join(part for part in (place.name, place.address, place.town, place.postcode) if part)


def say_contact(group: Group) -> str:
    """Say how to join: whom to reach, then what else there is to know."""
    contact = group.contact if group.contact.endswith(".") else f"{group.contact}."
    return f"{contact} {group.joining}".strip()


def say_span(starts: time, ends: time) -> str:
    return f"{say_time(starts)} to {say_time(ends)}"


def say_time(at: time) -> str:
    """Say a time the way a notice on a door does: ``2pm``, ``6.30pm``, ``midday``."""
    if (at.hour, at.minute) == (12, 0):
        return "midday"
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def say_date(on: date) -> str:
    """Say a day without the year: ``Tuesday 24 November``."""
    return f"{WEEKDAYS[on.weekday()].capitalize()} {on.day} {on:%B}"


def _meets_on(group: Group, day: date) -> bool:
    if WEEKDAYS[day.weekday()] != group.period.weekday or (group.first_on and day < group.first_on):
        return False
    if group.repeats is Repeats.FORTNIGHTLY:
        return group.first_on is not None and (day - group.first_on).days % 14 == 0
    if group.repeats is Repeats.MONTHLY:
        is_last = (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 in group.weeks or (is_last and _MONTH_END in group.weeks)
    return True


def _join(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
