"""People with hours, teams and bank holidays for tests, each with sensible defaults."""

from datetime import date, datetime
from typing import Any

from alongside.core.directory import LONDON, WEEKDAYS, Period
from alongside.core.promise import Team
from alongside.core.rota import Calendar, Rostered
from tests.directory_builders import period

WORKING_WEEK = WEEKDAYS[:5]
ENGLAND = """
2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
"""
IRELAND_TOO = """
2024-03-18 2024-07-12 2025-03-17 2025-07-14 2026-03-17 2026-07-13 2027-03-17 2027-07-12 2028-03-17 2028-07-12
"""
SCOTLAND = """
2024-01-01 2024-01-02 2024-03-29 2024-05-06 2024-05-27 2024-08-05 2024-12-02 2024-12-25 2024-12-26
2025-01-01 2025-01-02 2025-04-18 2025-05-05 2025-05-26 2025-08-04 2025-12-01 2025-12-25 2025-12-26
2026-01-01 2026-01-02 2026-04-03 2026-05-04 2026-05-25 2026-08-03 2026-11-30 2026-12-25 2026-12-28
2027-01-01 2027-01-04 2027-03-26 2027-05-03 2027-05-31 2027-08-02 2027-11-30 2027-12-27 2027-12-28
2028-01-03 2028-01-04 2028-04-14 2028-05-01 2028-05-29 2028-08-07 2028-11-30 2028-12-25 2028-12-26
"""


def _days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in text.split())


CALENDAR: Calendar = {
    "england": _days(ENGLAND),
    "wales": _days(ENGLAND),
    "scotland": _days(SCOTLAND),
    "ni": _days(ENGLAND + IRELAND_TOO),
}
"""Written by hand, from the governments' lists and, for the last year, their rules."""


def at(text: str) -> datetime:
    """Return a moment on a clock in the United Kingdom."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def hours(*weekdays: str, starts: str = "09:00", ends: str = "17:00") -> tuple[Period, ...]:
    return tuple(period(weekday, starts, ends) for weekday in weekdays)


def rostered(code: str = "ada", **given: Any) -> Rostered:
    defaults = {
        "name": code.capitalize(),
        "role": "carer support worker",
        "hours": hours("tuesday", "wednesday", "thursday"),
        "nation": "england",
    }
    return Rostered(code=code, **(defaults | given))


def duty_desk(**given: Any) -> Rostered:
    always = hours(*WEEKDAYS, starts="00:00", ends="00:00")
    return rostered("duty", **({"role": "duty desk", "nation": None, "hours": always, "phone": "01632 960902"} | given))


def team(*workers: Rostered, **given: Any) -> Team:
    return Team(workers, **({"ward_phone": "01632 960900"} | given))
