"""Finding a case, working by keys, and opening a hard one, in Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from alongside.core.accounts import Account
from tests.browser.conftest import DESK, PHONE, Chat, Open, served
from tests.browser.test_handover import nothing_found
from tests.browser.workers import asks, row, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAD = "I want to kill myself"


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    yield from served(tmp_path_factory.mktemp("lists"))


async def focused_case(page: Page) -> str | None:
    found: str | None = await page.evaluate("document.activeElement.closest('[data-case]')?.dataset.case ?? null")
    return found


async def hears_keys(page: Page) -> None:
    """Wait until the page's script listens: it shows the button of its help then."""
    await expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()


async def test_a_case_is_found_claimed_and_answered_by_keys_alone(chat: Chat, open_page: Open, tamsin: Account) -> None:
    _, first = await asks(chat)
    _, second = await asks(chat, "about the car park")
    page = await open_page(DESK)
    await sign_in(page, chat, tamsin)
    await hears_keys(page)
    await page.keyboard.press("j")
    place = await focused_case(page)
    await page.keyboard.press("ArrowDown")
    assert await focused_case(page) not in (None, place)
    await page.keyboard.press("k")
    assert await focused_case(page) == place

    await page.keyboard.press("/")
    await page.keyboard.type("car park")
    await page.keyboard.press("Enter")
    await expect(row(page, second.id)).to_be_visible()
    await expect(row(page, first.id)).to_have_count(0)
    await hears_keys(page)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Claim this case")).to_be_visible()
    await hears_keys(page)
    await page.keyboard.press("c")
    await expect(page.get_by_label("Write to the carer")).to_be_visible()
    await hears_keys(page)
    await page.keyboard.press("r")
    await page.keyboard.type("c n g i ? /")  # in a field they are letters
    await expect(page.get_by_label("Write to the carer")).to_have_value("c n g i ? /")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#thread .said--worker")).to_contain_text("c n g i ? /")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await expect(page.get_by_label("New note")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await expect(page.get_by_role("heading", name="Check back after danger")).to_be_visible()


async def test_the_help_sheet_tells_the_keys_and_turns_them_off(chat: Chat, open_page: Open, tamsin: Account) -> None:
    page = await open_page(DESK)
    await sign_in(page, chat, tamsin)
    await hears_keys(page)
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_contain_text("Claim this case")
    await nothing_found(page, DESK)
    await page.get_by_label("Use them on this device").uncheck()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await page.reload()
    await hears_keys(page)
    await page.keyboard.press("?")
    await expect(sheet).to_be_hidden()
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    await page.get_by_label("Use them on this device").check()
    await page.get_by_role("button", name="Close").click()
    await page.keyboard.press("?")
    await expect(sheet).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
async def test_a_hard_case_from_its_first_page_to_the_check_back(
    chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
) -> None:
    _, file = await asks(chat, SAD)
    page = await open_page(size)
    await sign_in(page, chat, tamsin)
    await nothing_found(page, size)
    await row(page, file.id).get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Before you open it")).to_be_visible()
    await expect(page.get_by_text(SAD)).to_have_count(0)
    await nothing_found(page, size)
    await page.get_by_role("button", name="Open it").click()
    await expect(page.get_by_text(SAD).first).to_be_attached()
    await page.get_by_role("button", name="Claim this case").click()
    await page.get_by_text("Transfer, hand back or close").click()
    await page.get_by_label("We spoke or met").check()
    await page.get_by_role("button", name="Close the case").click()
    await expect(page.get_by_role("heading", name="How are you, Tamsin?")).to_be_visible()
    await nothing_found(page, size)
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("link", name="Tasks").click()
    await expect(row(page, file.id)).to_contain_text("Check back")
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    await nothing_found(page, size)
    await row(page, file.id).get_by_role("button", name=re.compile("^Done")).click()
    await expect(page.get_by_text("Done. It is in the case's history.")).to_be_visible()


async def test_without_scripts_the_search_and_the_tabs_work(chat: Chat, open_page: Open, tamsin: Account) -> None:
    _, file = await asks(chat, "about the bus fare")
    page = await open_page(PHONE, java_script_enabled=False)
    await sign_in(page, chat, tamsin)
    await page.get_by_label("Search all cases").fill("bus fare")
    await page.get_by_role("button", name="Search").click()
    await expect(row(page, file.id)).to_be_visible()
    await page.get_by_role("link", name="Back to the list").click()
    await page.get_by_role("link", name="Mine").click()
    await expect(page.get_by_text("You have no case.")).to_be_visible()
    await expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()
