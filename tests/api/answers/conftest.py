"""What tests of the studio's pages share: the app around a workshop, and people who are signed in to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from fastapi import FastAPI

from alongside.core.accounts import Account, AccountRole
from alongside.services import directory_import
from alongside.store.base import Database
from alongside.wiring import Container
from tests.api.test_accounts import browsing, field
from tests.builders import container
from tests.directory_builders import sample
from tests.studio_builders import Workshop, open_workshop

PASSWORD = "kettle moss ferry"


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Workshop:
    return await open_workshop(database, tmp_path)


@pytest.fixture
def parts(shop: Workshop) -> Container:
    """The app's parts around the workshop's studio."""
    return replace(container(shop.database, shop.assistants, shop.clock), studio=shop.studio)


class Member(httpx.AsyncClient):
    """Somebody's browser, signed in."""

    account: Account
    csrf: str

    async def send_form(self, address: str, **fields: Any) -> httpx.Response:
        """Post a form as a page of ours would."""
        return await self.post(address, data={"csrf": self.csrf, **fields})


class Enter(Protocol):
    """Signs somebody in, in a browser of their own."""

    async def __call__(self, name: str, role: AccountRole = AccountRole.MAINTAINER) -> Member: ...


@pytest.fixture
async def enter(app: FastAPI, parts: Container) -> AsyncIterator[Enter]:
    await directory_import.import_all(parts.database, [sample()], clock=parts.clock)
    async with AsyncExitStack() as opened:

        async def _enter(name: str, role: AccountRole = AccountRole.MAINTAINER) -> Member:
            browser = await opened.enter_async_context(browsing(app, kind=Member))
            assert isinstance(browser, Member)
            email = f"{name.casefold()}@example.org"
            services = ["sample-rowan"] if role in (AccountRole.WORKER, AccountRole.LEAD) else []
            browser.account = await parts.accounts.add(
                email=email, name=f"{name} Example", role=role, services=services, password=PASSWORD
            )
            page = await browser.get("/sign-in")
            await browser.post("/sign-in", data={"csrf": field(page, "csrf"), "email": email, "password": PASSWORD, "next": ""})
            browser.csrf = field(await browser.get("/account"), "csrf")
            return browser

        yield _enter
