"""Runs Alongside as an operator would, in a process of its own, and talks to it as a carer's page does."""

import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from alongside.settings import ROOT

START_LIMIT = 180.0
"""Seconds until a start counts as failed; a bound against hanging, not a measure of speed."""


class Server:
    """``alongside serve`` on a free port, with a data folder of its own that shares the trained release and the encoder."""

    def __init__(self, folder: Path, *, before: Sequence[str] = (), **environment: str) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self._before = before
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""
        folder.mkdir(parents=True, exist_ok=True)
        for shared in (ROOT / "var" / "encoder", ROOT / "var" / "releases"):
            shared.mkdir(parents=True, exist_ok=True)  # nothing may have been trained yet
            if not (folder / shared.name).exists():
                (folder / shared.name).symlink_to(shared.resolve())

    def start(self) -> "Server":
        environment = {**os.environ, "ALONGSIDE_DATA_DIR": str(self.folder), "ALONGSIDE_PORT": "0", **self._environment}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._before, str(ROOT / ".venv" / "bin" / "alongside"), "serve"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        lines = _Lines(self._process, self.log)
        self.address = lines.find(r"The chat is open on (https?://\S+)").group(1)
        lines.find("Ready: ")
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=30)

    def command(self, *words: str) -> str:
        """Run an ``alongside`` command on this server's data, and return what it prints. Raises CalledProcessError."""
        done = subprocess.run(
            [str(ROOT / ".venv" / "bin" / "alongside"), *words],
            cwd=ROOT,
            env={**os.environ, "ALONGSIDE_DATA_DIR": str(self.folder), **self._environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(done.stdout, done.stderr)  # a test that fails shows it
        done.check_returncode()
        return done.stdout

    def assistant_pids(self) -> list[int]:
        """Return the assistant processes of this server."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii").split()
        return [int(pid) for pid in children if b"bot.serve" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class _Lines:
    """Reads a process's output in the background, so that it never blocks, and keeps it in the log too."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._queue: queue.Queue[str | None] = queue.Queue()
        assert process.stdout is not None
        self._stream = process.stdout
        self._log = log
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._stream:
            with self._log.open("ab") as log:
                log.write(line)
            self._queue.put(line.decode(errors="replace"))
        self._queue.put(None)

    def find(self, pattern: str) -> "re.Match[str]":
        deadline = time.monotonic() + START_LIMIT
        while True:
            line = self._queue.get(timeout=max(0.1, deadline - time.monotonic()))
            assert line is not None, (
                f"the server ended before it said '{pattern}': {self._log.read_text(encoding='utf-8')[-3000:]}"
            )
            if found := re.search(pattern, line):
                return found


class Carer:
    """A carer with a conversation, through the public API and nothing else."""

    def __init__(self, address: str, **wish: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/api/v1", timeout=60, trust_env=False)
        begun = self._client.post("/conversations", json=wish)
        assert begun.status_code == 201
        self._client.headers["Authorization"] = f"Bearer {begun.json()['token']}"
        self._sent = 0

    def post(self, body: dict[str, Any], *, wait: float | None = 30) -> httpx.Response:
        self._sent += 1
        content = json.dumps(
            {"client_id": f"c{self._sent}", **body}
        )  # by hand, so that a lone surrogate goes out as a browser sends it
        return self._client.post(
            "/messages", params={"wait": wait} if wait else {}, content=content, headers={"Content-Type": "application/json"}
        )

    def say(self, text: str) -> list[dict[str, Any]]:
        """Send a text and return what was said back."""
        answer = self.post({"text": text})
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def press(self, payload: str) -> list[dict[str, Any]]:
        """Press a button."""
        answer = self.post({"choice": payload})
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def thread(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self._client.get("/messages").json()["messages"]
        return messages

    def retarget(self, address: str) -> None:
        """Go on at another address: the same conversation after the app was started again."""
        self._client.base_url = httpx.URL(f"{address}/api/v1")


class Worker:
    """A worker signed in, through the pages as a browser without JavaScript uses them."""

    PASSWORD = "kettle moss ferry"

    def __init__(self, server: Server, name: str, *services: str) -> None:
        email = f"{name.lower()}@example.org"
        serving = [word for service in services for word in ("--service", service)]
        printed = server.command("worker", "add", "--email", email, "--name", f"{name} Example", *serving, "--link")
        link = printed.strip().rsplit("link=", 1)[1]
        self._client = httpx.Client(base_url=server.address, timeout=60, trust_env=False, follow_redirects=True)
        self._send("/password", {"link": link}, link=link, password=self.PASSWORD, again=self.PASSWORD)
        self._send("/sign-in", {}, email=email, password=self.PASSWORD, next="")

    def page(self, path: str) -> str:
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def does(self, case: str, action: str, **fields: str) -> None:
        """Do something on a case's page."""
        self._send(f"/inbox/cases/{case}/{action}", {}, form=f"/inbox/cases/{case}", **fields)

    def _send(self, path: str, asked: dict[str, str], *, form: str = "", **fields: str) -> None:
        key = re.search(r'name="csrf" value="([^"]+)"', self._client.get(form or path, params=asked).text)
        assert key is not None
        answer = self._client.post(path, data={"csrf": key[1], **fields})
        assert answer.status_code == 200, answer.text


def words(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message["text"] for message in messages)


def payloads(messages: list[dict[str, Any]]) -> list[str]:
    return [choice["payload"] for message in messages for choice in message["choices"]]
