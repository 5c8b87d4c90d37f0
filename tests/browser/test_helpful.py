"""“Did this help?” below an answer: quiet, said once, changeable, and never in the way of the talk."""

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import DESK, PHONE, Chat, Open
from tests.browser.test_chat_page import from_bot, open_chat, say
from tests.browser.test_handover import nothing_found

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def answered(page: Page, chat: Chat) -> None:
    await open_chat(page, chat)
    await say(page, "can I bring his little sister?")
    await expect(page.get_by_role("group", name="Did this help?")).to_be_visible()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Did this help?").get_by_role("button", name=name, exact=True)


async def presses(page: Page) -> list[str | None]:
    return [await button(page, name).get_attribute("aria-pressed") for name in ("Yes", "No")]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
async def test_no_offers_a_person_and_yes_takes_that_back(open_page: Open, chat: Chat, size: dict[str, int]) -> None:
    page = await open_page(size)
    await answered(page, chat)
    await expect(page.get_by_role("group", name="Did this help?")).to_have_count(1)  # none below the greeting
    await button(page, "Yes").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    said = page.locator(".helpful__said")
    await expect(said).to_contain_text("You can talk to a person.")
    assert await presses(page) == ["false", "true"]
    await expect(button(page, "No")).to_be_focused()
    await nothing_found(page, size)
    await page.reload()
    await expect(button(page, "No")).to_have_attribute("aria-pressed", "true")
    await expect(said).to_have_count(0)  # said once
    await button(page, "Yes").click()
    await expect(said).to_have_text("Thank you.")
    assert await presses(page) == ["true", "false"]


async def test_the_offer_leads_to_a_person(page: Page, chat: Chat) -> None:
    await answered(page, chat)
    await button(page, "No").click()
    await page.locator(".helpful__said").get_by_role("button", name="Talk to a person").click()
    await expect(page.locator(".message--carer").last).to_contain_text("Talk to a person")
    await expect(from_bot(page)).to_have_count(3)


async def test_what_did_not_arrive_is_not_shown_as_said_and_the_talk_goes_on(page: Page, chat: Chat) -> None:
    await answered(page, chat)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=503, json={"error": "Please try again in a minute."})

    await page.route("**/helpful", refuse)
    await button(page, "Yes").click()
    await expect(page.locator(".helpful__said")).to_have_text("That did not reach us. Please try again in a minute.")
    assert await presses(page) == ["false", "false"]
    await say(page, "and his brother?")
    await expect(from_bot(page)).to_have_count(3)
