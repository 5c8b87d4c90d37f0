"""The scorecard on a phone and at a desk."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from alongside.core.accounts import AccountRole
from tests.asked_builders import PERSON, answered, missed, outside, talk
from tests.browser.conftest import DESK, PHONE, Chat, Open, served
from tests.browser.test_asked import sign_in_as
from tests.browser.test_handover import nothing_found

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own, in which nobody else asks anything."""
    yield from served(tmp_path_factory.mktemp("scored"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
async def test_the_scorecard_can_be_read_and_its_period_changed(open_page: Open, chat: Chat, size: dict[str, int]) -> None:
    database, now = chat.container.database, chat.container.clock.now()
    for number in range(12):
        helped = None if number % 3 else bool(number % 2)
        turns = [answered("where", helpful=helped), missed("what", ("visiting/parking", 0.2)), outside("who")]
        await chat.run(talk(database, *turns[: 1 + number % 3], *([PERSON] if number % 2 else []), at=now))
    page = await open_page(size)
    await sign_in_as(page, chat, email=f"sc{size['width']}@example.org", name="Sky Coe", role=AccountRole.MAINTAINER)
    await page.goto(f"{chat.url}/answers/asked")
    await page.get_by_role("navigation", name="Answers").get_by_role("link", name="Scorecard").click()
    await expect(page.get_by_role("heading", name="Scorecard")).to_be_visible()
    await expect(page.get_by_role("table")).to_have_count(4)
    await page.get_by_text("What is counted").click()
    await nothing_found(page, size)
    await page.get_by_role("link", name="Earlier").click()
    await expect(page.get_by_role("link", name="Later")).to_be_visible()
    await page.get_by_label("The four weeks with this day").fill("2026-01-05")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("How well the bot answered")).to_contain_text("to 25 January 2026")
    await page.get_by_label("The four weeks with this day").fill("9999-12-31")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("still to come")
    await nothing_found(page, size)
