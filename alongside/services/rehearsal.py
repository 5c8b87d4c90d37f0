"""What questions would reach with the drafts, by trying it: the drafts are trained, started beside the live release and asked.

Rules kept: carers notice nothing, one rehearsal goes on at a time, and what was typed is in memory alone, for a while. Nothing is
checked here, and nothing of it can go live.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from alongside.core.errors import NotFound
from alongside.core.release_checks import Reached
from alongside.services.drafts import Drafts
from alongside.services.ports import Assistants
from alongside.services.releases import Models

KEPT = 20
"""Rehearsals whose results can be had; of the older ones they are forgotten."""


@dataclass(frozen=True)
class Rehearsed:
    """The texts of a rehearsal, and what each reaches: None as long as it goes on."""

    texts: Sequence[str]
    reached: Sequence[Reached] | None


class Rehearsal:
    """Use cases on rehearsals. They belong to this process: another one does not know them."""

    def __init__(self, *, drafts: Drafts, models: Models, assistants: Assistants) -> None:
        self._drafts = drafts
        self._models = models
        self._assistants = assistants
        self._one_at_a_time = asyncio.Lock()
        self._known: dict[str, tuple[Sequence[str], asyncio.Task[Sequence[Reached]]]] = {}

    def begin(self, texts: Sequence[str]) -> str:
        """Begin to work out what texts reach with all drafts as they are now; returns the name by which to ask for it."""
        name = uuid.uuid4().hex
        self._known[name] = (texts, asyncio.create_task(self._work_out(texts)))
        for old in list(self._known)[:-KEPT]:
            self._known.pop(old)[1].cancel()
        return name

    async def get(self, name: str) -> Rehearsed:
        """Return a rehearsal as it stands.

        Raises NotFound, ContentError when the drafts cannot be trained, and AssistantFailed when what was trained does not start.
        """
        if name not in self._known:
            raise NotFound("This is not known any more. Try the sentences again.")
        texts, task = self._known[name]
        return Rehearsed(texts, await task if task.done() else None)

    async def _work_out(self, texts: Sequence[str]) -> Sequence[Reached]:
        async with self._one_at_a_time:
            trial = await self._models.trial(await self._drafts.written())
            async with self._assistants.beside(trial) as beside:
                return await beside.ask(texts)
