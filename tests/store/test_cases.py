"""Cases as they are kept: one open case a conversation, changed only from what it was, and gone with the conversation."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from alongside.core.cases import CaseEvent, Note
from alongside.core.handover import Actor, Move, Outcome, Reason, Role, State, move
from alongside.core.promise import Person, Promise, Route
from alongside.store import case_lists
from alongside.store import cases as store
from alongside.store import conversations as conversation_store
from alongside.store.base import Database
from alongside.store.case_lists import Scope
from alongside.store.cases import CaseEventRow, CaseNoteRow, CaseRow
from tests.builders import container
from tests.case_builders import add_account, add_case, begin, case_file, fill_directory
from tests.fakes import NOW

ADA = Person("ada", "Ada", "carer support worker", "Tuesday")
PROMISE = Promise(
    Route.COVER,
    NOW,
    who=ADA,
    reply_by=NOW + timedelta(hours=3),
    cover=replace(ADA, code="bea"),
    instead_of=replace(ADA, code="cy"),
    is_danger=True,
    missed_by=frozenset({"cy"}),
)


@pytest.fixture
async def conversation(database: Database) -> str:
    parts = container(database)
    await fill_directory(parts)
    return (await begin(parts)).id


async def test_a_case_comes_back_as_it_was_kept(database: Database, conversation: str) -> None:
    ada = await add_account(database)
    file = await add_case(
        database,
        conversation,
        state=State.WITH_WORKER,
        owner=ada.id,
        reason=Reason.SAFETY_OTHER,
        promise=PROMISE,
        claimed_at=NOW,
        carer_wrote_at=NOW,
        worker_wrote_at=NOW,
    )
    async with database.reading() as session:
        assert await store.get(session, file.id) == file
        assert await store.get_current(session, conversation, closed_since=NOW) == file


async def test_a_conversation_has_one_open_case(database: Database, conversation: str) -> None:
    await add_case(database, conversation)
    with pytest.raises(IntegrityError):
        await add_case(database, conversation, state=State.BOT)


async def test_the_open_case_is_current_else_the_one_closed_last_if_not_too_long_ago(
    database: Database, conversation: str
) -> None:
    early = await add_case(database, conversation, state=State.CLOSED, closed_at=NOW - timedelta(days=2))
    late = await add_case(database, conversation, state=State.CLOSED, closed_at=NOW - timedelta(days=1))
    async with database.reading() as session:
        assert await store.get_current(session, conversation, closed_since=NOW - timedelta(days=3)) == late
        assert await store.get_current(session, conversation, closed_since=NOW) is None
        assert early != late
    still_open = await add_case(database, conversation)
    async with database.reading() as session:
        assert await store.get_current(session, conversation, closed_since=NOW - timedelta(days=3)) == still_open


async def test_a_case_is_changed_only_from_what_it_was(database: Database, conversation: str) -> None:
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    file = await add_case(database, conversation)
    by_ada = replace(file, case=move(file.case, Move.CLAIM, by=Actor(Role.WORKER, ada.id)))
    by_bea = replace(file, case=move(file.case, Move.CLAIM, by=Actor(Role.WORKER, bea.id)))
    async with database.transaction() as session:
        assert await store.change(session, file, by_ada)
        assert not await store.change(session, file, by_bea)
        assert await store.get(session, file.id) == by_ada
        assert not await store.change(session, by_bea, replace(by_bea, service="rowan"))


async def test_cases_are_listed_danger_first_then_by_who_waits_longest(database: Database) -> None:
    parts = container(database)
    await fill_directory(parts)
    ids = [(await begin(parts)).id for _ in range(4)]
    late = await add_case(database, ids[0], requested_at=NOW + timedelta(hours=2))
    early = await add_case(database, ids[1], requested_at=NOW + timedelta(hours=1))
    danger = await add_case(database, ids[2], requested_at=NOW + timedelta(hours=3), reason=Reason.SAFETY_SELF)
    elsewhere = await add_case(database, ids[3], service="rowan")
    async with database.reading() as session:
        larch, rowan = Scope((State.WAITING,), services=["larch"]), Scope((State.WAITING,), services=["rowan"])
        assert await case_lists.list_cases(session, larch, account="ada") == [danger, early, late]
        assert await case_lists.list_cases(session, rowan, account="ada") == [elsewhere]
        assert await case_lists.list_cases(session, larch, account="ada", limit=1) == [danger]
        assert await case_lists.list_cases(session, larch, account="ada", limit=1, offset=1) == [early]
        assert await case_lists.list_cases(session, Scope((State.CLOSED,), services=["larch"]), account="ada") == []
        assert await case_lists.list_cases(session, Scope((State.WAITING,)), account="ada") == []


async def test_a_case_of_no_known_service_is_in_every_services_list(database: Database, conversation: str) -> None:
    file = await add_case(database, conversation, service=None)
    async with database.reading() as session:
        scope = Scope((State.WAITING,), services=["rowan"], with_nobodys=True)
        assert await case_lists.list_cases(session, scope, account="ada") == [file]


async def test_who_waits_who_is_stranded_and_who_is_owed_a_reply_is_watched(database: Database) -> None:
    parts = container(database)
    await fill_directory(parts)
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    ids = [(await begin(parts)).id for _ in range(4)]
    waiting = await add_case(database, ids[0], promise=PROMISE)
    stranded = await add_case(database, ids[1], state=State.WITH_WORKER, owner=ada.id, promise=replace(PROMISE, reply_by=NOW))
    wrote = {"state": State.WITH_WORKER, "claimed_at": NOW, "worker_wrote_at": NOW}
    gone = await add_case(database, ids[2], owner=ada.id, promise=replace(PROMISE, reply_by=NOW + timedelta(days=9)), **wrote)
    await add_case(database, ids[3], owner=bea.id, **wrote)
    async with database.reading() as session:
        assert await store.list_watched(session, away=[ada.id]) == [stranded, waiting, gone]
        assert await store.list_watched(session, away=[]) == [stranded, waiting]


async def test_the_log_and_the_notes_of_a_case_come_back_in_order(database: Database, conversation: str) -> None:
    ada = await add_account(database)
    file = await add_case(database, conversation)
    events = [
        CaseEvent(NOW, "request", Actor(Role.CARER), {"reason": "asked"}),
        CaseEvent(NOW, "claim", Actor(Role.WORKER, ada.id)),
    ]
    notes = [Note(f"{number}", NOW + timedelta(minutes=number), ada.id, "Ring the ward.") for number in range(2)]
    async with database.transaction() as session:
        for event in events:
            await store.add_event(session, file.id, event)
        for note in notes:
            await store.add_note(session, file.id, note)
    async with database.reading() as session:
        assert await store.list_events(session, file.id) == events
        assert await store.list_notes(session, file.id) == notes


async def test_an_erased_conversation_takes_its_cases_log_and_notes_with_it(database: Database, conversation: str) -> None:
    ada = await add_account(database)
    file = await add_case(database, conversation)
    async with database.transaction() as session:
        await store.add_event(session, file.id, CaseEvent(NOW, "request", Actor(Role.CARER)))
        await store.add_note(session, file.id, Note("note", NOW, ada.id, "Ring the ward."))
    async with database.transaction() as session:
        await conversation_store.erase(session, conversation)
    async with database.reading() as session:
        for table in (CaseRow, CaseEventRow, CaseNoteRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_case_of_nobodys_conversation_is_rejected(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await add_case(database, "nowhere")


async def test_an_outcome_is_kept(database: Database, conversation: str) -> None:
    ada = await add_account(database)
    file = await add_case(database, conversation, state=State.WITH_WORKER, owner=ada.id)
    case = move(file.case, Move.CLOSE, by=Actor(Role.WORKER, ada.id), outcome=Outcome.SPOKE_OR_MET)
    async with database.transaction() as session:
        assert await store.change(session, file, replace(file, case=case, closed_at=NOW))
        kept = await store.get(session, file.id)
    assert kept is not None
    assert (kept.case.outcome, kept.closed_at, kept.owner) == (Outcome.SPOKE_OR_MET, NOW, ada.id)


def test_a_case_needs_a_reply_once_the_carer_wrote_after_the_worker() -> None:
    file = case_file("c", state=State.WITH_WORKER, owner="ada", carer_wrote_at=NOW)
    assert file.needs_reply
    assert not replace(file, worker_wrote_at=NOW).needs_reply
    assert replace(file, worker_wrote_at=NOW - timedelta(seconds=1)).needs_reply
    assert not case_file("c", carer_wrote_at=NOW).needs_reply
