"""Codes from a phone in Chromium: set up on a phone-sized screen, and signed in with."""

import re
import time
import uuid
from collections.abc import AsyncIterator

import pyotp
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from alongside.core.accounts import Account, AccountRole
from tests.browser.conftest import Chat, watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "kettle moss ferry"
PHONE = {"width": 390, "height": 844}


@pytest_asyncio.fixture(loop_scope="session")
async def max_(chat: Chat) -> Account:
    return await chat.run(
        chat.container.accounts.add(
            email=f"max.{uuid.uuid4().hex[:8]}@example.org", name="Max Example", role=AccountRole.MAINTAINER, password=PASSWORD
        )
    )


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, chat: Chat) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport=PHONE)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    async with watched(context, chat) as page:
        yield page
    await context.close()


async def type_password(page: Page, chat: Chat, account: Account) -> None:
    await page.goto(f"{chat.url}/account")
    await page.get_by_label("E-mail address").fill(account.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def faults(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [violation["id"] for violation in found.response["violations"]]


async def test_codes_are_set_up_and_signed_in_with(chat: Chat, phone: Page, max_: Account) -> None:
    await type_password(phone, chat, max_)
    await phone.get_by_role("link", name="Set up codes").click()
    await phone.get_by_role("button", name="Set up codes").click()
    picture = phone.get_by_role("img", name="A picture of the key")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    letters = re.sub(r"\s", "", await phone.locator(".key").inner_text())
    assert await faults(phone) == []

    codes = pyotp.TOTP(letters)
    await phone.get_by_label("Code, 6 digits").fill(codes.now())
    await phone.get_by_role("button", name="Turn codes on").click()
    recovery = await phone.locator(".recovery li").all_inner_texts()
    assert len(recovery) == 10
    assert await faults(phone) == []
    await phone.get_by_role("link", name="I have kept them").click()
    await expect(phone.get_by_text("They are on")).to_be_visible()

    await phone.get_by_role("button", name="Sign out").click()
    await type_password(phone, chat, max_)
    await expect(phone.get_by_role("heading", name="Type your code")).to_be_visible()
    assert await faults(phone) == []
    await phone.get_by_label("Code", exact=True).fill(recovery[0])
    await phone.get_by_role("button", name="Sign in").click()
    await expect(phone.get_by_role("heading", name="Your account")).to_be_visible()

    await phone.get_by_role("button", name="Sign out").click()
    await type_password(phone, chat, max_)
    # The code that turned them on is used up: the next one, as of a phone that is half a minute fast.
    await phone.get_by_label("Code", exact=True).fill(codes.at(int(time.time()) + 30))
    await phone.get_by_role("button", name="Sign in").click()
    await expect(phone.get_by_role("heading", name="Your account")).to_be_visible()
