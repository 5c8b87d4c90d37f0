"""The inbox's list: one row for each case, in groups by who has to do something, the most urgent first.

Rule kept: what is next is the first row, whichever reason it is next for: danger, a promise that runs out, a carer who wrote.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.handover import Reason, State, Urgency
from alongside.services.lists import Listed, Show
from api.inbox.words import OUTCOMES, REASONS, say_ago, say_left, say_moment, say_span, wishes_mark

SOON = timedelta(minutes=30)
"""A promise with less than this left is shown as running out: about what it takes to get back to a desk."""

NOBODY_KNOWN = "Ward not known"


@dataclass(frozen=True)
class Row:
    """One case as the list shows it. ``version`` is different as soon as there is something new to see."""

    id: str
    ref: str
    version: str
    service: str
    label: str
    tone: str
    is_danger: bool
    is_mine: bool
    carer: str
    needs: str
    reason: str
    since: str
    due: str
    due_tone: str


@dataclass(frozen=True)
class Group:
    """Rows under one heading; of the first one the first row is what to do next."""

    title: str
    rows: Sequence[Row]
    is_next: bool = False


def ref_of(case_id: str) -> str:
    """Return what colleagues call a case when they speak about it."""
    return case_id[:4].upper()


def to_answer(file: CaseFile, account: Account) -> bool:
    """Say whether this account could do something about a case now: it waits, or is theirs to write in."""
    return file.case.state is State.WAITING or (file.owner == account.id and file.is_to_answer)


def group(listed: Iterable[Listed], account: Account, show: Show, now: datetime) -> list[Group]:
    """Return the groups of a list that have rows."""
    items = list(listed)
    if show is Show.CLOSED:
        return [Group("Closed or handed back", [_row(item, account, now) for item in items])] if items else []
    first = sorted((item for item in items if to_answer(item.file, account)), key=lambda item: _order(item.file, now))
    rest = [item for item in items if item not in first]
    mine = [item for item in rest if item.file.owner == account.id]
    others = [item for item in rest if item.file.owner != account.id]
    groups = [
        Group("To answer", [_row(item, account, now) for item in first], is_next=True),
        Group("With you, nothing new", [_row(item, account, now) for item in mine]),
        Group("With colleagues", [_row(item, account, now) for item in others]),
    ]
    return [each for each in groups if each.rows]


def found(listed: Iterable[Listed], account: Account, now: datetime) -> list[Group]:
    """Return what a search found, as it came."""
    items = [_row(item, account, now) for item in listed]
    return [Group("Found", items)] if items else []


def _order(file: CaseFile, now: datetime) -> tuple[Urgency, bool, datetime]:
    """Order by danger, then broken promises, then who has waited longest or has the least time left."""
    if file.is_owed and file.promise.reply_by:
        return file.case.urgency, file.promise.reply_by > now, file.promise.reply_by
    return file.case.urgency, True, file.carer_wrote_at or file.requested_at


def _row(item: Listed, account: Account, now: datetime) -> Row:
    file = item.file
    label, tone = label_of(file, item.owner, account)
    due, due_tone = due_of(file, now)
    return Row(
        id=file.id,
        ref=ref_of(file.id),
        version=_version(file),
        service=item.service or NOBODY_KNOWN,
        label=label,
        tone=tone,
        is_danger=file.case.urgency is Urgency.DANGER,
        is_mine=file.owner == account.id,
        carer=(file.details.name if file.details else "") or "A carer",
        needs=wishes_mark(file.details),
        reason=_reason(file),
        since=_since(file, now),
        due=due,
        due_tone=due_tone,
    )


def label_of(file: CaseFile, owner: str | None, account: Account) -> tuple[str, str]:
    """Say who has a case, and how that is coloured."""
    match file.case.state:
        case State.BOT:
            return "Bot", "bot"
        case State.WAITING:
            return "Waiting", "waiting"
        case State.WITH_WORKER:
            return ("You", "you") if file.owner == account.id else (owner or "A worker", "colleague")
        case State.CLOSED:
            return "Closed", "closed"


def due_of(file: CaseFile, now: datetime) -> tuple[str, str]:
    """Say what is left of a promise that is still to be kept; nothing when there is none."""
    promise = file.promise
    if file.case.state not in (State.WAITING, State.WITH_WORKER) or not file.is_owed or not promise.who or not promise.reply_by:
        return "", ""
    tone = "late" if promise.reply_by <= now else "soon" if promise.reply_by - now < SOON else "ok"
    # Once somebody has the case it is theirs to keep, whoever made it.
    made = f"{promise.who.name} promised" if file.case.state is State.WAITING else "promised"
    return f"{say_left(promise.reply_by, now)}: {made} by {say_moment(promise.reply_by, now)}", tone


def _reason(file: CaseFile) -> str:
    if file.case.state is State.CLOSED and file.case.outcome:
        return OUTCOMES[file.case.outcome]
    # Most have simply asked; what is not said of them makes the others stand out.
    return REASONS[file.case.reason] if file.case.reason and file.case.reason is not Reason.ASKED else ""


def _since(file: CaseFile, now: datetime) -> str:
    if file.case.state is State.CLOSED:
        return f"Closed {say_ago(file.closed_at or file.requested_at, now)}"
    if file.case.state is State.BOT:
        return f"Asked {say_ago(file.requested_at, now)}"
    if file.case.state is State.WAITING:
        if now - file.requested_at < timedelta(minutes=1):
            return "Asked just now"
        return f"Waits {say_span(now - file.requested_at)}, since {say_moment(file.requested_at, now)}"
    if file.needs_reply and file.carer_wrote_at:
        return f"Carer wrote {say_ago(file.carer_wrote_at, now)}"
    return f"Worker wrote {say_ago(file.worker_wrote_at, now)}" if file.worker_wrote_at else "No reply yet"


def _version(file: CaseFile) -> str:
    case, wrote = file.case, (file.carer_wrote_at, file.worker_wrote_at)
    seen = (case.state, file.owner, case.reason, file.requested_at, *wrote, file.promise.reply_by)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:12]
