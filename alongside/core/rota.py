"""Who is on, and when: weekly hours, leave and bank holidays turned into moments.

Rules kept: hours are what a clock on a wall in the United Kingdom shows; everything returned is in UTC, where times can be
compared and subtracted across a clock change; the present and the bank holidays are handed in; every search ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise

from alongside.core.directory import LONDON, WEEKDAYS, Period, say_days, say_span
from alongside.core.errors import InvalidInput

Calendar = Mapping[str, AbstractSet[date]]
"""The bank holidays of each nation, for as far ahead as is looked."""

LOOK_AHEAD_DAYS = 400
"""How far ahead to look for somebody's next hours: beyond a year's leave, and an end to every search."""

PERIODS_A_DAY = 3
"""Morning, afternoon and evening: as many as the form for hours shows for one day."""

MOST_CASES = 200
"""The highest load cap: as many cases as one list shows."""

LEAVE_AHEAD = timedelta(days=730)
"""Leave that ends later is a slip of the pen in the year."""

_MIDNIGHT = time(0)
_CLOCKS_CHANGE_AT = time(1)
"""In UTC, in spring and in autumn, as the law of the United Kingdom has it."""


@dataclass(frozen=True)
class Span:
    """From one moment until just before another, kept in UTC."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", in_utc(self.starts))
        object.__setattr__(self, "ends", in_utc(self.ends))
        if self.ends <= self.starts:
            raise InvalidInput(f"It ends ({self.ends}) before or when it starts ({self.starts}). Give an end after the start.")

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts

    def without(self, other: "Span") -> list["Span"]:
        """Return what is left of it once the time of another is taken out: nothing, or one or two parts."""
        if other.ends <= self.starts or self.ends <= other.starts:
            return [self]
        before = [Span(self.starts, other.starts)] if self.starts < other.starts else []
        after = [Span(other.ends, self.ends)] if other.ends < self.ends else []
        return before + after


@dataclass(frozen=True)
class Leave:
    """Days away, the first and the last included. Why is nobody's business and is not kept."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput(
                f"The last day of leave ({self.last:%d %B %Y}) is before the first ({self.first:%d %B %Y}). Change one of them."
            )

    def includes(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Arrangement:
    """What was set for one account: hours of its own, leave, who covers (an account's id), and the cap of open cases.

    Without hours of its own the directory's count; without a ``cap`` there is no limit.
    """

    hours: tuple[Period, ...] = ()
    leave: tuple[Leave, ...] = ()
    cover: str | None = None
    cap: int | None = None

    def is_away(self, day: date) -> bool:
        return any(leave.includes(day) for leave in self.leave)


@dataclass(frozen=True)
class Rostered:
    """A person with hours: a worker, who covers for one, or a duty contact.

    Without a ``nation`` they work on bank holidays too; without a ``cap`` they have no limit of open cases.
    """

    code: str
    name: str
    role: str
    hours: tuple[Period, ...]
    nation: str | None = None
    phone: str = ""
    leave: tuple[Span, ...] = ()
    cap: int | None = None
    open_cases: int = 0
    is_disabled: bool = False

    def __post_init__(self) -> None:
        check_hours(self.hours)

    @property
    def has_room(self) -> bool:
        return self.cap is None or self.open_cases < self.cap


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a time without its zone is refused, as it could mean any of several moments."""
    if moment.tzinfo is None:
        raise ValueError(f"The time {moment} has no zone. Hand in an aware time.")
    return moment.astimezone(timezone.utc)


def whole_days(first: date, last: date) -> Span:
    """Return the leave from the first day to the last, both included."""
    return Span(_moment(first, _MIDNIGHT), _moment(last + timedelta(days=1), _MIDNIGHT))


def check_hours(hours: Iterable[Period]) -> None:
    """Refuse hours that are not within one day; midnight as an end is the end of that day."""
    for period in hours:
        said = f"{period.weekday} from {period.starts:%H:%M} to {period.ends:%H:%M}"
        if period.weekday not in WEEKDAYS:
            raise InvalidInput(f"The hours on {said} are not on a day of the week. Write one of: {', '.join(WEEKDAYS)}.")
        if period.ends <= period.starts and period.ends != _MIDNIGHT:
            raise InvalidInput(
                f"The hours on {said} end before they start. For hours over midnight write two periods: "
                "one to 00:00, and one from 00:00 on the next day."
            )


def clean_hours(hours: Iterable[Period]) -> tuple[Period, ...]:
    """Return weekly hours in order. Raises InvalidInput when some overlap, leave their day, or are too many for one day."""
    given = list(hours)
    check_hours(given)
    ordered = sorted(given, key=lambda period: (WEEKDAYS.index(period.weekday), period.starts))
    for weekday in WEEKDAYS:
        todays = [period for period in ordered if period.weekday == weekday]
        if len(todays) > PERIODS_A_DAY:
            raise InvalidInput(f"There are {len(todays)} periods on {weekday.capitalize()}. Write at most {PERIODS_A_DAY} a day.")
        for one, other in pairwise(todays):
            if one.ends == _MIDNIGHT or other.starts < one.ends:
                raise InvalidInput(
                    f"On {weekday.capitalize()} the hours {one.starts:%H:%M} to {one.ends:%H:%M} and {other.starts:%H:%M} to "
                    f"{other.ends:%H:%M} overlap. Change one of them."
                )
    return tuple(ordered)


def check_leave(leave: Leave, *, today: date) -> None:
    """Refuse new leave that is over already, or that ends in a year nobody plans for."""
    if leave.last < today:
        raise InvalidInput(f"This leave ended on {leave.last:%d %B %Y}. Give a last day of today or later.")
    if leave.last - today > LEAVE_AHEAD:
        raise InvalidInput(f"This leave ends on {leave.last:%d %B %Y}, more than two years from now. Check the year.")


def check_cap(cap: int | None) -> None:
    if cap is not None and not 0 <= cap <= MOST_CASES:
        raise InvalidInput(f"A cap of {cap} open cases cannot be set. Give a number from 0 to {MOST_CASES}, or none for no cap.")


def working_days_in_words(person: Rostered) -> str:
    """Say the days somebody works: ``Tuesday to Thursday``; empty when they have no hours."""
    days = {WEEKDAYS.index(period.weekday) for period in person.hours}
    return say_days(sorted(days)) if days else ""


def say_clock(span: Span) -> str:
    """Say a span of one day as a clock on the wall shows it: ``9am to 12.30pm``."""
    return say_span(span.starts.astimezone(LONDON).time(), span.ends.astimezone(LONDON).time())


def is_always_on(person: Rostered) -> bool:
    """Say whether their weekly hours are every hour of the week, so that there are no hours to tell of."""
    whole = {period.weekday for period in person.hours if period.starts == period.ends == _MIDNIGHT}
    return whole == set(WEEKDAYS)


def is_on(person: Rostered, moment: datetime, calendar: Calendar) -> bool:
    moment = in_utc(moment)
    return any(span.starts <= moment < span.ends for span in spans_of_day(person, _day_of(moment), calendar))


def next_on(person: Rostered, after: datetime, calendar: Calendar) -> datetime | None:
    """Return the first moment from ``after`` at which they are on; none when that is farther than LOOK_AHEAD_DAYS."""
    return next((span.starts for span in spans_from(person, after, calendar)), None)


def time_on(person: Rostered, during: Span, calendar: Calendar) -> timedelta:
    """Return how long they are on within a span of time."""
    total, days = timedelta(), during.length.days + 2  # two more days, as a night may be an hour short
    for span in spans_from(person, during.starts, calendar, days=days):
        total += max(min(span.ends, during.ends) - span.starts, timedelta())
    return total


def spans_from(person: Rostered, after: datetime, calendar: Calendar, *, days: int = LOOK_AHEAD_DAYS) -> Iterator[Span]:
    """Yield what is left of today's working spans and those of so many days more, in order."""
    after = in_utc(after)
    for ahead in range(days + 1):
        for span in spans_of_day(person, _day_of(after) + timedelta(days=ahead), calendar):
            if span.ends > after:
                yield Span(max(span.starts, after), span.ends)


def spans_of_day(person: Rostered, day: date, calendar: Calendar) -> list[Span]:
    """Return when somebody works on one day, in order, apart from each other, and without any leave."""
    if person.is_disabled or day in _holidays(person, calendar):
        return []
    periods = sorted(_bounds(day, period) for period in person.hours if period.weekday == WEEKDAYS[day.weekday()])
    spans = _joined(periods)
    for away in person.leave:
        spans = [part for span in spans for part in span.without(away)]
    return spans


def _holidays(person: Rostered, calendar: Calendar) -> AbstractSet[date]:
    if person.nation is None:
        return frozenset()
    if person.nation not in calendar:
        raise InvalidInput(f"There are no bank holidays for {person.nation!r}. Hand in its set of dates, empty if it has none.")
    return calendar[person.nation]


def _bounds(day: date, period: Period) -> tuple[datetime, datetime]:
    last_day = day + timedelta(days=1) if period.ends == _MIDNIGHT else day
    return _moment(day, period.starts), _moment(last_day, period.ends)


def _joined(periods: Sequence[tuple[datetime, datetime]]) -> list[Span]:
    """Join periods that overlap or touch; what a clock change leaves nothing of is dropped."""
    spans: list[Span] = []
    for starts, ends in periods:
        if spans and starts <= spans[-1].ends:
            spans[-1] = Span(spans[-1].starts, max(spans[-1].ends, ends))
        elif starts < ends:
            spans.append(Span(starts, ends))
    return spans


def _day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _moment(day: date, at: time) -> datetime:
    """Return when a clock on the wall shows this: the first time if it does so twice, the jump itself if it skips it."""
    wall = datetime.combine(day, at, LONDON)
    moment = wall.astimezone(timezone.utc)
    is_skipped = moment.astimezone(LONDON).replace(tzinfo=None) != wall.replace(tzinfo=None)
    return datetime.combine(day, _CLOCKS_CHANGE_AT, timezone.utc) if is_skipped else moment
