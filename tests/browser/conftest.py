"""The chat page in the system's Chromium, served over a real port by the real services; only the assistant is a stand-in.

``page`` is an open page in a browser context of its own that fails the test on anything the page must never do: a request to
another origin, a violation of the Content-Security-Policy, a script error.
"""

import asyncio
import os
import shutil
import socket
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

from alongside import wiring
from alongside.adapters.clock import SystemClock
from alongside.core.accounts import Account, AccountRole
from alongside.settings import ROOT
from alongside.store.base import Database
from alongside.wiring import Container
from api.app import create_app
from tests.builders import container
from tests.fakes import FakeAssistant

T = TypeVar("T")
Open = Callable[..., Awaitable[Page]]

PASSWORD = "kettle moss ferry"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
WARD = "sample-rowan"

STYLES = ROOT / "api" / "static" / "vendor" / "nhsuk.css"
TICK = 2.0
"""Seconds, as in the running app: a page that hears of something only at the next tick is not live."""
PATIENCE = 20_000
"""Milliseconds until what a page should show counts as missing; a bound against hanging, not a measure of speed."""
expect.set_options(timeout=PATIENCE)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium's own traffic off, so that every request seen is the page's.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Return the system's Chromium; playwright's own builds are not fetched."""
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the browser tests out where there is no Chromium, which is said loudly at the end; with CI set it is an error."""
    if find_chromium():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("CI needs Chromium for the browser tests: install it (Debian: apt-get install chromium).")
    browser = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in browser]
    config.hook.pytest_deselected(items=browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if find_chromium():
        return
    terminalreporter.section("THE BROWSER TESTS DID NOT RUN", red=True, bold=True)
    terminalreporter.line("No Chromium was found on PATH (looked for: " + ", ".join(CHROMIUM_NAMES) + ").", red=True)
    terminalreporter.line("Install it (Debian: apt-get install chromium) and run the tests again.", red=True)


@dataclass(frozen=True)
class Chat:
    """A running chat: where it is, and the parts a test may look at or steer. Its loop runs in a thread of its own."""

    url: str
    container: Container
    assistant: FakeAssistant
    loop: asyncio.AbstractEventLoop

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the chat's own loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))


class _Server:
    def __init__(self, folder: Path, **given: Any) -> None:
        self._folder, self._given = folder, given
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.chat: Chat | None = None
        self._server: uvicorn.Server | None = None

    def start(self) -> Chat:
        self._thread.start()
        assert self._ready.wait(30), "the chat did not start within 30 seconds: see the error above"
        assert self.chat is not None
        return self.chat

    def stop(self) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(15)

    async def _join(self, database: Database) -> tuple[Container, FakeAssistant]:
        assistant = FakeAssistant()
        return container(database, assistant, SystemClock(), tick=TICK, **self._given), assistant

    async def _serve(self) -> None:
        database = Database(f"sqlite:///{self._folder}/alongside.db")
        await database.migrate()
        await wiring.load_sample(database)
        parts, assistant = await self._join(database)
        listener = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(
            uvicorn.Config(create_app(parts), log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        self.chat = Chat(
            url=f"http://127.0.0.1:{listener.getsockname()[1]}",
            container=parts,
            assistant=assistant,
            loop=asyncio.get_running_loop(),
        )
        self._ready.set()
        await self._server.serve(sockets=[listener])
        await parts.turns.finish()
        await database.close()


def served(folder: Path, **given: Any) -> Iterator[Chat]:
    """Serve a chat of its own from a folder, until the fixture that yields from this ends; ``given`` are parts of it."""
    assert STYLES.is_file(), f"{STYLES} is not built. Run 'make assets' and try again."
    server = _Server(folder, **given)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    yield from served(tmp_path_factory.mktemp("chat"))


@pytest.fixture
def chat(_running_chat: Chat) -> Iterator[Chat]:
    """The chat, with an assistant that answers at once and a test of its own may instruct."""
    yield _running_chat
    assistant = _running_chat.assistant
    _running_chat.loop.call_soon_threadsafe(assistant.release_held)
    assistant.failing = False
    assistant.replies.clear()
    assistant.asked.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser nobody has used before: its own storage."""
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(PATIENCE)
    yield context
    await context.close()


@asynccontextmanager
async def watched(context: BrowserContext, chat: Chat) -> AsyncIterator[Page]:
    """Open a page that is watched for what must never happen."""
    page = await context.new_page()
    faults: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(chat.url):
            faults.append(f"asked elsewhere: {request.url}")

    def logged(message: ConsoleMessage) -> None:
        if "Security Policy" in message.text or "Trusted" in message.text:
            faults.append(message.text)

    page.on("request", asked)
    page.on("console", logged)
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    yield page
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, chat: Chat) -> AsyncIterator[Page]:
    """A new page, watched for what must never happen. The test opens the address itself."""
    async with watched(context, chat) as page:
        yield page


class worker:
    """An account for one test: afterwards it is disabled, so that nobody is promised who is not in the next test."""

    def __init__(self, chat: Chat, name: str, **given: Any) -> None:
        self._chat, self._name, self._given = chat, name, given

    async def __aenter__(self) -> Account:
        self._account = await self._chat.run(
            self._chat.container.accounts.add(
                email=f"{self._name.lower()}.{uuid.uuid4().hex[:8]}@example.org",
                name=f"{self._name} Example",
                role=AccountRole.WORKER,
                services=[WARD],
                password=PASSWORD,
                **self._given,
            )
        )
        return self._account

    async def __aexit__(self, *_: object) -> None:
        await self._chat.run(self._chat.container.accounts.disable(self._account.email))


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, chat: Chat) -> AsyncIterator[Open]:
    """Opens pages, each in a browser of its own that is watched for what must never happen."""
    async with AsyncExitStack() as opened:

        async def _open(size: dict[str, int] = PHONE, **given: Any) -> Page:
            context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport=size, **given)  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE)
            opened.push_async_callback(context.close)
            return await opened.enter_async_context(watched(context, chat))

        yield _open


@pytest_asyncio.fixture(loop_scope="session")
async def tamsin(chat: Chat) -> AsyncIterator[Account]:
    async with worker(chat, "Tamsin", worker="sample-worker-rowan") as account:
        yield account


@pytest_asyncio.fixture(loop_scope="session")
async def bea(chat: Chat) -> AsyncIterator[Account]:
    async with worker(chat, "Bea") as account:
        yield account
