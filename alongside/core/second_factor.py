"""The code from a phone that may be asked for after the password, and the recovery codes for when the phone is gone.

Rules kept: a code opens once, so that one seen over a shoulder is worth nothing; a phone's clock may be a little off, no more.
"""

import base64
import re
import secrets
from datetime import datetime, timedelta

STEP = timedelta(seconds=30)
"""How long one code is shown; what every authenticator app takes for granted."""

DRIFT = 1
"""Steps a phone's clock may be before or behind ours. Each more is one more code that a guess could hit."""

DIGITS = 6

RECOVERY_CODES = 10

TIME_FOR_CODE = timedelta(minutes=10)
"""From the right password until the code: long enough to look for the phone, short enough that the page is not left open."""

_RECOVERY_BYTES = 10
"""80 random bits: far beyond guessing, so that a plain hash of a recovery code is enough."""

_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def open_steps(now: datetime, last_used: int | None) -> range:
    """Return the steps whose codes are good now: those around the present one, later than the last that was used."""
    present = int(now.timestamp()) // int(STEP.total_seconds())
    first = present - DRIFT
    return range(max(first, last_used + 1) if last_used is not None else first, present + DRIFT + 1)


def start_of(step: int) -> int:
    """Return when a step begins, in seconds as Unix counts them."""
    return step * int(STEP.total_seconds())


def clean_code(typed: str) -> str:
    """Return a typed code in the one spelling that is compared: no spaces or hyphens, capital letters."""
    return re.sub(r"[\s-]", "", typed).upper()


def is_phone_code(cleaned: str) -> bool:
    """Say whether this is the form of a code from a phone; everything else can only be a recovery code."""
    return _CODE.fullmatch(cleaned) is not None


def make_recovery_codes() -> list[str]:
    """Return new recovery codes, in groups of four letters and digits that are not easily mixed up."""
    made = (base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES))
    return ["-".join(re.findall(".{4}", code)) for code in made]
