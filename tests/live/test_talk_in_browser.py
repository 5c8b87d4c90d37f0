"""The talk of a first evening once more: in Chromium, on the real page, with the real assistant.

Its pictures land in build/pictures/; docs/images/ holds copies of them.
"""

import pytest
from playwright.async_api import async_playwright, expect

from alongside.settings import ROOT
from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.live.server import Server

pytestmark = [pytest.mark.rasa, pytest.mark.browser]

PICTURES = ROOT / "build" / "pictures"

TALK = [
    ("Hi", "What is on your mind?"),
    ("they won't tell me anything about my son", "Staff can always tell you general things"),
    ("he says no to sharing", "That can hurt"),
    ("when can i visit him on Rowan ward", "Visiting times for Rowan Ward"),
    ("can I bring his little sister", "the ward needs to agree first"),
    ("is there a group for people like me on a tuesday", "Tuesday carers' group"),
    ("who is the carers worker", "The carer worker for Rowan Ward"),
    ("what's the weather", "outside what I know"),
    ("I don't think I can go on", "116 123"),
]


async def test_a_carer_holds_the_whole_talk_on_the_page(server: Server) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = await chromium.new_page(locale="en-GB", timezone_id="Europe/London", viewport={"width": 900, "height": 1000})
        asked_elsewhere: list[str] = []
        page.on("request", lambda request: request.url.startswith(server.address) or asked_elsewhere.append(request.url))
        await page.goto(server.address)
        for number, (text, told) in enumerate(TALK):
            await page.get_by_label("Write your message").fill(text)
            await page.get_by_role("button", name="Send").click()
            await expect(page.locator(".message--bot").filter(has_text=told).last).to_be_visible(timeout=20_000)
            await page.screenshot(path=PICTURES / f"talk-{number}.png")
        safety = page.locator(".message--bot").last
        await expect(safety.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
        await page.get_by_role("button", name="Talk to a person").last.click()
        await expect(page.locator(".message--bot").filter(has_text="Tamsin").last).to_be_visible(timeout=20_000)
        await page.reload()
        await expect(page.locator(".message--bot").filter(has_text="Visiting times for Rowan Ward")).to_be_visible(timeout=20_000)
        await page.set_viewport_size({"width": 375, "height": 720})
        await page.screenshot(path=PICTURES / "phone.png")
        await chromium.close()
    assert asked_elsewhere == []
