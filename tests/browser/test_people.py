"""The pages about people in Chromium, as a phone and a desk show them."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from alongside.core.accounts import Account, AccountRole
from alongside.core.rota import Leave
from tests.browser.conftest import DESK, PASSWORD, WARD, Chat, Open, _Server
from tests.browser.workers import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: here there is a lead, whom other tests do not expect."""
    server = _Server(tmp_path_factory.mktemp("people"))
    yield server.start()
    server.stop()


async def add_lead(chat: Chat, name: str) -> Account:
    return await chat.run(
        chat.container.accounts.add(
            email=f"{name.lower()}@example.org",
            name=f"{name} Example",
            role=AccountRole.LEAD,
            services=[WARD],
            password=PASSWORD,
        )
    )


async def test_a_lead_sets_a_split_day_and_leave_by_hand_without_scripts(chat: Chat, open_page: Open, tamsin: Account) -> None:
    page = await open_page(java_script_enabled=False)
    await sign_in(page, chat, await add_lead(chat, "Nadia"))
    await page.get_by_role("link", name="People", exact=True).click()
    await page.get_by_role("link", name="Tamsin Example").click()
    await page.get_by_text("Change the hours").click()
    for day in ("Tuesday", "Thursday", "Friday"):
        await page.get_by_text(f"More hours on {day}").evaluate("summary => summary.parentElement.open = true")
        for which in ("first", "second", "third"):
            for end in ("from", "to"):
                await page.get_by_label(f"{day}, {which} hours, {end}", exact=True).fill("")
    await page.get_by_text("More hours on Monday").click()
    for label, at in (("first hours, from", "09:00"), ("first hours, to", "12:30"), ("second hours, from", "13:00")):
        await page.get_by_label(f"Monday, {label}", exact=True).fill(at)
    await page.get_by_role("button", name="Save the hours").click()
    await expect(page.get_by_role("alert")).to_contain_text("Monday")
    await page.get_by_label("Monday, second hours, to", exact=True).fill("17:00")
    await page.get_by_role("button", name="Save the hours").click()
    await expect(page.get_by_text("Monday, 9am to 12.30pm and 1pm to 5pm")).to_be_visible()
    away = date.today() + timedelta(days=2)
    await page.get_by_text("Add leave").click()
    await page.get_by_label("First day away").fill(away.isoformat())
    await page.get_by_role("button", name="Save the leave").click()
    await expect(page.get_by_role("status")).to_have_text("The leave is saved.")
    assert (await chat.run(chat.container.people.get(None, tamsin.id))).arrangement.leave == (Leave(away, away),)


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, DESK], ids=["320", "1280"])
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
) -> None:
    today = date.today()
    await chat.run(chat.container.rota.add_leave(None, tamsin.id, Leave(today, today + timedelta(days=9))))
    await chat.run(chat.container.rota.set_cover(None, tamsin.id, bea.id))
    page = await open_page(size)
    await sign_in(page, chat, await add_lead(chat, f"Nadia{size['width']}"))
    for address in ("", "/week", "/me", "/new", f"/{tamsin.id}"):
        await page.goto(f"{chat.url}/people{address}")
        await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        await nothing_found(page, size)


async def nothing_found(page: Page, size: dict[str, int]) -> None:
    results = await Axe().run(page)
    assert [f"{violation['id']}: {violation['help']}" for violation in results.response["violations"]] == []
    assert await page.evaluate("document.documentElement.scrollWidth") == size["width"], page.url
