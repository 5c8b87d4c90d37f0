"""What tests of workers' pages do again and again: sign in, find a case, speak as its carer, and keep a picture for the docs."""

import os
from typing import Any

from playwright.async_api import Page, expect

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.conversations import TALK_TO_PERSON, Conversation
from alongside.settings import ROOT
from tests.browser.conftest import PASSWORD, WARD, Chat

PICTURES = ROOT / "docs" / "images"


async def sign_in(page: Page, chat: Chat, account: Account) -> None:
    await page.goto(f"{chat.url}/inbox")
    await page.get_by_label("E-mail address").fill(account.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    await page.wait_for_load_state()  # scripts may still move what is on the page


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


async def picture(page: Page, name: str) -> None:
    """Keep what a page shows now as a picture for the docs, if they are to be made new: with ``ALONGSIDE_PICTURES`` set."""
    if os.environ.get("ALONGSIDE_PICTURES"):
        # Hiding the caret is done with an inline style, which the page's policy refuses.
        await page.screenshot(path=PICTURES / f"{name}.png", caret="initial")
