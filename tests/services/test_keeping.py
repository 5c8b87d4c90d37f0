"""Promises through the services: moved on in time, made anew for later messages, and never left with somebody who is silent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alongside.core import alerts
from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import Kind
from alongside.core.cases import Happened
from alongside.core.conversations import Author, Conversation
from alongside.core.errors import InvalidInput
from alongside.core.handover import Outcome, State
from alongside.core.promise import Route
from alongside.core.rota import Leave
from alongside.store import accounts as accounts_store
from alongside.store import cases as cases_store
from alongside.store import rota as rota_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container, other_process
from tests.case_builders import add_account, ask, begin, current, fill_directory, say, thread
from tests.directory_builders import period
from tests.fakes import CountingAssistant, FakeClock

WEEK = tuple(period(day, "09:00", "17:00") for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def parts(database: Database, assistant: CountingAssistant, clock: FakeClock) -> AsyncIterator[Container]:
    parts = container(database, assistant, clock)
    await fill_directory(parts, ada=WEEK, bea=WEEK)
    yield parts
    await parts.turns.finish()


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container) -> Account:
    return await add_account(parts.database, "bea")


async def told(parts: Container, conversation: Conversation) -> list[str]:
    """What the service has said in a conversation beside the bot and the workers."""
    return [message.text for message in await thread(parts, conversation) if message.author is Author.SYSTEM]


async def who_owes(parts: Container, conversation: Conversation) -> tuple[State, str | None, str | None]:
    file = await current(parts, conversation)
    return file.case.state, file.owner, file.promise.who.code if file.promise.who else None


async def leave(parts: Container, account: Account, first: date, last: date) -> None:
    async with parts.database.transaction() as session:
        await rota_store.add_leave(session, account.id, Leave(first, last))


# Warned in time


async def test_the_carer_is_told_before_the_time_has_passed(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    assert file.promise.reply_by is not None
    clock.move(2 * HOUR + 29 * MINUTE)
    await parts.keeping.keep_promises()
    assert await told(parts, conversation) == []
    clock.move(MINUTE)
    for _ in range(3):
        await parts.keeping.keep_promises()
    assert clock.now() < file.promise.reply_by
    (said,) = await told(parts, conversation)
    assert said.startswith("Ada cannot reply in time")
    assert "Bea" in said
    assert "sorry" not in said


async def test_a_worker_who_is_alone_is_not_replaced_by_nobody_and_the_carer_is_warned_in_time(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    clock.move(2 * HOUR + 29 * MINUTE)
    await parts.keeping.keep_promises()
    assert await told(parts, conversation) == []
    clock.move(MINUTE)
    again = other_process(parts)
    for keeping in (parts.keeping, again.keeping, parts.keeping):
        await keeping.keep_promises()
    (said,) = await told(parts, conversation)
    assert said.startswith("Ada has not replied yet, and may not manage it by 1pm.")
    assert "If it cannot wait, ring" in said
    assert "sorry" not in said
    assert (await current(parts, conversation)).promise == replace(file.promise, is_warned=True)
    async with parts.database.reading() as session:
        assert (await cases_store.list_events(session, file.id))[-1].what == Happened.WARNED.value
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Here I am", client_id="1")
    clock.move(2 * HOUR)
    await parts.keeping.keep_promises()
    assert len(await told(parts, conversation)) == 2  # that she was claimed for, and no apology


async def test_a_server_that_was_down_over_the_time_apologises_and_promises_again_once(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, _ = await ask(parts)
    clock.move(5 * HOUR)
    again = other_process(parts)
    for _ in range(3):
        await again.keeping.keep_promises()
        await parts.keeping.keep_promises()
    (said,) = await told(parts, conversation)
    assert said.startswith("I am sorry. You should have had a reply here by now.")
    assert "Ada, carer support worker, will help you" in said
    clock.move(timedelta(days=3))
    await parts.keeping.keep_promises()
    assert "I cannot tell you who or when" in (await told(parts, conversation))[1]
    clock.move(timedelta(days=3))
    await parts.keeping.keep_promises()
    assert len(await told(parts, conversation)) == 3  # nobody is promised, and whom to ring instead


# Claimed, and not answered


async def test_who_claims_a_case_owes_the_reply_that_was_promised(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(bea, file.id)
    claimed = await current(parts, conversation)
    assert claimed.promise.who is not None
    assert (claimed.promise.who.code, claimed.promise.reply_by) == (bea.id, file.promise.reply_by)


async def test_a_laptop_closed_in_mid_case_does_not_strand_the_carer(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(2 * HOUR + 30 * MINUTE)
    for _ in range(2):
        await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)
    _claimed, moved = await told(parts, conversation)
    assert moved.startswith("Ada cannot reply in time")
    events = (await parts.handover.open_case(bea, file.id)).events
    assert (events[-1].what, events[-1].details["because"]) == ("release", "in_time")
    await parts.handover.claim(bea, file.id)
    await parts.handover.reply(bea, file.id, "Hello, I am Bea.", client_id="b")


async def test_somebody_who_is_writing_keeps_the_case(parts: Container, clock: FakeClock, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(2 * HOUR + 40 * MINUTE)
    await parts.typing.worker_writes(ada, file.id)
    for process in (parts, other_process(parts)):  # their page is open in one of them
        await process.keeping.keep_promises()
        assert (await current(parts, conversation)).owner == ada.id
    clock.move(MINUTE)
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner is None


async def test_somebody_who_goes_on_writing_keeps_it_as_long_as_they_do(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(2 * HOUR + 40 * MINUTE)
    other = other_process(parts)
    for _ in range(40):
        await parts.typing.worker_writes(ada, file.id)
        clock.move(timedelta(seconds=3))
        await other.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == ada.id


async def test_a_case_claimed_in_its_last_minutes_leaves_time_to_write(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    clock.move(2 * HOUR + 29 * MINUTE)
    await parts.handover.claim(bea, file.id)
    clock.move(10 * MINUTE)
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == bea.id


async def test_who_claims_a_case_as_their_day_ends_is_not_robbed_of_it(database: Database) -> None:
    """Bea had promised it for the next morning, and still has it when Ada goes home without a word."""
    clock = FakeClock(datetime(2026, 11, 18, 16, 20, tzinfo=UTC))
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=WEEK[:3], bea=WEEK[3:])
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    await parts.rota.set_cap(None, ada.id, 0)
    conversation, file = await ask(parts)
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)
    clock.move(15 * MINUTE)
    await parts.handover.claim(ada, file.id)
    clock.move(20 * MINUTE)
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WITH_WORKER, ada.id, ada.id)
    clock.move(30 * MINUTE)
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)


@pytest.mark.parametrize("is_alone", [True, False])
async def test_the_last_afternoon_before_leave_is_time_to_reply_in(database: Database, is_alone: bool) -> None:
    clock = FakeClock(datetime(2026, 11, 20, 13, 30, tzinfo=UTC))
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=WEEK, bea=WEEK)
    ada = await add_account(database, "ada")
    if not is_alone:
        await add_account(database, "bea")
    await leave(parts, ada, date(2026, 11, 23), date(2026, 11, 27))
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Tell me more.", client_id="1")
    clock.move(HOUR)
    await say(parts, conversation, "Here is more")
    await parts.keeping.keep_promises()
    owed = await current(parts, conversation)
    assert (owed.owner, owed.promise.reply_by) == (ada.id, datetime(2026, 11, 20, 17, tzinfo=UTC))
    clock.move(5 * MINUTE)
    await parts.handover.reply(ada, file.id, "Thank you.", client_id="2")
    clock.move(2 * HOUR)  # hardly any time is left: nothing can be promised, and yet they are there
    await say(parts, conversation, "One more thing")
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == ada.id
    clock.move(HOUR)
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner is None


async def test_who_claims_a_case_on_leave_is_there_for_it(parts: Container, clock: FakeClock, ada: Account) -> None:
    await leave(parts, ada, date(2026, 11, 23), date(2026, 12, 11))
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    for minutes, owner in ((1, ada.id), (58, ada.id), (2, None)):
        clock.move(minutes * MINUTE)
        await parts.keeping.keep_promises()
        assert (await current(parts, conversation)).owner == owner


async def test_who_works_an_hour_or_two_a_week_is_promised_by_their_end(database: Database) -> None:
    parts = container(database, clock=FakeClock(datetime(2026, 11, 16, 10, tzinfo=UTC)))
    await fill_directory(parts, ada=(period("wednesday", "09:30", "12:00"),))
    await add_account(database, "ada")
    _, file = await ask(parts)
    assert file.promise.reply_by == datetime(2026, 11, 18, 12, tzinfo=UTC)


async def test_a_worker_who_replied_owes_nothing(parts: Container, clock: FakeClock, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(MINUTE)
    await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
    clock.move(timedelta(days=5))
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WITH_WORKER, ada.id, ada.id)
    assert len(await told(parts, conversation)) == 1


async def test_a_worker_alone_keeps_the_case_and_the_carer_gets_an_apology(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(3 * HOUR)
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WITH_WORKER, ada.id, ada.id)
    assert (await told(parts, conversation))[-1].startswith("I am sorry.")
    clock.move(timedelta(days=1))
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, None)


# A carer who writes to the worker who has the case


async def answered(parts: Container, clock: FakeClock, account: Account) -> tuple[Conversation, str]:
    conversation, file = await ask(parts)
    await parts.handover.claim(account, file.id)
    clock.move(MINUTE)
    await parts.handover.reply(account, file.id, "Hello.", client_id="a")
    return conversation, file.id


async def test_a_later_message_is_owed_a_reply_and_nothing_is_said_while_the_worker_is_on(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _case_id = await answered(parts, clock, ada)
    clock.move(HOUR)
    assert await say(parts, conversation, "And one more thing.") == []
    owed = await current(parts, conversation)
    assert owed.is_owed
    assert owed.promise.who is not None
    assert owed.promise.who.code == ada.id
    clock.move(MINUTE)
    assert await say(parts, conversation, "Are you there?") == []
    assert (await current(parts, conversation)).promise == owed.promise
    clock.move(2 * HOUR + 50 * MINUTE)
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)


async def test_a_reply_keeps_the_promise_of_a_later_message(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, case_id = await answered(parts, clock, ada)
    clock.move(HOUR)
    await say(parts, conversation, "And one more thing.")
    clock.move(MINUTE)
    await parts.handover.reply(ada, case_id, "Yes.", client_id="b")
    clock.move(timedelta(days=2))
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == ada.id


async def test_a_message_to_a_worker_who_is_off_says_when_they_are_back_who_covers_and_whom_to_ring(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _ = await answered(parts, clock, ada)
    clock.move(10 * HOUR)
    (said,) = await say(parts, conversation, "Are you there?")
    assert said.author is Author.SYSTEM
    assert "Ada is not at work now, and is back at 9am on Wednesday 25 November" in said.text
    assert "Ada, or Bea who stands in, will reply here by midday on Wednesday 25 November" in said.text
    assert "ring the ward on 01632 960900" in said.text
    assert "{" not in said.text
    clock.move(HOUR)
    assert await say(parts, conversation, "Hello?") == []  # it was said already, and still stands


async def test_who_has_just_written_after_hours_is_there(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation, case_id = await answered(parts, clock, ada)
    clock.move(8 * HOUR)
    await parts.handover.reply(ada, case_id, "I am still here.", client_id="late")
    clock.move(5 * MINUTE)
    assert await say(parts, conversation, "Thank you") == []


async def test_a_message_to_a_worker_on_leave_goes_to_a_colleague(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _ = await answered(parts, clock, ada)
    await leave(parts, ada, date(2026, 11, 25), date(2026, 12, 11))
    clock.move(timedelta(days=1))
    await say(parts, conversation, "Are you there?")
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)
    assert (await told(parts, conversation))[-1].startswith("Ada cannot reply in time")


async def test_a_worker_whose_hours_nobody_knows_is_held_to_a_colleagues_time(parts: Container, clock: FakeClock) -> None:
    shadow = await add_account(parts.database, "shadow", worker=None)
    bea = await add_account(parts.database, "bea")
    conversation, _ = await answered(parts, clock, shadow)
    clock.move(HOUR)
    assert await say(parts, conversation, "Are you there?") == []
    clock.move(2 * HOUR + 45 * MINUTE)
    await parts.keeping.keep_promises()
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)


async def test_a_message_whose_promise_could_not_be_made_is_owed_one_at_the_next_look(
    parts: Container, clock: FakeClock, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, _ = await answered(parts, clock, ada)
    clock.move(HOUR)

    async def fail(*args: object, **about: object) -> None:
        raise OSError("the directory is away")

    with monkeypatch.context() as patched:
        patched.setattr("alongside.store.directory.list_workers", fail)
        assert await say(parts, conversation, "Are you there?") == []
    assert not (await current(parts, conversation)).is_owed
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).is_owed


# Passed on, put back, closed, opened again


async def test_the_promise_goes_along_when_a_case_is_passed_on(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    passed_on = await current(parts, conversation)
    assert passed_on.promise.who is not None
    assert (passed_on.promise.who.code, passed_on.promise.reply_by) == (bea.id, file.promise.reply_by)


async def test_passed_on_to_somebody_who_is_off_the_carer_is_told_when_they_are_back(
    database: Database, clock: FakeClock
) -> None:
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=WEEK, bea=(period("thursday", "09:00", "17:00"),))
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    assert "Bea is not at work now, and is back at 9am on Thursday 26 November" in (await told(parts, conversation))[-1]
    assert "by midday on Thursday 26 November" in (await told(parts, conversation))[-1]


async def test_a_case_is_not_passed_on_to_somebody_who_is_away_for_long(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await leave(parts, bea, date(2026, 11, 20), date(2026, 12, 31))
    with pytest.raises(InvalidInput, match="Bea is away"):
        await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    assert (await current(parts, conversation)).owner == ada.id


async def test_who_put_a_case_back_comes_last(parts: Container, clock: FakeClock, ada: Account, bea: Account) -> None:
    _conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    released = await parts.handover.release(ada, file.id)
    assert released.promise.missed_by == {ada.id}
    assert released.promise.who is not None
    assert released.promise.who.code == bea.id


async def test_a_case_a_worker_opens_again_owes_nothing_until_the_carer_writes(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, case_id = await answered(parts, clock, ada)
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    clock.move(timedelta(days=2))
    await parts.handover.reopen(ada, case_id)
    clock.move(timedelta(days=2))
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == ada.id
    await say(parts, conversation, "Are you there?")
    assert (await current(parts, conversation)).is_owed


async def test_asking_the_bot_to_resume_ends_what_was_owed(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    clock.move(timedelta(days=1))
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).case.state is State.BOT
    assert len(await told(parts, conversation)) == 2


# Somebody leaves, and danger


async def test_the_last_worker_disabled_in_mid_case_leaves_the_carer_with_whom_to_ring(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    async with parts.database.transaction() as session:
        await accounts_store.set_disabled(session, ada.id, parts.clock.now())
    for _ in range(2):
        await parts.keeping.keep_promises()
    left = await current(parts, conversation)
    assert (left.case.state, left.promise.route) == (State.WAITING, Route.NOBODY)
    _claimed, nobody, instead = await told(parts, conversation)
    assert "I cannot tell you who or when" in nobody
    assert "You can talk to Bea Example" in instead  # who is in the directory, and not Ada, who comes first there


async def test_whom_to_ring_instead_is_never_who_is_on_leave(parts: Container, ada: Account) -> None:
    await leave(parts, ada, date(2026, 11, 23), date(2026, 12, 11))
    conversation = await begin(parts)
    nobody, instead = await say(parts, conversation)
    assert "I cannot tell you who or when" in nobody.text
    assert "You can talk to Bea Example" in instead.text


async def test_a_closed_case_whose_worker_has_left_says_that_another_has_it(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    await parts.accounts.disable(ada.email)
    assert (await parts.requests.standing(conversation.id)).worker is None  # nobody is told that she can read it
    (said,) = await say(parts, conversation, "One more thing")
    assert said.text.startswith("Ada cannot reply in time")
    assert "Bea, carer support worker, will help you" in said.text


async def test_moved_on_to_duty_the_carer_hears_that_the_first_promise_does_not_hold(database: Database) -> None:
    clock = FakeClock(datetime(2026, 11, 24, 10, tzinfo=UTC))
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=WEEK, cy=WEEK)
    await add_account(database, "ada")
    await add_account(database, "cy", role=AccountRole.LEAD)
    conversation, _ = await ask(parts)
    clock.move(2 * HOUR + 30 * MINUTE)
    await parts.keeping.keep_promises()
    (said,) = await told(parts, conversation)
    assert said.startswith("Ada cannot reply in time")
    assert "Cy" in said


async def test_danger_told_where_nobody_has_hours_alerts_everybody_urgently(parts: Container, clock: FakeClock) -> None:
    ada, bea = [await add_account(parts.database, name, worker=None) for name in ("ada", "bea")]
    conversation, _ = await answered(parts, clock, ada)
    clock.move(HOUR)
    await say(parts, conversation, "I want to kill myself")
    await parts.keeping.keep_promises()
    for account in (ada, bea):
        alert = (await parts.alerts.list_for(account.id))[0]
        assert (alert.kind, alert.state) == (Kind.DANGER, alerts.State.PLANNED)
    assert (await current(parts, conversation)).owner == ada.id


async def test_danger_told_to_a_worker_who_is_off_goes_to_whoever_is_on(database: Database) -> None:
    clock = FakeClock(datetime(2026, 11, 24, 19, tzinfo=UTC))
    parts = container(database, clock=clock)
    night = tuple(period(day, "18:00", "22:00") for day in ("monday", "tuesday", "wednesday"))
    await fill_directory(parts, ada=WEEK, bea=night)
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    conversation, _case_id = await answered(parts, clock, ada)
    clock.move(HOUR)
    safety, promise = await say(parts, conversation, "I don't think I can go on")
    assert safety.safety == "self"
    assert "Bea" in promise.text
    assert await who_owes(parts, conversation) == (State.WAITING, None, bea.id)


async def test_danger_told_to_a_worker_who_is_on_stays_with_them_and_is_owed_soon(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _case_id = await answered(parts, clock, bea)
    clock.move(HOUR)
    (safety,) = await say(parts, conversation, "I don't think I can go on")
    assert safety.safety == "self"
    owed = await current(parts, conversation)
    assert (owed.owner, owed.promise.is_danger) == (bea.id, True)
    assert owed.promise.who is not None
    assert owed.promise.who.code == bea.id
    clock.move(MINUTE)
    await say(parts, conversation, "I want to kill myself")
    assert (await current(parts, conversation)).promise == owed.promise
    # Saying it twice silences nothing.
    alert = next(alert for alert in await parts.alerts.list_for(bea.id) if alert.kind is Kind.DANGER)
    assert alert.state is alerts.State.PLANNED


# At night, on a bank holiday weekend


async def test_at_two_on_a_bank_holiday_weekend(database: Database) -> None:
    """In the right inbox, with an honest promise; who covers before is alerted at their opening time, and nobody at night."""
    clock = FakeClock(datetime(2026, 12, 26, 2, tzinfo=UTC))  # Saturday; Monday is the bank holiday
    parts = container(database, clock=clock)
    await fill_directory(
        parts,
        ada=(period("wednesday", "09:00", "17:00"),),
        bea=tuple(period(day, "10:00", "16:00") for day in ("monday", "tuesday")),
    )
    ada, bea = await add_account(database, "ada"), await add_account(database, "bea")
    stranger = await add_account(database, "cy", services=frozenset({"rowan"}))
    conversation = await begin(parts)
    (said,) = await say(parts, conversation)
    assert "Ada, or Bea who stands in, will reply here by midday on Wednesday 30 December" in said.text
    file = await current(parts, conversation)
    assert file.service == "larch"
    assert await parts.alerts.list_for(stranger.id) == []
    (to_ada,) = await parts.alerts.list_for(ada.id)
    (to_bea,) = await parts.alerts.list_for(bea.id)
    assert to_ada.next_try_at == datetime(2026, 12, 30, 9, tzinfo=UTC)
    assert to_bea.next_try_at == datetime(2026, 12, 29, 10, tzinfo=UTC)
    for _ in range(3):
        await parts.keeping.keep_promises()
    assert await told(parts, conversation) == []


async def test_leads_hear_of_a_promise_that_was_missed(parts: Container, clock: FakeClock, ada: Account, bea: Account) -> None:
    lead = await add_account(parts.database, "cy", role=AccountRole.LEAD, worker=None)
    await ask(parts)
    clock.move(4 * HOUR)
    await parts.keeping.keep_promises()
    assert [alert.kind.value for alert in await parts.alerts.list_for(lead.id)] == ["missed"]
