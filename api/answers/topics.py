"""What maintainers call the topics, the nations and what a question may reach."""

import re
from collections.abc import Mapping

from alongside.core.answers import NATIONS as NATION_SLUGS
from alongside.core.answers import TOPICS as SLUGS
from alongside.core.answers import Problem
from alongside.core.comparing import NATION_NAMES
from alongside.core.library import FACT, SAFETY, Entry, Library, kind_of
from alongside.core.release_checks import ASKED_BACK
from api.inbox.wishes import TOPICS as CALLED

TOPICS: Mapping[str, str] = {topic: CALLED[topic] for topic in SLUGS}
"""Topic → what a maintainer calls it."""

NATIONS: Mapping[str, str] = {nation: NATION_NAMES[nation] for nation in NATION_SLUGS}

_INTENTS: Mapping[str, str] = {
    ASKED_BACK: "no answer: the carer is asked back",
    "out_of_scope": "“I cannot help with that”",
    "talk_to_person": "“Talk to a person”",
}


_LABEL = re.compile(r"[a-z_]+(?:/[a-z0-9_]+)?")
"""What may be an answer's key or an intent."""


def say_label(label: str, library: Library) -> str:
    """Say what a question reaches: an answer by its title, anything else in a few words."""
    entry = library.get(label)
    if entry is not None:
        return f"“{entry.title}”"
    return _INTENTS.get(label, "small talk" if "/" not in label else f"“{label}”")


def say_problem(problem: Problem, library: Library) -> Problem:
    """Return a problem in a maintainer's words: titles and nations where the checks name keys."""
    key, _, part = problem.where.partition(" ")
    nation = NATION_NAMES.get({"default": None}.get(part.strip("[]"), part.strip("[]"))) if part else ""
    where = say_label(key, library) if library.get(key) else problem.where
    if nation and library.get(key):
        where = f"{where}, words for {nation}"

    def named(text: str) -> str:
        return _LABEL.sub(lambda found: say_label(found[0], library) if _is_label(found[0], library) else found[0], text)

    return Problem(where if where != problem.where else named(where), named(problem.found), named(problem.do))


def _is_label(label: str, library: Library) -> bool:
    return label in _INTENTS or library.get(label) is not None


def say_topic(key: str) -> str:
    """Say where an entry belongs."""
    topic = key.split("/")[0]
    return {FACT: "Numbers and amounts", SAFETY: "Safety reply"}.get(kind_of(key), TOPICS.get(topic, topic))


def titles(library: Library) -> dict[str, str]:
    """Return each answer's title by its key, with its topic where two have the same."""
    entries: dict[str, Entry] = {**library.answers}
    seen = [entry.title for entry in entries.values()]
    return {
        key: entry.title if seen.count(entry.title) == 1 else f"{entry.title} ({say_topic(key)}, {key.split('/')[1]})"
        for key, entry in entries.items()
    }
