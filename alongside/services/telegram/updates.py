"""Telegram's updates: stored before Telegram is told so, and each handled once, in order within its chat.

Rules kept: an update is committed before its webhook call is answered or the offset moves past it; chats are handled side by
side, a chat's updates one after the other, across processes too; what a crash leaves is taken up again; an update that cannot
be handled is given up with an apology, so that it holds up nobody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from alongside.core.telegram import DELETABLE, Kind
from alongside.services.chores import forever
from alongside.services.ports import Clock
from alongside.services.telegram.api import TelegramApi
from alongside.services.telegram.handler import Handler
from alongside.services.telegram.lease import Leases
from alongside.store import telegram as store
from alongside.store import telegram_deliveries as deliveries
from alongside.store.base import Database

log = structlog.get_logger()

_TRIES = 3
"""Tries until an update is given up."""

_REPEATED_FOR = timedelta(days=7)
"""How long a handled update's number is remembered. Telegram repeats one for a day at most."""

_STORED = Counter(
    "alongside_telegram_updates_total", "Updates from Telegram that were stored, repeats not counted twice", ["kind"]
)


class Updates:
    """Takes updates in and sees to it that each is handled."""

    def __init__(
        self,
        *,
        database: Database,
        telegram: TelegramApi,
        leases: Leases,
        handler: Handler,
        clock: Clock,
        is_counted: bool = True,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._leases = leases
        self._handler = handler
        self._clock = clock
        self._is_counted = is_counted
        self._working: dict[int, asyncio.Task[None]] = {}
        self._called_again: set[int] = set()

    async def take_in(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Store updates, each once, and begin to handle them. When this returns they are safe.

        Each needs an ``update_id``. What is of no interest to us is remembered by its number alone.
        """
        now = self._clock.now()
        read = [(self._telegram.read(payload), payload) for payload in payloads]
        async with self._database.transaction() as session:
            for incoming, payload in read:
                is_wanted = incoming.kind is not Kind.IGNORED and incoming.chat is not None
                await store.add_update(
                    session,
                    self._telegram.bot,
                    incoming.update,
                    chat=incoming.chat if is_wanted else None,
                    payload=dict(payload) if is_wanted else None,
                    at=now,
                )
        for incoming, _ in read:
            if self._is_counted:
                _STORED.labels(incoming.kind.value).inc()
            if incoming.chat is not None and incoming.kind is not Kind.IGNORED:
                self._wake(incoming.chat)

    async def resume(self) -> None:
        """Take up every update that was stored and not handled, by this process or one that died."""
        async with self._database.reading() as session:
            waiting = await store.list_waiting_chats(session, self._telegram.bot)
        for chat in waiting:
            self._wake(chat)

    async def resume_forever(self, *, every: float) -> None:
        """Call resume each ``every`` seconds until cancelled."""
        await forever(self.resume, every=every, failed="waiting updates from Telegram not looked for")

    async def forget(self) -> None:
        """Delete what is of no use any more."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            await deliveries.forget(session, self._telegram.bot, before=now - DELETABLE)
            await store.forget(session, self._telegram.bot, now=now, handled_before=now - _REPEATED_FOR)

    async def forget_forever(self, *, every: float) -> None:
        """Call forget each ``every`` seconds until cancelled."""
        await forever(self.forget, every=every, failed="nothing of Telegram's tidied up")

    async def finish(self) -> None:
        """Wait for the updates under way, so that a shutdown leaves none half handled."""
        while self._working:
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    def _wake(self, chat: int) -> None:
        if chat in self._working:
            self._called_again.add(chat)
            return
        task = asyncio.create_task(self._handle_all(chat))
        self._working[chat] = task
        task.add_done_callback(lambda _: self._rest(chat))

    def _rest(self, chat: int) -> None:
        self._working.pop(chat, None)
        if chat in self._called_again:
            self._called_again.discard(chat)
            self._wake(chat)

    async def _handle_all(self, chat: int) -> None:
        bot = self._telegram.bot
        lease = f"chat:{bot}:{chat}"
        try:
            if await self._leases.hold(lease) is None:
                return
            try:
                while await self._leases.hold(lease) is not None:
                    async with self._database.reading() as session:
                        update = await store.next_update(session, bot, chat)
                    if update is None:
                        return
                    if not await self._handle(chat, update, lease):
                        return
            finally:
                await self._leases.drop(lease)
        except Exception as error:  # the database itself failed: resume() takes the chat up again
            log.error("update from Telegram not handled", kind=type(error).__name__)

    async def _handle(self, chat: int, update: store.StoredUpdate, lease: str) -> bool:
        """Handle one update; False when it is to be tried again later."""
        incoming = self._telegram.read(update.payload)
        try:
            await self._handler.handle(incoming, received_at=update.received_at, keep=lambda: self._leases.hold(lease))
        except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
            # The database is away or too busy: that says nothing against the update, so it is tried for as long as it takes.
            log.warning("update from Telegram put off", update=update.id, kind=type(error).__name__)
            return False
        except Exception as error:
            log.error("update from Telegram failed", update=update.id, what=incoming.kind.value, kind=type(error).__name__)
            if update.attempts + 1 >= _TRIES:
                await self._handler.give_up(chat, update.id)
                return True
            async with self._database.transaction() as session:
                await store.count_attempt(session, self._telegram.bot, update.id)
            return False
        return True
