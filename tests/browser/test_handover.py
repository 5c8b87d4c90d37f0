"""A handover in Chromium: a carer's chat in one browser, workers' inboxes in others."""

import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.conversations import TALK_TO_PERSON, Conversation
from tests.browser.conftest import Chat, _Server, watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "kettle moss ferry"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
WARD = "sample-rowan"

Open = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    server = _Server(tmp_path_factory.mktemp("handover"))
    yield server.start()
    server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def tamsin(chat: Chat) -> AsyncIterator[Account]:
    async with worker(chat, "Tamsin", worker="sample-worker-rowan") as account:
        yield account


@pytest_asyncio.fixture(loop_scope="session")
async def bea(chat: Chat) -> AsyncIterator[Account]:
    async with worker(chat, "Bea") as account:
        yield account


class worker:
    """An account for one test: afterwards it is disabled, so that nobody is promised who is not in the next test."""

    def __init__(self, chat: Chat, name: str, **given: Any) -> None:
        self._chat, self._name, self._given = chat, name, given

    async def __aenter__(self) -> Account:
        self._account = await self._chat.run(
            self._chat.container.accounts.add(
                email=f"{self._name.lower()}.{uuid.uuid4().hex[:8]}@example.org",
                name=f"{self._name} Example",
                role=AccountRole.WORKER,
                services=[WARD],
                password=PASSWORD,
                **self._given,
            )
        )
        return self._account

    async def __aexit__(self, *_: object) -> None:
        await self._chat.run(self._chat.container.accounts.disable(self._account.email))


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, chat: Chat) -> AsyncIterator[Open]:
    """Opens pages, each in a browser of its own that is watched for what must never happen."""
    async with AsyncExitStack() as opened:

        async def _open(size: dict[str, int] = PHONE, **given: Any) -> Page:
            context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport=size, **given)  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            opened.push_async_callback(context.close)
            return await opened.enter_async_context(watched(context, chat))

        yield _open


async def sign_in(page: Page, chat: Chat, account: Account) -> None:
    await page.goto(f"{chat.url}/inbox")
    await page.get_by_label("E-mail address").fill(account.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


async def asks(chat: Chat, text: str = "can I bring his little sister?") -> tuple[Conversation, CaseFile]:
    """Have a carer ask something, and then for a person."""

    async def _asks() -> tuple[Conversation, CaseFile]:
        parts = chat.container
        conversation, _, _ = await parts.conversations.begin(channel="web", nation="england", service=WARD)
        await parts.turns.receive(conversation.id, text=text)
        await parts.turns.receive(conversation.id, choice=TALK_TO_PERSON)
        await parts.turns.finish()
        async with parts.database.reading() as session:
            file = await parts.requests.current(session, conversation.id)
        assert file is not None
        return conversation, file

    return await chat.run(_asks())


async def writes(chat: Chat, conversation: Conversation, text: str) -> None:
    await chat.run(chat.container.turns.receive(conversation.id, text=text))
    await chat.run(chat.container.turns.finish())


def row(page: Page, case_id: str) -> Any:
    return page.locator(f"[data-case='{case_id}']")


async def test_a_carer_is_promised_a_worker_talks_to_two_and_writes_again(
    chat: Chat, open_page: Open, tamsin: Account, bea: Account
) -> None:
    carer = await open_page(DESK)
    await carer.goto(f"{chat.url}/?service={WARD}&nation=england")
    await carer.get_by_label("Write your message").fill("can I bring his little sister?")
    await carer.get_by_role("button", name="Send").click()
    await expect(carer.locator(".message--bot")).to_have_count(2)
    await carer.get_by_role("button", name="Talk to a person").click()
    promise = carer.locator(".message--bot").nth(2)
    await expect(promise).to_contain_text("Tamsin, carer support worker, will help you")
    await expect(promise).to_contain_text(re.compile(r"reply here by .+ on \w+day"))

    phone = await open_page(PHONE)
    await sign_in(phone, chat, tamsin)
    await expect(phone.locator(".row--next")).to_contain_text("Tamsin promised by")
    await phone.get_by_role("link", name="A carer, Rowan Ward").click()
    await expect(phone.locator(".facts")).to_contain_text("can I bring his little sister?")
    await phone.get_by_role("button", name="Claim this case").click()
    await expect(carer.locator(".message--system")).to_contain_text("Tamsin, carer support worker, has your messages now")

    await phone.get_by_label("Write to the carer").fill("Hello, I am Tamsin.\nHow are you?")
    await phone.get_by_role("button", name="Send").click()
    await expect(carer.locator(".message--worker")).to_contain_text("Tamsin")
    await expect(carer.locator(".message--worker")).to_contain_text("How are you?")
    await expect(phone.locator("#thread .said--worker")).to_have_count(1)
    await expect(phone.get_by_label("Write to the carer")).to_have_value("")
    asked = len(chat.assistant.asked)
    await carer.get_by_label("Write your message").fill("Tired. When is the review?")
    await carer.get_by_role("button", name="Send").click()
    await expect(phone.locator("#thread .said--carer").last).to_contain_text("When is the review?")
    await expect(phone.locator("#thread .said--carer").last).to_be_in_viewport(ratio=1)

    await phone.get_by_text("Transfer, hand back or close").click()
    await phone.get_by_label("Colleague", exact=True).select_option(label="Bea Example, carer support worker")
    await phone.get_by_label("Why, for your colleague").fill("Bea goes to the review.")
    await phone.get_by_role("button", name="Transfer it").click()
    await expect(phone.get_by_text("The carer was told.")).to_be_visible()
    await expect(carer.locator(".message--system").last).to_contain_text("Tamsin has passed this on to Bea")

    desk = await open_page(DESK)
    await sign_in(desk, chat, bea)
    await expect(desk.locator(".row--next .label")).to_have_text("You")
    await desk.get_by_role("link", name="A carer, Rowan Ward").click()
    await expect(desk.locator(".note")).to_contain_text("Bea goes to the review.")
    await desk.get_by_text("Transfer, hand back or close").click()
    await desk.get_by_label("Their question was answered").check()
    await desk.get_by_role("button", name="Close the case").click()
    await expect(desk.get_by_text("The case is closed.")).to_be_visible()
    await expect(carer.locator(".message--system").last).to_contain_text("Bea has closed this for now")

    await carer.get_by_label("Write your message").fill("One more thing.")
    await carer.get_by_role("button", name="Send").click()
    await expect(carer.locator(".message--system").last).to_contain_text("Bea, carer support worker, has your messages now")
    await desk.get_by_role("link", name="1 new or changed. Show").click()
    await expect(desk.locator(".row--next")).to_contain_text("Wrote again")
    await desk.get_by_role("link", name="A carer, Rowan Ward").click()
    await expect(desk.locator(".case__state .label")).to_have_text("With you")
    await expect(desk.locator("#thread .said--carer").last).to_contain_text("One more thing.")
    assert len(chat.assistant.asked) == asked  # the bot was silent from the claim on


class TestTheList:
    async def test_nothing_moves_until_the_line_that_says_what_is_new_is_pressed(
        self, chat: Chat, open_page: Open, tamsin: Account
    ) -> None:
        await asks(chat)
        page = await open_page()
        await sign_in(page, chat, tamsin)
        before = await page.locator("[data-case]").count()
        place = await page.locator("[data-case]").first.bounding_box()
        _, file = await asks(chat)
        await expect(page.get_by_role("link", name="1 new or changed. Show")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        assert await page.locator("[data-case]").count() == before
        assert await page.locator("[data-case]").first.bounding_box() == place
        await page.get_by_role("link", name="1 new or changed. Show").click()
        await expect(row(page, file.id)).to_be_visible()
        await expect(page.locator(".news__show")).to_be_hidden()
        await expect(page.locator(".row__link").first).to_be_focused()

    async def test_a_signed_out_browser_is_led_to_the_sign_in_page(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await chat.run(chat.container.accounts.disable(tamsin.email))
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


class TestACase:
    async def test_what_was_being_written_is_there_again_until_it_is_sent(
        self, chat: Chat, open_page: Open, tamsin: Account
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        box = page.get_by_label("Write to the carer")
        await box.fill("Half a thought")
        await page.reload()
        await expect(box).to_have_value("Half a thought")
        await box.press("Control+Enter")
        await expect(page.locator("#thread .said--worker")).to_contain_text("Half a thought")
        await page.reload()
        await expect(box).to_have_value("")

    async def test_words_that_cannot_be_sent_stay_in_the_box(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.get_by_label("Write to the carer").fill("Wait for me")
        await chat.run(chat.container.handover.transfer(tamsin, file.id, bea.id))
        await expect(page.locator("#changed")).to_contain_text("This case has changed: Bea has it now.")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator("#reply-error")).to_contain_text("Not sent.")
        await expect(page.get_by_label("Write to the carer")).to_have_value("Wait for me")

    async def test_a_reader_further_up_stays_there_and_is_told(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        for number in range(4):
            await writes(chat, conversation, f"Line {number}\n" * 6)
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.evaluate("window.scrollTo(0, 100)")
        await writes(chat, conversation, "Are you there?")
        await expect(page.get_by_role("button", name="New message below")).to_be_visible()
        assert await page.evaluate("window.scrollY") == 100
        await page.get_by_role("button", name="New message below").click()
        await expect(page.get_by_text("Are you there?")).to_be_in_viewport(ratio=1)
        await expect(page.get_by_role("button", name="New message below")).to_be_hidden()

    async def test_what_the_carer_deletes_is_gone_from_an_open_page(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        conversation, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.get_by_label("Write to the carer").fill("About your sister")

        async def erase() -> None:
            await chat.container.conversations.erase(conversation)
            chat.container.announcer.announce(conversation.id, "message")

        await chat.run(erase())
        await expect(page.get_by_text("the carer has deleted the conversation")).to_be_visible()
        assert await page.evaluate("Object.keys(localStorage)") == []


class TestForEverybody:
    async def test_everything_but_the_news_works_without_javascript(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account
    ) -> None:
        conversation, file = await asks(chat)
        page = await open_page(java_script_enabled=False)
        await sign_in(page, chat, tamsin)
        await row(page, file.id).get_by_role("link").click()
        await page.get_by_role("button", name="Claim this case").click()
        await page.get_by_label("Write to the carer").fill("Hello without scripts")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator("#thread .said--worker")).to_contain_text("Hello without scripts")
        await page.get_by_text("Notes for colleagues (0)").click()
        await page.get_by_label("New note").fill("Rang the ward")
        await page.get_by_role("button", name="Keep the note").click()
        await expect(page.locator(".note")).to_contain_text("Rang the ward")
        await page.get_by_text("Transfer, hand back or close").click()
        await page.get_by_role("button", name="Hand back to the bot").click()
        await expect(page.get_by_text("The carer is back with the bot")).to_be_visible()
        (said,) = [m for m in await chat.run(chat.container.conversations.messages_after(conversation, None)) if m.name]
        assert said.text == "Hello without scripts"

    @pytest.mark.parametrize("size", [{"width": 320, "height": 640}, DESK], ids=["320", "1280"])
    async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
    ) -> None:
        _, waiting = await asks(chat, "I want to kill myself")
        conversation, mine = await asks(chat, f"what does {'a very long word' * 3}mean?")
        await chat.run(chat.container.handover.claim(tamsin, mine.id))
        await chat.run(chat.container.handover.note(tamsin, mine.id, "A note"))
        await writes(chat, conversation, "Thank you " + "https://example.org/" + "a" * 120)
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await nothing_found(page, size)
        for case_id in (waiting.id, mine.id):
            await page.goto(f"{chat.url}/inbox/cases/{case_id}")
            await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
            await nothing_found(page, size)

    async def test_the_keyboard_is_enough(self, chat: Chat, open_page: Open, tamsin: Account) -> None:
        _, file = await asks(chat)
        page = await open_page(DESK)
        await sign_in(page, chat, tamsin)
        await row(page, file.id).get_by_role("link").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Claim this case")).to_be_visible()
        await tab_to(page, "Claim this case")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Write to the carer")).to_be_visible()
        await tab_to(page, "Write to the carer, as Tamsin")
        await page.keyboard.type("first line")
        await page.keyboard.press("Enter")
        await page.keyboard.type("second line")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#thread .said--worker .said__text")).to_have_text("first line\nsecond line")
        await expect(page.get_by_label("Write to the carer")).to_be_focused()


async def tab_to(page: Page, name: str) -> None:
    """Press the tab key until what has this name is reached."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        reached = await page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")
        if reached == name:
            return
    raise AssertionError(f"{name} is not reached with the tab key")


async def nothing_found(page: Page, size: dict[str, int]) -> None:
    results = await Axe().run(page)
    found = [
        f"{violation['id']} ({violation['impact']}): {[node['html'][:160] for node in violation['nodes']]}"
        for violation in results.response["violations"]
    ]
    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]
