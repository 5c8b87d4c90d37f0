"""Alerts away from the inbox: whom they reach, what they hold, what follows when nobody looks or a gateway is down."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import OWN_MAIL, PAUSES, Alert, Failure, Kind, State
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.details import Details, Reach
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.handover import Outcome
from alongside.services.alert_routes import MOST_ROUTES
from alongside.services.attendance import Attendance
from alongside.services.teams import read_roster
from alongside.settings import Settings
from alongside.store import cases as case_store
from alongside.store import conversations as conversation_store
from alongside.store import telegram as telegram_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, ask, begin, current, fill_directory, say
from tests.directory_builders import period
from tests.fakes import CountingAssistant, FakeAlerter, FakeClock

MINUTE = timedelta(minutes=1)
WITH_MAIL = Settings(mail_url=SecretStr("mailto://127.0.0.1:1?from=alongside@example.org"), public_url="https://chat.example.org")


@pytest.fixture
def alerter() -> FakeAlerter:
    return FakeAlerter()


@pytest.fixture
async def parts(
    database: Database, assistant: CountingAssistant, clock: FakeClock, alerter: FakeAlerter
) -> AsyncIterator[Container]:
    parts = container(database, assistant, clock, alerter=alerter, settings=WITH_MAIL)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    yield parts
    await parts.turns.finish()


async def reached(parts: Container, name: str, **given: object) -> Account:
    """Add somebody with one way to be alerted, of their own name."""
    account = await add_account(parts.database, name, **given)
    await parts.alert_routes.add(account.id, f"fake:{name}")
    return account


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await reached(parts, "ada")


@pytest.fixture
async def bea(parts: Container) -> Account:
    return await reached(parts, "bea")


async def alerts(parts: Container, account: Account) -> list[Alert]:
    return await parts.alerts.list_for(account.id)


def sent_to(alerter: FakeAlerter) -> list[str]:
    return [address.removeprefix("fake:") for address, _ in alerter.sent]


async def tick(parts: Container, clock: FakeClock, by: timedelta, *, times: int = 1) -> None:
    for _ in range(times):
        clock.move(by)
        await parts.alerts.send_due()


# Raised and sent


async def test_who_is_promised_is_alerted_once_with_nothing_of_the_carer(
    parts: Container, alerter: FakeAlerter, ada: Account
) -> None:
    _conversation, file = await ask(parts)
    for _ in range(2):
        await parts.alerts.send_due()
    assert alerter.sent == [
        ("fake:ada", f"Alongside: somebody waits for you. Reply by 1pm. https://chat.example.org/inbox/cases/{file.id}")
    ]
    (alert,) = await alerts(parts, ada)
    assert (alert.state, alert.times_sent) == (State.SENT, 1)


async def test_several_processes_send_it_once(parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account) -> None:
    await ask(parts)
    others = [container(parts.database, clock=clock, alerter=alerter, settings=WITH_MAIL) for _ in range(4)]
    await asyncio.gather(*(other.alerts.send_due() for other in (parts, *others)))
    assert sent_to(alerter) == ["ada"]


async def test_in_danger_everybody_who_is_on_is_alerted(
    parts: Container, alerter: FakeAlerter, ada: Account, bea: Account
) -> None:
    conversation, _ = await ask(parts)
    await say(parts, conversation, "quokka: I want to kill myself")
    await parts.alerts.send_due()
    assert sorted(sent_to(alerter)) == ["ada", "bea"]
    assert all("urgently" in text and "quokka" not in text for _, text in alerter.sent)


async def test_every_way_somebody_has_is_used_and_one_that_works_is_enough(
    parts: Container, alerter: FakeAlerter, ada: Account
) -> None:
    await parts.alert_routes.add(ada.id, "fake:phone")
    alerter.failing = {"fake:ada"}
    await ask(parts)
    await parts.alerts.send_due()
    assert sent_to(alerter) == ["phone"]
    assert (await alerts(parts, ada))[0].state is State.SENT


async def test_who_has_a_case_is_alerted_when_the_carer_writes_again_once_for_each_reply(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(MINUTE)
    await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
    clock.move(MINUTE)
    for text in ("quokka", "And this."):
        await say(parts, conversation, text)
    await parts.alerts.send_due()
    assert [text.split(". ")[0] for _, text in alerter.sent] == ["Alongside: somebody wrote to you again"]


async def test_with_the_inbox_open_it_is_held_back_and_not_sent_when_answered(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
    with parts.attendance.here(ada.id):
        clock.move(MINUTE)
        await say(parts, conversation, "And this.")
    await tick(parts, clock, 4 * MINUTE)
    assert alerter.sent == []
    await tick(parts, clock, 2 * MINUTE)  # they are not there after all
    assert sent_to(alerter) == ["ada"]


async def test_a_colleague_to_whom_a_case_is_passed_is_alerted_and_who_had_it_no_more(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    _, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    await tick(parts, clock, timedelta(hours=1))
    assert sent_to(alerter) == ["bea"]
    assert "a colleague passed something on to you" in alerter.sent[0][1]


async def test_when_the_time_is_nearly_over_it_is_said_again(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    _, file = await ask(parts)
    await parts.alerts.acknowledge(ada.id, case=file.id)
    clock.move(timedelta(hours=2, minutes=5))
    for _ in range(2):
        await parts.keeping.keep_promises()
    await parts.alerts.send_due()
    assert [text.split(". ")[0] for _, text in alerter.sent] == [
        "Alongside: somebody still waits for you, and the time is nearly over"
    ]


async def test_a_maintainer_is_alerted_of_a_missed_heartbeat(parts: Container, alerter: FakeAlerter) -> None:
    mel = await reached(parts, "mel", role=AccountRole.MAINTAINER, services=frozenset())
    await parts.alerts.raise_(mel.id, Kind.HEARTBEAT)
    await parts.alerts.send_due()
    assert alerter.sent == [
        ("fake:mel", "Alongside: the hourly check of the way to a person failed. https://chat.example.org/inbox")
    ]


async def test_the_same_is_not_raised_twice(parts: Container, ada: Account) -> None:
    for _ in range(2):
        await parts.alerts.raise_(ada.id, Kind.CHECK_BACK, once_for="task")
    assert len(await alerts(parts, ada)) == 1


# Raised again


DANGER = "I want to kill myself"


async def with_worker(parts: Container, clock: FakeClock, worker: Account) -> tuple[Conversation, CaseFile]:
    """Return a conversation with a worker who has replied, half an hour later."""
    conversation, file = await ask(parts)
    await parts.handover.claim(worker, file.id)
    clock.move(MINUTE)
    await parts.handover.reply(worker, file.id, "Hello.", client_id="a")
    clock.move(30 * MINUTE)
    return conversation, file


async def promised_again(parts: Container, conversation: Conversation) -> None:
    """Raise the alerts of a case's promise again, which stands."""
    file = await current(parts, conversation)
    async with parts.database.transaction() as session:
        roster = await read_roster(session, today=parts.clock.today())
        await parts.alerts.promised(session, file, roster.team("larch", None, first=file.owner))


def urgently_to(alerter: FakeAlerter) -> list[str]:
    return sorted(address.removeprefix("fake:") for address, text in alerter.sent if "urgently" in text)


@pytest.mark.parametrize("between", [timedelta(0), timedelta(seconds=3)])
async def test_a_second_danger_silences_no_alert_of_the_first(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, between: timedelta
) -> None:
    conversation, _ = await with_worker(parts, clock, ada)
    for _ in range(2):
        await say(parts, conversation, DANGER)
        clock.move(between)
    await parts.alerts.send_due()
    assert urgently_to(alerter) == ["ada", "bea"]
    await tick(parts, clock, 6 * MINUTE)
    assert urgently_to(alerter) == ["ada", "ada", "bea", "bea"]


async def test_alerts_of_a_promise_that_stands_go_on_as_they_were(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _ = await with_worker(parts, clock, ada)
    await say(parts, conversation, DANGER)
    await parts.alerts.send_due()
    before = [await alerts(parts, account) for account in (ada, bea)]
    clock.move(MINUTE)
    await promised_again(parts, conversation)
    assert [await alerts(parts, account) for account in (ada, bea)] == before


async def test_a_second_danger_in_one_instant_alerts_where_nobody_could_be_promised(
    parts: Container, alerter: FakeAlerter
) -> None:
    await fill_directory(parts, ada=())
    await reached(parts, "ada")
    conversation = await begin(parts)
    for _ in range(2):
        await say(parts, conversation, DANGER)
    await parts.alerts.send_due()
    assert sent_to(alerter) == ["ada"]


async def test_who_has_seen_a_danger_hears_of_the_next_one(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await with_worker(parts, clock, ada)
    await say(parts, conversation, DANGER)
    await parts.alerts.send_due()
    await parts.alerts.acknowledge(ada.id, case=file.id)
    await promised_again(parts, conversation)
    await parts.alerts.send_due()
    assert urgently_to(alerter) == ["ada", "ada", "bea"]


async def test_who_was_alerted_of_a_danger_often_enough_is_alerted_anew_and_their_cover_still_hears(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    bea_alone = (period("monday", "09:00", "17:00"),)
    await fill_directory(parts, ada=ALL_WEEK, bea=bea_alone)
    bea = await reached(parts, "bea")
    await parts.rota.set_cover(None, ada.id, bea.id)
    conversation, _ = await with_worker(parts, clock, ada)
    await say(parts, conversation, DANGER)
    await tick(parts, clock, timedelta(0))
    await tick(parts, clock, 6 * MINUTE, times=3)
    assert sent_to(alerter) == ["ada"] * 3
    (waits,) = await alerts(parts, bea)
    await promised_again(parts, conversation)
    await parts.alerts.send_due()
    assert sent_to(alerter) == ["ada"] * 4
    assert await alerts(parts, bea) == [waits]
    assert waits.next_try_at is not None


async def test_a_sending_that_ends_late_takes_nothing_from_an_alert_that_began_again(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, file = await with_worker(parts, clock, ada)
    await say(parts, conversation, DANGER)
    begun, may_end, send = asyncio.Event(), asyncio.Event(), alerter.send

    async def slow(address: str, *, title: str, text: str) -> None:
        begun.set()
        await may_end.wait()
        await send(address, title=title, text=text)

    monkeypatch.setattr(alerter, "send", slow)
    sending = asyncio.create_task(parts.alerts.send_due())
    await begun.wait()
    await parts.alerts.acknowledge(ada.id, case=file.id)
    await promised_again(parts, conversation)
    may_end.set()
    await sending
    (alert,) = [alert for alert in await alerts(parts, ada) if alert.kind is Kind.DANGER]
    assert (alert.state, alert.times_sent) == (State.PLANNED, 0)


async def test_claimed_handed_back_and_asked_for_again_in_one_instant_is_alerted(
    parts: Container, alerter: FakeAlerter, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    await say(parts, conversation)
    await parts.alerts.send_due()
    assert sent_to(alerter) == ["ada"]


@pytest.mark.parametrize("between", [timedelta(0), MINUTE])
async def test_each_passing_on_alerts_who_has_the_case_then_and_nobody_else(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, between: timedelta
) -> None:
    _, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    for who, to in ((ada, bea), (bea, ada), (ada, bea)):
        await parts.handover.transfer(who, file.id, to.id, reason="They know the ward.")
        clock.move(between)
    await tick(parts, clock, timedelta(0))
    assert sent_to(alerter) == ["bea"]
    await tick(parts, clock, 21 * MINUTE)
    assert sent_to(alerter) == ["bea", "bea"]


async def test_that_a_promise_was_missed_is_told_though_another_was_made_since(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    await fill_directory(parts, ada=ALL_WEEK, lea=(period("monday", "09:00", "17:00"),))
    lea = await reached(parts, "lea", role=AccountRole.LEAD)
    conversation, _ = await ask(parts)
    clock.move(timedelta(hours=4))
    await parts.keeping.keep_promises()
    (missed,) = [alert for alert in await alerts(parts, lea) if alert.kind is Kind.MISSED]
    await say(parts, conversation, DANGER)
    assert missed in await alerts(parts, lea)


# Checking back


async def to_check_back(parts: Container, clock: FakeClock, ada: Account, bea: Account) -> tuple[Conversation, CaseFile]:
    """Return a case that Ada has, on the day on which Bea is to check back on its carer; Bea has been raised the alert."""
    conversation = await begin(parts)
    await say(parts, conversation, DANGER)
    file = await current(parts, conversation)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "I am here.", client_id="a")
    (due,) = await parts.tasks.list_for(ada)
    await parts.tasks.move(ada, due.task.id, bea.id)
    clock.move(timedelta(days=1))
    await parts.tasks.look_after()
    return conversation, file


@pytest.mark.parametrize("how", ["danger again", "answered by a colleague", "closed by a colleague"])
async def test_a_check_back_is_alerted_whatever_else_happens_to_the_case(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, how: str
) -> None:
    conversation, file = await to_check_back(parts, clock, ada, bea)
    if how == "danger again":
        await say(parts, conversation, DANGER)
    else:
        await parts.handover.reply(ada, file.id, "How are you?", client_id="b")
        if how == "closed by a colleague":
            await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    await parts.alerts.send_due()
    assert [text for address, text in alerter.sent if address == "fake:bea" and "time to check back" in text]


@pytest.mark.parametrize("how", ["opened", "done", "moved"])
async def test_a_check_back_is_quiet_once_it_is_seen_made_or_somebody_elses(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, how: str
) -> None:
    _, file = await to_check_back(parts, clock, ada, bea)
    (due,) = await parts.tasks.list_for(bea)
    if how == "opened":
        await parts.alerts.acknowledge(bea.id, case=file.id)
    elif how == "done":
        await parts.tasks.finish(bea, due.task.id)
    else:
        await parts.tasks.move(bea, due.task.id, ada.id)
    await tick(parts, clock, 21 * MINUTE, times=2)
    assert [text for address, text in alerter.sent if address == "fake:bea" and "time to check back" in text] == []


async def test_a_check_back_nobody_looks_at_is_passed_to_who_was_alerted_of_the_danger_too(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alongside.core.alerts._PASSED_TO_COVER", frozenset({Kind.CHECK_BACK, Kind.STAND_IN}))
    await parts.rota.set_cover(None, bea.id, ada.id)
    conversation, file = await to_check_back(parts, clock, ada, bea)
    await tick(parts, clock, 21 * MINUTE, times=4)
    assert any(address == "fake:bea" and "time to check back" in text for address, text in alerter.sent)
    (stand_in,) = [alert for alert in await alerts(parts, ada) if alert.kind is Kind.STAND_IN]
    assert (stand_in.case, stand_in.reply_by) == (file.id, None)
    await say(parts, conversation, DANGER)
    await parts.handover.note(bea, file.id, "Somebody rang.")
    assert stand_in in await alerts(parts, ada)


# Seen, or not


async def test_not_seen_it_is_sent_three_times_and_then_cover_and_then_duty(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK, cy=ALL_WEEK)
    await reached(parts, "cy", role=AccountRole.LEAD)
    await ask(parts)
    await tick(parts, clock, timedelta(0))
    await tick(parts, clock, 21 * MINUTE, times=2)
    assert sent_to(alerter) == ["ada"] * 3
    await tick(parts, clock, 21 * MINUTE)
    await tick(parts, clock, timedelta(0))
    assert sent_to(alerter)[3:] == ["bea"]
    await tick(parts, clock, 21 * MINUTE, times=3)
    await tick(parts, clock, timedelta(0))
    assert sent_to(alerter)[3:] == ["bea", "bea", "bea", "cy"]
    assert "a colleague you stand in for" in alerter.sent[-1][1]
    await tick(parts, clock, 21 * MINUTE, times=9)
    assert sent_to(alerter)[6:] == ["cy", "cy", "cy"]  # and then everybody knows


@pytest.mark.parametrize("how", ["opened", "seen", "claimed", "answered by a colleague", "closed"])
async def test_once_it_is_seen_or_settled_it_is_quiet(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account, how: str
) -> None:
    _, file = await ask(parts)
    await parts.alerts.send_due()
    if how == "opened":
        await parts.alerts.acknowledge(ada.id, case=file.id)
    elif how == "seen":
        await parts.alerts.acknowledge(ada.id)
    elif how == "claimed":
        await parts.handover.claim(ada, file.id)
    else:
        await parts.handover.claim(bea, file.id)
        await parts.handover.reply(bea, file.id, "Hello.", client_id="b")
        if how == "closed":
            await parts.handover.close(bea, file.id, Outcome.ANSWERED)
    await tick(parts, clock, 21 * MINUTE, times=6)
    assert sent_to(alerter) == ["ada"]


async def test_one_case_seen_is_not_another(parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account) -> None:
    _, one = await ask(parts)
    _, other = await ask(parts)
    await parts.alerts.send_due()
    await parts.alerts.acknowledge(ada.id, case=one.id)
    await tick(parts, clock, 21 * MINUTE)
    assert [text.rpartition("/")[2] for _, text in alerter.sent[2:]] == [other.id]


async def test_a_disabled_account_hears_nothing_and_cover_does(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    await ask(parts)
    await parts.accounts.disable(ada.email)
    await tick(parts, clock, timedelta(0))
    await parts.keeping.keep_promises()
    await tick(parts, clock, timedelta(0))
    assert sent_to(alerter) == ["bea"]


# A gateway that fails


async def test_a_gateway_that_is_down_is_tried_again_and_then_cover_is_alerted(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, bea: Account
) -> None:
    alerter.failing = {"fake:ada"}
    await ask(parts)
    await parts.alerts.send_due()
    (alert,) = await alerts(parts, ada)
    assert (alert.state, alert.failed, alert.tries) == (State.PLANNED, Failure.REFUSED, 1)
    for pause in PAUSES:
        assert alerter.sent == []
        await tick(parts, clock, pause)
    (alert,) = await alerts(parts, ada)
    assert alert.state is State.FAILED
    await parts.alerts.send_due()
    assert sent_to(alerter) == ["bea"]


async def test_a_gateway_that_comes_back_delivers(parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account) -> None:
    alerter.failing = {"fake:ada"}
    await ask(parts)
    await parts.alerts.send_due()
    alerter.failing = set()
    await tick(parts, clock, MINUTE)
    assert sent_to(alerter) == ["ada"]


async def test_one_dead_gateway_holds_up_nobody(
    parts: Container, alerter: FakeAlerter, ada: Account, bea: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, _ = await ask(parts)
    await say(parts, conversation, "I want to kill myself")
    bea_was_reached, send = asyncio.Event(), alerter.send

    async def hangs_for_ada(address: str, *, title: str, text: str) -> None:
        if address == "fake:ada":
            await bea_was_reached.wait()
        await send(address, title=title, text=text)
        if address == "fake:bea":
            bea_was_reached.set()

    monkeypatch.setattr(alerter, "send", hangs_for_ada)
    async with asyncio.timeout(20):
        await parts.alerts.send_due()
    assert sorted(sent_to(alerter)) == ["ada", "bea"]


async def test_somebody_with_no_way_to_be_reached_has_time_to_look_before_cover_hears(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, bea: Account
) -> None:
    ada = await add_account(parts.database, "ada", email="aaa@example.org")
    _, file = await ask(parts)
    assert file.promise.who is not None
    assert file.promise.who.code == ada.id
    await tick(parts, clock, timedelta(0))
    (alert,) = await alerts(parts, ada)
    assert (alert.failed, alerter.sent) == (Failure.NO_ROUTE, [])
    await tick(parts, clock, 21 * MINUTE)
    assert alerter.sent == []
    await tick(parts, clock, 21 * MINUTE, times=2)
    assert sent_to(alerter) == ["bea"]


async def test_alerts_of_long_ago_are_forgotten_once_they_are_done_with(parts: Container, clock: FakeClock, ada: Account) -> None:
    await parts.alerts.raise_(ada.id, Kind.MISSED)
    clock.move(timedelta(days=91))
    await parts.alerts.forget_old()
    assert len(await alerts(parts, ada)) == 1
    await parts.alerts.acknowledge(ada.id)
    await parts.alerts.forget_old()
    assert await alerts(parts, ada) == []


async def test_alerts_go_on_after_an_error(parts: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    tries, looked = 0, asyncio.Event()

    async def fails_once() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")
        looked.set()

    monkeypatch.setattr(parts.alerts, "send_due", fails_once)
    looking = asyncio.create_task(parts.alerts.send_forever(every=0.01))
    async with asyncio.timeout(10):
        await looked.wait()
    looking.cancel()


# Routes


async def test_an_address_is_stored_sealed_and_only_its_label_is_shown(parts: Container, ada: Account) -> None:
    (route,) = await parts.alert_routes.list_for(ada.id)
    assert route.label == "fake"
    assert "fake:ada" not in route.sealed


async def test_a_route_is_ones_own(parts: Container, alerter: FakeAlerter, ada: Account, bea: Account) -> None:
    (route,) = await parts.alert_routes.list_for(ada.id)
    with pytest.raises(NotFound):
        await parts.alert_routes.remove(bea.id, route.id)
    await parts.alert_routes.remove(ada.id, route.id)
    assert await parts.alert_routes.list_for(ada.id) == []


async def test_a_test_tells_how_each_way_went(parts: Container, alerter: FakeAlerter, ada: Account) -> None:
    await parts.alert_routes.add(ada.id, "fake:phone")
    alerter.failing = {"fake:phone"}
    results = await parts.alert_routes.test(ada.id)
    assert {why for _, why in results} == {None, Failure.REFUSED}
    assert alerter.sent == [("fake:ada", "Alongside: this is a test. Alerts reach you here. https://chat.example.org/inbox")]
    assert await alerts(parts, ada) == []


async def test_an_email_address_is_enough_where_there_is_a_mail_server(
    parts: Container, database: Database, alerter: FakeAlerter, ada: Account
) -> None:
    route = await parts.alert_routes.add_email(ada.id, " Ada@Example.org ")
    assert parts.vault.open(route.sealed) == f"{OWN_MAIL}ada@example.org"
    with pytest.raises(InvalidInput, match="not an e-mail"):
        await parts.alert_routes.add_email(ada.id, "ada")
    with pytest.raises(InvalidInput, match="No mail server"):
        await container(database, alerter=alerter).alert_routes.add_email(ada.id, "ada@example.org")


async def test_the_same_way_pressed_twice_is_one(parts: Container, ada: Account, bea: Account) -> None:
    first, again = await asyncio.gather(*(parts.alert_routes.add(ada.id, " fake:phone ") for _ in range(2)))
    assert first == again
    theirs = await parts.alert_routes.add(bea.id, "fake:phone")
    assert theirs.id != first.id
    ways = [parts.vault.open(route.sealed) for route in await parts.alert_routes.list_for(ada.id)]
    assert ways.count("fake:phone") == 1


async def test_a_way_whose_key_is_lost_is_set_up_anew(parts: Container, ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = await parts.alert_routes.add(ada.id, "fake:phone")

    def refuse(_: str) -> str:
        raise AlongsideError("sealed with another key")

    monkeypatch.setattr(parts.vault, "open", refuse)
    assert (await parts.alert_routes.add(ada.id, "fake:phone")).id != lost.id


async def test_there_are_only_so_many_ways(parts: Container, ada: Account) -> None:
    for number in range(MOST_ROUTES - 1):
        await parts.alert_routes.add(ada.id, f"fake:{number}")
    with pytest.raises(InvalidInput, match="already"):
        await parts.alert_routes.add(ada.id, "fake:more")
    with pytest.raises(InvalidInput, match="characters"):
        await parts.alert_routes.add(ada.id, "x" * 3000)


def test_who_is_here_is_who_has_a_page_open() -> None:
    attendance = Attendance()
    with attendance.here("ada"), attendance.here("ada"):
        assert attendance.is_here("ada")
        assert not attendance.is_here("bea")
    assert not attendance.is_here("ada")


# The carer who left an address


async def with_address(parts: Container, ada: Account, reach: Reach = Reach.EMAIL) -> tuple[str, str]:
    """Return a conversation whose carer left an address, and its case, which Ada has."""
    conversation, file = await ask(parts)
    claimed = await parts.handover.claim(ada, file.id)
    async with parts.database.transaction() as session:
        before = await case_store.get(session, claimed.id)
        assert before is not None
        details = Details(reach=reach, address="carer@example.org", name="Quokka")
        assert await case_store.change(session, before, replace(before, details=details))
    return conversation.id, claimed.id


async def test_a_carer_who_left_an_address_hears_once_that_a_reply_waits_and_nothing_of_it(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    _conversation_id, case_id = await with_address(parts, ada)
    for client_id in ("a", "b"):
        await parts.handover.reply(ada, case_id, "The ward round is on Friday.", client_id=client_id)
    await parts.mails.send_due()
    assert alerter.mails == []
    clock.move(11 * MINUTE)
    for _ in range(2):
        await parts.mails.send_due()
    ((to, title, text),) = alerter.mails
    assert (to, title) == ("carer@example.org", "A message is waiting for you")
    assert "https://chat.example.org" in text
    for word in ("ward", "Friday", "Ada", "Quokka", "Larch", "patient", "mental", "health", "secure", "hospital", "{"):
        assert word.casefold() not in (title + text).casefold()
    clock.move(timedelta(hours=1))
    await parts.handover.reply(ada, case_id, "And again.", client_id="c")
    clock.move(11 * MINUTE)
    await parts.mails.send_due()
    assert len(alerter.mails) == 1


async def test_a_carer_who_has_read_is_not_written_to_and_is_for_the_next_reply(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation_id, case_id = await with_address(parts, ada)
    message = await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    await parts.deliveries.seen(conversation_id, message.id)
    clock.move(11 * MINUTE)
    await parts.mails.send_due()
    assert alerter.mails == []
    await parts.handover.reply(ada, case_id, "And again.", client_id="b")
    clock.move(11 * MINUTE)
    await parts.mails.send_due()
    assert len(alerter.mails) == 1


async def test_a_mail_server_that_is_down_is_tried_again(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    _, case_id = await with_address(parts, ada)
    await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    alerter.failing = {"carer@example.org"}
    clock.move(11 * MINUTE)
    await parts.mails.send_due()
    alerter.failing = set()
    clock.move(2 * MINUTE)
    await parts.mails.send_due()
    assert len(alerter.mails) == 1


async def leaves(parts: Container, conversation_id: str, case_id: str, address: str) -> None:
    """Store the address that a carer's turn has brought, as the turn does."""
    async with parts.database.transaction() as session:
        assert await conversation_store.lock(session, conversation_id)
        before = await case_store.get(session, case_id)
        assert before is not None
        after = replace(before, details=Details(reach=Reach.EMAIL, address=address))
        assert await case_store.change(session, before, after)
        await parts.mails.address_left(session, before=before, after=after)


async def mails_to(parts: Container, alerter: FakeAlerter, clock: FakeClock, *, later: timedelta = 11 * MINUTE) -> list[str]:
    clock.move(later)
    await parts.mails.send_due()
    return [to for to, _, _ in alerter.mails]


@pytest.mark.parametrize("outage", [timedelta(hours=8), timedelta(days=3)])
async def test_a_mail_server_that_is_down_for_long_costs_no_carer_the_email(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, outage: timedelta
) -> None:
    _, case_id = await with_address(parts, ada)
    await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    alerter.failing = {"carer@example.org"}
    for _ in range(outage // (30 * MINUTE)):
        await mails_to(parts, alerter, clock, later=30 * MINUTE)
    alerter.failing = set()
    if outage > timedelta(days=2):  # given up: the next reply has one of its own
        assert await mails_to(parts, alerter, clock, later=timedelta(hours=2)) == []
        await parts.handover.reply(ada, case_id, "And again.", client_id="b")
    for _ in range(8):
        await mails_to(parts, alerter, clock)
    assert len(alerter.mails) == 1


async def test_replies_one_after_the_other_put_no_email_off(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    _, case_id = await with_address(parts, ada)
    for client_id in ("a", "b", "c"):
        await parts.handover.reply(ada, case_id, "Hello.", client_id=client_id)
        await mails_to(parts, alerter, clock, later=5 * MINUTE)
    assert len(alerter.mails) == 1


async def test_who_has_read_the_first_of_two_replies_hears_of_the_second(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation_id, case_id = await with_address(parts, ada)
    first = await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    await parts.handover.reply(ada, case_id, "And this.", client_id="b")
    await parts.deliveries.seen(conversation_id, first.id)
    assert len(await mails_to(parts, alerter, clock)) == 1


async def test_a_reply_written_while_an_email_is_sent_has_none_of_its_own(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case_id = await with_address(parts, ada)
    await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    send = alerter.mail

    async def slow(to: str, *, title: str, text: str) -> None:
        await parts.handover.reply(ada, case_id, "And this.", client_id="b")
        await send(to, title=title, text=text)

    monkeypatch.setattr(alerter, "mail", slow)
    for _ in range(3):
        await mails_to(parts, alerter, clock)
    assert len(alerter.mails) == 1


async def test_a_carer_who_writes_has_read_what_was_written_before(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await leaves(parts, conversation.id, file.id, "carer@example.org")
    for day in range(3):
        await parts.handover.reply(ada, file.id, "Hello.", client_id=f"{day}")
        assert len(await mails_to(parts, alerter, clock)) == day + 1
        await say(parts, conversation, "Thank you.")
    await parts.handover.reply(ada, file.id, "Bye.", client_id="bye")
    await say(parts, conversation, "Bye.")
    assert len(await mails_to(parts, alerter, clock)) == 3


async def test_an_address_that_comes_after_an_unread_reply_hears_of_it(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
    await leaves(parts, conversation.id, file.id, "wrong@example.org")
    assert await mails_to(parts, alerter, clock) == ["wrong@example.org"]
    await leaves(parts, conversation.id, file.id, "wrong@example.org")
    assert await mails_to(parts, alerter, clock) == ["wrong@example.org"]
    await leaves(parts, conversation.id, file.id, "right@example.org")
    assert await mails_to(parts, alerter, clock) == ["wrong@example.org", "right@example.org"]


@pytest.mark.parametrize("is_read", [False, True])
async def test_an_address_alone_brings_no_email(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account, is_read: bool
) -> None:
    conversation, file = await ask(parts)
    if is_read:
        await parts.handover.claim(ada, file.id)
        await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
        await say(parts, conversation, "Thank you.")
    await leaves(parts, conversation.id, file.id, "carer@example.org")
    assert await mails_to(parts, alerter, clock) == []


async def test_no_email_leads_a_carer_on_telegram_to_a_chat_that_is_not_there(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation_id, case_id = await with_address(parts, ada)
    await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    async with parts.database.transaction() as session:
        await telegram_store.move_conversation(session, conversation_id, channel="telegram", token_hash="x")
    assert await mails_to(parts, alerter, clock) == []
    async with parts.database.reading() as session:
        conversation = await conversation_store.get(session, conversation_id)
        file = await case_store.get(session, case_id)
    assert conversation is not None
    assert file is not None
    assert not parts.mails.may_tell(conversation, file)
    assert parts.mails.may_tell(replace(conversation, channel="web"), file)


async def test_no_email_where_another_way_was_wished_or_no_mail_server_is_set(
    parts: Container, database: Database, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    _, case_id = await with_address(parts, ada, Reach.PHONE)
    await parts.handover.reply(ada, case_id, "Hello.", client_id="a")
    without = container(database, clock=clock, alerter=alerter)
    _, other = await with_address(without, ada)
    await without.handover.reply(ada, other, "Hello.", client_id="a")
    clock.move(11 * MINUTE)
    await parts.mails.send_due()
    assert alerter.mails == []
    assert not without.alerts.can_mail


async def test_an_erased_conversation_takes_its_alerts_and_emails_with_it(
    parts: Container, alerter: FakeAlerter, clock: FakeClock, ada: Account
) -> None:
    conversation, _file = await ask(parts)
    await parts.conversations.erase(conversation)
    await tick(parts, clock, 11 * MINUTE)
    await parts.mails.send_due()
    assert (alerter.sent, alerter.mails, await alerts(parts, ada)) == ([], [], [])
