"""The assistants' processes: the live one, and those started beside it to be tried out or to take over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from alongside.adapters.assistant_http import DEADLINE
from alongside.adapters.assistant_process import AssistantProcess, State
from alongside.core.errors import AssistantFailed
from alongside.core.release_checks import Reached
from alongside.core.releases import Release
from alongside.services.ports import Asker, AssistantReply

log = structlog.get_logger()

START_WAIT = 90.0
"""Seconds a release may take to start beside the live one: it takes a tenth of that on an idle machine."""


class ProcessAssistants:
    """One live assistant process, and others beside it. A turn is answered by the process that was live when it began."""

    def __init__(self, make: Callable[[Release], AssistantProcess], release: Release) -> None:
        self._make = make
        self._live = make(release)
        self._leaving: set[asyncio.Task[None]] = set()
        self.start_wait = START_WAIT
        self.drain = DEADLINE + 1.0

    @property
    def release(self) -> int | None:
        return self._live.release

    @property
    def state(self) -> State:
        return self._live.state

    @property
    def pid(self) -> int | None:
        return self._live.pid

    async def start(self) -> None:
        """Begin to start the live one; returns at once."""
        await self._live.start()

    async def wait_ready(self, *, timeout: float | None = None) -> None:
        """Wait until the live one answers. Raises AssistantFailed when that takes longer than ``timeout`` seconds, if given."""
        await self._live.wait_ready(timeout=timeout)

    async def stop(self) -> None:
        """Stop every process and wait until all are gone."""
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await self._live.stop()

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
        """Answer one message; see the port."""
        return await self._live.turn(
            conversation=conversation, message_id=message_id, text=text, choice=choice, slots=slots, state=state
        )

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        """Return what each text reaches in the live release."""
        return await self._live.ask(texts)

    @asynccontextmanager
    async def beside(self, release: Release) -> AsyncIterator[Asker]:
        """Start a release beside the live one; see the port."""
        process = self._make(release)
        await process.start()
        try:
            await process.wait_first_start(timeout=self.start_wait)
            yield process
        finally:
            if process is not self._live:
                await process.stop()

    async def take_over(self, beside: Asker) -> None:
        """Give all new turns to a process that was started beside; see the port."""
        if not isinstance(beside, AssistantProcess) or beside.state is not State.READY:
            raise AssistantFailed("the new release has ended before it could take over")
        old, self._live = self._live, beside
        task = asyncio.create_task(self._let_finish(old))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _let_finish(self, old: AssistantProcess) -> None:
        """Stop a process once the turns it has begun have their answer."""
        try:
            await asyncio.sleep(self.drain)
        finally:
            await old.stop()
            log.info("the earlier assistant has ended", release=old.release)
