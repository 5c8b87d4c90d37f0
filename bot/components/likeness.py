"""How alike sentences are, by meaning, letters and words: each compared with each, or by sketches. Knows nothing of labels."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

WORD = r"\b\w+'?\w*\b"
"""A word, with its apostrophe."""
LENGTH_SCALE = 4.0
"""How fast likeness of meaning falls with the angle between two vectors."""
LETTERS = 0.5
WORDS = 0.3
"""Weights of shared letters (misspellings) and shared words (names of laws and benefits) beside meaning."""
MEANING_PLACES, LETTER_PLACES, WORD_PLACES = 2500, 2048, 2048
"""The size of a sketch; time grows with its square."""
SMALLEST_SHARE = 1e-4
"""Directions of meaning weaker than this are noise."""

Read = tuple[Any, Any]
"""The letters and the words of some sentences: two sparse matrices with a row a sentence."""


class Written:
    """The letters and the words of sentences, as weighted counts; rare ones weigh more."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.by_letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self.by_words = TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
        self.all: Read = (self.by_letters.fit_transform(texts).tocsr(), self.by_words.fit_transform(texts).tocsr())

    def read(self, texts: Sequence[str]) -> Read:
        """Count in other sentences what is known from these."""
        return self.by_letters.transform(texts).tocsr(), self.by_words.transform(texts).tocsr()


class Likeness:
    """How alike sentences are to examples: by meaning, by letters, by words."""

    def __init__(self, written: Written, vectors: Array, rows: Any = slice(None)) -> None:
        self._vectors = vectors[rows]
        # Turned once, here: turning them for every message would take most of its time.
        self._letters, self._words = (part[rows].T.tocsr() for part in written.all)

    def of(self, read: Read, vectors: Array) -> Array:
        """Return a row a sentence: its likeness to every example."""
        letters, words = ((mine @ theirs).toarray() for mine, theirs in zip(read, (self._letters, self._words), strict=True))
        together: Array = alike_in_meaning(vectors, self._vectors) + LETTERS * letters + WORDS * words
        return together


class Sketch:
    """A row of numbers a sentence; the product of two rows is about the sentences' likeness.

    Meaning is told by the likeness to some of the examples. Letters and words are added up in a fixed number of places, each with
    a sign; place and sign follow from the hash, so the same letters land in the same place in every training.
    """

    def __init__(self, written: Written, landmarks: Array, spread: Array) -> None:
        self.landmarks, self.spread = landmarks, spread
        self.size = spread.shape[1] + LETTER_PLACES + WORD_PLACES
        self._letters = _places(written.by_letters.get_feature_names_out(), LETTER_PLACES)
        self._words = _places(written.by_words.get_feature_names_out(), WORD_PLACES)

    @classmethod
    def learn(cls, texts: Sequence[str], written: Written, vectors: Array) -> "Sketch":
        """Find from the examples in which directions meanings differ."""
        # Chosen by the texts' hashes, so that a new answer hardly changes the choice.
        chosen = sorted(range(len(texts)), key=lambda index: hashlib.sha256(texts[index].encode()).digest())[:MEANING_PLACES]
        values, directions = np.linalg.eigh(alike_in_meaning(vectors[chosen], vectors[chosen]).astype(np.float64))
        spread = (directions * np.maximum(values, SMALLEST_SHARE) ** -0.5).astype(np.float32)
        return cls(written, vectors[chosen], spread)

    def of(self, read: Read, vectors: Array) -> Array:
        """Return a row a sentence."""
        meaning = alike_in_meaning(vectors, self.landmarks) @ self.spread
        letters, words = ((mine @ places).toarray() for mine, places in zip(read, (self._letters, self._words), strict=True))
        return np.hstack([meaning, LETTERS**0.5 * letters, WORDS**0.5 * words])


def alike_in_meaning(vectors: Array, others: Array) -> Array:
    """Return a row a vector: its likeness to each of the others, one for the same meaning."""
    alike: Array = np.exp(LENGTH_SCALE * (vectors.astype(np.float32) @ others.T - 1))
    return alike


def _places(features: Sequence[str], places: int) -> Any:
    """Return a sparse matrix with a row a feature: a one, or a minus one, in the place that the feature's hash names."""
    from scipy.sparse import csr_matrix

    hashes = [hashlib.blake2b(feature.encode(), digest_size=8).digest() for feature in features]
    columns = [int.from_bytes(digest[:4], "little") % places for digest in hashes]
    signs = np.array([1 if digest[4] & 1 else -1 for digest in hashes], dtype=np.float32)
    return csr_matrix((signs, (range(len(hashes)), columns)), shape=(len(hashes), places))
