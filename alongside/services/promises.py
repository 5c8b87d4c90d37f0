"""Making the promise of a case, and saying it in approved words.

Rule kept: asking for a person is never a dead end. When nobody can be promised, or what is known of them cannot be read, the
carer is told so, and whom to ring instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from alongside.core.cases import CaseFile
from alongside.core.conversations import Author, Conversation, Draft
from alongside.core.handover import Reason, Urgency, urgency_of
from alongside.core.promise import Person, Promise, Route, Team, make_promise, next_step, variables
from alongside.core.rota import Calendar
from alongside.core.words import Words
from alongside.services.directory import Asked, Directory, say_person
from alongside.services.ports import BankHolidays, Clock
from alongside.services.teams import Roster, read_roster
from alongside.store.base import Database

log = structlog.get_logger()

_NOBODY_TO_NAME: tuple[str, dict[str, str]] = say_person(None)


@dataclass(frozen=True)
class Plan:
    """What is needed to open a case: why, for which service, the promise, and whom to ring if nobody can be promised.

    ``keeps_owner`` says whether the worker who had the case before can still have it; ``is_for_nobody`` that no one at all
    can sign in and have cases, so that a case would wait for ever.
    """

    reason: Reason
    service: str | None
    team: Team
    promise: Promise
    instead: tuple[str, Mapping[str, str]] = ("", {})
    keeps_owner: bool = False
    is_for_nobody: bool = False


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
        first: str | None = None,
        last: str | None = None,
    ) -> Plan:
        """Plan a case. ``first`` had it before and has it again if they can; ``last`` has just given it up.

        It never fails, and must not run within a transaction, as it opens its own.
        """
        is_danger = urgency_of(reason) is Urgency.DANGER
        try:
            roster = await self._roster()
            team = roster.team(service, conversation.nation, first=first, last=last)
            promise = make_promise(self._clock.now(), team, self.calendar, is_danger=is_danger)
            if last is not None:
                promise = replace(promise, instead_of=_instead_of(roster, last, promise))
            keeps_owner = first is not None and _keeps(roster, first, promise)
            is_for_nobody = not roster.colleagues()
        except Exception as error:  # the carer still gets a case, and the helplines
            log.error("no promise could be made", conversation=conversation.id, kind=type(error).__name__)
            team, keeps_owner, is_for_nobody = Team(()), False, False
            promise = Promise(Route.NOBODY, self._clock.now(), is_danger=is_danger)
        instead = await self._instead(conversation, service) if promise.route is Route.NOBODY else ("", {})
        return Plan(reason, service, team, promise, instead, keeps_owner, is_for_nobody)

    async def plan_again(self, conversation: Conversation, file: CaseFile, roster: Roster) -> Plan | None:
        """Plan a new promise for a case that waits; None when the one it has still stands, or no better one can be made."""
        team = roster.team(file.service, conversation.nation)
        promise = next_step(file.promise, self._clock.now(), team, self.calendar).promise
        if promise is None:
            return None
        instead = await self._instead(conversation, file.service) if promise.route is Route.NOBODY else ("", {})
        return Plan(file.case.reason or Reason.ASKED, file.service, team, promise, instead)

    def say(self, plan: Plan, promise: Promise, conversation: Conversation, *, author: Author = Author.BOT) -> list[Draft]:
        """Say a promise in the words for its route, with what to do if it cannot wait."""
        filled = variables(promise, plan.team)
        said = [self.draft(_response(promise), conversation, filled, author=author)]
        if promise.is_danger:
            return said  # whom to ring is said just before
        if promise.route is Route.NOBODY:
            said += self.say_instead(plan, conversation, author=author)
        else:
            response = "utter_cannot_wait_ward" if filled["ward_phone"] else "utter_cannot_wait"
            cannot_wait = self.draft(response, conversation, filled)
            said[0] = replace(said[0], text=f"{said[0].text}\n\n{cannot_wait.text}")
        return said

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

    async def _roster(self) -> Roster:
        async with self._database.reading() as session:
            return await read_roster(session, today=self._clock.today())

    async def _instead(self, conversation: Conversation, service: str | None) -> tuple[str, Mapping[str, str]]:
        try:
            person = await self._directory.person(Asked(remembered=service), nation=conversation.nation)
        except Exception as error:
            log.error("directory failed", conversation=conversation.id, kind=type(error).__name__)
            return _NOBODY_TO_NAME
        return say_person(person)


def _response(promise: Promise) -> str:
    if promise.route is Route.NOBODY:
        return "utter_promise_danger_nobody" if promise.is_danger else "utter_promise_nobody"
    if promise.is_danger:
        return "utter_promise_danger"
    if promise.route is Route.DUTY:
        return "utter_promise_duty"
    if promise.instead_of:
        return "utter_promise_cover"
    return "utter_promise_own_with_cover" if promise.cover else "utter_promise_own"


def _instead_of(roster: Roster, last: str, promise: Promise) -> Person | None:
    """Return who gave the case up, unless the promise is theirs again."""
    if promise.who is None or promise.who.code == last:
        return None
    who = roster.colleague(last)
    return Person(last, who.name, who.role, "")


def _keeps(roster: Roster, first: str, promise: Promise) -> bool:
    """Say whether who had a case can have it again: they are here, and work in time as far as their hours are known."""
    is_here = any(colleague.account.id == first for colleague in roster.colleagues())
    is_promised = promise.who is not None and promise.who.code == first
    return is_here and (is_promised or not roster.has_hours(first))
