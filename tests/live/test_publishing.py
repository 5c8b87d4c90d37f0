"""A maintainer's way with the real assistant: files out and in, a release built and checked, approved, said, and undone."""

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from alongside.wiring_studio import shipped_questions
from tests.live.new_answer import AGAIN, SENTENCES, TITLE, WORDS
from tests.live.server import Carer, Server, payloads, words

pytestmark = pytest.mark.rasa

ANSWER = f"""\
  utter_ask_visiting/electric_car:
  - text: |-
      {WORDS}
    metadata:
      title: {TITLE}
      nations: [england, scotland, wales, ni]
      owner: Alongside content team
      approver: ""
      review_on: 2027-11-21
      follow_ups: [visiting/how_to_book, visiting/first_visit]
      sources:
      - title: Information for carers, East London NHS Foundation Trust
        url: https://www.elft.nhs.uk
        checked_on: 2026-11-21
"""


def add_answer(folder: Path) -> None:
    """Write the new answer into an exported folder, the way somebody does who works in files."""
    file = folder / "nlu" / "visiting.yml"
    before, responses = file.read_text(encoding="utf-8").split("responses:\n")
    sentences = "".join(f"    - {sentence}\n" for sentence in SENTENCES)
    new = f"- intent: ask_visiting/electric_car\n  examples: |\n{sentences}"
    file.write_text(f"{before}{new}responses:\n{responses}{ANSWER}", encoding="utf-8")


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.yml"))}


def answer_of(messages: list[dict[str, Any]]) -> str | None:
    return next((message["answer"] for message in messages if message["answer"]), None)


def add_maintainers(server: Server) -> None:
    for name in ("Ada", "Bea"):
        server.command(
            *("worker", "add", "--email", f"{name.lower()}@example.org", "--name", f"{name} Example"),
            *("--role", "maintainer", "--link"),
        )


def publish(server: Server, folder: Path) -> str:
    """Import a folder and have a release built of it; returns what was said."""
    server.command("answers", "import", str(folder), "--as", "ada@example.org")
    return server.command("answers", "publish", "--as", "ada@example.org", "--reason", "Families asked for it")


def reached(server: Server) -> dict[str, str]:
    """Return what every question of the checks reaches in release 2 of a server."""
    with closing(sqlite3.connect(server.folder / "alongside.db")) as database:
        ((stored,),) = database.execute("SELECT reached FROM release_reached WHERE release = 2").fetchall()
    labels = [label for label, _ in json.loads(stored)]
    return {question.text: label for question, label in zip(shipped_questions(), labels, strict=True)}


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """Start servers with data folders of their own, one at a time."""
    started: list[Server] = []

    def start(name: str) -> Server:
        for earlier in started:
            earlier.stop()
        started[:] = [Server(tmp_path / name).start()]
        add_maintainers(started[0])
        return started[0]

    yield start
    for last in started:
        last.stop()


def test_from_a_folder_to_an_answer_that_carers_get_and_back(tmp_path: Path, servers: Callable[[str], Server]) -> None:
    server = servers("first")
    server.command("answers", "export", str(tmp_path / "before"))
    edited = tmp_path / "edited"
    server.command("answers", "export", str(edited))
    add_answer(edited)
    dry = server.command("answers", "import", str(edited), "--as", "ada@example.org", "--dry-run")
    assert f"visiting/electric_car: new, “{TITLE}”" in dry

    carer = Carer(server.address)
    assert answer_of(carer.say(AGAIN)) != "visiting/electric_car"
    built = publish(server, edited)
    assert "Release 2 is built and checked. It waits for somebody to approve it." in built, built
    assert answer_of(carer.say(AGAIN)) != "visiting/electric_car"
    with pytest.raises(subprocess.CalledProcessError) as refused:
        server.command("answers", "approve", "2", "--as", "ada@example.org")
    assert "A second person must approve it" in refused.value.stderr

    assert "Release 2 is live." in server.command("answers", "approve", "2", "--as", "bea@example.org")
    said = carer.say(AGAIN)
    assert (answer_of(said), said[0]["release"]) == ("visiting/electric_car", 2)
    assert WORDS in words(said)
    assert "/ask_visiting/how_to_book" in payloads(said)
    assert "approved by Bea Example" in server.command("answers", "history", "visiting/electric_car")
    published = tmp_path / "published"
    server.command("answers", "export", str(published))

    assert "Release 1 is live." in server.command("answers", "rollback", "1", "--as", "ada@example.org")
    assert answer_of(carer.say(AGAIN)) != "visiting/electric_car"
    server.command("answers", "export", str(tmp_path / "after"))
    assert files_of(tmp_path / "after") == files_of(tmp_path / "before")

    # What was exported comes back into an installation that knows nothing of it: the same words, and the same answers.
    known = reached(server)
    other = servers("second")
    assert "Release 2 is built and checked" in publish(other, published)
    other.command("answers", "approve", "2", "--as", "bea@example.org")
    other.command("answers", "export", str(tmp_path / "again"))
    assert files_of(tmp_path / "again") == files_of(published)
    assert reached(other) == known
