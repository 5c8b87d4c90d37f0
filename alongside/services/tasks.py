"""Checking back on a carer after danger: planned with the case, looked after when its day comes, ended by a worker.

Rules kept: a case that was about danger has a check-back from the moment a worker has it, stored with the move that asks for
it; it is with somebody who is there on its day; it goes when the conversation is erased. Why one was not needed is a note.
"""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import Kind
from alongside.core.cases import CaseEvent, CaseFile, Happened, Note
from alongside.core.conversations import clean_text
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import SYSTEM, Actor, IllegalMove, Role, State, Urgency
from alongside.core.permissions import may, require
from alongside.core.rota import Calendar, Rostered
from alongside.core.tasks import MAX_REASON, CheckBack, Ending, Task, day_of, plan_check_back
from alongside.services.alerts import Alerts
from alongside.services.chores import forever
from alongside.services.ports import Clock
from alongside.services.promises import Promises
from alongside.services.teams import Colleague, Roster, can_have_cases, read_roster
from alongside.store import cases as case_store
from alongside.store import conversations as conversation_store
from alongside.store import tasks as store
from alongside.store.base import Database

log = structlog.get_logger()

LISTED = 200
"""Tasks on one page: more than a team has."""

_GONE = "This task is not there any more: the carer has deleted the conversation. Go back to your tasks."


@dataclass(frozen=True)
class Due:
    """One task as a list shows it: with its case, who is to do it, its service's name, and who else could."""

    task: Task
    file: CaseFile
    who: Colleague
    service: str | None
    others: Sequence[Colleague]


@dataclass(frozen=True)
class _Taken:
    """A task within a transaction that holds its conversation."""

    session: AsyncSession
    task: Task
    file: CaseFile
    roster: Roster
    by: Actor
    now: datetime

    async def change(self, after: Task, what: Happened, **details: str) -> None:
        if not await store.change(self.session, self.task, after):
            raise IllegalMove("This task has just been changed by somebody else. Load the page again to see how it stands now.")
        await case_store.add_event(self.session, self.file.id, CaseEvent(self.now, what.value, self.by, details))


class Tasks:
    """Use cases of those who check back. Each that changes something is one transaction."""

    def __init__(self, *, database: Database, promises: Promises, alerts: Alerts, clock: Clock) -> None:
        self._database = database
        self._alerts = alerts
        self._promises = promises
        self._clock = clock

    async def list_for(self, account: Account) -> list[Due]:
        """Return the open tasks of an account and of the cases it may see, the first to be due first."""
        async with self._database.reading() as session:
            found = await store.list_open(session, account, limit=LISTED)
            roster = await read_roster(session, today=self._clock.today())
        return [
            Due(
                task,
                file,
                roster.colleague(task.account),
                roster.service_name(file.service),
                [other for other in _able(roster, file) if other.account.id != task.account],
            )
            for task, file in found
        ]

    async def finish(self, account: Account, task_id: str) -> None:
        """End a task: the carer was checked back on."""
        async with self._taking(account, task_id, "done") as taken:
            after = replace(taken.task, ended_at=taken.now, ended_by=account.id, ending=Ending.DONE)
            await taken.change(after, Happened.CHECK_DONE)

    async def drop(self, account: Account, task_id: str, reason: str) -> None:
        """End a task that is not needed. Why is kept as a note on the case."""
        reason = clean_text(reason)
        if not reason or len(reason) > MAX_REASON:
            raise InvalidInput(
                f"Write in 1 to {MAX_REASON} characters why it is not needed, for your colleagues. Nothing was changed."
            )
        async with self._taking(account, task_id, "not_needed") as taken:
            after = replace(taken.task, ended_at=taken.now, ended_by=account.id, ending=Ending.NOT_NEEDED)
            await taken.change(after, Happened.CHECK_DROPPED)
            await case_store.add_note(taken.session, taken.file.id, Note(uuid.uuid4().hex, taken.now, account.id, reason))
            await case_store.add_event(taken.session, taken.file.id, CaseEvent(taken.now, Happened.NOTED.value, taken.by))

    async def move(self, account: Account, task_id: str, to: str) -> Colleague:
        """Give a task to a colleague, for their first working day from its day on; returns who has it now."""
        async with self._taking(account, task_id, "move") as taken:
            others = [other for other in _able(taken.roster, taken.file) if other.account.id != taken.task.account]
            colleague = next((other for other in others if other.account.id == to), None)
            if colleague is None:
                raise InvalidInput("That colleague cannot check back on this carer. Nothing was changed. Choose another one.")
            first = max(day_of(taken.task.due_at), day_of(taken.now))
            plan = plan_check_back(_person(taken.roster, to), (), first, self._promises.calendar)
            after = replace(taken.task, account=to, due_at=plan.due_at, alerted_at=None)
            await taken.change(after, Happened.CHECK_MOVED, **_about(plan))
            return colleague

    async def look_after(self) -> None:
        """For each task whose day has come: make sure it is with somebody who is there, and alert them once.

        Whoever was alerted and is away since, or can have no cases any more, does it no more: it is planned anew.
        """
        async with self._database.reading() as session:
            due = await store.list_due(session, now=self._clock.now())
            roster = await read_roster(session, today=self._clock.today()) if due else None
        for task in due:
            if roster and task.alerted_at and can_have_cases(roster.accounts[task.account]) and not roster.is_away(task.account):
                continue
            try:
                await self._look_after(task)
            except Exception as error:  # one task must not keep the others waiting
                log.error("task not looked after", task=task.id, kind=type(error).__name__)

    async def look_after_forever(self, *, every: float) -> None:
        """Call look_after each ``every`` seconds until cancelled."""
        await forever(self.look_after, every=every, failed="tasks not looked after")

    async def _look_after(self, task: Task) -> None:
        now = self._clock.now()
        async with self._database.transaction() as session:
            file = await case_store.get(session, task.case)
            if file is None or not await conversation_store.lock(session, file.conversation):
                return
            roster = await read_roster(session, today=self._clock.today())
            plan = _plan(roster, file, task.account, day_of(now), self._promises.calendar)
            if plan.who != task.account or plan.due_at > now:
                if await store.change(session, task, replace(task, account=plan.who, due_at=plan.due_at, alerted_at=None)):
                    event = CaseEvent(now, Happened.CHECK_PLANNED.value, SYSTEM, _about(plan))
                    await case_store.add_event(session, file.id, event)
                return
            if task.alerted_at:
                return  # nobody is there sooner than who has it
        # First the alert, which is raised once however often this is done, then that it was: a crash in between loses neither.
        once = f"{task.id}/{task.due_at.isoformat()}"
        await self._alerts.raise_(task.account, Kind.CHECK_BACK, case=task.case, once_for=once)
        async with self._database.transaction() as session:
            await store.change(session, task, replace(task, alerted_at=now))

    @asynccontextmanager
    async def _taking(self, account: Account, task_id: str, action: str) -> AsyncIterator[_Taken]:
        """Hold an open task on which somebody may do this, until the block ends."""
        async with self._database.transaction() as session:
            task = await store.get(session, task_id)
            file = await case_store.get(session, task.case) if task else None
            if task is None or file is None or not await conversation_store.lock(session, file.conversation):
                raise NotFound(_GONE)
            roster = await read_roster(session, today=self._clock.today())
            me = roster.colleague(account.id)
            task = await store.get(session, task_id)  # as it stands now that nobody else can change it
            if task is None:
                raise NotFound(_GONE)
            if task.account != account.id:
                require(me.account, f"tasks.{action}", file)
            if task.ended_at is not None:
                ended_by = roster.colleague(task.ended_by).name if task.ended_by else "Somebody"
                raise IllegalMove(f"{ended_by} has ended this task already. Nothing was changed.")
            role = Role.WORKER if me.account.role is AccountRole.WORKER else Role.LEAD
            yield _Taken(session, task, file, roster, Actor(role, account.id), self._clock.now())


async def follow(
    session: AsyncSession,
    before: CaseFile,
    after: CaseFile,
    roster: Roster,
    calendar: Calendar,
    now: datetime,
    *,
    said_at: datetime | None = None,
) -> None:
    """Keep the check-back of a case in step with the case, in the transaction that changes it.

    A danger that a worker has, or had and gave away, gets one for the next working day; whoever takes the case over takes it
    along. ``said_at`` is when a danger was said anew: a check-back that was made before that does not do for it.
    """
    task = await store.get_open(session, after.id)
    if task is not None:
        if after.owner is None or after.owner in (before.owner, task.account):
            return
        first = max(day_of(task.due_at), day_of(now))
    elif _needs_one(after) and not await store.has_any_since(session, after.id, said_at or after.requested_at):
        first = day_of(now) + timedelta(days=1)
    else:
        return
    owner = after.owner or before.owner
    if owner is None:
        return
    plan = _plan(roster, after, owner, first, calendar)
    if task is None:
        await store.add(session, Task(uuid.uuid4().hex, after.id, plan.who, plan.due_at, now))
    else:
        await store.change(session, task, replace(task, account=plan.who, due_at=plan.due_at, alerted_at=None))
    event = CaseEvent(now, Happened.CHECK_PLANNED.value, SYSTEM, _about(plan))
    await case_store.add_event(session, after.id, event)


def _needs_one(file: CaseFile) -> bool:
    return file.case.urgency is Urgency.DANGER and file.case.state is not State.WAITING


def _plan(roster: Roster, file: CaseFile, account: str, first_day: date, calendar: Calendar) -> CheckBack:
    """Plan a check-back by somebody, or by whoever stands in for them: their cover, the others of the service, its duty."""
    team = roster.team(file.service, None, first=account)
    named = roster.cover(account)
    covers = [roster.person(named.id)] if named else []
    stand_ins = (team.cover.get(account), *team.workers, team.duty, *team.leads)
    covers += [person for person in stand_ins if person and person.code != account]
    return plan_check_back(_person(roster, account), covers, first_day, calendar)


def _person(roster: Roster, account: str) -> Rostered:
    return replace(roster.person(account), is_disabled=not can_have_cases(roster.accounts[account]))


def _able(roster: Roster, file: CaseFile) -> list[Colleague]:
    """Return who may open a case, and so can check back on its carer."""
    return [other for other in roster.colleagues() if may(other.account, "inbox.case", file)]


def _about(plan: CheckBack) -> dict[str, str]:
    return {"to": plan.who, "on": plan.due_at.isoformat()}
