"""Checking back after danger, through the services on a real database."""

from datetime import timedelta

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import Kind
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.directory import WEEKDAYS
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import IllegalMove, Outcome, State
from alongside.core.permissions import Forbidden
from alongside.core.rota import Leave
from alongside.services.lists import Show
from alongside.services.tasks import Due
from alongside.store import rota as rota_store
from alongside.store.base import Database
from alongside.store.tasks import TaskRow
from alongside.wiring import Container
from tests.builders import container, other_process
from tests.case_builders import ALL_WEEK, add_account, ask, begin, current, fill_directory, say, thread
from tests.directory_builders import period
from tests.fakes import FakeClock

SAD = "I want to kill myself"
TOMORROW = timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def parts(database: Database, clock: FakeClock) -> Container:
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "bea")


async def danger(parts: Container) -> tuple[Conversation, CaseFile]:
    conversation = await begin(parts)
    await say(parts, conversation, SAD)
    return conversation, await current(parts, conversation)


async def tasks(parts: Container, account: Account) -> list[Due]:
    return await parts.tasks.list_for(account)


async def today(parts: Container, account: Account) -> int:
    return (await parts.lists.cases(account, Show.MINE)).around.check_backs


async def log(parts: Container, account: Account, case_id: str) -> list[str]:
    return [event.what for event in (await parts.handover.open_case(account, case_id)).events]


async def test_a_danger_that_is_claimed_has_a_check_back_on_the_next_working_day(parts: Container, ada: Account) -> None:
    _, file = await danger(parts)
    assert await tasks(parts, ada) == []
    await parts.handover.claim(ada, file.id)
    (due,) = await tasks(parts, ada)
    assert (due.file.id, due.who.name, due.task.due_at.isoformat()) == (file.id, "Ada", "2026-11-25T09:00:00+00:00")
    assert "check_planned" in await log(parts, ada, file.id)


async def test_an_ordinary_case_has_none(parts: Container, ada: Account) -> None:
    _, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    assert await tasks(parts, ada) == []


async def test_a_danger_said_to_a_worker_has_one_too(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await say(parts, conversation, SAD)
    assert [due.who.name for due in await tasks(parts, ada)] == ["Ada"]


async def test_one_at_a_time_however_often_it_is_closed_and_opened(parts: Container, ada: Account) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    await parts.handover.reopen(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    assert len(await tasks(parts, ada)) == 1


async def test_one_that_was_done_is_not_made_again_unless_danger_is_said_again(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(TOMORROW)
    (due,) = await tasks(parts, ada)
    await parts.tasks.finish(ada, due.task.id)
    await parts.handover.reply(ada, file.id, "How are you?", client_id="1")
    assert await tasks(parts, ada) == []
    await say(parts, conversation, SAD)
    assert len(await tasks(parts, ada)) == 1
    assert "check_done" in await log(parts, ada, file.id)


async def test_danger_said_again_to_who_is_off_has_one_as_well(database: Database) -> None:
    clock = FakeClock()
    parts = container(database, clock=clock)
    evenings = tuple(period(weekday, "09:00", "21:00") for weekday in WEEKDAYS)
    await fill_directory(parts, ada=ALL_WEEK, bea=evenings)
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    conversation, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Hello", client_id="1")
    clock.move(TOMORROW)
    (due,) = await tasks(parts, ada)
    await parts.tasks.finish(ada, due.task.id)
    clock.move(timedelta(hours=9))  # Ada has gone home, Bea is there
    await say(parts, conversation, SAD)
    assert (await current(parts, conversation)).case.state is State.WAITING
    await parts.handover.claim(bea, file.id)
    assert [due.who.name for due in await tasks(parts, bea)] == ["Bea"]


async def test_a_danger_handed_back_is_checked_back_on(parts: Container, ada: Account) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    assert [due.who.name for due in await tasks(parts, ada)] == ["Ada"]


async def test_who_checks_back_on_a_carer_who_is_with_the_bot_again_writes_first(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    await say(parts, conversation, "Can I bring a cake?")
    before = len(await thread(parts, conversation))
    clock.move(TOMORROW)
    taken = await parts.handover.claim(ada, file.id)
    (notice,) = (await thread(parts, conversation))[before:]
    assert (taken.case.state, taken.owner, taken.promise.reply_by) == (State.WITH_WORKER, ada.id, None)
    assert "has your messages now" in notice.text
    opened = await parts.handover.open_case(ada, file.id)
    assert opened.events[-1].details == {"because": "writes_first"}
    assert [due.who.name for due in await tasks(parts, ada)] == ["Ada"]
    await parts.handover.reply(ada, file.id, "How are you today?", client_id="1")
    assert await say(parts, conversation, "Better, thank you") == []  # the bot is silent


async def test_nothing_is_promised_or_told_while_who_took_it_up_has_not_written(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    await say(parts, conversation, "Can I bring a cake?")
    await parts.handover.claim(ada, file.id)
    before = len(await thread(parts, conversation))
    for _ in range(10):
        clock.move(timedelta(hours=5))
        await parts.keeping.keep_promises()
    assert len(await thread(parts, conversation)) == before
    assert (await current(parts, conversation)).owner == ada.id
    await say(parts, conversation, "Are you there?")
    assert (await current(parts, conversation)).promise.reply_by is not None  # from now on a reply is owed


async def test_whoever_takes_the_case_over_takes_it_along(parts: Container, ada: Account, bea: Account) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    assert [due.who.name for due in await tasks(parts, ada)] == ["Bea"]
    await parts.handover.release(bea, file.id)
    await parts.handover.claim(ada, file.id)
    assert [due.who.name for due in await tasks(parts, ada)] == ["Ada"]


async def test_it_is_counted_on_its_day_and_after_for_the_one_it_is_with(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    assert await today(parts, ada) == 0
    for _ in range(3):
        clock.move(TOMORROW)
        assert (await today(parts, ada), await today(parts, bea)) == (1, 0)


async def test_why_it_is_not_needed_is_a_note_and_must_be_said(parts: Container, ada: Account) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    (due,) = await tasks(parts, ada)
    for nothing in ("", "  ", "x" * 501):
        with pytest.raises(InvalidInput, match="why it is not needed"):
            await parts.tasks.drop(ada, due.task.id, nothing)
    await parts.tasks.drop(ada, due.task.id, "We spoke on the phone")
    assert await tasks(parts, ada) == []
    opened = await parts.handover.open_case(ada, file.id)
    assert [note.text for note in opened.notes] == ["We spoke on the phone"]
    assert "We spoke" not in repr(opened.events)


async def test_a_colleague_can_have_it_and_it_stays_with_them(parts: Container, ada: Account, bea: Account) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    (due,) = await tasks(parts, ada)
    assert [other.name for other in due.others] == ["Bea"]
    assert (await parts.tasks.move(ada, due.task.id, bea.id)).name == "Bea"
    await parts.handover.reply(ada, file.id, "Hello", client_id="1")
    assert [due.who.name for due in await tasks(parts, bea)] == ["Bea"]
    with pytest.raises(InvalidInput, match="Choose another one"):
        await parts.tasks.move(bea, due.task.id, bea.id)


async def test_what_has_ended_or_is_a_strangers_is_refused(parts: Container, ada: Account, bea: Account) -> None:
    stranger = await add_account(parts.database, "sol", services=frozenset({"rowan"}))
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    (due,) = await tasks(parts, ada)
    assert await tasks(parts, stranger) == []
    with pytest.raises(Forbidden):
        await parts.tasks.finish(stranger, due.task.id)
    await parts.tasks.finish(bea, due.task.id)  # a colleague of the same service
    with pytest.raises(IllegalMove, match="Bea has ended this task already"):
        await parts.tasks.drop(ada, due.task.id, "Not needed")
    with pytest.raises(NotFound, match="not there any more"):
        await parts.tasks.finish(ada, "nothing")


async def test_when_its_day_comes_it_is_with_somebody_who_is_there(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.accounts.disable(ada.email)
    await parts.tasks.look_after()
    assert [due.who.name for due in await tasks(parts, bea)] == ["Ada"]  # not yet
    clock.move(TOMORROW)
    await parts.tasks.look_after()
    (due,) = await tasks(parts, bea)
    assert (due.who.name, due.task.due_at <= clock.now()) == ("Bea", True)
    assert await today(parts, bea) == 1


@pytest.mark.parametrize("is_gone", [True, False])
async def test_it_moves_on_from_who_was_alerted_and_is_away_since(
    parts: Container, clock: FakeClock, ada: Account, bea: Account, is_gone: bool
) -> None:
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Hello", client_id="1")
    clock.move(timedelta(hours=23, minutes=1))
    await parts.tasks.look_after()
    if is_gone:
        await parts.accounts.disable(ada.email)
    else:
        async with parts.database.transaction() as session:
            await rota_store.add_leave(session, ada.id, Leave(parts.clock.today(), parts.clock.today() + timedelta(days=9)))
    for _ in range(3):
        clock.move(timedelta(minutes=1))
        await parts.tasks.look_after()
    (due,) = await tasks(parts, bea)
    assert due.who.name == "Bea"
    assert await today(parts, bea) == 1
    assert [alert.kind for alert in await parts.alerts.list_for(bea.id)].count(Kind.CHECK_BACK) == 1


async def test_whose_it_is_hears_of_it_once_when_their_hours_begin(parts: Container, clock: FakeClock, ada: Account) -> None:
    async def alerts() -> list[str | None]:
        return [alert.case for alert in await parts.alerts.list_for(ada.id) if alert.kind is Kind.CHECK_BACK]

    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    for hours, heard in ((22, []), (1, [file.id]), (1, [file.id])):
        clock.move(timedelta(hours=hours))
        await parts.tasks.look_after()
        await other_process(parts).tasks.look_after()
        assert await alerts() == heard


async def test_it_goes_when_the_carer_deletes_the_conversation(parts: Container, ada: Account) -> None:
    conversation, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    (due,) = await tasks(parts, ada)
    await parts.care.look(ada, file.id)
    await parts.conversations.erase(conversation)
    assert await tasks(parts, ada) == []
    async with parts.database.reading() as session:
        assert await session.get(TaskRow, due.task.id) is None


async def test_a_lead_sees_those_of_the_team(parts: Container, ada: Account) -> None:
    lead = await add_account(parts.database, "lea", role=AccountRole.LEAD, worker=None)
    _, file = await danger(parts)
    await parts.handover.claim(ada, file.id)
    assert [due.who.name for due in await tasks(parts, lead)] == ["Ada"]
