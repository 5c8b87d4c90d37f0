"""The studio in Chromium: from a maintainer's thought to what a carer is told, and back; its pages on a phone and a desk."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from alongside.adapters.clock import SystemClock
from alongside.core.accounts import AccountRole
from alongside.store.base import Database
from alongside.wiring import Container
from tests.browser.conftest import DESK, PASSWORD, PHONE, TICK, Chat, Open, _Server
from tests.browser.test_chat_page import from_bot, open_chat, say
from tests.browser.test_every_page import TOO_SMALL
from tests.browser.test_handover import nothing_found
from tests.builders import container
from tests.fakes import Asked, reply
from tests.studio_builders import CAFE, LIBRARY, LOCKERS, PARKING, FakeTrainer, Workshop, answer, open_workshop, sentences

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NEW_TEXT = "Park behind the unit. It costs nothing for visitors."
OLD = answer(
    "stigma/neighbours",
    "What do I tell the neighbours?",
    "You need not tell anybody. You decide who knows.",
    sentences("neighbour"),
    follow_ups=(PARKING.key, CAFE.key),
)
HERE = LIBRARY.changed({OLD.key: replace(OLD, review_on=date(2026, 11, 1)), LOCKERS.key: replace(
    LOCKERS, review_on=date.today() + timedelta(days=20))})  # fmt: skip
OFTEN = 0.1


class _Gate(FakeTrainer):
    """Trains when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def train(self, folder: Path, *, name: str, nlu: Path | None = None) -> tuple[Path, str]:
        await self.is_open.wait()
        return await super().train(folder, name=name, nlu=nlu)


class _Studio(_Server):
    """A chat with a studio whose releases are made by stand-ins, and put live by the server's own chores."""

    shop: Workshop

    async def _join(self, database: Database) -> tuple[Container, Any]:
        gate = _Gate()
        self.shop = shop = await open_workshop(database, self._folder, library=HERE, trainer=gate)

        def tell(_asked: Asked) -> Any:
            text = shop.studio.live.library.answers[PARKING.key].variants[-1].text
            return reply(text, answer=PARKING.key, response=f"utter_ask_{PARKING.key}", choices=())

        shop.assistants.answer = tell
        work = shop.studio.work
        self._chores = [asyncio.create_task(each(every=OFTEN)) for each in (work.build_forever, work.put_live_forever)]
        return replace(container(database, shop.assistants, SystemClock(), tick=TICK), studio=shop.studio), shop.assistants


@pytest.fixture(scope="module")
def _studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Studio]:
    server = _Studio(tmp_path_factory.mktemp("studio"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def chat(_studio: _Studio) -> Chat:
    assert _studio.chat is not None
    return _studio.chat


@pytest.fixture
def shop(_studio: _Studio) -> Workshop:
    return _studio.shop


async def enter(page: Page, chat: Chat, name: str) -> None:
    """Sign a new maintainer in."""
    email = f"{name.lower()}@example.org"
    await chat.run(
        chat.container.accounts.add(email=email, name=f"{name} Example", role=AccountRole.MAINTAINER, password=PASSWORD)
    )
    await page.goto(f"{chat.url}/sign-in")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Answers", exact=True).click()
    await expect(page.get_by_role("heading", name="Library")).to_be_visible()


async def keep(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look, where ``ALONGSIDE_LOOK`` names a folder."""
    if folder := os.environ.get("ALONGSIDE_LOOK"):
        await page.screenshot(path=Path(folder) / f"{name}.png", caret="initial", full_page=True)


async def test_from_a_thought_to_what_a_carer_is_told_and_back(open_page: Open, chat: Chat, shop: Workshop) -> None:
    ada, bea, carer = await open_page(DESK), await open_page(DESK), await open_page(PHONE)
    await open_chat(carer, chat)
    await say(carer, "where can I park?")
    await expect(from_bot(carer).last).to_contain_text("Most units have a car park.")

    await enter(ada, chat, "Ada")
    await ada.get_by_role("link", name="Where can I park?", exact=True).click()
    await ada.wait_for_load_state()
    await ada.locator("textarea[name='text-default']").fill(NEW_TEXT)
    await expect(ada.locator("#saved")).to_contain_text("Saved")
    gate = shop.trainer
    assert isinstance(gate, _Gate)
    chat.loop.call_soon_threadsafe(gate.is_open.clear)
    await ada.goto(f"{chat.url}/answers/changes")
    await expect(ada.locator("ins").nth(1)).to_contain_text("Park behind the unit")
    await ada.get_by_label("Why", exact=True).fill("The barrier is gone")
    await ada.get_by_role("button", name="Check these and ask for approval").click()

    await expect(ada.locator("[aria-current='step']")).to_contain_text("Teach the chat the new words")
    await keep(ada, "building")
    chat.loop.call_soon_threadsafe(gate.is_open.set)
    await ada.get_by_role("button", name="Show what the checks found").click()
    await expect(ada.get_by_text("somebody else must approve it")).to_be_visible()
    await expect(ada.get_by_role("button", name="Approve, and give it to carers")).to_have_count(0)

    await enter(bea, chat, "Bea")
    await bea.get_by_role("link", name="Releases").click()
    await bea.locator(".nhsuk-inset-text").get_by_role("link", name="Release 2").click()
    await expect(bea.get_by_text("The barrier is gone").first).to_be_visible()
    await bea.get_by_role("button", name="Approve, and give it to carers").click()
    await expect(bea.get_by_text("Carers are told this now.").first).to_be_visible()
    await say(carer, "and where can I park now?")
    await expect(from_bot(carer).last).to_contain_text("It costs nothing for visitors.")

    await ada.get_by_role("link", name="Releases").first.click()
    await ada.get_by_role("link", name="Go back to release 1").click()
    await keep(ada, "going-back")
    await ada.get_by_role("button", name="Go back to this release").click()
    await expect(ada.get_by_text("Carers are told this now.").first).to_be_visible()
    await say(carer, "where was that car park?")
    await expect(from_bot(carer).last).to_contain_text("Most units have a car park.")


async def busy(shop: Workshop) -> dict[str, str]:
    """Bring the studio to where each of its pages has something to show; returns their addresses."""
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, title="Where can we eat?"), revision=0)
    await shop.studio.drafts.save(shop.ada, LOCKERS.key, replace(LOCKERS, variants=(
        replace(LOCKERS.variants[0], text="Ring 01632 960123 for a locker."),)), revision=0)  # fmt: skip
    number = max(life.number for life in await shop.studio.publishing.list_all()) + 1
    shop.assistants.reaches[number] = {
        "excuse me, where is the locker here": CAFE.key,
        "this waiting is killing me": PARKING.key,
    }
    return {
        "library": "/answers",
        "facts": "/answers?show=fact",
        "nothing": "/answers?q=zebra",
        "changes": "/answers/changes",
        "releases": "/answers/releases",
        "past": "/answers/releases/2",
        "live": "/answers/releases/1",
        "history": f"/answers/history/{PARKING.key}",
        "seen": "/answers/seen?message=nothing",
    }


async def test_every_page_is_right_for_eyes_thumbs_and_screen_readers(open_page: Open, chat: Chat, shop: Workshop) -> None:
    pages = await chat.run(busy(shop))
    number = max(life.number for life in await chat.run(shop.studio.publishing.list_all())) + 1
    for size in (PHONE, DESK):
        page = await open_page(size)
        await enter(page, chat, f"Look{size['width']}")
        for name, address in pages.items():
            await page.goto(f"{chat.url}{address}")
            await keep(page, f"{name}-{size['width']}")
            assert await page.evaluate(TOO_SMALL) == [], name
            await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
            await nothing_found(page, size)
        await page.goto(f"{chat.url}/answers")
        await page.get_by_text("Which answer would a question reach?").click()
        await page.get_by_label("A question, as a carer would write it").fill("where is the car park")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.locator(".tried")).to_contain_text("reaches “Where can I park?”, 90% sure.")
        await keep(page, f"tried-{size['width']}")
        await nothing_found(page, size)
    await chat.run(shop.studio.publishing.ask_for(shop.ada, keys=[CAFE.key], reason="Carers say “eat”"))
    for size in (PHONE, DESK):
        page = await open_page(size)
        await enter(page, chat, f"Judge{size['width']}")
        await page.goto(f"{chat.url}/answers/releases/{number}")
        await expect(page.get_by_role("heading", name=f"Release {number}")).to_be_visible()
        if await page.locator("#progress").count():
            await page.locator(".progress__show").click()
        await expect(page.get_by_role("heading", name="What the checks found")).to_be_visible()
        await keep(page, f"release-{size['width']}")
        assert await page.evaluate(TOO_SMALL) == []
        await nothing_found(page, size)
    await chat.run(shop.studio.publishing.drop(shop.bea, number))


async def test_what_the_drafts_do_is_worked_out_while_one_reads_on(open_page: Open, chat: Chat, shop: Workshop) -> None:
    dora = await open_page(DESK)
    await enter(dora, chat, "Dora")
    await dora.goto(f"{chat.url}/answers/edit/{PARKING.key}")
    await dora.get_by_label("Ways to ask this").fill("where does my bicycle stand overnight")
    await expect(dora.locator("#saved")).to_contain_text("Saved at")
    await dora.goto(f"{chat.url}/answers/try")
    await dora.get_by_label("What a carer might write").fill("where does a bicycle stand overnight\nhow do I tell the neighbour")
    await dora.get_by_role("button", name="Try it").click()
    bicycle, other = dora.locator(".tried__one").nth(0), dora.locator(".tried__one").nth(1)
    await expect(bicycle).to_contain_text("With the drafts, probably")
    gate = shop.trainer
    assert isinstance(gate, _Gate)
    chat.loop.call_soon_threadsafe(gate.is_open.clear)
    await dora.get_by_role("button", name="Work out exactly what the drafts do").click()
    await expect(dora.get_by_text("Working it out with the drafts.")).to_be_visible()
    await expect(bicycle).to_contain_text("With the drafts, probably")
    await nothing_found(dora, DESK)
    await keep(dora, "tried-working")
    chat.loop.call_soon_threadsafe(gate.is_open.set)
    await expect(bicycle).to_contain_text("With the drafts: “Where can I park?” (90% sure)")
    await expect(other).to_contain_text("With the drafts: “What do I tell the neighbours?”")
    await keep(dora, "tried-exactly")
    await dora.set_viewport_size(PHONE)
    await nothing_found(dora, PHONE)
    await keep(dora, "tried-exactly-390")
    await chat.run(shop.studio.drafts.discard(shop.ada, PARKING.key))
