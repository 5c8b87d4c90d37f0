"""Beginning, reading about and erasing a conversation, and the token that is the only key to it."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from alongside.services.conversations import Conversations
from alongside.services.lists import Show
from alongside.store.base import Database
from alongside.store.conversations import ConversationRow
from alongside.wiring import Container
from tests.api.conftest import Carer, begin
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.fakes import CountingAssistant, FakeClock

WORDS = "quokka"
"""A rare word that stands for a carer's words: no answer may say it back in an error."""

NEEDS_A_KEY = [
    ("POST", "/api/v1/messages"),
    ("GET", "/api/v1/messages"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/conversations/current"),
    ("DELETE", "/api/v1/conversations/current"),
]


def is_error(response: httpx.Response, status: int) -> bool:
    return response.status_code == status and list(response.json()) == ["error"] and len(response.json()["error"]) > 10


async def test_a_conversation_begins_with_a_greeting_and_a_key(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/v1/conversations")
    begun = response.json()
    assert response.status_code == 201
    assert set(begun) == {"conversation", "token", "messages"}
    assert begun["messages"][0]["author"] == "bot"
    assert len(begun["messages"][0]["choices"]) > 0


async def test_a_message_has_the_agreed_shape(carer: Carer) -> None:
    assert set(carer.greeting) == {
        "id", "author", "name", "text", "choices", "sources", "answer", "safety", "release", "at",
        "edited_at", "withdrawn_at", "helpful", "language", "direction",
    }  # fmt: skip
    assert datetime.fromisoformat(carer.greeting["at"]).tzinfo is not None


async def test_the_token_itself_is_not_stored(carer: Carer, database: Database) -> None:
    async with database.reading() as session:
        stored = await session.scalar(select(ConversationRow.token_hash))
    assert stored != carer.token


async def test_a_conversation_may_begin_with_what_a_poster_knows(
    app: FastAPI, client: httpx.AsyncClient, assistant: CountingAssistant
) -> None:
    carer = await begin(app, client, nation="wales", service="rowan-ward", language="cy")
    about = (await client.get("/api/v1/conversations/current", headers=carer.key)).json()
    assert (about["nation"], about["service"]) == ("wales", "rowan-ward")
    await carer.send("Can I visit?", wait=30)
    assert assistant.asked[0].slots == {"nation": "wales", "service": "rowan-ward"}


@pytest.mark.parametrize(
    "body",
    [
        {"nation": WORDS},
        {"nation": 3},
        {"service": WORDS * 20},
        {"service": f"{WORDS}\x00"},
        {"service": f"{WORDS} ' OR 1=1"},
        {"language": f"{WORDS}\x00"},
        {WORDS: "x"},
        [WORDS],
        WORDS,
    ],
)
async def test_a_wrong_beginning_is_refused_without_repeating_it(client: httpx.AsyncClient, body: Any) -> None:
    response = await client.post("/api/v1/conversations", json=body)
    assert is_error(response, 422)
    assert WORDS not in response.text


async def test_about_says_who_can_read_it_and_when_it_is_deleted(
    carer: Carer, client: httpx.AsyncClient, clock: FakeClock
) -> None:
    response = await client.get("/api/v1/conversations/current", headers=carer.key)
    about = response.json()
    assert response.status_code == 200
    assert about["conversation"] == carer.conversation
    assert about["who_can_read"]
    assert datetime.fromisoformat(about["deleted_on"]) == clock.now() + timedelta(days=90)


async def test_about_says_how_it_stands_and_who_has_it_by_first_name_and_role(
    app: FastAPI, client: httpx.AsyncClient, parts: Container
) -> None:
    await fill_directory(parts, ada=ALL_WEEK)
    ada = await add_account(parts.database, "ada")
    carer = await begin(app, client, service="larch")

    async def about() -> Any:
        return (await client.get("/api/v1/conversations/current", headers=carer.key)).json()

    assert ((await about())["state"], (await about())["worker"]) == ("bot", None)
    await carer.press("/talk_to_person", wait=30)
    assert ((await about())["state"], (await about())["worker"]) == ("waiting", None)
    (listed,) = (await parts.lists.cases(ada, Show.SERVICES))[0]
    await parts.handover.claim(ada, listed.file.id)
    assert ((await about())["state"], (await about())["worker"]) == (
        "with_worker",
        {"name": "Ada", "role": "carer support worker"},
    )
    assert "Ada, carer support worker" in (await about())["who_can_read"]
    assert "example.org" not in str(await about())
    assert (await carer.send("Thank you", wait=30)).status_code == 202


@pytest.mark.parametrize(("method", "path"), NEEDS_A_KEY)
async def test_nothing_opens_without_the_right_token(client: httpx.AsyncClient, method: str, path: str) -> None:
    for sent in ("", "Bearer", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "Bearer ünknown", "Bearer \x00"):
        headers = [(b"Authorization", sent.encode())]
        response = await client.request(method, path, headers=headers, json={"text": "Hello", "client_id": "a"})
        assert is_error(response, 401), sent
        assert response.headers["www-authenticate"] == "Bearer"


async def test_one_conversations_token_opens_no_other(app: FastAPI, client: httpx.AsyncClient) -> None:
    first, second = await begin(app, client), await begin(app, client)
    await first.send(WORDS, wait=30)
    assert WORDS not in str(await second.thread())
    response = await client.get("/api/v1/messages", params={"after": first.greeting["id"]}, headers=second.key)
    assert is_error(response, 404)


async def test_erasing_gives_a_receipt_and_leaves_nothing(carer: Carer, client: httpx.AsyncClient, database: Database) -> None:
    await carer.send("Hello", wait=30)
    response = await client.delete("/api/v1/conversations/current", headers=carer.key)
    assert response.status_code == 200
    assert response.json()["erased_messages"] == 3
    assert datetime.fromisoformat(response.json()["erased_at"])
    async with database.reading() as session:
        assert await session.scalar(select(ConversationRow.id)) is None


@pytest.mark.parametrize(("method", "path"), NEEDS_A_KEY)
async def test_an_erased_conversations_token_opens_nothing(
    carer: Carer, client: httpx.AsyncClient, method: str, path: str
) -> None:
    await client.delete("/api/v1/conversations/current", headers=carer.key)
    response = await client.request(method, path, headers=carer.key, json={"text": "Hello", "client_id": "a"})
    assert is_error(response, 401)


async def test_erasing_twice_at_once_is_no_server_error(
    carer: Carer, client: httpx.AsyncClient, parts: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = Conversations.find

    async def find_and_erase(self: Conversations, token: str) -> Any:
        conversation = await find(self, token)
        await self.erase(conversation)  # somebody else was a moment faster
        return conversation

    monkeypatch.setattr(Conversations, "find", find_and_erase)
    assert is_error(await client.delete("/api/v1/conversations/current", headers=carer.key), 404)
