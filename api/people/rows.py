"""What the people pages show, made ready for their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alongside.core.directory import Kind, say_date
from alongside.core.rota import Leave, say_clock
from alongside.core.week import Day, OnDay
from alongside.services.people import Profile
from alongside.services.rota import ServiceWeek
from api.people import words


@dataclass(frozen=True)
class PersonRow:
    """One person, in words."""

    profile: Profile
    role: str
    services: str
    hours: Sequence[str]
    cases: str
    sign_in: str
    is_full: bool
    has_cases: bool


@dataclass(frozen=True)
class LeaveRow:
    """Days away that are not over, as they are said and as a form sends them."""

    said: str
    leave: Leave
    is_now: bool


@dataclass(frozen=True)
class DayRow:
    """One day of a week. ``people`` are a name, what they do for the service, their hours and whether they are away."""

    day: Day
    said: str
    is_today: bool
    people: Sequence[tuple[str, str, Sequence[str], bool]]
    gaps: Sequence[str]


@dataclass(frozen=True)
class WeekRow:
    """The week of one service."""

    found: ServiceWeek
    days: Sequence[DayRow]
    gap_days: int


def row_of(profile: Profile) -> PersonRow:
    cap = profile.arrangement.cap
    return PersonRow(
        profile=profile,
        role=words.ROLES[profile.account.role].partition(":")[0],
        services=", ".join(
            f"{service.name} with its wards" if service.kind is Kind.UNIT else service.name for service in profile.services
        ),
        hours=words.say_hours(profile.hours),
        cases=words.say_cases(profile),
        sign_in=words.say_sign_in(profile),
        is_full=cap is not None and profile.open_cases >= cap,
        has_cases=bool(profile.account.reaches),
    )


def leave_rows(profile: Profile, today: date) -> list[LeaveRow]:
    """Return the leave that is not over."""
    return [
        LeaveRow(words.say_leave(leave), leave, leave.includes(today))
        for leave in profile.arrangement.leave
        if leave.last >= today
    ]


def week_rows(found: ServiceWeek, today: date) -> WeekRow:
    return WeekRow(
        found=found,
        days=[
            DayRow(
                day=day,
                said=say_date(day.on),
                is_today=day.on == today,
                people=[_on(person) for person in day.people],
                gaps=[say_clock(gap) for gap in day.gaps],
            )
            for day in found.week.days
        ],
        gap_days=sum(bool(day.gaps) for day in found.week.days),
    )


def _on(person: OnDay) -> tuple[str, str, Sequence[str], bool]:
    return person.name, words.SERVES_AS[person.serves_as], [say_clock(span) for span in person.spans], person.is_away
