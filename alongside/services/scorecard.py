"""The scorecard: how well the bot answers, for those who look after the answers and those who lead."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alongside.core import blocks
from alongside.core.answers import TOPICS
from alongside.core.asked import ASKED_BACK, OUT_OF_SCOPE
from alongside.core.blocks import Block
from alongside.core.conversations import TALK_TO_PERSON
from alongside.core.figures import WEEK
from alongside.core.scorecard import Counted, Outcome, Scorecard, score
from alongside.services.evaluation import LOOKUP_TOPICS
from alongside.services.figures import midnight
from alongside.services.ports import Clock
from alongside.store import scorecard as store
from alongside.store.base import Database


@dataclass(frozen=True)
class Scored:
    """The scorecard of a block, or of its weeks so far, and of the block before."""

    block: Block
    is_over: bool
    card: Scorecard
    before: Scorecard


class Scorecards:
    """The use case of whoever wants to know how well the bot answers."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def score(self, *, day: date | None = None) -> Scored:
        """Return the scorecard of the four weeks a day is in; of those that run without one.

        Raises InvalidInput when those are still to come.
        """
        today = self._clock.today()
        block = blocks.choose(day, today=today)
        card, before = await self._count(block.weeks(today)), await self._count(block.before.weeks(today))
        return Scored(block, block.is_over(today), card, before)

    async def _count(self, weeks: list[date]) -> Scorecard:
        since, until = midnight(weeks[0]), midnight(weeks[-1] + WEEK)
        counted: list[Counted] = []
        async with self._database.reading() as session:
            async for portion in store.read_questions(session, since=since, until=until):
                counted += [each for message in portion for each in _outcomes(message)]
            for at, key, helpful in await store.list_feedback(session, since=since, until=until):
                counted.append(Counted(at, Outcome.HELPFUL if helpful else Outcome.NOT_HELPFUL, key.split("/")[0]))
        return await asyncio.to_thread(score, counted, weeks=weeks, topics=TOPICS)


def _outcomes(message: store.Understood) -> Iterator[Counted]:
    """Yield what a message counts as: one thing at most; small talk, buttons that lead on and forms count as nothing."""
    nearest = message.nearest.split("/")[0] if message.nearest else None
    if (message.choice or "").startswith(TALK_TO_PERSON) or message.intent == TALK_TO_PERSON.removeprefix("/"):
        yield Counted(message.at, Outcome.PERSON)
    elif message.answer:
        yield Counted(message.at, Outcome.ANSWERED, message.answer.split("/")[0])
    elif message.intent in LOOKUP_TOPICS:
        yield Counted(message.at, Outcome.ANSWERED, LOOKUP_TOPICS[message.intent])
    elif message.intent == ASKED_BACK:
        yield Counted(message.at, Outcome.ASKED_BACK, nearest)
    elif message.intent == OUT_OF_SCOPE:
        yield Counted(message.at, Outcome.REFUSED, nearest)
