"""Accounts, carers and cases for tests of handover, on a directory with one ward and those who serve it."""

import uuid
from typing import Any

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.conversations import TALK_TO_PERSON, Author, Conversation, Message
from alongside.core.directory import WEEKDAYS
from alongside.core.handover import Case, Reason, State
from alongside.core.promise import Promise, Route
from alongside.store import accounts as accounts_store
from alongside.store import cases as cases_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.directory_builders import duty, organisation, period, service, worker
from tests.fakes import NOW

ALL_WEEK = tuple(period(weekday, "09:00", "17:00") for weekday in WEEKDAYS)


async def fill_directory(parts: Container, **hours: Any) -> None:
    """Fill the directory with larch and rowan; each name given is a worker of larch with those hours."""
    workers = tuple(worker(f"code-{name}", name=f"{name.capitalize()} Example", hours=periods) for name, periods in hours.items())
    await parts.directory.import_all(
        [organisation(services=(service("larch"), service("rowan")), workers=workers, contacts=(duty(),))]
    )


async def add_account(database: Database, name: str = "ada", **given: Any) -> Account:
    """Add somebody who can sign in; the directory's worker of that name is they."""
    defaults = {
        "id": uuid.uuid4().hex,
        "email": f"{name}@example.org",
        "name": f"{name.capitalize()} Example",
        "role": AccountRole.WORKER,
        "services": frozenset({"larch"}),
        "created_at": NOW,
        "worker": f"code-{name}",
    }
    account = Account(**(defaults | given))
    async with database.transaction() as session:
        await accounts_store.add(session, account, password_hash=None)
    return account


async def begin(parts: Container, **given: str) -> Conversation:
    conversation, _, _ = await parts.conversations.begin(channel="web", **({"service": "larch"} | given))
    return conversation


async def thread(parts: Container, conversation: Conversation) -> list[Message]:
    return await parts.conversations.messages_after(conversation, None)


async def say(parts: Container, conversation: Conversation, text: str | None = None) -> list[Message]:
    """Send a text, or press "Talk to a person", and return what was said to it once its turn is over."""
    if text is None:
        message = await parts.turns.receive(conversation.id, choice=TALK_TO_PERSON)
    else:
        message = await parts.turns.receive(conversation.id, text=text)
    await parts.turns.finish()
    return [other for other in await thread(parts, conversation) if other.reply_to == message.id]


async def current(parts: Container, conversation: Conversation) -> CaseFile:
    async with parts.database.reading() as session:
        file = await parts.requests.current(session, conversation.id)
    assert file is not None
    return file


async def ask(parts: Container, **given: str) -> tuple[Conversation, CaseFile]:
    """Begin a conversation in which a person is asked for."""
    conversation = await begin(parts, **given)
    await say(parts, conversation)
    return conversation, await current(parts, conversation)


def case_file(conversation: str, **given: Any) -> CaseFile:
    """Build a case as it is kept; ``state``, ``owner`` and ``reason`` are its case's."""
    case = Case(
        id=given.pop("id", uuid.uuid4().hex),
        state=given.pop("state", State.WAITING),
        owner=given.pop("owner", None),
        reason=given.pop("reason", Reason.ASKED),
    )
    defaults = {"service": "larch", "promise": Promise(Route.NOBODY, NOW), "requested_at": NOW}
    return CaseFile(case, conversation, **(defaults | given))


async def add_case(database: Database, conversation: str, **given: Any) -> CaseFile:
    file = case_file(conversation, **given)
    async with database.transaction() as session:
        await cases_store.add(session, file)
    return file


def authors(messages: list[Message]) -> list[Author]:
    return [message.author for message in messages]
