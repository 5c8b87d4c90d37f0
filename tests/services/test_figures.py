"""Figures from the logs that the real services write: each role's own, erased conversations left out, heartbeats never in."""

from datetime import date, timedelta

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.blocks import Block
from alongside.core.cases import CaseEvent
from alongside.core.errors import InvalidInput
from alongside.core.figures import Hidden
from alongside.core.handover import CARER, SYSTEM, Actor, Outcome, Role, State
from alongside.store import cases as store
from alongside.store.base import Database
from alongside.store.figures import read_logs
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, add_case, ask, begin, fill_directory
from tests.fakes import NOW, FakeClock

HOUR = timedelta(hours=1)
BLOCK = Block(date(2026, 11, 2))
"""The four weeks that NOW is in, in the last of them."""


@pytest.fixture
async def parts(database: Database) -> Container:
    parts = container(database)
    await fill_directory(parts, ada=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database)


@pytest.fixture
async def lead(parts: Container) -> Account:
    return await add_account(parts.database, "lea", role=AccountRole.LEAD)


async def add_log(
    parts: Container,
    *events: tuple[str, float, Actor, dict[str, str]],
    service: str | None = "larch",
    at: timedelta = timedelta(0),
) -> None:
    """Add a case with a log; times are hours from NOW plus ``at``."""
    conversation = await begin(parts)
    file = await add_case(parts.database, conversation.id, service=service, state=State.CLOSED)
    async with parts.database.transaction() as session:
        for what, hours, by, details in events:
            await store.add_event(session, file.id, CaseEvent(NOW + at + hours * HOUR, what, by, details))


def asked(reason: str = "asked", by: float = 3, at: timedelta = timedelta(0)) -> tuple[str, float, Actor, dict[str, str]]:
    return "request", 0, CARER, {"reason": reason, "who": "ada", "reply_by": (NOW + at + by * HOUR).isoformat()}


async def test_what_the_services_log_is_what_is_counted(parts: Container, ada: Account, lead: Account) -> None:
    clock: FakeClock = parts.clock  # type: ignore[assignment]
    for minutes in (10, 20, 30, 40, 50):
        _, file = await ask(parts)
        clock.move(timedelta(minutes=minutes))
        await parts.handover.claim(ada, file.id)
        await parts.handover.reply(ada, file.id, "Hello", client_id="one")
        await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    told = (await parts.figures.learn(lead)).report
    assert (told.waits.asked, told.waits.half, told.waits.nine_in_ten) == (5, timedelta(minutes=30), timedelta(minutes=50))
    assert told.promised.kept == 5


async def test_a_promise_that_runs_out_is_missed_and_made_again(parts: Container, ada: Account, lead: Account) -> None:
    clock: FakeClock = parts.clock  # type: ignore[assignment]
    bea = await add_account(parts.database, "bea", worker="code-ada")
    assert bea
    for _ in range(5):
        await ask(parts)
    clock.move(timedelta(days=2))
    await parts.keeping.keep_promises()
    told = (await parts.figures.learn(lead)).report
    assert told.promised.missed == 5
    assert [row.count for row in told.missed_by_hour if row.count] == [5]


async def test_a_lead_learns_of_their_own_services_and_a_maintainer_of_all(parts: Container, lead: Account) -> None:
    for service, times in (("larch", 6), ("rowan", 7), (None, 8)):
        for _ in range(times):
            await add_log(parts, asked(), service=service)
    maintainer = await add_account(parts.database, "max", role=AccountRole.MAINTAINER, services=frozenset())
    own, everything = await parts.figures.learn(lead), await parts.figures.learn(maintainer)
    assert [(row.name, row.asked) for row in own.report.waits_by_service] == [("larch", 6)]
    assert {row.name: row.asked for row in everything.report.waits_by_service} == {"larch": 6, "rowan": 7, "": 8}
    assert everything.report.waits.asked == 21


async def test_a_period_is_of_four_fixed_weeks(parts: Container, lead: Account) -> None:
    for days in (-51, -50, -23, -22, -1, 0):
        for _ in range(5):
            await add_log(parts, asked(at=timedelta(days=days)), at=timedelta(days=days))
    learned = await parts.figures.learn(lead, day=BLOCK.first)
    assert (learned.block, await parts.figures.learn(lead)) == (BLOCK, learned)
    assert [row.asked for row in learned.report.waits_by_week] == [5, 0, 0, 10]
    assert (learned.is_over, learned.before.waits.asked) == (False, 10)
    earlier = await parts.figures.learn(lead, day=BLOCK.first - timedelta(days=1))
    assert (earlier.block, earlier.is_over, earlier.report.waits) == (BLOCK.before, True, learned.before.waits)


async def test_four_weeks_that_run_are_shown_with_their_weeks_so_far(parts: Container, lead: Account) -> None:
    clock: FakeClock = parts.clock  # type: ignore[assignment]
    clock.move(timedelta(days=7))
    for _ in range(5):
        await add_log(parts, asked(at=timedelta(days=7)), at=timedelta(days=7))
    learned = await parts.figures.learn(lead)
    assert (learned.block, learned.is_over) == (BLOCK.after, False)
    assert [(row.name, row.asked) for row in learned.report.waits_by_week] == [("2026-11-30", 5)]
    assert learned == await parts.figures.learn(lead, day=BLOCK.after.last)


async def test_four_weeks_that_are_still_to_come_are_refused(parts: Container, lead: Account) -> None:
    with pytest.raises(InvalidInput, match="still to come"):
        await parts.figures.learn(lead, day=BLOCK.after.first)


async def test_a_service_that_is_no_longer_in_the_directory_is_counted_by_its_code(parts: Container) -> None:
    for _ in range(5):
        await add_log(parts, asked(), service="closed-ward")
    admin = await add_account(parts.database, "ida", role=AccountRole.ADMIN)
    learned = await parts.figures.learn(admin)
    assert learned.services["closed-ward"] == "closed-ward"
    assert learned.report.waits.asked == 5


async def test_an_erased_conversation_is_not_counted(parts: Container, ada: Account, lead: Account) -> None:
    conversations = [(await ask(parts))[0] for _ in range(5)]
    assert (await parts.figures.learn(lead)).report.waits.asked == 5
    await parts.conversations.erase(conversations[0])
    assert (await parts.figures.learn(lead)).report.waits.asked is Hidden.FEWER


async def test_a_heartbeat_is_in_no_figure(parts: Container, ada: Account, lead: Account) -> None:
    for _ in range(5):
        await parts.heartbeat.run_all()
    assert (await parts.figures.learn(lead)).report.waits.asked == 0


async def test_of_replies_in_a_row_only_the_first_is_read(parts: Container) -> None:
    worker = Actor(Role.WORKER, "")
    said = [("replied", hours, worker, {}) for hours in (1, 2, 3)]
    again = ("promised", 4.0, SYSTEM, {"reply_by": (NOW + 8 * HOUR).isoformat()})
    await add_log(
        parts, asked(), ("claim", 0.5, worker, {}), *said, ("noted", 3.5, worker, {}), again, ("replied", 5, worker, {})
    )
    async with parts.database.reading() as session:
        portions = [lines async for lines in read_logs(session, since=NOW, until=NOW + HOUR)]
    assert [(line.what, (line.at - NOW) / HOUR) for lines in portions for line in lines] == [
        ("request", 0),
        ("replied", 1),
        ("promised", 4),
        ("replied", 5),
    ]
