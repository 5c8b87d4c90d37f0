"""What carers see when something dies, and that nothing they wrote is lost or leaked."""

import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live.server import Carer, Server, payloads, words

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_in_mid_conversation_loses_nothing(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path / "data").start()
    carer = Carer(server.address)
    carer.say("when can i visit him on Rowan ward")
    carer.say("what does it mean to be sectioned")
    before = carer.thread()
    server.stop(how)

    carer.retarget(server.start().address)
    assert carer.thread() == before
    assert "Rowan" in words(carer.say("who is the carers worker"))
    server.stop()


def test_a_message_stored_before_a_kill_is_answered_after_it(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    carer = Carer(server.address)
    assert carer.post({"text": "can I bring his little sister"}, wait=None).status_code == 202
    server.stop(signal.SIGKILL)

    carer.retarget(server.start().address)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and carer.thread()[-1]["author"] != "bot":
        time.sleep(0.2)
    thread = carer.thread()
    assert [message["text"] for message in thread if message["author"] == "carer"] == ["can I bring his little sister"]
    assert [message["answer"] for message in thread if message["answer"]] == ["visiting/bring_children"]
    server.stop()


def test_a_dead_assistant_is_an_apology_with_a_person_and_then_answers_again(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    carer = Carer(server.address)
    carer.say("when can i visit him on Rowan ward")
    for pid in server.assistant_pids():
        os.kill(pid, signal.SIGKILL)

    sorry = carer.post({"text": "can I bring his little sister"}, wait=5)
    assert sorry.status_code == 200, "nothing was said within 5 seconds"
    assert "sorry" in words(sorry.json()["messages"])
    assert '/talk_to_person{"reason": "assistant_failed"}' in payloads(sorry.json()["messages"])
    assert "Tamsin" in words(carer.press("/talk_to_person"))
    assert carer.say("I want to kill myself")[0]["safety"] == "self"

    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        [said, *_] = carer.say("can I bring his little sister")
        if said["answer"]:
            break
        time.sleep(1)
    assert said["answer"] == "visiting/bring_children"
    server.stop()


def test_bad_input_is_an_error_that_helps_or_a_sensible_answer(carer: Carer) -> None:
    too_long = carer.post({"text": "a" * 20_000})
    assert too_long.status_code == 422
    assert "20,000" in too_long.json()["error"]
    for text in ("\x00\x01\x1b[31mhelp\x07", "\u202eהצילו\u202c", "הבן שלי בבית חולים", "\ud800", "   ", "?" * 4_000, "🙂" * 500):
        answer = carer.post({"text": text})
        assert answer.status_code == 200
        assert answer.json()["messages"]
    assert carer.post({"choice": "/ask_visiting/not_there"}).status_code == 422


def test_a_message_every_ten_milliseconds_gets_an_answer_or_a_clear_error(server: Server) -> None:
    carer = Carer(server.address)
    with ThreadPoolExecutor(8) as pool:
        sent = []
        for number in range(60):
            sent.append(
                pool.submit(carer.post, {"text": f"can I bring flowers {number}", "client_id": f"fast-{number}"}, wait=None)
            )
            time.sleep(0.01)
        statuses = [each.result().status_code for each in sent]
    assert set(statuses) <= {202, 429}
    stored = statuses.count(202)
    assert 0 < stored < 60
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        thread = carer.thread()
        if sum(message["answer"] is not None for message in thread) >= stored:
            break
        time.sleep(0.2)
    assert sum(message["author"] == "carer" for message in thread) == stored
    assert sum(message["answer"] == "visiting/gifts_and_food" for message in thread) == stored


def test_no_carers_words_in_any_log_even_at_debug(server: Server) -> None:
    carer = Carer(server.address)
    carer.say("my zebrafinch son will not see me on rowan ward")
    carer.say("zebrafinch zebrafinch quokkaword")
    carer.post({"text": "zebrafinch" * 2_000})
    carer.post({"choice": "/zebrafinch"})
    carer.post({"text": 1, "choice": "zebrafinch"})
    logged = server.logged()
    assert "assistant ready" in logged
    assert "zebrafinch" not in logged
    assert "quokkaword" not in logged


def test_erasing_leaves_no_word_in_the_database_files(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    carer = Carer(server.address)
    carer.say("my axolotlword brother says no to sharing")
    assert any(b"axolotlword" in file.read_bytes() for file in (tmp_path / "data").glob("alongside.db*"))
    assert carer._client.delete("/conversations/current").status_code == 200
    server.stop()
    connection = sqlite3.connect(tmp_path / "data" / "alongside.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert not any(b"axolotlword" in file.read_bytes() for file in (tmp_path / "data").glob("alongside.db*"))
