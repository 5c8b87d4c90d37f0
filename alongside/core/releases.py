"""A release: an immutable, numbered set of answers with the trained model that serves it; and its life.

Rules kept: a release is built and checked before anybody approves it; who wrote any of it never approves it where a second person
is asked for; one release is live, and going back is pointing at an earlier one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Release:
    """``content_hash`` is over everything the model was trained from; the model file is refused if its own hash differs."""

    number: int
    content_hash: str
    model_file: str
    model_hash: str
    made_at: datetime


class Stage(str, Enum):
    """Where a release is in its life."""

    BUILDING = "building"
    """Asked for, being trained or being checked."""
    BLOCKED = "blocked"
    """A check says no; its problems say why."""
    FAILED = "failed"
    """It could not be built or started: nobody's words are to blame."""
    WAITING = "waiting"
    """Built and checked; somebody has to say yes."""
    APPROVED = "approved"
    """Somebody said yes; it is being started beside the live one."""
    LIVE = "live"
    PAST = "past"
    """It was live once, and can be again."""
    DROPPED = "dropped"
    """Nobody wants it any more."""


OPEN_STAGES = (Stage.BUILDING, Stage.WAITING, Stage.APPROVED)
"""What is on its way: one at a time, so that nobody approves what another release has just changed."""


class Origin(str, Enum):
    """Where a release's words come from."""

    FILES = "files"
    """The files in ``data/``: a new installation, or a team that works in files alone."""
    STUDIO = "studio"
    """Published by a maintainer."""
    UPGRADE = "upgrade"
    """The live words with a model made anew, because the software or its settings changed."""


class Step(str, Enum):
    """What is being done to a release, for whoever waits; in this order."""

    CHECKING = "checking"
    TRAINING = "training"
    STARTING = "starting"
    ASKING = "asking"
    TAKING_OVER = "taking_over"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as they were called then."""

    id: str
    name: str


class What(str, Enum):
    """What can happen to a release."""

    ASKED = "asked"
    BUILT = "built"
    BLOCKED = "blocked"
    FAILED = "failed"
    APPROVED = "approved"
    GONE_BACK = "gone_back"
    LIVE = "live"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Event:
    """One thing that happened to a release, and who did it; nobody, when the server did."""

    what: What
    at: datetime
    by: Person | None = None
    reason: str = ""


@dataclass(frozen=True)
class Life:
    """What happened to a release, and who did it. ``changes`` are the keys it changed; ``drafts`` their revisions then.

    ``authors`` wrote some of it or asked for it. ``checks`` is what the checks found (alongside.core.release_checks), as stored.
    """

    number: int
    stage: Stage
    origin: Origin
    made_at: datetime
    base: int | None = None
    code_hash: str = ""
    library_hash: str = ""
    reason: str = ""
    by: Person | None = None
    authors: frozenset[str] = frozenset()
    changes: tuple[str, ...] = ()
    drafts: Mapping[str, int] = field(default_factory=dict)
    step: Step | None = None
    problems: tuple[Mapping[str, str], ...] = ()
    checks: Mapping[str, Any] | None = None
    needs_second: bool = True
    approver: Person | None = None
    approved_at: datetime | None = None
    live_at: datetime | None = None
    ended_at: datetime | None = None

    def may_approve(self, account_id: str) -> bool:
        """Say whether somebody may say yes to it."""
        return not self.needs_second or account_id not in self.authors
