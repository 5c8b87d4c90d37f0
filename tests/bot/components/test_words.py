"""Tokens and entities, as carers write them."""

from typing import Any

import pytest
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.words import Words

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(Words.get_default_config())


def found(words: Words, text: str) -> list[tuple[str, str]]:
    message = Message({TEXT: text})
    words.process([message])
    return [(entity["entity"], entity["value"]) for entity in message.get(ENTITIES)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("my lad is on rowan ward", [("relative", "son"), ("service", "rowan ward")]),
        ("our kid is in the low secure one", [("relative", "son"), ("service", "low secure")]),
        ("me mam wants me there", [("relative", "mother")]),
        ("my wife's ward won't ring", [("relative", "wife")]),
        ("how is my bruther", [("relative", "brother")]),
        ("a medium secure unit", [("service", "medium secure")]),
        ("visiting hours at Willow Tree Lodge", [("service", "Willow Tree Lodge")]),
        ("he was moved to ward 5", [("service", "ward 5")]),
        ("a group near Leeds on tuesdays", [("place", "Leeds"), ("weekday", "tuesday")]),
        ("group in Scotland on wensday evening", [("nation", "scotland"), ("weekday", "wednesday"), ("time_of_day", "evening")]),
        ("anything near Much Wenlock on Monday", [("place", "Much Wenlock"), ("weekday", "monday")]),
        ("in Rowan Ward", [("service", "Rowan Ward")]),
        ("we are in belfast", [("nation", "ni"), ("place", "belfast")]),
        ("is there one online", [("online", "online")]),
        ("i am so exhausted and frightened", [("feeling", "tired"), ("feeling", "scared")]),
    ],
)
def test_entities_are_found_with_their_value(words: Words, text: str, entities: list[tuple[str, str]]) -> None:
    assert found(words, text) == entities


@pytest.mark.parametrize(
    "text",
    [
        "the ward",
        "I rang his ward",
        "she is in a secure unit",
        "the care team never ring",
        "can I bring his little sister",
        "I'm just his mum",
        "I am not worried",
        "do I need my NI number",
        "good morning",
        "my english is bad",
        "who runs the unit",
        "",
    ],
)
def test_what_only_looks_like_an_entity_is_left_alone(words: Words, text: str) -> None:
    message = Message({TEXT: text})
    words.process([message])
    assert not message.get(ENTITIES)


def test_an_entity_carries_its_place_in_the_text(words: Words) -> None:
    text = "Is there a group near Milton Keynes?"
    message = Message({TEXT: text})
    words.process([message])
    (entity,) = message.get(ENTITIES)
    assert text[entity["start"] : entity["end"]] == entity["value"] == "Milton Keynes"
    assert entity["extractor"] == "Words"


def test_tokens_stand_where_they_stood(words: Words) -> None:
    text = "They won't  tell me…"
    message = Message({TEXT: text})
    words.process([message])
    tokens: list[Any] = message.get("text_tokens")
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
