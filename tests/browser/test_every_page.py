"""Every page a worker sees, on a busy day and on an empty one: axe finds nothing, nothing scrolls sideways, thumbs can hit it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.busy import PAGES, Busy, fill
from tests.browser.conftest import DESK, Chat, served, watched
from tests.browser.test_handover import nothing_found
from tests.browser.workers import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Look = Callable[[str], Awaitable[tuple[Page, dict[str, int]]]]

NARROW = {"width": 360, "height": 740}

TOO_SMALL = """() => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), a.nhsuk-button, nav a')]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.nhsuk-u-visually-hidden'))
  .map(each => [each, each.labels?.[0]?.closest('.nhsuk-checkboxes__item, .nhsuk-radios__item') ?? each])
  .filter(([, hit]) => hit.getBoundingClientRect().height < 43.5)
  .map(([each]) => `${each.outerHTML.slice(0, 90)} ${Math.round(each.getBoundingClientRect().height)}`)"""
"""What a thumb presses and is less than 44 px high. Links in running text are not meant."""


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own, with a busy day in it."""
    yield from served(tmp_path_factory.mktemp("every"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def busy(_running_chat: Chat) -> Busy:
    return await fill(_running_chat)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[NARROW, DESK], ids=["360", "1280"])
async def look(request: pytest.FixtureRequest, browser: Browser, _running_chat: Chat, busy: Busy) -> AsyncIterator[Look]:
    """Signed-in pages of one size, one for each who looks."""
    async with AsyncExitStack() as opened:
        pages = {}
        for reader in (busy.tamsin, busy.nadia):
            context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport=request.param)
            context.set_default_timeout(10_000)
            opened.push_async_callback(context.close)
            pages[reader.id] = await opened.enter_async_context(watched(context, _running_chat))
            await sign_in(pages[reader.id], _running_chat, reader)

        async def _look(name: str) -> tuple[Page, dict[str, int]]:
            page = pages[busy.reader(name).id]
            await page.goto(f"{_running_chat.url}{busy.pages[name]}")
            return page, request.param

        yield _look


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_right_for_eyes_thumbs_and_screen_readers(look: Look, busy: Busy, name: str) -> None:
    assert set(busy.pages) == set(PAGES)
    page, size = await look(name)
    assert await page.evaluate(TOO_SMALL) == []
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    await nothing_found(page, size)


async def test_who_waits_in_danger_is_on_the_first_screen(look: Look) -> None:
    page, _ = await look("list")
    await expect(page.locator(".row--next")).to_contain_text("Danger")
    await expect(page.locator(".row--next")).to_be_in_viewport(ratio=1)


async def test_what_is_known_stands_above_what_can_be_done(look: Look) -> None:
    page, _ = await look("yours")
    parts = await page.locator(".case__side > section > h2, .case__side > details > summary").all_inner_texts()
    assert [part.partition(" (")[0] for part in parts] == [
        "What the carer wishes",
        "In short",
        "Notes for colleagues",
        "Transfer, hand back or close",
        "What happened",
    ]
