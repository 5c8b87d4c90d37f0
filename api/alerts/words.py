"""How alerts are put into words on a worker's own page."""

from dataclasses import dataclass
from datetime import datetime

from alongside.core.alerts import WHY, Alert, Kind, State
from api.inbox.words import say_moment

KINDS = {
    Kind.PROMISED: "Somebody waits for you",
    Kind.DANGER: "Somebody needs a reply urgently",
    Kind.DUE_SOON: "The time to reply is nearly over",
    Kind.WROTE: "A carer wrote to you again",
    Kind.PASSED_ON: "A colleague passed a case on to you",
    Kind.STAND_IN: "Somebody waits for a colleague you stand in for",
    Kind.MISSED: "Somebody was not replied to in time",
    Kind.CHECK_BACK: "It is time to check back with somebody",
    Kind.HEARTBEAT: "The hourly check of the way to a person failed",
    Kind.REVIEW: "Some of what you look after is to be checked again soon",
    Kind.REVIEW_DUE: "Some of what you look after is past the day on which it was to be checked",
    Kind.TEST: "A test",
}


@dataclass(frozen=True)
class Row:
    """One alert as the page shows it."""

    what: str
    case: str | None
    state: str
    tone: str
    is_new: bool


def row_of(alert: Alert, now: datetime) -> Row:
    """Return an alert in words: what it was about, and how far it came."""
    state, tone = _say_state(alert, now)
    return Row(KINDS[alert.kind], alert.case, state, tone, alert.acknowledged_at is None and alert.state is not State.OVER)


def _say_state(alert: Alert, now: datetime) -> tuple[str, str]:
    sent = f"Sent at {say_moment(alert.sent_at, now)}" if alert.sent_at else f"Raised at {say_moment(alert.raised_at, now)}"
    if alert.acknowledged_at:
        return f"{sent}. You saw it at {say_moment(alert.acknowledged_at, now)}.", "seen"
    if alert.failed:
        return f"{sent}. It did not reach you: {WHY[alert.failed]}", "failed"
    if alert.sent_at is None and alert.next_try_at is None:
        return f"{sent}. It was settled before it had to be sent.", "over"
    if alert.sent_at is None and alert.next_try_at:
        return f"To be sent at {say_moment(alert.next_try_at, now)}.", "planned"
    times = f", {alert.times_sent} times by now" if alert.times_sent > 1 else ""
    return f"{sent}{times}. Not seen yet.", "sent"
