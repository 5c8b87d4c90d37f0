"""What the server does by itself, beside answering."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI, Request

from api import server


async def test_erasing_what_has_expired_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_ERASE", 0.0)
    looks = 0
    looked_again = asyncio.Event()

    async def erase_expired() -> int:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError("the database is away")
        looked_again.set()
        return 0

    async def forget_old() -> None:
        pass

    container = SimpleNamespace(
        conversations=SimpleNamespace(erase_expired=erase_expired), alerts=SimpleNamespace(forget_old=forget_old)
    )
    erasing = asyncio.create_task(server._erase_forever(container))  # type: ignore[arg-type]
    await asyncio.wait_for(looked_again.wait(), 30)
    erasing.cancel()


@pytest.mark.parametrize(
    ("trusted", "peer", "seen"),
    [
        ("127.0.0.1", "127.0.0.1", "192.0.2.1"),
        ("127.0.0.1", "10.1.0.9", "10.1.0.9"),
        ("127.0.0.1, 10.1.0.0/16", "10.1.0.9", "192.0.2.1"),
        ("127.0.0.1, 10.1.0.0/16", "10.2.0.9", "10.2.0.9"),
        ("", "127.0.0.1", "127.0.0.1"),
    ],
)
async def test_the_address_of_a_request_is_taken_from_a_trusted_proxy_only(trusted: str, peer: str, seen: str) -> None:
    app = FastAPI()

    @app.get("/")
    async def whose(request: Request) -> str:
        return request.client.host if request.client else ""

    served = server._server(app, trusted_proxies=trusted)
    served.config.load()
    transport = httpx.ASGITransport(app=served.config.loaded_app, client=(peer, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        response = await client.get("/", headers={"X-Forwarded-For": "192.0.2.1"})
    assert response.json() == seen
