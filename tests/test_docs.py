"""The documents are true: what they name exists, what exists is named, and their examples work."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
import typer
from ruamel.yaml import YAML
from typer.core import TyperGroup

from actions.names import ActionName, Intent, Response, Slot
from alongside.adapters import assistant_http, assistant_process, directory_files, rasa_files
from alongside.cli import app as command_line
from alongside.core import answers, conversations
from alongside.core.directory_checks import check_organisation
from alongside.services import reading, turns
from alongside.services.answers_check import check
from alongside.services.conversations import PAGE
from alongside.settings import ROOT
from alongside.wiring import Container
from api.app import create_app
from api.channels import web
from api.limits import MAX_BODY

DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BY_NAME = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in DOCS}
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
ALL = "\n".join(BY_NAME.values())
OPENAPI = create_app(cast(Container, None)).openapi()
OPERATIONS = [(method.upper(), path) for path, methods in OPENAPI["paths"].items() for method in methods]

MADE_LATER = (".venv", "bot/.venv", "var", "results")
"""Folders that a clean checkout does not have; the documents say which command makes them."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.<>-]+(?:/[\w.<>-]+)*/?")


def fences(text: str, language: str) -> list[str]:
    return [body for found, body in _FENCE.findall(text) if found == language]


def spans(text: str) -> list[str]:
    """Return what stands in single backquotes, outside the fenced blocks."""
    return _SPAN.findall(_FENCE.sub("", text))


def commands(text: str) -> Iterator[list[str]]:
    """Yield every shell command of a document, from spans and from sh blocks, in words."""
    blocks = "\n".join(fences(text, "sh")).splitlines()
    for line in [*spans(text), *blocks]:
        if re.match(r"(?:make|(?:\.venv/bin/)?alongside) [a-z]", line):
            yield shlex.split(line.removeprefix(".venv/bin/"))


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of any level."""
    _, _, rest = text.partition(f"\n{heading}\n")
    return re.split(r"^#{1,4} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def number(value: float) -> str:
    return f"{value:,g}" if value < 10_000 else f"{value:,.0f}"


each_document = pytest.mark.parametrize("name", BY_NAME)


@each_document
def test_every_link_resolves(name: str) -> None:
    targets = [target.split("#")[0] for target in _LINK.findall(BY_NAME[name]) if "://" not in target]
    assert [target for target in targets if target and not (ROOT / name).parent.joinpath(target).exists()] == []


@each_document
def test_every_path_exists(name: str) -> None:
    top = {path.name for path in ROOT.iterdir()}
    named = {span.split("#")[0] for span in spans(BY_NAME[name]) if _PATH.fullmatch(span)}
    paths = {span for span in named if "/" in span and span.split("/")[0] in top} | {
        span for span in named if re.search(r"\.(?:py|yml|toml|md|sh|jsonl)$", span) and "/" not in span
    }
    kept = [path for path in paths if not path.startswith(MADE_LATER)]
    assert [path for path in kept if not list(ROOT.glob(re.sub(r"<\w+>", "*", path.rstrip("/"))))] == []


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))


@each_document
def test_every_make_target_exists(name: str) -> None:
    named = {words[1] for words in commands(BY_NAME[name]) if words[0] == "make"}
    assert named - make_targets() == set()


def test_every_make_target_is_in_the_readme() -> None:
    named = {words[1] for words in commands(BY_NAME["README.md"]) if words[0] == "make"}
    assert make_targets() - named == set()


def known_commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Yield every command of ``alongside``, as words, with its options."""
    command = command or typer.main.get_command(command_line)
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from known_commands(inner, (*path, name))
    else:
        yield path, {option for parameter in command.params for option in parameter.opts}


KNOWN_COMMANDS = dict(known_commands())


@each_document
def test_every_alongside_command_and_option_exists(name: str) -> None:
    for words in commands(BY_NAME[name]):
        if words[0] != "alongside":
            continue
        options = next((options for path, options in KNOWN_COMMANDS.items() if tuple(words[1 : len(path) + 1]) == path), None)
        assert options is not None, f"{name}: '{' '.join(words)}' is no command of alongside"
        assert {word for word in words if word.startswith("--")} <= options, f"{name}: {words}"


def test_every_alongside_command_is_in_the_readme() -> None:
    named = [words[1:] for words in commands(BY_NAME["README.md"]) if words[0] == "alongside"]
    assert [path for path in KNOWN_COMMANDS if not any(tuple(words[: len(path)]) == path for words in named)] == []


def test_the_readme_links_every_page() -> None:
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages - set(_LINK.findall(BY_NAME["README.md"])) == set()


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_every_part(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]}: ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Why",
        "What we gave up",
        "When to look again",
    ]


def test_the_glossary_has_every_nation_and_safety_kind() -> None:
    for word in (*answers.NATIONS, "self", "other", "abuse"):
        assert f"`{word}`" in BY_NAME["docs/glossary.md"]


def test_no_document_names_a_folder_of_one_machine() -> None:
    assert re.findall(r"(?<![\w.])/(?:home|root|tmp|work|usr|Users)/\S*", ALL) == []


# --- The carer API ---


API = BY_NAME["docs/api.md"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_has_a_section_with_its_statuses(method: str, path: str) -> None:
    told = section(API, f"### `{method} {path}`")
    assert told, f"docs/api.md has no section '### `{method} {path}`'"
    statuses = set(OPENAPI["paths"][path][method.lower()]["responses"])
    assert {status for status in statuses if not re.search(rf"\b{status}\b", told)} == set()


def test_every_section_is_an_operation() -> None:
    told = re.findall(r"^### `(\w+) (\S+)`$", API, re.MULTILINE)
    assert set(told) == set(OPERATIONS)


def test_every_field_of_a_message_is_told() -> None:
    told = section(API, "## A message")
    assert [field for field in web.MessageOut.model_fields if f"`{field}`" not in told] == []


@pytest.mark.parametrize("model", [web.NewConversation, web.NewMessage, web.About, web.ReceiptOut, web.ConversationOut])
def test_every_field_of_a_body_is_told(model: Any) -> None:
    assert [field for field in model.model_fields if not re.search(rf"\b{field}\b", API)] == []


@pytest.mark.parametrize(
    "limit",
    [
        f"| characters in a message | {number(conversations.MAX_TEXT)} |",
        f"| size of a request | {MAX_BODY // 1024} kB |",
        f"| messages of one conversation | {turns.BURST} in {number(turns.BURST_WINDOW.total_seconds())} seconds |",
        f"| `wait` | {web.MAX_WAIT} seconds |",
        f"| messages in one answer of `GET /api/v1/messages` | {PAGE} |",
        f"| the assistant's time for one turn | {number(assistant_http.DEADLINE)} seconds, then an apology |",
    ],
)
def test_the_limits_are_those_of_the_code(limit: str) -> None:
    assert limit in section(API, "## Limits")


def curls() -> Iterator[tuple[str, str, str | None]]:
    """Yield method, address and body of each curl example."""
    for line in "\n".join(fences(API, "sh")).splitlines():
        if "curl " not in line:
            continue
        words = shlex.split(line.partition("curl ")[2].partition(" | ")[0].rstrip(")"))
        body = words[words.index("-d") + 1] if "-d" in words else None
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        (address,) = [word for word in words if word.startswith("$BASE")]
        yield method, address.removeprefix("$BASE"), body


def test_every_curl_example_asks_what_the_api_takes() -> None:
    bodies: dict[str, Any] = {"/api/v1/conversations": web.NewConversation, "/api/v1/messages": web.NewMessage}
    examples = list(curls())
    assert len(examples) >= 6
    for method, address, body in examples:
        path = address.partition("?")[0]
        assert (method, path) in OPERATIONS
        if body:
            bodies[path].model_validate_json(body)


def test_how_it_works_tells_the_waits_of_the_code() -> None:
    text = BY_NAME["docs/how-it-works.md"]
    pauses = [number(pause) for pause in assistant_process.RESTART_PAUSES[1:]]
    for told in (
        f"at once, then after {', '.join(pauses[:-1])} and {pauses[-1]} seconds",
        f"an apology after {number(assistant_http.DEADLINE)} seconds",
        f"waits up to {number(assistant_process.FIRST_START_WAIT)} seconds for the first start",
        f"It runs out after {number(turns.LEASE.total_seconds())} seconds",
        f"Over {number(conversations.MAX_TEXT)} characters",
    ):
        assert told in text


# --- Answers and the directory ---


def test_the_example_answer_keeps_every_rule(tmp_path: Path) -> None:
    (example,) = [block for block in fences(BY_NAME["docs/answers.md"], "yaml") if "nlu:" in block]
    (tmp_path / "carers_assessment.yml").write_text(example, encoding="utf-8")
    (answer,) = rasa_files.read_answers(tmp_path / "carers_assessment.yml")
    assert {variant.nation for variant in answer.variants} == {None, "scotland"}
    shipped = rasa_files.read_all_answers(ROOT / "data" / "nlu", answers.TOPICS)
    assert answer.key not in {other.key for other in shipped}
    facts = set(rasa_files.read_facts(ROOT / "data" / "facts.yml"))
    problems = check([*shipped, answer], facts=facts, today=date.today())
    assert [problem for problem in problems if problem.where.startswith(answer.key)] == []


def test_the_rules_for_answers_tell_the_limits_of_the_code() -> None:
    rules = section(BY_NAME["docs/answers.md"], "## The rules")
    assert f"{answers.MAX_WORDS} words at most" in rules
    assert f"a reading grade of {reading.MAX_GRADE:g} or lower" in rules
    assert f"It has {answers.MIN_EXAMPLES} training sentences or more" in rules


def test_the_example_fact_is_the_shipped_one() -> None:
    (example,) = [block for block in fences(BY_NAME["docs/answers.md"], "yaml") if block.startswith("samaritans:")]
    shipped = YAML(typ="safe", pure=True).load((ROOT / "data" / "facts.yml").read_text(encoding="utf-8"))
    assert YAML(typ="safe", pure=True).load(example) == {"samaritans": shipped["facts"]["samaritans"]}


def test_the_heldout_example_has_the_shape_of_the_file() -> None:
    (example,) = [json.loads(block) for block in fences(BY_NAME["docs/answers.md"], "json")]
    with (ROOT / "tests" / "nlu" / "heldout.jsonl").open(encoding="utf-8") as lines:
        assert set(example) == set(json.loads(next(lines)))


def test_the_example_directory_can_be_imported(tmp_path: Path) -> None:
    (example,) = fences(BY_NAME["docs/directory.md"], "yaml")
    (tmp_path / "directory.yml").write_text(example, encoding="utf-8")
    (organisation,) = directory_files.read_directory(tmp_path / "directory.yml")
    assert not organisation.is_sample
    assert organisation.contacts
    assert organisation.places
    assert organisation.services[0].visiting
    assert organisation.groups
    assert organisation.workers
    assert check_organisation(organisation, today=organisation.checked.checked_on) == []


# --- The assistant ---


RASA = BY_NAME["docs/rasa.md"]


def rasa_rows() -> dict[str, str]:
    """Return the table row of each response that actions say."""
    return {match[1]: match[0] for match in re.finditer(r"^\| `(utter_\w+)` \|.*$", RASA, re.MULTILINE)}


@pytest.mark.parametrize("name", [*ActionName, *Intent, *Slot])
def test_every_action_intent_and_slot_is_told(name: str) -> None:
    assert f"`{name}`" in RASA


def test_every_response_of_the_actions_is_told_with_its_variables() -> None:
    rows = rasa_rows()
    said = {str(response) for response in Response if not response.startswith("utter_acknowledge_")}
    assert said - set(rows) == set()
    yaml = YAML(typ="safe", pure=True)
    for path in sorted((ROOT / "bot" / "domain").glob("*.yml")):
        for name, wordings in (yaml.load(path.read_text(encoding="utf-8")).get("responses") or {}).items():
            used = {found for wording in wordings for found in re.findall(r"\{(?!fact_)(\w+)\}", wording["text"])}
            if name in rows:
                assert {found for found in used if not re.search(rf"\b{found}\b", rows[name])} == set(), name
            else:
                assert not used, f"docs/rasa.md does not tell the variables of {name}"


def test_every_component_of_the_pipeline_is_told() -> None:
    config = YAML(typ="safe", pure=True).load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [component["name"] for component in config["pipeline"] if f"`{component['name']}`" not in RASA] == []
