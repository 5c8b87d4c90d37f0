"""``alongside doctor``, ``alongside telegram ...`` and ``alongside directory poster``, as an operator runs them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, Response
from typer.testing import CliRunner, Result

from alongside.cli import app
from alongside.core.errors import AlongsideError
from alongside.settings import ROOT
from tests.telegram.bot_api import TOKEN, BotApi, Call

Run = Callable[..., Result]


@pytest.fixture
def run(made_url: str, server: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in {
        "DATABASE_URL": made_url,
        "DATA_DIR": str(tmp_path),
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "PUBLIC_URL": "https://chat.example.org",
    }.items():
        monkeypatch.setenv(f"ALONGSIDE_{name}", value)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_the_doctor_says_that_all_is_well(run: Run) -> None:
    done = run("doctor")
    assert done.exit_code == 0, done.output
    assert "@alongside_test_bot" in done.output


def test_the_doctor_says_what_is_wrong_without_the_token(run: Run, server: BotApi) -> None:
    def refuse(call: Call) -> Response:
        return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, status_code=401)

    server.answer = refuse
    done = run("doctor")
    assert done.exit_code == 1
    assert "PROBLEM" in done.output
    assert "mistyped or was revoked" in done.output
    assert TOKEN not in done.output


def test_without_a_token_telegram_is_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALONGSIDE_TELEGRAM_TOKEN")
    done = run("doctor")
    assert done.exit_code == 0
    assert "Telegram is off" in done.output


def test_what_cannot_be_a_token_is_said_without_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_TELEGRAM_TOKEN", "mistyped-secret")
    done = run("doctor")
    assert isinstance(done.exception, AlongsideError)
    assert "BotFather" in str(done.exception)
    assert "mistyped-secret" not in str(done.exception)


def test_the_webhook_is_removed_on_request(run: Run, server: BotApi) -> None:
    server.webhook = {"url": "https://elsewhere.example.org"}
    assert run("telegram", "remove-webhook").exit_code == 0
    assert server.webhook == {}


def test_a_poster_opens_the_chat_in_both_places_knowing_the_ward(run: Run, tmp_path: Path) -> None:
    assert run("directory", "import", str(ROOT / "data" / "directory" / "sample.yml")).exit_code == 0
    done = run("directory", "poster", "sample-rowan")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "poster-sample-rowan.html").read_text(encoding="utf-8")
    assert "https://chat.example.org/?service=sample-rowan" in page
    assert "https://t.me/alongside_test_bot?start=sample-rowan" in page
    assert page.count("<svg") == 2
    assert "Rowan Ward" in page
    assert "<script" not in page


def test_a_poster_of_a_ward_there_is_not_is_refused(run: Run) -> None:
    done = run("directory", "poster", "nowhere")
    assert "no ward or team with the code 'nowhere'" in str(done.exception)
