"""Carers' own questions of the last weeks, to see what a new release would do to them.

Rules kept: they are masked before they leave this module; the checks of a release keep the ids of their messages, never their
words, so that what a carer erases is gone from there too.
"""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from alongside.core.answers import normalise_sentence
from alongside.core.release_checks import Kind, Question
from alongside.services.asked import Asked
from alongside.services.ports import Clock
from alongside.store import asked as store
from alongside.store.base import Database

SINCE = timedelta(days=30)

MOST = 300
"""Questions asked of a release: the newest. More of them say little more, and carers wait while the live release is asked."""


class RecentQuestions:
    """Returns questions, and the words of those that are still there."""

    def __init__(self, *, database: Database, asked: Asked, clock: Clock) -> None:
        self._database = database
        self._asked = asked
        self._clock = clock

    async def list_all(self) -> list[Question]:
        """Return the newest questions in carers' own words, each once, masked."""
        async with self._database.reading() as session:
            ids = await store.list_recent(session, since=self._clock.now() - SINCE, limit=MOST)
        found: dict[str, Question] = {}
        for id_, text in (await self.shown(ids)).items():
            found.setdefault(normalise_sentence(text), Question(text, Kind.RECENT, ref=id_))
        return list(found.values())

    async def shown(self, ids: Collection[str]) -> dict[str, str]:
        """Return the masked words of questions, by id; those that carers have erased are left out."""
        async with self._database.reading() as session:
            words = await store.get_words(session, ids)
        identity = await self._asked.masking()
        return await asyncio.to_thread(lambda: {id_: identity.mask(words[id_]) for id_ in ids if id_ in words})
