"""What services learn from their cases: how long carers waited, which promises were kept, why carers asked, how it ended.

Rules kept: figures come from the logs of cases, never from words; a count of one to four is not told, and neither is another
count or a total from which it could be worked out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from statistics import median
from typing import Any

from alongside.core.cases import UNTOLD, Happened
from alongside.core.directory import LONDON
from alongside.core.handover import Move, Outcome, Reason, Role, urgency_of

FEWEST = 5
"""The smallest count that is told. Of fewer carers, somebody who knows the ward may know who they were."""

ASKS = (Move.REQUEST.value, Move.REOPEN.value)
"""What a case's log calls it when a carer asks for a person."""

WEEK = timedelta(days=7)


class Hidden(Enum):
    """Why a count is not told; the value is what stands in its place."""

    FEWER = f"fewer than {FEWEST}"
    WITHHELD = "not shown"
    """From it, the total and the others a smaller count could be worked out."""


Shown = int | Hidden


class End(Enum):
    """How a promise ended. One that moved on was made again with somebody else before its time had passed."""

    KEPT = "kept"
    MISSED = "missed"
    MOVED_ON = "moved_on"


HANDED_BACK = "handed_back"
"""How an asking ended that a worker gave back to the bot, beside the outcomes of closed cases."""


@dataclass(frozen=True)
class Logged:
    """One line of a case's log, with the service the case is about."""

    case: str
    service: str | None
    at: datetime
    what: str
    role: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Asking:
    """One time a carer asked for a person: until it ended, with each promise's end and the moment it was for."""

    service: str | None
    asked_at: datetime
    reason: Reason
    waited: timedelta | None = None
    outcome: str | None = None
    ends: tuple[tuple[datetime, End], ...] = ()


@dataclass(frozen=True)
class Waits:
    """How many carers asked, and how long they waited for the first words of a worker: half of them, nine of ten at most."""

    name: str
    asked: Shown
    half: timedelta | None
    nine_in_ten: timedelta | None


@dataclass(frozen=True)
class Promised:
    """How promises ended."""

    name: str
    kept: Shown
    missed: Shown
    moved_on: Shown


@dataclass(frozen=True)
class Count:
    """How often something was so."""

    name: str
    count: Shown


@dataclass(frozen=True)
class Report:
    """All figures of a period. Names are days on which weeks begin, codes of services ("" for none), hours, reasons, outcomes."""

    waits: Waits
    waits_by_week: Sequence[Waits]
    waits_by_service: Sequence[Waits]
    promised: Promised
    promised_by_week: Sequence[Promised]
    promised_by_service: Sequence[Promised]
    missed_by_hour: Sequence[Count]
    reasons: Sequence[Count]
    outcomes: Sequence[Count]


@dataclass
class _Case:
    """A case while its log is read."""

    now: datetime
    found: list[Asking] = field(default_factory=list)
    open: Asking | None = None
    promise: tuple[str, datetime] | None = None

    def read(self, line: Logged) -> None:
        if line.what in ASKS:
            self._ask(line)
        if "reply_by" in line.details and UNTOLD not in line.details:
            self._promise(line)
        is_by_worker = line.role in (Role.WORKER.value, Role.LEAD.value)
        if line.what == Happened.REPLIED.value and self.open:
            self.open = replace(self.open, waited=self.open.waited or line.at - self.open.asked_at)
            self._end(End.KEPT, line.at)
        if line.what in (Move.CLOSE.value, Move.HAND_BACK.value) and self.open:
            # A worker who closed it in time has seen to it, by telephone perhaps; a carer who did let nobody down.
            self._end(End.KEPT if is_by_worker else None, line.at)
            self._close(line.details.get("outcome", HANDED_BACK))

    def finish(self) -> list[Asking]:
        self._end(None, self.now)
        self._close(None)
        return self.found

    def _ask(self, line: Logged) -> None:
        reason = Reason(line.details.get("reason", Reason.WROTE_AGAIN.value))
        if self.open is None and (line.what == Move.REQUEST.value or line.role == Role.CARER.value):
            self.open = Asking(line.service, line.at, reason)
        elif self.open and urgency_of(reason) < urgency_of(self.open.reason):
            self.open = replace(self.open, reason=reason)

    def _promise(self, line: Logged) -> None:
        promise = line.details.get("who", ""), datetime.fromisoformat(line.details["reply_by"])
        if self.open and promise != self.promise:
            self._end(End.MOVED_ON, line.at)
            self.promise = promise

    def _end(self, end: End | None, at: datetime) -> None:
        """End the promise that runs: missed once its time has passed, else as said; not at all when nobody saw to it."""
        if self.promise is None or self.open is None:
            return
        _, by = self.promise
        # A reply on the minute is in time; another promise on the minute is made because there was none.
        really = End.MISSED if at > by or (at == by and end is End.MOVED_ON) else end
        if really:
            self.open = replace(self.open, ends=(*self.open.ends, (by, really)))
        self.promise = None

    def _close(self, outcome: str | None) -> None:
        if self.open:
            self.found.append(replace(self.open, outcome=outcome))
        self.open = None


def askings_of(log: Iterable[Logged], *, now: datetime) -> list[Asking]:
    """Return each time the carer of one case asked for a person, from the case's whole log in its order."""
    case = _Case(now)
    for line in log:
        case.read(line)
    return case.finish()


def hide(counts: Sequence[int]) -> tuple[Shown, list[Shown]]:
    """Return the total of counts and the counts, without those from one to four and what would give one away.

    Nought is told: nobody can be known by it. Somebody who knows the total and every count that is told finds each hidden small
    count possible from one to four. Which others are withheld depends on their places alone, never on how large they are, so
    that this tells nothing either; where they do not suffice nothing but the total is told.
    """
    total, small = sum(counts), [place for place, count in enumerate(counts) if 0 < count < FEWEST]
    if 0 < total < FEWEST:
        # Of several small counts each is smaller still: which ones are none would tell how small.
        is_one = len(small) == 1
        return Hidden.FEWER, [0 if is_one and not count else Hidden.FEWER for count in counts]
    if not small:
        return total, list(counts)
    following = [place % len(counts) for place in range(small[0] + 1, small[0] + len(counts))]
    others = [place for place in following if counts[place] >= FEWEST]
    withheld: list[int] = []
    while not _is_safe(counts, small, withheld):
        if not others:
            return total, [Hidden.WITHHELD for _ in counts]
        withheld.append(others.pop(0))
    told: list[Shown] = list(counts)
    for place in small:
        told[place] = Hidden.FEWER
    for place in withheld:
        told[place] = Hidden.WITHHELD
    return total, told


def _is_safe(counts: Sequence[int], small: Sequence[int], withheld: Sequence[int]) -> bool:
    """Say whether each small count could be one or FEWEST - 1, whatever is known of the others that are hidden."""
    hidden, most = sum(counts[place] for place in (*small, *withheld)), FEWEST - 1
    least_of_others = len(small) - 1 + FEWEST * len(withheld)
    is_not_too_large = bool(withheld) or hidden - 1 <= most * (len(small) - 1)
    return hidden >= FEWEST and hidden - most >= least_of_others and is_not_too_large


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def report(askings: Sequence[Asking], *, weeks: Sequence[date], services: Sequence[str]) -> Report:
    """Count a period's askings, by the weeks and services named; ``weeks`` are their Mondays, "" stands for no known service."""
    everything = {"": askings}
    by_week = _group(askings, [monday.isoformat() for monday in weeks], lambda asking: _week(asking).isoformat())
    by_service = _group(askings, services, lambda asking: asking.service or "")
    hours = [_hour(by) for asking in askings for by, end in asking.ends if end is End.MISSED]
    reasons = [asking.reason.value for asking in askings]
    outcomes = [asking.outcome for asking in askings if asking.outcome]
    return Report(
        waits=_waits(everything)[0],
        waits_by_week=_waits(by_week),
        waits_by_service=_waits(by_service),
        promised=_promised(everything)[0],
        promised_by_week=_promised(by_week),
        promised_by_service=_promised(by_service),
        missed_by_hour=_counts([str(hour) for hour in range(24)], Counter(map(str, hours))),
        reasons=_counts([reason.value for reason in Reason], Counter(reasons)),
        outcomes=_counts([*(outcome.value for outcome in Outcome), HANDED_BACK], Counter(outcomes)),
    )


def half_of(waits: Sequence[timedelta]) -> timedelta | None:
    """Return the wait that half of the carers had at most; None when too few are known to tell."""
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if len(waits) >= FEWEST else None


def _group(askings: Sequence[Asking], names: Sequence[str], name_of: Callable[[Asking], str]) -> dict[str, Sequence[Asking]]:
    groups: dict[str, list[Asking]] = {name: [] for name in names}
    for asking in askings:
        groups[name_of(asking)].append(asking)
    return {name: groups[name] for name in names}


def _waits(groups: Mapping[str, Sequence[Asking]]) -> list[Waits]:
    _, told = hide([len(theirs) for theirs in groups.values()])
    rows = []
    for (name, theirs), asked in zip(groups.items(), told, strict=True):
        waits = sorted(asking.waited for asking in theirs if asking.waited is not None)
        is_told = isinstance(asked, int) and len(waits) >= FEWEST
        nine_in_ten = waits[-(-9 * len(waits) // 10) - 1] if is_told else None
        rows.append(Waits(name, asked, half_of(waits) if is_told else None, nine_in_ten))
    return rows


def _promised(groups: Mapping[str, Sequence[Asking]]) -> list[Promised]:
    ends = [[end for asking in theirs for _, end in asking.ends] for theirs in groups.values()]
    columns = [hide([theirs.count(end) for theirs in ends])[1] for end in (End.KEPT, End.MISSED, End.MOVED_ON)]
    return [Promised(name, *counts) for name, *counts in zip(groups, *columns, strict=True)]


def _counts(names: Sequence[str], counted: Mapping[str, int]) -> list[Count]:
    return [Count(name, count) for name, count in zip(names, hide([counted.get(name, 0) for name in names])[1], strict=True)]


def _week(asking: Asking) -> date:
    return week_of(asking.asked_at.astimezone(LONDON).date())


def _hour(moment: datetime) -> int:
    return moment.astimezone(LONDON).hour
