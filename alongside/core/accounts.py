"""The accounts of those who sign in: workers, leads, maintainers, administrators; their passwords, and slowing down guesses.

Rules kept: a password is long and does not hold what everybody knows of its owner, and nothing else is asked of it; guessing
gets slower and slower, but nobody is locked out for ever, and nobody's guesses keep another out for long.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from alongside.core.errors import InvalidInput

MIN_PASSWORD = 12
"""Characters. Length is what makes guessing hopeless; other rules only make passwords worse."""

MAX_NAME = 80
"""Characters; what a carer's thread keeps of a worker's name."""

SESSION = timedelta(hours=12)
"""The longest a sign-in lasts: a working day."""

IDLE = timedelta(hours=4)
"""A sign-in that is not used for so long ends: a ward's computer has many hands."""

LINK = timedelta(hours=24)
"""How long a one-time link to choose a password is good."""

FORGOTTEN_AFTER = timedelta(days=1)
"""Wrong passwords count until there was none for so long."""

HALVED_EVERY = timedelta(hours=1)
"""How fast wrong passwords fade until then, so that the typing mistakes of a week do not add up."""

_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,185}")
_KNOWN_PART = 3
"""Letters a part of a name must have before a password is refused for it: shorter ones are in ordinary words."""


class AccountRole(str, Enum):
    """What an account is for."""

    WORKER = "worker"
    LEAD = "lead"
    MAINTAINER = "maintainer"
    ADMIN = "admin"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. ``worker`` is the directory's code when they are named there.

    ``services`` are the codes of what they serve; who serves a unit serves its wards. ``covers`` are those of the people they
    are the named cover for. ``served`` are those that anybody who can have cases serves or covers; None when that is not known.
    """

    id: str
    email: str
    name: str
    role: AccountRole
    services: frozenset[str]
    created_at: datetime
    worker: str | None = None
    disabled_at: datetime | None = None
    covers: frozenset[str] = frozenset()
    served: frozenset[str] | None = field(default=None, compare=False)

    @property
    def first_name(self) -> str:
        """What a carer is told; never the e-mail address."""
        return self.name.split()[0]

    @property
    def reaches(self) -> frozenset[str]:
        """The services whose cases are the account's to see: those it serves and those it covers."""
        return self.services | self.covers

    def sees(self, service: str | None) -> bool:
        """Say whether the account sees the cases of a service: its own, and once it has one, those that are nobody's.

        A carer who named no ward, or one that nobody serves, must be seen by somebody.
        """
        is_nobodys = service is None or (self.served is not None and service not in self.served)
        return service in self.reaches or (is_nobodys and bool(self.reaches))


@dataclass(frozen=True)
class Slowdown:
    """How wrong passwords slow the next try: ``free`` of them cost nothing, then the pause doubles up to ``longest``."""

    free: int
    longest: timedelta

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after the last wrong password."""
        if failures < self.free:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=1 << min(failures - self.free, 20)))


BY_PLACE = Slowdown(free=5, longest=timedelta(minutes=5))
"""Guesses at one account from one network address, or from one browser that has signed in as it before.

Slow enough to make guessing hopeless. Who guesses elsewhere is slowed down elsewhere, and cannot keep a worker from a carer.
"""

BY_ACCOUNT = Slowdown(free=50, longest=timedelta(minutes=5))
"""Guesses at one account from wherever they come: so many addresses are hardly more use to a guesser than a few.

No browser is held up by it that has signed in as this account before.
"""

BY_ADDRESS = Slowdown(free=50, longest=timedelta(minutes=1))
"""A whole hospital may share one address, so more mistakes cost nothing there."""

BY_CODE = Slowdown(free=5, longest=timedelta(minutes=5))
"""Guesses at the code of one account from wherever they come: a code is short, and whoever guesses has the password."""


def faded(failures: int, since: timedelta) -> int:
    """Return how many of the wrong passwords still count, so long after the last one."""
    if since >= FORGOTTEN_AFTER:
        return 0
    # Rounded up, so that quick guesses one after the other all count; a clock that was put back makes them no more.
    return math.ceil(failures * math.pow(0.5, max(0.0, since / HALVED_EVERY)))


def clean_email(email: str) -> str:
    """Return an e-mail address in the one spelling that is stored. Raises InvalidInput when it is none."""
    cleaned = unicodedata.normalize("NFC", email).strip().casefold()
    if not _EMAIL.fullmatch(cleaned):
        raise InvalidInput("That is not an e-mail address. Write it like name@example.org.")
    return cleaned


def clean_name(name: str) -> str:
    """Return a name with single spaces. Raises InvalidInput when it is empty, too long or not in letters."""
    cleaned = unicodedata.normalize("NFC", " ".join(name.split()))
    if not cleaned or len(cleaned) > MAX_NAME or not cleaned.isprintable():
        raise InvalidInput(f"The name has {len(cleaned)} characters. Write the name carers know, in 1 to {MAX_NAME} characters.")
    return cleaned


def clean_password(password: str) -> str:
    """Return a password in one spelling, so that an é from any keyboard is the same é."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, *, email: str, name: str) -> str:
    """Return a new password, cleaned. Raises InvalidInput when it is too short or holds the e-mail address or the name."""
    cleaned = clean_password(password)
    if len(cleaned) < MIN_PASSWORD:
        raise InvalidInput(
            f"The password has {len(cleaned)} characters. Choose one of at least {MIN_PASSWORD}: three words that do not belong "
            "together are easy to remember."
        )
    known = {email, email.partition("@")[0], name.casefold(), *re.split(r"\W+", name.casefold())}
    if any(part in cleaned.casefold() for part in known if len(part) >= _KNOWN_PART):
        raise InvalidInput("The password holds your name or your e-mail address, which others know. Choose one without them.")
    return cleaned
