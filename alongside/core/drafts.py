"""Drafts: what maintainers are writing. One draft an answer, shared by everybody, in revisions so that nothing is lost."""

from dataclasses import dataclass
from datetime import datetime

from alongside.core.library import Entry
from alongside.core.releases import Person


@dataclass(frozen=True)
class Draft:
    """``content`` is None when the answer is to be taken out. ``base`` is what was live when the draft was begun, if anything.

    ``authors`` are the accounts that changed it, ``names`` what they were called, the first one first.
    """

    key: str
    revision: int
    content: Entry | None
    base: Entry | None
    by: Person
    changed_at: datetime
    authors: frozenset[str]
    names: tuple[str, ...] = ()
