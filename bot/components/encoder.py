"""Puts the sentence encoder's vector on every example and message."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import kept_vectors
from bot.components.parts import parts_of

PARTS = "parts"
"""Message property: the parts of a long message, as texts."""
PART_VECTORS = "part_vectors"
"""Message property: one vector a part, in the same order."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """Sets a dense sentence feature, Rasa's own form, so that any of Rasa's classifiers could read it too."""

    keep_vectors_in: ClassVar[Path | None] = None
    """Where a training keeps its vectors for the next; bot.train sets it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Where the built encoder lies; empty means the usual place in the data folder.
            "folder": "",
        }

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "SentenceEncoder":
        """Load the encoder. Raises EncoderError when it is not built or not the file noted at set-up."""
        from alongside.encoder import Encoder

        return cls(Encoder.load(_folder(config)))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train anew when the encoder changes."""
        from alongside.encoder.model import version_of

        return version_of(_folder({**cls.get_default_config(), **config}))

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the training examples."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        if self.keep_vectors_in:
            vectors = kept_vectors.encode(texts, self._encoder.encode, version=self._encoder.version, file=self.keep_vectors_in)
        else:
            vectors = self._encoder.encode(texts)
        _add_vectors(examples, vectors)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector of each message and, for a long one, of each of its parts."""
        written = [message for message in messages if message.get(TEXT)]
        _add_vectors(written, self._encoder.encode([message.get(TEXT) for message in written]))
        for message in written:
            if parts := parts_of(message.get(TEXT)):
                message.set(PARTS, parts)
                message.set(PART_VECTORS, self._encoder.encode(parts))
        return messages


def _add_vectors(messages: Sequence[Message], vectors: Any) -> None:
    for message, vector in zip(messages, vectors, strict=True):
        message.add_features(Features(np.atleast_2d(vector), FEATURE_TYPE_SENTENCE, TEXT, SentenceEncoder.__name__))


def _folder(config: dict[str, Any]) -> Path:
    from alongside.encoder import default_folder

    return Path(config["folder"]) if config["folder"] else default_folder()
