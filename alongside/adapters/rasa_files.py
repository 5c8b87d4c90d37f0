"""Answers and facts as files: Rasa's own YAML, ``data/nlu/<topic>.yml``, and ``data/facts.yml``."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from alongside.core.answers import NATIONS, Answer, Source, Translation, Variant
from alongside.core.conversations import Choice
from alongside.core.errors import ContentError
from alongside.core.facts import Fact
from alongside.core.library import SAFETY
from alongside.core.words import Wording, Words

_ITEM = re.compile(r"^\s*-\s+(.*\S)\s*$")


def _load(path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path} is missing. Restore it from the repository or from an export.") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as YAML: {error}. Correct the file at that place.") from error


@contextmanager
def _entry(path: Path, name: object) -> Iterator[None]:
    """Turn what goes wrong with one entry into an error that names the file and the entry."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContentError(
            f"{path}, {name}: not the shape we know ({type(error).__name__}: {error}). "
            "See docs/answers.md for the shape and an example."
        ) from error


def read_answers(path: Path) -> list[Answer]:
    """Read one topic's file. Raises ContentError, naming the file and the entry, when its shape is not ours."""
    document = _load(path)
    examples: dict[str, tuple[str, ...]] = {}
    answers = []
    with _entry(path, "the file"):
        blocks, responses = list(document["nlu"]), dict(document["responses"])
    for number, block in enumerate(blocks, start=1):
        with _entry(path, f"training sentences {number}"):
            key = block["intent"].removeprefix("ask_")
            if key in examples:
                raise ValueError(f"{block['intent']} stands in the file twice")
            examples[key] = tuple(match.group(1) for line in block["examples"].splitlines() if (match := _ITEM.match(line)))
    for response, wordings in responses.items():
        with _entry(path, response):
            key = response.removeprefix("utter_ask_")
            answers.append(_answer(key, wordings, examples.pop(key, ())))
    if examples:
        raise ContentError(f"{path} has training sentences without an answer: {', '.join(sorted(examples))}. Add the answer.")
    return answers


def read_all_answers(folder: Path, topics: Iterable[str]) -> list[Answer]:
    """Read every topic's file of a folder, in the given order."""
    return [answer for topic in topics for answer in read_answers(folder / f"{topic}.yml")]


def read_safety(path: Path) -> list[Answer]:
    """Read the safety replies: answers without sentences and sources, each with a wording for every nation."""
    document = _load(path)
    replies = []
    with _entry(path, "the file"):
        responses = dict(document["responses"])
    for response, wordings in responses.items():
        with _entry(path, response):
            about = wordings[-1]["metadata"]
            replies.append(
                Answer(
                    topic=SAFETY,
                    name=response.removeprefix(f"utter_{SAFETY}_"),
                    title=about["title"],
                    owner=about["owner"],
                    approver=about["approver"],
                    review_on=_date(about["review_on"]),
                    nations=NATIONS,
                    follow_ups=(),
                    variants=tuple(
                        Variant(text=wording["text"].strip(), sources=(), nation=_nation(wording)) for wording in wordings
                    ),
                )
            )
    return replies


def read_facts(path: Path) -> dict[str, Fact]:
    """Read the phone numbers and amounts that answers refer to, by name."""
    document = _load(path)
    facts = {}
    with _entry(path, "the file"):
        entries = dict(document["facts"])
    for name, entry in entries.items():
        with _entry(path, name):
            fact = Fact(name=f"fact_{name}", **entry)
            if not isinstance(fact.value, str):
                raise ValueError("the value is a number to YAML; put it in quotes")
            if not all(isinstance(day, date) for day in (fact.checked_on, fact.review_on or fact.checked_on)):
                raise ValueError("a day is written as 2026-11-21, without quotes")
            facts[fact.name] = fact
    return facts


def read_words(paths: Iterable[Path], *, facts: dict[str, Fact]) -> Words:
    """Read the responses of domain files, with the facts they refer to. A response in two files is refused."""
    responses: dict[str, tuple[Wording, ...]] = {}
    for path in paths:
        with _entry(path, "the file"):
            entries = dict(_load(path).get("responses") or {})
        for name, wordings in entries.items():
            if name in responses:
                raise ContentError(f"{path} defines '{name}', which another file defines too. Keep one of the two.")
            with _entry(path, name):
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
        translations=tuple(_translation(translation) for translation in about.get("translations", ())),
    )


def _translation(entry: dict[str, Any]) -> Translation:
    texts = {name: str(entry[name]).strip() for name in ("text", "of")}
    return Translation(**{**entry, **texts, "translated_on": _date(entry["translated_on"])})


def _nation(wording: dict[str, Any]) -> str | None:
    (condition,) = wording.get("condition") or [{"name": "nation", "value": None}]
    if condition["name"] != "nation":
        raise ValueError(f"a condition on '{condition['name']}': only the slot 'nation' is allowed")
    nation: str | None = condition["value"]
    return nation


def _variant(wording: dict[str, Any]) -> Variant:
    return Variant(
        text=wording["text"].strip(),
        nation=_nation(wording),
        sources=tuple(
            Source(**{**source, "checked_on": _date(source["checked_on"])}) for source in wording["metadata"]["sources"]
        ),
    )


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
