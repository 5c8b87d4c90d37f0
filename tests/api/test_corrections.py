"""Corrected, withdrawn, seen and typing, as the carer API and the inbox without scripts have them."""

# ruff: noqa: F401, F811 (the fixtures of the inbox are used by their names)

import re
import uuid

import httpx
import pytest
from fastapi import FastAPI

from alongside.core.accounts import Account
from alongside.core.conversations import TALK_TO_PERSON, Message
from alongside.core.details import Details, Reach
from alongside.store import progress
from alongside.wiring import Container
from api.channels.web import MAX_CHANGE
from tests.api.conftest import Carer, begin, listening
from tests.api.test_conversations import is_error
from tests.api.test_inbox import Browser, SignIn, ada, bea, desk, plain, sign_in
from tests.case_builders import add_case, current
from tests.case_builders import begin as begin_conversation
from tests.fakes import NOW


@pytest.fixture
async def asking(app: FastAPI, client: httpx.AsyncClient, parts: Container, ada: Account) -> tuple[Carer, str]:
    """A carer whose case Ada has; with the case's id."""
    carer = await begin(app, client, service="larch")
    await carer.press(TALK_TO_PERSON, wait=30)
    file = await current(parts, await parts.conversations.find(carer.token))
    await parts.handover.claim(ada, file.id)
    return carer, file.id


async def write(parts: Container, ada: Account, case_id: str, text: str = "On Monday.") -> Message:
    return await parts.handover.reply(ada, case_id, text, client_id=uuid.uuid4().hex)


async def look(carer: Carer, **params: str | int) -> dict[str, object]:
    response = await carer.client.get("/api/v1/messages", params=params, headers=carer.key)
    assert response.status_code == 200, response.text
    return dict(response.json())


# The carer API


async def test_a_page_asks_for_what_was_changed_since_its_last_look(
    parts: Container, ada: Account, asking: tuple[Carer, str]
) -> None:
    carer, case_id = asking
    one, two = [await write(parts, ada, case_id, text) for text in ("one", "two")]
    first = await look(carer)
    assert (first["changed"], first["last_change"]) == ([], 0)
    await parts.corrections.correct(ada, case_id, one.id, "first")
    await parts.corrections.withdraw(ada, case_id, two.id)
    then = await look(carer, after=two.id, changed_since=0)
    assert then["messages"] == []
    assert [(m["id"], m["text"], m["edited_at"], m["withdrawn_at"]) for m in then["changed"]] == [  # type: ignore[attr-defined]
        (one.id, "first", "2026-11-24T10:00:00Z", None),
        (two.id, "", None, "2026-11-24T10:00:00Z"),
    ]
    again = await look(carer, after=two.id, changed_since=then["last_change"])  # type: ignore[arg-type]
    assert again["changed"] == []


@pytest.mark.parametrize("since", [-1, MAX_CHANGE + 1, "x"])
async def test_a_change_that_cannot_be_is_refused(carer: Carer, since: object) -> None:
    response = await carer.client.get("/api/v1/messages", params={"changed_since": str(since)}, headers=carer.key)
    assert is_error(response, 422)


async def test_changes_are_heard_as_ids_and_writing_as_a_name(parts: Container, ada: Account, asking: tuple[Carer, str]) -> None:
    carer, case_id = asking
    message = await write(parts, ada, case_id)
    async with listening(carer, after=message.id) as events:
        await parts.corrections.correct(ada, case_id, message.id, "On Tuesday.")
        changed = await events.next()
        await parts.typing.worker_writes(ada, case_id)
        typing = await events.next()
    assert changed == {"event": "changed", "data": {"id": message.id}}
    assert typing == {"event": "typing", "data": {"name": "Ada"}}


async def test_a_carer_does_not_hear_of_their_own_writing(parts: Container, ada: Account, asking: tuple[Carer, str]) -> None:
    carer, case_id = asking
    (*_, last) = await carer.thread()
    async with listening(carer, after=last["id"]) as events:
        response = await carer.client.post("/api/v1/typing", headers=carer.key)
        message = await write(parts, ada, case_id)
        assert await events.next() == {"event": "message", "id": message.id, "data": {"id": message.id}}
    assert (response.status_code, response.content) == (204, b"")
    assert parts.typing.is_writing(carer.conversation, None)


async def test_what_the_page_has_shown_is_seen(parts: Container, ada: Account, asking: tuple[Carer, str]) -> None:
    carer, case_id = asking
    message = await write(parts, ada, case_id)
    response = await carer.client.post("/api/v1/seen", json={"id": message.id}, headers=carer.key)
    assert (response.status_code, response.content) == (204, b"")
    reached = await parts.deliveries.states(carer.conversation, [message])
    assert reached.states[message.id].value == "seen"


@pytest.mark.parametrize(("body", "status"), [({"id": "0" * 32}, 404), ({"id": "x"}, 404), ({"id": "x" * 33}, 422), ({}, 422)])
async def test_what_is_not_there_cannot_be_seen(carer: Carer, body: object, status: int) -> None:
    response = await carer.client.post("/api/v1/seen", json=body, headers=carer.key)
    assert is_error(response, status)


async def test_without_the_token_nobody_types_or_sees(carer: Carer) -> None:
    assert (await carer.client.post("/api/v1/typing")).status_code == 401
    assert (await carer.client.post("/api/v1/seen", json={"id": carer.greeting["id"]})).status_code == 401


async def test_static_files_are_asked_about_each_time(client: httpx.AsyncClient) -> None:
    first = await client.get("/static/chat.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get("/static/chat.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


# The inbox


async def test_a_worker_corrects_and_everybody_sees_the_earlier_words(
    parts: Container, ada: Account, bea: Account, desk: Browser, sign_in: SignIn, asking: tuple[Carer, str]
) -> None:
    _, case_id = asking
    message = await write(parts, ada, case_id)
    response = await desk.do(case_id, f"messages/{message.id}/correct", text="On Tuesday.")
    assert response.headers["location"] == f"/inbox/cases/{case_id}#message-{message.id}"
    other = await sign_in(bea)
    for browser in (desk, other):
        page = await browser.text(f"/inbox/cases/{case_id}")
        assert "On Tuesday. Corrected at 10am Not read yet: the carer’s page is closed Earlier words 10am On Monday." in page
        assert "Ada corrected a message to the carer" in page
    assert "Correct or withdraw" in await desk.text(f"/inbox/cases/{case_id}")
    assert "Correct or withdraw" not in await other.text(f"/inbox/cases/{case_id}")


async def test_a_worker_withdraws(parts: Container, ada: Account, desk: Browser, asking: tuple[Carer, str]) -> None:
    carer, case_id = asking
    message = await write(parts, ada, case_id)
    await desk.do(case_id, f"messages/{message.id}/withdraw")
    page = await desk.text(f"/inbox/cases/{case_id}")
    assert "Ada withdrew this message at 10am. The carer does not see what it said. Earlier words 10am On Monday." in page
    assert "On Monday" not in str(await carer.thread())


async def test_a_correction_that_is_refused_keeps_what_was_typed(
    parts: Container, ada: Account, bea: Account, desk: Browser, sign_in: SignIn, asking: tuple[Carer, str]
) -> None:
    _, case_id = asking
    message = await write(parts, ada, case_id)
    long = await desk.do(case_id, f"messages/{message.id}/correct", text="word " * 1_000)
    assert long.status_code == 422
    assert "word word word" in long.text
    theirs = await (await sign_in(bea)).do(case_id, f"messages/{message.id}/withdraw")
    assert (theirs.status_code, "Only the worker who wrote" in plain(theirs.text)) == (403, True)
    assert (await desk.do(case_id, "messages/nothing/withdraw")).status_code == 404


async def test_an_open_page_fetches_changes_in_their_places_and_what_was_seen(
    parts: Container, ada: Account, desk: Browser, asking: tuple[Carer, str]
) -> None:
    carer, case_id = asking
    one, two = [await write(parts, ada, case_id, text) for text in ("one", "two")]
    page = (await desk.get(f"/inbox/cases/{case_id}")).text
    assert "Not read yet: the carer’s page is closed" in page
    (shown,) = re.findall(r'id="shown" data-change="(\d+)" data-delivery="(\w+)"', page)
    known = {"after": two.id, "change": shown[0], "delivery": shown[1]}
    nothing = (await desk.get(f"/inbox/cases/{case_id}/messages", **known)).text
    assert "<article" not in nothing
    assert 'id="state-' not in nothing
    await parts.corrections.correct(ada, case_id, one.id, "first")
    await parts.deliveries.seen(carer.conversation, one.id, change=1)
    more = (await desk.get(f"/inbox/cases/{case_id}/messages", **known)).text
    assert re.findall(r'<article[^>]* id="message-(\w+)"[^>]* hx-swap-oob="true"', more) == [one.id]
    assert "first" in more
    states = dict(re.findall(r'id="state-(\w+)" hx-swap-oob="true">([^<]*)<', more))
    assert {message_id: said for message_id, said in states.items() if said} == {
        one.id: "Seen",
        two.id: "Not read yet: the carer’s page is closed",
    }
    assert 'id="shown" data-change="1"' in more


async def test_a_carer_who_cannot_be_reached_is_shown_with_another_way(parts: Container, desk: Browser) -> None:
    conversation = await begin_conversation(parts)
    details = Details(reach=Reach.PHONE, address="01632 960123", good_time="evenings")
    file = await add_case(parts.database, conversation.id, details=details)
    assert "cannot be reached" not in await desk.text(f"/inbox/cases/{file.id}")
    async with parts.database.transaction() as session:
        await progress.set_unreachable(session, conversation.id, NOW)
    page = await desk.text(f"/inbox/cases/{file.id}")
    assert "The carer cannot be reached on this channel, since 10am." in page
    assert "They can be reached another way: By phone, “evenings”, 01632 960123" in page


async def test_a_worker_who_writes_is_known_to_write(
    parts: Container, ada: Account, bea: Account, desk: Browser, sign_in: SignIn, asking: tuple[Carer, str]
) -> None:
    carer, case_id = asking
    response = await desk.client.post(f"/inbox/cases/{case_id}/typing", headers={"X-CSRF-Token": desk.csrf})
    assert response.status_code == 204
    assert parts.typing.writers(carer.conversation) == {ada.id}
    other = await sign_in(bea)
    assert (await other.do(case_id, "typing")).status_code == 403
    assert (await desk.client.post(f"/inbox/cases/{case_id}/typing")).status_code == 403
    assert parts.typing.writers(carer.conversation) == {ada.id}
