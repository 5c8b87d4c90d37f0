"""How sure each label is, learned from the examples: numbers in, calibrated confidences out. Knows nothing of Rasa."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LR_C = 20.0
TEMPERATURE = 0.7


class Scorer:
    """A confidence for each label; over all labels they sum to one."""

    def __init__(self, labels: list[str], arrays: dict[str, Array]) -> None:
        self.labels = labels
        self._arrays = arrays

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Array, labels: Sequence[str]) -> "Scorer":
        from sklearn.linear_model import LogisticRegression

        names = sorted(set(labels))
        targets = np.array([names.index(label) for label in labels])
        model = LogisticRegression(C=LR_C, max_iter=200).fit(vectors, targets)
        return cls(names, {"weights": model.coef_.T, "bias": model.intercept_})

    def confidences(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return one row of confidences a text."""
        scores = (vectors @ self._arrays["weights"] + self._arrays["bias"]) / TEMPERATURE
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)

    def save(self, folder: Path) -> None:
        """Write plain arrays; nothing here needs pickle."""
        np.savez(folder / "scorer.npz", labels=np.array(self.labels), **self._arrays)

    @classmethod
    def load(cls, folder: Path) -> "Scorer":
        with np.load(folder / "scorer.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return cls(arrays.pop("labels").tolist(), arrays)
