"""How sure each label is, learned from the examples: numbers in, calibrated confidences out. Knows nothing of Rasa.

Two classifiers vote, because they go wrong on different sentences (benchmarks/classifier.py prints each alone and together):
a logistic regression over the sentence vectors, and a kernel ridge regression that compares a sentence with the examples by
meaning, letters and words, and learns topics beside answers. Both are fixed by the examples alone; no chance is involved.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

WORD = r"\b\w+'?\w*\b"
"""A word, with its apostrophe."""
REGULARISATION = 20.0
"""Logistic regression's C; 10 to 30 measure alike."""
ITERATIONS = 50
"""Of L-BFGS; more change no answer."""
LENGTH_SCALE = 4.0
"""How fast likeness of meaning falls with the angle between two vectors."""
LETTERS = 0.5
WORDS = 0.3
"""Weights of shared letters (misspellings) and shared words (names of laws and benefits) beside meaning."""
RIDGE = 0.4
TOPIC = 0.6
"""How much an answer gains when its topic fits. Topics alone raise the topic's accuracy by three points."""
LINEAR_SHARPNESS = 0.72
KERNEL_SHARPNESS = 8.7
"""Factors of the two votes, fitted on cross-validated scores so that a confidence of 0.8 is right eight times in ten."""


class Scorer:
    """A confidence for each label; over all labels they sum to one."""

    def __init__(self, labels: list[str], texts: list[str], arrays: dict[str, Array]) -> None:
        self.labels = labels
        self._texts = texts
        self._arrays = arrays
        self._likeness = _Likeness(texts, arrays["vectors"])

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Array, labels: Sequence[str]) -> "Scorer":
        """Learn from sentences, their vectors and their labels (full intents, such as ``ask_visiting/bring_children``)."""
        from scipy.linalg import solve

        names = sorted(set(labels))
        number = {name: index for index, name in enumerate(names)}
        targets = np.array([number[label] for label in labels])
        vectors = vectors.astype(np.float32)
        weights, bias = _logistic_regression(vectors, targets, len(names))
        alike = _Likeness(texts, vectors).of(texts, vectors)
        alike[np.diag_indices_from(alike)] += RIDGE
        kernel = solve(alike, _with_topics(names)[targets], assume_a="pos", overwrite_a=True, check_finite=False)
        arrays = {
            "vectors": vectors,
            "linear": np.ascontiguousarray(weights, dtype=np.float32),
            "bias": bias.astype(np.float32),
            "kernel": (kernel @ _with_topics(names).T).astype(np.float32),
        }
        return cls(names, list(texts), arrays)

    def votes(self, texts: Sequence[str], vectors: Array) -> tuple[Array, Array]:
        """Return the scores of the linear and of the kernel classifier, each a row a text."""
        linear = vectors @ self._arrays["linear"] + self._arrays["bias"]
        return LINEAR_SHARPNESS * linear, KERNEL_SHARPNESS * (self._likeness.of(texts, vectors) @ self._arrays["kernel"])

    def confidences(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return one row of confidences a text."""
        linear, kernel = self.votes(texts, vectors)
        return shares(linear + kernel)

    def save(self, folder: Path) -> None:
        """Write plain arrays and JSON."""
        np.savez(folder / "scorer.npz", **self._arrays)
        (folder / "scorer.json").write_text(json.dumps({"labels": self.labels, "texts": self._texts}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Scorer":
        """Read what ``save`` wrote."""
        with np.load(folder / "scorer.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return cls(**json.loads((folder / "scorer.json").read_text(encoding="utf-8")), arrays=arrays)


class _Likeness:
    """How alike sentences are to the examples: by meaning, by letters, by words."""

    def __init__(self, texts: Sequence[str], vectors: Array) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectors = vectors.astype(np.float32)
        # Made anew from the examples at each start: it takes half a second and keeps the stored model plain.
        self._by_letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self._by_words = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
        # Turned once, here: turning them for every message would take most of its time.
        self._letters = self._by_letters.fit_transform(texts).T.tocsr()
        self._words = self._by_words.fit_transform(texts).T.tocsr()

    def of(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return a row a text: its likeness to every example."""
        meaning = np.exp(LENGTH_SCALE * (vectors.astype(np.float32) @ self._vectors.T - 1))
        letters = (self._by_letters.transform(texts) @ self._letters).toarray()
        words = (self._by_words.transform(texts) @ self._words).toarray()
        together: Array = meaning + LETTERS * letters + WORDS * words
        return together


def _logistic_regression(vectors: Array, targets: Array, labels: int) -> tuple[Array, Array]:
    """Return the weights and the bias of a softmax regression with a ridge of 1 / REGULARISATION on the weights.

    In single precision and around the vectors' mean, it takes a fifth of the time of scikit-learn's and says the same.
    """
    from scipy.optimize import minimize

    mean = vectors.mean(axis=0)
    centred = vectors - mean
    examples, width = centred.shape
    rows = np.arange(examples)

    def loss(flat: Array) -> tuple[float, Array]:
        both = flat.astype(np.float32).reshape(width + 1, labels)
        scores = centred @ both[:width]
        scores += both[width]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        missed = -np.log(scores[rows, targets] + 1e-30).sum(dtype=np.float64)
        scores[rows, targets] -= 1
        slope = np.vstack([centred.T @ scores + both[:width] / REGULARISATION, scores.sum(axis=0)])
        return missed + 0.5 / REGULARISATION * float((both[:width] ** 2).sum()), slope.astype(np.float64).ravel()

    start = np.zeros((width + 1) * labels)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x.reshape(width + 1, labels)
    return found[:width], found[width] - mean @ found[:width]


def shares(scores: Array) -> Array:
    """Turn scores into shares of one (softmax)."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    together: Array = raised / raised.sum(axis=1, keepdims=True)
    return together


def _with_topics(labels: Sequence[str]) -> Array:
    """Return a row a label: itself, and its topic at a lower weight; a row times a row is what two labels have in common."""
    topics = sorted({label.split("/")[0] for label in labels})
    of_topic = np.array([[label.split("/")[0] == topic for topic in topics] for label in labels], dtype=np.float32)
    return np.hstack([np.eye(len(labels), dtype=np.float32), TOPIC**0.5 * of_topic])
