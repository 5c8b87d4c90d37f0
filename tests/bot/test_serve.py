"""The process: what it refuses, when it ends, and what it lets out."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.bot.assistant import ROOT, TOKEN, Actions, Assistant, free_port, hash_of

pytestmark = pytest.mark.rasa

WORDS = ["zephyrine", "quibberton"]
"""Words that stand in no answer, so that finding one in a log means a carer's words got there."""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.serve", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_says_when_it_is_ready(assistant: Assistant) -> None:
    assert assistant.ready.startswith(f"ready port={assistant.port} ")


def test_a_model_with_another_hash_is_not_loaded(model: Path) -> None:
    refused = run("--model", str(model), "--sha256", "0" * 64, "--port", str(free_port()))
    assert refused.returncode != 0
    assert "it is not loaded" in refused.stderr


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    refused = run("--model", str(tmp_path / "none.tar.gz"), "--sha256", "0" * 64, "--port", str(free_port()))
    assert refused.returncode != 0
    assert "cannot be read" in refused.stderr


def test_a_missing_token_is_named(model: Path) -> None:
    refused = run("--model", str(model), "--sha256", hash_of(model), "--port", str(free_port()), ALONGSIDE_ASSISTANT_TOKEN="")
    assert refused.returncode != 0
    assert "ALONGSIDE_ASSISTANT_TOKEN is not set" in refused.stderr


@pytest.mark.parametrize("path", ["/", "/version", "/status", "/model", "/conversations/c1/tracker", "/webhooks/rest/webhook"])
def test_rasas_own_interface_is_not_there(assistant: Assistant, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{assistant.port}{path}", timeout=5)


def test_health_is_open(assistant: Assistant) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{assistant.port}/webhooks/alongside/", timeout=5) as reply:
        assert reply.read() == b'{"status":"ok"}'


def test_it_listens_on_loopback_only(assistant: Assistant) -> None:
    port = f"{assistant.port:04X}"
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port}"]


def test_no_carers_words_reach_the_log(assistant: Assistant, actions: Actions) -> None:
    for text in (f"my son {WORDS[0]} is on {WORDS[1]} ward", f"who is the carers worker for {WORDS[0]}", f"/{WORDS[1]}"):
        actions.failing = set()
        actions.replies = {"action_give_service": [{"response": "utter_service_noted", "ward": WORDS[0]}]}
        assistant.say(text)
        # A reply that lacks its variables, one that is not what Rasa expects, and a failure that quotes the request.
        actions.replies = {name: [{"response": "utter_carer_worker", "ward": WORDS[0]}] for name in ACTIONS}
        assistant.say(text)
        actions.replies = {name: [WORDS[0]] for name in ACTIONS}  # type: ignore[misc]
        assistant.say(text)
        actions.failing = set(ACTIONS)
        assistant.say(text)
    assistant.say(f"{WORDS[0]} " * 500)
    assistant.post("turn", f'{{"conversation": "c", "text": "{WORDS[0]}"'.encode())
    assistant.say(choice=f'/give_service{{"service": "{WORDS[1]}", "other": ["{WORDS[0]}"]}}')
    assistant.say("hello", state={"slots": {"relative": [WORDS[0]]}})
    log = assistant.log.read_text().lower()
    assert "rasa.core.processor" in log, "the failures above should have been logged by place"
    assert not [word for word in WORDS if word in log]


ACTIONS = ("action_give_service", "action_carer_worker", "action_ask_back", "action_acknowledge", "action_after_answer")


def test_no_connection_leaves_the_machine(model: Path, actions: Actions, tmp_path: Path) -> None:
    noted = tmp_path / "connections"
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def note(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'):\n"
        f"        open({str(noted)!r}, 'a').write(repr(arguments[1] if event == 'socket.connect' else arguments[0]) + chr(10))\n"
        "sys.addaudithook(note)\n"
    )
    watched = os.environ.get("PYTHONPATH", "")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.serve", "--model", str(model), "--sha256", hash_of(model), "--port", str(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), watched]),
            "ALONGSIDE_ASSISTANT_TOKEN": TOKEN,
            "ALONGSIDE_ACTIONS_URL": actions.url,
            "ALONGSIDE_ACTIONS_TOKEN": "a",
            "RASA_TELEMETRY_ENABLED": "true",  # even against the operator's own wish
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline().startswith("ready")
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/webhooks/alongside/turn",
            data=b'{"conversation": "c", "text": "can i bring his little sister"}',
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=20) as reply:
            assert reply.status == 200
    finally:
        process.terminate()
        process.wait(10)
    assert noted.exists(), "the call to the actions should have been noted"
    reached = set(noted.read_text().splitlines())
    assert all("127.0.0.1" in address for address in reached), reached


def test_it_ends_with_its_parent(model: Path, actions: Actions, tmp_path: Path) -> None:
    port = free_port()
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, '-m', 'bot.serve', *sys.argv[1:]], stdout=subprocess.PIPE, text=True)\n"
            "print(child.pid, child.stdout.readline(), flush=True)\n"
            "time.sleep(60)\n",
            "--model", str(model), "--sha256", hash_of(model), "--port", str(port),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ALONGSIDE_ASSISTANT_TOKEN": TOKEN,
            "ALONGSIDE_ACTIONS_URL": actions.url,
            "ALONGSIDE_ACTIONS_TOKEN": "a",
        },
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert parent.stdout
    pid, said = parent.stdout.readline().split(" ", 1)
    assert said.startswith("ready")
    parent.kill()
    parent.wait(5)
    deadline = time.monotonic() + 10
    while is_running(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_running(int(pid))


def is_running(pid: int) -> bool:
    """Say whether a process lives; one that ended but was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
