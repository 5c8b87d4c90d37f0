"""Promises that the real services make, tell, keep and miss, as the figures count them: by what the carer was told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.directory import WEEKDAYS
from alongside.core.figures import End, askings_of
from alongside.core.handover import State
from alongside.core.rota import Leave
from alongside.store import rota as rota_store
from alongside.store.base import Database
from alongside.store.figures import read_logs
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import add_account, ask, current, fill_directory, say
from tests.directory_builders import period
from tests.fakes import NOW, CountingAssistant, FakeClock

OFFICE = tuple(period(day, "09:00", "17:00") for day in WEEKDAYS[:5])
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday; asked now, a reply is promised for noon."""

NOON = MORNING + timedelta(hours=3)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    clock = FakeClock()
    clock.move(MORNING - NOW)
    return clock


@pytest.fixture
async def parts(database: Database, assistant: CountingAssistant, clock: FakeClock) -> AsyncIterator[Container]:
    parts = container(database, assistant, clock)
    await fill_directory(parts, ada=OFFICE, bea=OFFICE)
    yield parts
    await parts.turns.finish()


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "bea")


@pytest.fixture
def at(parts: Container, clock: FakeClock) -> Callable[[datetime], Awaitable[None]]:
    """Goes to a moment, and looks after promises there as the server does each minute."""

    async def go(moment: datetime) -> None:
        clock.move(moment - clock.now())
        await parts.keeping.keep_promises()

    return go


At = Callable[[datetime], Awaitable[None]]


def at_quarter(moment: datetime) -> datetime:
    return moment + (NOON - moment) % timedelta(minutes=15)


async def asked(parts: Container) -> tuple[Conversation, CaseFile]:
    conversation, file = await ask(parts)
    assert file.promise.reply_by == NOON
    return conversation, file


async def ends(parts: Container) -> list[tuple[datetime, End]]:
    """Return how each promise of the only case ended."""
    now = parts.clock.now()
    async with parts.database.reading() as session:
        log = [line async for lines in read_logs(session, since=MORNING, until=now + MINUTE) for line in lines]
    (asking,) = askings_of(log, now=now)
    return list(asking.ends)


async def reply(parts: Container, account: Account, case_id: str, words: str = "Hello") -> None:
    await parts.handover.reply(account, case_id, words, client_id=words)


async def test_kept(parts: Container, at: At, ada: Account) -> None:
    _, file = await asked(parts)
    await at(MORNING + 2 * HOUR)
    await parts.handover.claim(ada, file.id)
    await reply(parts, ada, file.id)
    await at(NOON + HOUR)
    assert await ends(parts) == [(NOON, End.KEPT)]


async def test_on_the_minute_is_kept(parts: Container, clock: FakeClock, ada: Account) -> None:
    _, file = await asked(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(NOON - MORNING)
    await reply(parts, ada, file.id)
    assert await ends(parts) == [(NOON, End.KEPT)]


@pytest.mark.parametrize("late", [timedelta(0), MINUTE, 2 * HOUR])
async def test_missed_and_then_kept_by_who_covers(parts: Container, at: At, ada: Account, bea: Account, late: timedelta) -> None:
    conversation, file = await asked(parts)
    await at(NOON + late)  # the server was down until then
    again = (await current(parts, conversation)).promise
    assert again.who
    assert (again.who.code, again.reply_by) == (bea.id, at_quarter(NOON + late + 3 * HOUR))
    await parts.handover.claim(bea, file.id)
    await reply(parts, bea, file.id)
    assert await ends(parts) == [(NOON, End.MISSED), (again.reply_by, End.KEPT)]


async def test_moved_in_time_and_kept_by_the_next(parts: Container, at: At, ada: Account, bea: Account) -> None:
    conversation, file = await asked(parts)
    await at(NOON - 30 * MINUTE)
    again = (await current(parts, conversation)).promise
    assert again.who
    assert again.who.code == bea.id
    await parts.handover.claim(bea, file.id)
    await reply(parts, bea, file.id)
    assert await ends(parts) == [(NOON, End.MOVED_ON), (again.reply_by, End.KEPT)]


async def test_moved_in_time_because_the_worker_went_on_leave(parts: Container, at: At, ada: Account, bea: Account) -> None:
    conversation, _ = await asked(parts)
    async with parts.database.transaction() as session:
        await rota_store.add_leave(session, ada.id, Leave(date(2026, 11, 24), date(2026, 11, 30)))
    await at(MORNING + MINUTE)
    file = await current(parts, conversation)
    assert file.promise.who
    assert file.promise.who.code == bea.id
    assert await ends(parts) == [(NOON, End.MOVED_ON)]


async def test_a_claim_in_the_last_half_hour_does_not_change_what_the_carer_was_told(
    parts: Container, at: At, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await asked(parts)
    clock.move(NOON - 10 * MINUTE - clock.now())
    claimed = await parts.handover.claim(ada, file.id)
    assert claimed.promise.reply_by is not None
    assert claimed.promise.reply_by > NOON
    await at(NOON + 5 * MINUTE)
    assert (await current(parts, conversation)).owner == ada.id
    await reply(parts, ada, file.id)
    assert await ends(parts) == [(NOON, End.MISSED)]


async def test_a_claim_by_somebody_else_and_asking_again_are_one_promise(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await asked(parts)
    await parts.handover.claim(bea, file.id)
    await say(parts, conversation)
    await parts.handover.transfer(bea, file.id, ada.id, reason="On leave.")
    await reply(parts, ada, file.id)
    assert await ends(parts) == [(NOON, End.KEPT)]


async def test_a_later_message_of_which_no_time_was_told_is_no_promise(
    parts: Container, at: At, ada: Account, bea: Account
) -> None:
    conversation, file = await asked(parts)
    await parts.handover.claim(ada, file.id)
    await reply(parts, ada, file.id)
    await at(MORNING + MINUTE)
    await say(parts, conversation, "And on Sunday?")
    owed = (await current(parts, conversation)).promise
    assert owed.reply_by is not None
    await at(owed.reply_by + MINUTE)
    file = await current(parts, conversation)
    assert file.case.state is State.WAITING
    await parts.handover.claim(bea, file.id)
    await reply(parts, bea, file.id, "Yes")
    assert await ends(parts) == [(NOON, End.KEPT), (file.promise.reply_by, End.KEPT)]


async def test_a_later_message_of_which_a_time_was_told_is_a_promise(parts: Container, at: At, ada: Account) -> None:
    conversation, file = await asked(parts)
    await parts.handover.claim(ada, file.id)
    await reply(parts, ada, file.id)
    await at(MORNING + 12 * HOUR)
    (said,) = await say(parts, conversation, "And on Sunday?")
    assert "is back at 9am" in said.text
    owed = (await current(parts, conversation)).promise.reply_by
    assert owed is not None
    await at(owed + MINUTE)
    assert await ends(parts) == [(NOON, End.KEPT), (owed, End.MISSED)]


async def test_taking_a_carer_up_from_the_bot_counts_nothing(parts: Container, at: At, ada: Account) -> None:
    _, file = await asked(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    await parts.handover.claim(ada, file.id)
    await at(NOON + 5 * HOUR)
    await reply(parts, ada, file.id)
    assert await ends(parts) == [(NOON, End.KEPT)]
