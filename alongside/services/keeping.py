"""Looking after promises: one about to be missed is made by somebody else in time, and the carer told before it is too late.

Rules kept: a case is never stranded with somebody who is silent, away or gone; who is in the middle of writing is not robbed of
it; each look stores what it does only if nothing has happened to the case meanwhile, so that several processes tell a carer once.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import AccountRole
from alongside.core.cases import CaseFile, Happened
from alongside.core.conversations import Author, Conversation, Draft
from alongside.core.handover import SYSTEM, Move, Reason, move
from alongside.core.promise import Next
from alongside.core.rota import Rostered
from alongside.services.alerts import Alerts
from alongside.services.chores import forever
from alongside.services.ports import Announcer, Clock
from alongside.services.promises import Plan, Promises
from alongside.services.requests import INBOX, about, step_to, with_ids
from alongside.services.teams import Roster, can_have_cases, read_roster
from alongside.services.typing import Typing
from alongside.store import cases as store
from alongside.store import conversations as conversation_store
from alongside.store.base import Database

log = structlog.get_logger()


class Keeping:
    """Keeps promises, or says in time that they are not kept."""

    def __init__(
        self, *, database: Database, announcer: Announcer, promises: Promises, alerts: Alerts, typing: Typing, clock: Clock
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._promises = promises
        self._alerts = alerts
        self._typing = typing
        self._clock = clock

    async def keep_promises(self) -> None:
        """Make again every promise that will not be kept, and put back the cases of those who can have none any more."""
        async with self._database.reading() as session:
            roster = await read_roster(session, today=self._clock.today())
            away = [account.id for account in roster.accounts.values() if not can_have_cases(account)]
            watched = await store.list_watched(session, away=away)
        for file in watched:
            try:
                await self._keep(file, roster)
            except Exception as error:  # one case must not keep the others waiting
                log.error("promise not looked after", case=file.id, kind=type(error).__name__)

    async def keep_promises_forever(self, *, every: float) -> None:
        """Call keep_promises each ``every`` seconds until cancelled."""
        await forever(self.keep_promises, every=every, failed="promises not looked after")

    async def _keep(self, file: CaseFile, roster: Roster) -> None:
        async with self._database.reading() as session:
            conversation = await conversation_store.get(session, file.conversation)
        if conversation is None:
            return
        if file.owner and not can_have_cases(roster.accounts[file.owner]):
            await self._give_up(file, conversation, roster, because="gone")
        elif file.owner and not file.is_owed:
            await self._owe(file, conversation, roster)
        else:
            await self._look(file, conversation, roster)

    async def _look(self, file: CaseFile, conversation: Conversation, roster: Roster) -> None:
        """Warn who promised, or make the promise again."""
        what_next, plan = await self._promises.look(conversation, file, roster)
        if what_next is Next.ALERT_AGAIN:
            await self._alerts.due_soon(file)
        if plan is None or await self._is_at_it(file):
            return
        if what_next is Next.WARN:
            await self._warn(file, conversation, plan)
            return
        await self._move_on(file, conversation, plan, roster, because="missed" if plan.is_late else "in_time")

    async def _owe(self, file: CaseFile, conversation: Conversation, roster: Roster) -> None:
        """Make the promise of a worker whose carer has written and was promised nothing; if they are away, somebody else's."""
        if not file.needs_reply:
            return
        plan = self._promises.owed_by_owner(roster, conversation, file, reason=Reason.WROTE_AGAIN)
        if plan.promise.reply_by is None:
            is_away = roster.has_hours(file.owner or "") and not self._promises.is_with_carer(plan, file)
            if is_away and not await self._is_at_it(file):
                await self._give_up(file, conversation, roster, because="away")
            return
        said = self._promises.say_when_back(plan, conversation) if plan.is_told else []
        after = replace(file, promise=plan.promise)
        await self._store(file, after, Happened.PROMISED.value, said, plan, because="wrote_again", is_told=plan.is_told)

    async def _is_at_it(self, file: CaseFile) -> bool:
        async with self._database.reading() as session:
            return file.owner is not None and await self._typing.is_at_it(session, file.id)

    async def _warn(self, file: CaseFile, conversation: Conversation, plan: Plan) -> None:
        """Tell the carer that a reply may be late, where there is nobody else who could give it."""
        said = self._promises.say_may_be_late(plan, conversation)
        async with self._storing(file, said) as session:
            if session:
                now = self._clock.now()
                await step_to(session, file, replace(file, promise=plan.promise), Happened.WARNED.value, by=SYSTEM, at=now)

    async def _give_up(self, file: CaseFile, conversation: Conversation, roster: Roster, *, because: str) -> None:
        """Put a case back among those waiting, as who has it cannot reply."""
        reason = file.case.reason or Reason.ASKED
        plan = await self._promises.plan(conversation, reason, service=file.service, without=file)
        await self._move_on(file, conversation, plan, roster, because=because)

    async def _move_on(self, file: CaseFile, conversation: Conversation, plan: Plan, roster: Roster, *, because: str) -> None:
        """Store a new promise and tell the carer; a case with a worker waits again unless the promise is that worker's own."""
        case, what, claimed_at = file.case, Happened.PROMISED.value, file.claimed_at
        is_theirs = plan.promise.who is not None and plan.promise.who.code == file.owner
        if file.owner and (because == "gone" or not is_theirs):
            case, what, claimed_at = move(file.case, Move.RELEASE, by=SYSTEM), Move.RELEASE.value, None
        said = self._promises.say(plan, plan.promise, conversation, author=Author.SYSTEM)
        after = replace(file, case=case, promise=plan.promise, claimed_at=claimed_at)
        leads = _leads(file, plan, roster) if plan.is_late else []
        await self._store(file, after, what, said, plan, because=because, leads=leads)

    async def _store(
        self,
        file: CaseFile,
        after: CaseFile,
        what: str,
        said: list[Draft],
        plan: Plan,
        *,
        because: str,
        is_told: bool = True,
        leads: Sequence[Rostered] = (),
    ) -> None:
        async with self._storing(file, said) as session:
            if session is None:
                return
            now = self._clock.now()
            details = about(after.promise, is_told=is_told) | {"because": because}
            await step_to(session, file, after, what, by=SYSTEM, at=now, **details)
            if plan.owner:
                await self._alerts.wrote(session, after, plan.owner)
            else:
                await self._alerts.promised(session, after, plan.team)
            await self._alerts.missed(session, file, leads)

    @asynccontextmanager
    async def _storing(self, file: CaseFile, said: list[Draft]) -> AsyncIterator[AsyncSession | None]:
        """Hold a case to change it, and say what is to be said of that; None when something has happened to it in between.

        It is looked at again the next time then.
        """
        async with self._database.transaction() as session:
            is_still = await conversation_store.lock(session, file.conversation) and await store.get(session, file.id) == file
            yield session if is_still else None
            if is_still:
                await conversation_store.add_drafts(
                    session, conversation_id=file.conversation, drafts=with_ids(said), reply_to=None, at=self._clock.now()
                )
        if is_still:
            self._announcer.announce(file.conversation, "message")
            self._announcer.announce(INBOX, "cases")


def _leads(file: CaseFile, plan: Plan, roster: Roster) -> list[Rostered]:
    """Return whom a missed promise concerns beside who missed it: the leads of the service, else its duty contact."""
    leads = [
        roster.person(account.id)
        for account in roster.accounts.values()
        if account.role is AccountRole.LEAD and can_have_cases(account) and file.service in account.services
    ]
    return leads or ([plan.team.duty] if plan.team.duty else [])
