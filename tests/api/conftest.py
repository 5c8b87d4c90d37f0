"""The public app with real services on a real database and a fake assistant, reached the way a page reaches it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from alongside.wiring import Container
from api.app import create_app


@pytest.fixture
def app(parts: Container) -> FastAPI:
    return create_app(parts)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        yield client


@dataclass
class Carer:
    """One carer's page: a client that holds the conversation's token."""

    client: httpx.AsyncClient
    app: FastAPI
    conversation: str
    token: str
    greeting: dict[str, Any]
    _sent: int = field(default=0)

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, body: object, **params: Any) -> httpx.Response:
        return await self.client.post("/api/v1/messages", json=body, params=params, headers=self.key)

    async def send(self, text: str, **params: Any) -> httpx.Response:
        self._sent += 1
        return await self.post({"text": text, "client_id": f"c{self._sent}"}, **params)

    async def press(self, choice: str, **params: Any) -> httpx.Response:
        self._sent += 1
        return await self.post({"choice": choice, "client_id": f"c{self._sent}"}, **params)

    async def thread(self, **params: str) -> list[dict[str, Any]]:
        response = await self.client.get("/api/v1/messages", params=params, headers=self.key)
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    async def own_texts(self) -> list[str]:
        return [message["text"] for message in await self.thread() if message["author"] == "carer"]


async def begin(app: FastAPI, client: httpx.AsyncClient, **about: str) -> Carer:
    begun = (await client.post("/api/v1/conversations", json=about)).json()
    return Carer(client, app, begun["conversation"], begun["token"], begun["messages"][0])


@pytest.fixture
async def carer(app: FastAPI, client: httpx.AsyncClient) -> Carer:
    return await begin(app, client)


class Events:
    """An open stream of server-sent events. (httpx's ASGI transport waits for a response's end, and this has none.)"""

    def __init__(self, sent: asyncio.Queue[dict[str, Any]]) -> None:
        self._sent = sent
        self._rest = ""
        self.status = 0

    async def start(self) -> None:
        self.status = (await self._sent.get())["status"]

    async def next(self) -> dict[str, Any] | None:
        """Return the next event; None when the stream has ended. Comments (pings) are passed over."""
        while True:
            while "\r\n\r\n" not in self._rest:
                message = await self._sent.get()
                self._rest += message.get("body", b"").decode()
                if not message.get("more_body"):
                    return None
            block, self._rest = self._rest.split("\r\n\r\n", 1)
            event = dict(line.split(": ", 1) for line in block.split("\r\n") if not line.startswith(":"))
            if event:
                return {**event, "data": json.loads(event["data"])}


@asynccontextmanager
async def listening(carer: Carer, *, after: str | None = None) -> AsyncIterator[Events]:
    """Open the carer's event stream, as a browser would, and hang up at the end."""
    headers = [(b"host", b"chat.test"), (b"authorization", carer.key["Authorization"].encode())]
    if after is not None:
        headers.append((b"last-event-id", after.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/events",
        "raw_path": b"/api/v1/events",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("chat.test", 80),
    }
    hung_up = asyncio.Event()
    first = [{"type": "http.request", "body": b"", "more_body": False}]
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive() -> dict[str, Any]:
        if first:
            return first.pop()
        await hung_up.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(carer.app(scope, receive, sent.put))  # type: ignore[arg-type]
    events = Events(sent)
    await events.start()
    try:
        yield events
    finally:
        hung_up.set()
        await task
