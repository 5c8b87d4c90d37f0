"""A new maintainer, with only the words on the screen: from a question nobody answered to an answer carers get, and back.

In Chromium, on the real pages, with the real assistant. Its pictures land in build/pictures/; docs/images/ holds copies of them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from alongside.settings import ROOT
from tests.browser.conftest import ARGUMENTS, DESK, find_chromium
from tests.live.new_answer import AGAIN, ASKED, SENTENCES, TITLE, WORDS
from tests.live.server import Carer, Server

pytestmark = [pytest.mark.rasa, pytest.mark.browser]

PICTURES = ROOT / "build" / "pictures"
PASSWORD = "three quiet harbours"
BUILT = 240_000
"""Milliseconds until a release counts as never built; a bound against hanging, not a measure of speed."""


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data").start()
    yield server
    server.stop()


async def maintainer(browser: Browser, server: Server, name: str) -> Page:
    """Add a maintainer, who chooses a password by the link they were handed, and signs in."""
    email = f"{name.lower()}@example.org"
    told = server.command("worker", "add", "--email", email, "--name", f"{name} Example", "--role", "maintainer", "--link")
    link = re.search(r"/password\?link=\S+", told)
    assert link is not None
    context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", viewport=DESK)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{server.address}{link[0]}")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("The same password again").fill(PASSWORD)
    await page.get_by_role("button", name="Save the password").click()
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    return page


async def ask(page: Page, text: str) -> None:
    await page.get_by_label("Write your message").fill(text)
    await page.get_by_role("button", name="Send").click()


async def test_from_a_question_nobody_answered_to_an_answer_and_back(own_server: Server) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    server = own_server
    stranger = Carer(server.address)
    assert all(message["answer"] is None for message in stranger.say(ASKED)), "this needs a question that has no answer yet"

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        chat = await browser.new_page(locale="en-GB", viewport={"width": 390, "height": 844})
        await chat.goto(server.address)

        ada = await maintainer(browser, server, "Ada")
        await ada.get_by_role("link", name="Answers").first.click()
        await ada.get_by_role("link", name="What carers asked").click()
        await expect(ada.get_by_role("heading", name="electric car at the unit")).to_be_visible()
        await ada.screenshot(path=PICTURES / "studio-1-asked.png")
        await ada.get_by_role("link", name="Use for an answer").first.click()
        await ada.get_by_label("Use phrasing 1").check()
        await ada.get_by_label("More, in your own words").fill("\n".join(SENTENCES))
        await ada.get_by_label("Topic").select_option(label="Visiting")
        await ada.get_by_label("The question, as a carer would ask it").fill(TITLE)
        await ada.get_by_role("button", name="Start a new answer").click()

        await ada.get_by_role("textbox", name="The answer", exact=True).fill(WORDS)
        await ada.get_by_text("Add a source").first.click()
        await ada.get_by_label("Name of the source").first.fill("Information for carers, East London NHS Foundation Trust")
        await ada.get_by_label("Web address").first.fill("https://www.elft.nhs.uk")
        await ada.get_by_label("Follow-up question 1").fill("How do I book or arrange a visit?")
        await ada.get_by_label("Follow-up question 2").fill("What will happen on my first visit?")
        await ada.get_by_label("Owner").fill("Alongside content team")
        await expect(ada.get_by_text("Nothing stops this from being published.")).to_be_visible(timeout=20_000)
        await expect(ada.get_by_text(re.compile(r"^Saved at"))).to_be_visible(timeout=20_000)
        await ada.screenshot(path=PICTURES / "studio-2-editor.png", full_page=True)
        await ada.get_by_label("What a carer might write").fill(AGAIN)
        await ada.get_by_role("button", name="Try it").click()
        await ada.get_by_role("button", name="Work out exactly what the drafts do").click(timeout=BUILT)
        await expect(ada.locator(".tried__one")).to_contain_text(f"With the drafts: “{TITLE}”", timeout=BUILT)
        await ada.locator("#tried").screenshot(path=PICTURES / "studio-2-tried.png")
        await ada.get_by_role("link", name="Go to changes and publish").click()
        await ada.get_by_label("Why").fill("Families asked for it")
        await ada.screenshot(path=PICTURES / "studio-3-changes.png")
        await ada.get_by_role("button", name="Check these and ask for approval").click()
        await ada.get_by_role("button", name="Show what the checks found").click(timeout=BUILT)
        await expect(ada.get_by_text("No check forbids it.")).to_be_visible()
        await expect(ada.get_by_text("somebody else must approve it")).to_be_visible()

        bea = await maintainer(browser, server, "Bea")
        await bea.get_by_role("link", name="Answers").first.click()
        await bea.get_by_role("link", name="Releases").click()
        await bea.get_by_role("link", name="Release 2").first.click()
        await bea.screenshot(path=PICTURES / "studio-4-release.png", full_page=True)
        await ask(chat, AGAIN)
        await expect(chat.locator(".message--bot").last).not_to_contain_text("Some units have a place to charge")
        await bea.get_by_role("button", name="Approve, and give it to carers").click()
        await bea.get_by_role("button", name="Show it as it is now").click(timeout=BUILT)
        await expect(bea.get_by_role("heading", name="Undo it")).to_be_visible()

        await ask(chat, AGAIN)
        await expect(chat.locator(".message--bot").filter(has_text="Some units have a place to charge")).to_be_visible(
            timeout=20_000
        )
        await chat.screenshot(path=PICTURES / "studio-5-chat.png")

        await bea.get_by_role("link", name="See what going back to release 1 would change").click()
        await bea.get_by_role("button", name="Go back to this release").click()
        await bea.get_by_role("button", name="Show it as it is now").click(timeout=BUILT)
        await expect(bea.get_by_role("heading", name=re.compile("Release 1 Live"))).to_be_visible()
        await ask(chat, f"{AGAIN} please")
        await expect(chat.locator(".message--carer")).to_have_count(3)
        await expect(chat.locator(".message--bot").filter(has_text="Some units have a place to charge")).to_have_count(1)
        await browser.close()
