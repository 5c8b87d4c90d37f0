"""What a carer tells a worker beforehand: what it is about, how to be reached, what they need, who may hold a copy.

Rule kept: everything is the carer's own choice and may be left out; a case without any of it is as good as another.
"""

from dataclasses import dataclass
from enum import Enum


class Reach(str, Enum):
    """How a carer wants to be reached."""

    CHAT = "chat"
    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"


class Copy(str, Enum):
    """Who may hold a copy of what a carer says to a worker."""

    WORKER = "worker"
    TEAM = "team"
    TEAM_AND_RELATIVE = "team_and_relative"


@dataclass(frozen=True)
class Details:
    """A carer's wishes. ``about`` is a topic's slug; ``address`` is the number, e-mail or postal address that ``reach`` needs.

    ``name`` is what the carer wants to be called; ``needs`` are a language or interpreter, hearing or sight.
    """

    about: str | None = None
    reach: Reach | None = None
    address: str = ""
    good_time: str = ""
    name: str = ""
    needs: str = ""
    copy: Copy | None = None

    @property
    def email(self) -> str:
        """Return where an e-mail may tell that a reply waits; empty unless the carer wants to be reached so."""
        return self.address if self.reach is Reach.EMAIL else ""
