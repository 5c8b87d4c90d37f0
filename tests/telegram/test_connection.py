"""Updates come in by polling or by webhook, nothing is confirmed before it is stored, and trouble is said clearly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from alongside.services.telegram.doctor import Doctor
from alongside.store.base import Database
from api.app import create_app
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import BOT, BotApi, Call
from tests.telegram.conftest import Carer, join

ADDRESS = "https://chat.example.org"


def no(status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": status, "description": "no"}, status_code=status)


async def until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)


async def test_polled_updates_are_answered_and_then_confirmed(robin: Carer) -> None:
    robin.server.updates += [robin.message("hello"), robin.message("and again")]
    async with robin.telegram.running():
        await until(lambda: len(robin.server.sent()) == 3)
        await until(lambda: robin.server.asked("getUpdates")[-1].get("offset") == 103)
    assert [sent["text"][:20] for sent in robin.server.sent()[1:]] == ["You said: hello (1)\n", "You said: and again "]
    assert {command["command"] for command in robin.server.asked("setMyCommands")[0]["commands"]} >= {"person", "delete"}
    assert "offset" not in robin.server.asked("getUpdates")[0]


async def test_nothing_is_confirmed_when_it_could_not_be_stored(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    async def fail(payloads: list[dict[str, Any]]) -> None:
        tries.append(payloads)
        raise OSError("no disk")

    monkeypatch.setattr(robin.telegram.updates, "take_in", fail)
    robin.server.updates.append(robin.message("hello"))
    async with robin.telegram.running():
        await until(lambda: len(tries) == 2)
    assert all("offset" not in asked for asked in robin.server.asked("getUpdates"))


@asynccontextmanager
async def webhook(
    database: Database, server: BotApi, assistant: CountingAssistant
) -> AsyncIterator[tuple[Carer, httpx.AsyncClient, str]]:
    parts = join(database, server, assistant, FakeClock(), telegram_mode="webhook", public_url=ADDRESS)
    carer = Carer(parts, server)
    transport = httpx.ASGITransport(app=create_app(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        yield carer, client, carer.telegram.api.secret
    await carer.settle()
    await carer.telegram.api.close()


async def test_the_webhook_is_set_when_it_differs_and_only_then(
    database: Database, server: BotApi, telegram_assistant: CountingAssistant
) -> None:
    async with webhook(database, server, telegram_assistant) as (carer, client, secret):
        await carer.telegram.connection.set_up()
        await carer.telegram.connection.set_up()
        (asked,) = server.asked("setWebhook")
        assert (asked["url"], asked["secret_token"]) == (f"{ADDRESS}/telegram", secret)
        update = carer.message("hello")
        key = {"X-Telegram-Bot-Api-Secret-Token": secret}
        for _ in range(3):
            assert (await client.post("/telegram", json=update, headers=key)).status_code == 200
        await carer.settle()
        assert [sent["text"][:9] for sent in server.sent()[1:]] == ["You said:"]
        assert (
            await client.post("/telegram", json=update, headers=key | {"X-Telegram-Bot-Api-Secret-Token": "no"})
        ).status_code == 404
        assert (await client.post("/telegram", json=update)).status_code == 404
        assert (await client.post("/telegram", content="{", headers=key)).status_code == 400


async def test_our_own_webhook_is_removed_for_polling_and_anothers_is_left(robin: Carer) -> None:
    robin.server.webhook = {"url": "https://elsewhere.example.org/hook"}
    with pytest.raises(Exception, match="another address"):
        await robin.telegram.connection.set_up()
    assert not robin.server.asked("deleteWebhook")


@pytest.mark.parametrize(
    ("method", "status", "said"),
    [("getMe", 401, "mistyped or was revoked"), ("getUpdates", 409, "Another program"), ("getMe", 502, "cannot be reached")],
)
async def test_the_doctor_names_the_trouble(robin: Carer, method: str, status: int, said: str) -> None:
    def answer(call: Call) -> Response | None:
        return no(status) if call.method == method else None

    robin.server.answer = answer
    findings = await doctor(robin).examine()
    assert not findings[-1].is_well
    assert said in findings[-1].said
    assert str(BOT) not in "".join(finding.said for finding in findings)


async def test_the_doctor_finds_nothing_wrong(robin: Carer) -> None:
    findings = await doctor(robin).examine()
    assert [finding.is_well for finding in findings] == [True, True]
    assert "@alongside_test_bot" in findings[0].said


def doctor(carer: Carer) -> Doctor:
    parts = carer.parts
    return Doctor(database=parts.database, telegram=carer.telegram.api, clock=parts.clock, is_webhook=False, public_url=None)
