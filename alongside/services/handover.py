"""The workers' side of a case: seen, claimed, answered, passed on, handed back, closed.

Rules kept: whoever changes a case holds its conversation, so that no bot word can come between a claim and what follows it;
every move is legal by ``core.handover``, allowed by ``core.permissions``, logged, and told to the carer in approved words.
"""

import hashlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import (
    REOPENS_WITHIN,
    WRITES_FIRST,
    CaseEvent,
    CaseFile,
    Happened,
    Note,
    Summary,
    left_bot_at,
    place_after_worker,
    summarise,
)
from alongside.core.conversations import Author, Conversation, Draft, Message, clean_text
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import Actor, IllegalMove, Move, Outcome, Reason, Role, State, move
from alongside.core.permissions import may, require
from alongside.core.promise import Promise, Route
from alongside.services.alerts import Alerts
from alongside.services.ports import Announcer, Clock
from alongside.services.precedence import Precedence
from alongside.services.promises import Promises
from alongside.services.reply_mails import ReplyMails
from alongside.services.requests import INBOX, about, step_to, with_ids
from alongside.services.tasks import follow
from alongside.services.teams import Colleague, Roster, can_have_cases, read_roster
from alongside.store import cases as store
from alongside.store import conversations as conversation_store
from alongside.store import releases as release_store
from alongside.store import versions as version_store
from alongside.store.base import Database

SHOWN = 200
"""Messages of a thread on one page: more than a screen holds, and few enough to draw at once. Earlier ones are a link away."""

_GONE = "This case is not there any more: the carer has deleted the conversation. Go back to the inbox."


class SentBefore(IllegalMove):
    """Other words were sent as this very message before, and their answer was lost on the way; these were not sent."""


class ReasonMissing(InvalidInput):
    """A case is passed on with a reason, for the colleague who has to go on with it."""


@dataclass(frozen=True)
class Opened:
    """A case with all there is to see of it. ``names`` are first names by account; ``colleagues`` can be transferred to.

    ``left_bot_at`` is when a person was last asked for, or a worker took it up from the bot; None while the bot has it.
    """

    file: CaseFile
    conversation: Conversation
    owner: Colleague | None
    service: str | None
    thread: Sequence[Message]
    summary: Summary
    left_bot_at: datetime | None
    events: Sequence[CaseEvent]
    notes: Sequence[Note]
    names: dict[str, str]
    colleagues: Sequence[Colleague]

    @property
    def is_fresh(self) -> bool:
        """Say whether no worker has written since the bot let go, so that what happened before is news to who reads it."""
        wrote_at = self.file.worker_wrote_at
        return wrote_at is None or self.left_bot_at is None or wrote_at < self.left_bot_at


@dataclass
class _Held:
    """A case within a transaction that holds its conversation; ``file`` is always as it stands."""

    session: AsyncSession
    file: CaseFile
    conversation: Conversation
    roster: Roster
    me: Colleague
    now: datetime

    @property
    def by(self) -> Actor:
        role = Role.WORKER if self.me.account.role is AccountRole.WORKER else Role.LEAD
        return Actor(role, self.me.account.id)

    @property
    def owner(self) -> Colleague | None:
        return self.roster.colleague(self.file.owner) if self.file.owner else None

    async def make(self, made: Move, *, times: dict[str, Any], details: dict[str, str] | None = None, **how: Any) -> None:
        """Make a legal move, and log it."""
        after = replace(self.file, case=move(self.file.case, made, by=self.by, **how), **times)
        await step_to(self.session, self.file, after, made.value, by=self.by, at=self.now, **(details or {}))
        self.file = after

    async def say(self, drafts: Sequence[Draft]) -> None:
        await conversation_store.add_drafts(
            self.session, conversation_id=self.file.conversation, drafts=with_ids(drafts), reply_to=None, at=self.now
        )


class Handover:
    """Use cases of those who have cases. Each but the two that only read is one transaction."""

    def __init__(
        self,
        *,
        database: Database,
        announcer: Announcer,
        promises: Promises,
        alerts: Alerts,
        mails: ReplyMails,
        clock: Clock,
        precedence: Precedence,
        keep: timedelta,
    ) -> None:
        self._database = database
        self._announcer = announcer
        self._promises = promises
        self._alerts = alerts
        self._mails = mails
        self._clock = clock
        self._precedence = precedence
        self._keep = keep

    async def open_case(self, account: Account, case_id: str) -> Opened:
        """Return a case with the end of its thread, its summary, log and notes."""
        async with self._precedence.people(), self._database.reading() as session:
            file = await store.get(session, case_id)
            conversation = await conversation_store.get(session, file.conversation) if file else None
            if file is None or conversation is None:
                raise NotFound(_GONE)
            require(account, "inbox.case", file)
            thread = await store.get_thread(session, file.conversation, limit=SHOWN)
            events = await store.list_events(session, case_id)
            left_bot = left_bot_at(file, events)
            told = await self._told_before(session, file, thread, left_bot)
            notes = await store.list_notes(session, case_id)
            roster = await read_roster(session, today=self._clock.today())
            said = {(message.release or 0, message.answer) for message, _ in told if message.answer}
            titles = await release_store.list_titles(session, said)
        return Opened(
            file=file,
            conversation=conversation,
            owner=roster.colleague(file.owner) if file.owner else None,
            service=roster.service_name(file.service),
            thread=[message for message, _ in thread],
            summary=summarise(told, titles),
            left_bot_at=left_bot,
            events=events,
            notes=notes,
            names={other.id: other.first_name for other in roster.accounts.values()},
            colleagues=[other for other in roster.colleagues() if other.account.id != file.owner],
        )

    async def may_look(self, account: Account, case_id: str) -> bool:
        """Say whether an account may see a case as both stand now; one that is erased was theirs to see until then."""
        async with self._database.reading() as session:
            file = await store.get(session, case_id)
        return file is None or may(account, "inbox.case", file)

    async def earlier(self, account: Account, case_id: str, before: str) -> tuple[CaseFile, list[Message]]:
        """Return a case, and the messages of its thread that come before one of them, as many as a page shows."""
        async with self._database.reading() as session:
            file, _ = await self._read(session, case_id)
            require(account, "inbox.earlier", file)
            last = await conversation_store.get_message(session, file.conversation, before)
            if last is None:
                raise NotFound("That message is not there any more. Go back to the case.")
            thread = await store.get_thread(session, file.conversation, limit=SHOWN, before=last.position)
        return file, [message for message, _ in thread]

    async def claim(self, account: Account, case_id: str) -> CaseFile:
        """Take a case that waits, or take one up again that the bot has. Of many who do so at once, one has it.

        Who has it already just keeps it.
        """
        async with self._holding(account, case_id, "claim") as held:
            if held.owner and held.owner.account.id != account.id:
                raise IllegalMove(f"{held.owner.name} has this case already. You can read along, or choose another one.")
            if held.file.case.state is not State.WITH_WORKER:
                promise = self._promises.claimed(held.roster, held.conversation, held.file, account.id)
                times: dict[str, Any] = {"claimed_at": held.now, "promise": promise}
                is_taken_up = held.file.case.state is State.BOT
                if is_taken_up:
                    times["carer_wrote_at"] = None  # the bot has answered what was written to it: nobody owes a reply to that
                await held.make(Move.CLAIM, times=times, details={"because": WRITES_FIRST} if is_taken_up else None)
                await conversation_store.end_form(held.session, held.conversation)
                await self._alerts.settle(held.session, held.file)
                await held.say([self._notice("utter_claimed", held, held.me)])
            return held.file

    async def reply(self, account: Account, case_id: str, text: str, *, client_id: str) -> Message:
        """Write to the carer, once: the same ``client_id`` again returns the first message. Only who has the case can.

        Raises SentBefore when the words are not those of the first message: neither are they sent, nor taken as if they were.
        """
        text = clean_text(text)
        if not text:
            raise InvalidInput("The message is empty, so nothing was sent. Write something first.")
        message_id = hashlib.sha256(f"{case_id}/{account.id}/{client_id}".encode()).hexdigest()[:32]
        async with self._holding(account, case_id, "reply") as held:
            earlier = await conversation_store.get_message(held.session, held.file.conversation, message_id)
            if earlier is not None:
                if text != await version_store.get_first_words(held.session, earlier):
                    raise SentBefore(
                        "Your first words were sent already. These were not sent: press Send again to send them too, "
                        "or correct the first ones."
                    )
                return earlier
            if held.file.case.state is not State.WITH_WORKER:
                raise IllegalMove("This case is closed, so nothing was sent. Open it again first.")
            (message,) = await conversation_store.add_drafts(
                held.session,
                conversation_id=held.file.conversation,
                drafts=[(message_id, Draft(text=text, author=Author.WORKER, name=held.me.name, account=account.id))],
                reply_to=None,
                at=held.now,
            )
            await conversation_store.prolong(held.session, held.file.conversation, held.now + self._keep)
            after = replace(held.file, worker_wrote_at=held.now)
            await step_to(held.session, held.file, after, Happened.REPLIED.value, by=held.by, at=held.now, message=message_id)
            await self._alerts.settle(held.session, after)
            await self._mails.replied(held.session, after, message.position)
            return message

    async def note(self, account: Account, case_id: str, text: str) -> Note:
        """Keep a private note on a case."""
        async with self._holding(account, case_id, "note", tells_carer=False) as held:
            return await self._note(held, text)

    async def transfer(self, account: Account, case_id: str, to: str, *, reason: str) -> CaseFile:
        """Pass a case on to a colleague. The reason is a note for them; the carer is told who has it now."""
        if not clean_text(reason):
            raise ReasonMissing("Write why, for your colleague. Nothing was changed.")
        async with self._holding(account, case_id, "transfer") as held:
            colleague = next((other for other in held.roster.colleagues() if other.account.id == to), None)
            if colleague is None:
                raise InvalidInput("That colleague cannot take cases now. Choose another one.")
            before = held.owner or held.me
            asked = held.file.case.reason or Reason.ASKED
            plan = self._promises.owed_by_owner(held.roster, held.conversation, held.file, reason=asked, account=to)
            if plan.owner and plan.owner.hours and plan.promise.reply_by is None:
                raise InvalidInput(f"{colleague.name} is away for a week or more, so nothing was changed. Choose somebody else.")
            times = {"claimed_at": held.now, "promise": plan.promise}
            await held.make(Move.TRANSFER, times=times, details={"to": to} | about(plan.promise, is_told=plan.is_told), to=to)
            if plan.owner:
                await self._alerts.handed_to(held.session, held.file, plan.owner)
            await self._note(held, reason)
            when_back = self._promises.say_when_back(plan, held.conversation) if plan.is_told else []
            await held.say([self._notice("utter_transferred", held, colleague, instead_of=before.name), *when_back])
            return held.file

    async def release(self, account: Account, case_id: str) -> CaseFile:
        """Put a case back among those waiting, with a new promise by somebody else if there is anybody."""
        async with self._database.reading() as session:
            seen, conversation = await self._read(session, case_id)
        plan = await self._promises.plan(conversation, seen.case.reason or Reason.ASKED, service=seen.service, without=seen)
        async with self._holding(account, case_id, "release") as held:
            times = {"claimed_at": None, "promise": plan.promise}
            await held.make(Move.RELEASE, times=times, details=about(plan.promise))
            await self._alerts.promised(held.session, held.file, plan.team)
            await held.say(self._promises.say(plan, plan.promise, held.conversation, author=Author.SYSTEM))
            return held.file

    async def hand_back(self, account: Account, case_id: str, *, seen: str | None = None) -> CaseFile:
        """Give the conversation back to the bot, unless the carer has written after the last message that was ``seen``."""
        async with self._holding(account, case_id, "hand_back") as held:
            await _require_seen(held, seen)
            before = held.owner or held.me
            await held.make(Move.HAND_BACK, times={})
            await self._alerts.settle(held.session, held.file)
            await held.say([self._notice("utter_handed_back", held, before)])
            return held.file

    async def close(self, account: Account, case_id: str, outcome: Outcome, *, seen: str | None = None) -> CaseFile:
        """Close a case, unless the carer has written after the last message that was ``seen``.

        It keeps its worker, who has it again when the carer writes again soon.
        """
        async with self._holding(account, case_id, "close") as held:
            await _require_seen(held, seen)
            before = held.owner or held.me
            await held.make(Move.CLOSE, times={"closed_at": held.now}, details={"outcome": outcome.value}, outcome=outcome)
            await self._alerts.settle(held.session, held.file)
            await held.say([self._notice("utter_closed", held, before, days=str(REOPENS_WITHIN.days))])
            return held.file

    async def reopen(self, account: Account, case_id: str) -> CaseFile:
        """Open a closed case again, for the worker who had it."""
        async with self._holding(account, case_id, "reopen") as held:
            newest = await store.get_current(held.session, held.file.conversation, closed_since=held.file.requested_at)
            if newest is not None and newest.id != held.file.id:
                raise IllegalMove("This carer has a newer case. Open that one instead.")
            is_here = held.owner is not None and can_have_cases(held.owner.account)
            times = {"requested_at": held.now, "claimed_at": held.now if is_here else None, "closed_at": None}
            promise = Promise(Route.NOBODY, held.now)  # what was promised before is over; if the carer waits it is made anew
            await held.make(Move.REOPEN, times=times | {"promise": promise}, owner_is_here=is_here)
            if held.owner:
                await held.say([self._notice("utter_claimed", held, held.owner)])
            return held.file

    @asynccontextmanager
    async def _holding(self, account: Account, case_id: str, action: str, *, tells_carer: bool = True) -> AsyncIterator[_Held]:
        """Hold a case on which somebody may do this, until the block ends; then tell open pages of it."""
        async with self._precedence.people(), self._database.transaction() as session:
            file, _ = await self._read(session, case_id)
            if not await conversation_store.lock(session, file.conversation):
                raise NotFound(_GONE)
            file, conversation = await self._read(session, case_id)  # as it stands now that nobody else can change it
            roster = await read_roster(session, today=self._clock.today())
            if account.id not in roster.accounts:
                raise NotFound("Your account is not there any more. Ask whoever runs this service.")
            me = roster.colleague(account.id)
            require(me.account, f"inbox.{action}", file)
            held = _Held(session, file, conversation, roster, me, self._clock.now())
            await self._alerts.acknowledge_in(session, account.id, case_id)
            yield held
            await follow(session, file, held.file, roster, self._promises.calendar, held.now)
        if tells_carer:
            self._announcer.announce(file.conversation, "message")
        self._announcer.announce(INBOX, "cases")

    async def _read(self, session: AsyncSession, case_id: str) -> tuple[CaseFile, Conversation]:
        file = await store.get(session, case_id)
        conversation = await conversation_store.get(session, file.conversation) if file else None
        if file is None or conversation is None:
            raise NotFound(_GONE)
        return file, conversation

    async def _told_before(
        self,
        session: AsyncSession,
        file: CaseFile,
        shown: list[tuple[Message, Mapping[str, Any] | None]],
        left_bot: datetime | None,
    ) -> list[tuple[Message, Mapping[str, Any] | None]]:
        """Return what was said since a worker last wrote before the bot let go, of which a long thread may have lost sight."""
        place = place_after_worker([message for message, _ in shown], left_bot)
        if place or not shown or shown[0][0].position == 1:
            return shown[place:]
        after, before = await store.get_worker_positions(session, file.conversation, left_bot)
        told = await store.get_thread(session, file.conversation, limit=SHOWN, after=after, before=before)
        return [*told, *(other for other in shown if before is not None and other[0].position >= before)]

    async def _note(self, held: _Held, text: str) -> Note:
        text = clean_text(text)
        if not text:
            raise InvalidInput("The note is empty, so nothing was kept. Write something first.")
        note = Note(uuid.uuid4().hex, held.now, held.me.account.id, text)
        await store.add_note(held.session, held.file.id, note)
        await store.add_event(held.session, held.file.id, CaseEvent(held.now, Happened.NOTED.value, held.by))
        return note

    def _notice(self, response: str, held: _Held, who: Colleague, **other: str) -> Draft:
        return self._promises.draft(response, held.conversation, {"who": who.name, "role": who.role} | other)


async def _require_seen(held: _Held, seen: str | None) -> None:
    """Raise IllegalMove when the carer wrote something that was not on the page of whoever ends this: nobody would answer it."""
    if not seen:
        return
    shown = await conversation_store.get_message(held.session, held.file.conversation, seen)
    wrote = await conversation_store.get_last_position(held.session, held.file.conversation, Author.CARER)
    if shown and wrote and wrote > shown.position:
        raise IllegalMove("The carer has just written. Read it below first. Nothing was changed.")
