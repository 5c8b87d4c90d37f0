"""Asks the assistant over loopback: one round trip a turn, with a deadline, and never a resend."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from alongside.core.conversations import Choice, ShownSource
from alongside.core.errors import AssistantFailed
from alongside.core.release_checks import Reached
from alongside.services.ports import AssistantReply, Said, Understood

DEADLINE = 8.0
"""Seconds for one turn, actions included (theirs is 5): longer than that and a frightened person thinks nobody is there."""


async def ask(
    client: httpx.AsyncClient,
    *,
    url: str,
    token: str,
    conversation: str,
    message_id: str,
    text: str | None,
    choice: str | None,
    slots: Mapping[str, Any],
    state: dict[str, Any] | None,
) -> AssistantReply:
    """Send one turn. Raises AssistantFailed, naming the reason without the carer's words, for anything but a usable answer."""
    body = {
        "conversation": conversation,
        "message_id": message_id,
        "text": text,
        "choice": choice,
        "slots": dict(slots),
        "state": state,
    }
    try:
        # The client's own timeouts are for each step: one that sends a byte now and then would never reach them.
        async with asyncio.timeout(DEADLINE):
            response = await client.post(
                f"{url}/webhooks/alongside/turn", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=DEADLINE
            )
    except (TimeoutError, httpx.TimeoutException):
        raise AssistantFailed(f"no answer within {DEADLINE:g} seconds") from None
    except httpx.TransportError as error:
        raise AssistantFailed(f"not reachable: {type(error).__name__}") from None
    if response.status_code != 200:
        raise AssistantFailed(f"answered with status {response.status_code}")
    try:
        reply = _read(response.json())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssistantFailed(f"answered in a form we do not know: {type(error).__name__}") from None
    if not reply.messages:
        raise AssistantFailed("answered with nothing")
    return reply


PARSE_DEADLINE = 60.0
"""Seconds for a batch of questions that no carer waits for."""


async def parse(client: httpx.AsyncClient, *, url: str, token: str, texts: Sequence[str]) -> list[Reached]:
    """Return what each text would reach. Raises AssistantFailed, without the texts, for anything but a usable answer."""
    try:
        response = await client.post(
            f"{url}/webhooks/alongside/parse",
            json={"texts": list(texts)},
            headers={"Authorization": f"Bearer {token}"},
            timeout=PARSE_DEADLINE,
        )
    except httpx.TransportError as error:
        raise AssistantFailed(f"not reachable: {type(error).__name__}") from None
    if response.status_code != 200:
        raise AssistantFailed(f"answered with status {response.status_code}")
    try:
        found = [
            Reached(
                understood["answer"] or understood["intent"],
                understood["confidence"],
                tuple((near["label"], near["confidence"]) for near in understood["ranking"]),
            )
            for understood in response.json()["understood"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise AssistantFailed(f"answered in a form we do not know: {type(error).__name__}") from None
    if len(found) != len(texts):
        raise AssistantFailed("answered fewer questions than it was asked")
    return found


def _read(body: dict[str, Any]) -> AssistantReply:
    understood = body["understood"]
    return AssistantReply(
        messages=tuple(
            Said(
                response=message["response"],
                text=message["text"],
                choices=tuple(Choice(title=choice["title"], payload=choice["payload"]) for choice in message["choices"]),
                sources=tuple(
                    ShownSource(title=source["title"], url=source.get("url"), checked_on=source["checked_on"])
                    for source in message["metadata"].get("sources", ())
                ),
            )
            for message in body["messages"]
            if message["text"].strip()
        ),
        understood=Understood(
            intent=understood["intent"],
            answer=understood["answer"],
            confidence=understood["confidence"],
            ranking=tuple((place["label"], place["confidence"]) for place in understood["ranking"]),
        ),
        slots=dict(body["slots"]),
        state=dict(body["state"]),
    )
