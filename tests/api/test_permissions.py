"""Every route behind signing in, tried as every role with what is somebody else's: refused, nothing of theirs changed or shown.

What is refused is asked of the permission table, and each refusal must come from it alone: the same request by those it is for
gets through. So a use case that does not ask the table fails here.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.details import Details
from alongside.core.permissions import OPEN, PERMISSIONS, Reach, may, may_arrange, may_entrust, may_use
from alongside.core.rota import Leave
from alongside.store import cases as case_store
from alongside.store.alerts import AlertRow
from alongside.store.base import Base, Database
from alongside.store.conversations import MessageRow
from alongside.store.tasks import TaskRow
from alongside.wiring import Container
from tests.api.test_accounts import ROUTES, name_of
from tests.api.test_people import Browser, SignIn, sign_in  # noqa: F401
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, begin, current, fill_directory, say
from tests.fakes import CountingAssistant, FakeAlerter, FakeClock

SECRET = "quokka"
"""It is in all that the stranger and their carer wrote, and on no page of anybody else."""

PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")

ABOUT_PEOPLE = ("people.person", "people.set_hours", "people.add_leave", "people.remove_leave", "people.set_cap")
"""What a lead may do for everybody of a shared service; the rest only for who sees no more than they do."""

TRIED = sorted(
    (route for route in ROUTES if PERMISSIONS[route.name] is not OPEN),
    key=lambda route: route.name == "accounts.sign_out",  # last: nothing can be tried after it
)

SOMEBODYS = {"case_id", "task_id", "reply_id", "route_id", "person_id"}


def is_about_something(route: Any) -> bool:
    """Say whether an address names something that is somebody's."""
    return bool(SOMEBODYS & set(PARAMETER.findall(route.path))) or route.name == "inbox.events"


NOT_LET_THROUGH = {
    "inbox.events": "a stream has no end; tests/api/test_inbox.py listens to it",
    "inbox.file": "it needs a file on Telegram; tests/telegram/test_files.py opens one",
}
"""Routes of which is not tried here that those they are for get through, and why."""


@dataclass(frozen=True)
class Theirs:
    """What is the stranger's. ``own`` is a message in their case that the visitor wrote, before the case went to them."""

    person: Account
    file: CaseFile
    said: str
    own: str
    task: str
    reply: str
    route: str

    @property
    def ids(self) -> tuple[str, ...]:
        return (
            self.person.id,
            self.file.id,
            self.file.conversation,
            self.said,
            self.own,
            self.task,
            self.reply,
            self.route,
        )

    def path(self, route: Any) -> str:
        """Return the address with the stranger's ids in it, and the query a page of theirs would send."""
        message = self.own if route.name in ("inbox.correct", "inbox.withdraw") else self.said
        known = {
            "case_id": self.file.id,
            "message_id": message,
            "task_id": self.task,
            "reply_id": self.reply,
            "route_id": self.route,
            "person_id": self.person.id,
            "number": "1",
            "key": "visiting/children",
            "topic": "visiting",
            "name": "children",
            "handle": "none",
        }
        query = {
            "inbox.list": "?q=elderflower",
            "inbox.events": f"?case={self.file.id}",
            "inbox.earlier": f"?before={self.said}",
        }
        return PARAMETER.sub(lambda found: known[found[1]], route.path) + query.get(route.name, "")

    def form(self, route: Any, visitor: Account) -> dict[str, str]:
        """Return what the page would send; without it a request could be refused for what it lacks."""
        leave = {"first-day": "2026-12-01", "last-day": "2026-12-02"}
        person = {"email": "new@example.org", "name": "Nell New", "role": "worker"}
        person |= {f"service-{code}": "yes" for code in visitor.services}
        forms: Mapping[str, Mapping[str, str]] = {
            "inbox.reply": {"text": "Hello", "client_id": "c"},
            "inbox.note": {"text": "A note"},
            "inbox.transfer": {"to": visitor.id, "reason": "They know the ward"},
            "inbox.close": {"outcome": "answered"},
            "inbox.correct": {"text": "Other words"},
            "inbox.compose": {"show": "replies"},
            "tasks.not_needed": {"reason": "They rang"},
            "tasks.move": {"to": visitor.id},
            "replies.add": {"title": "A title", "text": "A text"},
            "replies.change": {"title": "A title", "text": "A text"},
            "alerts.add": {"address": "json://127.0.0.1/own"},
            "alerts.add_email": {"email": "own@example.org"},
            "people.add": person,
            "people.add_my_leave": leave,
            "people.remove_my_leave": leave,
            "people.set_hours": {"monday-1-starts": "09:00", "monday-1-ends": "10:00"},
            "people.add_leave": {"first-day": "2027-02-01", "last-day": "2027-02-02"},
            "people.remove_leave": leave,
            "people.set_cover": {"cover": visitor.id},
            "people.set_cap": {"cap": "3"},
            "people.set_services": {"service-rowan": "yes"},
            "people.set_role": {"role": "lead"},
            "asked.begin": {"name": "children"},
        }
        return dict(forms.get(route.name, {}))

    def refusal(self, route: Any, visitor: Account) -> int | None:
        """Return the status with which the visitor is refused; None for what they may do, or where nothing is the stranger's."""
        parameters, row = set(PARAMETER.findall(route.path)), PERMISSIONS[route.name]
        if not may_use(visitor, route.name):
            return 403
        if "person_id" in parameters:
            ask = may_arrange if route.name in ABOUT_PEOPLE else may_entrust
            return None if ask(visitor, self.person) else 403
        if "reply_id" in parameters or "route_id" in parameters:
            return 404  # nobody is told that there is one
        if parameters & {"case_id", "task_id"} or route.name == "inbox.events":
            assert row[visitor.role] is not Reach.NO_CASE
            return None if may(visitor, route.name, self.file) else 403
        return None


@pytest.fixture
def parts(database: Database, assistant: CountingAssistant, clock: FakeClock) -> Container:
    return container(database, assistant, clock, alerter=FakeAlerter())


async def has_a_case(parts: Container, visitor: Account) -> Theirs:
    """Return what a worker of rowan has: a dangerous case with all that can be in one, a task, a reply, a way, leave."""
    far = await add_account(parts.database, "far", services=frozenset({"rowan"}))
    await parts.rota.add_leave(None, far.id, Leave(date(2026, 12, 1), date(2026, 12, 2)))
    conversation = await begin(parts, service="rowan")
    await say(parts, conversation, f"An elderflower {SECRET} and I want to kill myself")
    file = await current(parts, conversation)
    await parts.handover.claim(far, file.id)
    said = await parts.handover.reply(far, file.id, f"A {SECRET} is written", client_id="a")
    own = await parts.handover.reply(far, file.id, f"Another {SECRET} is written", client_id="b")
    await parts.handover.note(far, file.id, f"A {SECRET} is noted")
    reply = await parts.replies.keep(far, title=f"A {SECRET}", text=f"A {SECRET} is saved")
    way = await parts.alert_routes.add(far.id, f"{SECRET}://127.0.0.1")
    async with parts.database.transaction() as session:
        await session.execute(update(MessageRow).where(MessageRow.id == own.id).values(account=visitor.id))
        file = await case_store.get(session, file.id) or file
        named = replace(file, details=Details(name=f"Carer {SECRET}"))
        assert await case_store.change(session, file, named)
        task = (await session.scalars(select(TaskRow.id))).one()
    return Theirs(far, named, said.id, own.id, task, reply.id, way.id)


async def ask(browser: Browser, theirs: Theirs, route: Any, visitor: Account) -> httpx.Response:
    (method,) = route.methods - {"HEAD"}
    if method == "GET":
        return await asyncio.wait_for(browser.get(theirs.path(route)), 30)  # a stream that is not refused would never end
    return await browser.client.post(theirs.path(route), data={"csrf": browser.csrf, **theirs.form(route, visitor)})


async def rows(database: Database, theirs: Theirs, visitor: Account) -> set[str]:
    """Return every row about something of the stranger's, but for the alerts that the visitor got of it."""
    async with database.reading() as session:
        found = [
            f"{table.name} {row}"
            for table in Base.metadata.sorted_tables
            for row in (await session.execute(select(table))).all()
            if not (table is AlertRow.__table__ and visitor.id in row)
        ]
    return {row for row in found if any(one in row for one in theirs.ids)}


VISITORS = [
    (AccountRole.WORKER, "larch"),
    (AccountRole.WORKER, "rowan"),
    (AccountRole.LEAD, "larch"),
    (AccountRole.LEAD, "rowan"),
    (AccountRole.ADMIN, ""),
    (AccountRole.ADMIN, "rowan"),
    (AccountRole.MAINTAINER, ""),
]


async def add_visitor(parts: Container, role: AccountRole, service: str) -> Account:
    await fill_directory(parts, vic=ALL_WEEK)
    return await add_account(parts.database, "vic", role=role, services=frozenset({service} - {""}))


@pytest.mark.parametrize(("role", "service"), VISITORS, ids=lambda part: getattr(part, "value", part) or "no service")
async def test_what_is_somebody_elses_is_neither_opened_nor_changed_nor_shown(
    parts: Container,
    sign_in: SignIn,  # noqa: F811
    role: AccountRole,
    service: str,
) -> None:
    visitor = await add_visitor(parts, role, service)
    theirs = await has_a_case(parts, visitor)
    browser, before, wrong = await sign_in(visitor), await rows(parts.database, theirs, visitor), []
    assert len(before) > 10
    for route in TRIED:
        refusal = theirs.refusal(route, visitor)
        if refusal is None and is_about_something(route):
            continue  # the table lets them do it to what is the stranger's: tried below
        response = await ask(browser, theirs, route, visitor)
        if response.status_code >= 500 or refusal not in (None, response.status_code):
            wrong.append(f"{name_of(route)}: {response.status_code} and not {refusal}")
        if SECRET in response.text.casefold() and service != "rowan":  # of their service it may be read
            wrong.append(f"{name_of(route)}: shows it")
        if response.request.method != "GET" or route is TRIED[-1]:
            after = await rows(parts.database, theirs, visitor)
            if changed := before ^ after:
                wrong.append(f"{name_of(route)}, or a page looked at before it: changed {changed}")
            before = after
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "route",
    [route for route in TRIED if is_about_something(route) and route.name not in NOT_LET_THROUGH],
    ids=name_of,
)
async def test_the_same_request_gets_through_from_those_it_is_for(
    parts: Container,
    sign_in: SignIn,  # noqa: F811
    route: Any,
) -> None:
    colleague = await add_visitor(parts, AccountRole.LEAD, "rowan")
    theirs = await has_a_case(parts, colleague)
    writes = route.name in ("inbox.correct", "inbox.withdraw")
    who = colleague if writes or "person_id" in route.path else theirs.person
    response = await ask(await sign_in(who), theirs, route, colleague)
    assert response.status_code in (200, 204, 303, 409), response.text


@pytest.mark.parametrize("address", ["/inbox?q=elderflower", "/inbox", "/inbox/tasks", "/inbox/replies", "/alerts"])
async def test_what_is_looked_for_is_there_to_be_found(
    parts: Container,
    sign_in: SignIn,  # noqa: F811
    address: str,
) -> None:
    theirs = await has_a_case(parts, await add_visitor(parts, AccountRole.WORKER, "larch"))
    assert SECRET in (await (await sign_in(theirs.person)).text(address)).casefold()


def test_every_exception_is_of_a_route_there_is() -> None:
    assert set(NOT_LET_THROUGH) <= {route.name for route in TRIED}
