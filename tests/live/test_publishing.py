"""A maintainer's way with the real assistant: files out and in, a release built and checked, approved, said, and undone."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.live.server import Carer, Server, payloads, words

pytestmark = pytest.mark.rasa

TITLE = "Is there a minibus from the station?"
SENTENCES = [
    "is there a minibus from the station to the unit",
    "do they run a shuttle for visitors",
    "whats the times of the shuttle bus",
    "can the unit pick me up at the railway station",
    "does the hospital have its own bus for families",
    "someone said theres a free minibus on visiting days",
    "where does the shuttle stop",
    "how do i get a seat on the minibus",
    "is the minibus ok for a wheelchair",
    "do I need to book the shuttle bus",
    "the train gets in at ten, is there a lift from there",
    "minibus to the secure unit",
]
WORDS = "Some units run a minibus for visitors. Ring the ward and ask if there is one, when it goes and if you need to book."
ANSWER = f"""\
  utter_ask_visiting/minibus:
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
    new = f"- intent: ask_visiting/minibus\n  examples: |\n{sentences}"
    file.write_text(f"{before}{new}responses:\n{responses}{ANSWER}", encoding="utf-8")


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.yml"))}


def answer_of(messages: list[dict[str, Any]]) -> str | None:
    return next((message["answer"] for message in messages if message["answer"]), None)


def test_from_a_folder_to_an_answer_that_carers_get_and_back(tmp_path: Path) -> None:
    server = Server(tmp_path / "data").start()
    try:
        for name in ("Ada", "Bea"):
            server.command(
                *("worker", "add", "--email", f"{name.lower()}@example.org", "--name", f"{name} Example"),
                *("--role", "maintainer", "--link"),
            )
        server.command("answers", "export", str(tmp_path / "before"))
        server.command("answers", "export", str(tmp_path / "edited"))
        add_answer(tmp_path / "edited")
        edited = str(tmp_path / "edited")
        dry = server.command("answers", "import", edited, "--as", "ada@example.org", "--dry-run")
        assert f"visiting/minibus: new, “{TITLE}”" in dry
        server.command("answers", "import", edited, "--as", "ada@example.org")

        carer = Carer(server.address)
        question = "is there a shuttle bus from the train station for families"
        assert answer_of(carer.say(question)) != "visiting/minibus"
        built = server.command("answers", "publish", "--as", "ada@example.org", "--reason", "Families asked for it")
        assert "Release 2 is built and checked. It waits for somebody to approve it." in built, built
        assert answer_of(carer.say(question)) != "visiting/minibus"
        with pytest.raises(subprocess.CalledProcessError) as refused:
            server.command("answers", "approve", "2", "--as", "ada@example.org")
        assert "A second person must approve it" in refused.value.stderr

        assert "Release 2 is live." in server.command("answers", "approve", "2", "--as", "bea@example.org")
        said = carer.say(question)
        assert (answer_of(said), said[0]["release"]) == ("visiting/minibus", 2)
        assert WORDS in words(said)
        assert "/ask_visiting/how_to_book" in payloads(said)
        assert "approved by Bea Example" in server.command("answers", "history", "visiting/minibus")

        assert "Release 1 is live." in server.command("answers", "rollback", "1", "--as", "ada@example.org")
        assert answer_of(carer.say(question)) != "visiting/minibus"
        server.command("answers", "export", str(tmp_path / "after"))
        assert files_of(tmp_path / "after") == files_of(tmp_path / "before")
        assert len(server.assistant_pids()) <= 2
    finally:
        server.stop()
