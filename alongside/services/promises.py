"""Making the promise of a case, and saying it in approved words.

Rule kept: asking for a person is never a dead end. When nobody can be promised, or what is known of them cannot be read, the
carer is told so, and whom to ring instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from alongside.core.cases import CaseFile
from alongside.core.conversations import Author, Conversation, Draft
from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.handover import Reason, State, Urgency, urgency_of
from alongside.core.promise import (
    Next,
    Promise,
    Route,
    Team,
    hand_on,
    make_promise,
    next_step,
    person_of,
    promise_by,
    promise_without,
    take,
    time_to_look,
    variables,
)
from alongside.core.rota import Calendar, Rostered, is_on, next_on
from alongside.core.words import Words
from alongside.services.directory import Asked, Directory, say_person
from alongside.services.ports import BankHolidays, Clock
from alongside.services.teams import Roster, read_roster
from alongside.store import heartbeats
from alongside.store.base import Database

log = structlog.get_logger()

STILL_THERE = timedelta(minutes=15)
"""Somebody who wrote as lately is at work, whatever their hours say: the carer is in the middle of a talk with them."""

_NOBODY_TO_NAME: tuple[str, dict[str, str]] = say_person(None)


@dataclass(frozen=True)
class Plan:
    """What is needed to open a case: why, for which service, the promise, and whom to ring if nobody can be promised.

    ``keeps_owner`` says whether the worker who had the case before can still have it; ``is_for_nobody`` that no one at all
    can sign in and have cases, so that a case would wait for ever; ``please_ring`` that the last heartbeat was missed;
    ``is_moved`` that the carer was told of somebody else before, and ``is_late`` that they did not keep it. ``owner`` has the
    case already; ``is_told`` says whether the carer should hear of their promise, as they are not at work.
    """

    reason: Reason
    service: str | None
    team: Team
    promise: Promise
    instead: tuple[str, Mapping[str, str]] = ("", {})
    keeps_owner: bool = False
    is_for_nobody: bool = False
    please_ring: bool = False
    is_moved: bool = False
    is_late: bool = False
    owner: Rostered | None = None
    is_told: bool = False


class Promises:
    """Makes promises from the roster, the bank holidays and the time, and says them."""

    def __init__(
        self, *, database: Database, directory: Directory, words: Words, clock: Clock, bank_holidays: BankHolidays
    ) -> None:
        self._database = database
        self._directory = directory
        self._words = words
        self._clock = clock
        self._bank_holidays = bank_holidays

    @property
    def calendar(self) -> Calendar:
        return self._bank_holidays.from_year(self._clock.today().year)

    async def plan(
        self,
        conversation: Conversation,
        reason: Reason,
        *,
        service: str | None,
        first: CaseFile | None = None,
        without: CaseFile | None = None,
    ) -> Plan:
        """Plan a case. The owner of ``first`` has it, or has it again, if they can; the owner of ``without`` gives it up.

        It never fails, and must not run within a transaction, as it opens its own.
        """
        is_danger = urgency_of(reason) is Urgency.DANGER
        had_it = first.owner if first else None
        away: frozenset[str] = frozenset()
        try:
            roster = await self._roster()
            away = roster.away()
            team = roster.team(service, conversation.nation, first=had_it)
            if without and without.owner:
                gave_up = person_of(roster.person(without.owner))
                promise = promise_without(without.promise, gave_up, self._clock.now(), team, self.calendar)
            else:
                promise = make_promise(self._clock.now(), team, self.calendar, is_danger=is_danger)
            keeps_owner = had_it is not None and _keeps(roster, had_it, promise)
            if had_it and not keeps_owner and promise.who:
                promise = replace(promise, instead_of=person_of(roster.person(had_it)))
            owner = roster.person(had_it) if had_it else None
            is_told = owner is not None and not self._is_here(owner, first.worker_wrote_at if first else None)
            is_for_nobody = not roster.colleagues()
        except Exception as error:  # the carer still gets a case, and the helplines
            log.error("no promise could be made", conversation=conversation.id, kind=type(error).__name__)
            team, keeps_owner, is_for_nobody, owner, is_told = Team(()), False, False, None, False
            promise = Promise(Route.NOBODY, self._clock.now(), is_danger=is_danger)
        please_ring = await self._is_failing(conversation)
        names_somebody = please_ring or promise.route is Route.NOBODY
        instead = await self._instead(conversation, service, away) if names_somebody else ("", {})
        return Plan(
            reason,
            service,
            team,
            promise,
            instead,
            keeps_owner,
            is_for_nobody,
            please_ring,
            is_moved=promise.who is not None and ((had_it is not None and not keeps_owner) or without is not None),
            owner=owner,
            is_told=is_told,
        )

    async def plan_later(self, conversation: Conversation, reason: Reason, file: CaseFile) -> Plan:
        """Plan what a carer is owed who writes to the worker who has their case. It never fails, nor runs in a transaction.

        A promise that is still to be kept stands. Whoever is not at work now is spoken of, so that nobody waits for nothing.
        """
        try:
            roster = await self._roster()
            return self.owed_by_owner(roster, conversation, file, reason=reason)
        except Exception as error:  # the worker is told all the same, and the promise is made when next looked after
            log.error("no promise could be made", conversation=conversation.id, kind=type(error).__name__)
            return Plan(reason, file.service, Team(()), file.promise, keeps_owner=True)

    def owed_by_owner(
        self, roster: Roster, conversation: Conversation, file: CaseFile, *, reason: Reason, account: str | None = None
    ) -> Plan:
        """Plan the promise of who has a case, or of the ``account`` that is given it."""
        now, owner = self._clock.now(), account or file.owner or ""
        team, person = roster.team(file.service, conversation.nation, first=owner), roster.person(owner)
        is_danger = file.promise.is_danger and file.is_owed
        promise = file.promise
        if not file.is_owed:
            promise = self._promise_of(person, team, is_danger=is_danger)
        elif account:
            promise = hand_on(promise, person, now, self.calendar) or self._promise_of(person, team, is_danger=is_danger)
        wrote_at = None if account else file.worker_wrote_at
        is_told = not self._is_here(person, wrote_at) and promise.who is not None and promise is not file.promise
        return Plan(reason, file.service, team, promise, keeps_owner=True, owner=person, is_told=is_told)

    def claimed(self, roster: Roster, conversation: Conversation, file: CaseFile, account: str) -> Promise:
        """Return the promise of a case that somebody claims: theirs from now on, and if there was none, one they are held to.

        Nothing is promised where the bot had the conversation: no carer waits, and the worker is there to write first.
        """
        if file.case.state is State.BOT:
            return Promise(Route.NOBODY, self._clock.now())
        person = roster.person(account)
        if file.is_owed:
            return take(file.promise, person, self._clock.now())
        return self._promise_of(person, roster.team(file.service, conversation.nation, first=account), is_danger=False)

    async def look(self, conversation: Conversation, file: CaseFile, roster: Roster) -> tuple[Next, Plan | None]:
        """Return what a case's promise needs now, and the plan of a new promise if that is it."""
        team = roster.team(file.service, conversation.nation, first=file.owner)
        taken_at = max(file.claimed_at or file.promise.made_at, file.promise.made_at) if file.owner else None
        step = next_step(file.promise, self._clock.now(), team, self.calendar, taken_at=taken_at)
        if step.promise is None:
            return step.next, None
        is_nobody = step.promise.route is Route.NOBODY
        instead = await self._instead(conversation, file.service, roster.away()) if is_nobody else ("", {})
        plan = Plan(file.case.reason or Reason.ASKED, file.service, team, step.promise, instead)
        return step.next, replace(plan, is_moved=file.promise.who is not None, is_late=step.next is Next.MISSED)

    def is_with_carer(self, plan: Plan, file: CaseFile) -> bool:
        """Say whether who has a case is at work, or took it or wrote so lately that they are there all the same."""
        has_just_taken_it = file.claimed_at is not None and self._clock.now() - file.claimed_at < time_to_look(False)
        return has_just_taken_it or (plan.owner is not None and self._is_here(plan.owner, file.worker_wrote_at))

    def _is_here(self, person: Rostered, wrote_at: datetime | None) -> bool:
        now = self._clock.now()
        is_talking = wrote_at is not None and now - wrote_at < STILL_THERE
        return is_talking or not person.hours or is_on(person, now, self.calendar)

    def _promise_of(self, person: Rostered, team: Team, *, is_danger: bool) -> Promise:
        """Return somebody's own promise. Where their hours are not known they are held to the time a colleague would have."""
        now = self._clock.now()
        if person.hours:
            return promise_by(person, now, team, self.calendar, is_danger=is_danger)
        made = make_promise(now, team, self.calendar, is_danger=is_danger)
        return Promise(Route.OWN, now, person_of(person), made.reply_by, is_danger=is_danger) if made.reply_by else made

    def say(self, plan: Plan, promise: Promise, conversation: Conversation, *, author: Author = Author.BOT) -> list[Draft]:
        """Say a promise in the words for its route, with what to do if it cannot wait."""
        filled = variables(promise, plan.team)
        said = [self.draft(_response(promise, is_moved=plan.is_moved), conversation, filled, author=author)]
        if plan.is_late:
            sorry = self.draft("utter_promise_missed", conversation, author=author)
            said[0] = replace(said[0], text=f"{sorry.text}\n\n{said[0].text}")
        if promise.is_danger:
            return said  # whom to ring is said just before
        if promise.route is Route.NOBODY:
            said += self.say_instead(plan, conversation, author=author)
        else:
            said[0] = replace(said[0], text=f"{said[0].text}\n\n{self._cannot_wait(conversation, filled).text}")
            if plan.please_ring:
                said.append(self.draft("utter_please_ring", conversation, author=author))
                said += self.say_instead(plan, conversation, author=author)
        return said

    def say_may_be_late(self, plan: Plan, conversation: Conversation) -> list[Draft]:
        """Say that a promise may be kept late, and what to do if it cannot wait."""
        filled = variables(plan.promise, plan.team)
        said = self.draft("utter_promise_may_be_late", conversation, filled)
        return [replace(said, text=f"{said.text}\n\n{self._cannot_wait(conversation, filled).text}")]

    def say_when_back(self, plan: Plan, conversation: Conversation) -> list[Draft]:
        """Say when the worker who has the case is next at work and replies, who covers, and what to do if it cannot wait."""
        back = next_on(plan.owner, self._clock.now(), self.calendar) if plan.owner else None
        if back is None:
            return []
        filled = variables(plan.promise, plan.team)
        there = back.astimezone(LONDON)
        filled |= {"back_time": say_time(there.time()), "back_day": say_date(there.date())}
        response = "utter_back_with_cover" if plan.promise.cover else "utter_back"
        said = self.draft(response, conversation, filled)
        return [replace(said, text=f"{said.text}\n\n{self._cannot_wait(conversation, filled).text}")]

    def say_instead(self, plan: Plan, conversation: Conversation, *, author: Author = Author.BOT) -> list[Draft]:
        """Say whom to ring, where nobody is promised; after danger that was said already."""
        if plan.promise.is_danger:
            return []
        response, about = plan.instead if plan.instead[0] else _NOBODY_TO_NAME
        return [self.draft(response, conversation, about, author=author)]

    def draft(
        self,
        response: str,
        conversation: Conversation,
        about: Mapping[str, str] | None = None,
        *,
        author: Author = Author.SYSTEM,
    ) -> Draft:
        """Return approved words with what is known filled in. They are a notice of the service unless said to be the bot's."""
        wording = self._words.find(response, nation=conversation.nation)
        text = self._words.fill(wording.text, today=self._clock.today())
        for name, value in (about or {}).items():
            text = text.replace(f"{{{name}}}", value)
        return Draft(text=text, author=author, choices=wording.choices)

    def _cannot_wait(self, conversation: Conversation, filled: Mapping[str, str]) -> Draft:
        response = "utter_cannot_wait_ward" if filled["ward_phone"] else "utter_cannot_wait"
        return self.draft(response, conversation, filled)

    async def _roster(self) -> Roster:
        async with self._database.reading() as session:
            return await read_roster(session, today=self._clock.today())

    async def _is_failing(self, conversation: Conversation) -> bool:
        """Say whether handovers on this channel failed when last tried; not knowing is no reason to alarm a carer."""
        try:
            async with self._database.reading() as session:
                return await heartbeats.is_failing(session, conversation.channel)
        except Exception as error:
            log.error("heartbeat not read", conversation=conversation.id, kind=type(error).__name__)
            return False

    async def _instead(
        self, conversation: Conversation, service: str | None, away: frozenset[str]
    ) -> tuple[str, Mapping[str, str]]:
        """Return whom to ring: nobody of those who are ``away``."""
        try:
            person = await self._directory.person(Asked(remembered=service), nation=conversation.nation, but_not=away)
        except Exception as error:
            log.error("directory failed", conversation=conversation.id, kind=type(error).__name__)
            return _NOBODY_TO_NAME
        return say_person(person)


def _response(promise: Promise, *, is_moved: bool) -> str:
    if promise.route is Route.NOBODY:
        return "utter_promise_danger_nobody" if promise.is_danger else "utter_promise_nobody"
    if promise.is_danger:
        return "utter_promise_danger"
    if promise.route is Route.DUTY and not is_moved:
        return "utter_promise_duty"
    if promise.instead_of:
        return "utter_promise_cover"
    return "utter_promise_own_with_cover" if promise.cover else "utter_promise_own"


def _keeps(roster: Roster, first: str, promise: Promise) -> bool:
    """Say whether who had a case can have it again: they are here, and work in time as far as their hours are known."""
    is_here = any(colleague.account.id == first for colleague in roster.colleagues())
    is_promised = promise.who is not None and promise.who.code == first
    return is_here and (is_promised or not roster.has_hours(first))
