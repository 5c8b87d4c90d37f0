"""Reads the fields of the people pages' forms, and fills them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from alongside.core.accounts import AccountRole
from alongside.core.directory import WEEKDAYS, Period
from alongside.core.errors import InvalidInput
from alongside.core.rota import PERIODS_A_DAY, Leave, clean_hours

_SERVICE = "service-"


@dataclass(frozen=True)
class Row:
    """One period of a weekday as the form shows it; ``name`` begins the names of its two fields."""

    name: str
    starts: str
    ends: str


@dataclass(frozen=True)
class DayRows:
    """The periods of one weekday in the form: the first, and those that are shown on request."""

    weekday: str
    first: Row
    more: Sequence[Row]

    @property
    def has_more(self) -> bool:
        return any(row.starts or row.ends for row in self.more)


def rows_of(hours: Sequence[Period], typed: Mapping[str, str] | None = None) -> list[DayRows]:
    """Return the form for weekly hours, filled with what was typed before, else with the hours that count now.

    Hours of the directory that the form could not give back are left out: they are told above it.
    """
    try:
        known = clean_hours(hours)
    except InvalidInput:
        known = ()
    if typed is None:
        typed = {}
        for weekday in WEEKDAYS:
            for number, period in enumerate((period for period in known if period.weekday == weekday), start=1):
                typed[f"{weekday}-{number}-starts"] = f"{period.starts:%H:%M}"
                typed[f"{weekday}-{number}-ends"] = f"{period.ends:%H:%M}"
    days = []
    for weekday in WEEKDAYS:
        names = [f"{weekday}-{number}" for number in range(1, PERIODS_A_DAY + 1)]
        rows = [Row(name, typed.get(f"{name}-starts", ""), typed.get(f"{name}-ends", "")) for name in names]
        days.append(DayRows(weekday.capitalize(), rows[0], rows[1:]))
    return days


def read_hours(form: Mapping[str, str]) -> list[Period]:
    """Return the weekly hours of a form. Raises InvalidInput for half a row, or for what is no time."""
    hours = []
    for weekday in WEEKDAYS:
        for number in range(1, PERIODS_A_DAY + 1):
            starts, ends = (form.get(f"{weekday}-{number}-{end}", "").strip() for end in ("starts", "ends"))
            if starts and ends:
                hours.append(Period(weekday, _time(weekday, starts), _time(weekday, ends)))
            elif starts or ends:
                raise InvalidInput(
                    f"The hours on {weekday.capitalize()} have a start or an end, not both. Fill in the other one."
                )
    return hours


def read_leave(form: Mapping[str, str]) -> Leave:
    """Return days of leave; without a last day it is one day."""
    first = read_day(form.get("first-day", ""), "the first day")
    last = form.get("last-day", "").strip()
    return Leave(first, read_day(last, "the last day") if last else first)


def read_day(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f"For {what} there is no date. Choose one, or write it like 2026-12-31.") from None


def read_cap(form: Mapping[str, str]) -> int | None:
    """Return the most open cases; none when the field is empty."""
    text = form.get("cap", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput("The most open cases is not a whole number. Write one such as 12, or leave it empty for no limit.")
    return int(text)


def read_role(form: Mapping[str, str]) -> AccountRole:
    try:
        return AccountRole(form.get("role", ""))
    except ValueError:
        raise InvalidInput("No role is chosen. Choose one.") from None


def read_services(form: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name.removeprefix(_SERVICE) for name in form if name.startswith(_SERVICE))


def _time(weekday: str, text: str) -> time:
    try:
        hour, minute = text.split(":")[:2]
        return time(int(hour), int(minute))
    except ValueError:
        raise InvalidInput(
            f"On {weekday.capitalize()}, {text!r} is not a time. Write hours and minutes, such as 09:30."
        ) from None
