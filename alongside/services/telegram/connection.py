"""How updates come in: asked for by this app (polling), or delivered to it (webhook).

Rules kept: the offset moves only past what is committed; one process asks at a time; a webhook is set only where it differs;
what is wrong is said in a sentence an operator can act on, never with the token.
"""

import asyncio
from datetime import timedelta

import structlog

from alongside.core.errors import AlongsideError
from alongside.services.ports import Clock
from alongside.services.telegram import api
from alongside.services.telegram.doctor import ELSEWHERE, NO_ADDRESS, SECOND_POLLER, UNKNOWN_BOT, address_of, trouble_of
from alongside.services.telegram.lease import Leases
from alongside.services.telegram.updates import Updates
from alongside.store import telegram as store
from alongside.store.base import Database

log = structlog.get_logger()

COMMANDS = {
    "person": "Talk to a person",
    "help": "What I can do",
    "privacy": "Who can read this, and what is kept",
    "web": "Go on in a web page instead",
    "stop": "I write to you no more",
    "delete": "Delete everything said here, at once",
    "start": "Begin",
}
"""The bot's own menu in Telegram."""

_POLL = 8.0
"""Seconds to wait for updates in one request: well within the lease to ask."""

_TROUBLE = 30.0
"""Seconds until the next try when somebody must mend something first."""

_LONGEST_WAIT = 30.0
"""Seconds until the next try when Telegram cannot be reached."""


class Misconfigured(AlongsideError):
    """Updates cannot come in until somebody has mended what the sentence says."""


class Connection:
    """The way updates come in."""

    def __init__(
        self,
        *,
        database: Database,
        telegram: api.TelegramApi,
        updates: Updates,
        leases: Leases,
        clock: Clock,
        is_webhook: bool,
        public_url: str | None,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._updates = updates
        self._leases = leases
        self._clock = clock
        self._is_webhook = is_webhook
        self._address = address_of(public_url)
        self._username = ""

    @property
    def is_webhook(self) -> bool:
        return self._is_webhook

    async def username(self) -> str:
        """Return the bot's name, asking Telegram for it the first time. Raises TelegramFailed."""
        if not self._username:
            self._username = await self._telegram.username()
        return self._username

    async def link(self, parameter: str = "") -> str:
        """Return the address that opens the bot in Telegram."""
        return f"https://t.me/{await self.username()}" + (f"?start={parameter}" if parameter else "")

    async def run(self) -> None:
        """Set the bot up, and ask for updates if that is the way; until cancelled. Trouble is logged, and tried again."""
        wait = 1.0
        while True:
            try:
                await self.set_up()
                break
            except api.WrongToken:
                log.error(UNKNOWN_BOT)
                await asyncio.sleep(_TROUBLE)
            except Misconfigured as error:
                log.error(str(error))
                await asyncio.sleep(_TROUBLE)
            except Exception as error:
                log.warning("Telegram is not set up yet", kind=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
        log.info("Telegram is connected", mode="webhook" if self._is_webhook else "polling")
        if not self._is_webhook:
            await self._poll()

    async def set_up(self) -> None:
        """Set the menu of commands and the webhook, or remove our own. Raises TelegramFailed or Misconfigured."""
        await self.username()
        await self._telegram.set_commands(COMMANDS)
        now = await self._telegram.webhook()
        if self._is_webhook:
            if self._address is None:
                raise Misconfigured(NO_ADDRESS)
            if now.url != self._address or sorted(now.kinds) != sorted(self._telegram.kinds):
                await self._telegram.set_webhook(self._address)
        elif now.url and now.url != self._address:
            raise Misconfigured(ELSEWHERE)
        elif now.url:
            await self._telegram.remove_webhook()

    async def _poll(self) -> None:
        after: int | None = None
        wait = 1.0
        while True:
            try:
                if await self._leases.hold(f"poll:{self._telegram.bot}") is None:
                    after = None
                    await asyncio.sleep(_POLL)
                    continue
                if found := await self._telegram.updates(after=after, wait=_POLL):
                    await self._updates.take_in(found)
                    after = max(update["update_id"] for update in found)
                wait = 1.0
            except api.SecondPoller:
                log.error(SECOND_POLLER)
                await self._note_second_poller()
                await asyncio.sleep(_TROUBLE)
            except api.WrongToken:
                log.error(UNKNOWN_BOT)
                await asyncio.sleep(_TROUBLE)
            except Exception as error:  # the network or the database is away: nothing is confirmed, so all comes again
                log.warning("no updates from Telegram", kind=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    async def _note_second_poller(self) -> None:
        """Leave a word for the doctor, who could not ask without being a poller too."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            await store.take_lease(
                session, trouble_of(self._telegram.bot), owner="poller", now=now, until=now + timedelta(seconds=2 * _TROUBLE)
            )
