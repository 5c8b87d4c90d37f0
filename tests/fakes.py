"""Stand-ins for what the use cases need from outside (alongside.services.ports)."""

import asyncio
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alongside.core.alerts import Failure, NotSent
from alongside.core.conversations import Choice, ShownSource
from alongside.core.directory import LONDON
from alongside.core.errors import AssistantFailed
from alongside.core.release_checks import Reached
from alongside.services.ports import AssistantReply, Said, Understood

ANSWER = Said(
    response="utter_ask_visiting/children",
    text=(
        "Yes, children can often visit. Ask the ward first, because they plan it with you.\n\n"
        "Tell them:\n- who is coming and how old they are\n- which day suits you\n\nRing the ward before you set off."
    ),
    choices=(
        Choice("What will happen on my first visit?", "/ask_visiting/first_visit"),
        Choice("Something else", "/something_else"),
    ),
    sources=(ShownSource("Visiting someone in hospital, NHS", "https://www.nhs.uk/", "2026-11-21"),),
)


class FakeVault:
    """Seals so that a test can see it: what is sealed reads backwards."""

    def seal(self, text: str) -> str:
        return f"sealed:{text[::-1]}"

    def open(self, sealed: str) -> str:
        return sealed.removeprefix("sealed:")[::-1]


class FakeAlerter:
    """Keeps what it was to send, as address and text. ``failing`` holds the addresses that refuse."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.mails: list[tuple[str, str, str]] = []
        self.failing: set[str] = set()

    def label(self, address: str) -> str:
        return address.partition(":")[0]

    async def send(self, address: str, *, title: str, text: str) -> None:
        if address in self.failing:
            raise NotSent(Failure.REFUSED)
        self.sent.append((address, text))

    async def mail(self, to: str, *, title: str, text: str) -> None:
        if to in self.failing:
            raise NotSent(Failure.REFUSED)
        self.mails.append((to, title, text))


class Readiness(Enum):
    """What the health check asks of an assistant."""

    READY = "ready"


class FakeAssistant:
    """Answers at once with an approved-looking answer. ``replies`` gives texts and choices answers of their own.

    ``hold()`` makes turns wait until ``release_held()``; ``failing`` makes them fail the way a dead process does.
    """

    release: int | None = 7
    state = Readiness.READY

    def __init__(self) -> None:
        self.replies: dict[str, Said] = {}
        self.asked: list[str] = []
        self.failing = False
        self._free = asyncio.Event()
        self._free.set()

    def hold(self) -> None:
        self._free.clear()

    def release_held(self) -> None:
        self._free.set()

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
        await self._free.wait()
        if self.failing:
            raise AssistantFailed("The assistant does not answer (a test made it fail).")
        asked = choice or text or ""
        self.asked.append(asked)
        said = self.replies.get(asked, ANSWER)
        answer = said.response.removeprefix("utter_ask_") if said.response else None
        return AssistantReply(
            messages=(said,),
            understood=Understood(intent="ask_visiting", answer=answer, confidence=0.97),
            slots=slots,
            state={"turns": len(self.asked)},
        )

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        if self.failing:
            raise AssistantFailed("not reachable")
        return [Reached("nlu_fallback", 0.3) for _ in texts]


class WordVectors:
    """Stands where the sentence encoder is: texts are alike by the words they share, from four letters on."""

    dimensions = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in {"?", *(word for word in text.casefold().split() if len(word) > 3)}:
                vector[zlib.crc32(word.encode()) % self.dimensions] = 1
            vector /= np.linalg.norm(vector)
        return vectors


NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday morning."""

VISITING = Choice(title="Can I bring a child to visit?", payload="/ask_visiting/bring_children")


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(LONDON).date()

    def move(self, by: timedelta) -> None:
        self._now += by


@dataclass(frozen=True)
class Asked:
    """What the assistant was handed for one turn."""

    conversation: str
    message_id: str
    text: str | None
    choice: str | None
    slots: dict[str, Any]
    state: dict[str, Any] | None


def reply(
    *texts: str,
    response: str | None = "utter_ask_visiting/first_visit",
    answer: str | None = "visiting/first_visit",
    choices: tuple[Choice, ...] = (VISITING,),
    slots: Mapping[str, Any] | None = None,
    state: dict[str, Any] | None = None,
) -> AssistantReply:
    """Build what an assistant says: one approved answer, unless told otherwise."""
    return AssistantReply(
        messages=tuple(
            Said(
                response=response,
                text=text,
                choices=choices,
                sources=(ShownSource(title="A source", url="https://example.org/page", checked_on="2026-11-01"),),
            )
            for text in texts
        ),
        understood=Understood(
            intent=f"ask_{answer.split('/')[0]}" if answer else "nlu_fallback",
            answer=answer,
            confidence=0.9,
            ranking=((answer, 0.9),) if answer else (),
        ),
        slots=slots or {},
        state=state or {},
    )


class CountingAssistant:
    """Answers "You said: ..." and counts the turns in its state, so that a lost, doubled or reordered turn shows.

    ``answer`` takes over what is said: it gets what was asked and returns a reply or raises. Between ``hold`` and ``let_go``
    every turn waits; ``busiest`` is how many were ever under way at once, over all and in one conversation.
    """

    def __init__(self, answer: Callable[[Asked], AssistantReply] | None = None) -> None:
        self.answer = answer or self.count
        self.release: int | None = 1
        self.state = Readiness.READY
        self.asked: list[Asked] = []
        self.busiest = 0
        self.busiest_in_one = 0
        self._under_way: list[str] = []
        self._gate = asyncio.Event()
        self._gate.set()
        self._arrived = asyncio.Event()

    @staticmethod
    def count(asked: Asked) -> AssistantReply:
        turns = (asked.state or {}).get("turns", 0) + 1
        return reply(f"You said: {asked.text or asked.choice} ({turns})", state={"turns": turns})

    def hold(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    async def reached(self) -> None:
        """Wait until a turn has arrived since the last call of this."""
        await self._arrived.wait()
        self._arrived.clear()

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
        asked = Asked(conversation, message_id, text, choice, dict(slots), state)
        self.asked.append(asked)
        self._under_way.append(conversation)
        self.busiest = max(self.busiest, len(self._under_way))
        self.busiest_in_one = max(self.busiest_in_one, self._under_way.count(conversation))
        self._arrived.set()
        try:
            await asyncio.sleep(0)
            await self._gate.wait()
            return self.answer(asked)
        finally:
            self._under_way.remove(conversation)
