"""How sure each label is, learned from the examples: numbers in, calibrated confidences out. Knows nothing of Rasa.

Two classifiers vote, because they go wrong on different sentences (benchmarks/classifier.py prints each alone and together):
a logistic regression over the sentence vectors, and a kernel ridge regression that compares a sentence with the examples by
meaning, letters and words, and learns topics beside answers. Both are fixed by the examples alone; no chance is involved.

Up to MOST_COMPARED examples, a sentence is compared with each of them. With more, likeness is sketched: each sentence becomes a
row of numbers, and the product of two rows is about their likeness. So time and memory grow with the examples, and not with their
square (docs/decisions/0009-training-for-many-answers.md).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
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
MOST_COMPARED = 8000
"""Examples up to which a sentence is compared with every one of them."""
MEANING_PLACES, LETTER_PLACES, WORD_PLACES = 1500, 4096, 2048
"""The size of a sketch; time grows with its square."""
SMALLEST_SHARE = 1e-4
"""Directions of meaning weaker than this are noise."""
BLOCK = 2000
"""Sentences sketched at a time, so that memory stays small."""
KERNEL_SHARPNESS = 8.7


@dataclass(frozen=True)
class Balance:
    """How the two votes are weighed, fitted on cross-validated scores so that a confidence of 0.8 is right eight times in ten."""

    topic: float
    """How much an answer gains when its topic fits. Topics alone raise the topic's accuracy by three points."""
    linear: float
    """The linear vote's factor beside KERNEL_SHARPNESS."""


COMPARED = Balance(topic=0.6, linear=0.72)
SKETCHED = Balance(topic=0.3, linear=1.2)
"""A sketch is less sharp than what it stands for, and the linear vote loses nothing by many answers."""


class Scorer:
    """A confidence for each label; over all labels they sum to one."""

    def __init__(self, labels: list[str], texts: list[str], arrays: dict[str, Array]) -> None:
        self.labels = labels
        self._texts = texts
        self._arrays = arrays
        sketched = "spread" in arrays
        self._balance = SKETCHED if sketched else COMPARED
        self._likeness = _Sketch(texts, arrays) if sketched else _Likeness(texts, arrays["vectors"])

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Array, labels: Sequence[str]) -> "Scorer":
        """Learn from sentences, their vectors and their labels (full intents, such as ``ask_visiting/bring_children``)."""
        names = sorted(set(labels))
        number = {name: index for index, name in enumerate(names)}
        targets = np.array([number[label] for label in labels])
        vectors = vectors.astype(np.float32)
        weights, bias = _logistic_regression(vectors, targets, len(names))
        arrays = {"linear": np.ascontiguousarray(weights, dtype=np.float32), "bias": bias.astype(np.float32)}
        if len(texts) <= MOST_COMPARED:
            columns = _with_topics(names, COMPARED.topic)
            arrays |= {"vectors": vectors, "kernel": _ridge_on_all(texts, vectors, columns[targets])}
        else:
            columns = _with_topics(names, SKETCHED.topic)
            arrays |= _ridge_on_sketches(texts, vectors, columns[targets])
        arrays["kernel"] = (arrays["kernel"] @ columns.T).astype(np.float32)
        return cls(names, list(texts), arrays)

    def votes(self, texts: Sequence[str], vectors: Array) -> tuple[Array, Array]:
        """Return the scores of the linear and of the kernel classifier, each a row a text."""
        linear = vectors @ self._arrays["linear"] + self._arrays["bias"]
        return self._balance.linear * linear, KERNEL_SHARPNESS * (self._likeness.of(texts, vectors) @ self._arrays["kernel"])

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


class _Written:
    """The letters and the words of sentences, as weighted counts; rare ones weigh more."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        # Made anew from the examples at each start: it takes half a second and keeps the stored model plain.
        self.by_letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self.by_words = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
        self.letters = self.by_letters.fit_transform(texts)
        self.words = self.by_words.fit_transform(texts)


class _Likeness:
    """How alike sentences are to the examples: by meaning, by letters, by words."""

    def __init__(self, texts: Sequence[str], vectors: Array) -> None:
        self._vectors = vectors
        self._written = written = _Written(texts)
        # Turned once, here: turning them for every message would take most of its time.
        self._letters, self._words = written.letters.T.tocsr(), written.words.T.tocsr()

    def of(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return a row a text: its likeness to every example."""
        letters = (self._written.by_letters.transform(texts) @ self._letters).toarray()
        words = (self._written.by_words.transform(texts) @ self._words).toarray()
        together: Array = _alike_in_meaning(vectors, self._vectors) + LETTERS * letters + WORDS * words
        return together


class _Sketch:
    """A row of numbers a sentence; the product of two rows is about the sentences' likeness.

    Meaning is told by the likeness to some of the examples. Letters and words are added up in a fixed number of places, each with
    a sign; place and sign follow from the hash, so the same letters land in the same place in every training.
    """

    def __init__(self, texts: Sequence[str], arrays: dict[str, Array]) -> None:
        self._vectors, self._spread = arrays["vectors"], arrays["spread"]
        self._written = _Written(texts)
        self._letters = _places(self._written.by_letters.get_feature_names_out(), LETTER_PLACES)
        self._words = _places(self._written.by_words.get_feature_names_out(), WORD_PLACES)

    def of(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return a row a text."""
        meaning = _alike_in_meaning(vectors, self._vectors) @ self._spread
        letters = (self._written.by_letters.transform(texts) @ self._letters).toarray()
        words = (self._written.by_words.transform(texts) @ self._words).toarray()
        return np.hstack([meaning, LETTERS**0.5 * letters, WORDS**0.5 * words])


def _alike_in_meaning(vectors: Array, others: Array) -> Array:
    alike: Array = np.exp(LENGTH_SCALE * (vectors.astype(np.float32) @ others.T - 1))
    return alike


def _places(features: Sequence[str], places: int) -> Any:
    """Return a sparse matrix with a row a feature: a one, or a minus one, in the place that the feature's hash names."""
    from scipy.sparse import csr_matrix

    hashes = [hashlib.blake2b(feature.encode(), digest_size=8).digest() for feature in features]
    columns = [int.from_bytes(digest[:4], "little") % places for digest in hashes]
    signs = np.array([1 if digest[4] & 1 else -1 for digest in hashes], dtype=np.float32)
    return csr_matrix((signs, (range(len(hashes)), columns)), shape=(len(hashes), places))


def _ridge_on_all(texts: Sequence[str], vectors: Array, wanted: Array) -> Array:
    """Kernel ridge regression: return a row an example, what its likeness to a sentence says for each wanted column."""
    from scipy.linalg import solve

    alike = _Likeness(texts, vectors).of(texts, vectors)
    alike[np.diag_indices_from(alike)] += RIDGE
    solved: Array = solve(alike, wanted, assume_a="pos", overwrite_a=True, check_finite=False)
    return solved


def _ridge_on_sketches(texts: Sequence[str], vectors: Array, wanted: Array) -> dict[str, Array]:
    """Ridge regression on sketches: return a row a place, and what the sketch is made with."""
    from scipy.linalg import solve

    # Chosen by the texts' hashes, so that a new answer hardly changes the choice.
    chosen = sorted(range(len(texts)), key=lambda index: hashlib.sha256(texts[index].encode()).digest())[:MEANING_PLACES]
    values, directions = np.linalg.eigh(_alike_in_meaning(vectors[chosen], vectors[chosen]).astype(np.float64))
    spread = (directions * np.maximum(values, SMALLEST_SHARE) ** -0.5).astype(np.float32)
    arrays = {"vectors": vectors[chosen], "spread": spread}
    sketch = _Sketch(texts, arrays)
    size = MEANING_PLACES + LETTER_PLACES + WORD_PLACES
    left, right = np.zeros((size, size), np.float32), np.zeros((size, wanted.shape[1]), np.float32)
    for start in range(0, len(texts), BLOCK):
        block = slice(start, start + BLOCK)
        rows = sketch.of(texts[block], vectors[block])
        left += rows.T @ rows
        right += rows.T @ wanted[block]
    left[np.diag_indices_from(left)] += RIDGE
    return arrays | {"kernel": solve(left, right, assume_a="pos", overwrite_a=True, check_finite=False)}


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


def _with_topics(labels: Sequence[str], weight: float) -> Array:
    """Return a row a label: itself, and its topic at the weight given; a row times a row is what two labels have in common."""
    topics = sorted({label.split("/")[0] for label in labels})
    of_topic = np.array([[label.split("/")[0] == topic for topic in topics] for label in labels], dtype=np.float32)
    return np.hstack([np.eye(len(labels), dtype=np.float32), weight**0.5 * of_topic])
