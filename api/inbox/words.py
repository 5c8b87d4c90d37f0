"""How the inbox says times, reasons and outcomes: short enough for a phone, plain enough for a tired reader."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from alongside.core.cases import WRITES_FIRST, CaseEvent, Happened
from alongside.core.delivery import Delivery
from alongside.core.details import Details
from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.handover import Move, Outcome, Reason

REASONS: Mapping[Reason, str] = {
    Reason.ASKED: "Asked for a person",
    Reason.SECOND_MISS: "The bot did not understand",
    Reason.ASSISTANT_FAILED: "The bot did not work",
    Reason.SAFETY_SELF: "Danger: may harm themselves",
    Reason.SAFETY_OTHER: "Danger: somebody else may be harmed",
    Reason.SAFETY_ABUSE: "Danger: may be abused",
    Reason.CONCERN: "Wants to raise a concern",
    Reason.WROTE_AGAIN: "Wrote again",
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "Their question was answered",
    Outcome.SPOKE_OR_MET: "We spoke or met",
    Outcome.PASSED_ON: "Passed on to somebody outside this service",
    Outcome.COULD_NOT_REACH: "The carer could not be reached",
    Outcome.NOT_FOR_US: "Not something this service can help with",
    Outcome.WITHDRAWN: "The carer does not need it any more",
}

DANGERS: Mapping[str, str] = {
    "self": "They may harm themselves",
    "other": "Somebody else may be harmed",
    "abuse": "They may be abused",
}

_DELIVERIES: Mapping[Delivery, str] = {
    Delivery.WAITING: "Not read yet: the carer’s page is closed",
    Delivery.SENT: "Sent, not read yet",
    Delivery.SEEN: "Seen",
    Delivery.FAILED: "Not delivered",
    Delivery.UNKNOWN: "May not have arrived. It is not sent again by itself.",
}

_NEVER_SEEN: Mapping[Delivery, str] = {
    Delivery.WAITING: "Waiting to be sent",
    Delivery.SENT: "Sent. This channel does not say whether it was read.",
}

_CORRECTIONS: Mapping[Delivery, str] = {
    Delivery.WAITING: "The carer’s chat still shows the earlier words. The correction is on its way.",
    Delivery.FAILED: "The correction did not reach the carer, who still sees the earlier words. Write them a new message.",
}

_GONE = "The carer does not see what it said."

_WITHDRAWALS: Mapping[Delivery, str] = {
    Delivery.WAITING: "The carer’s chat still shows it. It is being taken out.",
    Delivery.FAILED: "It could not be taken out of the carer’s chat, so they still see it. Write to them about it.",
    Delivery.UNKNOWN: "It may have arrived before, and then it stands in the carer’s chat.",
}

_MINUTE = timedelta(minutes=1)

_MARK = 60
"""Characters of a mark in a row: one line of a phone and a half."""


def say_delivery(state: Delivery, *, tells_seen: bool) -> str:
    """Say how far a message has come, on a channel that does or does not tell that it was seen."""
    return _DELIVERIES[state] if tells_seen else _NEVER_SEEN.get(state, _DELIVERIES[state])


def say_correction(change: Delivery | None) -> str:
    """Say what a worker must know of a correction; empty when there is nothing to know."""
    return _CORRECTIONS.get(change, "") if change else ""


def say_withdrawal(change: Delivery | None) -> str:
    """Say what the carer sees of a message that was withdrawn."""
    return _WITHDRAWALS.get(change, _GONE) if change else _GONE


def say_span(span: timedelta) -> str:
    """Say how long something takes: ``25 min``, ``1 h 20 min``, ``3 days``."""
    minutes = span // _MINUTE
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = hours // 24
    return f"{days} {'day' if days == 1 else 'days'}"


def say_ago(at: datetime, now: datetime) -> str:
    return "just now" if now - at < _MINUTE else f"{say_span(now - at)} ago"


def say_moment(at: datetime, now: datetime) -> str:
    """Say when something is or was, with the day unless it is today's: ``1pm``, ``1pm tomorrow``."""
    there, today = at.astimezone(LONDON), now.astimezone(LONDON).date()
    days = (there.date() - today).days
    day = {0: "", 1: " tomorrow", -1: " yesterday"}.get(days, f" on {say_date(there.date())}")
    return f"{say_time(there.time())}{day}"


def say_day(at: datetime, now: datetime) -> str:
    """Say on which day something is: ``today``, ``tomorrow``, ``on Friday 27 November``."""
    there, today = at.astimezone(LONDON).date(), now.astimezone(LONDON).date()
    return {0: "today", 1: "tomorrow", -1: "yesterday"}.get((there - today).days, f"on {say_date(there)}")


def say_left(by: datetime, now: datetime) -> str:
    """Say what is left of a promise: ``55 min left``, ``25 min late``."""
    return f"{say_span(by - now)} left" if by > now else f"{say_span(now - by)} late"


def wishes_mark(details: Details | None) -> str:
    """Say in a few words what a carer needs, for a row of the list: ``Needs: Polish interpreter``; empty without any need."""
    needs = " ".join(details.needs.split()) if details else ""
    return f"Needs: {needs if len(needs) <= _MARK else needs[: _MARK - 1].rstrip() + '…'}" if needs else ""


def say_event(event: CaseEvent, names: Mapping[str, str], now: datetime) -> str:
    """Say one line of a case's log. ``names`` are first names by account."""
    who = names.get(event.by.code, "Somebody who has left") if event.by.code else ""
    what = _WHAT.get(event.what, event.what)
    if event.what == Move.TRANSFER.value:
        said = f"{who} transferred it to {names.get(event.details.get('to', ''), 'somebody who has left')}"
    elif event.what in (Happened.CHECK_PLANNED.value, Happened.CHECK_MOVED.value):
        said = _check_back(event, who, names, now)
    elif event.what == Move.CLOSE.value:
        said = f"{who or 'The carer'} closed it: {_outcome(event.details.get('outcome', ''))}"
    elif event.what == Move.CLAIM.value and event.details.get("because") == WRITES_FIRST:
        said = f"{who} took it up from the bot, to write to the carer again"
    elif who:
        said = f"{who} {what}"
    elif event.what == Move.REOPEN.value:
        said = "The carer wrote again, so it was opened again"
    elif event.what == Move.RELEASE.value:
        said = f"Put back among those waiting, as {_BECAUSE.get(event.details.get('because', ''), _BECAUSE['gone'])}"
    elif event.what == Happened.PROMISED.value and event.details.get("because") == "missed":
        said = "Nobody replied in time, so the promise was made again and the carer was told"
    elif event.what == Happened.PROMISED.value and event.details.get("because") == "wrote_again":
        said = "The carer wrote, so a reply is owed"
    elif event.what == Happened.SERVICE_NAMED.value:
        said = "The carer said which service it is"
    elif event.what == Happened.WARNED.value:
        said = "Hardly any time was left to reply, so the carer was told that it may be late"
    elif event.what == Happened.PROMISED.value and event.details.get("because") == "service":
        said = "The carer said which service it is, so the promise was made again"
    else:
        said = what[0].upper() + what[1:]
    return said + _promised(event, names, now)


_BECAUSE = {
    "gone": "the worker cannot have cases now",
    "missed": "nobody replied in time",
    "in_time": "a reply in time was not to be expected",
    "away": "the worker is away",
    "danger": "the carer spoke of danger and the worker was not at work",
}
"""Why the service itself put a case back, by what the log keeps of it."""

_WHAT = {
    Move.REQUEST.value: "a person was asked for",
    Move.CLAIM.value: "claimed it",
    Move.RELEASE.value: "put it back among those waiting",
    Move.HAND_BACK.value: "handed it back to the bot",
    Move.REOPEN.value: "opened it again",
    Happened.REPLIED.value: "wrote to the carer",
    Happened.NOTED.value: "wrote a note",
    Happened.PROMISED.value: "the promise was made again",
    Happened.CORRECTED.value: "corrected a message to the carer",
    Happened.WITHDRAWN.value: "withdrew a message to the carer",
    Happened.DETAILS_SENT.value: "the carer said how to be reached and what would help",
    Happened.CHECK_DONE.value: "checked back on the carer",
    Happened.CHECK_DROPPED.value: "said that checking back is not needed",
}


def _promised(event: CaseEvent, names: Mapping[str, str], now: datetime) -> str:
    who, by = event.details.get("who"), event.details.get("reply_by")
    if not who or not by:
        return ""
    return f"; {names.get(who, 'somebody')} is to reply by {say_moment(datetime.fromisoformat(by), now)}"


def _check_back(event: CaseEvent, who: str, names: Mapping[str, str], now: datetime) -> str:
    to = names.get(event.details.get("to", ""), "somebody who has left")
    day = say_day(datetime.fromisoformat(event.details["on"]), now)
    moved = f"{who} asked {to} to check back" if who else f"{to} is to check back on the carer"
    return f"{moved} {day}"


def _outcome(value: str) -> str:
    said = next((words for outcome, words in OUTCOMES.items() if outcome.value == value), value)
    return said[:1].lower() + said[1:]
