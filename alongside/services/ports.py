"""What the use cases need from outside. Real parts are in alongside.adapters, fakes in tests/fakes.py; wiring joins them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from alongside.core.conversations import Choice, ShownSource
from alongside.core.release_checks import Reached
from alongside.core.releases import Release
from alongside.core.rota import Calendar


class Clock(Protocol):
    """Tells the time, so that tests can."""

    def now(self) -> datetime:
        """Return the present moment, aware."""

    def today(self) -> date:
        """Return today's date in the United Kingdom."""


class Vault(Protocol):
    """Seals what is stored and must not lie open in the database."""

    def seal(self, text: str) -> str:
        """Return the text so that only ``open`` reads it."""

    def open(self, sealed: str) -> str:
        """Return what was sealed."""


class Alerter(Protocol):
    """Sends a few words to somebody away from this app, by e-mail or whatever service an address names."""

    def label(self, address: str) -> str:
        """Say which address it is, without what opens it. Raises InvalidInput when nothing could ever be sent there."""

    async def send(self, address: str, *, title: str, text: str) -> None:
        """Send it, or raise NotSent within the time limit; addresses that hang do not hold up others."""

    async def mail(self, to: str, *, title: str, text: str) -> None:
        """Send it by the operator's own mail server, or raise NotSent."""


class BankHolidays(Protocol):
    """Knows the days on which a nation's offices are closed."""

    def from_year(self, year: int) -> Calendar:
        """Return each nation's bank holidays of this year and those after it, as far as a rota looks ahead."""


@dataclass(frozen=True)
class Said:
    """One message the assistant wants said. Marks of facts ({fact_...}) are still in the text."""

    response: str | None
    text: str
    choices: tuple[Choice, ...] = ()
    sources: tuple[ShownSource, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What the assistant made of a carer's message. ``answer`` is topic/name when it was one of the approved answers."""

    intent: str
    answer: str | None
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class AssistantReply:
    """One whole turn: what to say, why, and the memory to hand back next time."""

    messages: tuple[Said, ...]
    understood: Understood
    slots: Mapping[str, Any]
    state: dict[str, Any] = field(repr=False)
    release: int | None = None
    """The release that answered: another one may have taken over by the time the reply is stored."""


class Assistant(Protocol):
    """The Rasa model: given the conversation so far and this message, what should the bot say?"""

    @property
    def release(self) -> int | None:
        """The number of the release it serves."""

    async def turn(
        self,
        *,
        conversation: str,
        message_id: str,
        text: str | None,
        choice: str | None,
        slots: Mapping[str, Any],
        state: dict[str, Any] | None,
    ) -> AssistantReply:
        """Answer one message. Raises AssistantFailed when there is no usable answer in time; never answers with nothing."""


class Asker(Protocol):
    """A started assistant that can be asked what a question would reach, without a conversation."""

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        """Return what each text reaches. Raises AssistantFailed when it does not answer."""


class Vectors(Protocol):
    """Turns sentences into vectors of length one; the nearer two are, the more alike is what they mean."""

    @property
    def dimensions(self) -> int:
        """How long a vector is."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text, in order. It blocks. Raises EncoderError when the encoder is not built."""


class Assistants(Assistant, Asker, Protocol):
    """The live assistant, and others beside it. A carer's turn is answered by one of them from beginning to end."""

    def beside(self, release: Release) -> AbstractAsyncContextManager[Asker]:
        """Start a release beside the live one, and stop it at the end of the block unless it has taken over.

        Raises AssistantFailed when it does not start: its model is broken, or it takes too long.
        """

    async def take_over(self, beside: Asker) -> None:
        """Give all new turns to one that was started beside; the old one ends when its last turn has."""


class Announcer(Protocol):
    """Tells open pages that a conversation has changed. It carries ids, never texts; what is missed is fetched."""

    def announce(self, conversation: str, kind: str) -> None:
        """Wake everybody who listens to this conversation.

        ``kind`` is what happened: ``message``, ``thinking``, ``changed`` (one was corrected or withdrawn), ``seen`` (it is known
        how far messages have come) or ``typing``.
        """

    def listen(self, conversation: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Yield the kinds announced for one conversation from now on; ``tick`` when nothing came for a while."""
