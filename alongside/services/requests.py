"""The carer's side of a case: asked for in a turn, promised, and opened again when the carer writes again.

Rule kept: what a carer's message does to a case, and whom it alerts, is stored with the turn it belongs to, or not at all.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.cases import REOPENS_WITHIN, UNTOLD, CaseEvent, CaseFile, Happened
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
from alongside.core.promise import Promise, Route, in_order, take
from alongside.services.alerts import Alerts
from alongside.services.asking import NOTHING, Told
from alongside.services.ports import Announcer, Clock
from alongside.services.promises import Plan, Promises
from alongside.services.reply_mails import ReplyMails
from alongside.services.tasks import follow
from alongside.services.teams import Colleague, can_have_cases, read_roster
from alongside.store import cases as store
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

    def __init__(
        self,
        *,
        database: Database,
        announcer: Announcer,
        promises: Promises,
        alerts: Alerts,
        mails: ReplyMails,
        clock: Clock,
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._promises = promises
        self._alerts = alerts
        self._mails = mails
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
            has_left = not can_have_cases(roster.accounts[file.owner])
            return Standing(file.case.state, None if has_left else roster.colleague(file.owner), was_asked_for)

    async def plan(
        self, conversation: Conversation, reason: Reason, file: CaseFile | None, *, service: str | None = None
    ) -> Plan:
        """Plan what ``hear`` does with a carer's message. It never fails, and must not run within a transaction."""
        is_with_worker = file is not None and file.case.state is State.WITH_WORKER
        if file and is_with_worker and urgency_of(reason) is not Urgency.DANGER:
            return await self._promises.plan_later(conversation, reason, file)
        wanted = service or conversation.service or (file.service if file else None)
        return await self._promises.plan(conversation, reason, service=wanted, first=file)

    async def hear(
        self,
        session: AsyncSession,
        conversation: Conversation,
        file: CaseFile | None,
        said: list[Draft],
        plan: Plan | None,
        *,
        told: Told = NOTHING,
    ) -> list[Draft]:
        """Do with the case what a carer's message asks for, and return what may be said to it.

        In the turn's own transaction, with the conversation locked and ``file`` read after that.
        """
        if file is None:
            return [*said, *await self._open(session, conversation, plan)] if plan else said
        file, noted = await self._keep_told(session, conversation, file, told)
        if may_bot_speak(file.case):
            return [*noted, *said, *await self._ask_again(session, conversation, file, plan)]
        # A danger is answered whoever has the case: a worker may be asleep. It is the service's word then, not the bot's.
        fixed = noted + [replace(draft, author=Author.SYSTEM) for draft in said if draft.safety]
        if file.case.state is State.CLOSED:
            return fixed + await self._reopen(session, conversation, file, plan)
        return fixed + await self._tell_worker(session, conversation, file, plan)

    def announce(self) -> None:
        """Tell open inboxes that something has changed."""
        self._announcer.announce(INBOX, "cases")

    async def _keep_told(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile, told: Told
    ) -> tuple[CaseFile, list[Draft]]:
        """Keep what the asking form has learnt, and return what is said to it: a service with other people is a new promise."""
        now, said = self._clock.now(), list[Draft]()
        who = file.promise.who
        if told.moved and file.case.state is State.WAITING:
            new = told.moved.promise
            is_other = new.who is not None and (who is None or who.code != new.who.code)
            after = replace(file, service=told.moved.service, promise=new if is_other else file.promise)
            if is_other:
                await step_to(session, file, after, Happened.PROMISED.value, by=CARER, at=now, because="service", **about(new))
                await self._alerts.promised(session, after, told.moved.team)
                said += self._promises.say(told.moved, new, conversation)
            else:
                await step_to(session, file, after, Happened.SERVICE_NAMED.value, by=CARER, at=now)
            file, who = after, after.promise.who
        if told.details and file.case.state is not State.CLOSED:
            after = replace(file, details=told.details)
            await step_to(session, file, after, Happened.DETAILS_SENT.value, by=CARER, at=now)
            await self._mails.address_left(session, before=file, after=after)
            response, known = ("utter_details_sent_to", {"who": who.name}) if who else ("utter_details_sent", {})
            author = Author.BOT if may_bot_speak(file.case) else Author.SYSTEM
            sent = self._promises.draft(response, conversation, known, author=author)
            if self._mails.may_tell(conversation, after):
                mail = self._promises.draft("utter_mail_will_come", conversation)
                sent = replace(sent, text=f"{sent.text}\n\n{mail.text}")
            said.append(sent)
            file = after
        return file, said

    async def _open(self, session: AsyncSession, conversation: Conversation, plan: Plan) -> list[Draft]:
        if plan.is_for_nobody:
            return self._promises.say_instead(plan, conversation)
        now = self._clock.now()
        case = move(Case(uuid.uuid4().hex), Move.REQUEST, by=_asker(plan), reason=plan.reason)
        file = CaseFile(case, conversation.id, plan.service, plan.promise, requested_at=now, carer_wrote_at=now)
        await store.add(session, file)
        await _log(session, file, Move.REQUEST.value, by=_asker(plan), at=now, reason=plan.reason.value, **about(plan.promise))
        await self._alerts.promised(session, file, plan.team)
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
        stands = not is_new and _stands(file.promise, plan)
        promise = file.promise if stands else plan.promise
        requested_at = now if is_new else file.requested_at
        after = replace(
            file, case=case, service=plan.service, promise=promise, requested_at=requested_at, claimed_at=None, carer_wrote_at=now
        )
        details = {"reason": plan.reason.value} | about(promise)
        await step_to(session, file, after, Move.REQUEST.value, by=_asker(plan), at=now, **details)
        if not stands or urgency_of(plan.reason) is Urgency.DANGER:
            await self._alerts.promised(session, after, plan.team)
        return self._promises.say(plan, promise, conversation)

    async def _tell_worker(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile, plan: Plan | None
    ) -> list[Draft]:
        """Let who has the case know that the carer wrote, and owe the carer a reply if none is owed yet."""
        after = replace(file, carer_wrote_at=self._clock.now())
        if plan and urgency_of(plan.reason) is Urgency.DANGER:
            return await self._tell_of_danger(session, conversation, file, after, plan)
        # A plan for somebody else is from before it was passed on: the promise is made when it is next looked after.
        owner = plan.owner if plan and plan.owner and plan.owner.code == file.owner else None
        if plan and owner:
            after = replace(after, promise=plan.promise)
        is_told = owner is not None and plan is not None and plan.is_told
        after = await self._note(session, file, after, plan, is_told=is_told)
        if owner:
            await self._alerts.wrote(session, after, owner)
        if plan and owner and plan.is_told:
            return self._promises.say_when_back(plan, conversation)
        return [await self._who_has_it(session, conversation, after)] if plan and plan.reason is not Reason.WROTE_AGAIN else []

    async def _tell_of_danger(
        self, session: AsyncSession, conversation: Conversation, file: CaseFile, after: CaseFile, plan: Plan
    ) -> list[Draft]:
        """Owe a quick reply. Who has the case keeps it if they are at work; else it waits for whoever is there sooner.

        When nobody can be promised all of the team hear of it. What is owed for a danger already stands.
        """
        is_owed = file.is_owed and file.promise.is_danger
        if not is_owed:
            promise = take(plan.promise, plan.owner, self._clock.now()) if plan.owner and plan.promise.who else plan.promise
            after = replace(after, promise=promise)
        after = await self._note(session, file, after, plan, is_told=False)
        await self._check_back(session, file, after)
        if plan.is_told and plan.promise.who and plan.promise.who.code != file.owner and not is_owed:
            after = await self._release(session, after, plan.promise)
        await self._alerts.promised(session, after, plan.team)
        return self._promises.say(plan, after.promise, conversation, author=Author.SYSTEM) if after.owner is None else []

    async def _release(self, session: AsyncSession, file: CaseFile, promise: Promise) -> CaseFile:
        after = replace(file, case=move(file.case, Move.RELEASE, by=SYSTEM), promise=promise, claimed_at=None)
        details = about(promise) | {"because": "danger"}
        await step_to(session, file, after, Move.RELEASE.value, by=SYSTEM, at=self._clock.now(), **details)
        return after

    async def _note(
        self, session: AsyncSession, before: CaseFile, after: CaseFile, plan: Plan | None, *, is_told: bool
    ) -> CaseFile:
        """Store that the carer wrote, with what it is logged as: a person was asked for, a reply is owed, or nothing new."""
        now = self._clock.now()
        if plan and plan.reason is not Reason.WROTE_AGAIN:
            after = replace(after, case=move(before.case, Move.REQUEST, by=_asker(plan), reason=plan.reason))
            details = {"reason": plan.reason.value} | about(after.promise, is_told=is_told)
            await step_to(session, before, after, Move.REQUEST.value, by=_asker(plan), at=now, **details)
        elif after.promise != before.promise:
            details = about(after.promise, is_told=is_told) | {"because": "wrote_again"}
            await step_to(session, before, after, Happened.PROMISED.value, by=SYSTEM, at=now, **details)
        else:
            await _change(session, before, after)
        return after

    async def _reopen(self, session: AsyncSession, conversation: Conversation, file: CaseFile, plan: Plan | None) -> list[Draft]:
        now = self._clock.now()
        reason = plan.reason if plan else Reason.WROTE_AGAIN
        # Without a plan it was closed while the bot was thinking: the worker was there a moment ago.
        case = move(file.case, Move.REOPEN, by=CARER, reason=reason, owner_is_here=plan.keeps_owner if plan else True)
        promise = plan.promise if plan else Promise(Route.NOBODY, now)
        if plan and plan.owner and plan.owner.code == case.owner and promise.who and promise.who.code != case.owner:
            promise = take(promise, plan.owner, now)  # nobody knows their hours: they have as long as a colleague would
        after = replace(
            file,
            case=case,
            promise=promise,
            requested_at=now,
            claimed_at=now if case.owner else None,
            closed_at=None,
            carer_wrote_at=now,
        )
        is_told = plan is not None and (
            case.owner is None or (plan.promise.who is not None and plan.promise.who.code == case.owner)
        )
        details = {"reason": reason.value} | about(after.promise, is_told=is_told)
        await step_to(session, file, after, Move.REOPEN.value, by=CARER, at=now, **details)
        if case.owner and urgency_of(reason) is Urgency.DANGER:
            await self._check_back(session, file, after)
        if plan and plan.owner and case.owner and urgency_of(reason) is not Urgency.DANGER:
            await self._alerts.wrote(session, after, plan.owner)
        elif plan:
            await self._alerts.promised(session, after, plan.team)
        if plan and is_told:
            author = Author.SYSTEM if case.owner else Author.BOT
            return self._promises.say(plan, after.promise, conversation, author=author)
        return [await self._who_has_it(session, conversation, after)]

    async def _check_back(self, session: AsyncSession, file: CaseFile, after: CaseFile) -> None:
        """Have the worker who has it check back: a danger said to them is as grave as one that waited for them."""
        now = self._clock.now()
        roster = await read_roster(session, today=self._clock.today())
        await follow(session, file, after, roster, self._promises.calendar, now, said_at=now)

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


def about(promise: Promise, *, is_told: bool = True) -> dict[str, str]:
    """Return what a case's log tells of a promise, and if so that the carer was not told of it: figures leave those out."""
    known = {
        "route": promise.route.value,
        "who": promise.who.code if promise.who else "",
        "reply_by": promise.reply_by.isoformat() if promise.reply_by else "",
        UNTOLD: "" if is_told else "yes",
    }
    return {name: value for name, value in known.items() if value}


async def _change(session: AsyncSession, before: CaseFile, after: CaseFile) -> None:
    if not await store.change(session, before, after):
        raise IllegalMove("This case has just been changed by somebody else. Open it again to see how it stands now.")


async def _log(session: AsyncSession, file: CaseFile, what: str, *, by: Actor, at: datetime, **details: str) -> None:
    await store.add_event(session, file.id, CaseEvent(at, what, by, details))


def _stands(promise: Promise, plan: Plan) -> bool:
    """Say whether a promise stands when a person is asked for again: for what it was made for, or for something graver."""
    is_grave_enough = promise.is_danger or not plan.promise.is_danger
    return is_grave_enough and promise.who is not None and any(promise.who.code == other.code for other in in_order(plan.team))


def _asker(plan: Plan) -> Actor:
    return SYSTEM if urgency_of(plan.reason) is Urgency.DANGER else CARER
