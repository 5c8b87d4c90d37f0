"""The page of somebody's own alerts: where they go, a test, and what was sent."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import Kind
from alongside.settings import Settings
from alongside.store.base import Database
from alongside.wiring import Container
from api.app import create_app
from tests.api.test_accounts import EMAIL, PASSWORD, browsing, field, sign_in
from tests.builders import container
from tests.case_builders import ALL_WEEK, ask, fill_directory
from tests.fakes import CountingAssistant, FakeAlerter, FakeClock


@pytest.fixture
def alerter() -> FakeAlerter:
    return FakeAlerter()


@pytest.fixture
async def parts(
    database: Database, assistant: CountingAssistant, clock: FakeClock, alerter: FakeAlerter
) -> AsyncIterator[Container]:
    settings = Settings(mail_url=SecretStr("mailto://127.0.0.1:1?from=alongside@example.org"))
    parts = container(database, assistant, clock, alerter=alerter, settings=settings)
    await fill_directory(parts, mel=ALL_WEEK)
    yield parts
    await parts.turns.finish()


@pytest.fixture
def app(parts: Container) -> FastAPI:
    return create_app(parts)


@pytest.fixture
async def mel(parts: Container) -> Account:
    return await parts.accounts.add(
        email=EMAIL,
        name="Mel Example",
        role=AccountRole.WORKER,
        services=["larch"],
        worker="code-mel",
        password=PASSWORD,
    )


@pytest.fixture
async def browser(app: FastAPI, mel: Account) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(app) as browser:
        await sign_in(browser)
        yield browser


async def post(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    page = await browser.get("/alerts")
    return await browser.post(path, data={"csrf": field(page, "csrf"), **fields}, follow_redirects=True)


async def test_who_has_no_way_is_told_so_and_adds_one(browser: httpx.AsyncClient, parts: Container, mel: Account) -> None:
    page = await browser.get("/alerts")
    assert "Nowhere yet" in page.text
    assert f'value="{EMAIL}"' in page.text
    added = await post(browser, "/alerts/email", email=EMAIL)
    assert "Added. Send a test" in added.text
    assert "Nowhere yet" not in added.text
    assert len(await parts.alert_routes.list_for(mel.id)) == 1


async def test_another_service_is_added_and_its_address_never_shown(browser: httpx.AsyncClient) -> None:
    added = await post(browser, "/alerts/other", address="fake:hush-hush")
    assert "hush" not in added.text
    assert "fake" in added.text


async def test_what_is_wrong_is_said_at_the_field(browser: httpx.AsyncClient) -> None:
    refused = await post(browser, "/alerts/email", email="me<at>home")
    assert refused.status_code == 422
    assert 'href="#email"' in refused.text
    assert "me&lt;at&gt;home" in refused.text


async def test_a_test_is_sent_and_how_it_went_is_said(browser: httpx.AsyncClient, alerter: FakeAlerter) -> None:
    nowhere = await post(browser, "/alerts/test")
    assert "Add one first" in nowhere.text
    await post(browser, "/alerts/other", address="fake:one")
    sent = await post(browser, "/alerts/test")
    assert "taken. Look whether it has arrived" in sent.text
    alerter.failing = {"fake:one"}
    assert "the service did not take it" in (await post(browser, "/alerts/test")).text


async def test_a_way_is_removed_and_only_ones_own(browser: httpx.AsyncClient, parts: Container, mel: Account) -> None:
    other = await parts.accounts.add(email="o@example.org", name="O", role=AccountRole.WORKER, services=["larch"])
    theirs = await parts.alert_routes.add(other.id, "fake:theirs")
    mine = await parts.alert_routes.add(mel.id, "fake:mine")
    assert (await post(browser, f"/alerts/routes/{theirs.id}/remove")).status_code == 404
    assert "Removed" in (await post(browser, f"/alerts/routes/{mine.id}/remove")).text
    assert len(await parts.alert_routes.list_for(other.id)) == 1


async def test_alerts_are_listed_and_seen_with_a_button_or_with_the_case(
    browser: httpx.AsyncClient, parts: Container, mel: Account
) -> None:
    await parts.alert_routes.add(mel.id, "fake:mine")
    _, file = await ask(parts)
    await parts.alerts.raise_(mel.id, Kind.CHECK_BACK)
    await parts.alerts.send_due()
    page = await browser.get("/alerts")
    assert f'href="/inbox/cases/{file.id}"' in page.text
    assert page.text.count("Not seen yet") == 2
    await browser.get(f"/inbox/cases/{file.id}")
    assert (await browser.get("/alerts")).text.count("Not seen yet") == 1
    seen = await post(browser, "/alerts/seen")
    assert "You are not alerted of these again" in seen.text
    assert "I have seen these" not in seen.text
