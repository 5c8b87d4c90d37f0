"""Reminds those who look after answers, safety replies and facts before they are due to be checked again.

Rules kept: one message for all that is due; each is reminded of once at each stage, however many processes look; by day only.
"""

from alongside.core.alerts import Kind
from alongside.core.directory import LONDON
from alongside.core.library import Entry
from alongside.core.reviews import stage_of, whom_to_remind
from alongside.services.alerts import Alerts
from alongside.services.chores import forever
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Clock
from alongside.store import accounts as accounts_store
from alongside.store import reminders as store
from alongside.store.base import Database

_DAYTIME = range(9, 17)
"""The hours in which reminders are sent: none of them is worth waking somebody."""


class Reviews:
    """Looks at what is live."""

    def __init__(self, *, database: Database, live: LiveLibrary, alerts: Alerts, clock: Clock) -> None:
        self._database = database
        self._live = live
        self._alerts = alerts
        self._clock = clock

    async def remind(self) -> None:
        """Remind of what has come to a stage since the last look."""
        if self._clock.now().astimezone(LONDON).hour not in _DAYTIME:
            return
        today = self._clock.today()
        due: dict[store.Reminder, Entry] = {}
        for key, entry in self._live.library:
            stage = stage_of(entry, today)
            if stage is not None and entry.review_on is not None:
                due[store.Reminder(key, entry.review_on, stage)] = entry
        async with self._database.reading() as session:
            known = await store.list_known(session)
        if not due.keys() - known:
            return
        async with self._database.transaction() as session:
            new = await store.add(session, due.keys() - known)
            accounts = await accounts_store.list_all(session)
            told: dict[str, Kind] = {}
            for reminder in new:
                kind = Kind.REVIEW if reminder.days else Kind.REVIEW_DUE
                for account in whom_to_remind(due[reminder], accounts):
                    if told.get(account.id) is not Kind.REVIEW_DUE:
                        told[account.id] = kind
            for account_id, kind in told.items():
                await self._alerts.raise_in(session, account_id, kind)

    async def remind_forever(self, *, every: float) -> None:
        """Call remind each ``every`` seconds until cancelled."""
        await forever(self.remind, every=every, failed="reminders not looked after")
