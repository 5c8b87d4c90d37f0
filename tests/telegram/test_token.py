"""The bot's token, and the webhook's secret made from it, are in no database row, no file of the database and no error page."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from starlette.responses import Response

from alongside.store.base import Base, Database
from api.app import create_app
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import TOKEN, BotApi, Call, refusal
from tests.telegram.conftest import Carer, join


def secrets_of(carer: Carer) -> list[str]:
    return [TOKEN, TOKEN.split(":")[1], carer.telegram.api.secret]


async def rows(database: Database) -> str:
    """Return every row of every table as one text."""
    async with database.reading() as session:
        return "\n".join([str((await session.execute(select(table))).all()) for table in Base.metadata.sorted_tables])


@pytest.fixture
async def carer(database: Database, server: BotApi, telegram_assistant: CountingAssistant) -> Carer:
    parts = join(
        database, server, telegram_assistant, FakeClock(), telegram_mode="webhook", public_url="https://chat.example.org"
    )
    return Carer(parts, server)


async def test_no_row_and_no_byte_of_the_database_holds_it(carer: Carer, database: Database, made_url: str) -> None:
    def fail(call: Call) -> Response | None:
        return refusal(500, f"broke at /bot{TOKEN}/sendMessage") if call.method == "sendMessage" else None

    await carer.telegram.connection.set_up()
    await carer.say("hello")
    await carer.say("/web")
    carer.server.answer = fail
    await carer.say("and again")
    await carer.say("/person")
    stored = await rows(database)
    assert "and again" in stored
    files = [Path(made_url.removeprefix("sqlite:///") + end) for end in ("", "-wal")] if database.is_sqlite else []
    read = [stored.encode(), *(file.read_bytes() for file in files if file.exists())]
    assert [secret for secret in secrets_of(carer) for each in read if secret.encode() in each] == []
    await carer.telegram.api.close()


@pytest.mark.parametrize("status", [401, 404, 409, 500])
async def test_no_error_page_holds_it_whatever_telegram_says(carer: Carer, status: int, caplog: pytest.LogCaptureFixture) -> None:
    carer.server.answer = lambda call: refusal(status, f"no: /bot{TOKEN}/{call.method}")
    transport = httpx.ASGITransport(app=create_app(carer.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        token = (await client.post("/api/v1/conversations", json={})).json()["token"]
        moved = await client.post("/api/v1/move", headers={"Authorization": f"Bearer {token}"})
        wrong = await client.post("/telegram", json={"update_id": 1})
    assert moved.status_code == 503
    said = f"{moved.text} {moved.headers} {wrong.text} {wrong.headers} {caplog.text}"
    assert [secret for secret in secrets_of(carer) if secret in said] == []
    await carer.telegram.api.close()


async def test_an_update_that_cannot_be_stored_is_refused_without_a_word_of_it(
    carer: Carer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(payloads: object) -> None:
        raise OSError(f"no disk for {payloads} of {TOKEN}")

    monkeypatch.setattr(carer.telegram.updates, "take_in", fail)
    transport = httpx.ASGITransport(app=create_app(carer.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        key = {"X-Telegram-Bot-Api-Secret-Token": carer.telegram.api.secret}
        response = await client.post("/telegram", json=carer.message("quokka"), headers=key)
    assert response.status_code == 500  # so that Telegram sends it again
    assert [secret for secret in [*secrets_of(carer), "quokka"] if secret in response.text + caplog.text] == []
    await carer.telegram.api.close()
