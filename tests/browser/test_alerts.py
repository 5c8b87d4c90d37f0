"""A worker's alerts in Chromium, as a phone and a desk show them: add a way to be reached, try it, remove it."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from alongside.core.accounts import Account
from alongside.settings import Settings
from tests.browser.conftest import DESK, PHONE, Chat, Open, served
from tests.browser.test_handover import nothing_found
from tests.browser.workers import sign_in
from tests.fakes import FakeAlerter

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ALERTER = FakeAlerter()
MAIL = Settings(mail_url=SecretStr("mailto://127.0.0.1:1?from=alongside@example.org"))


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: here there is a mail server, and somewhere for alerts to go."""
    yield from served(tmp_path_factory.mktemp("alerts"), alerter=ALERTER, settings=MAIL)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_way_to_be_reached_is_added_tried_and_removed(
    chat: Chat, open_page: Open, tamsin: Account, size: dict[str, int]
) -> None:
    page = await open_page(size)
    await sign_in(page, chat, tamsin)
    await page.goto(f"{chat.url}/alerts")
    await expect(page.get_by_text("Nowhere yet.")).to_be_visible()
    await nothing_found(page, size)

    await page.get_by_text("Add another service").click()
    await page.get_by_label("Its address").fill(f"fake:{tamsin.id}")
    await page.get_by_role("button", name="Add this service").click()
    await expect(page.get_by_role("status")).to_have_text("Added. Send a test to see that it arrives.")
    await page.get_by_label("Add an e-mail address").fill("nobody")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("#email-error")).to_be_visible()
    await nothing_found(page, size)

    await page.get_by_role("button", name="Send a test").click()
    await expect(page.get_by_text("fake: taken. Look whether it has arrived.")).to_be_visible()
    assert [address for address, _ in ALERTER.sent] == [f"fake:{tamsin.id}"]
    await nothing_found(page, size)

    ALERTER.sent.clear()
    await page.get_by_role("button", name="Remove fake").click()
    await expect(page.get_by_role("status")).to_have_text("Removed. No alert goes there any more.")
    await expect(page.get_by_text("Nowhere yet.")).to_be_visible()
    await nothing_found(page, size)
