"""One case's page: what it shows of the thread, and what its reader can do with the case now."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseEvent, CaseFile, place_after_worker
from alongside.core.conversations import Author, Message, Version
from alongside.core.delivery import Delivery
from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.files import OPENED, SentFile
from alongside.core.handover import LEGAL, Move, Role, State
from alongside.core.languages import Language, find_language
from alongside.core.permissions import may
from alongside.services.deliveries import Reached
from alongside.services.handover import Opened
from api.inbox.words import say_correction, say_delivery, say_event, say_moment, say_withdrawal

_MOVES = {
    "claim": Move.CLAIM,
    "transfer": Move.TRANSFER,
    "release": Move.RELEASE,
    "hand_back": Move.HAND_BACK,
    "close": Move.CLOSE,
    "reopen": Move.REOPEN,
}

_LOST = (Delivery.FAILED, Delivery.UNKNOWN)


@dataclass(frozen=True)
class Earlier:
    """Words a message had before, and when they were said."""

    when: str
    text: str


@dataclass(frozen=True)
class FileLink:
    """Where a file that came with a message is opened, and what the link says."""

    address: str
    said: str


@dataclass(frozen=True)
class Behind:
    """What stands behind a thread's messages: their earlier words, what is said of how far they came, and who may change them.

    ``states`` holds a sentence for the worker's message that was seen last, for the newest that was not, for each that has not
    arrived for certain or whose correction has not, and for each that was withdrawn: what the carer sees of it.
    """

    versions: Mapping[str, Sequence[Version]]
    states: Mapping[str, str]
    author: str
    now: datetime
    unreachable: str = ""
    files: Mapping[str, Sequence[FileLink]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Return what is different as soon as a page has to show other states."""
        return hashlib.sha256(repr((sorted(self.states.items()), self.unreachable)).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Line:
    """A message as the page shows it. ``day`` is set on the first message of a day."""

    id: str
    kind: str
    who: str
    text: str
    at: datetime
    time: str
    day: str
    pressed: bool
    safety: bool
    edited: str = ""
    withdrawn: str = ""
    earlier: Sequence[Earlier] = ()
    state: str = ""
    files: Sequence[FileLink] = ()
    can_change: bool = False
    language: Language | None = None


@dataclass(frozen=True)
class LogLine:
    """A line of the case's log."""

    at: datetime
    when: str
    said: str


def can_do(opened: Opened, account: Account) -> frozenset[str]:
    """Return what somebody can do with a case as it stands: allowed to them, and legal now."""
    case = opened.file.case
    role = Role.WORKER if account.role is AccountRole.WORKER else Role.LEAD
    can = set()
    for action, move in _MOVES.items():
        step = LEGAL.get((case.state, move))
        is_others = role is Role.WORKER and case.owner is not None and case.owner != account.id
        if step and role in step.roles and not is_others and may(account, f"inbox.{action}", opened.file):
            can.add(action)
    if case.state is State.WITH_WORKER and may(account, "inbox.reply", opened.file):
        can.add("reply")
    if may(account, "inbox.note", opened.file):
        can.add("note")
    if not opened.colleagues:
        can.discard("transfer")
    return frozenset(can)


def version_of(file: CaseFile) -> str:
    """Return what is different as soon as the page is about another state, worker or promise than the one it shows."""
    seen = (file.case.state, file.owner, file.case.reason, file.claimed_at, file.promise.reply_by)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:12]


def shown_of(opened: Opened, behind: Behind) -> dict[str, object]:
    """Return what a page shows by now: up to which change, which delivery and which message."""
    last = opened.thread[-1].id if opened.thread else ""
    return {"change": opened.conversation.last_change, "delivery": behind.version, "last": last}


@dataclass(frozen=True)
class Folded:
    """A thread in three: up to a worker's last words, with the bot after them, and from what asked for a person on."""

    earlier: Sequence[Message]
    with_bot: Sequence[Message]
    thread: Sequence[Message]

    @property
    def last(self) -> Message | None:
        """The last message that is folded, if any."""
        return next(reversed([*self.earlier, *self.with_bot]), None)


def fold(opened: Opened) -> Folded:
    """Return the thread as its page folds it: who takes the case up reads what is new first."""
    thread, left_bot = list(opened.thread), opened.left_bot_at
    talked = place_after_worker(thread, left_bot)
    if left_bot is None:
        return Folded(thread[:talked], [], thread[talked:])
    later = range(talked, len(thread))
    carers = [place for place in later if thread[place].author is Author.CARER and thread[place].at <= left_bot]
    asked = carers[-1] if carers else talked
    if talked and all(message.author is not Author.BOT for message in thread[talked:asked]):
        return Folded(thread[:asked], [], thread[asked:])  # opened again, with no bot between
    return Folded(thread[:talked], thread[talked:asked], thread[asked:])


def behind(
    thread: Sequence[Message],
    versions: Iterable[Version],
    reached: Reached,
    now: datetime,
    *,
    author: str,
    files: Mapping[str, Sequence[FileLink]],
) -> Behind:
    """Put together what stands behind a thread. ``author`` is the account whose own messages can be changed here, if any."""
    by_message: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        by_message[version.message].append(version)
    sent = [message for message in thread if message.id in reached.states]
    newest = {reached.states[message.id] is Delivery.SEEN: message for message in sent if message.author is Author.WORKER}
    lost = [message for message in sent if reached.states[message.id] in _LOST]
    changes = {message.id: _say_change(message, reached) for message in thread}
    since = reached.unreachable_since
    return Behind(
        versions=by_message,
        states={
            message.id: say_delivery(reached.states[message.id], tells_seen=reached.tells_seen)
            for message in [*newest.values(), *lost]
        }
        | {message_id: said for message_id, said in changes.items() if said},
        author=author,
        now=now,
        unreachable=say_moment(since, now) if since else "",
        files=files,
    )


def file_links(case: CaseFile, message: Message, files: Sequence[SentFile]) -> list[FileLink]:
    """Return a link to each file of a message."""
    what = OPENED.get(message.attached, "file") if message.attached else "file"
    where = f"/inbox/cases/{case.id}/messages/{message.id}/files"
    return [
        FileLink(f"{where}/{file.number}", f"Open the {what}" if len(files) == 1 else f"Open {what} {file.number}")
        for file in files
    ]


def _say_change(message: Message, reached: Reached) -> str:
    change = reached.changes.get(message.id)
    return say_withdrawal(change) if message.withdrawn_at else say_correction(change)


def lines(messages: Sequence[Message], behind: Behind, *, after: Message | None = None) -> Iterator[Line]:
    """Yield messages as the page shows them, below an earlier one if there is one."""
    day = after.at.astimezone(LONDON).date() if after else None
    for message in messages:
        at = message.at.astimezone(LONDON)
        yield Line(
            id=message.id,
            kind=message.author.value,
            who=_who(message),
            text=message.text,
            at=message.at,
            time=say_time(at.time()),
            day=say_date(at.date()) if at.date() != day else "",
            pressed=message.author is Author.CARER and message.choice is not None,
            safety=message.safety is not None,
            edited=say_moment(message.edited_at, behind.now) if message.edited_at else "",
            withdrawn=say_moment(message.withdrawn_at, behind.now) if message.withdrawn_at else "",
            earlier=[Earlier(say_moment(old.at, behind.now), old.text) for old in behind.versions.get(message.id, ())],
            state=behind.states.get(message.id, ""),
            files=behind.files.get(message.id, ()),
            can_change=message.account is not None and message.account == behind.author and message.withdrawn_at is None,
            language=find_language(message.language),
        )
        day = at.date()


def log_lines(events: Sequence[CaseEvent], names: Mapping[str, str], now: datetime) -> list[LogLine]:
    return [LogLine(event.at, say_moment(event.at, now), say_event(event, names, now)) for event in events]


def _who(message: Message) -> str:
    match message.author:
        case Author.CARER:
            return "Carer"
        case Author.BOT:
            return "Bot"
        case Author.WORKER:
            return message.name or "Worker"
        case Author.SYSTEM:
            return "Notice to the carer"
