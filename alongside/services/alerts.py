"""Alerting workers away from the inbox: raised with what causes it, sent when it is due, again until it is seen, then to cover.

Rules kept: an alert is stored in the transaction of what it is about, so that neither is there without the other; several
processes send each once; a gateway that is down is tried again and holds up nobody else; no transaction is open while one is
asked.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.alerts import (
    TIMES,
    WHERE,
    WHILE_HERE,
    Alert,
    Failure,
    Kind,
    NotSent,
    State,
    again_at,
    due_at,
    next_after,
    retry_at,
    say,
    whom_to_alert,
)
from alongside.core.cases import CaseFile
from alongside.core.errors import AlongsideError
from alongside.core.promise import Promise, Team
from alongside.core.rota import Calendar, Rostered
from alongside.services.attendance import Attendance
from alongside.services.chores import forever
from alongside.services.ports import Alerter, BankHolidays, Clock, Vault
from alongside.services.teams import Roster, read_roster
from alongside.store import alerts as store
from alongside.store import cases as case_store
from alongside.store import conversations as conversation_store
from alongside.store import tasks as task_store
from alongside.store.base import Database

log = structlog.get_logger()

TITLE = "Alongside"
"""Above each alert, where a service has titles."""

_TAKEN_FOR = timedelta(minutes=2)
"""How long one process may take to send an alert: well above the time limit of a gateway, so that only a crash outlives it."""

_AT_ONCE = 50
"""Alerts sent in one look: those left over are due at the next."""

_KEPT_FOR = timedelta(days=90)
"""Alerts older than this are deleted: nobody asks any more whether one arrived."""


class Alerts:
    """Raises alerts, sends what is due, and knows what has been seen."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        alerter: Alerter,
        clock: Clock,
        bank_holidays: BankHolidays,
        attendance: Attendance,
        address: str,
        can_mail: bool,
    ) -> None:
        self._database = database
        self._vault = vault
        self._alerter = alerter
        self._clock = clock
        self._bank_holidays = bank_holidays
        self._attendance = attendance
        self._address = address
        self.can_mail = can_mail
        """Whether a mail server is set, so that a carer may be promised an e-mail."""

    @property
    def _calendar(self) -> Calendar:
        return self._bank_holidays.from_year(self._clock.today().year)

    # Raised, in the transaction of what it is about

    async def promised(self, session: AsyncSession, file: CaseFile, team: Team) -> None:
        """Alert those whom a promise concerns; what was still to be sent about those before it is over.

        If it was made before, as when more is said about a danger, what is still to be sent about it goes on, and who has seen
        it or was sent it often enough is alerted anew.
        """
        now = self._clock.now()
        await store.settle_earlier(session, file.id, newest=_about(file.promise))
        await store.add(
            session,
            [
                self._new(person.code, kind, file, now=now, due=due)
                for kind, person, due in whom_to_alert(file.promise, team, now, self._calendar)
            ],
            anew=True,
        )

    async def handed_to(self, session: AsyncSession, file: CaseFile, person: Rostered) -> None:
        """Alert whom a colleague passed a case on to, each time; what was still to be sent about the case's promises is over."""
        now = self._clock.now()
        alert = self._new(person.code, Kind.PASSED_ON, file, now=now, due=self._due(person, now), once_for=_moment(now))
        await store.settle(session, file.id)
        await store.add(session, [alert], anew=True)

    async def wrote(self, session: AsyncSession, file: CaseFile, person: Rostered) -> None:
        """Alert who has a case that the carer wrote again, once for each reply that is owed."""
        now = self._clock.now()
        due = self._due(person, now)
        if self._attendance.is_here(person.code):
            due = max(due, now + WHILE_HERE)
        await store.add(session, [self._new(person.code, Kind.WROTE, file, now=now, due=due)])

    async def due_soon(self, file: CaseFile) -> None:
        """Alert who owes the reply once more, as the time is nearly over. In a transaction of its own."""
        if file.promise.who is None:
            return
        now = self._clock.now()
        alert = self._new(file.promise.who.code, Kind.DUE_SOON, file, now=now, due=now)
        async with self._database.reading() as session:
            if await store.is_raised(session, alert.key):
                return
        async with self._database.transaction() as session:
            if (current := await case_store.get(session, file.id)) and current.promise == file.promise:
                await store.add(session, [alert])

    async def missed(self, session: AsyncSession, file: CaseFile, people: Sequence[Rostered]) -> None:
        """Alert those who lead a service that a promise was missed. ``file`` is the case as it was then."""
        now = self._clock.now()
        await store.add(
            session, [self._new(person.code, Kind.MISSED, file, now=now, due=self._due(person, now)) for person in people]
        )

    async def settle(self, session: AsyncSession, file: CaseFile) -> None:
        """Send no more of what was raised about a case's promises. A check-back belongs to its task, and goes on."""
        await store.settle(session, file.id)

    async def raise_(self, account_id: str, kind: Kind, *, case: str | None = None, once_for: str = "") -> None:
        """Alert somebody at once of something that is no promise. ``once_for`` says of what: the same again is not raised."""
        async with self._database.transaction() as session:
            await self.raise_in(session, account_id, kind, case=case, once_for=once_for)

    async def raise_in(
        self, session: AsyncSession, account_id: str, kind: Kind, *, case: str | None = None, once_for: str = ""
    ) -> None:
        """Alert somebody as ``raise_`` does, in the transaction of what it is about."""
        now = self._clock.now()
        key = _key(account_id, kind, case or "", once_for or uuid.uuid4().hex)
        await store.add(session, [Alert(uuid.uuid4().hex, account_id, kind, key, raised_at=now, next_try_at=now, case=case)])

    async def raise_until_heard(self, account_id: str, kind: Kind, *, since: datetime | None, pause: timedelta) -> None:
        """Alert somebody of what goes on since a moment, unless one about it was sent or is still tried.

        One that was given up is raised again, at most once in a ``pause``.
        """
        now = self._clock.now()
        async with self._database.transaction() as session:
            last = await store.get_last(session, account_id, kind)
            is_known = last is not None and (since is None or last.raised_at > since)
            if last and is_known and (last.state not in (State.FAILED, State.OVER) or last.raised_at > now - pause):
                return
            await self.raise_in(session, account_id, kind)

    # Seen

    async def acknowledge_in(self, session: AsyncSession, account_id: str, case_id: str) -> None:
        """Take it that somebody who does something with a case knows of it."""
        await store.acknowledge(session, account_id, at=self._clock.now(), case=case_id)

    async def acknowledge(self, account_id: str, *, case: str | None = None) -> None:
        """Take it that somebody has seen their alerts, all or those of one case."""
        now = self._clock.now()
        async with self._database.reading() as session:
            if not await store.has_unseen(session, account_id, at=now, case=case):
                return
        async with self._database.transaction() as session:
            await store.acknowledge(session, account_id, at=now, case=case)

    async def list_for(self, account_id: str) -> list[Alert]:
        """Return somebody's last alerts, the newest first."""
        async with self._database.reading() as session:
            return await store.list_of_account(session, account_id)

    # Sent

    async def send_due(self) -> None:
        """Send every alert that is due, at once and each by itself."""
        async with self._database.reading() as session:
            due = await store.list_due(session, now=self._clock.now(), limit=_AT_ONCE)
            if not due:
                return
            roster = await read_roster(session, today=self._clock.today())
        await asyncio.gather(*(self._look_after(alert, roster) for alert in due))

    async def send_forever(self, *, every: float) -> None:
        """Call send_due each ``every`` seconds until cancelled."""
        await forever(self.send_due, every=every, failed="alerts not sent")

    async def forget_old(self) -> None:
        """Delete the alerts that nobody asks about any more."""
        async with self._database.transaction() as session:
            await store.delete_old(session, before=self._clock.now() - _KEPT_FOR)

    async def send_to(self, sealed: str, *, text: str) -> None:
        """Send a text to one sealed address. Raises NotSent."""
        try:
            address = self._vault.open(sealed)
        except AlongsideError:
            raise NotSent(Failure.NOT_OURS) from None
        await self._alerter.send(address, title=TITLE, text=text)

    def text_of(self, kind: Kind, *, case: str | None = None, reply_by: datetime | None = None) -> str:
        """Return what an alert says, with where to look."""
        link = self._address + (f"/inbox/cases/{case}" if case else WHERE.get(kind, "/inbox"))
        return say(kind, link=link, now=self._clock.now(), reply_by=reply_by)

    async def _look_after(self, alert: Alert, roster: Roster) -> None:
        try:
            until = self._clock.now() + _TAKEN_FOR
            async with self._database.transaction() as session:
                if not await store.take(session, alert, until=until):
                    return
                if await _is_checked_back(session, alert):
                    await store.note_try(session, replace(alert, next_try_at=None), taken_until=until)
                    return
                routes = await store.list_routes(session, alert.account)
            if alert.is_sent_enough or roster.accounts[alert.account].disabled_at:
                await self._end(alert, roster, until)
                return
            failure = await self._send(alert, [route.sealed for route in routes])
            await self._end(self._after(alert, failure, roster.person(alert.account)), roster, until)
        except Exception as error:  # one alert must not hold up the others; it is free again when its time is over
            log.error("alert not looked after", alert=alert.id, kind=type(error).__name__)

    async def _send(self, alert: Alert, addresses: Sequence[str]) -> Failure | None:
        """Send to every address; None when one of them took it."""
        if not addresses:
            return Failure.NO_ROUTE
        text = self.text_of(alert.kind, case=alert.case, reply_by=alert.reply_by)
        sent = await asyncio.gather(*(self.send_to(address, text=text) for address in addresses), return_exceptions=True)
        failures = [error.why if isinstance(error, NotSent) else Failure.REFUSED for error in sent if error is not None]
        for failure in failures:
            log.warning("alert not taken", alert=alert.id, account=alert.account, why=failure.value)
        return failures[0] if len(failures) == len(addresses) else None

    def _after(self, alert: Alert, failure: Failure | None, person: Rostered) -> Alert:
        """Return an alert after a try: when to look at it next, and what has become of it."""
        now = self._clock.now()
        if failure is None:
            sent = replace(alert, tries=0, times_sent=alert.times_sent + 1, sent_at=now, failed=None)
            is_last = sent.is_sent_enough and not sent.may_go_to_cover
            return replace(sent, next_try_at=None if is_last else again_at(sent, person, now, self._calendar))
        tried = replace(alert, tries=alert.tries + 1, failed=failure)
        if failure is Failure.NO_ROUTE:
            # Nothing can be tried; they may still look into the inbox, and have as long for it as if they had been reached.
            is_over = tried.tries >= TIMES
            return replace(tried, next_try_at=None if is_over else again_at(tried, person, now, self._calendar))
        return replace(tried, next_try_at=retry_at(tried.tries, now))

    async def _end(self, alert: Alert, roster: Roster, until: datetime) -> None:
        """Store how it went, and alert who comes after if nobody is to be tried here any more."""
        is_over = alert.next_try_at is None or alert.next_try_at <= self._clock.now()
        after = replace(alert, next_try_at=None) if is_over else alert
        async with self._database.transaction() as session:
            is_wanted = await store.note_try(session, after, taken_until=until)
            if is_wanted and is_over and alert.may_go_to_cover and alert.case:
                await self._go_on(session, alert, alert.case, roster)

    async def _go_on(self, session: AsyncSession, alert: Alert, case_id: str, roster: Roster) -> None:
        file = await case_store.get(session, case_id)
        conversation = await conversation_store.get(session, file.conversation) if file else None
        if file is None or conversation is None:
            return
        team = roster.team(file.service, conversation.nation, first=file.owner)
        alerted = await store.list_alerted(session, case_id, about=alert.about)
        person = next_after(alert.account, team, alerted)
        if person is None:
            return
        now = self._clock.now()
        after = self._new(person.code, Kind.STAND_IN, file, now=now, due=self._due(person, now))
        if not alert.is_about_promise:
            after = replace(after, key=_key(person.code, Kind.STAND_IN, case_id, alert.about), reply_by=None)
        await store.add(session, [after])

    def _due(self, person: Rostered, now: datetime) -> datetime:
        return due_at(person, now, self._calendar)

    def _new(self, account_id: str, kind: Kind, file: CaseFile, *, now: datetime, due: datetime, once_for: str = "") -> Alert:
        """Return an alert about a case's promise; ``once_for`` tells apart what may come several times with one promise."""
        about = [once_for, _about(file.promise)] if once_for else [_about(file.promise)]
        return Alert(
            id=uuid.uuid4().hex,
            account=account_id,
            kind=kind,
            key=_key(file.id, account_id, kind, *about),
            raised_at=now,
            next_try_at=due,
            case=file.id,
            reply_by=file.promise.reply_by,
        )


async def _is_checked_back(session: AsyncSession, alert: Alert) -> bool:
    """Say whether the check-back of an alert has been made, or is somebody else's by now."""
    if alert.case is None or alert.is_about_promise:
        return False
    task = await task_store.get_open(session, alert.case)
    return task is None or (alert.kind is Kind.CHECK_BACK and task.account != alert.account)


def _key(*parts: str | Kind) -> str:
    return "/".join(part.value if isinstance(part, Kind) else part for part in parts)


def _about(promise: Promise) -> str:
    """Return what all alerts about a promise have in common, also when somebody else keeps it."""
    return f"{_moment(promise.made_at)}{'-danger' if promise.is_danger else ''}"


def _moment(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
