"""Sending and fetching messages: what is taken, what is refused, and that no error repeats the carer's words."""

import asyncio
import json

import httpx
import pytest

from alongside.core.errors import AssistantFailed
from alongside.services.ports import AssistantReply
from alongside.services.turns import BURST
from api.limits import MAX_BODY
from tests.api.conftest import Carer
from tests.api.test_conversations import WORDS, is_error
from tests.builders import words
from tests.fakes import VISITING, Asked, CountingAssistant, reply


async def test_a_message_is_accepted_at_once_and_answered_in_the_thread(carer: Carer, assistant: CountingAssistant) -> None:
    assistant.hold()
    response = await carer.send("Can I visit?")
    assert response.status_code == 202
    assert list(response.json()) == ["id"]
    assert await carer.own_texts() == ["Can I visit?"]


async def test_with_wait_the_answer_comes_back(carer: Carer) -> None:
    response = await carer.send("Can I visit?", wait=30)
    assert response.status_code == 200
    (said,) = response.json()["messages"]
    assert (said["author"], said["text"]) == ("bot", "You said: Can I visit? (1)")
    assert said["answer"] == "visiting/first_visit"
    assert said["choices"] == [{"title": VISITING.title, "payload": VISITING.payload, "language": None}]
    assert said["sources"] == [{"title": "A source", "url": "https://example.org/page", "checked_on": "2026-11-01"}]
    assert said["release"] == 1


async def test_when_the_wait_is_over_the_message_is_accepted_all_the_same(carer: Carer, assistant: CountingAssistant) -> None:
    assistant.hold()
    response = await carer.send("Can I visit?", wait=0.01)
    assert response.status_code == 202


@pytest.mark.parametrize("wait", ["-1", "31", "nan", "inf", WORDS, ""])
async def test_a_wait_that_is_no_short_time_is_refused(carer: Carer, wait: str) -> None:
    response = await carer.send("Can I visit?", wait=wait)
    assert is_error(response, 422)
    assert WORDS not in response.text
    assert await carer.own_texts() == []


async def test_the_same_client_id_returns_the_first_result_and_makes_no_second_turn(
    carer: Carer, assistant: CountingAssistant
) -> None:
    body = {"text": "Can I visit?", "client_id": "one"}
    first = await carer.post(body, wait=30)
    again = await carer.post(body, wait=30)
    assert again.json() == first.json()
    assert len(assistant.asked) == 1


async def test_the_same_client_id_twenty_times_at_once_is_one_turn(carer: Carer, assistant: CountingAssistant) -> None:
    body = {"text": "Can I visit?", "client_id": "one"}
    responses = await asyncio.gather(*(carer.post(body, wait=30) for _ in range(20)))
    assert {response.status_code for response in responses} == {200}
    assert len({response.json()["id"] for response in responses}) == 1
    assert len(assistant.asked) == 1


async def test_a_choice_that_was_offered_is_taken_and_shown_by_its_title(carer: Carer) -> None:
    choice = carer.greeting["choices"][0]
    response = await carer.press(choice["payload"], wait=30)
    assert response.status_code == 200
    assert await carer.own_texts() == [choice["title"]]


async def test_a_choice_of_an_earlier_message_is_still_taken(carer: Carer) -> None:
    await carer.send("Can I visit?", wait=30)
    await carer.send("And else?", wait=30)
    assert (await carer.press(carer.greeting["choices"][0]["payload"], wait=30)).status_code == 200


@pytest.mark.parametrize("choice", [f"/{WORDS}", "/restart", "/session_start", f'/ask_x{{"y": "{WORDS}"}}', "\x00", "", " "])
async def test_a_forged_choice_is_refused_and_says_what_to_do(carer: Carer, assistant: CountingAssistant, choice: str) -> None:
    response = await carer.press(choice)
    assert is_error(response, 422)
    assert "write your question" in response.json()["error"]
    assert WORDS not in response.text
    assert assistant.asked == []


async def test_a_person_can_be_asked_for_at_any_time_even_when_the_assistant_is_down(
    carer: Carer, assistant: CountingAssistant
) -> None:
    def fail(asked: Asked) -> AssistantReply:
        raise AssistantFailed("down")

    assistant.answer = fail
    response = await carer.press("/talk_to_person", wait=30)
    assert response.status_code == 200
    assert "116 123" in response.json()["messages"][0]["text"]


async def test_danger_comes_back_marked_with_its_kind(carer: Carer) -> None:
    response = await carer.send("I don't think I can go on", wait=30)
    assert response.json()["messages"][0]["safety"] == "self"


async def test_an_assistant_that_is_down_is_an_apology(carer: Carer, assistant: CountingAssistant) -> None:
    def fail(asked: Asked) -> AssistantReply:
        raise AssistantFailed("down")

    assistant.answer = fail
    response = await carer.send("Can I visit?", wait=30)
    assert response.status_code == 200
    assert response.json()["messages"][0]["text"] == words().find("utter_apology", nation=None).text
    person = {"title": "Talk to a person", "payload": '/talk_to_person{"reason": "assistant_failed"}', "language": None}
    assert person in response.json()["messages"][0]["choices"]


# Bad input


async def test_twenty_thousand_characters_are_refused_whole_and_not_repeated(carer: Carer, assistant: CountingAssistant) -> None:
    response = await carer.send(f"{WORDS} " * 2858)
    assert is_error(response, 422)
    assert "4,000" in response.json()["error"]
    assert WORDS not in response.text
    assert await carer.own_texts() == []
    assert assistant.asked == []


async def test_four_thousand_characters_are_taken(carer: Carer) -> None:
    text = "😢" * 4000
    assert (await carer.send(text, wait=30)).status_code == 200
    assert await carer.own_texts() == [text]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("can I\x00 visit\x07\x1b[31m?", "can I visit[31m?"),
        ("line\r\nline\ttab", "line\nline\ttab"),
        ("متى يمكنني زيارة ابني؟", "متى يمكنني زيارة ابني؟"),
        ("\u202eevil\u202c \u2067שלום\u2069", "evil שלום"),
        ("\ufeffhello\u200d", "hello\u200d"),
        ("👩\u200d👦 née cafe\u0301", "👩\u200d👦 née café"),
        ("", ""),
        ("   \n ", ""),
        ("/restart", "/restart"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{fact_emergency}", "{fact_emergency}"),
    ],
)
async def test_odd_characters_are_answered_and_the_words_are_kept(carer: Carer, sent: str, kept: str) -> None:
    assert (await carer.send(sent, wait=30)).status_code == 200
    assert await carer.own_texts() == [kept]


async def test_half_an_emoji_is_taken_for_what_it_is(carer: Carer, client: httpx.AsyncClient) -> None:
    body = b'{"text": "I feel sad \\ud83d today", "client_id": "a"}'  # what a page sends that cut a text in an emoji
    headers = carer.key | {"Content-Type": "application/json"}
    response = await client.post("/api/v1/messages", content=body, headers=headers, params={"wait": 30})
    assert response.status_code == 200
    assert await carer.own_texts() == ["I feel sad ? today"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"quokka"',
        b"[]",
        b"{}",
        b'{"text": "quokka"',
        b'{"text": "quokka"}',
        b'{"text": 3, "client_id": "a"}',
        b'{"text": ["quokka"], "client_id": "a"}',
        b'{"text": {"quokka": "quokka"}, "client_id": "a"}',
        b'{"text": true, "client_id": "a"}',
        b'{"text": null, "client_id": "a"}',
        b'{"client_id": "a"}',
        b'{"text": "quokka", "choice": "/talk_to_person", "client_id": "a"}',
        b'{"text": "quokka", "client_id": ""}',
        b'{"text": "quokka", "client_id": 7}',
        b'{"text": "quokka", "client_id": "a b"}',
        b'{"text": "quokka", "client_id": "a\\u0000"}',
        b'{"text": "quokka", "client_id": "a", "quokka": 1}',
        b'{"text": "quokka", "client_id": "' + b"a" * 101 + b'"}',
        b'{"choice": "' + b"quokka" * 100 + b'", "client_id": "a"}',
        b'{"text": NaN, "client_id": "a"}',
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused_and_not_repeated(
    carer: Carer, client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post("/api/v1/messages", content=body, headers=carer.key | {"Content-Type": "application/json"})
    assert is_error(response, 422)
    assert WORDS not in response.text
    assert await carer.own_texts() == []


@pytest.mark.parametrize(
    "body", [b'{"text": "quokka\xff", "client_id": "a"}', b"[" * 100_000, b'{"text": ' + b"1" * 5000 + b', "client_id": "a"}']
)
async def test_a_body_that_cannot_be_read_is_refused(carer: Carer, client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/api/v1/messages", content=body, headers=carer.key | {"Content-Type": "application/json"})
    assert is_error(response, 400)
    assert WORDS not in response.text


async def test_a_body_of_another_kind_is_refused(carer: Carer, client: httpx.AsyncClient) -> None:
    response = await client.post("/api/v1/messages", data={"text": WORDS, "client_id": "a"}, headers=carer.key)
    assert is_error(response, 422)
    assert WORDS not in response.text


async def test_five_megabytes_are_refused_by_their_announced_length(carer: Carer) -> None:
    response = await carer.send("x" * 5_000_000)
    assert is_error(response, 413)


async def test_five_megabytes_are_refused_when_no_length_is_announced(carer: Carer, client: httpx.AsyncClient) -> None:
    read = 0

    async def chunks():  # type: ignore[no-untyped-def]
        nonlocal read
        yield b'{"client_id": "a", "text": "'
        for _ in range(5_000):
            read += 1000
            yield b"x" * 1000

    response = await client.post("/api/v1/messages", content=chunks(), headers=carer.key | {"Content-Type": "application/json"})
    assert is_error(response, 413)
    assert read < 2 * MAX_BODY
    assert await carer.own_texts() == []


async def test_a_message_every_few_milliseconds_is_stopped_and_none_that_was_taken_is_lost(
    carer: Carer, assistant: CountingAssistant
) -> None:
    taken = []
    for number in range(BURST + 10):
        response = await carer.send(f"Question {number}")
        if response.status_code == 202:
            taken.append(f"Question {number}")
        else:
            assert is_error(response, 429)
            assert int(response.headers["retry-after"]) > 0
    await carer.app.state.container.turns.finish()
    assert len(taken) == BURST
    assert await carer.own_texts() == taken == [asked.text for asked in assistant.asked]


# Fetching


async def test_the_thread_comes_oldest_first(carer: Carer) -> None:
    await carer.send("First", wait=30)
    await carer.send("Second", wait=30)
    assert [message["author"] for message in await carer.thread()] == ["bot", "carer", "bot", "carer", "bot"]


async def test_only_what_came_after_a_message_is_returned(carer: Carer) -> None:
    first = (await carer.send("First", wait=30)).json()
    assert [message["id"] for message in await carer.thread(after=first["id"])] == [first["messages"][0]["id"]]
    assert await carer.thread(after=first["messages"][0]["id"]) == []


@pytest.mark.parametrize("after", ["unknown", "", "\x00", "ü", "0" * 32, "x" * 5000])
async def test_after_a_message_that_does_not_exist_is_not_found(carer: Carer, client: httpx.AsyncClient, after: str) -> None:
    response = await client.get("/api/v1/messages", params={"after": after}, headers=carer.key)
    assert is_error(response, 404)


async def test_a_long_thread_comes_in_pages(carer: Carer, assistant: CountingAssistant) -> None:
    assistant.answer = lambda asked: reply(*(f"Line {number}" for number in range(250)))
    await carer.send("Everything please", wait=30)
    first = await carer.thread()
    rest = await carer.thread(after=first[-1]["id"])
    assert (len(first), len(rest)) == (200, 52)
    assert rest[-1]["text"] == "Line 249"


async def test_an_address_that_does_not_exist_says_so(client: httpx.AsyncClient) -> None:
    assert is_error(await client.get("/api/v1/nothing"), 404)
    assert is_error(await client.put("/api/v1/messages"), 405)


async def test_a_failure_of_ours_is_one_plain_sentence(carer: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: object, **about: object) -> None:
        raise RuntimeError(WORDS)

    monkeypatch.setattr(carer.app.state.container.turns, "receive", fail)
    response = await carer.send(WORDS)
    assert is_error(response, 500)
    assert WORDS not in json.dumps(response.json())
