"""What the machines that watch are told, and the published description of the API."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from alongside.adapters.assistant_process import State
from alongside.store import heartbeats
from alongside.store.heartbeats import Beat
from alongside.wiring import Container
from tests.api.conftest import Carer
from tests.api.test_conversations import WORDS
from tests.fakes import CountingAssistant


async def test_a_living_process_says_so(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_ready_means_that_carers_get_answers(client: httpx.AsyncClient) -> None:
    response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ready", "assistant": "ready"})


@pytest.mark.parametrize("state", [State.STARTING, State.DOWN, State.STOPPED])
async def test_without_an_assistant_it_is_not_ready(
    client: httpx.AsyncClient, assistant: CountingAssistant, state: State
) -> None:
    assistant.state = state  # type: ignore[assignment]
    response = await client.get("/readyz")
    assert (response.status_code, response.json()["assistant"]) == (503, state.value)


async def test_without_a_database_it_is_not_ready(
    client: httpx.AsyncClient, parts: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(parts.database, "reading", fail)
    response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "down", "assistant": "ready"})


async def test_metrics_count_turns_and_hold_no_words(carer: Carer, client: httpx.AsyncClient) -> None:
    await carer.send(WORDS, wait=30)
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert 'alongside_turns_total{outcome="answered"}' in response.text
    assert "alongside_turn_seconds_count" in response.text
    assert WORDS not in response.text
    assert carer.conversation not in response.text


async def test_metrics_tell_how_the_last_heartbeat_of_each_channel_went(parts: Container, client: httpx.AsyncClient) -> None:
    await parts.heartbeat.run_all()
    assert 'alongside_heartbeat_ok{channel="web"} 1.0' in (await client.get("/metrics")).text
    async with parts.database.transaction() as session:
        await heartbeats.add(session, Beat("web", parts.clock.now(), "too slow"), forgotten=parts.clock.now())
    told = (await client.get("/metrics")).text
    assert 'alongside_heartbeat_ok{channel="web"} 0.0' in told
    assert 'alongside_heartbeat_timestamp_seconds{channel="web"}' in told


async def test_the_api_publishes_its_description(client: httpx.AsyncClient, app: FastAPI) -> None:
    published = (await client.get("/api/v1/openapi.json")).json()
    assert published == app.openapi()
    assert set(published["paths"]) == {
        "/api/v1/conversations",
        "/api/v1/messages",
        "/api/v1/messages/{message_id}/helpful",
        "/api/v1/events",
        "/api/v1/conversations/current",
        "/api/v1/move",
        "/api/v1/move/here",
        "/api/v1/seen",
        "/api/v1/typing",
        "/healthz",
        "/readyz",
        "/metrics",
    }
