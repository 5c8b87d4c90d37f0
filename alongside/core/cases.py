"""What is kept around a case: when things happened to it, what was promised, and a short summary of what the bot did.

Rule kept: an event never holds a carer's words, so that a case's history can be shown and counted without them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from alongside.core.conversations import Author, Message
from alongside.core.handover import Actor, Case, State
from alongside.core.promise import Promise

REOPENS_WITHIN = timedelta(days=30)
"""A carer who writes within a month of a closed case means it; later it is a new matter, and the bot is the quicker answer."""

_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", "other_language", "no_words"})


class Happened(str, Enum):
    """What a case's log tells of beside its moves: the moves' own names are used for those."""

    REPLIED = "replied"
    NOTED = "noted"
    PROMISED = "promised"


@dataclass(frozen=True)
class CaseFile:
    """A case with its conversation, its service, its promise and its times."""

    case: Case
    conversation: str
    service: str | None
    promise: Promise
    requested_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    first_reply_at: datetime | None = None
    carer_wrote_at: datetime | None = None
    worker_wrote_at: datetime | None = None

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
class Summary:
    """What the carer and the bot said to each other before a worker read it, as facts."""

    asked: tuple[str, ...]
    answers: tuple[str, ...]
    not_understood: tuple[str, ...]
    chosen: tuple[str, ...]
    dangers: tuple[str, ...]


def summarise(thread: Iterable[tuple[Message, Mapping[str, Any] | None]]) -> Summary:
    """Sum up a thread, each message with what the assistant understood of it, up to the first words of a worker."""
    asked: list[str] = []
    answers: list[str] = []
    not_understood: list[str] = []
    chosen: list[str] = []
    dangers: list[str] = []
    for message, understood in thread:
        if message.author is Author.WORKER:
            break
        if message.author is Author.CARER and message.choice:
            chosen.append(message.text)
        elif message.author is Author.CARER:
            asked.append(message.text)
            if understood and understood["intent"] in _NOT_UNDERSTOOD:
                not_understood.append(message.text)
        if message.answer:
            answers.append(message.answer)
        if message.safety:
            dangers.append(message.safety)
    return Summary(
        *(tuple(dict.fromkeys(found)) for found in (asked, answers, not_understood, chosen, dangers)),
    )
