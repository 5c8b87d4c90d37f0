"""No carer's words in any log, at any level, however a turn ends."""

import json
import logging
import traceback
from datetime import datetime

import httpx
import pytest
from sqlalchemy.exc import StatementError

from alongside.core.errors import AssistantFailed
from alongside.services.ports import AssistantReply
from alongside.store import conversations as store
from alongside.store.base import Database
from api.app import create_app
from tests.builders import container
from tests.fakes import NOW, Asked, CountingAssistant, reply

MARKER = "quokka"
"""A word nothing of ours contains: wherever it turns up, it came from the carer."""


pytestmark = pytest.mark.usefixtures("loud")


def fail(asked: Asked) -> AssistantReply:
    raise AssistantFailed("answered with status 500")


def break_down(asked: Asked) -> AssistantReply:
    raise ValueError(f"cannot make sense of {asked.text}")


def unstorable(asked: Asked) -> AssistantReply:
    return reply(f"You said {asked.text}", state={"words": asked.text, "broken": object()})


@pytest.mark.parametrize("answer", [CountingAssistant.count, fail, break_down, unstorable])
async def test_a_whole_turn_leaves_no_words_in_the_log(
    database: Database,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    answer: object,
) -> None:
    assistant = CountingAssistant(answer)  # type: ignore[arg-type]
    parts = container(database, assistant)
    transport = httpx.ASGITransport(app=create_app(parts), raise_app_exceptions=False)
    with caplog.at_level(logging.DEBUG):
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
            begun = (await client.post("/api/v1/conversations")).json()
            key = {"Authorization": f"Bearer {begun['token']}", "Content-Type": "application/json"}
            for number, body in enumerate(
                [
                    {"text": f"my {MARKER} is on the ward"},
                    {"text": f"{MARKER} I want to kill myself"},
                    {"choice": f"/{MARKER}"},
                    {"choice": "/talk_to_person"},
                    {"text": MARKER * 4000},
                    {"text": [MARKER]},
                    {MARKER: MARKER},
                ]
            ):
                await client.post("/api/v1/messages?wait=30", content=json.dumps(body | {"client_id": f"{number}"}), headers=key)
            await client.post("/api/v1/messages", content=f'{{"text": "{MARKER}', headers=key)
            await client.get("/api/v1/messages", headers=key)
            await client.delete("/api/v1/conversations/current", headers=key)
    await parts.turns.finish()
    written = capfd.readouterr()
    for log in (written.out, written.err, caplog.text):
        assert MARKER not in log
        assert begun["token"] not in log


@pytest.mark.parametrize("moment", [NOW, NOW.replace(tzinfo=None)])
async def test_a_database_error_does_not_hold_what_was_being_stored(database: Database, moment: datetime) -> None:
    parts = container(database)
    conversation, _, (greeting,) = await parts.conversations.begin(channel="web")
    with pytest.raises(StatementError) as failure:
        async with database.transaction() as session:
            await store.add_carer_message(
                session,
                message_id=greeting.id,  # there already
                conversation_id=conversation.id,
                text=MARKER,
                choice=None,
                client_id=None,
                at=moment,
                expires_at=NOW,
            )
    # A web server writes an unexpected error to its log with all it says.
    assert MARKER not in "".join(traceback.format_exception(failure.value))
