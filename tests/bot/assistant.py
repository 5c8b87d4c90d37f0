"""One served assistant, started as the app starts it, with a stand-in for the app's actions."""

import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "the-apps-token"
ACTIONS_TOKEN = "the-actions-token"
READY_SECONDS = 120


class Actions:
    """A stand-in for the app's action endpoint: notes every call and answers with what a test sets."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.replies: dict[str, list[dict[str, Any]]] = {}
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.failing: set[str] = set()
        self.domain: dict[str, Any] = {}
        self._digest = ""
        self.hold = threading.Event()
        self.hold.set()
        actions = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet a reply

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if call["domain"] is None and call["domain_digest"] != actions._digest:
                    self._answer(449, {})
                    return
                if call["domain"] is not None:
                    actions.domain, actions._digest = call["domain"], call["domain_digest"]
                actions.calls.append(call)
                actions.tokens.append(self.headers.get("Authorization", ""))
                actions.hold.wait(10)
                name = call["next_action"]
                failed = name in actions.failing
                responses = actions.replies.get(name, [])
                done = {"events": actions.events.get(name, []), "responses": responses}
                self._answer(500 if failed else 200, {"error": call} if failed else done)

            def _answer(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/webhook"


class Assistant:
    """The process under test and its log."""

    def __init__(self, model: Path, actions: Actions, log: Path) -> None:
        self.port = free_port()
        self.log = log
        self._log = log.open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.serve", "--model", str(model), "--sha256", hash_of(model), "--port", str(self.port)],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "ALONGSIDE_ASSISTANT_TOKEN": TOKEN,
                "ALONGSIDE_ACTIONS_URL": actions.url,
                "ALONGSIDE_ACTIONS_TOKEN": ACTIONS_TOKEN,
            },
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout
        self.ready = self.process.stdout.readline()

    def post(self, path: str, body: Any, *, token: str = TOKEN) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/alongside/{path}", data=data, headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def say(
        self, text: str | None = None, *, choice: str | None = None, conversation: str = "c1", **more: Any
    ) -> tuple[int, Any]:
        return self.post("turn", {"conversation": conversation, "message_id": "m1", "text": text, "choice": choice, **more})

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._log.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def hash_of(model: Path) -> str:
    return Path(f"{model}.sha256").read_text().strip()
