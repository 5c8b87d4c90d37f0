"""How fast a bot may speak: Telegram takes about one message a second in a chat, and thirty a second over all."""

import asyncio

PER_CHAT = 1.0
OVERALL = 1 / 30
"""Seconds between two messages."""

_REMEMBERED = 5_000


class Pace:
    """Lets what is sent wait its turn. Kept in memory: a start forgets a second's wait, and Telegram says so if it minds."""

    def __init__(self, *, per_chat: float = PER_CHAT, overall: float = OVERALL) -> None:
        self._per_chat = per_chat
        self._overall = overall
        self._next = 0.0
        self._next_in: dict[int, float] = {}

    async def wait(self, chat: int) -> None:
        """Wait until a chat may be sent something; whoever comes next waits for what follows."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next_in.get(chat, 0.0) - loop.time()))
        at = max(loop.time(), self._next)
        self._next = at + self._overall
        self._next_in[chat] = at + self._per_chat
        if len(self._next_in) > _REMEMBERED:
            self._next_in = {name: then for name, then in self._next_in.items() if then > loop.time()}
        await asyncio.sleep(max(0.0, at - loop.time()))
