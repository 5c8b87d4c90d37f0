"""When somebody is reminded to look at an answer again, and who.

Rules kept: each is reminded of once at each stage; what nobody in particular looks after, everybody who may change it hears of.
"""

from collections.abc import Iterable
from datetime import date

from alongside.core.accounts import Account, AccountRole
from alongside.core.library import Entry

STAGES = (0, 7, 30)
"""Days before the review date at which its owner is reminded; 0 is the day itself, and whatever comes after it."""

_MAINTAIN = (AccountRole.MAINTAINER, AccountRole.ADMIN)


def stage_of(entry: Entry, today: date) -> int | None:
    """Return the stage an entry has come to; None when its review date is far off, or it has none."""
    if entry.review_on is None:
        return None
    left = (entry.review_on - today).days
    return next((stage for stage in STAGES if left <= stage), None)


def whom_to_remind(entry: Entry, accounts: Iterable[Account]) -> list[Account]:
    """Return the maintainer whose name or e-mail address is the entry's owner; else every maintainer and administrator."""
    everybody = [account for account in accounts if account.role in _MAINTAIN and account.disabled_at is None]
    owner = getattr(entry, "owner", "").strip().casefold()
    owners = [account for account in everybody if owner in (account.name.casefold(), account.email.casefold())]
    return owners or everybody
