"""A handover in Chromium: a carer's chat in one browser, workers' inboxes in others."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from alongside.core.accounts import Account
from alongside.core.conversations import TALK_TO_PERSON, Choice
from alongside.services.ports import Said
from tests.browser.conftest import DESK, PHONE, WARD, Chat, Open, served
from tests.browser.workers import asks, picture, row, sign_in, writes

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TALL = {"width": 760, "height": 1000}

ABOUT = Said(
    "utter_ask_handover_about",
    "May I ask a few things for the worker? You can skip any question, or just stop.\n\nWhat is it about?",
    tuple(
        Choice(title, f'/handover_choice{{"handover": "about:{value}"}}')
        for title, value in (
            ("Visiting", "visiting"),
            ("Meetings about care", "care_review"),
            ("Help for me", "carer_wellbeing"),
            ("Something else", "other"),
            ("Skip this", "skip"),
            ("Stop asking me", "stop"),
        )
    ),
)
"""A question of the asking form; the whole form is the real assistant's, and is tried with it in tests/live."""


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    yield from served(tmp_path_factory.mktemp("handover"))


async def goes_on_typing(box: Locator, words: str, other: Page, told: str) -> None:
    """Type until the other page tells of it: what it tells lasts seconds, and a busy machine may be too late for it."""
    for _ in range(5):
        await box.fill("")
        await box.press_sequentially(words)
        with suppress(AssertionError):
            await expect(other.locator("#writing")).to_have_text(told, timeout=4_000)
            return
    await expect(other.locator("#writing")).to_have_text(told)


async def test_a_carer_is_promised_a_worker_talks_to_two_and_writes_again(
    chat: Chat, open_page: Open, tamsin: Account, bea: Account
) -> None:
    chat.assistant.replies[TALK_TO_PERSON] = ABOUT
    carer = await open_page(TALL)
    await carer.goto(f"{chat.url}/?service={WARD}&nation=england")
    await says(carer, "can I bring his little sister?")
    await expect(carer.locator(".message--bot")).to_have_count(2)
    await carer.get_by_role("button", name="Talk to a person").click()
    promise = carer.locator(".message--bot").nth(2)
    await expect(promise).to_contain_text("Tamsin, carer support worker, will help you")
    await expect(promise).to_contain_text(re.compile(r"reply here by .+ on \w+day"))
    for answer in ("Visiting", "Help for me"):
        await expect(carer.get_by_role("button", name=answer)).not_to_have_class(re.compile("quiet"))
    for way_out in ("Skip this", "Stop asking me"):
        await expect(carer.get_by_role("button", name=way_out)).to_have_class(re.compile("choice--quiet"))
    await picture(carer, "handover-1-promise")
    await carer.get_by_role("button", name="Stop asking me").click()
    await expect(carer.locator(".message--bot")).to_have_count(5)

    phone = await open_page(PHONE)
    await sign_in(phone, chat, tamsin)
    await expect(phone.locator(".row--next")).to_contain_text("Tamsin promised by")
    await picture(phone, "handover-2-inbox")
    await phone.get_by_role("link", name="A carer, Rowan Ward").click()
    await expect(phone.locator(".facts")).to_contain_text("can I bring his little sister?")
    await picture(phone, "handover-3-case")
    await phone.get_by_role("button", name="Claim this case").click()
    await expect(carer.locator(".message--system")).to_contain_text("Tamsin, carer support worker, has your messages now")
    asked = len(chat.assistant.asked)

    await goes_on_typing(phone.get_by_label("Write to the carer"), "Hello, I am Tamsin.", carer, "Tamsin is writing…")
    await says(phone, "Hello, I am Tamsin.\nHow are you?")
    await expect(carer.locator(".message--worker")).to_contain_text("Tamsin")
    await expect(carer.locator(".message--worker")).to_contain_text("How are you?")
    await expect(phone.locator("#thread .said--worker")).to_have_count(1)
    await expect(phone.get_by_label("Write to the carer")).to_have_value("")
    await goes_on_typing(carer.get_by_label("Write your message"), "Tired.", phone, "The carer is writing…")
    await says(carer, "Tired. When is the review?")
    await expect(phone.locator("#thread .said--carer").last).to_contain_text("When is the review?")
    await expect(phone.locator("#thread .said--carer").last).to_be_in_viewport(ratio=1)
    await says(phone, "It is on Monday at 2pm.")
    wrong = phone.locator("#thread .said--worker").nth(1)
    await expect(wrong.locator(".said__state")).to_have_text("Seen")
    await picture(phone, "handover-4-talk")
    await wrong.get_by_text("Correct or withdraw").click()
    await wrong.get_by_label("The right words").fill("It is on Tuesday at 2pm.")
    await wrong.get_by_role("button", name="Correct it").click()
    await expect(carer.locator(".message--worker").nth(1)).to_contain_text("It is on Tuesday at 2pm.")
    await expect(carer.locator(".message--worker").nth(1)).to_contain_text("Corrected at")
    await picture(carer, "handover-5-corrected")
    await says(carer, "Thank you. Will you be there?")
    await expect(phone.locator("#thread .said--carer").last).to_contain_text("Will you be there?")

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
    await says(desk, "Hello, I am Bea. I will be at the review.")
    await expect(carer.locator(".message--worker").last).to_contain_text("I will be at the review.")
    await expect(desk.locator("#thread .said--worker").last.locator(".said__state")).to_have_text("Seen")
    await picture(desk, "handover-6-colleague")
    await desk.get_by_text("Transfer, hand back or close").click()
    await desk.get_by_label("Their question was answered").check()
    await desk.get_by_role("button", name="Close the case").click()
    await expect(desk.get_by_text("The case is closed.")).to_be_visible()
    await expect(carer.locator(".message--system").last).to_contain_text("Bea has closed this for now")

    await says(carer, "One more thing.")
    await expect(carer.locator(".message--system").last).to_contain_text("Bea, carer support worker, has your messages now")
    await desk.get_by_role("link", name="1 new or changed. Show").click()
    await expect(desk.locator(".row--next")).to_contain_text("Wrote again")
    await picture(carer, "handover-7-again")
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
        await expect(page.locator("#news")).to_be_hidden()
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

    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
    async def test_a_note_and_a_reason_are_there_again_until_they_are_kept(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.get_by_text("Notes for colleagues (0)").click()
        await page.get_by_label("New note").fill("She rings on Mondays")
        await page.get_by_text("Transfer, hand back or close").click()
        await page.get_by_label("Why, for your colleague").fill("I am away")
        await page.reload()
        await expect(page.get_by_label("New note")).to_have_value("She rings on Mondays")
        await expect(page.get_by_label("Why, for your colleague")).to_be_visible()
        await page.get_by_role("button", name="Keep the note").click()
        await expect(page.locator(".note")).to_contain_text("She rings on Mondays")
        await expect(page.get_by_label("New note")).to_have_value("")
        await expect(page.get_by_label("Why, for your colleague")).to_have_value("I am away")
        await page.get_by_role("button", name="Transfer it").click()
        await expect(page.get_by_label("Why, for your colleague")).to_have_value("I am away")
        await page.reload()
        await expect(page.get_by_label("Why, for your colleague")).to_have_value("I am away")
        await page.get_by_label("Colleague", exact=True).select_option(label="Bea Example, carer support worker")
        await page.get_by_role("button", name="Transfer it").click()
        await expect(page.get_by_text("The carer was told.")).to_be_visible()
        assert await page.evaluate("Object.keys(localStorage)") == []

    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
    async def test_what_was_being_written_when_a_colleague_took_over_is_shown_as_not_sent(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account, size: dict[str, int]
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.get_by_label("Write to the carer").fill("Half a thought\nand its end")
        await chat.run(chat.container.handover.transfer(tamsin, file.id, bea.id, reason="On leave."))
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await expect(page.get_by_text("What you wrote was not sent:").first).to_be_visible()
        await expect(page.locator(".unsent").first).to_have_text("Half a thought\nand its end")
        await page.get_by_role("button", name="Delete it").click()
        await expect(page.locator(".unsent").first).to_be_hidden()
        await page.reload()
        await expect(page.locator(".unsent").first).to_be_hidden()

    @pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
    async def test_words_changed_after_a_lost_answer_are_kept_and_sent_when_told_to(
        self, chat: Chat, open_page: Open, tamsin: Account, size: dict[str, int]
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page(size)
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        client_id = await page.locator("#client-id").input_value()
        await chat.run(chat.container.handover.reply(tamsin, file.id, "I will ring at 2.", client_id=client_id))
        await says(page, "I will ring at 3.")
        await expect(page.locator("#reply-error")).to_contain_text("Not sent. Your first words were sent already.")
        await expect(page.get_by_label("Write to the carer")).to_have_value("I will ring at 3.")
        await expect(page.locator("#thread .said--worker .said__text")).to_have_text(["I will ring at 2."])
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("#thread .said--worker .said__text")).to_have_text(["I will ring at 2.", "I will ring at 3."])
        await expect(page.get_by_label("Write to the carer")).to_have_value("")

    async def test_words_that_cannot_be_sent_stay_in_the_box(
        self, chat: Chat, open_page: Open, tamsin: Account, bea: Account
    ) -> None:
        _, file = await asks(chat)
        await chat.run(chat.container.handover.claim(tamsin, file.id))
        page = await open_page()
        await sign_in(page, chat, tamsin)
        await page.goto(f"{chat.url}/inbox/cases/{file.id}")
        await page.get_by_label("Write to the carer").fill("Wait for me")
        await chat.run(chat.container.handover.transfer(tamsin, file.id, bea.id, reason="On leave."))
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


async def says(page: Page, text: str) -> None:
    """Write on the carer's page or the worker's, and send it."""
    await page.get_by_label(re.compile("^Write (to the carer|your message)")).fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()


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
