"""A week of one service: who is on, each day and when, who is away, and when nobody is.

Rules kept: hours are what a clock on a wall in the United Kingdom shows; a gap is told only where somebody ought to be on, and
there always; the bank holidays are handed in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import Enum

from alongside.core.directory import WEEKDAYS, Period
from alongside.core.errors import InvalidInput
from alongside.core.promise import Team
from alongside.core.rota import Calendar, Rostered, Span, spans_of_day

OFFICE_STARTS, OFFICE_ENDS = time(9), time(17)
"""When somebody ought to be on from Monday to Friday: the hours in which a hospital's office answers, and a carer expects it."""

_OFFICE_DAYS = WEEKDAYS[:5]
FARTHEST_WEEK = timedelta(days=366)
"""How far back and ahead a week may be looked at: as long as leave is kept, and farther than anybody plans."""

_OFFICE = Rostered(
    code="office", name="", role="", hours=tuple(Period(weekday, OFFICE_STARTS, OFFICE_ENDS) for weekday in _OFFICE_DAYS)
)


class As(str, Enum):
    """What somebody does for a service."""

    WORKER = "worker"
    COVER = "cover"
    DUTY = "duty"


@dataclass(frozen=True)
class OnDay:
    """Somebody on one day: ``spans`` are when they are on; ``is_away`` says that they would be, were it not for leave."""

    code: str
    name: str
    serves_as: As
    spans: tuple[Span, ...]
    is_away: bool


@dataclass(frozen=True)
class Day:
    """One day of a service. ``gaps`` are the office hours in which nobody is on; a bank holiday of the service has none."""

    on: date
    people: tuple[OnDay, ...]
    gaps: tuple[Span, ...]
    is_holiday: bool


@dataclass(frozen=True)
class Week:
    """Seven days of a service from Monday on. ``without_hours`` are the names of those whose hours nobody has set."""

    days: tuple[Day, ...]
    without_hours: tuple[str, ...]

    @property
    def has_gap(self) -> bool:
        return any(day.gaps for day in self.days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def check_week(first: date, *, today: date) -> None:
    """Refuse a week that is too far away to say anything true about."""
    if abs(first - today) > FARTHEST_WEEK:
        raise InvalidInput(f"The week of {first:%d %B %Y} is more than a year away. Choose a nearer one.")


def week_of(team: Team, *, nation: str | None, first: date, calendar: Calendar) -> Week:
    """Return the week that a day is in, for the people who can reply for a service of a nation."""
    people = list(_people(team))
    monday = monday_of(first)
    return Week(
        days=tuple(_day(people, monday + timedelta(days=ahead), nation, calendar) for ahead in range(len(WEEKDAYS))),
        without_hours=tuple(person.name for person, _ in people if not person.hours),
    )


def _people(team: Team) -> Iterator[tuple[Rostered, As]]:
    """Yield everybody once: the service's workers, its duty contact, its other leads, then those who only cover."""
    seen: set[str] = set()
    roles = [(worker, As.WORKER) for worker in team.workers]
    roles += [(lead, As.DUTY) for lead in (team.duty, *team.leads) if lead]
    roles += [(cover, As.COVER) for cover in team.cover.values()]
    for person, serves_as in roles:
        if person.code not in seen:
            seen.add(person.code)
            yield person, serves_as


def _day(people: list[tuple[Rostered, As]], day: date, nation: str | None, calendar: Calendar) -> Day:
    today = tuple(_on_day(person, serves_as, day, calendar) for person, serves_as in people)
    is_holiday = nation is not None and day in calendar[nation]
    gaps = [] if is_holiday else office_hours(day, calendar)
    for on in (span for person in today for span in person.spans):
        gaps = [part for gap in gaps for part in gap.without(on)]
    return Day(day, tuple(person for person in today if person.spans or person.is_away), tuple(gaps), is_holiday)


def _on_day(person: Rostered, serves_as: As, day: date, calendar: Calendar) -> OnDay:
    spans = tuple(spans_of_day(person, day, calendar))
    usual = spans_of_day(replace(person, leave=()), day, calendar)
    return OnDay(person.code, person.name, serves_as, spans, is_away=list(spans) != usual)


def office_hours(day: date, calendar: Calendar) -> list[Span]:
    """Return when somebody ought to be on, on one day; nothing at a weekend."""
    return spans_of_day(_OFFICE, day, calendar)
