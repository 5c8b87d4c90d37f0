"""The inbox while things happen: news of every list, nothing moves under a finger, and a lost connection is told and mended."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, Page, Route, expect

from alongside.core.accounts import Account
from tests.browser.conftest import DESK, PHONE, STYLES, Chat, Open, served
from tests.browser.workers import asks, row, sign_in, writes

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAD = "I want to kill myself"
LOST = "The connection is lost. Trying again."
LONG_REPLY = "\n".join(f"My long answer, line {number}" for number in range(12))
BEFORE_THE_POLL = 40_000
"""Milliseconds: what comes within it was not brought by the page's look once a minute, however busy the machine is."""


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    yield from served(tmp_path_factory.mktemp("live"))


async def place(what: Locator) -> dict[str, float]:
    found = await what.bounding_box()
    assert found is not None
    return dict(found)


async def hears(page: Page, address: str) -> None:
    """Go to a page, and wait until it has begun to hear of news and has looked once for what it missed."""
    async with page.expect_event("requestfinished", lambda asked: "x-background" in asked.headers):
        await page.goto(address)


async def above_the_dock(page: Page, words: str) -> None:
    """Wait until a message can be read whole, above the place to write."""
    await page.wait_for_function(
        """words => [...document.querySelectorAll('#thread .said')].some((said) => said.textContent.includes(words)
            && said.getBoundingClientRect().bottom <= document.querySelector('.dock').getBoundingClientRect().top + 1)""",
        arg=words,
    )


class TestALongReply:
    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
    async def test_does_not_hide_what_the_carer_writes_meanwhile(
        self, chat: Chat, open_page: Open, tamsin: Account, size: dict[str, int]
    ) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        for number in range(6):
            await writes(chat, conversation, f"Line {number}\nmore\nmore")
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}#end")
        await page.get_by_label("Write to the carer").fill(LONG_REPLY)
        await writes(chat, conversation, "He has left the ward")
        await above_the_dock(page, "He has left the ward")
        await expect(page.get_by_role("button", name="New message below")).to_be_hidden()

    async def test_says_that_there_is_something_below_it(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        for number in range(6):
            await writes(chat, conversation, f"Line {number}\nmore\nmore")
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}#end")
        await page.mouse.wheel(0, -250)
        await page.get_by_label("Write to the carer").fill(LONG_REPLY)
        top = await page.evaluate("window.scrollY")
        await writes(chat, conversation, "He has left the ward")
        below = page.get_by_role("button", name="New message below")
        await expect(below).to_be_visible()
        assert await page.evaluate("window.scrollY") == top
        await below.click()
        await above_the_dock(page, "He has left the ward")
        await expect(below).to_be_hidden()


class TestTheOtherLists:
    @pytest.mark.parametrize("address", ["/inbox?show=mine", "/inbox?q=children"], ids=["mine", "search"])
    async def test_are_counted_and_told_of_where_somebody_looks_at_another(
        self, chat: Chat, open_page: Open, tamsin: Account, address: str
    ) -> None:
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, chat.url + address)
        services = page.locator(".tabs__tab", has_text="My services")
        before, others = await services.inner_text(), [await place(tab) for tab in await page.locator(".tabs__tab").all()]
        _, file = await asks(chat, SAD)
        told = page.get_by_role("link", name="1 more waits in My services")
        await expect(told).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        counted = int(re.sub(r"\D", "", before) or 0)
        await expect(services).to_contain_text(f"{counted + 1} to answer")
        assert [await place(tab) for tab in await page.locator(".tabs__tab").all()] == others
        await told.click()
        await expect(row(page, file.id)).to_be_visible()

    async def test_what_is_news_of_the_list_itself_is_told_once(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        await chat.run(chat.container.handover.reply(tamsin, file.id, "Hello", client_id="once"))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox?show=mine")
        await writes(chat, conversation, "Thank you")
        await expect(page.get_by_role("link", name="1 new or changed. Show")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        await expect(page.locator("#elsewhere")).to_be_hidden()


class TestNothingMoves:
    async def test_when_a_colleague_replies(self, chat: Chat, open_page: Open, tamsin: Account, bea: Account) -> None:
        cases = [(await asks(chat, text))[1] for text in ("When is the review?", "Another one")]
        for file in cases:
            await chat.run(chat.container.handover.claim(bea, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox")
        shown = await page.locator("[data-case]").evaluate_all("all => all.map((one) => one.dataset.case)")
        first, second = (case_id for case_id in shown if case_id in {file.id for file in cases})
        before = await place(row(page, second))
        await chat.run(chat.container.handover.reply(bea, first, "On Tuesday.", client_id="moves"))
        await expect(page.get_by_role("link", name="1 new or changed. Show")).to_be_visible()
        assert await place(row(page, second)) == before

    async def test_when_the_connection_is_lost(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        _, file = await asks(chat)
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox")
        before = await place(row(page, file.id))
        await page.context.set_offline(True)
        await expect(page.locator("#line")).to_have_text(LOST)
        await expect(page.locator("#line")).to_be_in_viewport(ratio=1)
        assert await place(row(page, file.id)) == before

    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
    async def test_when_a_colleague_claims_what_is_on_the_screen(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
    ) -> None:
        _, file = await asks(chat)
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}")
        claim = page.get_by_role("button", name="Claim this case")
        before = await place(claim)
        await chat.run(chat.container.handover.claim(bea, file.id))
        await expect(page.locator("#changed")).to_contain_text("This case has changed: Bea has it now.")
        await expect(page.locator("#changed")).to_be_in_viewport(ratio=1)
        assert await place(claim) == before

    async def test_when_a_colleague_is_given_what_somebody_writes_in(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page({"width": 768, "height": 1600})  # all of the case on one screen
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}")
        send = page.get_by_role("button", name="Send", exact=True)
        before = await place(send)
        await chat.run(chat.container.handover.transfer(tamsin, file.id, bea.id, reason="On leave."))
        await expect(page.locator("#changed")).to_be_in_viewport(ratio=1)
        assert await place(send) == before


class TestALostConnection:
    async def test_a_look_that_failed_is_told_of_and_tried_again_soon(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}")
        fails = True

        async def lose(route: Route) -> None:
            await (route.abort() if fails else route.continue_())

        await page.route("**/messages?*", lose)
        await writes(chat, conversation, "Please answer me now")
        await expect(page.locator("#line")).to_have_text(LOST)
        fails = False
        await expect(page.get_by_text("Please answer me now")).to_be_attached(timeout=BEFORE_THE_POLL)
        await expect(page.locator("#line")).to_be_empty()

    async def test_a_list_that_could_not_be_fetched_is_tried_again_soon(
        self, chat: Chat, open_page: Open, tamsin: Account
    ) -> None:
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox")
        fails = True

        async def lose(route: Route) -> None:
            await (route.fulfill(status=503, body="") if fails else route.continue_())

        await page.route(re.compile(r"/inbox\?show="), lose)
        await asks(chat)
        await expect(page.locator("#line")).to_have_text(LOST)
        fails = False
        await expect(page.get_by_role("link", name="1 new or changed. Show")).to_be_visible(timeout=BEFORE_THE_POLL)
        await expect(page.locator("#line")).to_be_empty()

    async def test_what_came_while_the_browser_was_offline_is_there_when_it_is_back(
        self, chat: Chat, open_page: Open, tamsin: Account
    ) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await hears(page, f"{chat.url}/inbox/cases/{file.id}")
        await page.context.set_offline(True)
        await expect(page.locator("#line")).to_have_text(LOST)
        await writes(chat, conversation, "Are you there?")
        await page.context.set_offline(False)
        await expect(page.get_by_text("Are you there?")).to_be_attached(timeout=BEFORE_THE_POLL)
        await expect(page.locator("#line")).to_be_empty()

    async def test_a_stream_that_has_gone_silent_is_opened_again(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.clock.install()
        await hears(page, f"{chat.url}/inbox")
        async with page.expect_request("**/inbox/events"):
            await page.clock.fast_forward(41_000)


class TestForEverybody:
    @pytest.mark.parametrize("links", [".nav__link", ".tabs__tab"], ids=["bar", "tabs"])
    async def test_with_forced_colours_only_the_page_one_is_on_is_marked(
        self, chat: Chat, open_page: Open, tamsin: Account, links: str
    ) -> None:
        page = await open_page(DESK, forced_colors="active")
        await sign_in(page, chat, tamsin)
        marked = await page.locator(links).evaluate_all(
            """all => all.map((link) => [link, getComputedStyle(link).borderBottomColor])
                .filter(([, line]) => line !== getComputedStyle(document.body).backgroundColor)
                .map(([link]) => link.getAttribute('aria-current'))"""
        )
        assert marked == ["page"]

    async def test_a_dot_stands_between_the_promise_and_what_follows(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        _, file = await asks(chat)
        page = await open_page(DESK)
        await sign_in(page, chat, tamsin)
        due = row(page, file.id).locator(".due")
        before, after = await due.evaluate("due => ['::before', '::after'].map((at) => getComputedStyle(due, at).content)")
        assert (before, after) == ("none", '" ·"')

    async def test_every_picture_of_the_styles_is_served(self, chat: Chat, open_page: Open) -> None:
        pictures = set(re.findall(r'url\("([^"]+)"\)', STYLES.read_text()))
        assert pictures
        page = await open_page()
        for picture in pictures:
            assert (await page.request.get(chat.url + picture)).status == 200, picture
