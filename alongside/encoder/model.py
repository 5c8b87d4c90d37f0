"""Load the built encoder and turn texts into vectors."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alongside.core.errors import EncoderError
from alongside.encoder.pinned import SHA256, checked

DIMENSIONS = 384
MAX_TOKENS = 256
"""What the model was published for; a longer text is cut there, and long messages are read by the sentence as well."""

MANIFEST = "encoder.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
REMEDY = "Run `make encoder` to build it again."


def default_folder() -> Path:
    """Return where the encoder is kept: ALONGSIDE_ENCODER_DIR, or ``encoder`` in the data folder."""
    return Path(os.environ.get("ALONGSIDE_ENCODER_DIR") or Path(os.environ.get("ALONGSIDE_DATA_DIR") or "var") / "encoder")


class Encoder:
    """Sentence vectors of length one. Only files with the hashes noted at set-up are ever loaded."""

    def __init__(self, session: Any, tokenizer: Any, *, version: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = {value.name for value in session.get_inputs()}
        self.version = version

    @classmethod
    def load(cls, folder: Path) -> "Encoder":
        """Load from a built folder. Raises EncoderError when a file is missing or is not the one noted at set-up."""
        import onnxruntime
        from tokenizers import Tokenizer

        version = version_of(folder)
        model = checked(folder / MODEL, version, REMEDY)
        tokenizer = Tokenizer.from_file(str(checked(folder / TOKENIZER, SHA256[TOKENIZER], REMEDY)))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        # One thread: a sentence takes milliseconds, and the other cores belong to other carers.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors share no public base class
            raise EncoderError(f"onnxruntime {onnxruntime.__version__} cannot load {model}: {error}. {REMEDY}") from error
        return cls(session, tokenizer, version=version)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a text, in order.

        Each text goes through alone. In a batch, int8 takes its number range from all texts together, so a vector would
        depend on its neighbours; alone, training and serving see the same one, and a CPU loses next to nothing by it.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
            values = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            (tokens,) = self._session.run(["last_hidden_state"], {name: values[name] for name in self._inputs})
            mean = tokens[0].mean(axis=0)
            vector[:] = mean / np.linalg.norm(mean)
        return vectors


def version_of(folder: Path) -> str:
    """Return the hash of the model that set-up noted: what a trained classifier's vectors belong to."""
    path = folder / MANIFEST
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["files"][MODEL])
    except FileNotFoundError:
        raise EncoderError(f"The sentence encoder is not built: there is no {path}. {REMEDY}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path} is not an encoder's manifest: {type(error).__name__} {error}. {REMEDY}") from None
