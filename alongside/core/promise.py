"""The promise made to a carer who asked for a person: who will reply, and by when.

Rules kept: a promise is made by somebody who works in the time it leaves them, at a time they work, and never far ahead; when it
is about to be missed the case moves on while there is still time, to somebody who has not let it down; when everybody has, one
of them is asked once more, and then that is said. Only values are made here; the words around them are approved elsewhere.
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

MOVES_ON_SHARE = 6
"""The last sixth of it is when the case moves on: half an hour of their work, five minutes in danger. Whoever was alerted again
has had as long as that to write, and the carer still hears before the time has passed."""

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
    WARN = "warn"
    MISSED = "missed"


@dataclass(frozen=True)
class Team:
    """Who can reply for one service: its own workers in order, who covers for each (by the code of the one away), and duty.

    ``leads`` are those who are asked when duty cannot: the service's other leads, the ones without hours too.
    """

    workers: tuple[Rostered, ...]
    cover: Mapping[str, Rostered] = field(default_factory=dict)
    duty: Rostered | None = None
    leads: tuple[Rostered, ...] = ()
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
    """Who replies and by when, as it was made. ``cover`` works before ``reply_by`` too; ``missed_by`` have let the case down.

    ``is_last`` says that it is, or follows, one by somebody who had let it down: there will be no other of that kind.
    ``is_warned`` says that the carer has heard that it may be kept late.
    """

    route: Route
    made_at: datetime
    who: Person | None = None
    reply_by: datetime | None = None
    cover: Person | None = None
    instead_of: Person | None = None
    is_danger: bool = False
    missed_by: frozenset[str] = frozenset()
    is_last: bool = False
    is_warned: bool = False


@dataclass(frozen=True)
class Step:
    """What to do next; ``promise`` is the one to tell the carer of, if there is one: a new one, or the same with a warning."""

    next: Next
    promise: Promise | None = None


def make_promise(now: datetime, team: Team, calendar: Calendar, *, is_danger: bool = False) -> Promise:
    """Return the first promise for a case: from the first own worker who can, else a cover, else duty, else from nobody.

    In danger it is from whoever can reply soonest, which is somebody on now if anybody is, and the load cap does not count.
    """
    return _promise(in_utc(now), team, calendar, list(in_order(team)), is_danger=is_danger)


def next_step(promise: Promise, now: datetime, team: Team, calendar: Calendar, *, taken_at: datetime | None = None) -> Step:
    """Return what a promise that is not kept yet needs now.

    ``taken_at`` is since when the one who promised has the case, if they do. Somebody who took it outside their hours is at work
    all the same, and has until the time by the clock; somebody who has just taken it is not robbed of it as their day ends. When
    there is nobody else to move on to, the carer is warned while there is still time.
    """
    now = in_utc(now)
    if promise.who is None or promise.reply_by is None:
        again = _promise_again(promise, now, team, calendar)
        return Step(Next.WAIT) if again.route is Route.NOBODY else Step(Next.RE_PROMISE, again)
    let_down = replace(promise, missed_by=promise.missed_by | {promise.who.code})
    if now >= promise.reply_by:
        return Step(Next.MISSED, _promise_again(let_down, now, team, calendar))
    who = _find(team, promise.who.code)
    left = _time_left(who, promise, now, calendar, taken_at) if who else timedelta()
    if who is None or not left:
        return Step(Next.RE_PROMISE, _promise_again(promise, now, team, calendar))
    time_to_reply = _time_to_reply(promise.is_danger)
    if left <= time_to_reply / MOVES_ON_SHARE:
        again = _by_somebody_else(let_down, now, team, calendar)
        if again.route is not Route.NOBODY:
            return Step(Next.RE_PROMISE, again)
        if not promise.is_warned:
            return Step(Next.WARN, replace(promise, is_warned=True))
    is_here = is_on(who, now, calendar) or taken_at is not None
    return Step(Next.ALERT_AGAIN if left <= time_to_reply / DUE_SOON_SHARE and is_here else Next.WAIT)


def promise_without(old: Promise, gave_up: Person, now: datetime, team: Team, calendar: Calendar) -> Promise:
    """Return the promise after somebody has given the case up, or was made to; they come last, after everybody else."""
    given_up = replace(old, who=gave_up, missed_by=old.missed_by | {gave_up.code})
    return _promise_again(given_up, in_utc(now), team, calendar)


def promise_by(person: Rostered, now: datetime, team: Team, calendar: Calendar, *, is_danger: bool = False) -> Promise:
    """Return the promise of somebody who has the case already, so that no cap counts; from nobody when they cannot reply soon."""
    made = _promise(in_utc(now), team, calendar, [replace(person, cap=None)], is_danger=is_danger, instead_of=person_of(person))
    return replace(made, instead_of=None)


def take(promise: Promise, person: Rostered, now: datetime) -> Promise:
    """Return the promise as kept by somebody who takes the case: by the same time, or soon if hardly any of it is left."""
    soonest = in_utc(now) + time_to_look(promise.is_danger)
    by = max(promise.reply_by, soonest) if promise.reply_by else None
    return replace(promise, who=person_of(person), reply_by=by, cover=None, instead_of=None, is_warned=False)


def hand_on(promise: Promise, person: Rostered, now: datetime, calendar: Calendar) -> Promise | None:
    """Return the same promise, to be kept by somebody else by the same time; None when that leaves them no time for it."""
    if promise.reply_by is None or promise.reply_by <= in_utc(now):
        return None
    left = time_on(person, Span(now, promise.reply_by), calendar)
    if left <= _time_to_reply(promise.is_danger) / MOVES_ON_SHARE:
        return None
    return replace(promise, who=person_of(person), cover=None, instead_of=None, is_warned=False)


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

    Their last minutes today count, and the rest of the time comes from their next hours. Who has less time than that within
    FARTHEST, as leave begins or they work an hour a week, is promised by its end; None when it is too short even to look.
    """
    now, left = in_utc(now), _time_to_reply(is_danger)
    last = now
    for span in spans_from(person, now, calendar, days=FARTHEST.days):
        by = min(_rounded_up(span.starts + left), span.ends)
        if by - now > FARTHEST:
            break
        if left <= span.length:
            return by
        left -= span.length
        last = span.ends
    return last if _time_to_reply(is_danger) - left >= time_to_look(is_danger) else None


def _time_to_reply(is_danger: bool) -> timedelta:
    return WORKING_TIME_IN_DANGER if is_danger else WORKING_TIME_TO_REPLY


def time_to_look(is_danger: bool) -> timedelta:
    """Return the least in which somebody can be expected to see a case and write: a third of the time to reply."""
    return _time_to_reply(is_danger) / DUE_SOON_SHARE


def _rounded_up(moment: datetime) -> datetime:
    return moment + (_EPOCH - moment) % ROUNDED_UP_TO


def _time_left(who: Rostered, promise: Promise, now: datetime, calendar: Calendar, taken_at: datetime | None) -> timedelta:
    by = promise.reply_by or now
    left = time_on(who, Span(now, by), calendar)
    if taken_at is None or taken_at >= by:
        return left
    if not time_on(who, Span(taken_at, by), calendar):
        return by - now
    return max(left, min(by, taken_at + time_to_look(promise.is_danger)) - now)


def _promise_again(old: Promise, now: datetime, team: Team, calendar: Calendar) -> Promise:
    """Return the promise after one that will not be kept: from a cover, then the others of the service, then duty.

    The one who was promised comes last, as long as they did not miss it: away today, they may be back before anybody else.
    When all have missed it one of them is promised again, once: a lone worker who was with a family is still the best there is.
    """
    again = _by_somebody_else(old, now, team, calendar)
    who = _find(team, old.who.code) if old.who else None
    everybody = [_uncapped(person, who) for person in in_order(team)]
    if again.route is Route.NOBODY and who and who.code not in old.missed_by:
        once_more = _promise(now, team, calendar, [_uncapped(who, who)], is_danger=old.is_danger, barred=old.missed_by)
        again = replace(once_more, missed_by=old.missed_by, is_last=old.is_last)
    if again.route is Route.NOBODY and old.missed_by and not old.is_last:
        last = _promise(now, team, calendar, everybody, is_danger=old.is_danger, instead_of=old.who)
        if last.who:
            instead_of = last.instead_of if last.instead_of and last.instead_of.code != last.who.code else None
            again = replace(last, instead_of=instead_of, missed_by=old.missed_by, is_last=True)
    return again


def _by_somebody_else(old: Promise, now: datetime, team: Team, calendar: Calendar) -> Promise:
    """Return the promise of somebody who neither made the old one nor has let the case down; else one from nobody."""
    who = _find(team, old.who.code) if old.who else None
    barred = old.missed_by | ({old.who.code} if old.who else frozenset())
    covers = chain(team, who) if who else ()
    others = [person for person in [*covers, *in_order(team)] if person.code not in barred]
    again = _promise(now, team, calendar, others, is_danger=old.is_danger, barred=barred, instead_of=old.who)
    return replace(again, missed_by=old.missed_by, is_last=old.is_last)


def _uncapped(person: Rostered, who: Rostered | None) -> Rostered:
    """Return somebody without their cap if they are the one who was promised: the case counts among theirs already."""
    return replace(person, cap=None) if who and person.code == who.code else person


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
        instead_of = person_of(team.workers[0])
    left_out = barred | ({instead_of.code} if instead_of else frozenset())
    covers = (person for person in chain(team, who) if person.code not in left_out and (is_danger or person.has_room))
    cover = next((person for person in covers if time_on(person, Span(now, by), calendar)), None)
    return Promise(route, now, person_of(who), by, person_of(cover) if cover else None, instead_of, is_danger)


def in_order(team: Team) -> Iterator[Rostered]:
    """Yield everybody who can be promised for a service, in the order in which they are asked; some more than once."""
    yield from team.workers
    for worker in team.workers:
        yield from chain(team, worker)
    for lead in [*([team.duty] if team.duty else []), *team.leads]:
        yield lead
        yield from chain(team, lead)


def chain(team: Team, person: Rostered) -> Iterator[Rostered]:
    """Yield who covers for somebody, then who covers for the cover; two who cover for each other end it."""
    seen = {person.code}
    cover = team.cover.get(person.code)
    while cover and cover.code not in seen:
        yield cover
        seen.add(cover.code)
        cover = team.cover.get(cover.code)


def _find(team: Team, code: str) -> Rostered | None:
    return next((person for person in in_order(team) if person.code == code), None)


def _route(team: Team, person: Rostered) -> Route:
    if any(person.code == lead.code for lead in (team.duty, *team.leads) if lead):
        return Route.DUTY
    return Route.OWN if any(person.code == worker.code for worker in team.workers) else Route.COVER


def person_of(person: Rostered) -> Person:
    """Return somebody as a carer is told of them."""
    return Person(person.code, person.name, person.role, working_days_in_words(person))
