"""One round trip to the assistant: a usable answer, or AssistantFailed with a reason that holds no carer's words."""

import asyncio
import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from alongside.adapters import assistant_http
from alongside.core.conversations import Choice
from alongside.core.errors import AssistantFailed
from alongside.core.release_checks import Reached
from alongside.services.ports import AssistantReply, ShownSource

WORDS = "quokka"

ANSWER: dict[str, Any] = {
    "messages": [
        {
            "response": "utter_ask_visiting/first_visit",
            "text": "Ring {fact_emergency}.",
            "choices": [{"title": "More", "payload": "/ask_visiting/searches"}],
            "metadata": {"title": "First visit", "sources": [{"title": "A guide", "checked_on": "2026-11-01"}]},
        },
        {"response": None, "text": "", "choices": [], "metadata": {}},
    ],
    "understood": {
        "intent": "ask_visiting",
        "answer": "visiting/first_visit",
        "confidence": 0.9,
        "ranking": [{"label": "visiting/first_visit", "confidence": 0.9}],
        "entities": [],
    },
    "slots": {"nation": "wales"},
    "state": {"events": []},
}


async def parse(handler: Callable[[httpx.Request], Any], *texts: str) -> list[Reached]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        return await assistant_http.parse(client, url="http://127.0.0.1:1", token="secret", texts=texts)


async def ask(handler: Callable[[httpx.Request], Any], **other: Any) -> AssistantReply:
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
        return await assistant_http.ask(
            client,
            url="http://127.0.0.1:1",
            token="secret",
            **{
                "conversation": "c",
                "message_id": "m",
                "text": WORDS,
                "choice": None,
                "slots": {"nation": "wales"},
                "state": {"events": [1]},
                **other,
            },
        )


def answering(body: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, json=body)


async def test_a_turn_is_sent_once_with_the_token_and_everything_that_was_remembered() -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=ANSWER)

    await ask(handler)
    (request,) = seen
    assert request.url.path == "/webhooks/alongside/turn"
    assert request.headers["authorization"] == "Bearer secret"
    assert json.loads(request.content) == {
        "conversation": "c",
        "message_id": "m",
        "text": WORDS,
        "choice": None,
        "slots": {"nation": "wales"},
        "state": {"events": [1]},
    }


async def test_an_answer_is_read_whole_and_empty_messages_are_left_out() -> None:
    reply = await ask(answering(ANSWER))
    (said,) = reply.messages
    assert (said.response, said.text) == ("utter_ask_visiting/first_visit", "Ring {fact_emergency}.")
    assert said.choices == (Choice("More", "/ask_visiting/searches"),)
    assert said.sources == (ShownSource("A guide", None, "2026-11-01"),)
    assert reply.understood.ranking == (("visiting/first_visit", 0.9),)
    assert (reply.slots, reply.state) == ({"nation": "wales"}, {"events": []})


def without(*path: Any, put: Any = ...) -> dict[str, Any]:
    body = copy.deepcopy(ANSWER)
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    if put is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = put
    return body


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        WORDS,
        [{"recipient_id": "x", "text": WORDS}],
        without("messages"),
        without("messages", put=WORDS),
        without("messages", 0, "text"),
        without("messages", 0, "text", put=None),
        without("messages", 0, "choices", put=[{"title": WORDS}]),
        without("messages", 0, "metadata", put=None),
        without("understood"),
        without("understood", put=None),
        without("understood", "ranking", put=3),
        without("slots"),
        without("slots", put=None),
        without("state"),
        without("state", put=WORDS),
    ],
)
async def test_an_answer_of_another_shape_is_a_failure(body: Any) -> None:
    with pytest.raises(AssistantFailed, match="form we do not know") as failure:
        await ask(answering(body))
    assert WORDS not in str(failure.value)


@pytest.mark.parametrize("messages", [[], [{**ANSWER["messages"][0], "text": ""}], [{**ANSWER["messages"][0], "text": " \n"}]])
async def test_an_answer_that_says_nothing_is_a_failure(messages: list[Any]) -> None:
    with pytest.raises(AssistantFailed, match="answered with nothing"):
        await ask(answering({**ANSWER, "messages": messages}))


@pytest.mark.parametrize("status", [204, 302, 400, 401, 404, 500, 503])
async def test_any_other_status_is_a_failure(status: int) -> None:
    with pytest.raises(AssistantFailed, match=f"status {status}") as failure:
        await ask(lambda request: httpx.Response(status, json={"error": WORDS}))
    assert WORDS not in str(failure.value)


async def test_a_body_that_is_no_json_is_a_failure() -> None:
    with pytest.raises(AssistantFailed, match="form we do not know") as failure:
        await ask(lambda request: httpx.Response(200, content=f"{WORDS} {{".encode()))
    assert WORDS not in str(failure.value)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ReadTimeout(WORDS), "no answer within"),
        (httpx.ConnectTimeout(WORDS), "no answer within"),
        (httpx.PoolTimeout(WORDS), "no answer within"),
        (httpx.ConnectError(WORDS), "not reachable: ConnectError"),
        (httpx.ReadError(WORDS), "not reachable: ReadError"),
        (httpx.RemoteProtocolError(WORDS), "not reachable: RemoteProtocolError"),
    ],
)
async def test_a_connection_that_fails_is_a_failure_and_not_tried_again(error: Exception, reason: str) -> None:
    calls = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise error

    with pytest.raises(AssistantFailed, match=reason) as failure:
        await ask(handler)
    assert WORDS not in str(failure.value)
    assert len(calls) == 1


async def test_one_that_never_comes_to_an_end_is_given_up_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant_http, "DEADLINE", 0.05)

    async def drip(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(AssistantFailed, match=r"no answer within 0\.05"):
        await ask(drip)


async def test_nobody_listening_is_a_failure() -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(AssistantFailed, match="not reachable: ConnectError"):
            await assistant_http.ask(
                client,
                url="http://127.0.0.1:9",
                token="t",
                conversation="c",
                message_id="m",
                text=WORDS,
                choice=None,
                slots={},
                state=None,
            )


async def test_what_a_question_would_reach_is_told_with_what_came_second() -> None:
    near = {"visiting/parking": 0.8, "visiting/lockers": 0.15}
    understood = {
        "intent": "ask_visiting",
        "answer": "visiting/parking",
        "confidence": 0.8,
        "ranking": [{"label": label, "confidence": confidence} for label, confidence in near.items()],
    }
    back = {
        "intent": "nlu_fallback",
        "answer": None,
        "confidence": 0.5,
        "ranking": [{"label": "visiting/cafe", "confidence": 0.3}],
    }
    first, second = await parse(answering({"understood": [understood, back]}), WORDS, WORDS)
    assert (first.label, first.confidence, first.second) == ("visiting/parking", 0.8, ("visiting/lockers", 0.15))
    assert (second.label, second.second) == ("nlu_fallback", ("visiting/cafe", 0.3))
    with pytest.raises(AssistantFailed):
        await parse(answering({"understood": [understood]}), WORDS, WORDS)
