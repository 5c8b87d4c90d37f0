"""The promise made to a carer who asked for a person: who will reply, and by when.

Rules kept: a promise is made by somebody who works in the time it leaves them, at a time they work, and never far ahead; when it
can no longer be kept the case moves on, to somebody who has not let it down; when nobody can be promised, that is said.
Only values are made here; the words around them are approved elsewhere.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from enum import Enum

from alongside.core.directory import LONDON, say_date, say_time, say_week
from alongside.core.rota import Calendar, Rostered, Span, in_utc, is_always_on, is_on, spans_from, time_on, working_days_in_words

WORKING_TIME_TO_REPLY = timedelta(hours=3)
"""Half a working day: time to finish a visit, ask the ward and write; a carer who asks overnight still hears by midday."""

WORKING_TIME_IN_DANGER = timedelta(minutes=30)
"""Long enough to be found away from the desk, short enough to matter; what is said at once tells the carer whom to ring now."""

FARTHEST = timedelta(days=7)
"""Whoever works every week is on within it unless they are away, and then somebody else is the better promise."""

ROUNDED_UP_TO = timedelta(minutes=15)
"""A time people say and remember; never past the end of the hours it falls in."""

DUE_SOON_SHARE = 3
"""The last third of the time to reply is when to alert again: enough of it is left to reply in."""

_EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)


class Route(str, Enum):
    """Who a promise is from."""

    OWN = "own"
    COVER = "cover"
    DUTY = "duty"
    NOBODY = "nobody"


class Next(str, Enum):
    """What a promise needs now."""

    WAIT = "wait"
    ALERT_AGAIN = "alert_again"
    RE_PROMISE = "re_promise"
    MISSED = "missed"


@dataclass(frozen=True)
class Team:
    """Who can reply for one service: its own workers in order, who covers for each (by the code of the one away), and duty."""

    workers: tuple[Rostered, ...]
    cover: Mapping[str, Rostered] = field(default_factory=dict)
    duty: Rostered | None = None
    ward_phone: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody as a carer is told of them."""

    code: str
    name: str
    role: str
    days: str


@dataclass(frozen=True)
class Promise:
    """Who replies and by when, as it was made. ``cover`` works before ``reply_by`` too; ``missed_by`` have let the case down."""

    route: Route
    made_at: datetime
    who: Person | None = None
    reply_by: datetime | None = None
    cover: Person | None = None
    instead_of: Person | None = None
    is_danger: bool = False
    missed_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step:
    """What to do next; ``promise`` is the new one to tell the carer of, if there is one."""

    next: Next
    promise: Promise | None = None


def make_promise(now: datetime, team: Team, calendar: Calendar, *, is_danger: bool = False) -> Promise:
    """Return the first promise for a case: from the first own worker who can, else a cover, else duty, else from nobody.

    In danger it is from whoever can reply soonest, which is somebody on now if anybody is, and the load cap does not count.
    """
    return _promise(in_utc(now), team, calendar, list(_in_order(team)), is_danger=is_danger)


def next_step(promise: Promise, now: datetime, team: Team, calendar: Calendar) -> Step:
    """Return what a promise that is not kept yet needs now."""
    now = in_utc(now)
    if promise.who is None or promise.reply_by is None:
        again = _promise_again(promise, now, team, calendar)
        return Step(Next.WAIT) if again.route is Route.NOBODY else Step(Next.RE_PROMISE, again)
    if now >= promise.reply_by:
        missed = replace(promise, missed_by=promise.missed_by | {promise.who.code})
        return Step(Next.MISSED, _promise_again(missed, now, team, calendar))
    who = _find(team, promise.who.code)
    left = time_on(who, Span(now, promise.reply_by), calendar) if who else timedelta()
    if who is None or not left:
        return Step(Next.RE_PROMISE, _promise_again(promise, now, team, calendar))
    is_due_soon = left <= _time_to_reply(promise.is_danger) / DUE_SOON_SHARE
    return Step(Next.ALERT_AGAIN if is_due_soon and is_on(who, now, calendar) else Next.WAIT)


def variables(promise: Promise, team: Team) -> dict[str, str]:
    """Return what the approved words are filled with; a value nobody knows is empty, and so are hours of duty that never end."""
    by = promise.reply_by.astimezone(LONDON) if promise.reply_by else None
    return {
        "who": promise.who.name if promise.who else "",
        "role": promise.who.role if promise.who else "",
        "days": promise.who.days if promise.who else "",
        "reply_by_time": say_time(by.time()) if by else "",
        "reply_by_day": say_date(by.date()) if by else "",
        "cover": promise.cover.name if promise.cover else "",
        "instead_of": promise.instead_of.name if promise.instead_of else "",
        "duty": team.duty.name if team.duty else "",
        "duty_phone": team.duty.phone if team.duty else "",
        "duty_hours": "; ".join(say_week(team.duty.hours)) if team.duty and not is_always_on(team.duty) else "",
        "ward_phone": team.ward_phone,
    }


def reply_by(person: Rostered, now: datetime, calendar: Calendar, *, is_danger: bool = False) -> datetime | None:
    """Return by when somebody can be promised to reply: the end of the first working time they have from now that is long enough.

    Their last minutes today count, and the rest of the time comes from their next hours. None when it is farther than FARTHEST.
    """
    now, needed = in_utc(now), _time_to_reply(is_danger)
    for span in spans_from(person, now, calendar, days=FARTHEST.days):
        if needed <= span.length:
            by = min(_rounded_up(span.starts + needed), span.ends)
            return by if by - now <= FARTHEST else None
        needed -= span.length
    return None


def _time_to_reply(is_danger: bool) -> timedelta:
    return WORKING_TIME_IN_DANGER if is_danger else WORKING_TIME_TO_REPLY


def _rounded_up(moment: datetime) -> datetime:
    return moment + (_EPOCH - moment) % ROUNDED_UP_TO


def _promise_again(old: Promise, now: datetime, team: Team, calendar: Calendar) -> Promise:
    """Return the promise after one that will not be kept: from a cover, then the others of the service, then duty.

    The one who was promised comes last, as long as they did not miss it: away today, they may be back before anybody else.
    """
    who = _find(team, old.who.code) if old.who else None
    barred = old.missed_by | ({old.who.code} if old.who else frozenset())
    chain = list(_chain(team, who)) if who else []
    others = [person for person in [*chain, *_in_order(team)] if person.code not in barred]
    again = _promise(now, team, calendar, others, is_danger=old.is_danger, barred=barred, instead_of=old.who)
    if again.route is Route.NOBODY and who and who.code not in old.missed_by:
        uncapped = replace(who, cap=None)  # the case counts among theirs already
        again = _promise(now, team, calendar, [uncapped], is_danger=old.is_danger, barred=old.missed_by)
    return replace(again, missed_by=old.missed_by)


def _promise(
    now: datetime,
    team: Team,
    calendar: Calendar,
    candidates: list[Rostered],
    *,
    is_danger: bool,
    barred: AbstractSet[str] = frozenset(),
    instead_of: Person | None = None,
) -> Promise:
    able = [
        (person, by)
        for person in candidates
        if (is_danger or person.has_room) and (by := reply_by(person, now, calendar, is_danger=is_danger))
    ]
    if not able:
        return Promise(Route.NOBODY, now, is_danger=is_danger, instead_of=instead_of)
    who, by = min(able, key=lambda pair: pair[1]) if is_danger else able[0]
    route = _route(team, who)
    if route is not Route.OWN and instead_of is None and team.workers:
        instead_of = _person(team.workers[0])
    left_out = barred | ({instead_of.code} if instead_of else frozenset())
    covers = (person for person in _chain(team, who) if person.code not in left_out and (is_danger or person.has_room))
    cover = next((person for person in covers if time_on(person, Span(now, by), calendar)), None)
    return Promise(route, now, _person(who), by, _person(cover) if cover else None, instead_of, is_danger)


def _in_order(team: Team) -> Iterator[Rostered]:
    yield from team.workers
    for worker in team.workers:
        yield from _chain(team, worker)
    if team.duty:
        yield team.duty


def _chain(team: Team, person: Rostered) -> Iterator[Rostered]:
    """Yield who covers for somebody, then who covers for the cover; two who cover for each other end it."""
    seen = {person.code}
    cover = team.cover.get(person.code)
    while cover and cover.code not in seen:
        yield cover
        seen.add(cover.code)
        cover = team.cover.get(cover.code)


def _find(team: Team, code: str) -> Rostered | None:
    return next((person for person in _in_order(team) if person.code == code), None)


def _route(team: Team, person: Rostered) -> Route:
    if team.duty and person.code == team.duty.code:
        return Route.DUTY
    return Route.OWN if any(person.code == worker.code for worker in team.workers) else Route.COVER


def _person(person: Rostered) -> Person:
    return Person(person.code, person.name, person.role, working_days_in_words(person))
