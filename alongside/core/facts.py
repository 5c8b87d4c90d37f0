"""Phone numbers and amounts: each stands in one place, with the day it was checked and the day it must be again."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Fact:
    """A number or amount that answers refer to.

    ``instead`` is said once ``review_on`` has passed, because an old number can be worse than none; a fact without
    ``review_on`` (999) never runs out. ``recheck`` marks what a deploying service must confirm before launch.
    """

    name: str
    title: str
    value: str
    nation: str
    source: str
    checked_on: date
    kind: str = "phone"
    hours: str | None = None
    review_on: date | None = None
    instead: str | None = None
    recheck: bool = True

    def words(self, today: date) -> str:
        """Return what may be said today: the value, or the way round it once the fact is past its review date."""
        return (self.instead or self.title) if self.has_run_out(today) else self.value

    def has_run_out(self, today: date) -> bool:
        """Say whether the value is past its review date."""
        return self.review_on is not None and self.review_on <= today
