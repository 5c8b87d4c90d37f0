"""The pages that look back: every version of an entry, and which approved words a message held."""

import re
from dataclasses import replace

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.core.conversations import Author
from alongside.wiring import Container
from tests.api.answers.conftest import Enter
from tests.fakes import reply
from tests.studio_builders import CAFE, LOCKERS, PARKING, SAFETY_SELF, Workshop

NEW_TEXT = "Most units have a free car park. Ask the ward which one to use."
CARERS = "quokka parking please"


def plain(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def publish(shop: Workshop) -> None:
    changed = replace(PARKING, variants=(replace(PARKING.variants[0], text=NEW_TEXT),))
    await shop.studio.drafts.save(shop.ada, PARKING.key, changed, revision=0)
    await shop.put_live(await shop.publish(reason="The barrier is gone"))


async def test_every_version_is_there_with_who_why_and_what(enter: Enter, shop: Workshop) -> None:
    await publish(shop)
    page = await (await enter("Cy")).get(f"/answers/history/{PARKING.key}")
    told = plain(page)
    assert "Changed in release 2" in told
    assert "Last went live on Tuesday 24 November 2026 at 10am" in told
    assert "“The barrier is gone”" in told
    assert "Written or asked for by Ada Example Approved by Bea Example" in told
    assert re.search(r"<ins[^>]*><span[^>]*> added: </span>free </ins>", page.text)
    assert "New in release 1" in told
    assert told.index("release 2") < told.index("release 1")
    assert "Approved by Founders" in told


async def test_what_was_taken_out_still_has_its_history(enter: Enter, shop: Workshop) -> None:
    for entry, follow_ups in ((PARKING, (LOCKERS.key, "visiting/hall")), (LOCKERS, (PARKING.key, "visiting/hall"))):
        await shop.studio.drafts.save(shop.ada, entry.key, replace(entry, follow_ups=follow_ups), revision=0)
    await shop.studio.drafts.save(shop.ada, "visiting/hall", replace(
        CAFE, name="hall", title="Is there a hall?", examples=tuple(each.replace("cafe", "hall") for each in CAFE.examples),
        variants=(replace(CAFE.variants[0], text="Many units have a hall. Ask at the desk."),)), revision=0)  # fmt: skip
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    await shop.put_live(await shop.publish())
    page = await (await enter("Cy")).get(f"/answers/history/{CAFE.key}")
    assert "It was taken out. Carers are not told it now." in page.text
    assert "Taken out in release 2" in plain(page)
    assert "/answers/edit/" not in page.text


async def test_what_never_was_has_no_history(enter: Enter) -> None:
    page = await (await enter("Cy")).get("/answers/history/visiting/nothing")
    assert (page.status_code, "there never was" in page.text) == (404, True)


async def said(shop: Workshop, parts: Container, text: str = CARERS) -> str:
    """Have a carer ask; returns the number of what the chat said."""
    shop.assistants.answer = lambda _asked: reply(
        "Most units have a car park.", answer=PARKING.key, response=f"utter_ask_{PARKING.key}"
    )
    conversation, _, _ = await parts.conversations.begin(channel="web", nation="wales")
    await parts.turns.receive(conversation.id, text=text)
    await parts.turns.finish()
    messages = (await parts.conversations.look(conversation.id, None)).messages
    return next(message.id for message in messages if message.author is Author.BOT and (message.answer or message.safety))


async def test_a_message_leads_to_its_words_and_who_approved_them_and_to_nobody(
    enter: Enter, shop: Workshop, parts: Container
) -> None:
    message = await said(shop, parts)
    await publish(shop)
    page = await (await enter("Cy")).get(f"/answers/seen?message={message}")
    told = plain(page)
    assert "Most units have a car park." in told
    assert "A source , checked 2026-11-01" in told
    assert "As it stood in release 1" in told
    assert "Approved by Founders" in told
    assert CARERS not in page.text
    assert "/inbox" not in page.text.split("</header>")[1]


async def test_a_safety_reply_is_traced_as_well(enter: Enter, shop: Workshop, parts: Container) -> None:
    message = await said(shop, parts, "I want to kill myself")
    told = plain(await (await enter("Cy")).get(f"/answers/seen?message={message}"))
    assert SAFETY_SELF.title in told
    assert "999" in told


async def test_what_is_no_answer_is_not_shown_as_it_may_repeat_a_carer(enter: Enter, shop: Workshop, parts: Container) -> None:
    shop.assistants.answer = lambda asked: reply(f"You wrote: {asked.text}", answer=None, response=None)
    conversation, _, _ = await parts.conversations.begin(channel="web")
    await parts.turns.receive(conversation.id, text=CARERS)
    await parts.turns.finish()
    mine, theirs = (await parts.conversations.look(conversation.id, None)).messages[-2:]
    cy = await enter("Cy")
    page = await cy.get(f"/answers/seen?message={theirs.id}")
    assert page.status_code == 200
    assert "is no answer from the library" in page.text
    assert "quokka" not in page.text
    missing = await cy.get(f"/answers/seen?message={mine.id}")
    assert (missing.status_code, "quokka" in missing.text) == (404, False)


async def test_a_number_that_is_none_says_so(enter: Enter) -> None:
    cy = await enter("Cy")
    assert (await cy.get("/answers/seen")).status_code == 200
    wrong = await cy.get("/answers/seen?message=nothing")
    assert (wrong.status_code, 'value="nothing"' in wrong.text) == (404, True)
    assert "There is no message of the chatbot with this number" in wrong.text


@pytest.mark.parametrize("address", [f"/answers/history/{PARKING.key}", "/answers/seen"])
async def test_a_lead_looks_back_and_changes_nothing(enter: Enter, shop: Workshop, address: str) -> None:
    await publish(shop)
    lou = await enter("Lou", AccountRole.LEAD)
    page = await lou.get(address)
    assert page.status_code == 200
    assert "/answers/edit" not in page.text
    assert "/answers/releases" not in page.text
    assert (await (await enter("Wes", AccountRole.WORKER)).get(address)).status_code == 403
