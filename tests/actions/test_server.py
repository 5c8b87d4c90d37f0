"""Failures: the turn goes on, and no carer's word leaves the app."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
import structlog

from actions import base
from actions.server import ActionCallFailed, ActionServer, DomainWanted, make_actions
from alongside.services.directory import Directory
from tests.actions.assistant import DOMAIN, Conversation, names

SECRET = "my brother Zebedee is on Rowan ward"


@pytest.fixture
def broken(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> Conversation:
    """Actions whose service fails with the carer's words in the error."""

    async def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(SECRET)

    for use_case in ("visiting_times", "carer_worker", "ward_phone", "next_groups", "person", "find_ward"):
        monkeypatch.setattr(directory, use_case, fail)
    return Conversation(ActionServer(make_actions(directory)))


@pytest.mark.parametrize(
    ("action", "apology"),
    [
        ("action_visiting_times", ["utter_lookup_failed"]),
        ("action_support_groups", ["utter_lookup_failed"]),
        ("action_give_service", ["utter_lookup_failed"]),
        ("action_talk_to_person", ["utter_talk_to_nobody_held"]),
    ],
)
async def test_a_failing_service_becomes_an_apology(broken: Conversation, action: str, apology: list[str]) -> None:
    with structlog.testing.capture_logs() as logs:
        assert names(await broken.call(action, SECRET)) == apology
    assert broken.slots == {}
    assert logs == [
        {"log_level": "error", "event": "action_failed", "action": action, "conversation": "c-1", "error": "RuntimeError"}
    ]


async def test_a_slow_service_is_given_up_in_time(
    directory: Directory, carer: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(base, "DEADLINE", 0.01)
    monkeypatch.setattr(directory, "visiting_times", hang)
    assert names(await carer.call("action_visiting_times", "rowan")) == ["utter_lookup_failed"]


@pytest.mark.parametrize("action", ["action_acknowledge", "action_after_answer"])
async def test_an_action_beside_an_answer_fails_in_silence(server: ActionServer, action: str) -> None:
    message = {"text": SECRET, "entities": 7, "intent": 7, "response_selector": 7}
    tracker = {"sender_id": "c-1", "slots": {}, "latest_message": message, "events": []}
    result = await server.handle({"next_action": action, "tracker": tracker, "domain": {}})
    assert result == {"events": [], "responses": []}


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"next_action": SECRET, "tracker": {"sender_id": "c"}, "domain": {}},
        {"next_action": "action_ask_back"},
        {"next_action": "action_ask_back", "tracker": {"text": SECRET}, "domain": {}},
    ],
)
async def test_a_bad_call_tells_its_kind_and_nothing_else(server: ActionServer, call: dict[str, Any]) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(ActionCallFailed) as failed:
        await server.handle(call)
    assert str(failed.value).isidentifier()
    assert failed.value.status == 500
    assert failed.value.__cause__ is None
    assert SECRET not in json.dumps(logs)


async def test_a_domain_is_sent_once_and_then_known_by_its_hash(server: ActionServer) -> None:
    tracker = {"sender_id": "c-1", "slots": {}, "latest_message": {"answer_ranking": []}, "events": []}
    call = {"next_action": "action_ask_back", "tracker": tracker, "domain": None}
    with structlog.testing.capture_logs() as logs, pytest.raises(DomainWanted) as wanted:
        await server.handle(call | {"domain_digest": "one"})
    assert (wanted.value.status, logs) == (449, [])
    with_domain = await server.handle(call | {"domain_digest": "one", "domain": DOMAIN})
    assert await server.handle(call | {"domain_digest": "one"}) == with_domain
    with pytest.raises(DomainWanted):
        await server.handle(call | {"domain_digest": "of another release"})


async def test_an_action_that_must_speak_never_stays_silent_on_a_broken_message(server: ActionServer) -> None:
    tracker = {"sender_id": "c-1", "slots": {}, "latest_message": {"answer_ranking": [7]}, "events": []}
    result = await server.handle({"next_action": "action_ask_back", "tracker": tracker, "domain": {}})
    assert names(result["responses"]) == ["utter_lookup_failed"]


def test_importing_the_actions_touches_no_network() -> None:
    watch = (
        "import sys\n"
        "def no_network(event, args):\n"
        "    if event.startswith('socket.') and event not in ('socket.__new__', 'socket.gethostname'):\n"
        "        raise SystemExit(f'network at import: {event}')\n"
        "sys.addaudithook(no_network)\n"
        "import actions.server\n"
    )
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
