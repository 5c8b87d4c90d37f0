"""The editor of answers in Chromium: by somebody new to it, by two at once, and with the server away."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from alongside.core.accounts import AccountRole
from alongside.core.answers import Answer
from tests.browser.conftest import DESK, PASSWORD, PHONE, Chat, Open, served
from tests.browser.test_asked import sign_in_as
from tests.browser.test_handover import nothing_found
from tests.browser.workers import picture
from tests.studio_builders import maintainer as somebody
from tests.studio_builders import open_workshop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PARKING_AT = "/answers/edit/visiting/parking"


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own, with a small library live in it."""
    yield from served(tmp_path_factory.mktemp("editor"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def library(_running_chat: Chat, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("models")
    await _running_chat.run(open_workshop(_running_chat.container.database, folder))


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _as_published(chat: Chat, library: None) -> AsyncIterator[None]:
    """Leave no draft to the next test, also where a page was still saving as it was closed."""
    yield
    drafts = chat.container.studio.drafts
    while left := await chat.run(drafts.list_all()):
        for draft in left:
            await chat.run(drafts.discard(somebody("Cy"), draft.key))
        await asyncio.sleep(0.5)


async def maintainer(open_page: Open, chat: Chat, name: str, size: dict[str, int] = DESK) -> Page:
    page = await open_page(size)
    email = f"{name.lower()}.{uuid.uuid4().hex[:8]}@example.org"
    await sign_in_as(page, chat, email=email, name=f"{name} Example", role=AccountRole.MAINTAINER)
    return page


async def now(chat: Chat, key: str = "visiting/parking") -> Any:
    return (await chat.run(chat.container.studio.drafts.get(key))).now


def saved(page: Page) -> Any:
    """The line that says when all that was typed was saved."""
    return page.locator("#saved:not([data-waits])")


def answer_box(page: Page) -> Any:
    return page.get_by_role("textbox", name="The answer", exact=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
async def test_somebody_new_writes_an_answer_with_what_the_page_says(chat: Chat, open_page: Open, size: dict[str, int]) -> None:
    page = await maintainer(open_page, chat, "Ada", size)
    await page.goto(f"{chat.url}/answers/new")
    await nothing_found(page, size)
    await page.get_by_label("The question, as a carer would ask it").fill("Can I bring a cake?")
    await page.get_by_label("The topic it belongs to").select_option("Visiting")
    await page.get_by_label("Ways to ask it").fill("can i bring cake\nis cake allowed")
    await page.get_by_role("button", name="Begin to write").click()

    await expect(page.get_by_role("heading", name="Can I bring a cake?", level=1)).to_be_visible()
    await answer_box(page).click()
    await page.keyboard.type("Most wards say yes. Ring ")
    await page.get_by_role("button", name="Insert a number or amount").first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("111")
    await nothing_found(page, size)
    await page.get_by_role("dialog").get_by_role("button", name="NHS 111").focus()
    await page.keyboard.press("Enter")
    await expect(answer_box(page)).to_be_focused()
    await page.keyboard.type(" first.\n")
    await page.get_by_role("button", name="List", exact=True).first.click()
    await page.keyboard.type("no candles")
    await expect(page.locator(".bubble li")).to_have_text("no candles")
    await expect(page.locator(".bubble p")).to_have_text("Most wards say yes. Ring 111 first.")
    await expect(page.locator(".telegram__part")).to_contain_text("Ring 111 first.\n- no candles")

    await page.get_by_text("Add a source").first.click()
    await page.get_by_label("Name of the source").first.fill("Visiting, NHS")
    await page.get_by_label("Web address").first.fill("https://www.nhs.uk/visiting")
    await page.get_by_label("Follow-up question 1").fill("Where can I park?")
    await page.get_by_label("Follow-up question 2").fill("Is there a place to eat?")
    await expect(page.locator(".bubble__choice")).to_have_text(["Where can I park?", "Is there a place to eat?"])
    await page.get_by_label("Ways to ask this").fill("can i bring cake\nis cake allowed\nIs cake allowed?\nis there the locker")
    await expect(page.locator("#hints")).to_contain_text("This is already in the list")
    await expect(page.locator("#hints")).to_contain_text("This is also in “Where do I put my bag?”")
    await expect(page.locator("#mend-examples")).to_contain_text("Write at least 12")
    await expect(saved(page)).to_contain_text("Saved at")
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    await nothing_found(page, size)
    await page.evaluate("scrollTo(0, 0)")
    await picture(page, f"editor-{size['width']}")

    await page.reload()
    await expect(answer_box(page)).to_have_value("Most wards say yes. Ring {fact_nhs_111} first.\n- no candles")
    written = await now(chat, "visiting/can_i_bring_a_cake")
    assert isinstance(written, Answer)
    assert written.variants[0].sources[0].url == "https://www.nhs.uk/visiting"
    assert written.follow_ups == ("visiting/parking", "visiting/cafe")
    assert len(written.examples) == 4


async def test_a_nation_gets_its_own_text_and_loses_it(chat: Chat, open_page: Open) -> None:
    page = await maintainer(open_page, chat, "Ada")
    await page.goto(f"{chat.url}{PARKING_AT}")
    await page.locator("summary", has_text="Wales").click()
    await page.locator("#wording-wales").get_by_role("button", name="Begin with the text for everyone").click()
    box = page.get_by_label("The answer in Wales")
    await box.press("Control+End")
    await page.keyboard.type(" Croeso.")
    await expect(page.locator(".bubble")).to_contain_text("Croeso.")
    await expect(saved(page)).to_contain_text("Saved at")
    wales = (await now(chat)).variants[0]
    assert (wales.nation, wales.text.endswith("Croeso."), len(wales.sources)) == ("wales", True, 1)
    await page.locator("#wording-wales").get_by_role("button", name="Take the text for Wales out").click()
    await expect(page.locator("#wording-wales .wording__state")).to_have_text("as for everyone")
    await expect(page.locator("#preview")).not_to_contain_text("Croeso.")
    await expect(saved(page)).to_contain_text("Saved at")
    assert [variant.nation for variant in (await now(chat)).variants] == [None]


async def test_two_who_write_at_once_see_each_other_and_lose_nothing(chat: Chat, open_page: Open) -> None:
    ada, bea = await maintainer(open_page, chat, "Ada"), await maintainer(open_page, chat, "Bea")
    for page in (ada, bea):
        await page.goto(f"{chat.url}{PARKING_AT}")
    await bea.get_by_label("The question, as a carer would ask it").fill("Is there parking?")
    await bea.get_by_label("Owner").focus()
    await expect(saved(bea)).to_contain_text("Saved at")
    await answer_box(ada).fill("Yes. Ask at the desk.")
    await expect(ada.locator("#news")).to_have_text("Bea Example changed the question. Both your words and theirs are kept.")
    await expect(ada.locator("#others")).to_contain_text("Bea Example is editing this too")
    await expect(ada.get_by_label("The question, as a carer would ask it")).to_have_value("Is there parking?")
    both = await now(chat)
    assert (both.title, both.variants[0].text) == ("Is there parking?", "Yes. Ask at the desk.")

    # Bea, whose page has the old text still, writes another.
    await answer_box(bea).fill("No. Take the bus.")
    conflict = bea.locator(".conflict")
    await expect(conflict).to_contain_text("Ada Example changed the text for everyone else too")
    await expect(conflict).to_contain_text("Yes. Ask at the desk.")
    await expect(conflict).to_contain_text("No. Take the bus.")
    await nothing_found(bea, DESK)
    await bea.evaluate("document.querySelector('.conflict').scrollIntoView({block: 'center'})")
    await picture(bea, "editor-conflict")
    assert (await now(chat)).variants[0].text == "Yes. Ask at the desk."
    await conflict.get_by_role("button", name="Keep mine").click()
    await expect(conflict).to_have_count(0)
    await expect(saved(bea)).to_contain_text("Saved at")
    await expect(answer_box(ada)).to_have_value("Yes. Ask at the desk.")

    await answer_box(ada).fill("Perhaps.")
    await ada.locator(".conflict").get_by_role("button", name="Take theirs").click()
    await expect(answer_box(ada)).to_have_value("No. Take the bus.")
    assert (await now(chat)).variants[0].text == "No. Take the bus."


async def test_what_was_typed_before_the_script_had_come_is_saved(chat: Chat, open_page: Open) -> None:
    page = await maintainer(open_page, chat, "Ada")
    script = asyncio.Event()

    async def late(route: Route) -> None:
        await script.wait()
        await route.continue_()

    await page.route("**/answers-editor.js", late)
    await page.goto(f"{chat.url}{PARKING_AT}", wait_until="commit")
    await answer_box(page).fill("Park behind the unit.")
    script.set()
    await expect(saved(page)).to_contain_text("Saved at")
    assert (await now(chat)).variants[0].text == "Park behind the unit."


async def test_words_stay_while_the_server_is_away_and_are_saved_when_it_is_back(chat: Chat, open_page: Open) -> None:
    page = await maintainer(open_page, chat, "Ada")
    await page.goto(f"{chat.url}{PARKING_AT}")
    await page.route("**/answers/edit/**", lambda route: route.abort())
    await answer_box(page).fill("Park at the back.")
    await expect(page.locator("#saved")).to_contain_text("Alongside cannot be reached. Your words are safe on this page")
    await page.unroute("**/answers/edit/**")
    await expect(saved(page)).to_contain_text("Saved at")
    assert (await now(chat)).variants[0].text == "Park at the back."


async def test_who_was_signed_out_signs_in_again_and_the_words_are_saved(chat: Chat, open_page: Open) -> None:
    page = await open_page(DESK)
    account = await sign_in_as(
        page, chat, email=f"{uuid.uuid4().hex[:8]}@example.org", name="Ada Example", role=AccountRole.MAINTAINER
    )
    await page.goto(f"{chat.url}{PARKING_AT}")
    await page.context.clear_cookies()
    await answer_box(page).fill("Park at the back.")
    await expect(page.locator("#saved")).to_contain_text("You are signed out. Your words are safe on this page")
    async with page.context.expect_page() as opened:
        # Pressed as a hand does it: the line is said again meanwhile, as leaving the field saves.
        await page.get_by_role("link", name="Sign in again in a new tab").click(delay=500)
    other = await opened.value
    await other.get_by_label("E-mail address").fill(account.email)
    await other.get_by_label("Password", exact=True).fill(PASSWORD)
    await other.get_by_role("button", name="Sign in").click()
    await expect(other.get_by_role("button", name="Sign out")).to_be_visible()
    await other.close()
    await expect(saved(page)).to_contain_text("Saved at")
    assert (await now(chat)).variants[0].text == "Park at the back."


async def test_what_is_pasted_keeps_only_paragraphs_and_lists(chat: Chat, open_page: Open) -> None:
    page = await maintainer(open_page, chat, "Ada")
    await page.goto(f"{chat.url}{PARKING_AT}")
    await answer_box(page).fill("")
    html = (
        "<h2>Parking</h2><p>Ask <b>the\n ward</b>.</p><p>Bring:</p>"
        "<ul><li>a <i>card</i></li><li><p>coins</p></li></ul><script>x</script>"
    )
    await answer_box(page).evaluate(
        """(box, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          box.focus();
          box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )
    await expect(answer_box(page)).to_have_value("Parking\n\nAsk the ward.\n\nBring:\n- a card\n- coins")


async def test_a_draft_is_discarded_and_an_answer_taken_out_after_asking(chat: Chat, open_page: Open) -> None:
    page = await maintainer(open_page, chat, "Ada")
    await page.goto(f"{chat.url}{PARKING_AT}")
    await answer_box(page).fill("Park at the back.")
    await expect(saved(page)).to_contain_text("Saved at")
    await page.reload()
    await page.locator("summary", has_text="Discard this draft").click()
    await page.get_by_role("button", name="Discard this draft").click()
    await expect(page.get_by_text("The draft is gone.")).to_be_visible()
    await expect(answer_box(page)).to_have_value("Most units have a car park. Ask the ward which one to use.")
    await page.locator("summary", has_text="Take this answer out").click()
    await page.get_by_role("button", name="Take it out").click()
    await expect(page.get_by_role("heading", name="This is to be taken out")).to_be_visible()
    await nothing_found(page, DESK)
    await page.get_by_role("button", name="Keep this answer").click()
    await expect(answer_box(page)).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
@pytest.mark.parametrize("address", ["/answers/edit/safety/self", "/answers/edit/fact/nhs_111", "/answers/try"])
async def test_the_other_pages_are_right_for_eyes_and_screen_readers(
    chat: Chat, open_page: Open, size: dict[str, int], address: str
) -> None:
    page = await maintainer(open_page, chat, "Ada", size)
    await page.goto(f"{chat.url}{address}")
    if address == "/answers/try":
        await page.get_by_label("What a carer might write").fill("where is the car park\n")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.locator(".tried__one")).to_contain_text("no answer: the carer is asked back")
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    await nothing_found(page, size)
    await picture(page, f"editor{address.replace('/answers', '').replace('/', '-')}-{size['width']}")
