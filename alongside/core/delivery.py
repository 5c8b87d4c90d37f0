"""How far a message to a carer has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Delivery(str, Enum):
    """How far one message has come. ``UNKNOWN`` may have arrived: it is shown, and never sent again by itself."""

    WAITING = "waiting"
    SENT = "sent"
    SEEN = "seen"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Progress:
    """How far a carer's page has come with a conversation.

    ``seen_position`` is the last message it has shown to the carer, and ``seen_change`` the last correction or withdrawal, of
    which ``last_change`` is the conversation's newest; ``unreachable_since`` is since when its channel has not taken messages.
    """

    seen_position: int = 0
    seen_change: int = 0
    last_change: int = 0
    is_open: bool = False
    unreachable_since: datetime | None = None
