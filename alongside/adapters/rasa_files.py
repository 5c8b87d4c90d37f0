"""Answers and facts as files: Rasa's own YAML, ``data/nlu/<topic>.yml``, and ``data/facts.yml``."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from alongside.core.answers import Answer, Source, Variant
from alongside.core.conversations import Choice
from alongside.core.errors import ContentError
from alongside.core.facts import Fact
from alongside.core.words import Wording, Words

_ITEM = re.compile(r"^\s*-\s+(.*\S)\s*$")


def _load(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path} is missing. Restore it from the repository or from an export.") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as YAML: {error}. Correct the file at that place.") from error


def read_answers(path: Path) -> list[Answer]:
    """Read one topic's file. Raises ContentError, naming the file and the entry, when its shape is not ours."""
    document = _load(path)
    try:
        examples = {
            block["intent"].removeprefix("ask_"): tuple(
                match.group(1) for line in block["examples"].splitlines() if (match := _ITEM.match(line))
            )
            for block in document["nlu"]
        }
        answers = [
            _answer(response.removeprefix("utter_ask_"), wordings, examples.pop(response.removeprefix("utter_ask_"), ()))
            for response, wordings in document["responses"].items()
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContentError(
            f"{path} does not have the shape of an answers file: {type(error).__name__} {error}. "
            "See docs/answers.md for the shape and an example."
        ) from error
    if examples:
        raise ContentError(f"{path} has training sentences without an answer: {', '.join(sorted(examples))}. Add the answer.")
    return answers


def read_all_answers(folder: Path, topics: Iterable[str]) -> list[Answer]:
    """Read every topic's file of a folder, in the given order."""
    return [answer for topic in topics for answer in read_answers(folder / f"{topic}.yml")]


def read_facts(path: Path) -> dict[str, Fact]:
    """Read the phone numbers and amounts that answers refer to, by name."""
    document = _load(path)
    try:
        return {f"fact_{name}": Fact(name=f"fact_{name}", **entry) for name, entry in document["facts"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{path} does not have the shape of a facts file: {error}. See docs/answers.md.") from error


def read_words(paths: Iterable[Path], *, facts: dict[str, Fact]) -> Words:
    """Read the responses of domain files, with the facts they refer to. A response in two files is refused."""
    responses: dict[str, tuple[Wording, ...]] = {}
    for path in paths:
        for name, wordings in (_load(path).get("responses") or {}).items():
            if name in responses:
                raise ContentError(f"{path} defines '{name}', which another file defines too. Keep one of the two.")
            responses[name] = tuple(_wording(wording) for wording in wordings)
    return Words(responses=responses, facts=facts)


def _wording(wording: dict[str, Any]) -> Wording:
    nations = [condition["value"] for condition in wording.get("condition", ()) if condition["name"] == "nation"]
    return Wording(
        text=wording["text"].strip(),
        choices=tuple(Choice(title=button["title"], payload=button["payload"]) for button in wording.get("buttons", ())),
        nation=nations[0] if nations else None,
    )


def _answer(key: str, wordings: list[dict[str, Any]], examples: tuple[str, ...]) -> Answer:
    topic, name = key.split("/")
    about = wordings[-1]["metadata"]
    return Answer(
        topic=topic,
        name=name,
        title=about["title"],
        owner=about["owner"],
        approver=about["approver"],
        review_on=_date(about["review_on"]),
        nations=tuple(about["nations"]),
        follow_ups=tuple(about["follow_ups"]),
        variants=tuple(_variant(wording) for wording in wordings),
        examples=examples,
    )


def _variant(wording: dict[str, Any]) -> Variant:
    (condition,) = wording.get("condition") or [{"name": "nation", "value": None}]
    if condition["name"] != "nation":
        raise ValueError(f"a condition on '{condition['name']}': only the slot 'nation' is allowed")
    return Variant(
        text=wording["text"].strip(),
        nation=condition["value"],
        sources=tuple(
            Source(**{**source, "checked_on": _date(source["checked_on"])}) for source in wording["metadata"]["sources"]
        ),
    )


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
