"""The heartbeat: a handover nobody sees, made once an hour by one process; after a miss carers are told to ring as well."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr
from sqlalchemy import func, select

from alongside.core.accounts import AccountRole
from alongside.core.alerts import TIMES
from alongside.services.heartbeat import EVERY, FIRST_AFTER, Heartbeat, Missed, NoAlerter, Parts, Probe, handover_on
from alongside.settings import Settings
from alongside.store.base import Base, Database
from alongside.store.heartbeats import Beat
from alongside.store.rehearsal import rehearsing
from alongside.wiring import Container
from tests.builders import container, words
from tests.case_builders import ALL_WEEK, add_account, ask, begin, fill_directory, say, thread
from tests.fakes import FakeAlerter, FakeClock

KEPT = {"heartbeats", "heartbeats_due", "alembic_version"}
MISSED = Beat("web", FakeClock().now(), "no reply")


@pytest.fixture
def alerter() -> FakeAlerter:
    return FakeAlerter()


@pytest.fixture
async def parts(database: Database, clock: FakeClock, alerter: FakeAlerter) -> Container:
    parts = container(database, clock=clock, alerter=alerter)
    await fill_directory(parts, ada=ALL_WEEK)
    return parts


async def fails(parts: Parts) -> None:
    raise Missed("no reply")


def heartbeat(parts: Container, probe: Probe | None = None, *, channel: str = "web") -> Heartbeat:
    """A heartbeat with the container's own way of joining services and of telling of a miss, and a probe of the test's."""
    return Heartbeat(
        database=parts.database,
        clock=parts.clock,
        join_on=parts.heartbeat._join_on,
        probes={channel: probe or handover_on(channel)},
        checks={},
        alert=parts.heartbeat._alert,
    )


async def rows(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in KEPT
        }


def turns_counted() -> float:
    return sum(sample.value for metric in REGISTRY.collect() if metric.name == "alongside_turns" for sample in metric.samples)


# --- A handover that nobody sees ---


@pytest.mark.parametrize("has_workers", [True, False])
async def test_a_heartbeat_goes_well_and_leaves_nothing(parts: Container, database: Database, has_workers: bool) -> None:
    if has_workers:
        await add_account(database)
    before, counted = await rows(database), turns_counted()
    assert [beat.failure for beat in await parts.heartbeat.run_all()] == [None]
    assert await rows(database) == before
    assert turns_counted() == counted
    assert (await parts.heartbeat.last())["web"].failure is None


async def test_it_really_makes_a_case_claims_it_and_replies(parts: Container, database: Database) -> None:
    await add_account(database)
    seen: list[tuple[str, ...]] = []

    async def watched(rehearsed: Parts) -> None:
        await handover_on("web")(rehearsed)
        async with rehearsed.database.reading() as session:
            log = Base.metadata.tables["case_events"]
            seen.append(tuple(await session.scalars(select(log.c.what).order_by(log.c.id))))

    await heartbeat(parts, watched).run_all()
    assert seen == [("request", "claim", "replied")]


async def test_nothing_of_a_rehearsal_can_be_sent(database: Database) -> None:
    alerter = FakeAlerter()
    settings = Settings(mail_url=SecretStr("mailto://127.0.0.1:1?from=alongside@example.org"))
    parts = container(database, alerter=alerter, settings=settings)
    await fill_directory(parts, ada=ALL_WEEK)
    ada = await add_account(database)
    await parts.alert_routes.add(ada.id, "fake:ada")
    outside: list[object] = []

    async def sends(rehearsed: Parts) -> None:
        assert isinstance(rehearsed, Container)
        await ask(rehearsed)
        assert await rehearsed.alerts.list_for(ada.id)
        await rehearsed.alerts.send_due()
        outside.extend([rehearsed.alerts._alerter, rehearsed.mails._alerter, rehearsed.alert_routes._alerter])

    (beat,) = await heartbeat(parts, sends).run_all()
    assert beat.failure is None
    assert [type(each) for each in outside] == [NoAlerter] * 3
    assert (alerter.sent, alerter.mails) == ([], [])


async def test_nobody_else_sees_what_is_rehearsed(database: Database) -> None:
    parts = container(database)
    async with rehearsing(database) as rehearsed:
        other = container(rehearsed)
        conversation = await begin(other)
        assert await thread(other, conversation)
        if not database.is_sqlite:  # on SQLite who reads sees it as it was, too
            assert sum((await rows(database)).values()) == 0
    assert sum((await rows(parts.database)).values()) == 0


async def test_what_is_rehearsed_is_gone_when_it_breaks_off(database: Database) -> None:
    async def breaks_off() -> None:
        async with rehearsing(database) as rehearsed:
            await begin(container(rehearsed))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await breaks_off()
    assert sum((await rows(database)).values()) == 0


# --- When ---


async def test_it_is_due_a_little_after_the_first_start_and_then_each_hour(parts: Container) -> None:
    beats = heartbeat(parts)
    assert await beats.run_due() == []
    parts.clock.move(FIRST_AFTER)  # type: ignore[attr-defined]
    assert len(await beats.run_due()) == 1
    parts.clock.move(EVERY - timedelta(seconds=1))  # type: ignore[attr-defined]
    assert await beats.run_due() == []
    parts.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]
    assert len(await heartbeat(parts).run_due()) == 1  # a restart changes nothing


async def test_of_many_processes_one_makes_it(parts: Container) -> None:
    await heartbeat(parts).run_due()
    parts.clock.move(FIRST_AFTER)  # type: ignore[attr-defined]
    made = await asyncio.gather(*(heartbeat(parts).run_due() for _ in range(5)))
    assert sorted(len(beats) for beats in made) == [0, 0, 0, 0, 1]


# --- A miss ---


async def _breaks(parts: Parts) -> None:
    raise ValueError("with a carer's words")


async def _is_silent(parts: Parts) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(("probe", "kind"), [(fails, "no reply"), (_breaks, "ValueError"), (_is_silent, "too slow")])
async def test_a_miss_is_kept_with_its_kind(parts: Container, probe: Probe, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alongside.services.heartbeat.TIME_LIMIT", 0.2)
    await heartbeat(parts, probe).run_all()
    assert (await parts.heartbeat.last())["web"].failure == kind


async def test_an_apology_in_the_place_of_a_person_is_a_miss(
    parts: Container, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_account(database)

    async def broken(*_: object, **__: object) -> None:
        raise ValueError

    monkeypatch.setattr("alongside.store.cases.add", broken)
    await parts.heartbeat.run_all()
    assert (await parts.heartbeat.last())["web"].failure == "an apology instead of a person"


async def test_maintainers_and_administrators_are_told_of_the_first_miss(
    parts: Container, database: Database, clock: FakeClock
) -> None:
    ada = await add_account(database)
    wanted = [
        await add_account(database, name, role=role, services=frozenset())
        for name, role in (("max", AccountRole.MAINTAINER), ("ida", AccountRole.ADMIN))
    ]
    gone = await add_account(database, "una", role=AccountRole.ADMIN)
    await parts.accounts.disable(gone.email)
    for probe in (fails, fails, handover_on("web"), fails):
        await heartbeat(parts, probe).run_all()
        clock.move(timedelta(minutes=20))
    for account in (ada, gone):
        assert await parts.alerts.list_for(account.id) == []
    for account in wanted:
        assert [alert.kind.value for alert in await parts.alerts.list_for(account.id)] == ["heartbeat"] * 2


async def test_whom_no_alert_of_a_miss_has_reached_is_alerted_each_hour_until_one_does(
    parts: Container, database: Database, alerter: FakeAlerter, clock: FakeClock
) -> None:
    mel, _ = [await add_account(database, name, role=AccountRole.MAINTAINER, services=frozenset()) for name in ("mel", "ida")]
    for account in await parts.accounts.list_all():
        await parts.alert_routes.add(account.id, f"fake:{account.email.partition('@')[0]}")
    alerter.failing = {"fake:mel"}
    web, other = heartbeat(parts, fails), heartbeat(parts, fails, channel="telegram")
    raised = []
    for minute in range(4 * 60):
        if minute == 130:
            alerter.failing = set()
        if minute % 60 == 0:
            await web.run_all()
        if minute % 60 == 40:  # another channel's miss is no reason to alert more often
            await other.run_all()
        await parts.alerts.send_due()
        raised.append(len(await parts.alerts.list_for(mel.id)))
        clock.move(timedelta(minutes=1))
    assert [raised[minute] for minute in (0, 59, 60, 119, 120, 179, 239)] == [1, 1, 2, 2, 3, 3, 3]
    assert [address for address, _ in alerter.sent].count("fake:mel") == TIMES
    assert [address for address, _ in alerter.sent].count("fake:ida") == TIMES


# --- What carers are told ---


def asked_to_ring(texts: list[str]) -> bool:
    (wording,) = words().responses["utter_please_ring"]
    return any(wording.text in text for text in texts)


async def test_from_a_miss_until_the_next_success_carers_are_told_to_ring_as_well(parts: Container, database: Database) -> None:
    await add_account(database)
    for probe, is_told in ((handover_on("web"), False), (fails, True), (handover_on("web"), False)):
        await heartbeat(parts, probe).run_all()
        told = [message.text for message in await say(parts, await begin(parts))]
        assert asked_to_ring(told) is is_told
        assert any("01632" in text or "0300" in text for text in told) or not is_told


async def test_another_channels_miss_is_no_matter(parts: Container, database: Database) -> None:
    await add_account(database)
    await heartbeat(parts, fails, channel="telegram").run_all()
    conversation, _ = await ask(parts)
    assert not asked_to_ring([message.text for message in await thread(parts, conversation)])
