"""Answers and facts written as the files that ``rasa_files`` reads: ``nlu/<topic>.yml`` and ``facts.yml``.

Rules kept: what is written reads back the same, and there is one way to write it, so a file changes only where an answer did.
A file is whole or as it was before: nothing that stops the writing leaves half of one.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from alongside.core.answers import TOPICS, Answer, Source, Translation, Variant
from alongside.core.errors import ContentError
from alongside.core.facts import Fact
from alongside.core.tidying import tidy, tidy_fact

_FACTS_HEADER = """\
# Phone numbers and amounts, each in this one place. Answers refer to them as {fact_<name>}.
#   nation      uk, gb or one nation
#   checked_on  the day the value was last compared with its source
#   review_on   from this day the value is no longer said; `instead` is
#   recheck     true until the service that runs Alongside has confirmed it for itself
"""

_SAFETY_HEADER = """\
# What is said at once when a message speaks of danger, without the assistant. alongside/core/safety/ finds the danger; these are
# the replies, by nation. Phone numbers come from data/facts.yml. They may lose none of their numbers in a release.
"""

_PLAIN = re.compile(r"[^\W\d_](?:[\w ()'’“”.;/?!&+£–—-]|:(?=\S))*")
"""What needs no quotes: it begins with a letter and holds no sign that YAML takes for its own."""

_NO_TEXT_TO_YAML = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def write_answers(path: Path, answers: Iterable[Answer]) -> None:
    """Write one topic's file, in the given order of answers and sentences."""
    write_whole(path, _answers_text(answers))


def write_facts(path: Path, facts: Mapping[str, Fact]) -> None:
    """Write the facts' file, in the given order."""
    entries = []
    for fact in map(tidy_fact, facts.values()):
        inner = ", ".join(f"{name}: {value}" for name, value in _fact(fact))
        entries += [f"  {_scalar(fact.name.removeprefix('fact_'))}:", f"    {{{inner}}}"]
    write_whole(path, _FACTS_HEADER + "\n".join(_under("facts:", "{}", entries)) + "\n")


def write_safety(path: Path, replies: Iterable[Answer]) -> None:
    """Write the safety replies. Each offers a person, whatever it says."""
    lines = [line for reply in map(tidy, replies) for line in _safety_reply(reply)]
    write_whole(path, _SAFETY_HEADER + "\n".join(_under("responses:", "{}", lines)) + "\n")


def _safety_reply(reply: Answer) -> Iterator[str]:
    yield f"  {_scalar(f'utter_{reply.topic}_{reply.name}')}:"
    for variant in reply.variants:
        yield from _wording(variant)
        yield "    buttons:"
        yield from ("    - title: Talk to a person", "      payload: /talk_to_person")
    yield "    metadata:"
    for name in ("title", "owner", "approver"):
        yield f"      {name}: {_scalar(getattr(reply, name))}"
    yield f"      review_on: {reply.review_on}"


def write_library(folder: Path, answers: Iterable[Answer], facts: Mapping[str, Fact]) -> None:
    """Write every topic's file and the facts, in the order of their names: the same library is always the same bytes.

    A topic without answers has no file; other files are not touched.
    """
    by_topic: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda answer: answer.key):
        by_topic.setdefault(answer.topic, []).append(answer)
    if strange := sorted(by_topic.keys() - set(TOPICS)):
        raise ContentError(f"{', '.join(strange)} is no topic, so nothing was written. Give the answers an agreed topic.")
    texts = {topic: _answers_text(of_topic) for topic, of_topic in by_topic.items()}
    (folder / "nlu").mkdir(parents=True, exist_ok=True)
    for topic in TOPICS:
        path = folder / "nlu" / f"{topic}.yml"
        if topic in texts:
            write_whole(path, texts[topic])
        else:
            path.unlink(missing_ok=True)
    write_facts(folder / "facts.yml", dict(sorted(facts.items())))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is found whole, or as it was before."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _answers_text(answers: Iterable[Answer]) -> str:
    answers = [tidy(answer) for answer in answers]
    lines = ['version: "3.1"']
    lines += _under("nlu:", "[]", [line for answer in answers for line in _sentences(answer)])
    lines += _under("responses:", "{}", [line for answer in answers for line in _response(answer)])
    return "\n".join(lines) + "\n"


def _sentences(answer: Answer) -> Iterator[str]:
    if answer.examples:  # an intent without sentences is a fault to Rasa
        yield f"- intent: {_scalar(f'ask_{answer.key}')}"
        yield "  examples: |"
        yield from (f"    - {example}" for example in answer.examples)


def _response(answer: Answer) -> Iterator[str]:
    if not answer.variants:
        raise ContentError(f"{answer.key} has no words yet, so nothing was written. Write its text first.")
    yield f"  {_scalar(f'utter_ask_{answer.key}')}:"
    for variant in answer.variants:
        yield from _wording(variant)
        yield "    metadata:"
        if variant is answer.variants[-1]:
            yield from _about(answer)
        yield from _sources(variant)


def _wording(variant: Variant) -> Iterator[str]:
    if variant.nation is None:
        yield from _text("  - ", variant.text)
        return
    yield "  - condition:"
    yield from ("    - type: slot", "      name: nation", f"      value: {_scalar(variant.nation)}")
    yield from _text("    ", variant.text)


def _text(before: str, text: str, *, name: str = "text") -> Iterator[str]:
    if not text:
        yield f'{before}{name}: ""'
        return
    yield f"{before}{name}: |-"
    yield from (f"{' ' * len(before)}  {line}".rstrip() for line in text.split("\n"))


def _about(answer: Answer) -> Iterator[str]:
    yield f"      title: {_scalar(answer.title)}"
    yield f"      nations: {_list(answer.nations)}"
    yield f"      owner: {_scalar(answer.owner)}"
    yield f"      approver: {_scalar(answer.approver)}"
    yield f"      review_on: {answer.review_on}"
    yield f"      follow_ups: {_list(answer.follow_ups)}"
    if answer.translations:
        yield "      translations:"
        yield from (line for translation in answer.translations for line in _translation(translation))


def _translation(translation: Translation) -> Iterator[str]:
    yield f"      - language: {_scalar(translation.language)}"
    for name in ("nation", "title"):
        if value := getattr(translation, name):
            yield f"        {name}: {_scalar(value)}"
    yield from _text("        ", translation.text)
    yield f"        translator: {_scalar(translation.translator)}"
    yield f"        translated_on: {translation.translated_on}"
    yield from _text("        ", translation.of, name="of")


def _sources(variant: Variant) -> Iterator[str]:
    yield from _under("      sources:", "[]", [line for source in variant.sources for line in _source(source)])


def _source(source: Source) -> Iterator[str]:
    yield f"      - title: {_scalar(source.title)}"
    for name in ("url", "publication"):
        if value := getattr(source, name):
            yield f"        {name}: {_scalar(value)}"
    yield f"        checked_on: {source.checked_on}"


def _fact(fact: Fact) -> Iterator[tuple[str, str]]:
    """Yield what a fact's entry says; what is as usual is left out. The value is in quotes, or 999 would be a number."""
    usual = {"kind": "phone", "hours": None, "review_on": None, "instead": None, "recheck": True}
    for name in ("title", "value", "kind", "nation", "hours", "source", "checked_on", "review_on", "instead", "recheck"):
        value = getattr(fact, name)
        if name not in usual or value != usual[name]:
            yield name, _in_quotes(value) if name == "value" else _in_brackets(value)


def _under(heading: str, nothing: str, lines: Sequence[str]) -> list[str]:
    return [heading, *lines] if lines else [f"{heading} {nothing}"]


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_in_brackets, values))}]"


def _scalar(text: str) -> str:
    """Return a text as YAML has it on a line of its own, where a comma means nothing."""
    is_plain = _PLAIN.fullmatch(text.replace(",", "")) and text[0] != "," and text.casefold() not in _NO_TEXT_TO_YAML
    return text if is_plain else _in_quotes(text)


def _in_brackets(value: str | bool | date) -> str:
    if isinstance(value, str):
        return _in_quotes(value) if "," in value else _scalar(value)
    return str(value).lower() if isinstance(value, bool) else value.isoformat()


def _in_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
