"""Directory facts for tests, each with sensible defaults."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from alongside.adapters.directory_files import read_directory
from alongside.core.directory import (
    Checked,
    Contact,
    ContactKind,
    Group,
    Kind,
    Organisation,
    Period,
    Place,
    Repeats,
    Security,
    Service,
    VisitingTime,
    Worker,
)

SAMPLE = Path(__file__).parents[1] / "data" / "directory" / "sample.yml"
CHECKED = Checked("The ward manager", date(2026, 11, 1), date(2027, 11, 1))
PAST_REVIEW = Checked("The ward manager", date(2025, 11, 1), date(2026, 11, 21))
SATURDAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


def sample() -> Organisation:
    (organisation,) = read_directory(SAMPLE)
    return organisation


def period(weekday: str = "tuesday", starts: str = "18:00", ends: str = "19:30") -> Period:
    return Period(weekday, time.fromisoformat(starts), time.fromisoformat(ends))


def visiting(weekday: str = "saturday", **given: Any) -> VisitingTime:
    return VisitingTime(**({"period": period(weekday, "14:00", "16:00"), "checked": CHECKED, "booking": "Ring first."} | given))


def service(code: str = "larch", **given: Any) -> Service:
    defaults = {
        "name": f"{code.capitalize()} Ward",
        "kind": Kind.WARD,
        "security": Security.LOW,
        "nation": "wales",
        "phone": "01632 960900",
        "checked": CHECKED,
        "organisation": "trust",
    }
    return Service(code=code, **(defaults | given))


def group(code: str = "group", **given: Any) -> Group:
    defaults = {
        "name": "Carers' group",
        "for_whom": "families",
        "period": period(),
        "repeats": Repeats.WEEKLY,
        "contact": "Ring 01632 960901",
        "nation": "wales",
        "checked": CHECKED,
        "organisation": "trust",
    }
    return Group(code=code, **(defaults | given))


def worker(code: str = "worker", **given: Any) -> Worker:
    defaults = {
        "name": "Ada Example",
        "role": "carer support worker",
        "services": ("larch",),
        "phone": "07700 900900",
        "email": "ada@example.org",
        "hours": (period("monday", "09:00", "12:00"), period("monday", "13:00", "15:00")),
        "checked": CHECKED,
        "organisation": "trust",
    }
    return Worker(code=code, **(defaults | given))


def place(code: str = "place", **given: Any) -> Place:
    defaults = {"name": "The Hall", "address": "1 Example Road", "town": "Exampleton", "postcode": "ZZ99 9ZZ", "checked": CHECKED}
    return Place(code=code, **(defaults | given))


def duty(code: str = "duty", **given: Any) -> Contact:
    defaults = {
        "kind": ContactKind.DUTY,
        "name": "Duty desk",
        "phone": "01632 960902",
        "hours": "every day, 9am to 5pm",
        "checked": CHECKED,
    }
    return Contact(code=code, **(defaults | given))


def organisation(code: str = "trust", **given: Any) -> Organisation:
    return Organisation(**({"code": code, "name": "Example Trust", "is_sample": False, "checked": CHECKED} | given))
