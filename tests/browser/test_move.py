"""A conversation that comes from Telegram goes on in the page, by the code in its address."""

import pytest
from playwright.async_api import Page, expect

from alongside.services.telegram.moves import WEB
from tests.browser.conftest import Chat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_code_in_the_address_opens_the_thread_and_leaves_the_address(page: Page, chat: Chat) -> None:
    parts = chat.container
    conversation, _, _ = await chat.run(parts.conversations.begin(channel="telegram"))
    message = await chat.run(parts.turns.receive(conversation.id, text="my son has a birthday on the ward"))
    await chat.run(parts.turns.replies(message, wait=10))
    code = await chat.run(parts.moves.offer(conversation.id, WEB))
    await page.goto(f"{chat.url}/#move={code.code}")
    await expect(page.get_by_role("log")).to_contain_text("my son has a birthday on the ward")
    assert await page.evaluate("location.hash") == ""
    await page.get_by_label("Your message").fill("can children come")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("children can often visit")
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("my son has a birthday on the ward")


async def test_a_code_that_does_not_work_is_said_and_the_page_goes_on(page: Page, chat: Chat) -> None:
    await page.goto(f"{chat.url}/#move=wrong")
    await expect(page.get_by_role("heading", name="The conversation was not brought here")).to_be_visible()
    await expect(page.locator("#notice-text")).to_contain_text("Write /web to the bot")
    await page.get_by_role("button", name="Go on here").click()
    await expect(page.get_by_role("log")).to_contain_text("Hello. I am Alongside")
    await expect(page.get_by_label("Your message")).to_be_visible()


async def test_without_telegram_there_is_no_way_there(page: Page, chat: Chat) -> None:
    await page.goto(chat.url)
    await page.locator("#open-about").click()
    await expect(page.get_by_role("heading", name="About this chat")).to_be_visible()
    await expect(page.get_by_role("button", name="Go on in Telegram")).to_have_count(0)
