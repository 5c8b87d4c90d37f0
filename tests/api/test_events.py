"""Server-sent events: ids, never texts; what was missed comes again; an end when the conversation has ended."""

import pytest

from tests.api.conftest import Carer, listening
from tests.api.test_conversations import WORDS, is_error
from tests.fakes import CountingAssistant


async def test_a_new_listener_hears_of_every_message_from_the_beginning(carer: Carer) -> None:
    async with listening(carer) as events:
        assert events.status == 200
        event = await events.next()
    assert event == {"event": "message", "id": carer.greeting["id"], "data": {"id": carer.greeting["id"]}}


async def test_a_turn_is_heard_as_ids_and_thinking_never_as_texts(carer: Carer, assistant: CountingAssistant) -> None:
    assistant.hold()
    heard = []
    async with listening(carer, after=carer.greeting["id"]) as events:
        sent = (await carer.send(WORDS)).json()["id"]
        while not heard or heard[-1]["event"] != "thinking":
            heard.append(await events.next())
        assistant.let_go()
        while len({event["id"] for event in heard if event["event"] == "message"}) < 2:
            heard.append(await events.next())
    reply = (await carer.thread())[-1]["id"]
    assert list(dict.fromkeys(event["id"] for event in heard if event["event"] == "message")) == [sent, reply]
    assert WORDS not in str(heard)


async def test_what_was_missed_comes_after_the_last_event_id(carer: Carer) -> None:
    first = (await carer.send("First", wait=30)).json()
    await carer.send("Second", wait=30)
    missed = [message["id"] for message in await carer.thread(after=first["id"])]
    async with listening(carer, after=first["id"]) as events:
        heard = [await events.next() for _ in missed]
    assert [event["id"] for event in heard if event] == missed


async def test_two_pages_of_one_conversation_hear_the_same(carer: Carer) -> None:
    async with listening(carer) as one, listening(carer) as other:
        assert await one.next() == await other.next()
        sent = (await carer.send("Hello")).json()["id"]
        for page in (one, other):
            while (event := await page.next()) and event.get("id") != sent:
                pass
            assert event == {"event": "message", "id": sent, "data": {"id": sent}}


@pytest.mark.parametrize("after", [None, "greeting"])
async def test_the_stream_ends_when_the_conversation_is_erased(carer: Carer, after: str | None) -> None:
    async with listening(carer, after=carer.greeting["id"] if after else None) as events:
        if after is None:
            await events.next()
        await carer.client.delete("/api/v1/conversations/current", headers=carer.key)
        assert await events.next() is None


@pytest.mark.parametrize("last", ["unknown", "0" * 32])
async def test_a_last_event_that_does_not_exist_is_not_found(carer: Carer, last: str) -> None:
    response = await carer.client.get("/api/v1/events", headers=carer.key | {"Last-Event-ID": last})
    assert is_error(response, 404)


async def test_an_empty_last_event_id_begins_at_the_beginning(carer: Carer) -> None:
    async with listening(carer, after="") as events:
        event = await events.next()
    assert event is not None
    assert event["id"] == carer.greeting["id"]
