"""How the people pages say roles, hours, leave and what was done."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from alongside.core.accounts import AccountRole
from alongside.core.directory import LONDON, Period, say_date, say_week
from alongside.core.rota import Leave
from alongside.core.week import As
from alongside.services.people import Profile

ROLES: Mapping[AccountRole, str] = {
    AccountRole.WORKER: "Worker: has cases of their services",
    AccountRole.LEAD: "Lead: has cases, and looks after the people of their services",
    AccountRole.MAINTAINER: "Maintainer: looks after the answers, sees no case",
    AccountRole.ADMIN: "Administrator: looks after everybody",
}

SERVES_AS: Mapping[As, str] = {As.WORKER: "", As.COVER: "stands in", As.DUTY: "on duty"}

DONE: Mapping[str, str] = {
    "hours": "The hours are saved.",
    "leave": "The leave is saved.",
    "leave_removed": "The leave is taken back.",
    "cover": "Who stands in is saved.",
    "cap": "The most open cases is saved.",
    "services": "The services are saved. Open pages follow at the next click.",
    "role": "The role is saved. It counts from the next click.",
    "disabled": "This person cannot sign in any more, and is signed out everywhere.",
    "enabled": "This person can sign in again, with the password they had.",
}


def say_hours(hours: Sequence[Period]) -> list[str]:
    """Say weekly hours, a line for the days that are alike."""
    return say_week(hours)


def say_leave(leave: Leave) -> str:
    """Say days away: ``Monday 30 November 2026 to Friday 4 December 2026``."""
    if leave.first == leave.last:
        return say_day(leave.first)
    return f"{say_day(leave.first)} to {say_day(leave.last)}"


def say_cases(profile: Profile) -> str:
    """Say how many open cases somebody has, and how many they may have."""
    cap = profile.arrangement.cap
    return str(profile.open_cases) if cap is None else f"{profile.open_cases}, at most {cap}"


def say_sign_in(profile: Profile) -> str:
    """Say whether somebody can sign in."""
    if profile.account.disabled_at:
        return f"no, not since {_day_of(profile.account.disabled_at)}"
    return "yes" if profile.has_password else "not yet: no password chosen"


def say_day(day: date) -> str:
    return f"{say_date(day)} {day.year}"


def _day_of(moment: datetime) -> str:
    return say_day(moment.astimezone(LONDON).date())
