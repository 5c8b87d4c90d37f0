"""What carers asked and did not get: which questions maintainers are shown, and what became of them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

SINCE = timedelta(days=90)
"""How far back questions are shown."""

NOT_CARERS = ("ask", "evaluate", "heartbeat")
"""Channels on which no carer writes: the command line, measuring, and trying the handover out."""

ASKED_BACK, OUT_OF_SCOPE = "nlu_fallback", "out_of_scope"
"""What the assistant makes of a question that it has no answer to."""

PERSON_WITHIN = 2
"""A carer who asks for a person within so many messages after a question was not helped by what was said to it."""


class Became(str, Enum):
    """What became of a question that brought it here."""

    ASKED_BACK = "asked_back"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_HELPFUL = "not_helpful"
    PERSON = "person"


class How(str, Enum):
    """How a maintainer has seen to questions."""

    DISMISSED = "dismissed"
    ADDED = "added"
    BEGUN = "begun"


@dataclass(frozen=True)
class Question:
    """One question, without its words."""

    id: str
    at: datetime
    edited_at: datetime | None
    became: frozenset[Became]

    @property
    def handle(self) -> str:
        """What a page may name the question by: nobody gets from it to the conversation."""
        return handle_of(self.id)


@dataclass(frozen=True)
class Settled:
    """Questions that a maintainer has seen to in one go; ``newest`` is one of them, ``answer`` what they were added to."""

    batch: str
    how: How
    answer: str | None
    by: str
    at: datetime
    count: int
    newest: str


def handle_of(question: str) -> str:
    return hashlib.sha256(f"asked {question}".encode()).hexdigest()[:16]
