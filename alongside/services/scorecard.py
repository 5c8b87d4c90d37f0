"""The scorecard: how well the bot answers, for those who look after the answers and those who lead."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from alongside.core.answers import TOPICS
from alongside.core.asked import ASKED_BACK, OUT_OF_SCOPE
from alongside.core.conversations import TALK_TO_PERSON
from alongside.core.figures import WEEK
from alongside.core.scorecard import Counted, Outcome, Scorecard, score
from alongside.services.evaluation import LOOKUP_TOPICS
from alongside.services.figures import midnight, whole_weeks
from alongside.services.ports import Clock
from alongside.store import scorecard as store
from alongside.store.base import Database


@dataclass(frozen=True)
class Scored:
    """The scorecard of whole weeks, the first and the last day included."""

    first: date
    last: date
    card: Scorecard


class Scorecards:
    """The use case of whoever wants to know how well the bot answers."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def score(self, *, first: date | None = None, last: date | None = None) -> Scored:
        """Return the scorecard of a period, made longer to whole weeks; of the last four weeks without one.

        Raises InvalidInput when the period ends before it begins, or is too long.
        """
        monday, sunday = whole_weeks(self._clock.today(), first, last)
        since, until = midnight(monday), midnight(sunday + timedelta(days=1))
        counted: list[Counted] = []
        async with self._database.reading() as session:
            async for portion in store.read_questions(session, since=since, until=until):
                counted += [each for message in portion for each in _outcomes(message)]
            for at, key, helpful in await store.list_feedback(session, since=since, until=until):
                counted.append(Counted(at, Outcome.HELPFUL if helpful else Outcome.NOT_HELPFUL, key.split("/")[0]))
        weeks = [monday + WEEK * number for number in range((sunday - monday) // WEEK + 1)]
        return Scored(monday, sunday, await asyncio.to_thread(score, counted, weeks=weeks, topics=TOPICS))


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
