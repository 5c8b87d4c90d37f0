"""The bot's token and carers' words are in no log at any level, and a forged webhook call leaves nothing behind."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select
from starlette.responses import Response

from alongside.store import telegram as store
from alongside.store.base import Database
from api.app import create_app
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import TOKEN, BotApi, Call
from tests.telegram.conftest import Carer, join

MARKER = "quokka"
"""A word nothing of ours contains: wherever it turns up, it came from the carer."""

pytestmark = pytest.mark.usefixtures("loud")


async def test_no_log_holds_the_token_or_a_carers_words(
    robin: Carer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answers = [Response("<html>", 200), Response("<html>", 502), Response(status_code=500)]

    def fail_at_first(call: Call) -> Response | None:
        return answers.pop() if call.method == "sendMessage" and answers else None

    robin.server.answer = fail_at_first
    await robin.say(f"my {MARKER} is on the ward")
    await robin.deliver(robin.message(f"the {MARKER} again"), robin.message(text=None, voice=5, caption=MARKER))
    await robin.telegram.connection.set_up()
    robin.server.answer = lambda call: Response(f"<html>{MARKER}", 200)
    await robin.say(MARKER)
    written = capfd.readouterr()
    for log in (written.out, written.err, caplog.text):
        assert MARKER not in log
        assert TOKEN.split(":")[1] not in log


@pytest.fixture
async def forger(
    database: Database, server: BotApi, telegram_assistant: CountingAssistant
) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    parts = join(
        database, server, telegram_assistant, FakeClock(), telegram_mode="webhook", public_url="https://chat.example.org"
    )
    assert parts.telegram is not None
    transport = httpx.ASGITransport(app=create_app(parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        yield client, parts.telegram.api.secret
    await parts.telegram.api.close()


UPDATE = json.dumps(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": MARKER}}
)


@pytest.mark.parametrize(
    ("method", "body", "secret", "status"),
    [
        ("POST", UPDATE, None, 404),
        ("POST", UPDATE, "wrong", 404),
        ("POST", UPDATE, "é", 404),
        ("GET", "", "right", 405),
        ("POST", MARKER * 900_000, "right", 413),
        ("POST", "{" + MARKER, "right", 400),
        ("POST", f"<html>{MARKER}</html>", "right", 400),
        ("POST", f'["{MARKER}"]', "right", 400),
        ("POST", f'{{"update_id": "{MARKER}"}}', "right", 400),
        ("POST", "[" * 100_000, "right", 400),
        ("POST", '{"update_id": 99999999999999999999}', "right", 400),
        ("POST", b"\xff\xfe{", "right", 400),
    ],
    ids=range(12),
)
async def test_a_forged_call_is_refused_and_leaves_nothing(
    forger: tuple[httpx.AsyncClient, str],
    database: Database,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    method: str,
    body: str | bytes,
    secret: str | None,
    status: int,
) -> None:
    client, right = forger
    sent = {"right": right, "é": "é"}.get(secret or "", secret)
    headers = {"X-Telegram-Bot-Api-Secret-Token": sent.encode()} if sent else {}
    response = await client.request(method, "/telegram", content=body or None, headers=headers)
    assert response.status_code == status
    assert response.headers.get("connection") == ("close" if method == "POST" else None)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(store.TelegramUpdateRow)) == 0
    written = capfd.readouterr()
    for log in (written.out, written.err, caplog.text, response.text):
        assert MARKER not in log


@pytest.mark.parametrize(("secret", "length", "status"), [(None, 100, 404), ("wrong", 100, 404), ("right", 5_000_000, 413)])
async def test_who_is_refused_is_not_even_listened_to(
    forger: tuple[httpx.AsyncClient, str], secret: str | None, length: int, status: int
) -> None:
    client, right = forger

    async def body() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    headers = {"Content-Length": str(length)}
    if secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = right if secret == "right" else secret
    response = await client.post("/telegram", content=body(), headers=headers)
    assert response.status_code == status
