"""A carer's talk on the chat page, in Chromium."""

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from alongside.core.conversations import Author, Draft
from alongside.services.ports import Said
from alongside.store import conversations as store
from tests.browser.conftest import Chat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAD = "I want to kill myself"

# Done once the page itself has heard of the scrolling, however busy the machine is.
SCROLL_UP = """() => new Promise(done => {
  const look = () => {
    if (window.scrollY === 0) { setTimeout(done, 100); return; }
    window.scrollTo(0, 0);
    requestAnimationFrame(look);
  };
  look();
})"""


async def open_chat(page: Page, chat: Chat, query: str = "") -> None:
    await page.goto(f"{chat.url}/{query}")
    await expect(page.locator(".message--bot")).to_have_count(1)


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Write your message").fill(text)
    await page.get_by_role("button", name="Send").click()


def from_carer(page: Page) -> Any:
    return page.locator(".message--carer")


def from_bot(page: Page) -> Any:
    return page.locator(".message--bot")


async def stored_texts(page: Page, chat: Chat) -> list[str]:
    """What the server has of this page's conversation, from the carer."""
    token = await page.evaluate("sessionStorage.getItem('alongside.token')")
    conversation = await chat.run(chat.container.conversations.find(token))
    messages = await chat.run(chat.container.conversations.messages_after(conversation, None))
    return [message.text for message in messages if message.author is Author.CARER]


async def worker_says(page: Page, chat: Chat, text: str) -> None:
    token = await page.evaluate("sessionStorage.getItem('alongside.token')")
    conversation = await chat.run(chat.container.conversations.find(token))

    async def add() -> None:
        async with chat.container.database.transaction() as session:
            await store.add_drafts(
                session,
                conversation_id=conversation.id,
                drafts=[(uuid.uuid4().hex, Draft(text=text, author=Author.WORKER))],
                reply_to=None,
                at=chat.container.clock.now(),
            )
        chat.container.announcer.announce(conversation.id, "message")

    await chat.run(add())


class TestTalking:
    async def test_a_message_is_answered_with_its_source_and_choices(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await say(page, "can I bring his little sister?")
        answer = from_bot(page).nth(1)
        await expect(answer).to_contain_text("children can often visit")
        await expect(answer.locator("li").first).to_have_text("who is coming and how old they are")
        await expect(from_carer(page)).to_contain_text("You")
        await expect(answer).to_contain_text("Alongside (chatbot)")
        await answer.get_by_text("Where this comes from").click()
        await expect(answer.get_by_role("link", name="Visiting someone in hospital, NHS")).to_be_visible()
        await expect(answer).to_contain_text("checked on 21 November 2026")
        await expect(page.get_by_label("Write your message")).to_have_value("")

    async def test_a_message_shows_at_once_and_the_bot_is_seen_thinking(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        chat.loop.call_soon_threadsafe(chat.assistant.hold)
        await say(page, "is anybody there?")
        await expect(from_carer(page)).to_contain_text("Sent")
        await expect(page.get_by_role("status").filter(has_text="Alongside is thinking")).to_be_visible()
        chat.loop.call_soon_threadsafe(chat.assistant.release_held)
        await expect(from_bot(page)).to_have_count(2)
        await expect(page.get_by_text("Alongside is thinking")).to_have_count(0)
        await expect(page.get_by_label("Write your message")).to_be_focused()

    async def test_a_choice_is_sent_by_its_title(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.get_by_role("button", name="I do not know whom to ring").click()
        await expect(from_carer(page)).to_contain_text("I do not know whom to ring")
        await expect(from_bot(page)).to_have_count(2)
        assert chat.assistant.asked == ["/ask_named_worker_contact/who_to_ring"]

    async def test_an_earlier_choice_can_still_be_pressed(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        await from_bot(page).first.get_by_role("button", name="I do not know whom to ring").click()
        await expect(from_bot(page)).to_have_count(3)

    async def test_a_choice_that_was_never_offered_is_explained(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.locator(".choice").first.evaluate("button => button.dataset.payload = '/ask_visiting/not_offered'")
        await page.locator(".choice").first.click()
        await expect(page.get_by_role("alert")).to_contain_text("That button is not part of this conversation.")
        await expect(from_carer(page)).to_have_count(0)
        await expect(page.get_by_label("Write your message")).to_be_focused()

    async def test_talk_to_a_person_is_answered_at_any_time(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.get_by_role("button", name="Talk to a person").click()
        await expect(from_bot(page).nth(1)).to_contain_text("You can talk to")
        assert chat.assistant.asked == []

    async def test_danger_is_answered_in_the_strongest_form_with_numbers_to_press(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await say(page, SAD)
        card = page.locator(".nhsuk-card--care")
        await expect(card.get_by_role("heading", name="Get help now")).to_be_visible()
        for words, address in (("999", "tel:999"), ("116 123", "tel:116123"), ("0808 808 8000", "tel:08088088000")):
            link = card.get_by_role("link", name=words, exact=True)
            await expect(link).to_have_attribute("href", address)
            box = await link.bounding_box()
            assert box is not None
            assert box["height"] >= 44

    async def test_a_link_on_a_poster_begins_with_its_ward_and_nation(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat, "?service=rowan-ward&nation=scotland")
        token = await page.evaluate("sessionStorage.getItem('alongside.token')")
        conversation = await chat.run(chat.container.conversations.find(token))
        assert (conversation.service, conversation.nation) == ("rowan-ward", "scotland")

    async def test_a_worker_is_named_and_heard_without_reloading(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await worker_says(page, chat, "Hello, ring me on 01632 960101 or +44 1632 960102.")
        await expect(page.locator(".message--worker")).to_contain_text("A carer support worker")
        links = page.locator(".message--worker a")
        assert [await link.get_attribute("href") for link in await links.all()] == ["tel:01632960101", "tel:+441632960102"]


class TestText:
    async def test_text_is_never_html(self, page: Page, chat: Chat) -> None:
        chat.assistant.replies["hello"] = Said(response=None, text="<img src=x onerror=alert(1)><b>bold</b>")
        await open_chat(page, chat)
        await say(page, "<script>alert(1)</script> hello\n- one\n- two")
        await expect(from_carer(page)).to_contain_text("<script>alert(1)</script> hello")
        await say(page, "hello")
        await expect(from_bot(page).nth(2)).to_contain_text("<img src=x onerror=alert(1)><b>bold</b>")
        assert await page.locator(".thread img, .thread b, .thread script").count() == 0

    @pytest.mark.parametrize(
        ("text", "links"),
        [
            ("Call 999. Or 111, or 116 123!", ["tel:999", "tel:111", "tel:116123"]),
            ("0800 83 85 87, 0808 80 10 800, 0800 1111", ["tel:0800838587", "tel:08088010800", "tel:08001111"]),
            ("03000 616161 (option 1)", ["tel:03000616161"]),
            ("(01632) 960100 or 01632 960101", ["tel:01632960100", "tel:01632960101"]),
            ("text SHOUT to 85258", ["sms:85258?body=SHOUT"]),
            ("£111 in 2026, section 117, 9.999 and 10am to 4pm on 111.wales.nhs.uk", []),
        ],
    )
    async def test_phone_numbers_can_be_pressed_and_other_numbers_cannot(
        self, page: Page, chat: Chat, text: str, links: list[str]
    ) -> None:
        chat.assistant.replies["numbers"] = Said(response=None, text=text)
        await open_chat(page, chat)
        await say(page, "numbers")
        answer = from_bot(page).nth(1).locator(".message__text")
        await expect(answer).to_have_text(text)
        assert [await link.get_attribute("href") for link in await answer.locator("a").all()] == links

    async def test_arabic_reads_from_the_right_and_long_words_wrap(self, page: Page, chat: Chat) -> None:
        await page.set_viewport_size({"width": 320, "height": 640})
        await open_chat(page, chat)
        await say(page, "مرحبا، هل يمكنني زيارة ابني؟")
        await expect(from_bot(page)).to_have_count(2)
        direction = await from_carer(page).locator("p[dir=auto]").evaluate("p => getComputedStyle(p).direction")
        assert direction == "rtl"
        await say(page, "Betriebswerkbauunterbeamten" * 20)
        await expect(from_bot(page)).to_have_count(3)
        assert await page.evaluate("document.documentElement.scrollWidth") == 320


class TestNothingIsLost:
    async def test_a_too_long_message_stays_in_the_box_with_the_reason(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        box = page.get_by_label("Write your message")
        await box.fill("a" * 3_990)
        await expect(page.get_by_text("10 characters left")).to_be_visible()
        await box.fill("word " * 1_000)
        await expect(page.get_by_text("1,000 characters too many")).to_be_visible()
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_contain_text("5,000 characters and we can read 4,000")
        await expect(box).to_have_value("word " * 1_000)
        await expect(from_carer(page)).to_have_count(0)

    async def test_trying_again_after_a_lost_answer_makes_one_message(self, page: Page, chat: Chat) -> None:
        lost = await losing_answers(page)
        await open_chat(page, chat)
        await say(page, "are you there?")
        await expect(from_carer(page)).to_contain_text("Not sent. Your words are kept here.")
        await lost()
        await page.get_by_role("button", name="Try again").click()
        await expect(from_bot(page)).to_have_count(2)
        await expect(from_carer(page)).to_have_count(1)
        assert await stored_texts(page, chat) == ["are you there?"]
        assert chat.assistant.asked == ["are you there?"]

    async def test_an_unsent_message_outlasts_a_reload_and_is_sent_once(self, page: Page, chat: Chat) -> None:
        lost = await losing_answers(page)
        await open_chat(page, chat)
        await say(page, "do not lose me")
        await expect(page.get_by_role("button", name="Try again")).to_be_visible()
        await lost()
        await page.reload()
        await expect(from_bot(page)).to_have_count(2)
        await expect(from_carer(page)).to_have_count(1)
        assert await stored_texts(page, chat) == ["do not lose me"]

    async def test_offline_says_so_and_sends_when_the_line_is_back(self, page: Page, chat: Chat, context: BrowserContext) -> None:
        await open_chat(page, chat)
        await context.set_offline(True)
        await expect(page.get_by_text("You are offline. Your words are kept here.")).to_be_visible()
        await say(page, "one")
        await say(page, "two")
        await expect(from_carer(page).nth(1)).to_contain_text("Not sent")
        await context.set_offline(False)
        await expect(from_bot(page)).to_have_count(3)
        await expect(page.get_by_text("You are offline")).to_have_count(0)
        assert await stored_texts(page, chat) == ["one", "two"]

    async def test_a_reload_shows_the_thread_and_the_unsent_draft(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        await page.get_by_label("Write your message").fill("I was just saying")
        await page.reload()
        await expect(from_bot(page)).to_have_count(2)
        await expect(page.get_by_label("Write your message")).to_have_value("I was just saying")
        await say(page, "and again")
        await expect(from_bot(page)).to_have_count(3)

    async def test_answers_come_without_live_events(self, page: Page, chat: Chat) -> None:
        await page.route("**/api/v1/events", lambda route: route.abort())
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)

    async def test_a_reader_further_up_stays_there_and_is_told(self, page: Page, chat: Chat) -> None:
        await page.set_viewport_size({"width": 360, "height": 560})
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        await expect(from_bot(page).nth(1)).to_be_in_viewport()
        await page.wait_for_timeout(500)  # the page follows a new message a moment after it is there
        await page.evaluate(SCROLL_UP)
        await worker_says(page, chat, "I am here now.")
        await expect(page.locator(".message--worker")).to_have_count(1)
        newer = page.get_by_role("button", name="New message below")
        await expect(newer).to_be_visible()
        assert await page.evaluate("window.scrollY") == 0
        await newer.click()
        await expect(page.locator(".message--worker")).to_be_in_viewport()
        await expect(newer).to_be_hidden()


class TestTheConversationItself:
    async def test_about_says_who_reads_it_and_when_it_is_deleted(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.get_by_role("button", name="Who reads this?").click()
        about = page.get_by_role("dialog")
        await expect(about).to_contain_text("The people who run this service and look after its answers")
        await expect(about).to_contain_text(re.compile(r"On \w+,? \d+ \w+ \d{4}"))

    async def test_deleting_asks_first_and_gives_a_receipt(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        await page.get_by_role("button", name="Who reads this?").click()
        await expect(page.locator("#readers li")).not_to_have_count(0)  # the list has come, and nothing moves any more
        await page.get_by_role("button", name="Delete this conversation").click()
        await page.get_by_role("button", name="No, keep it").click()
        await page.get_by_role("button", name="Delete this conversation").click()
        await page.get_by_role("button", name="Yes, delete it").click()
        receipt = page.get_by_role("region", name="Your conversation is deleted")
        await expect(receipt).to_contain_text("3 messages were deleted on")
        await expect(receipt).to_be_focused()
        await expect(page.locator(".message")).to_have_count(0)
        assert await page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
        await page.get_by_role("button", name="Start a new conversation").click()
        await expect(from_bot(page)).to_have_count(1)

    async def test_an_unknown_token_is_said_kindly_and_a_new_one_begins_on_a_press(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.evaluate("sessionStorage.setItem('alongside.token', 'no-such-token')")
        await page.reload()
        await expect(page.get_by_role("region", name="This conversation is closed")).to_be_visible()
        await expect(page.locator(".message")).to_have_count(0)
        await page.get_by_role("button", name="Start a new conversation").click()
        await expect(from_bot(page)).to_have_count(1)

    @pytest.mark.parametrize("live", [True, False])
    async def test_words_for_a_deleted_conversation_stay_in_the_box(self, page: Page, chat: Chat, live: bool) -> None:
        if not live:
            await page.route("**/api/v1/events", lambda route: route.abort())
        await open_chat(page, chat)
        await page.get_by_label("Write your message").fill("please keep this")
        token = await page.evaluate("sessionStorage.getItem('alongside.token')")
        conversation = await chat.run(chat.container.conversations.find(token))
        await chat.run(chat.container.conversations.erase(conversation))
        if not live:
            await page.get_by_role("button", name="Send").click()
        await page.get_by_role("button", name="Start a new conversation").click()
        await expect(page.get_by_label("Write your message")).to_have_value("please keep this")

    async def test_it_closes_with_the_tab_unless_the_carer_keeps_it_on_the_device(
        self, page: Page, chat: Chat, context: BrowserContext
    ) -> None:
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        other = await context.new_page()
        await open_chat(other, chat)
        await expect(from_carer(other)).to_have_count(0)
        await other.close()
        await page.get_by_role("button", name="Who reads this?").click()
        await page.get_by_label("Keep it open on this device").check()
        await page.close()
        later = await context.new_page()
        await later.goto(chat.url)
        await expect(from_carer(later)).to_contain_text("hello")

    async def test_a_chat_that_cannot_start_shows_whom_to_ring(self, page: Page, chat: Chat) -> None:
        await page.route("**/api/v1/conversations", lambda route: route.abort())
        await page.goto(chat.url)
        await expect(page.get_by_role("region", name="The chat did not start")).to_be_visible()
        await expect(page.get_by_role("link", name="116 123")).to_be_visible()
        await page.unroute("**/api/v1/conversations")
        await page.get_by_role("button", name="Try again").click()
        await expect(from_bot(page)).to_have_count(1)
        await expect(page.get_by_role("link", name="116 123")).to_be_hidden()

    async def test_a_script_that_cannot_be_fetched_shows_whom_to_ring(self, page: Page, chat: Chat) -> None:
        await page.route("**/static/thread.js", lambda route: route.abort())
        await page.goto(chat.url)
        await expect(page.get_by_role("link", name="116 123")).to_be_visible()
        await expect(page.get_by_label("Write your message")).to_be_hidden()


class TestForEverybody:
    @pytest.mark.parametrize("width", [320, 360, 768, 1280])
    async def test_help_is_in_view_and_nothing_scrolls_sideways(self, page: Page, chat: Chat, width: int) -> None:
        await page.set_viewport_size({"width": width, "height": 640})
        await open_chat(page, chat)
        await say(page, SAD)
        await expect(from_bot(page)).to_have_count(2)
        for place in ("window.scrollTo(0, 0)", "window.scrollTo(0, document.documentElement.scrollHeight)"):
            await page.evaluate(place)
            await expect(page.locator("#person")).to_be_in_viewport(ratio=1)
            await expect(page.get_by_role("link", name="In danger? Call 999")).to_be_in_viewport(ratio=1)
            await expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollWidth") == width

    async def test_half_the_screen_is_left_for_reading_at_four_times_the_size(self, page: Page, chat: Chat) -> None:
        await page.set_viewport_size({"width": 320, "height": 256})
        await open_chat(page, chat)
        await expect(page.locator("#person")).to_be_in_viewport(ratio=1)
        assert await page.locator(".dock").evaluate("dock => dock.offsetHeight") <= 128

    async def test_everything_works_from_the_keyboard(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to your message")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Write your message")).to_be_focused()
        await page.keyboard.type("first line")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("second line")
        await page.keyboard.press("Enter")
        await expect(from_bot(page)).to_have_count(2)
        assert await stored_texts(page, chat) == ["first line\nsecond line"]
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Shift+Tab")
        await expect(page.locator("#person")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(from_bot(page)).to_have_count(3)
        await page.get_by_role("button", name="Who reads this?").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Who reads this?")).to_be_focused()

    @pytest.mark.parametrize("width", [320, 1280])
    async def test_axe_finds_nothing(self, page: Page, chat: Chat, width: int) -> None:
        await page.set_viewport_size({"width": width, "height": 800})
        await open_chat(page, chat)
        await say(page, "hello")
        await expect(from_bot(page)).to_have_count(2)
        await say(page, SAD)
        await expect(from_bot(page)).to_have_count(3)
        await worker_says(page, chat, "I am here now.")
        await expect(page.locator(".message--worker")).to_be_visible()
        await page.get_by_text("Where this comes from").click()
        await nothing_found(page)
        await page.get_by_role("button", name="Who reads this?").click()
        await nothing_found(page)

    async def test_new_messages_are_announced_politely(self, page: Page, chat: Chat) -> None:
        await open_chat(page, chat)
        await expect(page.get_by_role("log", name="Your conversation")).to_have_attribute("aria-live", "polite")

    async def test_without_javascript_it_says_what_to_do_and_whom_to_ring(self, browser: Browser, chat: Chat) -> None:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(chat.url)
        await expect(page.get_by_role("heading", name="This chat needs JavaScript")).to_be_visible()
        samaritans = chat.container.words.facts["fact_samaritans"].words(chat.container.clock.today())
        await expect(page.get_by_role("link", name=samaritans)).to_be_visible()
        await expect(page.get_by_label("Write your message")).to_be_hidden()
        await context.close()


class TestPrivacy:
    async def test_no_cookies_and_a_strict_policy(self, page: Page, chat: Chat, context: BrowserContext) -> None:
        answer = await page.goto(chat.url)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        await expect(from_bot(page)).to_have_count(1)
        assert await context.cookies() == []


async def losing_answers(page: Page) -> Callable[[], Awaitable[None]]:
    """Let sent messages reach the server and lose everything on the way back, until the returned function is called.

    Live events stay cut, so that the page does not try again by itself before the test does.
    """

    async def lose(route: Route) -> None:
        if route.request.method == "POST":
            await route.fetch()
        await route.abort()

    await page.route("**/api/v1/messages*", lose)
    await page.route("**/api/v1/events", lambda route: route.abort())

    async def stop() -> None:
        await page.unroute("**/api/v1/messages*")

    return stop


async def nothing_found(page: Page) -> None:
    results = await Axe().run(page)
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['nodes'][0]['html'][:200]}"
        for violation in results.response["violations"]
    ]
    assert found == []
