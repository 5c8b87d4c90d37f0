"""A first check for danger, before anything else reads a carer's message.

Fixed phrases, so that it works when everything else is down and anyone can read what it catches. The text is first brought to
one plain spelling; then ordinary phrases that only sound like danger are taken out; then the phrases of danger are looked for.

Three rules kept:
- What is happening or may happen is found; what is told as the past ("before he was sectioned") is not, unless it was just now.
- A question about what staff would do or say is ordinary; the carer's own thoughts never are, however they are asked.
- Every repeat is bounded, so the work grows only in step with the length of the message.

Where to look: ``spelling`` for the plain spelling, ``vocabulary`` for the words that the phrases share, ``harmless`` for what
is left alone, and ``carer``, ``relative``, ``abuse`` and ``others`` for what is found.
"""

import re
from collections.abc import Iterable
from enum import Enum

from alongside.core.safety import abuse, carer, harmless, others, relative

# The two tables are handed on for the tests, which hold every pattern to the third rule.
from alongside.core.safety.spelling import _JOINED as _JOINED
from alongside.core.safety.spelling import _PLAIN as _PLAIN
from alongside.core.safety.spelling import plain as _plain


class Danger(str, Enum):
    """What kind of danger a message speaks of."""

    SELF = "self"
    OTHER = "other"
    ABUSE = "abuse"


def _compile(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_ORDINARY = _compile(harmless.ORDINARY)
_PAST = re.compile(harmless.PAST)
_JUST_NOW = re.compile(harmless.JUST_NOW)
_WHATEVER_WAS_ASKED = _compile(carer.WHATEVER_WAS_ASKED)

# In the order of asking: the carer's own life, the relative's, despair that names nobody, abuse, and all other danger.
# Each with what counts at any time, and with the events that count only when they are not told as the past.
_CHECKS = tuple(
    (danger, _compile(now), _compile(events))
    for danger, now, events in (
        (Danger.SELF, carer.NOW, carer.EVENTS),
        (Danger.OTHER, relative.NOW, relative.EVENTS),
        (Danger.SELF, carer.NAMES_NOBODY, ()),
        (Danger.ABUSE, abuse.NOW, abuse.EVENTS),
        (Danger.OTHER, others.NOW, others.EVENTS),
    )
)


def find_danger(text: str) -> Danger | None:
    """Return the kind of danger a message speaks of, or None. Danger to the carer comes first."""
    plain = _plain(text)
    if any(pattern.search(plain) for pattern in _WHATEVER_WAS_ASKED):
        return Danger.SELF
    for pattern in _ORDINARY:
        # a mark that no gap can cross, so that the words on both sides do not join up into a new phrase
        plain = pattern.sub("~ ", plain)
    current = " . ".join(part for part in plain.split(" . ") if _JUST_NOW.search(part) or not _PAST.search(part))
    current = f". {current} ."
    for danger, now, events in _CHECKS:
        if any(pattern.search(plain) for pattern in now) or any(pattern.search(current) for pattern in events):
            return danger
    return None
