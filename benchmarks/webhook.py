"""How fast forged calls of Telegram's webhook are refused, and that they leave nothing behind.

    .venv/bin/python -m benchmarks.webhook [--calls 200]

Starts the real server on this machine, in webhook mode and logging all it can, with a local server in Telegram's place. Each
forged call has a connection of its own. Measured is from the first byte sent to the last byte of the refusal. Prints the median,
the 95th percentile and the longest in milliseconds; fails when one took over 50 ms, was not refused, or left a trace.
"""

import argparse
import contextlib
import json
import select
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from alongside.adapters.telegram_api import BotApi
from tests.live.server import Server
from tests.telegram.bot_api import TOKEN, Running

MARKER = "quokka"
"""A word nothing of ours contains: wherever it turns up, it came from a forged call."""

LONGEST = 0.05
"""Seconds that a refusal may take."""

_CHUNK = 64 * 1024
_UPDATE = json.dumps(
    {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": MARKER}}
)


@dataclass(frozen=True)
class Forgery:
    """A call that is not Telegram's, or is and makes no sense."""

    name: str
    body: str
    secret: str = ""
    method: str = "POST"
    status: int = 400

    def request(self, host: str) -> bytes:
        lines = [f"{self.method} /telegram HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
        lines += [f"X-Telegram-Bot-Api-Secret-Token: {self.secret}"] if self.secret else []
        lines += [f"Content-Length: {len(self.body.encode())}", "", self.body]
        return "\r\n".join(lines).encode()


def forgeries(secret: str) -> list[Forgery]:
    large = MARKER * (5_000_000 // len(MARKER))
    return [
        Forgery("no secret", _UPDATE, status=404),
        Forgery("wrong secret", _UPDATE, secret="0" * len(secret), status=404),
        Forgery("GET", "", secret=secret, method="GET", status=405),
        Forgery("5 MB", large, secret=secret, status=413),
        Forgery("5 MB, no secret", large, status=413),
        Forgery("bad JSON", "{" + MARKER, secret=secret),
        Forgery("HTML", f"<html>{MARKER}</html>", secret=secret),
    ]


def call(address: tuple[str, int], request: bytes) -> tuple[float, int]:
    """Make a call and return how long its answer took and the answer's status. What nobody listens to is not sent."""
    with socket.create_connection(address, timeout=10) as connection:
        begun = time.perf_counter()
        for start in range(0, len(request), _CHUNK):
            if select.select([connection], [], [], 0)[0]:
                break
            with contextlib.suppress(ConnectionError):
                connection.sendall(request[start : start + _CHUNK])
        answer = b""
        with contextlib.suppress(ConnectionError):
            while b"\r\n\r\n" not in answer and (part := connection.recv(_CHUNK)):
                answer += part
        taken = time.perf_counter() - begun
    return taken, int(answer.split()[1]) if answer else 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def main() -> int:
    """Forge calls of each kind, print how long their refusals took, and return 1 if one was slow or left a trace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    calls = parser.parse_args().calls
    is_well = True
    with tempfile.TemporaryDirectory() as folder, Running() as telegram:
        address = ("127.0.0.1", _free_port())
        server = Server(
            Path(folder),
            ALONGSIDE_PORT=str(address[1]),
            ALONGSIDE_TELEGRAM_TOKEN=TOKEN,
            ALONGSIDE_TELEGRAM_MODE="webhook",
            ALONGSIDE_TELEGRAM_API_URL=telegram.url,
            ALONGSIDE_PUBLIC_URL="https://chat.example.org",
            ALONGSIDE_LOG_LEVEL="DEBUG",
        ).start()
        try:
            secret = BotApi(TOKEN, url=telegram.url).secret
            print(f"{'ms until refused':20}{'p50':>8}{'p95':>8}{'longest':>9}  answer")
            for forgery in forgeries(secret):
                request = forgery.request("chat.example.org")
                for _ in range(3):
                    call(address, request)
                made = [call(address, request) for _ in range(calls)]
                times = sorted(taken for taken, _ in made)
                statuses = {status for _, status in made}
                middle, high = statistics.median(times), times[int(0.95 * len(times))]
                answered = ", ".join(str(status or "hung up") for status in sorted(statuses))
                print(f"{forgery.name:20}{middle * 1000:8.1f}{high * 1000:8.1f}{times[-1] * 1000:9.1f}  {answered}")
                is_well &= times[-1] <= LONGEST and statuses <= {forgery.status, 0}
        finally:
            server.stop()
        with contextlib.closing(sqlite3.connect(Path(folder) / "alongside.db")) as database:
            (stored,) = database.execute("SELECT count(*) FROM telegram_updates").fetchone()
        logged = server.logged().count(MARKER)
    print(f"updates stored: {stored}; words of a body in the log: {logged}")
    return 0 if is_well and not stored and not logged else 1


if __name__ == "__main__":
    sys.exit(main())
