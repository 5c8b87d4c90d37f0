"""The page of changes: every draft word by word, what would stop it, and the button that has the ticked ones checked."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.core.answers import Answer, Translation
from tests.api.answers.conftest import Enter
from tests.studio_builders import CAFE, EMERGENCY, LOCKERS, PARKING, Workshop

NEW_TEXT = "Most units have a free car park. Ask the ward which one to use."


def with_text(entry: Answer, text: str) -> Answer:
    return replace(entry, variants=(replace(entry.variants[0], text=text),))


def plain(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def ticked(page: httpx.Response) -> list[str]:
    return re.findall(r'name="publish:([^"]+)" value="yes" checked', page.text)


async def test_without_a_draft_the_page_says_how_to_make_one(enter: Enter) -> None:
    page = await (await enter("Ada")).get("/answers/changes")
    assert page.status_code == 200
    assert "Nobody is changing anything" in page.text
    assert 'href="/answers/new"' in page.text
    assert "<button" not in page.text.split("</header>")[1]


async def test_a_change_is_shown_word_by_word_with_who_wrote_it(enter: Enter, shop: Workshop) -> None:
    changed = replace(with_text(PARKING, NEW_TEXT), examples=(*PARKING.examples[1:], "where do i leave the van"))
    first = await shop.studio.drafts.save(shop.bea, PARKING.key, with_text(PARKING, "Half of it"), revision=0)
    await shop.studio.drafts.save(shop.ada, PARKING.key, changed, revision=first.revision)
    page = await (await enter("Cy")).get("/answers/changes")
    assert re.search(r"<ins[^>]*><span[^>]*> added: </span>free </ins>", page.text)
    assert re.search(r"<del[^>]*><span[^>]*> taken out: </span>where is the car park</del>", page.text)
    assert re.search(r"<ins[^>]*><span[^>]*> added: </span>where do i leave the van</ins>", page.text)
    assert "Ada Example with Bea Example, today at 10am" in plain(page)
    assert ticked(page) == [PARKING.key]


async def test_a_translation_is_shown_to_who_approves_it_with_who_made_it(enter: Enter, shop: Workshop) -> None:
    welsh = Translation("cy", "Mae maes parcio.", "A test", date(2026, 11, 22), of=PARKING.variants[0].text, title="Ble?")
    await shop.studio.drafts.save(shop.ada, PARKING.key, replace(PARKING, translations=(welsh,)), revision=0)
    page = plain(await (await enter("Cy")).get("/answers/changes"))
    for part, words in (
        ("Words in Welsh", welsh.text),
        ("Question in Welsh", welsh.title),
        ("Translator into Welsh", "A test, 22 November 2026"),
        ("English that was translated into Welsh", welsh.of),
    ):
        assert f"{part} added: {words}" in page


async def test_what_is_new_and_what_is_taken_out_is_shown_whole(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.begin(shop.ada, topic="stigma", title="What do I tell the neighbours?")
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    page = await (await enter("Cy")).get("/answers/changes")
    assert re.search(r"<ins[^>]*><span[^>]*> added: </span>What do I tell the neighbours\?</ins>", page.text)
    assert re.search(r"<del[^>]*><span[^>]*> taken out: </span>Many units have a small cafe", page.text)
    assert "To be taken out" in page.text


async def test_what_a_check_would_stop_is_told_before_the_button_and_not_ticked(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, "Ring 01632 960123."), revision=0)
    await shop.studio.drafts.save(shop.ada, LOCKERS.key, with_text(LOCKERS, "There are lockers by the door."), revision=0)
    page = await (await enter("Cy")).get("/answers/changes")
    assert "“Where can I park?”, words for everyone: a phone number in the text: 01632 960123" in page.text
    assert ticked(page) == [LOCKERS.key]


async def test_what_would_break_in_another_answer_is_told(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    page = await (await enter("Cy")).get("/answers/changes")
    assert "would also break" in page.text
    assert "“Where can I park?”: the follow-up '“Is there a place to eat?”' does not exist" in unescape(page.text)


async def test_a_fact_says_how_many_answers_say_it(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, "fact/emergency", replace(EMERGENCY, value="112"), revision=0)
    page = await (await enter("Cy")).get("/answers/changes")
    assert "1 answer says this. All change with it." in plain(page)


async def test_the_button_asks_for_what_is_ticked_and_leads_to_its_progress(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.studio.drafts.save(shop.ada, CAFE.key, with_text(CAFE, "The cafe is shut now."), revision=0)
    ada = await enter("Cy")
    asked = await ada.send_form("/answers/changes", **{f"publish:{PARKING.key}": "yes", "reason": "It is free now"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/answers/releases/2")
    life = (await shop.studio.publishing.get(2)).life
    assert (life.changes, life.reason, life.by and life.by.name) == ((PARKING.key,), "It is free now", "Cy Example")
    page = await ada.get("/answers/changes")
    assert "Release 2 is on its way." in page.text
    assert "ask for approval</button>" not in page.text


async def test_what_goes_wrong_keeps_what_was_typed_and_ticked(enter: Enter, shop: Workshop) -> None:
    for entry in (PARKING, CAFE):
        await shop.studio.drafts.save(shop.ada, entry.key, with_text(entry, f"{entry.variants[0].text} Ask us."), revision=0)
    ada = await enter("Cy")
    nothing = await ada.send_form("/answers/changes", reason="Because <b>")
    assert (nothing.status_code, ticked(nothing)) == (422, [])
    assert "Nothing is ticked" in nothing.text
    assert 'value="Because &lt;b&gt;"' in nothing.text
    await shop.studio.publishing.ask_for(shop.ada, keys=[PARKING.key])
    busy = await ada.send_form("/answers/changes", reason="Both", **{f"publish:{CAFE.key}": "yes"})
    assert (busy.status_code, ticked(busy)) == (409, [CAFE.key])
    assert "Release 2 is on its way. Approve it or drop it first" in busy.text
    assert "Your reason was: Both" in busy.text


async def test_a_draft_can_be_thrown_away(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    ada = await enter("Cy")
    gone = await ada.send_form("/answers/changes/discard", key=PARKING.key)
    assert gone.status_code == 303
    assert "was thrown away" in (await ada.get(gone.headers["location"])).text
    assert await shop.studio.drafts.list_all() == []
    again = await ada.send_form("/answers/changes/discard", key=PARKING.key)
    assert (again.status_code, "no draft of this answer any more" in again.text) == (404, True)


async def test_hundreds_of_drafts_can_be_asked_for_at_once(enter: Enter, shop: Workshop) -> None:
    keys = [await shop.studio.drafts.begin(shop.ada, topic="stigma", title=f"Question {number}?") for number in range(120)]
    asked = await (await enter("Cy")).send_form("/answers/changes", **{f"publish:{key}": "yes" for key in keys})
    assert asked.status_code == 303
    assert len((await shop.studio.publishing.get(2)).life.changes) == 120


@pytest.mark.parametrize("role", [AccountRole.WORKER, AccountRole.LEAD])
async def test_nobody_else_sees_or_publishes_changes(enter: Enter, shop: Workshop, role: AccountRole) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    lou = await enter("Lou", role)
    assert (await lou.get("/answers/changes")).status_code == 403
    asked = await lou.send_form("/answers/changes", **{f"publish:{PARKING.key}": "yes"})
    assert asked.status_code == 403
    assert await shop.studio.publishing.get_open() is None


async def test_a_form_that_is_not_ours_publishes_nothing(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    cy = await enter("Cy")
    for address in ("/answers/changes", "/answers/changes/discard"):
        forged = await cy.post(address, data={"csrf": "x", "key": PARKING.key, f"publish:{PARKING.key}": "yes"})
        assert forged.status_code == 403
    assert len(await shop.studio.drafts.list_all()) == 1
