"""Alerts to workers away from the inbox: what they say, when they are due, and what follows when nobody looks.

Rules kept: an alert holds no word of a carer, no name and no ward; nobody is alerted outside their hours; who is alerted again
and does not look is followed by who covers for them, and by duty, and that ends.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.errors import AlongsideError
from alongside.core.promise import Promise, Team, chain, in_order
from alongside.core.rota import Calendar, Rostered, is_on, next_on, spans_from

AGAIN_AFTER = timedelta(minutes=20)
"""Working time until somebody is alerted again: a visit or a call takes as long, and three fit into half a promise."""

AGAIN_AFTER_IN_DANGER = timedelta(minutes=5)
"""A sixth of the time to reply in danger: who covers hears of it while there is still time."""

TIMES = 3
"""How often one alert is sent: who has not looked after the third has no phone with them, and somebody else should know."""

WHILE_HERE = timedelta(minutes=5)
"""How long an alert that a carer wrote is held back from somebody whose inbox is open: they see it there, unless they went."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""Between tries at a gateway that fails: half an hour in all, as long as a promise has left when it moves on."""


OWN_MAIL = "own-mail:"
"""Begins an address that is only an e-mail address: the operator's mail server sends it, whichever that is by then."""


class Kind(str, Enum):
    """What an alert is about."""

    PROMISED = "promised"
    DANGER = "danger"
    DUE_SOON = "due_soon"
    WROTE = "wrote"
    PASSED_ON = "passed_on"
    STAND_IN = "stand_in"
    MISSED = "missed"
    CHECK_BACK = "check_back"
    HEARTBEAT = "heartbeat"
    REVIEW = "review"
    REVIEW_DUE = "review_due"
    TEST = "test"


class Failure(str, Enum):
    """Why an alert was not sent."""

    NO_ROUTE = "no_route"
    REFUSED = "refused"
    TOO_SLOW = "too_slow"
    NO_MAIL = "no_mail"
    """The route is an e-mail address, and the operator has set no mail server."""
    NOT_OURS = "not_ours"
    """The key that opens the routes is another one than they were sealed with."""


class NotSent(AlongsideError):
    """A gateway did not take an alert."""

    status = 502

    def __init__(self, why: Failure) -> None:
        super().__init__(f"The alert was not sent: {WHY[why]}")
        self.why = why


class State(str, Enum):
    """How far an alert has come. ``OVER``: what it was about is settled, or was taken up by somebody else."""

    PLANNED = "planned"
    SENT = "sent"
    SEEN = "seen"
    FAILED = "failed"
    OVER = "over"


WHY = {
    Failure.NO_ROUTE: "no way to send alerts is set up. Add one.",
    Failure.REFUSED: "the service did not take it. Check the address.",
    Failure.TOO_SLOW: "the service did not answer in time. It is tried again.",
    Failure.NO_MAIL: "no mail server is set up here. Ask whoever runs Alongside.",
    Failure.NOT_OURS: "the key that opens the address has been lost. Remove the address and add it again.",
}
"""Why an alert was not sent, and what to do."""

_SAID = {
    Kind.PROMISED: "somebody waits for you.",
    Kind.DANGER: "somebody needs a reply urgently.",
    Kind.DUE_SOON: "somebody still waits for you, and the time is nearly over.",
    Kind.WROTE: "somebody wrote to you again.",
    Kind.PASSED_ON: "a colleague passed something on to you.",
    Kind.STAND_IN: "somebody waits for a colleague you stand in for.",
    Kind.MISSED: "somebody was not replied to in time.",
    Kind.CHECK_BACK: "it is time to check back with somebody.",
    Kind.HEARTBEAT: "the hourly check of the way to a person failed.",
    Kind.REVIEW: "some of what you look after is to be checked again soon.",
    Kind.REVIEW_DUE: "some of what you look after is past the day on which it was to be checked.",
    Kind.TEST: "this is a test. Alerts reach you here.",
}
"""What each kind says, after "Alongside:". Nothing else is ever put into an alert but a time and a link."""

WHERE = {Kind.REVIEW: "/answers", Kind.REVIEW_DUE: "/answers?overdue=yes"}
"""Where to look, for what is not in the inbox."""

_PASSED_TO_COVER = frozenset({Kind.PROMISED, Kind.DANGER, Kind.WROTE, Kind.PASSED_ON, Kind.STAND_IN, Kind.CHECK_BACK})
_ONCE = frozenset({Kind.DUE_SOON, Kind.REVIEW, Kind.REVIEW_DUE, Kind.TEST})
"""Followed by a move of the promise, or by nothing."""


@dataclass(frozen=True)
class Route:
    """One way to reach somebody. ``label`` says which without saying how; ``sealed`` is the address, as it is stored."""

    id: str
    account: str
    label: str
    sealed: str
    added_at: datetime


@dataclass(frozen=True)
class Alert:
    """One alert to one account. ``key`` is what it can be raised for only once; ``tries`` are those since it was last sent.

    The key of an alert about a promise begins with the case; every key ends with what the alert is about.
    """

    id: str
    account: str
    kind: Kind
    key: str
    raised_at: datetime
    next_try_at: datetime | None
    case: str | None = None
    reply_by: datetime | None = None
    tries: int = 0
    times_sent: int = 0
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    failed: Failure | None = None

    @property
    def about(self) -> str:
        return self.key.rpartition("/")[2]

    @property
    def is_about_promise(self) -> bool:
        return self.case is not None and self.key.startswith(f"{self.case}/")

    @property
    def state(self) -> State:
        if self.acknowledged_at:
            return State.SEEN
        if self.failed and self.next_try_at is None:
            return State.FAILED
        if self.sent_at:
            return State.SENT
        return State.PLANNED if self.next_try_at else State.OVER

    @property
    def may_go_to_cover(self) -> bool:
        return self.case is not None and self.kind in _PASSED_TO_COVER

    @property
    def is_sent_enough(self) -> bool:
        return self.times_sent >= (1 if self.kind in _ONCE else TIMES)


def say(kind: Kind, *, link: str, now: datetime, reply_by: datetime | None = None) -> str:
    """Return an alert's whole text: what it is about, by when, and where to look."""
    parts = [f"Alongside: {_SAID[kind]}"]
    if reply_by is not None and reply_by > now:
        by, today = reply_by.astimezone(LONDON), now.astimezone(LONDON).date()
        day = "" if by.date() == today else f" on {say_date(by.date())}"
        parts.append(f"Reply by {say_time(by.time())}{day}.")
    return " ".join([*parts, link])


def due_at(person: Rostered, now: datetime, calendar: Calendar) -> datetime:
    """Return when to alert somebody: now if they are on or their hours are not known, else when they are next on."""
    if not person.hours or is_on(person, now, calendar):
        return now
    return next_on(person, now, calendar) or now


def again_at(alert: Alert, person: Rostered, now: datetime, calendar: Calendar) -> datetime | None:
    """Return when to alert somebody again, counted in their working time; None when they have none."""
    needed = AGAIN_AFTER_IN_DANGER if alert.kind is Kind.DANGER else AGAIN_AFTER
    if not person.hours:
        return now + needed
    for span in spans_from(person, now, calendar):
        if needed < span.length:
            return span.starts + needed
        needed -= span.length
    return None


def retry_at(tries: int, now: datetime) -> datetime | None:
    """Return when to try a gateway again that failed ``tries`` times; None when that was the last time."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def whom_to_alert(promise: Promise, team: Team, now: datetime, calendar: Calendar) -> list[tuple[Kind, Rostered, datetime]]:
    """Return who hears of a new promise, and when: who made it, and who covers if they are on before.

    In danger it is everybody who is on, and who made it if nobody is.
    """
    everybody = everybody_in(team)
    who = next((person for person in everybody if promise.who and person.code == promise.who.code), None)
    if promise.is_danger:
        on = [person for person in everybody if is_on(person, now, calendar)]
        reached = on if who is None or who in on else [who, *on]
        return [(Kind.DANGER, person, due_at(person, now, calendar)) for person in reached or everybody]
    if who is None:
        # Nobody could be promised: whoever looks first may take it, and the carer was told not to wait.
        return [(Kind.PROMISED, person, due_at(person, now, calendar)) for person in everybody]
    due = due_at(who, now, calendar)
    alerted = [(Kind.PROMISED, who, due)]
    cover = next((person for person in everybody if promise.cover and person.code == promise.cover.code), None)
    if cover and (earlier := due_at(cover, now, calendar)) < due:
        alerted.append((Kind.STAND_IN, cover, earlier))
    return alerted


def next_after(person: str, team: Team, alerted: Collection[str]) -> Rostered | None:
    """Return who to alert after somebody who does not look: who covers for them, then duty and the leads; None when all know."""
    who = next((other for other in everybody_in(team) if other.code == person), None)
    after: list[Rostered] = [*(chain(team, who) if who else ()), *([team.duty] if team.duty else []), *team.leads]
    return next((other for other in after if other.code not in alerted and other.code != person), None)


def everybody_in(team: Team) -> list[Rostered]:
    """Return everybody of a team once, in the order in which they are asked."""
    return list({person.code: person for person in in_order(team)}.values())
