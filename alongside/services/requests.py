"""The carer's side of a case: asked for in a turn, promised, and opened again when the carer writes again.

Rules kept: what a carer's message does to a case is stored with the turn it belongs to, or not at all; a promise that will not
be kept is made again by somebody else, and the carer is told.
"""

import asyncio
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.cases import REOPENS_WITHIN, CaseEvent, CaseFile, Happened
from alongside.core.conversations import Author, Conversation, Draft
from alongside.core.handover import (
    CARER,
    SYSTEM,
    Actor,
    Case,
    IllegalMove,
    Move,
    Reason,
    State,
    Urgency,
    may_bot_speak,
    move,
    urgency_of,
)
from alongside.core.promise import Promise, Route
from alongside.services.ports import Announcer, Clock
from alongside.services.promises import Plan, Promises
from alongside.services.teams import Colleague, Roster, can_have_cases, read_roster
from alongside.store import cases as store
from alongside.store import conversations as conversation_store
from alongside.store.base import Database

log = structlog.get_logger()

INBOX = "inbox"
"""What open inboxes listen to, in the place of a conversation's id."""


@dataclass(frozen=True)
class Standing:
    """How a carer's conversation stands, who has it, and whether workers can read it, as a person was asked for once."""

    state: State
    worker: Colleague | None = None
    was_asked_for: bool = False


class Requests:
    """What carers' messages do to cases."""

    def __init__(self, *, database: Database, announcer: Announcer, promises: Promises, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._promises = promises
        self._clock = clock

    async def current(self, session: AsyncSession, conversation_id: str) -> CaseFile | None:
        """Return the case that decides who speaks in a conversation; None when there is none, so that it is the bot."""
        file = await store.get_current(session, conversation_id, closed_since=self._clock.now() - REOPENS_WITHIN)
        return file if file and file.is_current else None

    async def standing(self, conversation_id: str) -> Standing:
        """Say who has a carer's conversation."""
        async with self._database.reading() as session:
            file = await self.current(session, conversation_id)
            was_asked_for = file is not None or await store.has_cases(session, conversation_id)
            if file is None or file.owner is None:
                return Standing(file.case.state if file else State.BOT, None, was_asked_for)
            roster = await read_roster(session, today=self._clock.today())
            return Standing(file.case.state, roster.colleague(file.owner), was_asked_for)

    async def plan(
        self, conversation: Conversation, reason: Reason, file: CaseFile | None, *, service: str | None = None
    ) -> Plan:
        """Plan what ``hear`` does with a carer's message. It never fails, and must not run within a transaction."""
        first = file.owner if file and file.case.state is State.CLOSED else None
        wanted = service or conversation.service or (file.service if file else None)
        return await self._promises.plan(conversation, reason, service=wanted, first=first)

    async def hear(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile | None, said: list[Draft], plan: Plan | None
    ) -> list[Draft]:
        """Do with the case what a carer's message asks for, and return what may be said to it.

        In the turn's own transaction, with the conversation locked and ``file`` read after that.
        """
        if file is None:
            return [*said, *await self._open(session, conversation, plan)] if plan else said
        if may_bot_speak(file.case):
            return [*said, *await self._ask_again(session, conversation, file, plan)]
        # A danger is answered whoever has the case: a worker may be asleep. It is the service's word then, not the bot's.
        fixed = [replace(draft, author=Author.SYSTEM) for draft in said if draft.safety]
        if file.case.state is State.CLOSED:
            return fixed + await self._reopen(session, conversation, file, plan)
        return fixed + await self._tell_worker(session, conversation, file, plan)

    def announce(self) -> None:
        """Tell open inboxes that something has changed."""
        self._announcer.announce(INBOX, "cases")

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
        while True:
            try:
                await self.keep_promises()
            except Exception as error:  # the database is away for a while: look again
                log.error("promises not looked after", kind=type(error).__name__)
            await asyncio.sleep(every)

    async def _keep(self, file: CaseFile, roster: Roster) -> None:
        async with self._database.reading() as session:
            conversation = await conversation_store.get(session, file.conversation)
        if conversation is None:
            return
        if file.owner:
            reason = file.case.reason or Reason.ASKED
            plan = await self._promises.plan(conversation, reason, service=file.service, last=file.owner)
            case, what = move(file.case, Move.RELEASE, by=SYSTEM), Move.RELEASE.value
        else:
            again = await self._promises.plan_again(conversation, file, roster)
            if again is None:
                return
            plan, case, what = again, file.case, Happened.PROMISED.value
        now = self._clock.now()
        async with self._database.transaction() as session:
            if not await conversation_store.lock(session, conversation.id) or await store.get(session, file.id) != file:
                return  # something has happened to it in between: it is looked at again the next time
            after = replace(file, case=case, promise=plan.promise)
            await step_to(session, file, after, what, by=SYSTEM, at=now, **about(plan.promise))
            said = self._promises.say(plan, plan.promise, conversation, author=Author.SYSTEM)
            await conversation_store.add_drafts(
                session, conversation_id=conversation.id, drafts=with_ids(said), reply_to=None, at=now
            )
        self._announcer.announce(conversation.id, "message")
        self.announce()

    async def _open(self, session: AsyncSession, conversation: Conversation, plan: Plan) -> list[Draft]:
        if plan.is_for_nobody:
            return self._promises.say_instead(plan, conversation)
        now = self._clock.now()
        case = move(Case(uuid.uuid4().hex), Move.REQUEST, by=_asker(plan), reason=plan.reason)
        file = CaseFile(case, conversation.id, plan.service, plan.promise, requested_at=now, carer_wrote_at=now)
        await store.add(session, file)
        await _log(session, file, Move.REQUEST.value, by=_asker(plan), at=now, reason=plan.reason.value, **about(plan.promise))
        return self._promises.say(plan, file.promise, conversation)

    async def _ask_again(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile, plan: Plan | None
    ) -> list[Draft]:
        now = self._clock.now()
        if plan is None:
            await _change(session, file, replace(file, carer_wrote_at=now))
            return []
        case = move(file.case, Move.REQUEST, by=_asker(plan), reason=plan.reason)
        is_new = file.case.state is State.BOT
        stands = not is_new and file.promise.who is not None and (file.promise.is_danger or not plan.promise.is_danger)
        promise = file.promise if stands else plan.promise
        requested_at = now if is_new else file.requested_at
        after = replace(
            file, case=case, service=plan.service, promise=promise, requested_at=requested_at, claimed_at=None, carer_wrote_at=now
        )
        details = {"reason": plan.reason.value} | about(promise)
        await step_to(session, file, after, Move.REQUEST.value, by=_asker(plan), at=now, **details)
        return self._promises.say(plan, promise, conversation)

    async def _tell_worker(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile, plan: Plan | None
    ) -> list[Draft]:
        now = self._clock.now()
        after = replace(file, carer_wrote_at=now)
        if plan is None:
            await _change(session, file, after)
            return []
        after = replace(after, case=move(file.case, Move.REQUEST, by=_asker(plan), reason=plan.reason))
        await step_to(session, file, after, Move.REQUEST.value, by=_asker(plan), at=now, reason=plan.reason.value)
        is_danger = urgency_of(plan.reason) is Urgency.DANGER
        return [] if is_danger else [await self._who_has_it(session, conversation, after)]

    async def _reopen(self, session: AsyncSession, conversation: Conversation, file: CaseFile, plan: Plan | None) -> list[Draft]:
        now = self._clock.now()
        reason = plan.reason if plan else Reason.WROTE_AGAIN
        # Without a plan it was closed while the bot was thinking: the worker was there a moment ago.
        case = move(file.case, Move.REOPEN, by=CARER, reason=reason, owner_is_here=plan.keeps_owner if plan else True)
        after = replace(
            file,
            case=case,
            promise=plan.promise if plan else Promise(Route.NOBODY, now),
            requested_at=now,
            claimed_at=now if case.owner else None,
            closed_at=None,
            carer_wrote_at=now,
        )
        details = {"reason": reason.value} | about(after.promise)
        await step_to(session, file, after, Move.REOPEN.value, by=CARER, at=now, **details)
        if case.owner is None and plan:
            return self._promises.say(plan, after.promise, conversation)
        if plan and after.promise.who and after.promise.who.code == case.owner:
            return self._promises.say(plan, after.promise, conversation, author=Author.SYSTEM)
        return [await self._who_has_it(session, conversation, after)]

    async def _who_has_it(self, session: AsyncSession, conversation: Conversation, file: CaseFile) -> Draft:
        roster = await read_roster(session, today=self._clock.today())
        who = roster.colleague(file.owner or "")
        return self._promises.draft("utter_claimed", conversation, {"who": who.name, "role": who.role})


async def step_to(
    session: AsyncSession, before: CaseFile, after: CaseFile, what: str, *, by: Actor, at: datetime, **details: str
) -> None:
    """Store a changed case and log it. Raises IllegalMove, and stores nothing, when somebody else has changed it first."""
    await _change(session, before, after)
    await _log(session, after, what, by=by, at=at, **details)


def with_ids(drafts: Collection[Draft]) -> list[tuple[str, Draft]]:
    return [(uuid.uuid4().hex, draft) for draft in drafts]


def about(promise: Promise) -> dict[str, str]:
    """Return what a case's log tells of a promise."""
    known = {
        "route": promise.route.value,
        "who": promise.who.code if promise.who else "",
        "reply_by": promise.reply_by.isoformat() if promise.reply_by else "",
    }
    return {name: value for name, value in known.items() if value}


async def _change(session: AsyncSession, before: CaseFile, after: CaseFile) -> None:
    if not await store.change(session, before, after):
        raise IllegalMove("This case has just been changed by somebody else. Open it again to see how it stands now.")


async def _log(session: AsyncSession, file: CaseFile, what: str, *, by: Actor, at: datetime, **details: str) -> None:
    await store.add_event(session, file.id, CaseEvent(at, what, by, details))


def _asker(plan: Plan) -> Actor:
    return SYSTEM if urgency_of(plan.reason) is Urgency.DANGER else CARER
