"""Saved replies and approved answers in Chromium, from a phone-sized inbox to the carer's chat."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from alongside.core.accounts import Account
from alongside.core.library import as_json
from alongside.store import releases as release_store
from tests.browser.conftest import DESK, PHONE, WARD, Chat, Open, served
from tests.browser.test_handover import nothing_found
from tests.browser.workers import asks, sign_in
from tests.fakes import NOW
from tests.services.test_replies import CHILDREN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own: with workers in it, carers are promised somebody, which other tests do not expect."""
    yield from served(tmp_path_factory.mktemp("replies"))


async def prepared(chat: Chat, worker: Account) -> str:
    """Give a worker a case, a saved reply, and a release with one answer; return the case's id."""
    _, file = await asks(chat)
    await chat.run(_prepare(chat, worker, file.id))
    return file.id


async def _prepare(chat: Chat, worker: Account, case_id: str) -> None:
    parts = chat.container
    await parts.handover.claim(worker, case_id)
    text = "Hello {carer}, I am {me}. I am next here on {next_on}."
    await parts.replies.keep(worker, title="First hello", text=text)
    async with parts.database.transaction() as session:
        if await release_store.get_by_content(session, "browser") is None:
            answers = [(CHILDREN.key, as_json(CHILDREN))]
            release = await release_store.add(
                session, content_hash="browser", model_file="m", model_hash="h", made_at=NOW, answers=answers
            )
            chat.assistant.release = release.number


async def test_a_saved_reply_and_an_answer_are_put_in_changed_and_sent(chat: Chat, open_page: Open, tamsin: Account) -> None:
    carer = await open_page(DESK)
    await carer.goto(f"{chat.url}/?service={WARD}&nation=england")
    await expect(carer.locator(".message--bot")).to_have_count(1)
    await carer.get_by_role("button", name="Talk to a person").click()
    await expect(carer.locator(".message--bot").nth(1)).to_be_visible()
    await prepared(chat, tamsin)

    phone = await open_page(PHONE)
    await sign_in(phone, chat, tamsin)
    await phone.locator("[data-case]", has_text="Waiting").first.get_by_role("link").click()
    await phone.get_by_role("button", name="Claim this case").click()
    box = phone.get_by_label("Write to the carer")
    await box.fill("Good morning.")

    await phone.get_by_role("button", name="Saved replies").click()
    await phone.get_by_label("Search your saved replies").fill("helo")
    await expect(phone.locator(".compose__count")).to_have_text("1 found")
    await phone.get_by_role("button", name="First hello").click()
    await expect(phone.locator("#compose-said")).to_contain_text("in the box, and not sent yet")
    await expect(box).to_be_focused()
    await expect(carer.locator(".message--worker")).to_have_count(0)

    await phone.get_by_role("button", name="Approved answers").click()
    await phone.get_by_label("Search the approved answers").fill("sister")
    await phone.get_by_role("button", name="Can children visit?").click()
    await expect(phone.locator("#compose-said")).to_contain_text("Can children visit?")
    value = await box.input_value()
    assert value.startswith("Good morning.\n\nHello, I am Tamsin. I am next here on ")
    assert "Yes. Ring 116 123.\n\nThis comes from:\n- Visiting, NHS: https://www.nhs.uk/visiting" in value
    await box.fill(value.replace("Good morning.\n\n", ""))
    await phone.get_by_role("button", name="Send").click()

    said = carer.locator(".message--worker")
    await expect(said).to_contain_text("Hello, I am Tamsin.")
    await expect(said).to_contain_text("Yes. Ring 116 123.")
    await expect(said).not_to_contain_text("Good morning")
    await expect(phone.locator("#compose-said")).to_have_text("")


async def test_a_text_goes_where_the_cursor_is_and_the_draft_is_kept(chat: Chat, open_page: Open, tamsin: Account) -> None:
    page = await open_page(DESK)
    await sign_in(page, chat, tamsin)
    await page.goto(f"{chat.url}/inbox/cases/{await prepared(chat, tamsin)}")
    box = page.get_by_label("Write to the carer")
    await box.fill("Before\n\nAfter")
    await box.evaluate("box => box.setSelectionRange(8, 8)")
    await page.get_by_role("button", name="Saved replies").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Search your saved replies")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Saved replies")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="First hello").click()
    await expect(box).to_be_focused()
    await page.keyboard.type(" X")
    value = await box.input_value()
    assert value.startswith("Before\n\nHello, I am Tamsin.")
    assert value.endswith(" X\n\nAfter")
    await page.reload()
    await expect(box).to_have_value(value)


async def test_it_works_without_scripts_and_enter_searches(chat: Chat, open_page: Open, tamsin: Account) -> None:
    page = await open_page(java_script_enabled=False)
    await sign_in(page, chat, tamsin)
    await page.goto(f"{chat.url}/inbox/cases/{await prepared(chat, tamsin)}")
    await page.get_by_label("Write to the carer").fill("Typed before")
    await page.get_by_role("button", name="Approved answers").click()
    await page.get_by_label("Search the approved answers").fill("sister")
    await page.keyboard.press("Enter")
    await expect(page.locator(".compose__count")).to_have_text("1 found")
    await page.get_by_role("button", name="Can children visit?").click()
    await expect(page.get_by_label("Write to the carer")).to_have_value(
        "Typed before\n\nYes. Ring 116 123.\n\nThis comes from:\n- Visiting, NHS: https://www.nhs.uk/visiting\n"
        "- A leaflet (Carers Trust, 2025)"
    )
    await expect(page.locator("#thread .said--worker")).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, DESK], ids=["320", "1280"])
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chat: Chat, open_page: Open, tamsin: Account, size: dict[str, int]
) -> None:
    case_id = await prepared(chat, tamsin)
    page = await open_page(size)
    await sign_in(page, chat, tamsin)
    await page.goto(f"{chat.url}/inbox/cases/{case_id}")
    for way in ("Saved replies", "Approved answers"):
        await page.get_by_role("button", name=way).click()
        await expect(page.locator(".compose__found")).to_be_visible()
        await nothing_found(page, size)
    await page.goto(f"{chat.url}/inbox/replies")
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    await nothing_found(page, size)
    await page.get_by_role("link", name="First hello").first.click()
    await nothing_found(page, size)
