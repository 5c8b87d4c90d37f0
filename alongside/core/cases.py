"""What is kept around a case: when things happened to it, what was promised, and a short summary of what the bot did.

Rule kept: an event never holds a carer's words, so that a case's history can be shown and counted without them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from alongside.core.asking import FORM
from alongside.core.conversations import Author, Message
from alongside.core.details import Details
from alongside.core.handover import Actor, Case, Move, State
from alongside.core.promise import Promise

REOPENS_WITHIN = timedelta(days=30)
"""A carer who writes within a month of a closed case means it; later it is a new matter, and the bot is the quicker answer."""

UNTOLD = "untold"
"""In an event's details: the promise it tells of is one that workers are held to, and the carer was told no time."""

WRITES_FIRST = "writes_first"
"""In an event's details, as why it was claimed: a worker took it up from the bot, to write to the carer first."""

_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", "other_language", "no_words"})


class Happened(str, Enum):
    """What a case's log tells of beside its moves: the moves' own names are used for those."""

    REPLIED = "replied"
    NOTED = "noted"
    PROMISED = "promised"
    WARNED = "warned"
    SERVICE_NAMED = "service_named"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DETAILS_SENT = "details_sent"
    CHECK_PLANNED = "check_planned"
    CHECK_DONE = "check_done"
    CHECK_DROPPED = "check_dropped"
    CHECK_MOVED = "check_moved"


@dataclass(frozen=True)
class CaseFile:
    """A case with its conversation, its service, its promise and its times.

    ``carer_wrote_at`` is when the carer last wrote; nothing is known of it once a worker has taken the case up from the bot.
    """

    case: Case
    conversation: str
    service: str | None
    promise: Promise
    requested_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    carer_wrote_at: datetime | None = None
    worker_wrote_at: datetime | None = None
    details: Details | None = None

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def owner(self) -> str | None:
        return self.case.owner

    @property
    def is_current(self) -> bool:
        """Say whether it still decides who speaks: open, or closed by a worker who gets it back when the carer writes."""
        return self.case.state is not State.CLOSED or self.case.owner is not None

    @property
    def needs_reply(self) -> bool:
        """Say whether the carer has written since a worker last did."""
        if self.carer_wrote_at is None or self.case.state is not State.WITH_WORKER:
            return False
        return self.worker_wrote_at is None or self.worker_wrote_at < self.carer_wrote_at

    @property
    def is_to_answer(self) -> bool:
        """Say whether who has it should write now: the carer wrote last, or they have not written since it became theirs."""
        if self.case.state is not State.WITH_WORKER:
            return False
        is_new = self.worker_wrote_at is None or (self.claimed_at is not None and self.worker_wrote_at < self.claimed_at)
        return is_new or self.needs_reply

    @property
    def is_owed(self) -> bool:
        """Say whether a reply was promised and no worker has written since."""
        if self.promise.reply_by is None:
            return False
        return self.worker_wrote_at is None or self.worker_wrote_at < self.promise.made_at


@dataclass(frozen=True)
class CaseEvent:
    """One line of a case's log. ``what`` is the name of a move or of something else that happened."""

    at: datetime
    what: str
    by: Actor
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """What workers write for each other; no carer sees it."""

    id: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class Counted:
    """Something that was said, and how many times."""

    text: str
    times: int = 1


@dataclass(frozen=True)
class Summary:
    """What the carer and the bot said to each other since a worker last wrote and before the next one did, as facts.

    ``last_asked`` is what the carer wrote last, ``asked`` what they wrote before it, the newest first; ``answers`` are the titles
    of the answers given.
    """

    last_asked: str | None
    asked: tuple[Counted, ...]
    answers: tuple[Counted, ...]
    not_understood: tuple[Counted, ...]
    chosen: tuple[Counted, ...]
    dangers: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.last_asked or self.answers or self.chosen or self.dangers)


def left_bot_at(file: CaseFile, events: Iterable[CaseEvent]) -> datetime | None:
    """Return when the bot last had to let go: a person was asked for, or a worker took it up; None while the bot has it."""
    if file.case.state is State.BOT:
        return None
    claims = (event for event in events if event.what == Move.CLAIM.value)
    return max([file.requested_at, *(event.at for event in claims if event.details.get("because") == WRITES_FIRST)])


def place_after_worker(thread: Sequence[Message], before: datetime | None) -> int:
    """Return the place in a thread after a worker's last words before a moment; 0 when it holds none."""
    places = (
        place
        for place, message in enumerate(thread, start=1)
        if message.author is Author.WORKER and (before is None or message.at < before)
    )
    return max(places, default=0)


def summarise(
    thread: Iterable[tuple[Message, Mapping[str, Any] | None]], titles: Mapping[tuple[int, str], str] | None = None
) -> Summary:
    """Sum up a thread, each message with what the assistant understood of it, up to the first words of a worker.

    A danger is told of to the end: what is said to a worker is as grave as what was said to the bot. ``titles`` are those of
    answers, by release and key; an answer without one is said by its key.
    """
    asked: list[str] = []
    answers: list[str] = []
    not_understood: list[str] = []
    chosen: list[str] = []
    dangers: list[str] = []
    is_with_bot = True
    for message, understood in thread:
        if message.safety:
            dangers.append(message.safety)
        is_with_bot = is_with_bot and message.author is not Author.WORKER
        if not is_with_bot:
            continue
        if message.author is Author.CARER and understood and understood["intent"] == FORM:
            continue  # answers to the asking form: a worker sees those that were sent, in one place
        if message.author is Author.CARER and message.choice:
            chosen.append(message.text)
        elif message.author is Author.CARER:
            asked.append(message.text)
            if understood and understood["intent"] in _NOT_UNDERSTOOD:
                not_understood.append(message.text)
        if message.answer:
            title = (titles or {}).get((message.release or 0, message.answer))
            answers.append(title or message.answer.replace("_", " ").replace("/", ": "))
    last_asked = asked[-1] if asked else None
    return Summary(
        last_asked=last_asked,
        asked=_counted(text for text in reversed(asked) if text != last_asked),
        answers=_counted(answers),
        not_understood=_counted(not_understood),
        chosen=_counted(chosen),
        dangers=tuple(dict.fromkeys(dangers)),
    )


def _counted(texts: Iterable[str]) -> tuple[Counted, ...]:
    return tuple(Counted(text, times) for text, times in Counter(texts).items())
