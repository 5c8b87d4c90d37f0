"""The assistant's process is started, watched and started again. A small program stands in for it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alongside.adapters import assistant_http, assistant_process
from alongside.adapters.assistant_process import NICENESS, AssistantProcess, State
from alongside.core.errors import AssistantFailed
from alongside.core.releases import Release
from alongside.services.ports import AssistantReply
from alongside.services.precedence import Precedence

STAND_IN = '''#!{python}
"""Called as the assistant's Python would be: -m bot.serve --model FILE --sha256 HASH --port N."""
import json, os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

mode = (Path(__file__).parent / "mode").read_text()
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
if mode == "dies":
    sys.exit(3)
if mode == "silent":
    time.sleep(600)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if (Path(__file__).parent / "mode").read_text() == "hangs":
            time.sleep(600)
        self.answer({{"status": "ok"}})

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if sent["text"] == "die":
            os._exit(9)
        known = self.headers["authorization"] == "Bearer " + os.environ["ALONGSIDE_ASSISTANT_TOKEN"]
        said = json.dumps({{"known": known, "options": options, "environment": sorted(os.environ)}})
        self.answer({{
            "messages": [{{"response": None, "text": said, "choices": [], "metadata": {{}}}}],
            "understood": {{"intent": "x", "answer": None, "confidence": 1.0, "ranking": []}},
            "slots": {{}}, "state": {{}},
        }})

    def answer(self, body):
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *about):
        pass


HTTPServer(("127.0.0.1", int(options["--port"])), Handler).serve_forever()
'''


@pytest.fixture
def python(tmp_path: Path) -> Path:
    program = tmp_path / "python"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    (tmp_path / "mode").write_text("serves")
    return program


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant_process, "RESTART_PAUSES", (0.0, 0.01))
    monkeypatch.setattr(assistant_process, "_START_LOOK", 0.01)


@pytest.fixture
def precedence() -> Precedence:
    """Who goes first: a turn waits for people for as long as a test lets it."""
    return Precedence(moment=60)


@pytest.fixture
async def assistant(python: Path, tmp_path: Path, precedence: Precedence) -> AsyncIterator[AssistantProcess]:
    assistant = AssistantProcess(
        python=python,
        release=Release(number=4, content_hash="c", model_file="m", model_hash="hash", made_at=datetime.now(UTC)),
        model=tmp_path / "model.tar.gz",
        encoder=tmp_path / "encoder",
        actions_url="http://127.0.0.1:1/webhook",
        actions_token="actions",
        precedence=precedence,
    )
    yield assistant
    await assistant.stop()


async def say(assistant: AssistantProcess, text: str = "Hello") -> AssistantReply:
    return await assistant.turn(conversation="c", message_id="m", text=text, choice=None, slots={}, state=None)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  (a process tells of its end in no other way)
            await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_it_starts_answers_and_stops(assistant: AssistantProcess) -> None:
    assert assistant.state is State.STOPPED
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    assert assistant.state is State.READY
    assert assistant.release == 4
    assert '"known": true' in (await say(assistant)).messages[0].text
    pid = assistant.pid
    assert pid is not None
    await assistant.stop()
    assert assistant.state is State.STOPPED
    assert not lives(pid)


async def test_it_is_told_the_model_with_its_hash(assistant: AssistantProcess) -> None:
    await assistant.start()
    said = (await say(assistant)).messages[0].text
    assert '"--sha256": "hash"' in said
    assert "model.tar.gz" in said


async def test_none_of_the_apps_secrets_reach_it(assistant: AssistantProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    await assistant.start()
    said = (await say(assistant)).messages[0].text
    assert "RASA_TELEMETRY_ENABLED" in said
    assert "ALONGSIDE_DATABASE_URL" not in said
    assert "SOME_TOKEN" not in said


async def test_a_message_that_comes_while_it_starts_waits_for_it(assistant: AssistantProcess) -> None:
    await assistant.start()
    assert assistant.state is State.STARTING
    assert (await say(assistant)).messages


async def test_one_that_does_not_start_in_time_fails_the_message(
    assistant: AssistantProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mode").write_text("silent")
    monkeypatch.setattr(assistant_process, "FIRST_START_WAIT", 0.05)
    await assistant.start()
    with pytest.raises(AssistantFailed, match=r"not started within 0\.05"):
        await say(assistant)


async def test_when_it_dies_the_turn_fails_at_once_and_it_is_started_again(assistant: AssistantProcess) -> None:
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    first = assistant.pid
    with pytest.raises(AssistantFailed):
        await say(assistant, "die")
    await until(lambda: assistant.pid != first and assistant.state is State.READY)
    assert (await say(assistant)).messages


async def test_while_it_is_down_no_message_waits(assistant: AssistantProcess, tmp_path: Path) -> None:
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    (tmp_path / "mode").write_text("dies")
    with suppress(AssistantFailed):
        await say(assistant, "die")
    await until(lambda: assistant.state is State.DOWN)
    with pytest.raises(AssistantFailed, match="down"):
        await say(assistant)


async def test_one_that_dies_in_its_first_start_is_tried_again_until_it_serves(
    assistant: AssistantProcess, tmp_path: Path
) -> None:
    (tmp_path / "mode").write_text("dies")
    await assistant.start()
    await until(lambda: assistant.state is State.DOWN)
    with pytest.raises(AssistantFailed, match="down"):
        await say(assistant)
    (tmp_path / "mode").write_text("serves")
    await assistant.wait_ready(timeout=60)
    assert (await say(assistant)).messages


async def test_a_python_that_is_missing_is_down_and_tried_again(assistant: AssistantProcess, python: Path) -> None:
    away = python.rename(python.with_suffix(".away"))
    await assistant.start()
    await until(lambda: assistant.state is State.DOWN)
    with pytest.raises(AssistantFailed, match="down"):
        await say(assistant)
    away.rename(python)
    await assistant.wait_ready(timeout=60)
    assert (await say(assistant)).messages


async def test_one_that_lives_and_does_not_answer_is_ended_and_started_again(assistant: AssistantProcess, tmp_path: Path) -> None:
    assistant.look_every = 0.2
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    first = assistant.pid
    (tmp_path / "mode").write_text("hangs")
    await until(lambda: assistant.state is State.DOWN or assistant.pid != first)
    (tmp_path / "mode").write_text("serves")
    await until(lambda: assistant.pid != first and assistant.state is State.READY)
    assert first is not None
    assert not lives(first)


async def test_a_turn_waits_while_people_go_first(assistant: AssistantProcess, precedence: Precedence) -> None:
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    async with precedence.people():
        asked = asyncio.create_task(say(assistant))
        await asyncio.wait([asked], timeout=0.05)
        assert not asked.done()
    assert (await asked).messages


async def test_waiting_for_a_place_counts_towards_the_time_of_a_turn(
    assistant: AssistantProcess, precedence: Precedence, monkeypatch: pytest.MonkeyPatch
) -> None:
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    monkeypatch.setattr(assistant_http, "DEADLINE", 0.05)
    async with precedence.people():
        with pytest.raises(AssistantFailed, match="waiting for a place included"):
            await say(assistant)


async def test_the_app_goes_before_it_where_cores_are_scarce(assistant: AssistantProcess) -> None:
    await assistant.start()
    await assistant.wait_ready(timeout=60)
    assert assistant.pid is not None
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, assistant.pid) == min(own + NICENESS, 19)
