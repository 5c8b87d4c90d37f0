"""Names the answer a message asks for, in the form of Rasa's own intent classifier and response selector together."""

import warnings
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file

from bot.components.encoder import PART_VECTORS, PARTS, SentenceEncoder
from bot.components.reading import Reading, read_message
from bot.components.scoring import Scorer
from bot.components.writing import intent_by_letters

FALLBACK = "nlu_fallback"
ANSWER_RANKING = "answer_ranking"
"""Message property: the five best labels with their confidences, for the channel and for asking back."""
OTHER_NEEDS = "other_needs"
"""Message property: labels of further answers a long message asks for."""

# Rasa knows no response selector but its own by class, and would warn at every training that nothing reads the answers.
warnings.filterwarnings("ignore", message=".*examples for training a response selector")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(GraphComponent, IntentClassifier):
    """Sets intent, intent_ranking and response_selector, so that rules, `rasa shell` and `rasa test` work unchanged."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceEncoder]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Below this confidence the intent is nlu_fallback and the carer is asked back.
            "threshold": 0.4,
            # A further need of a long message is named only when its part alone is this sure.
            "other_needs_threshold": 0.5,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        scorer: Scorer | None = None,
        responses: dict[str, str] | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._scorer = scorer
        self._responses = responses or {}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "AnswerClassifier":
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "AnswerClassifier":
        """Load what ``train`` saved: arrays and JSON, nothing that can run code."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Scorer.load(folder), read_json_file(folder / "responses.json"))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples' vectors and words, and save."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._scorer = Scorer.fit(
            [example.get(TEXT) for example in examples],
            np.array([_vector(example) for example in examples]),
            [example.get_full_intent() for example in examples],
        )
        self._responses = {name: wordings[-1].get(TEXT, "") for name, wordings in training_data.responses.items()}
        with self._model_storage.write_to(self._resource) as folder:
            self._scorer.save(folder)
            dump_obj_as_json_to_file(folder / "responses.json", self._responses)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Name the intent and the answer of each message. Several are scored together, which costs less than one by one."""
        worded = []
        for message in messages:
            if (by_letters := intent_by_letters(message.get(TEXT) or "")) is not None:
                _set_by_letters(message, by_letters)
            elif message.get(TEXT):
                worded.append(message)
        for message, reading in zip(worded, self._read(worded), strict=True):
            self._set(message, reading)
        return messages

    def _read(self, messages: list[Message]) -> list[Reading]:
        if not messages:
            return []
        if self._scorer is None:
            raise RuntimeError("The answer classifier is not trained. Train the model with `make train`.")
        texts: list[str] = []
        vectors: list[Any] = []
        ends = []
        for message in messages:
            parts = message.get(PARTS) or []
            texts += [message.get(TEXT), *parts]
            vectors += [_vector(message), *(message.get(PART_VECTORS) if parts else [])]
            ends.append(len(texts))
        scores = self._scorer.confidences(texts, np.vstack(vectors))
        return [
            read_message(self._scorer.labels, own, other_needs_threshold=self._config["other_needs_threshold"])
            for own in np.split(scores, ends[:-1])
        ]

    def _set(self, message: Message, reading: Reading) -> None:
        ranking = [{"name": intent, "confidence": confidence} for intent, confidence in reading.intents]
        if reading.confidence < self._config["threshold"]:
            ranking.insert(0, {"name": FALLBACK, "confidence": self._config["threshold"]})
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set(ANSWER_RANKING, [_ranked(label, confidence) for label, confidence in reading.ranking], add_to_output=True)
        message.set(OTHER_NEEDS, [_plain(label) for label in reading.other_needs], add_to_output=True)
        message.set("response_selector", self._selection(reading), add_to_output=True)

    def _selection(self, reading: Reading) -> dict[str, Any]:
        """Say which response belongs to the message, as Rasa's ResponseSelector does; of its wordings, only the default is shown.

        The choice stands under its intent, where the response action looks, and under "default", where `rasa test` looks
        when the intent is another than it expected.
        """
        scorer_labels = self._scorer.labels if self._scorer else []
        selection: dict[str, Any] = {
            "all_retrieval_intents": sorted({label.split("/")[0] for label in scorer_labels if "/" in label})
        }
        if not reading.answers:
            return selection
        label, confidence = reading.answers[0]
        chosen = {
            "response": {
                "responses": [{TEXT: self._responses.get(f"utter_{label}", "")}],
                "confidence": confidence,
                "intent_response_key": label,
                "utter_action": f"utter_{label}",
            },
            "ranking": [{"confidence": sure, "intent_response_key": other} for other, sure in reading.answers],
        }
        return {**selection, label.split("/")[0]: chosen, "default": chosen}


def _vector(message: Message) -> Any:
    _, sentence = message.get_dense_features(TEXT, [])
    return sentence.features[0]


def _set_by_letters(message: Message, intent: str) -> None:
    only = {"name": intent, "confidence": 1.0}
    message.set(INTENT, only, add_to_output=True)
    message.set("intent_ranking", [dict(only)], add_to_output=True)
    message.set(ANSWER_RANKING, [_ranked(intent, 1.0)], add_to_output=True)
    message.set(OTHER_NEEDS, [], add_to_output=True)


def _plain(label: str) -> str:
    """Return the answer's key as the rest of the project writes it: without Rasa's ask_."""
    return label.removeprefix("ask_")


def _ranked(label: str, confidence: float) -> dict[str, Any]:
    return {"label": _plain(label), "confidence": round(confidence, 4)}
