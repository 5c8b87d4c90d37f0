"""An answer in another language, on the carer's page and on its maintainer's: the right language, run the way it is read."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from alongside.core.accounts import AccountRole
from alongside.services.ports import Said
from tests.browser.conftest import DESK, PHONE, Chat, Open, served
from tests.browser.test_asked import sign_in_as
from tests.browser.test_handover import nothing_found
from tests.browser.workers import picture
from tests.translation_builders import ENGLISH, HOW_TO_BOOK, speak_from

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

URDU = "پہلے وارڈ کو فون کریں۔ {fact_carers_uk}"
QUESTION = "how do I book a visit"


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: its answers are those of these tests."""
    yield from served(tmp_path_factory.mktemp("translations"))


async def asks(chat: Chat, page: Page, query: str = "") -> None:
    """Ask a question whose answer was translated into Welsh and Arabic."""
    await chat.run(speak_from(chat.container))
    chat.assistant.replies[QUESTION] = Said(f"utter_ask_{HOW_TO_BOOK.key}", ENGLISH)
    await page.goto(f"{chat.url}/{query}")
    await page.get_by_label("Write your message").fill(QUESTION)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".message--bot")).to_have_count(2)


async def test_an_answer_in_arabic_runs_from_right_to_left_and_its_numbers_do_not(chat: Chat, open_page: Open) -> None:
    page = await open_page(PHONE)
    await asks(chat, page)
    button = page.get_by_role("button", name="العربية")
    await expect(button).to_have_attribute("lang", "ar")
    await button.click()
    text = page.locator(".message--bot").last.locator(".message__text")
    await expect(text).to_have_attribute("lang", "ar")
    await expect(text).to_have_attribute("dir", "rtl")
    for part in await text.locator("p, ul, li").all():
        assert await part.evaluate("part => getComputedStyle(part).direction") == "rtl"
    number = text.get_by_role("link", name="0808 808 7777")
    await expect(number).to_have_attribute("href", "tel:08088087777")
    places = await number.evaluate(
        """link => [[0, 1], [12, 13]].map(([from, to]) => {
             const range = document.createRange();
             range.setStart(link.firstChild, from);
             range.setEnd(link.firstChild, to);
             return range.getBoundingClientRect().left;
           })"""
    )
    assert places[0] < places[1], "the number is read backwards"
    await expect(page.locator(".message--bot").nth(1).locator(".message__text")).not_to_have_attribute("lang", re.compile(".*"))
    await nothing_found(page, PHONE)
    await picture(page, "arabic")


async def test_the_language_of_the_link_is_offered_first(chat: Chat, open_page: Open) -> None:
    page = await open_page(PHONE)
    await asks(chat, page, "?language=cy")
    first = page.locator(".message--bot").last.locator(".choice").first
    await expect(first).to_have_text("Cymraeg")
    await first.click()
    await expect(page.locator(".message--bot").last.locator(".message__text")).to_contain_text("Ffoniwch y ward yn gyntaf.")
    await expect(page.locator(".message--bot").last.locator(".message__text")).to_have_attribute("dir", "ltr")


async def test_a_maintainer_translates_beside_the_english(chat: Chat, open_page: Open) -> None:
    await chat.run(speak_from(chat.container))
    page = await open_page(DESK)
    await sign_in_as(page, chat, email="mel@example.org", name="Mel Reed", role=AccountRole.MAINTAINER)
    await page.goto(f"{chat.url}/answers/translations/{HOW_TO_BOOK.key}")
    await page.get_by_label("Another language").select_option("Urdu")
    await page.get_by_role("button", name="Show it").click()
    urdu = page.locator("#ur-default")
    await urdu.get_by_label("Urdu", exact=True).fill(URDU)
    await urdu.get_by_role("button", name="Save the Urdu translation").click()
    await expect(page.get_by_role("alert")).to_contain_text("The translator is missing.")
    await nothing_found(page, DESK)
    await urdu.get_by_label("Who translated it").fill("A test")
    await urdu.get_by_role("button", name="Save the Urdu translation").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved in the draft.")
    await expect(urdu.get_by_label("Urdu", exact=True)).to_have_value(URDU)
    await nothing_found(page, DESK)
    await page.set_viewport_size(PHONE)
    await nothing_found(page, PHONE)
