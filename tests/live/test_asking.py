"""The questions after a promise, with the real assistant and through the public doors: the carer's API and the worker's pages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.server import Carer, Server, Worker, words

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which somebody can have cases: on the shared one a carer is told whom to ring."""
    server = Server(tmp_path_factory.mktemp("asking"), ALONGSIDE_LOG_LEVEL="DEBUG").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def worker(staffed: Server) -> Worker:
    return Worker(staffed, "Ada", "sample-rowan")


def press(carer: Carer, messages: list[dict[str, Any]], title: str) -> list[dict[str, Any]]:
    """Press a button by what stands on it."""
    payload = next(choice["payload"] for choice in messages[-1]["choices"] if choice["title"] == title)
    return carer.press(payload)


def test_a_carer_answers_asks_corrects_and_sends_and_the_worker_sees_it(staffed: Server, worker: Worker) -> None:
    carer = Carer(staffed.address)
    said = carer.press("/talk_to_person")
    assert "skip any question" in words(said)
    assert "Which ward" in said[-1]["text"]
    said = carer.say("rowan")
    said = press(carer, said, "Visiting")
    said = press(carer, said, "By phone")

    said = carer.say("can I bring his little sister?")
    assert said[0]["answer"] == "visiting/bring_children"
    assert said[-1]["text"] == "Which number shall they ring?"

    said = carer.say("07700 900123")
    said = press(carer, said, "Evenings")
    said = carer.say("my name is Quokkaname")
    said = carer.say("I am deaf in one ear")
    said = press(carer, said, "The care team too")
    assert "Where to reach you: 07700 900123" in said[-1]["text"]
    assert "What to call you: Quokkaname" in said[-1]["text"]

    said = press(carer, said, "Change something")
    said = press(carer, said, "What to call you")
    said = carer.say("Joyce")
    assert "What to call you: Joyce" in said[-1]["text"]
    sent = press(carer, said, "Send this")
    assert "Thank you" in words(sent)
    assert "over" in words(press(carer, said, "Send this"))

    [case] = set(re.findall(r"/inbox/cases/(\w+)", worker.page("/inbox?show=services")))
    page = worker.page(f"/inbox/cases/{case}")
    for told in ("Joyce", "07700 900123", "Evenings", "I am deaf in one ear"):
        assert told in page
    assert "Quokkaname" not in staffed.logged()
    assert "900123" not in staffed.logged()


def test_who_stops_is_asked_no_more_and_nothing_is_sent(staffed: Server, worker: Worker) -> None:
    carer = Carer(staffed.address, service="sample-rowan")
    said = carer.press("/talk_to_person")
    assert said[-1]["text"] == "What is it about?"
    assert "I have not sent your answers" in words(carer.say("stop"))
    [answer] = carer.say("can I bring his little sister?")
    assert answer["answer"] == "visiting/bring_children"


def test_danger_ends_the_questions(staffed: Server, worker: Worker) -> None:
    carer = Carer(staffed.address, service="sample-rowan")
    carer.press("/talk_to_person")
    assert carer.say("I want to kill myself")[0]["safety"] == "self"
    [answer] = carer.say("can I bring his little sister?")
    assert answer["answer"] == "visiting/bring_children"
