"""Translations: the page on which they are made, and what the carer's page is told of them."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import Answer, Translation
from alongside.core.library import library_of
from alongside.wiring import Container
from tests.api.conftest import Carer
from tests.api.test_accounts import EMAIL, PASSWORD, browser, sign_in  # noqa: F401
from tests.api.test_asked import add_with
from tests.fakes import CountingAssistant
from tests.library_builders import reworded
from tests.translation_builders import ARABIC, ENGLISH, HELPLINE, HOW_TO_BOOK, WELSH, answer_as_written, speak_from

HERE = f"/answers/translations/{HOW_TO_BOOK.key}"
POLISH = "Najpierw zadzwoń na oddział. {fact_carers_uk}"


@pytest.fixture
async def mel(parts: Container, browser: httpx.AsyncClient) -> Account:  # noqa: F811
    await speak_from(parts)
    mel = await parts.accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.MAINTAINER, password=PASSWORD)
    await sign_in(browser)
    return mel


def form_of(page: str, slot: str) -> dict[str, str]:
    """Return what stands in the fields of one translation's form."""
    found = re.search(rf'<form class="translated__one" id="{slot}".*?</form>', page, re.DOTALL)
    assert found, f"no place for {slot}"
    inputs = re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', found[0])
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', found[0], re.DOTALL)
    return {name: unescape(value) for name, value in [*inputs, *areas]}


async def saves(browser: httpx.AsyncClient, slot: str, **typed: str) -> httpx.Response:  # noqa: F811
    page = (await browser.get(HERE, params={"language": slot.partition("-")[0]})).text
    return await browser.post(HERE, data=form_of(page, slot) | typed, follow_redirects=True)


async def drafted(parts: Container) -> dict[tuple[str, str | None], Translation]:
    answer = (await parts.studio.drafts.get(HOW_TO_BOOK.key)).now
    assert isinstance(answer, Answer)
    return {(each.language, each.nation): each for each in answer.translations}


@pytest.mark.parametrize(
    ("role", "status"),
    [(AccountRole.WORKER, 403), (AccountRole.LEAD, 403), (AccountRole.MAINTAINER, 200), (AccountRole.ADMIN, 200)],
)
async def test_it_is_for_those_who_look_after_the_answers(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    role: AccountRole,
    status: int,
) -> None:
    await speak_from(parts)
    await add_with(parts, role, ["rowan"] if role in (AccountRole.WORKER, AccountRole.LEAD) else [])
    await sign_in(browser)
    assert (await browser.get(HERE)).status_code == status


async def test_the_english_stands_beside_each_language_and_welsh_has_its_place(
    browser: httpx.AsyncClient,  # noqa: F811
    mel: Account,
) -> None:
    page = (await browser.get(HERE)).text
    assert form_of(page, "cy-default")["text"] == WELSH
    assert form_of(page, "cy-scotland") | {"csrf": ""} == {
        "csrf": "",
        "revision": "0",
        "language": "cy",
        "nation": "scotland",
        "of": "In Scotland, ring the ward.",
        "text": "",
        "title": "",
        "translator": "",
        "translated_on": "2026-11-24",
    }
    assert re.search(r'<textarea[^>]* id="text-ar-default"[^>]* lang="ar" dir="rtl"', page)
    assert 'id="pl-default"' not in page
    assert not re.search(r"<script|style=", page)


async def test_a_new_translation_is_saved_in_the_draft_with_the_english_it_was_made_from(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    done = await saves(browser, "pl-default", text=POLISH, title="Jak umówić wizytę?", translator="Ola Nowak")
    assert "Saved in the draft." in done.text
    made = await drafted(parts)
    assert made["pl", None] == Translation("pl", POLISH, "Ola Nowak", parts.clock.today(), of=ENGLISH, title="Jak umówić wizytę?")
    assert made["cy", None].text == WELSH
    assert parts.studio.live.library.answers[HOW_TO_BOOK.key] == HOW_TO_BOOK


async def test_one_without_a_word_is_taken_out(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    done = await saves(browser, "cy-default", text=" ")
    assert "Taken out of the draft." in done.text
    assert set(await drafted(parts)) == {("ar", None)}


async def test_one_whose_english_has_changed_is_marked_until_it_is_saved_again(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    await parts.studio.drafts.save(mel, HOW_TO_BOOK.key, reworded(ENGLISH.replace("first", "today"), HOW_TO_BOOK), revision=0)
    page = (await browser.get(HERE)).text
    assert "Out of date. Carers are not offered it." in page
    assert re.search(r"<del>first</del>\s*<ins>today</ins>", page)
    done = await saves(browser, "cy-default")
    assert "Out of date" in done.text  # the Arabic one still is
    await saves(browser, "ar-default")
    assert "Out of date" not in (await browser.get(HERE)).text


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"translator": " "}, "translator", "The translator is missing."),
        ({"translated_on": ""}, "translated_on", "The day is missing"),
        ({"translated_on": "2031-01-01"}, "translated_on", "has not come yet"),
    ],
)
async def test_what_is_missing_is_told_at_its_field_and_nothing_typed_is_lost(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
    typed: dict[str, str],
    field: str,
    told: str,
) -> None:
    answered = await saves(browser, "pl-default", **({"text": POLISH, "translator": "Ola Nowak"} | typed))
    assert answered.status_code == 422
    assert told in answered.text
    assert f'href="#{field}-pl-default"' in answered.text
    assert form_of(answered.text, "pl-default")["text"] == POLISH
    assert ("pl", None) not in await drafted(parts)


async def test_what_must_be_put_right_before_publishing_is_told(
    browser: httpx.AsyncClient,  # noqa: F811
    mel: Account,
) -> None:
    done = await saves(browser, "pl-default", text="Zadzwoń: 0808 808 7777", translator="Ola Nowak")
    assert "does not hold the same facts as the English" in done.text
    assert "A phone number or an amount of money in the text" in done.text


async def test_two_who_translate_the_same_words_see_each_others(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    opened = form_of((await browser.get(HERE, params={"language": "pl"})).text, "pl-default")
    await saves(browser, "pl-default", text="Ich słowa {fact_carers_uk}", translator="Jan")
    mine = opened | {"text": POLISH, "translator": "Ola Nowak"}
    answered = await browser.post(HERE, data=mine)
    assert answered.status_code == 409
    assert "They wrote: Ich słowa {fact_carers_uk}" in unescape(answered.text)
    kept = form_of(answered.text, "pl-default")
    assert kept["text"] == POLISH
    await browser.post(HERE, data=kept)
    assert (await drafted(parts))["pl", None].text == POLISH


async def test_somebody_elses_language_is_kept(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    opened = form_of((await browser.get(HERE, params={"language": "pl"})).text, "pl-default")
    await saves(browser, "cy-default", text="Geiriau eraill {fact_carers_uk}")
    await browser.post(HERE, data=opened | {"text": POLISH, "translator": "Ola Nowak"})
    made = await drafted(parts)
    assert (made["cy", None].text, made["pl", None].text) == ("Geiriau eraill {fact_carers_uk}", POLISH)


@pytest.mark.parametrize("key", ["visiting/none", "fact/carers_uk", "nonsense"])
async def test_only_answers_have_translations(browser: httpx.AsyncClient, mel: Account, key: str) -> None:  # noqa: F811
    assert (await browser.get(f"/answers/translations/{key}")).status_code == 404


async def test_a_language_of_nobodys_is_refused(browser: httpx.AsyncClient, mel: Account) -> None:  # noqa: F811
    answered = await saves(browser, "cy-default", language="xx")
    assert answered.status_code == 422
    assert "not in our list" in answered.text


# What the carer's page is told


async def test_the_carers_page_is_told_the_language_and_how_it_runs(
    carer: Carer, parts: Container, assistant: CountingAssistant
) -> None:
    await speak_from(parts)
    assistant.answer = answer_as_written
    (said,) = (await carer.send("how do I book", wait=10)).json()["messages"]
    assert (said["language"], said["direction"]) == (None, None)
    offered: dict[str, Any] = next(choice for choice in said["choices"] if choice["language"] == "ar")
    assert offered["title"] == "العربية"
    (said,) = (await carer.press(offered["payload"], wait=10)).json()["messages"]
    assert (said["language"], said["direction"], said["answer"]) == ("ar", "rtl", HOW_TO_BOOK.key)
    assert said["text"].startswith(ARABIC[:20])


async def test_a_conversation_begun_in_a_language_is_offered_it_first(
    client: httpx.AsyncClient, parts: Container, assistant: CountingAssistant
) -> None:
    await speak_from(parts, library_of([HOW_TO_BOOK, HELPLINE]))
    assistant.answer = answer_as_written
    begun = (await client.post("/api/v1/conversations", json={"language": "cy-GB"})).json()
    key = {"Authorization": f"Bearer {begun['token']}"}
    sent = {"text": "how do I book", "client_id": "1"}
    (said,) = (await client.post("/api/v1/messages", json=sent, params={"wait": 10}, headers=key)).json()["messages"]
    assert said["choices"][0] == {
        "title": "Cymraeg",
        "payload": '/say_in{"answer": "visiting/how_to_book", "language": "cy"}',
        "language": "cy",
    }


async def test_a_worker_is_told_which_language_it_is(
    carer: Carer,
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    assistant: CountingAssistant,
) -> None:
    await speak_from(parts)
    await add_with(parts, AccountRole.WORKER, ["rowan"])
    assistant.answer = answer_as_written
    (said,) = (await carer.send("how do I book", wait=10)).json()["messages"]
    await carer.press(said["choices"][-1]["payload"], wait=10)
    await carer.press("/talk_to_person", wait=10)
    await sign_in(browser)
    (address,) = set(re.findall(r'href="(/inbox/cases/\w+)"', (await browser.get("/inbox")).text))
    page = (await browser.get(address)).text
    assert '<div class="said__text" lang="ar" dir="rtl">' in page
    assert "In Arabic: an approved translation of the English above." in page


async def test_the_editor_leads_there_and_tells_what_is_out_of_date(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    page = (await browser.get(f"/answers/edit/{HOW_TO_BOOK.key}")).text
    assert f'href="{HERE}"' in page
    assert "2 translations. Once you change the English" in page
    await parts.studio.drafts.save(mel, HOW_TO_BOOK.key, reworded("Other words.", HOW_TO_BOOK), revision=0)
    page = (await browser.get(f"/answers/edit/{HOW_TO_BOOK.key}")).text
    assert "2 of 2 translations out of date" in page
