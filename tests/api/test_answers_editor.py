"""The editor of answers: what is typed is saved and stays, whoever else writes, and is shown as carers would see it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from alongside.core.accounts import AccountRole
from alongside.core.answers import Answer
from alongside.core.facts import Fact
from alongside.wiring import Container
from tests.api.test_accounts import EMAIL, PASSWORD, browser, browsing, field, sign_in  # noqa: F401
from tests.studio_builders import CAFE, LIBRARY, PARKING, Workshop, open_workshop

PARKING_AT = "/answers/edit/visiting/parking"
JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


@pytest.fixture
async def shop(parts: Container, tmp_path: Path) -> Workshop:
    return await open_workshop(parts.database, tmp_path)


@pytest.fixture
async def ada(app: FastAPI, parts: Container, shop: Workshop, browser: httpx.AsyncClient) -> httpx.AsyncClient:  # noqa: F811
    """A browser in which a maintainer is signed in."""
    app.state.container = replace(parts, studio=shop.studio)
    await parts.accounts.add(email=EMAIL, name="Ada Ash", role=AccountRole.MAINTAINER, password=PASSWORD)
    await sign_in(browser)
    return browser


@pytest.fixture
async def bea(app: FastAPI, parts: Container, ada: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Another maintainer's browser."""
    await parts.accounts.add(email="bea@example.org", name="Bea Beck", role=AccountRole.MAINTAINER, password=PASSWORD)
    async with browsing(app) as other:
        await sign_in(other, email="bea@example.org")
        yield other


def form_of(page: httpx.Response) -> dict[str, str]:
    """Return what a browser would send of the editor's form."""
    form = page.text[
        page.text.index("data-editor") : page.text.index('class="nhsuk-button nhsuk-button--secondary editor__save"')
    ]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or " checked" in tag:
            fields[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        fields[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        fields[name] = re.search(r'value="([^"]*)" selected', options)[1]  # type: ignore[index]
    return fields


async def opened(browser: httpx.AsyncClient, address: str = PARKING_AT) -> dict[str, str]:  # noqa: F811
    page = await browser.get(address, headers=HTML)
    assert page.status_code == 200, page.text
    return form_of(page)


async def save(browser: httpx.AsyncClient, form: dict[str, str], address: str = PARKING_AT) -> httpx.Response:  # noqa: F811
    return await browser.post(address, data=form, headers=JSON)


async def now(parts: Container, key: str = "visiting/parking") -> Any:
    return (await parts.studio.drafts.get(key)).now


async def test_the_editor_shows_an_answer_and_saving_it_unchanged_makes_no_draft(
    ada: httpx.AsyncClient, parts: Container
) -> None:
    for key, entry in LIBRARY:
        address = f"/answers/edit/{key}"
        answer = (await save(ada, await opened(ada, address), address)).json()
        assert (answer["revision"], answer["changed"]) == (0, [])
        assert await now(parts, key) == entry
    assert await parts.studio.drafts.list_all() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "Where do I leave the car?"}, lambda was: replace(was, title="Where do I leave the car?")),
        ({"owner": "Ada Ash"}, lambda was: replace(was, owner="Ada Ash")),
        ({"nation-wales": None}, lambda was: replace(was, nations=("england", "scotland", "ni"))),
        ({"follow_up-1": ""}, lambda was: replace(was, follow_ups=("visiting/lockers",))),
        ({"follow_up-0": "not an answer"}, lambda was: replace(was, follow_ups=("not an answer", "visiting/cafe"))),
        ({"examples": "one\r\n\r\ntwo"}, lambda was: replace(was, examples=("one", "two"))),
        (
            {"source-default-0-title": "", "source-default-0-url": ""},
            lambda was: replace(was, variants=(replace(was.variants[0], sources=()),)),
        ),
    ],
)  # fmt: skip
async def test_each_part_is_saved(
    ada: httpx.AsyncClient, parts: Container, change: dict[str, str | None], expected: Callable[[Answer], Answer]
) -> None:
    form = {name: value for name, value in {**await opened(ada), **change}.items() if value is not None}
    assert (await save(ada, form)).json()["saved"] == "Saved at 10:00"
    assert await now(parts) == replace(expected(PARKING), approver="")
    assert form_of(await ada.get(PARKING_AT, headers=HTML))["revision"] == "1"


async def test_a_nation_gets_a_text_of_its_own_and_loses_it_again(ada: httpx.AsyncClient, parts: Container) -> None:
    form = await opened(ada)
    form |= {
        "text-wales": "Ask in Welsh.\n- one\n- two",
        "source-wales-0-title": "Cadw",
        "source-wales-0-publication": "A leaflet",
    }
    form["revision"] = str((await save(ada, form)).json()["revision"])
    wales, everyone = (await now(parts)).variants
    assert (wales.nation, wales.text, wales.sources[0].publication) == ("wales", "Ask in Welsh.\n- one\n- two", "A leaflet")
    assert everyone == PARKING.variants[0]
    form |= {"text-wales": "", "source-wales-0-title": "", "source-wales-0-publication": ""}
    await save(ada, form)
    assert (await now(parts)).variants == PARKING.variants


async def test_what_is_not_right_yet_is_told_at_its_field_and_saved_all_the_same(
    ada: httpx.AsyncClient, parts: Container
) -> None:
    form = {**await opened(ada), "text-default": "Ring 01632 960123 i.e. at once.", "examples": "one"}
    form["follow_up-0"] = "not an answer"
    assert (await save(ada, form)).status_code == 200
    page = (await ada.get(PARKING_AT, headers=HTML)).text
    told = {part: unescape(words) for part, words in re.findall(r'id="mend-([\w-]+)">(.*?)</div>', page, re.DOTALL)}
    assert "01632 960123" in told["text-default"]
    assert "i.e" in told["text-default"]
    assert "1 training sentences" in told["examples"]
    assert "Choose two or three" in told["follow_ups"]
    assert not told["sources-default"].strip()
    assert "can be published" in page
    assert (await now(parts)).variants[0].text == "Ring 01632 960123 i.e. at once."


async def test_two_who_change_different_parts_both_keep_their_words(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    mine, theirs = await opened(ada), await opened(bea)
    await save(bea, {**theirs, "title": "Is there parking?"})
    answer = (await save(ada, {**mine, "text-default": "Yes."})).json()
    assert (answer["revision"], answer["changed"]) == (2, ["title"])
    assert answer["said"] == "Bea Beck changed the question. Both your words and theirs are kept."
    assert answer["others"].startswith("Bea Beck is editing this too")
    assert 'value="Is there parking?"' in answer["form"]
    saved = await now(parts)
    assert (saved.title, saved.variants[0].text) == ("Is there parking?", "Yes.")


async def test_two_who_change_the_same_words_are_shown_both(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    mine, theirs = await opened(ada), await opened(bea)
    await save(bea, {**theirs, "text-default": "No.", "title": "Is there parking?"})
    response = await save(ada, {**mine, "text-default": "Yes.", "owner": "Ada Ash"})
    answer = response.json()
    assert response.status_code == 409
    assert answer["conflicts"] == [
        {"parts": ["text-default"], "label": "the text for everyone else", "mine": "Yes.", "theirs": "No."}
    ]
    assert (answer["by"], answer["revision"], answer["changed"]) == ("Bea Beck", 1, ["title"])
    assert "No.</textarea>" in answer["theirs"]
    assert (await now(parts)).variants[0].text == "No."
    # What the page sends once mine were kept: with the rest of theirs, on top of their revision.
    settled = {**mine, "title": "Is there parking?", "text-default": "Yes.", "owner": "Ada Ash", "revision": "1"}
    assert (await save(ada, settled)).status_code == 200
    saved = await now(parts)
    assert (saved.title, saved.variants[0].text, saved.owner) == ("Is there parking?", "Yes.", "Ada Ash")


async def test_without_scripts_a_conflict_keeps_mine_in_the_form_and_shows_theirs(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    mine, theirs = await opened(ada), await opened(bea)
    await save(bea, {**theirs, "text-default": "No.", "title": "Is there parking?"})
    page = await ada.post(PARKING_AT, data={**mine, "text-default": "Yes."}, headers=HTML)
    assert page.status_code == 409
    assert "Bea Beck wrote: No." in page.text
    form = form_of(page)
    assert (form["revision"], form["text-default"], form["title"]) == ("1", "Yes.", "Is there parking?")
    again = await ada.post(PARKING_AT, data=form, headers=HTML)
    assert (again.status_code, again.headers["location"]) == (303, f"{PARKING_AT}?done=saved")
    assert (await now(parts)).variants[0].text == "Yes."


async def test_facts_are_edited_and_their_conflicts_shown(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    address = "/answers/edit/fact/nhs_111"
    page = await ada.get(address, headers=HTML)
    assert 'href="/answers/edit/safety/self"' in page.text
    mine, theirs = form_of(page), await opened(bea, address)
    await save(bea, {**theirs, "value": "112", "hours": "day and night"}, address)
    response = await save(ada, {**mine, "value": "113", "source": "NHS England"}, address)
    assert response.json()["conflicts"] == [{"parts": ["value"], "label": "the number or amount", "mine": "113", "theirs": "112"}]
    await save(ada, {**mine, "value": "113", "hours": "day and night", "source": "NHS England", "revision": "1"}, address)
    fact = await now(parts, "fact/nhs_111")
    assert isinstance(fact, Fact)
    assert (fact.value, fact.hours, fact.source) == ("113", "day and night", "NHS England")


async def test_safety_replies_have_only_texts_and_say_which_number_is_lost(ada: httpx.AsyncClient) -> None:
    address = "/answers/edit/safety/self"
    page = await ada.get(address, headers=HTML)
    assert "A second person must approve every change" in page.text
    form = form_of(page)
    assert not {"title", "owner", "examples", "follow_up-0"} & set(form)
    looked = await ada.post(f"{address}/preview", data={**form, "text-england": "You matter."}, headers=JSON)
    assert "{fact_nhs_111} is not in it any more" in unescape(looked.text)
    assert (await ada.post(f"{address}/remove", data={"csrf": form["csrf"]}, headers=HTML)).status_code == 422


async def test_the_preview_says_what_a_carer_would_read(ada: httpx.AsyncClient) -> None:
    form = await opened(ada)
    form |= {"text-default": "Call {fact_nhs_111} <now>.", "text-scotland": "Aye.", "shown": "default"}
    page = (await ada.post(f"{PARKING_AT}/preview", data=form, headers=JSON)).text
    preview = page[page.index('id="preview"') :]
    assert "Call 111 &lt;now&gt;." in preview
    assert "Where do I put my bag?" in preview
    assert "Visiting, NHS, checked on 21 November 2026" in preview
    assert '<a href="https://www.nhs.uk/visiting">Visiting, NHS</a>' in preview
    assert "Aye." not in preview
    page = (await ada.post(f"{PARKING_AT}/preview", data={**form, "shown": "scotland"}, headers=JSON)).text
    assert "Aye." in page[page.index('id="preview"') :]


async def test_words_grade_and_hard_sentences_are_told_as_they_are_typed(ada: httpx.AsyncClient) -> None:
    hard = "Notwithstanding institutional considerations, multidisciplinary practitioners recommend individualised documentation."
    form = {**await opened(ada), "text-default": f"Park here. {hard}"}
    page = (await ada.post(f"{PARKING_AT}/preview", data=form, headers=JSON)).text
    measure = page[page.index('id="measure-default"') : page.index('id="measure-england"')]
    assert "10 of at most 89 words" in measure
    assert "Too hard to read" in measure
    assert f'<mark dir="auto">{hard}</mark>' in measure
    assert "Park here." not in measure


async def test_who_else_writes_is_said_for_five_minutes(ada: httpx.AsyncClient, bea: httpx.AsyncClient, shop: Workshop) -> None:
    await save(bea, {**await opened(bea), "title": "Is there parking?"})
    state = (await ada.get(f"{PARKING_AT}/state", headers=JSON)).json()
    assert (state["revision"], state["others"].startswith("Bea Beck is editing this too")) == (1, True)
    assert (await bea.get(f"{PARKING_AT}/state", headers=JSON)).json()["others"] == ""
    shop.clock.move(timedelta(minutes=6))
    assert (await ada.get(f"{PARKING_AT}/state", headers=JSON)).json()["others"] == ""


async def test_a_draft_is_discarded(ada: httpx.AsyncClient, parts: Container) -> None:
    form = {**await opened(ada), "title": "Is there parking?"}
    await save(ada, form)
    response = await ada.post(f"{PARKING_AT}/discard", data={"csrf": form["csrf"]}, headers=HTML)
    assert response.headers["location"] == f"{PARKING_AT}?done=discarded"
    assert await now(parts) == PARKING


async def test_an_answer_is_taken_out_and_kept_after_all(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    theirs = await opened(bea)
    form = await opened(ada)
    assert 'href="/answers/history/visiting/parking"' in (await ada.get(PARKING_AT, headers=HTML)).text
    await ada.post(f"{PARKING_AT}/remove", data={"csrf": form["csrf"]}, headers=HTML)
    assert await now(parts) is None
    page = await ada.get(PARKING_AT, headers=HTML)
    assert "This is to be taken out" in page.text
    # Who was writing meanwhile is told, and what they wrote is not lost.
    response = await save(bea, {**theirs, "title": "Is there parking?"})
    assert (response.status_code, response.json()["is_taken_out"], response.json()["revision"]) == (409, True, 1)
    assert (await save(bea, {**theirs, "title": "Is there parking?", "revision": "1"})).status_code == 200
    assert (await now(parts)).title == "Is there parking?"


async def test_a_page_that_stays_open_is_told_that_an_answer_is_taken_out(
    ada: httpx.AsyncClient, bea: httpx.AsyncClient, parts: Container
) -> None:
    theirs = await opened(bea)
    await ada.post(f"{PARKING_AT}/remove", data={"csrf": field(await ada.get(PARKING_AT), "csrf")}, headers=HTML)
    response = await save(bea, theirs)
    assert (response.status_code, response.json()["is_taken_out"]) == (409, True)
    assert await now(parts) is None


async def test_a_new_answer_begins_with_its_question(ada: httpx.AsyncClient, parts: Container) -> None:
    page = await ada.get("/answers/new?topic=visiting", headers=HTML)
    assert '<option value="visiting" selected>Visiting</option>' in page.text
    given = {
        "csrf": field(page, "csrf"),
        "topic": "visiting",
        "title": "Can I bring food?",
        "sentences": "can i bring cake\r\n\r\n",
    }
    refused = await ada.post("/answers/new", data={**given, "title": " "}, headers=HTML)
    assert (refused.status_code, "The question is missing" in refused.text, "can i bring cake" in refused.text) == (
        422,
        True,
        True,
    )
    response = await ada.post("/answers/new", data=given, headers=HTML)
    assert response.headers["location"] == "/answers/edit/visiting/can_i_bring_food"
    assert (await now(parts, "visiting/can_i_bring_food")).examples == ("can i bring cake",)
    form = await opened(ada, response.headers["location"])
    answer = (await save(ada, {**form, "text-default": "Yes."}, response.headers["location"])).json()
    assert answer["revision"] == 2


async def test_a_discarded_new_answer_says_so_to_who_still_writes(ada: httpx.AsyncClient, parts: Container) -> None:
    page = await ada.get("/answers/new", headers=HTML)
    await ada.post("/answers/new", data={"csrf": field(page, "csrf"), "topic": "visiting", "title": "Food?"}, headers=HTML)
    form = await opened(ada, "/answers/edit/visiting/food")
    response = await ada.post("/answers/edit/visiting/food/discard", data={"csrf": form["csrf"]}, headers=HTML)
    assert response.headers["location"] == "/answers"
    response = await save(ada, form, "/answers/edit/visiting/food")
    assert (response.status_code, "discarded" in response.json()["error"]) == (404, True)


async def test_a_page_that_is_signed_out_is_told_in_words_it_can_show(ada: httpx.AsyncClient) -> None:
    form = await opened(ada)
    ada.cookies.clear()
    response = await save(ada, form)
    assert (response.status_code, response.json()["error"].startswith("You are not signed in")) == (401, True)


async def test_only_follow_ups_that_exist_are_chosen_and_an_answer_is_not_its_own(ada: httpx.AsyncClient) -> None:
    page = (await ada.get(PARKING_AT, headers=HTML)).text
    titles = re.findall(r'<option value="([^"]*)"></option>', page[page.index('id="all-titles"') :])
    assert CAFE.title in titles
    assert PARKING.title not in titles


async def hints(browser: httpx.AsyncClient, *sentences: str) -> str:  # noqa: F811
    form = {**await opened(browser), "examples": "\n".join(sentences)}
    return unescape((await browser.post(f"{PARKING_AT}/hints", data=form, headers=JSON)).text)


async def test_hints_come_with_the_other_answers_title(ada: httpx.AsyncClient, shop: Workshop) -> None:
    await shop.studio.meanings.prepared()
    page = await hints(ada, *PARKING.examples, "is there the cafe", "is my son Danny there")
    assert f'“is there the cafe”</span> <span class="hints__said">This is also in “{CAFE.title}”' in page
    assert "This may hold a name" in page
    assert "on 14 sentences. You decide" in page


async def test_hints_do_not_wait_for_the_vectors_and_say_so(
    ada: httpx.AsyncClient, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop.studio.meanings, "prepare", lambda: None)
    page = await hints(ada, "one", "one")
    assert "This is already in the list" in page
    assert 'data-again="5"' in page
    assert "Still comparing" in page


async def test_trying_says_what_is_reached_now_and_an_estimate_with_the_drafts(ada: httpx.AsyncClient) -> None:
    form = await opened(ada)
    await save(ada, {**form, "examples": form["examples"] + "\nwhere does my bicycle stand overnight"})
    typed = "where does a bicycle stand overnight\n\nis there the cafe"
    response = await ada.post("/answers/try", data={"csrf": form["csrf"], "sentences": typed}, headers=JSON)
    bicycle, cafe = unescape(response.text).split("</li>")[:2]
    assert "no answer: the carer is asked back" in bicycle
    assert f"With the drafts, probably: <strong>“{PARKING.title}”" in bicycle
    assert f"Now: <strong>“{CAFE.title}”</strong> (90% sure)" in cafe
    assert "probably the same" in cafe
    page = await ada.post("/answers/try", data={"csrf": form["csrf"], "sentences": typed}, headers=HTML)
    assert "bicycle stand overnight</textarea>" not in page.text
    assert "is there the cafe</textarea>" in page.text


async def worked_out(ada: httpx.AsyncClient, shop: Workshop, typed: dict[str, str]) -> httpx.Response:
    """Ask what the drafts do, and again until it is there, as the page does."""
    address = await begun(ada, shop, typed)
    shop.trainer.may_go_on.set()
    async with asyncio.timeout(10):
        while (found := await ada.get(address, headers=JSON)).status_code == 204:  # noqa: ASYNC110  (as the page does)
            await asyncio.sleep(0.01)
    return found


async def begun(ada: httpx.AsyncClient, shop: Workshop, typed: dict[str, str]) -> str:
    """Ask what the drafts do, and return where to look; nothing is trained before ``may_go_on`` is set."""
    shop.trainer.may_go_on.clear()
    page = await ada.post("/answers/try/exactly", data=typed, headers=JSON)
    [address] = re.findall(r'data-working="([^"]+)"', page.text)
    assert isinstance(address, str)
    return address


async def test_what_the_drafts_do_can_be_worked_out_exactly(ada: httpx.AsyncClient, shop: Workshop) -> None:
    form = await opened(ada)
    await save(ada, {**form, "examples": form["examples"] + "\nwhere does my bicycle stand overnight"})
    typed = {"csrf": form["csrf"], "sentences": "where does a bicycle stand overnight\nis there the cafe"}
    done = await worked_out(ada, shop, typed)
    bicycle, cafe = unescape(done.text).split("</li>")[:2]
    assert "Now: <strong>no answer: the carer is asked back" in bicycle
    assert f"With the drafts: <strong>“{PARKING.title}”</strong> (90% sure). Second:" in bicycle
    assert "tried__one--changes" in bicycle
    assert f"With the drafts: <strong>“{CAFE.title}”" in cafe
    assert "tried__one--changes" not in cafe
    page = await ada.post("/answers/try/exactly", data=typed, headers=HTML)
    assert "is there the cafe</textarea>" in page.text


async def test_as_long_as_it_goes_on_the_editor_gets_nothing_new_and_a_reader_the_page(
    ada: httpx.AsyncClient, shop: Workshop
) -> None:
    address = await begun(ada, shop, {"csrf": (await opened(ada))["csrf"], "sentences": "is there the cafe"})
    looked = await ada.get(address, headers=JSON)
    assert (looked.status_code, looked.text) == (204, "")
    assert "Working it out with the drafts" in (await ada.get(address, headers=HTML)).text


async def test_drafts_that_cannot_be_trained_say_where_to_look(ada: httpx.AsyncClient, shop: Workshop) -> None:
    form = await opened(ada)
    shop.trainer.fails = True
    done = await worked_out(ada, shop, {"csrf": form["csrf"], "sentences": "is there the cafe"})
    assert "“Changes” says what is missing" in done.text


async def test_a_rehearsal_nobody_knows_any_more_is_not_found(ada: httpx.AsyncClient) -> None:
    assert (await ada.get("/answers/try/exactly/nothing", headers=JSON)).status_code == 404


async def test_a_list_that_is_too_long_says_how_many_were_left_out(ada: httpx.AsyncClient) -> None:
    typed = "\n".join(f"is there the cafe {number}" for number in range(203))
    page = await ada.post("/answers/try", data={"csrf": (await opened(ada))["csrf"], "sentences": typed}, headers=JSON)
    assert "Only the first 200 were tried; 3 were left out." in page.text
    assert page.text.count("tried__text") == 200
