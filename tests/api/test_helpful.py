"""“Did this help?”: of an approved answer, by its own carer, as often as they change their mind."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from alongside.store import feedback
from alongside.wiring import Container
from tests.api.conftest import Carer, begin
from tests.api.test_conversations import is_error


async def say(carer: Carer, message: str, helpful: object = True, **more: Any) -> httpx.Response:
    body = {"helpful": helpful} | more
    return await carer.client.post(f"/api/v1/messages/{message}/helpful", json=body, headers=carer.key)


async def answered(carer: Carer) -> str:
    """Return the id of an answer the carer has had."""
    (said,) = (await carer.send("Can I visit?", wait=30)).json()["messages"]
    return str(said["id"])


async def helpful_of(carer: Carer) -> list[bool | None]:
    return [message["helpful"] for message in await carer.thread() if message["answer"]]


async def test_it_is_kept_told_again_and_changed(carer: Carer) -> None:
    answer = await answered(carer)
    assert await helpful_of(carer) == [None]
    for helpful in (False, False, True):
        response = await say(carer, answer, helpful)
        assert (response.status_code, response.content) == (204, b"")
        assert await helpful_of(carer) == [helpful]


async def test_only_an_answer_can_be_said_to_help(carer: Carer) -> None:
    await answered(carer)
    greeting, own, _ = await carer.thread()
    for message in (greeting["id"], own["id"], "0" * 32, "x"):
        assert is_error(await say(carer, message), 404)
    assert await helpful_of(carer) == [None]


async def test_another_carers_answer_is_not_there(app: FastAPI, client: httpx.AsyncClient, carer: Carer) -> None:
    answer = await answered(carer)
    other = await begin(app, client)
    assert is_error(await say(other, answer), 404)
    assert await helpful_of(carer) == [None]


async def test_without_the_token_nothing_is_kept(client: httpx.AsyncClient, carer: Carer) -> None:
    answer = await answered(carer)
    assert is_error(await client.post(f"/api/v1/messages/{answer}/helpful", json={"helpful": True}), 401)
    assert await helpful_of(carer) == [None]


@pytest.mark.parametrize("body", [{}, {"helpful": None}, {"helpful": "perhaps"}, {"helpful": True, "why": "it is kind"}])
async def test_what_is_neither_yes_nor_no_is_refused(carer: Carer, body: dict[str, Any]) -> None:
    answer = await answered(carer)
    response = await carer.client.post(f"/api/v1/messages/{answer}/helpful", json=body, headers=carer.key)
    assert is_error(response, 422)
    assert await helpful_of(carer) == [None]


async def test_it_goes_with_the_conversation(carer: Carer, parts: Container) -> None:
    answer = await answered(carer)
    await say(carer, answer)
    await carer.client.delete("/api/v1/conversations/current", headers=carer.key)
    async with parts.database.reading() as session:
        assert await feedback.list_of(session, [answer]) == {}
