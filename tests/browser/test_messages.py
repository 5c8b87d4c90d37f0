"""After a message was sent, in two browsers: corrected, withdrawn, seen, and each side seen writing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from alongside.core.accounts import Account
from alongside.core.conversations import Author
from tests.browser.conftest import DESK, PHONE, WARD, Chat, Open, served
from tests.browser.test_handover import nothing_found
from tests.browser.workers import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    yield from served(tmp_path_factory.mktemp("messages"))


async def talking(chat: Chat, open_page: Open, tamsin: Account) -> tuple[Page, Page, str]:
    """Have a carer's page and the page of the worker who has the case; returns both with the case's id."""
    carer = await open_page(PHONE)
    await carer.goto(f"{chat.url}/?service={WARD}&nation=england")
    await expect(carer.locator(".message--bot")).to_have_count(1)
    token = await carer.evaluate("sessionStorage.getItem('alongside.token')")
    conversation = await chat.run(chat.container.conversations.find(token))

    async def ask() -> str:
        await chat.container.turns.receive(conversation.id, choice="/talk_to_person")
        await chat.container.turns.finish()
        async with chat.container.database.reading() as session:
            file = await chat.container.requests.current(session, conversation.id)
        assert file is not None
        await chat.container.handover.claim(tamsin, file.id)
        return file.id

    case_id = await chat.run(ask())
    await expect(carer.locator(".message--system")).to_contain_text("Tamsin")
    worker = await open_page(DESK)
    await sign_in(worker, chat, tamsin)
    await worker.goto(f"{chat.url}/inbox/cases/{case_id}")
    return carer, worker, case_id


async def says(page: Page, text: str) -> None:
    await page.get_by_label(re.compile("Write (to the carer|your message)")).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


def own(page: Page) -> Any:
    return page.locator("#thread .said--worker")


async def test_a_corrected_and_a_withdrawn_message_change_on_the_carers_page(
    chat: Chat, open_page: Open, tamsin: Account
) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await says(worker, "The review is on Monday.")
    await expect(worker.get_by_label("Write to the carer")).to_have_value("")
    await says(worker, "Ring me on 01632 960555.")
    await expect(carer.locator(".message--worker")).to_have_count(2)

    await own(worker).first.get_by_text("Correct or withdraw").click()
    await worker.get_by_label("The right words").first.fill("The review is on Tuesday.")
    await worker.get_by_role("button", name="Correct it").first.click()
    await expect(carer.locator(".message--worker").first).to_contain_text("The review is on Tuesday.")
    await expect(carer.locator(".message--worker").first).to_contain_text(re.compile(r"Corrected at \d\d:\d\d"))
    await expect(carer.get_by_text("The review is on Monday.")).to_have_count(0)
    await expect(own(worker).first).to_contain_text("Corrected at")
    await own(worker).first.get_by_text("Earlier words").click()
    await expect(own(worker).first.locator(".said__text--old")).to_have_text("The review is on Monday.")

    await own(worker).nth(1).get_by_text("Correct or withdraw").click()
    await own(worker).nth(1).get_by_role("button", name="Withdraw it").click()
    await expect(carer.locator(".message--worker").nth(1)).to_contain_text("Tamsin withdrew this message.")
    await expect(carer.get_by_text("960555")).to_have_count(0)
    await expect(own(worker).nth(1)).to_contain_text("Tamsin withdrew this message")
    await carer.reload()
    await expect(carer.locator(".message--worker").nth(1)).to_contain_text("Tamsin withdrew this message.")
    await expect(carer.locator(".message--worker").first).to_contain_text("Corrected at")


async def test_a_page_that_was_offline_shows_the_correction_when_it_is_back(chat: Chat, open_page: Open, tamsin: Account) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await says(worker, "The review is on Monday.")
    await expect(carer.locator(".message--worker")).to_have_count(1)
    await carer.context.set_offline(True)
    await own(worker).get_by_text("Correct or withdraw").click()
    await worker.get_by_label("The right words").fill("The review is on Tuesday.")
    await worker.get_by_role("button", name="Correct it").click()
    await expect(own(worker)).to_contain_text("Corrected at")
    await carer.context.set_offline(False)
    await expect(carer.locator(".message--worker")).to_contain_text("The review is on Tuesday.")


async def test_a_correction_reaches_a_colleague_who_reads_along_and_moves_nothing(
    chat: Chat, open_page: Open, tamsin: Account, bea: Account
) -> None:
    _, worker, case_id = await talking(chat, open_page, tamsin)
    await says(worker, "The review is on Monday.")
    colleague = await open_page(PHONE)
    await sign_in(colleague, chat, bea)
    await colleague.goto(f"{chat.url}/inbox/cases/{case_id}")
    await expect(own(colleague)).to_contain_text("Monday")
    await expect(own(colleague).get_by_text("Correct or withdraw")).to_have_count(0)
    await own(worker).get_by_text("Correct or withdraw").click()
    await worker.get_by_label("The right words").fill("The review is on Tuesday.")
    await worker.get_by_role("button", name="Correct it").click()
    await expect(own(colleague)).to_contain_text("The review is on Tuesday.")
    await expect(own(colleague)).to_have_count(1)
    await expect(colleague.get_by_role("button", name="New message below")).to_be_hidden()


async def test_each_side_sees_the_other_writing_and_never_what(chat: Chat, open_page: Open, tamsin: Account) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await worker.get_by_label("Write to the carer").press_sequentially("Let me")
    await expect(carer.locator("#writing")).to_have_text("Tamsin is writing…")
    await carer.get_by_label("Write your message").press_sequentially("I am so")
    await expect(worker.locator("#writing")).to_have_text("The carer is writing…")
    assert "I am so" not in await worker.content()
    await carer.get_by_role("button", name="Send").click()
    await expect(own(worker).or_(worker.locator("#thread .said--carer")).last).to_contain_text("I am so")
    await expect(worker.locator("#writing")).to_be_hidden()
    await expect(carer.locator("#writing")).to_be_hidden(timeout=8_000)  # it ends by itself


async def test_seen_is_said_only_when_the_page_is_looked_at(chat: Chat, open_page: Open, tamsin: Account) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await says(worker, "one")
    await expect(own(worker).first.locator(".said__state")).to_have_text("Seen")
    await carer.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })")
    await says(worker, "two")
    await expect(carer.locator(".message--worker")).to_have_count(2)
    await expect(own(worker).nth(1).locator(".said__state")).to_have_text("Sent, not read yet")
    await expect(own(worker).first.locator(".said__state")).to_have_text("Seen")
    await carer.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(own(worker).nth(1).locator(".said__state")).to_have_text("Seen")
    await expect(own(worker).first.locator(".said__state")).to_have_text("")


async def test_a_closed_page_is_told_of(chat: Chat, open_page: Open, tamsin: Account) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await carer.goto("about:blank")
    await says(worker, "Are you there?")
    await expect(own(worker).locator(".said__state")).to_have_text("Not read yet: the carer’s page is closed")


async def test_drafts_are_forgotten_with_the_sign_out_and_the_carers_chat_is_not(
    chat: Chat, open_page: Open, tamsin: Account
) -> None:
    _, worker, _ = await talking(chat, open_page, tamsin)
    await worker.get_by_label("Write to the carer").fill("About your brother")
    await worker.evaluate("localStorage.setItem('alongside.token', 'a carer has it')")
    await worker.reload()
    await expect(worker.get_by_label("Write to the carer")).to_have_value("About your brother")
    await worker.get_by_role("button", name="Sign out").click()
    await expect(worker.get_by_text("You are signed out.")).to_be_visible()
    assert await worker.evaluate("Object.keys(localStorage)") == ["alongside.token"]


async def test_a_carer_who_keeps_the_chat_on_this_device_finds_the_draft_after_closing_the_page(
    chat: Chat, open_page: Open
) -> None:
    page = await open_page()
    await page.goto(chat.url)
    await page.get_by_label("Write your message").fill("I was just")
    await page.get_by_role("button", name="Who reads this?").click()
    await page.get_by_label("Keep it open on this device").check()
    await page.get_by_role("button", name="Back to the chat").click()
    later = await page.context.new_page()
    await page.close()
    await later.goto(chat.url)
    await expect(later.get_by_label("Write your message")).to_have_value("I was just")


async def test_a_message_the_server_fails_on_can_be_sent_after_the_others(chat: Chat, open_page: Open) -> None:
    page = await open_page()
    await page.goto(chat.url)
    await expect(page.locator(".message--bot")).to_have_count(1)
    broken = True

    async def fail(route: Route) -> None:
        if broken and route.request.method == "POST" and "bad" in (route.request.post_data or ""):
            await route.fulfill(status=500, json={"error": "Something broke."})
        else:
            await route.continue_()

    await page.route("**/api/v1/messages*", fail)
    await says(page, "bad one")
    await says(page, "two")
    await says(page, "three")
    carers = page.locator(".message--carer")
    await expect(carers.nth(1)).to_contain_text("It goes after the one above")
    for _ in range(3):
        await carers.first.get_by_role("button", name="Try again").click()
    await page.get_by_role("button", name="Send the next ones first").click()
    await expect(carers.nth(2)).to_contain_text("Not sent. Your words are kept here.")
    await expect(page.locator(".message--bot")).to_have_count(3)
    assert await stored(page, chat) == ["two", "three"]
    assert [await carers.nth(place).locator(".message__text").inner_text() for place in range(3)] == ["two", "three", "bad one"]
    broken = False
    # News of the other two may have made the page try again by itself: then there is no button any more.
    await page.evaluate("document.querySelector('[data-retry]')?.click()")
    await expect(page.locator(".message--bot")).to_have_count(4)
    await expect(page.locator(".message--failed")).to_have_count(0)
    assert await stored(page, chat) == ["two", "three", "bad one"]


async def stored(page: Page, chat: Chat) -> list[str]:
    token = await page.evaluate("sessionStorage.getItem('alongside.token')")
    conversation = await chat.run(chat.container.conversations.find(token))
    messages = await chat.run(chat.container.conversations.messages_after(conversation, None))
    return [message.text for message in messages if message.author is Author.CARER]


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, DESK], ids=["320", "1280"])
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chat: Chat, open_page: Open, tamsin: Account, size: dict[str, int]
) -> None:
    carer, worker, _ = await talking(chat, open_page, tamsin)
    await carer.set_viewport_size(size)  # type: ignore[arg-type]
    await worker.set_viewport_size(size)  # type: ignore[arg-type]
    for text in ("one", "two", "three"):
        await says(worker, text)
        await expect(own(worker).last).to_contain_text(text)
    await own(worker).nth(1).get_by_text("Correct or withdraw").click()
    await own(worker).nth(1).get_by_label("The right words").fill("")
    await own(worker).nth(1).get_by_role("button", name="Correct it").click()
    await expect(own(worker).nth(1).locator(".nhsuk-error-message")).to_contain_text("The correction is empty")
    await nothing_found(worker, size)
    await own(worker).nth(1).get_by_label("The right words").fill("Two")
    await own(worker).nth(1).get_by_role("button", name="Correct it").click()
    await own(worker).first.get_by_text("Correct or withdraw").click()
    await own(worker).first.get_by_role("button", name="Withdraw it").click()
    await expect(carer.locator(".message__gone")).to_be_visible()
    await worker.evaluate("for (const fold of document.querySelectorAll('#thread details')) fold.open = true")
    await nothing_found(worker, size)
    await nothing_found(carer, size)
