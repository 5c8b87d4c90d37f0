"""How sure each label is, learned from the examples: numbers in, calibrated confidences out. Knows nothing of Rasa.

Two classifiers vote, because they go wrong on different sentences (benchmarks/classifier.py prints each alone and together):
a logistic regression over the sentence vectors, and a kernel ridge regression that compares a sentence with the examples by
meaning, letters and words, and learns topics beside answers. Both are fixed by the examples alone; no chance is involved.

Up to MOST_COMPARED examples, a sentence is compared with each of them. With more, likeness is sketched: each sentence becomes a
row of numbers, and the product of two rows is about their likeness. Sketches are good enough to tell the topic; a topic's answers
are told apart by comparing with each of its own examples. So time and memory grow with the examples, and not with their square
(docs/decisions/0009-training-for-many-answers.md).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.components.likeness import Array, Likeness, Read, Sketch, Written

REGULARISATION = 20.0
"""Logistic regression's C; 10 to 30 measure alike."""
ITERATIONS = 50
"""Of L-BFGS; more change no answer."""
ITERATIONS_OF_MANY = 35
"""With sketches, where each takes most of a second; more do not help."""
RIDGE = 0.4
MOST_COMPARED = 8000
"""Examples up to which a sentence is compared with every one of them."""
BLOCK = 2000
"""Sentences sketched at a time, so that memory stays small."""
KERNEL_SHARPNESS = 8.7
SMALLEST_TOPIC = 0.01
"""The share of a topic from which it is worth telling its answers apart."""


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

    def __init__(self, labels: list[str], texts: list[str], arrays: dict[str, Array], written: Written | None = None) -> None:
        self.labels = labels
        self._texts = texts
        self._arrays = arrays
        # Made anew from the examples at each start: it takes seconds at most and keeps the stored model plain.
        self._written = written or Written(texts)
        is_sketched = "spread" in arrays
        self._balance = SKETCHED if is_sketched else COMPARED
        self._likeness: Likeness | Sketch
        if is_sketched:
            self._likeness = Sketch(self._written, arrays["landmarks"], arrays["spread"])
            self._topics = _topics(labels, arrays, self._written)
        else:
            self._likeness = Likeness(self._written, arrays["vectors"])
            self._topics = []

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Array, labels: Sequence[str]) -> "Scorer":
        """Learn from sentences, their vectors and their labels (full intents, such as ``ask_visiting/bring_children``)."""
        names = sorted(set(labels))
        number = {name: index for index, name in enumerate(names)}
        targets = np.array([number[label] for label in labels])
        vectors = vectors.astype(np.float32)
        is_sketched = len(texts) > MOST_COMPARED
        iterations = ITERATIONS_OF_MANY if is_sketched else ITERATIONS
        weights, bias = _logistic_regression(vectors, targets, len(names), iterations)
        arrays = {
            "linear": np.ascontiguousarray(weights, dtype=np.float32),
            "bias": bias.astype(np.float32),
            "vectors": vectors,
        }
        columns = _with_topics(names, (SKETCHED if is_sketched else COMPARED).topic)
        written = Written(texts)
        if is_sketched:
            arrays |= _ridge_on_sketches(texts, written, vectors, columns[targets])
            arrays |= {"targets": targets, "own": _ridge_by_topic(names, written, vectors, targets)}
        else:
            likeness = Likeness(written, vectors)
            arrays["kernel"] = _ridge(likeness.of(written.all, vectors), columns[targets])
        arrays["kernel"] = (arrays["kernel"] @ columns.T).astype(np.float32)
        return cls(names, list(texts), arrays, written)

    def votes(self, texts: Sequence[str], vectors: Array) -> tuple[Array, Array]:
        """Return the scores of the linear and of the kernel classifier, each a row a text."""
        return self._balance.linear * self._linear(vectors), self._kernel(self._written.read(texts), vectors)

    def confidences(self, texts: Sequence[str], vectors: Array) -> Array:
        """Return one row of confidences a text."""
        read = self._written.read(texts)
        linear = self._linear(vectors)
        found = shares(self._balance.linear * linear + self._kernel(read, vectors))
        for topic in self._topics:
            share = found[:, topic.columns].sum(axis=1)
            rows = np.flatnonzero(share >= SMALLEST_TOPIC)
            if len(rows):
                kernel = topic.votes((read[0][rows], read[1][rows]), vectors[rows])
                own = shares(COMPARED.linear * linear[np.ix_(rows, topic.columns)] + KERNEL_SHARPNESS * kernel)
                found[np.ix_(rows, topic.columns)] = share[rows, None] * own
        return found

    def _linear(self, vectors: Array) -> Array:
        scores: Array = vectors @ self._arrays["linear"] + self._arrays["bias"]
        return scores

    def _kernel(self, read: "Read", vectors: Array) -> Array:
        scores: Array = KERNEL_SHARPNESS * (self._likeness.of(read, vectors) @ self._arrays["kernel"])
        return scores

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


class _Topic:
    """Tells one topic's answers apart by comparing with each of its own examples."""

    def __init__(self, columns: Array, likeness: Likeness, kernel: Array) -> None:
        self.columns = columns
        self._likeness = likeness
        self._kernel = kernel

    def votes(self, read: Read, vectors: Array) -> Array:
        """Return a row a sentence, with a score for each of the topic's answers."""
        votes: Array = self._likeness.of(read, vectors) @ self._kernel
        return votes


def _topics(labels: Sequence[str], arrays: dict[str, Array], written: Written) -> list[_Topic]:
    return [
        _Topic(columns, Likeness(written, arrays["vectors"], rows), arrays["own"][rows, : len(columns)])
        for columns, rows in _rows_by_topic(labels, arrays["targets"])
    ]


def _rows_by_topic(labels: Sequence[str], targets: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the columns of a topic's answers and the rows of its examples, for each that can be told apart by comparing.

    Not for a topic of one answer, nor for one with more examples than can be compared: there the sketches have to do.
    """
    topic_of = np.array([label.split("/")[0] for label in labels])
    for topic in sorted(set(topic_of)):
        columns = np.flatnonzero(topic_of == topic)
        rows = np.flatnonzero(topic_of[targets] == topic)
        if len(columns) > 1 and len(rows) <= MOST_COMPARED:
            yield columns, rows


def _ridge(alike: Array, wanted: Array) -> Array:
    """Kernel ridge regression: return a row an example, what its likeness to a sentence says for each wanted column.

    ``alike`` is a square, with a row an example; it is written over.
    """
    from scipy.linalg import solve

    alike[np.diag_indices_from(alike)] += RIDGE
    solved: Array = solve(alike, wanted, assume_a="pos", overwrite_a=True, check_finite=False)
    return solved


def _ridge_by_topic(labels: Sequence[str], written: Written, vectors: Array, targets: Array) -> Array:
    """Return a row an example, with what it says for each answer of its topic, in their order; the rest is nought."""
    topics = list(_rows_by_topic(labels, targets))
    own = np.zeros((len(targets), max((len(columns) for columns, _ in topics), default=0)), dtype=np.float32)
    for columns, rows in topics:
        read = tuple(part[rows] for part in written.all)
        alike = Likeness(written, vectors, rows).of(read, vectors[rows])
        wanted = (targets[rows][:, None] == columns).astype(np.float32)
        own[rows, : len(columns)] = _ridge(alike, wanted)
    return own


def _ridge_on_sketches(texts: Sequence[str], written: Written, vectors: Array, wanted: Array) -> dict[str, Array]:
    """Ridge regression on sketches: return a row a place, and what the sketch is made with."""
    sketch = Sketch.learn(texts, written, vectors)
    left, right = np.zeros((sketch.size, sketch.size), np.float32), np.zeros((sketch.size, wanted.shape[1]), np.float32)
    for start in range(0, len(texts), BLOCK):
        block = slice(start, start + BLOCK)
        rows = sketch.of(tuple(part[block] for part in written.all), vectors[block])
        left += rows.T @ rows
        right += rows.T @ wanted[block]
    return {"landmarks": sketch.landmarks, "spread": sketch.spread, "kernel": _ridge(left, right)}


def _logistic_regression(vectors: Array, targets: Array, labels: int, iterations: int) -> tuple[Array, Array]:
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
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations}).x.reshape(width + 1, labels)
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
