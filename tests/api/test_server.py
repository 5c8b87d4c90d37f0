"""What the server does by itself, beside answering."""

import asyncio
from types import SimpleNamespace

import pytest

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
