"""The assistant's tests run in its own Python, on a model trained once from the shipped answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.assistant import ROOT, Actions, Assistant


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped answers, trained; ALONGSIDE_TEST_MODEL names a model trained already."""
    if given := os.environ.get("ALONGSIDE_TEST_MODEL"):
        return Path(given)
    out = tmp_path_factory.mktemp("models")
    subprocess.run(
        [sys.executable, "-m", "bot.train", "--out", str(out), "--name", "test"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    return out / "test.tar.gz"


@pytest.fixture(scope="session")
def _served(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Actions]]:
    actions = Actions()
    assistant = Assistant(model, actions, tmp_path_factory.mktemp("log") / "assistant.log")
    yield assistant, actions
    assistant.stop()
    actions.server.shutdown()


@pytest.fixture
def assistant(_served: tuple[Assistant, Actions]) -> Assistant:
    return _served[0]


@pytest.fixture
def actions(_served: tuple[Assistant, Actions]) -> Iterator[Actions]:
    """The stand-in for the app's actions, as new for each test."""
    found = _served[1]
    found.calls.clear()
    found.tokens.clear()
    found.replies = {"action_visiting_times": [{"response": "utter_which_service"}]}
    found.events = {}
    found.failing = set()
    yield found
    found.hold.set()
