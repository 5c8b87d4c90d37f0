"""What carers asked, as a maintainer sees to it: by keyboard, on a phone and at a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from alongside.core.accounts import Account, AccountRole
from tests.asked_builders import PERSON, answered, missed, outside, talk
from tests.browser.conftest import DESK, PASSWORD, PHONE, Chat, Open, served
from tests.browser.test_handover import nothing_found
from tests.browser.workers import picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ASKED = (
    (missed("can i bring a parrot onto the ward", ("visiting/children", 0.2)),),
    (missed("is my son jamie allowed to have his parrot visit"),),
    (outside("parrot visits allowed on ward?"),),
    (answered("bring the parrot onto his ward", helpful=False),),
    (answered("who pays for his glasses"), PERSON),
)


async def sign_in_as(page: Page, chat: Chat, **given: Any) -> Account:
    """Sign in as somebody who has no inbox."""
    account = await chat.run(chat.container.accounts.add(password=PASSWORD, **given))
    await page.goto(f"{chat.url}/sign-in")
    await page.get_by_label("E-mail address").fill(account.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return account


@pytest.fixture(scope="module")
def _running_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat of its own, in which nobody else asks anything."""
    yield from served(tmp_path_factory.mktemp("asked"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
async def test_from_a_question_to_a_new_answer(open_page: Open, chat: Chat, size: dict[str, int]) -> None:
    for turns in ASKED:
        await chat.run(talk(chat.container.database, *turns, at=chat.container.clock.now()))
    page = await open_page(size)
    email = f"mo{size['width']}@example.org"
    await sign_in_as(page, chat, email=email, name="Mo Reed", role=AccountRole.MAINTAINER)
    await page.get_by_role("link", name="Answers").click()
    await page.goto(f"{chat.url}/answers/asked")
    await expect(page.get_by_role("navigation", name="Answers").get_by_role("link", name="What carers asked")).to_have_attribute(
        "aria-current", "page"
    )
    biggest = page.get_by_role("article").first
    await expect(biggest).to_contain_text("parrot")
    await expect(page.locator("main")).not_to_contain_text("jamie")
    await nothing_found(page, size)
    if size is DESK:
        await picture(page, "asked")
    await biggest.get_by_role("link", name="Use for an answer").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="1. Choose phrasings")).to_be_visible()
    await nothing_found(page, size)
    await page.get_by_role("button", name="Start a new answer").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("No topic is chosen")
    await nothing_found(page, size)
    await page.get_by_label("Use phrasing 1").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("Topic").select_option("visiting")
    await page.get_by_label("The question, as a carer would ask it").fill(f"Can I bring a parrot, asks {size['width']}?")
    await page.get_by_role("button", name="Start a new answer").click()
    assert "/answers/edit/visiting/can_i_bring_a_parrot" in page.url
    await page.goto(f"{chat.url}/answers/asked")
    await page.get_by_role("article").first.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_role("status")).to_contain_text("dismissed")
    await nothing_found(page, size)
    await page.get_by_role("status").get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status")).to_contain_text("shown again")
    await page.get_by_role("article").first.get_by_role("button", name="Dismiss").click()
