"""How the pages of what carers asked say things."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from alongside.core.asked import Became, How
from alongside.services.asked import Group

LONGEST = 180
"""Characters of an example; a carer may write twenty times that."""

BECAME: Mapping[Became, str] = {
    Became.OUT_OF_SCOPE: "The bot said it cannot help with that",
    Became.ASKED_BACK: "The bot did not understand and asked back",
    Became.NOT_HELPFUL: "The carer said the answer did not help",
    Became.PERSON: "The carer then asked for a person",
}

HOW: Mapping[How, str] = {
    How.DISMISSED: "dismissed",
    How.ADDED: "added to",
    How.BEGUN: "began",
}


def shorten(text: str) -> str:
    """Return a text in one line, as much of it as is shown."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rsplit(' ', 1)[0]} …"


def became_of(group: Group) -> list[tuple[str, int]]:
    return [(words, group.became[became]) for became, words in BECAME.items() if group.became.get(became)]


def topic_words(topic: str) -> str:
    return topic.replace("_", " ").capitalize()


def by_topic(answers: Mapping[str, str]) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return keys and titles of answers under the words of their topic, each in the order in which one would look for it."""
    ordered = sorted(answers.items(), key=lambda answer: (answer[0].split("/")[0], answer[1].casefold()))
    return [(topic_words(topic), list(some)) for topic, some in groupby(ordered, key=lambda answer: answer[0].split("/")[0])]
