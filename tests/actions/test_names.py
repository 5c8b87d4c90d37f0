"""The names in Python and the names in the domain are the same names, and no prose stands in Python."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from actions import names
from actions.server import make_actions
from alongside.services.directory import Directory

ROOT = Path(__file__).parents[2]
ACTIONS = sorted((ROOT / "actions").glob("*.py"))
RULES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "stories").glob("*.yml")))


def documents() -> Iterator[dict[str, Any]]:
    for folder in ("bot/domain", "data/nlu"):
        for path in sorted((ROOT / folder).glob("*.yml")):
            yield YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def domain() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {key: set() for key in ("intents", "entities", "slots", "actions", "responses")}
    for document in documents():
        for key, seen in found.items():
            seen |= {name if isinstance(name, str) else next(iter(name)) for name in document.get(key) or ()}
    return found


@pytest.mark.parametrize(
    ("key", "mentioned"),
    [
        ("intents", names.Intent),
        ("entities", names.Entity),
        ("slots", names.Slot),
        ("actions", names.ActionName),
        ("responses", names.Response),
    ],
)
def test_every_name_in_python_is_defined(domain: dict[str, set[str]], key: str, mentioned: type[names.Response]) -> None:
    assert {str(name) for name in mentioned} - domain[key] == set()


def test_every_custom_action_of_the_domain_exists(domain: dict[str, set[str]], directory: Directory) -> None:
    made = {action.name() for action in make_actions(directory)}
    assert made == {str(name) for name in names.ActionName}
    assert {name for name in domain["actions"] if name.startswith(("action_", "validate_"))} == made


def test_every_response_is_said_by_an_action_or_a_rule(domain: dict[str, set[str]]) -> None:
    answers = ("utter_ask_", "utter_small_talk/")
    unsaid = {
        name
        for name in domain["responses"] - {str(response) for response in names.Response}
        if not (name.startswith(answers) and "/" in name) and name not in RULES
    }
    assert unsaid == set()


def test_every_slot_only_actions_set_is_known_to_them() -> None:
    set_by_actions = {
        name
        for document in documents()
        for name, slot in (document.get("slots") or {}).items()
        if slot["mappings"][0]["type"] == "custom"
    }
    assert set_by_actions <= {str(slot) for slot in names.Slot}


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.name)
def test_no_prose_in_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    prose = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value and id(node) not in documentation
    ]
    assert prose == []


@pytest.mark.parametrize("path", [path for path in ACTIONS if path.name != "names.py"], ids=lambda path: path.name)
def test_an_actions_file_stays_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 160
