"""Wakes open pages of this process. Other processes' changes are seen at the next tick, when listeners look for themselves."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LocalAnnouncer:
    """Announcements within one process. Nothing is kept: a listener fetches what it missed from the database."""

    def __init__(self, *, tick: float = 2.0) -> None:
        self._tick = tick
        self._queues: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    def announce(self, conversation: str, kind: str) -> None:
        for queue in self._queues.get(conversation, ()):
            queue.put_nowait(kind)

    @asynccontextmanager
    async def listen(self, conversation: str) -> AsyncIterator[AsyncIterator[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._queues[conversation].add(queue)
        try:
            yield self._kinds(queue)
        finally:
            self._queues[conversation].discard(queue)
            if not self._queues[conversation]:
                del self._queues[conversation]

    async def _kinds(self, queue: "asyncio.Queue[str]") -> AsyncIterator[str]:
        while True:
            try:
                async with asyncio.timeout(self._tick):
                    kind = await queue.get()
            except TimeoutError:
                kind = "tick"
            yield kind
