"""The library's page: what carers are told, what is being done to it, how it does, and which answer a question reaches."""

import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy import event

from alongside.core.accounts import AccountRole
from alongside.core.errors import AssistantFailed
from alongside.wiring import Container
from api.answers import library
from tests.api.answers.conftest import Enter
from tests.fakes import reply
from tests.studio_builders import CAFE, LOCKERS, PARKING, REVIEW, SAFETY_SELF, Workshop, answer, sentences


def rows(page: httpx.Response) -> dict[str, str]:
    """Return what a page says of each entry, by its title, in the order of the page."""
    found = {}
    for row in re.findall(r'<tr role="row">(.*?)</tr>', page.text, re.DOTALL)[1:]:
        words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        if title := re.search(r'href="/answers/(?:edit|history)/[^"]+">([^<]+)<', row):
            found[title[1]] = words
    return found


async def test_every_answer_stands_there_with_its_owner_and_the_release_it_last_changed_in(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, replace(PARKING, title="Is there a car park?"), revision=0)
    await shop.put_live(await shop.publish())
    ada = await enter("Cy")
    listed = rows(await ada.get("/answers"))
    assert list(listed) == ["Is there a car park?", "Is there a place to eat?", "Where do I put my bag?"]
    assert "Content team" in listed[CAFE.title]
    assert "Release 1" in listed[CAFE.title]
    assert "Release 2" in listed["Is there a car park?"]
    await shop.studio.publishing.go_back(shop.ada, 1)
    await shop.studio.work.put_live_next()
    assert "Release 1" in rows(await ada.get("/answers"))[PARKING.title]


async def test_what_is_being_written_is_marked(enter: Enter, shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, replace(PARKING, owner="Somebody else"), revision=0)
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    await shop.studio.drafts.begin(shop.ada, topic="stigma", title="What do I tell the neighbours?")
    ada = await enter("Cy")
    listed = rows(await ada.get("/answers"))
    assert "Draft of a change" in listed[PARKING.title]
    assert "To be taken out" in listed[CAFE.title]
    assert "New, not live yet" in listed["What do I tell the neighbours?"]
    assert "Live" in listed[LOCKERS.title]
    assert list(rows(await ada.get("/answers?status=new"))) == ["What do I tell the neighbours?"]
    assert list(rows(await ada.get("/answers?topic=stigma"))) == ["What do I tell the neighbours?"]
    assert list(rows(await ada.get("/answers?q=neighbours"))) == ["What do I tell the neighbours?"]


async def test_a_review_date_that_has_passed_is_told_and_can_be_looked_for(enter: Enter, shop: Workshop) -> None:
    ada = await enter("Cy")
    assert "Overdue" not in " ".join(rows(await ada.get("/answers")).values())
    shop.clock.move(timedelta(days=(REVIEW - date(2026, 11, 24)).days - 30))
    ada = await enter("Dee")
    assert f"Due {REVIEW:%-d %b %Y}" in rows(await ada.get("/answers"))[PARKING.title]
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, review_on=REVIEW + timedelta(days=90)), revision=0)
    await shop.put_live(await shop.publish())
    shop.clock.move(timedelta(days=30))
    ada = await enter("Eve")
    listed = rows(await ada.get("/answers?overdue=yes"))
    assert list(listed) == [PARKING.title, LOCKERS.title]
    assert f"Overdue since {REVIEW:%-d %b %Y}" in listed[PARKING.title]


async def test_how_often_an_answer_was_given_and_whether_it_helped(enter: Enter, shop: Workshop, parts: Container) -> None:
    shop.assistants.answer = lambda asked: reply(
        "Most units have a car park.", answer=PARKING.key, response=f"utter_ask_{PARKING.key}"
    )
    conversation, _, _ = await parts.conversations.begin(channel="web")
    for helpful in (True, True, False, None):
        await parts.turns.receive(conversation.id, text="where do I park")
        await parts.turns.finish()
        said = (await parts.conversations.look(conversation.id, None)).messages[-1]
        if helpful is not None:
            await parts.feedback.say(conversation.id, said.id, helpful=helpful)
    ada = await enter("Cy")
    listed = rows(await ada.get("/answers"))
    assert re.search(r"Asked 4 Helped 2 yes, 1 no", listed[PARKING.title])
    assert re.search(r"Asked 0 Helped Nobody said", listed[CAFE.title])
    shop.clock.move(timedelta(days=91))
    assert "Asked 0 Helped Nobody said" in rows(await (await enter("Dee")).get("/answers"))[PARKING.title]


async def test_safety_replies_and_facts_have_a_list_of_their_own(enter: Enter) -> None:
    ada = await enter("Cy")
    replies = rows(await ada.get("/answers?show=safety"))
    assert list(replies) == [SAFETY_SELF.title]
    assert "Own words for England" in replies[SAFETY_SELF.title]
    facts = rows(await ada.get("/answers?show=fact"))
    assert list(facts) == ["Emergency services", "NHS 111"]
    assert "999" in facts["Emergency services"]
    assert list(rows(await ada.get("/answers?show=fact&q=111"))) == ["NHS 111"]


async def test_a_search_finds_by_the_words_carers_ask_with(enter: Enter) -> None:
    ada = await enter("Cy")
    assert next(iter(rows(await ada.get("/answers?q=locker")))) == LOCKERS.title
    nothing = await ada.get("/answers?q=zebra")
    assert rows(nothing) == {}
    assert "Nothing here fits" in nothing.text
    assert 'href="/answers"' in nothing.text


async def test_many_answers_come_a_page_at_a_time(enter: Enter, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "PAGE", 2)
    ada = await enter("Cy")
    first, second = await ada.get("/answers"), await ada.get("/answers?page=2")
    assert "3 entries, 1 to 2 shown" in first.text
    assert 'href="/answers?page=2"' in first.text
    assert (len(rows(first)), list(rows(second))) == (2, [LOCKERS.title])
    assert "Nothing here" not in (await ada.get("/answers?page=9")).text


async def test_which_answer_a_question_would_reach(enter: Enter) -> None:
    ada = await enter("Cy")
    page = await ada.send_form("/answers", question="where is the car park")
    told = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "“where is the car park” reaches “Where can I park?” , 90% sure." in told
    assert "Second: “Is there a place to eat?”, 5%." in told
    assert "Most units have a car park." in told
    assert "asked back" in (await ada.send_form("/answers", question="zzz")).text


async def test_a_question_about_danger_reaches_the_safety_reply_with_its_numbers(enter: Enter) -> None:
    page = await (await enter("Cy")).send_form("/answers", question="I want to kill myself")
    assert "the safety reply “Danger to yourself”" in page.text
    assert "Call 999 now." in page.text


async def test_a_question_that_cannot_be_tried_says_why(enter: Enter, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await enter("Cy")
    empty = await ada.send_form("/answers", question=" ")
    assert (empty.status_code, "Write a question first" in empty.text) == (422, True)

    async def down(_texts: object) -> None:
        raise AssistantFailed("The assistant is starting. Try again in a minute.")

    monkeypatch.setattr(shop.assistants, "ask", down)
    page = await ada.send_form("/answers", question="where is the <b>car park")
    assert (page.status_code, "Try again in a minute" in page.text) == (503, True)
    assert 'value="where is the &lt;b&gt;car park"' in page.text


async def test_a_lead_reads_the_library_and_changes_nothing(enter: Enter) -> None:
    lead = await enter("Lou", AccountRole.LEAD)
    page = await lead.get("/answers")
    assert page.status_code == 200
    assert "/answers/edit/" not in page.text
    assert "/answers/new" not in page.text
    assert "/answers/history/visiting/parking" in page.text
    assert (await (await enter("Wes", AccountRole.WORKER)).get("/answers")).status_code == 403


async def test_a_change_without_our_form_is_refused(enter: Enter) -> None:
    ada = await enter("Cy")
    assert (await ada.post("/answers", data={"question": "where"})).status_code == 403


async def test_the_page_asks_the_database_as_often_for_many_answers_as_for_few(enter: Enter, shop: Workshop) -> None:
    ada = await enter("Cy")
    await ada.get("/answers")
    few = await _queries(shop, ada)
    for number in range(40):
        key = f"visiting/place_{number}"
        entry = answer(key, f"Place {number}?", f"Place {number} is here.", sentences(f"place {number}"))
        await shop.studio.drafts.save(shop.ada, key, entry, revision=0)
    assert await _queries(shop, ada) == few
    assert len(rows(await ada.get("/answers"))) == 43


async def _queries(shop: Workshop, browser: httpx.AsyncClient) -> int:
    asked: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = shop.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    await browser.get("/answers")
    event.remove(engine, "before_cursor_execute", count)
    return len(asked)
