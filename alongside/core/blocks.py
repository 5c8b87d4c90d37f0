"""The four weeks that figures are told for.

Rule kept: two periods are the same or have no day in common. Of two that differ by a week, the difference would tell what each
of them hides.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from alongside.core.errors import InvalidInput

WEEKS = 4
"""Enough for counts that can be told, few enough to act on."""

_LENGTH = timedelta(weeks=WEEKS)

_EARLIEST = date(2024, 1, 1)
"""A Monday before anything was counted. Another one would make other blocks, which overlap with those that were passed on."""


@dataclass(frozen=True, order=True)
class Block:
    """Four weeks, by their first Monday."""

    first: date

    @property
    def last(self) -> date:
        return self.after.first - timedelta(days=1)

    @property
    def before(self) -> "Block":
        return Block(self.first - _LENGTH)

    @property
    def after(self) -> "Block":
        return Block(self.first + _LENGTH)

    @property
    def is_earliest(self) -> bool:
        return self.first == _EARLIEST

    def is_over(self, today: date) -> bool:
        return self.last < today

    def weeks(self, today: date) -> list[date]:
        """Return the Monday of each week that has begun."""
        mondays = [self.first + timedelta(weeks=number) for number in range(WEEKS)]
        return [monday for monday in mondays if monday <= today]


def choose(day: date | None, *, today: date) -> Block:
    """Return the block a day is in, or the one that runs without a day. Raises InvalidInput when nothing can be told of it."""
    if day and day < _EARLIEST:
        raise InvalidInput(f"There is nothing before {_EARLIEST.year}. Choose a later day.")
    block = _of(day or today)
    if block > _of(today):
        raise InvalidInput("Those four weeks are still to come. Choose an earlier day.")
    return block


def _of(day: date) -> Block:
    return Block(day - (day - _EARLIEST) % _LENGTH)
