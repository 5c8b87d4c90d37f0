"""Starts the assistant's process, watches it, and starts it again when it dies."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import httpx
import structlog

from alongside.adapters import assistant_http
from alongside.core.errors import AssistantFailed
from alongside.core.release_checks import Reached
from alongside.core.releases import Release
from alongside.services.ports import AssistantReply
from alongside.services.precedence import Precedence
from alongside.settings import ROOT

log = structlog.get_logger()

FIRST_START_WAIT = 30.0
"""Seconds a message waits for the very first start: a carer who opened the page just then gets an answer, not an apology."""

RESTART_PAUSES = (0.0, 1.0, 5.0, 15.0)
"""Seconds before each further try at starting; the last one goes on for ever, so that a broken model does not eat the machine."""

NICENESS = 5
"""Where cores are scarce the app comes first: it carries what people write to each other, and every answer on its way."""

_START_LOOK = 0.1
"""Seconds between looks whether a starting process answers."""

LOOK_EVERY = 10.0
SILENT_LOOKS = 2
"""A process that answers neither of two looks, seconds apart, hangs: no turn takes a tenth of that."""


class State(str, Enum):
    """Where the process is. Only the very first start is ``starting``; while it is started again it stays ``down``."""

    STARTING = "starting"
    READY = "ready"
    DOWN = "down"
    STOPPED = "stopped"


class AssistantProcess:
    """One assistant process serving one release, on loopback, behind a token of its own."""

    def __init__(
        self,
        *,
        python: Path,
        release: Release,
        model: Path,
        encoder: Path,
        actions_url: str,
        actions_token: str,
        precedence: Precedence,
    ) -> None:
        self._python = python
        self._release = release
        self._model = model
        self._encoder = encoder
        self._actions_url = actions_url
        self._actions_token = actions_token
        self._precedence = precedence
        self.look_every = LOOK_EVERY
        self._token = secrets.token_urlsafe(32)
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._first_ended = asyncio.Event()
        self._client = httpx.AsyncClient(trust_env=False)
        self.state = State.STOPPED

    @property
    def release(self) -> int | None:
        return self._release.number

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Begin to start it; returns at once. ``wait_ready`` tells when it answers."""
        self.state = State.STARTING
        self._watcher = asyncio.create_task(self._watch())

    async def wait_ready(self, *, timeout: float | None = None) -> None:
        """Wait until it answers. Raises AssistantFailed when that takes longer than ``timeout`` seconds, if given."""
        try:
            async with asyncio.timeout(timeout):
                await self._ready.wait()
        except TimeoutError:
            raise AssistantFailed(f"not started within {timeout} seconds") from None

    async def wait_first_start(self, *, timeout: float) -> None:
        """Wait until it answers. Raises AssistantFailed as soon as it has ended: nobody waits for it to be started again."""
        ready = asyncio.create_task(self._ready.wait())
        ended = asyncio.create_task(self._first_ended.wait())
        try:
            await asyncio.wait({ready, ended}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            ended.cancel()
        if not self._ready.is_set():
            why = "it ended while it was starting" if self._first_ended.is_set() else f"not started within {timeout:g} seconds"
            raise AssistantFailed(why)

    async def stop(self) -> None:
        """Stop it and wait until it is gone."""
        self.state = State.STOPPED
        if self._watcher:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        await self._client.aclose()

    async def turn(
        self,
        *,
        conversation: str,
        message_id: str,
        text: str | None,
        choice: str | None,
        slots: Mapping[str, Any],
        state: dict[str, Any] | None,
    ) -> AssistantReply:
        """Answer one message; see the port. Waits for the first start, but not for a restart after a crash."""
        if self.state is State.STARTING:
            await self.wait_ready(timeout=FIRST_START_WAIT)
        if self.state is not State.READY:
            raise AssistantFailed(f"the assistant is {self.state.value}")
        try:
            # To a carer it is all one: waiting for a place counts too.
            async with asyncio.timeout(assistant_http.DEADLINE), self._precedence.bot():
                reply = await assistant_http.ask(
                    self._client,
                    url=f"http://127.0.0.1:{self._port}",
                    token=self._token,
                    conversation=conversation,
                    message_id=message_id,
                    text=text,
                    choice=choice,
                    slots=slots,
                    state=state,
                )
        except TimeoutError:
            raise AssistantFailed(f"no answer within {assistant_http.DEADLINE:g} seconds, waiting for a place included") from None
        return replace(reply, release=self.release)

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        """Return what each text reaches, without a conversation."""
        if self.state is not State.READY:
            raise AssistantFailed(f"the assistant is {self.state.value}")
        return await assistant_http.parse(self._client, url=f"http://127.0.0.1:{self._port}", token=self._token, texts=texts)

    async def _watch(self) -> None:
        tries = 0
        while True:
            await asyncio.sleep(RESTART_PAUSES[min(tries, len(RESTART_PAUSES) - 1)])
            try:
                self._process = await self._launch()
            except OSError as error:
                self._first_ended.set()
                self.state = State.DOWN
                tries += 1
                log.error(
                    "assistant cannot be started: is its Python there? `make setup` puts it there", kind=type(error).__name__
                )
                continue
            ended = asyncio.create_task(self._process.wait())
            if await self._became_ready(ended):
                tries = 0
                self.state = State.READY
                self._ready.set()
                log.info("assistant ready", release=self.release, pid=self.pid)
                await self._see_it_answers(ended)
            code = await ended
            self._ready.clear()
            self._first_ended.set()
            self.state = State.DOWN
            tries += 1
            log.error("assistant ended, starting it again", exit_code=code)

    async def _became_ready(self, ended: "asyncio.Task[int]") -> bool:
        while not ended.done():
            if await self._answers(timeout=2):
                return True
            await asyncio.sleep(_START_LOOK)
        return False

    async def _see_it_answers(self, ended: "asyncio.Task[int]") -> None:
        """Return when the process has ended; one that lives and does not answer is ended here."""
        silent = 0
        while silent < SILENT_LOOKS:
            done, _ = await asyncio.wait([ended], timeout=self.look_every)
            if done:
                return
            silent = 0 if await self._answers(timeout=self.look_every) else silent + 1
        log.error("assistant lives but does not answer, ending it")
        if self._process:
            self._process.kill()

    async def _answers(self, *, timeout: float) -> bool:
        try:
            response = await self._client.get(f"http://127.0.0.1:{self._port}/webhooks/alongside/", timeout=timeout)
        except httpx.TransportError:
            return False
        return response.status_code == 200

    async def _launch(self) -> asyncio.subprocess.Process:
        self._port = _free_port()
        # Its own small environment: none of the app's settings or secrets reach the assistant.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "ALONGSIDE_ASSISTANT_TOKEN": self._token,
            "ALONGSIDE_ACTIONS_URL": self._actions_url,
            "ALONGSIDE_ACTIONS_TOKEN": self._actions_token,
            "ALONGSIDE_ENCODER_DIR": str(self._encoder.resolve()),
        }
        process = await asyncio.create_subprocess_exec(
            str(self._python),
            "-m",
            "bot.serve",
            "--model",
            str(self._model.resolve()),
            "--sha256",
            self._release.model_hash,
            "--port",
            str(self._port),
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # `alongside ask` prints words there; the assistant's log is on stderr
        )
        with contextlib.suppress(ProcessLookupError):  # it has ended already: who watches it sees that
            os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        return process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
