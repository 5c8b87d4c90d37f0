"""Which training sentences are near one another in meaning, by their vectors."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alongside.core.hints import TOO_ALIKE, Alike


def alike(
    vectors: NDArray[np.float32], known_vectors: NDArray[np.float32], known: Sequence[tuple[str, str]]
) -> list[list[Alike]]:
    """Return, for each vector, the known sentences too near it, the nearest first.

    Vectors have length one, as the encoder makes them; ``known`` holds a sentence and its answer's key for each known vector.
    """
    if not len(known) or not len(vectors):
        return [[] for _ in vectors]
    return [[_alike(known[place], row[place]) for place in _nearest_first(row)] for row in vectors @ known_vectors.T]


def _nearest_first(likeness: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.argsort(-likeness, kind="stable")[: np.count_nonzero(likeness >= TOO_ALIKE)]


def _alike(known: tuple[str, str], likeness: np.float32) -> Alike:
    sentence, key = known
    return Alike(sentence, key, float(likeness))
