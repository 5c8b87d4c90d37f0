"""spaCy in the pipeline: tokens, and the people, days, places and feelings a carer names."""

from pathlib import Path
from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.tokens import Doc, Span

from bot.components.patterns import PREPOSITIONS, place_patterns, read, spacy_patterns

PATTERNS = Path(__file__).with_name("patterns.yml")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Words(Tokenizer):
    """Sets tokens on every text and entities on every message. Needs no spaCy model, so nothing is downloaded."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Rasa's own tokenizer settings; intents are never split.
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train anew when the patterns change."""
        return PATTERNS.read_text(encoding="utf-8")

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        patterns = read(PATTERNS)
        self._towns = frozenset(patterns["place"])
        self._nlp = _pipeline(spacy_patterns(patterns), place_patterns(patterns))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Split one text of a message the way spaCy does."""
        doc = self._nlp.make_doc(message.get(attribute))
        return [Token(token.text, token.idx) for token in doc if token.text.strip()]

    def process(self, messages: list[Message]) -> list[Message]:
        """Tokenise, and add the entities found."""
        super().process(messages)
        for message in messages:
            if text := message.get(TEXT):
                message.set(ENTITIES, message.get(ENTITIES, []) + self._entities(self._nlp(text)), add_to_output=True)
        return messages

    def _entities(self, doc: Doc) -> list[dict[str, Any]]:
        found = []
        for span in doc.ents:
            if span.label_ == "ignore":
                continue
            found.append(_entity(span, span.label_, span.ent_id_))
            if span.label_ == "nation" and span.text.lower() in self._towns:
                found.append(_entity(span, "place", ""))
        return found


def _pipeline(patterns: list[dict[str, Any]], places: list[dict[str, Any]]) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}).add_patterns(patterns)
    # Places come second and take only what is left: “in Rowan Ward” is a ward, “in Scotland” a nation.
    nlp.add_pipe("entity_ruler", name="places", config={"phrase_matcher_attr": "LOWER"}).add_patterns(places)
    return nlp


def _entity(span: Span, label: str, value: str) -> dict[str, Any]:
    if label == "place" and span[0].lower_ in PREPOSITIONS:
        span = span[1:]
    return {
        "entity": label,
        "value": value or span.text,
        "start": span.start_char,
        "end": span.end_char,
        "extractor": "Words",
    }
