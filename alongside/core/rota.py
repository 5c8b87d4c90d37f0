"""Who is on, and when: weekly hours, leave and bank holidays turned into moments.

Rules kept: hours are what a clock on a wall in the United Kingdom shows; everything returned is in UTC, where times can be
compared and subtracted across a clock change; the present and the bank holidays are handed in; every search ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from alongside.core.directory import LONDON, WEEKDAYS, Period, say_days
from alongside.core.errors import InvalidInput

Calendar = Mapping[str, AbstractSet[date]]
"""The bank holidays of each nation, for as far ahead as is looked."""

LOOK_AHEAD_DAYS = 400
"""How far ahead to look for somebody's next hours: beyond a year's leave, and an end to every search."""

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


def working_days_in_words(person: Rostered) -> str:
    """Say the days somebody works: ``Tuesday to Thursday``; empty when they have no hours."""
    days = {WEEKDAYS.index(period.weekday) for period in person.hours}
    return say_days(sorted(days)) if days else ""


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
        spans = [part for span in spans for part in _cut(span, away)]
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


def _cut(span: Span, away: Span) -> list[Span]:
    if away.ends <= span.starts or span.ends <= away.starts:
        return [span]
    before = [Span(span.starts, away.starts)] if span.starts < away.starts else []
    after = [Span(away.ends, span.ends)] if away.ends < span.ends else []
    return before + after


def _day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _moment(day: date, at: time) -> datetime:
    """Return when a clock on the wall shows this: the first time if it does so twice, the jump itself if it skips it."""
    wall = datetime.combine(day, at, LONDON)
    moment = wall.astimezone(timezone.utc)
    is_skipped = moment.astimezone(LONDON).replace(tzinfo=None) != wall.replace(tzinfo=None)
    return datetime.combine(day, _CLOCKS_CHANGE_AT, timezone.utc) if is_skipped else moment
