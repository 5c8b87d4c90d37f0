"""The heartbeat on Telegram: through the real updates and outbox, seen by nobody, and a miss when the bot itself is not well."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr
from sqlalchemy import func, select
from typer.testing import CliRunner

from alongside.cli import app
from alongside.core.telegram import Task
from alongside.services.heartbeat import Missed, Parts
from alongside.services.telegram import heartbeat
from alongside.services.telegram.channel import Telegram
from alongside.services.telegram.handler import Handler
from alongside.services.telegram.heartbeat import Check, Recorder, handover
from alongside.services.telegram.outbox import Outbox
from alongside.settings import Settings
from alongside.store import telegram as chats
from alongside.store import telegram_deliveries as store
from alongside.store.base import Base, Database
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.telegram.bot_api import BOT, TOKEN, BotApi, Call, refusal
from tests.telegram.conftest import CHAT, Carer

LONG = timedelta(minutes=16)


@pytest.fixture(autouse=True)
async def _team(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LOOK_AGAIN", 0.05)
    await fill_directory(robin.parts, ada=ALL_WEEK)
    await add_account(robin.parts.database)


async def failure(carer: Carer) -> str | None:
    """Make all heartbeats and return how the one on Telegram went."""
    (found,) = [beat.failure for beat in await carer.parts.heartbeat.run_all() if beat.channel == "telegram"]
    return found


async def rows(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in ("heartbeats", "heartbeats_due")
        }


def counted() -> float:
    metrics = [metric for metric in REGISTRY.collect() if metric.name.startswith(("alongside_telegram", "alongside_turns"))]
    return sum(sample.value for metric in metrics for sample in metric.samples if sample.name.endswith("_total"))


# --- A handover that nobody sees ---


@pytest.mark.parametrize("is_sending", [True, False])
async def test_it_goes_well_leaves_nothing_and_asks_telegram_for_the_bots_name_alone(
    robin: Carer, server: BotApi, is_sending: bool
) -> None:
    if is_sending:  # the server has the right to send, and goes on
        await robin.say("/person")
    calls, before, figures = len(server.calls), await rows(robin.parts.database), counted()
    assert await failure(robin) is None
    assert [call.method for call in server.calls[calls:]] == ["getMe"]
    assert await rows(robin.parts.database) == before
    assert counted() == figures
    assert await robin.say("/help") != []


async def test_it_takes_the_way_of_a_carers_update_and_of_the_words_to_them(
    robin: Carer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    async def watched(parts: Parts) -> None:
        await handover(parts)
        assert parts.telegram is not None
        assert isinstance(parts.telegram.api, Recorder)
        said.extend(part.text for _, part in parts.telegram.api.sent)

    monkeypatch.setitem(robin.parts.heartbeat._probes, "telegram", watched)
    assert await failure(robin) is None
    assert "Telegram" in said[0]
    assert "Ada, carer support worker, will help you" in said[1]
    assert said[-1] == "Heartbeat: Heartbeat"


async def _nothing(*_: object, **__: object) -> None:
    pass


async def _breaks(*_: object, **__: object) -> None:
    raise ValueError


@pytest.mark.parametrize(
    ("part", "name", "instead", "kind"),
    [
        (Handler, "_turn", _breaks, "nothing said to a carer"),
        (Outbox, "collect_chat", _nothing, "not sent to the chat"),
        (Outbox, "send_due", _nothing, "not sent to the chat"),
        (Outbox, "_do", _breaks, "not sent to the chat"),
    ],
)
async def test_what_would_break_for_a_carer_is_a_miss(
    robin: Carer, part: type, name: str, instead: object, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, name, instead)
    assert await failure(robin) == kind


async def test_it_is_never_tried_on_the_bot_itself(robin: Carer, server: BotApi) -> None:
    before = await rows(robin.parts.database)
    with pytest.raises(Missed):
        await handover(robin.parts)
    assert await rows(robin.parts.database) == before
    assert server.calls == []


# --- The bot itself ---


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "Telegram does not know the token"), (500, "Telegram does not answer"), (200, None)]
)
async def test_a_bot_that_telegram_does_not_know_or_answer_is_a_miss(
    robin: Carer, server: BotApi, status: int, kind: str | None
) -> None:
    def answer(call: Call) -> object:
        return refusal(status, "Unauthorized") if call.method == "getMe" and status != 200 else None

    server.answer = answer  # type: ignore[assignment]
    assert await failure(robin) == kind


async def waits(carer: Carer) -> Telegram:
    """Have a message to send, which Telegram does not take."""
    await carer.say("Hello")
    async with carer.parts.database.transaction() as session:
        await store.add(session, BOT, CHAT, Task.NOTICE, at=carer.parts.clock.now(), notice="utter_apology")
        await store.add(session, BOT, CHAT, Task.LEAVE, at=carer.parts.clock.now())
    return carer.telegram


async def test_what_waits_much_too_long_to_be_sent_is_a_miss(robin: Carer) -> None:
    await waits(robin)
    assert await failure(robin) is None
    robin.parts.clock.move(LONG)  # type: ignore[attr-defined]
    assert await failure(robin) == "messages wait to be sent"
    await robin.settle()
    assert await failure(robin) is None


async def test_what_goes_out_as_the_server_starts_is_none(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    await waits(robin)
    robin.parts.clock.move(LONG)  # type: ignore[attr-defined]
    looks, look = [], Check._is_late

    async def and_then_it_goes_out(check: Check) -> bool:
        looks.append(await look(check))
        await robin.settle()
        return looks[-1]

    monkeypatch.setattr(Check, "_is_late", and_then_it_goes_out)
    assert await failure(robin) is None
    assert looks == [True, False]


async def test_what_waits_for_a_carer_who_blocked_the_bot_is_none(robin: Carer) -> None:
    await robin.say("Hello")
    async with robin.parts.database.transaction() as session:
        await store.add(session, BOT, CHAT, Task.LEAVE, at=robin.parts.clock.now())
        await chats.set_unreachable(session, BOT, CHAT, robin.parts.clock.now())
    robin.parts.clock.move(LONG)  # type: ignore[attr-defined]
    assert await failure(robin) is None


# --- The command ---


def test_the_command_tries_every_channel_that_is_set_up(server: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("ALONGSIDE_TELEGRAM_API_URL", server.url)
    assert Settings().telegram_token == SecretStr(TOKEN)
    done = CliRunner().invoke(app, ["heartbeat", "run"])
    well = "a carer who asks for a person gets one"
    assert (done.exit_code, done.output) == (0, f"web: {well}\ntelegram: {well}\n")
    server.answer = lambda call: refusal(401, "Unauthorized")
    done = CliRunner().invoke(app, ["heartbeat", "run"])
    assert (done.exit_code, done.output) == (1, f"web: {well}\ntelegram: missed (Telegram does not know the token)\n")
