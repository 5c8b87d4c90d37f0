"""Sentences near one another: the nearest first, and none below the limit."""

import numpy as np

from alongside.core.hints import TOO_ALIKE, Alike
from alongside.services.likeness import alike

KNOWN = [("here", "visiting/a"), ("near", "visiting/b"), ("far", "visiting/c")]
VECTORS = np.array([[1, 0], [0.96, 0.28], [0, 1]], dtype=np.float32)


def test_the_near_ones_come_nearest_first() -> None:
    found = alike(np.array([[0.96, 0.28], [-1, 0]], dtype=np.float32), VECTORS, KNOWN)
    assert [[near.sentence for near in row] for row in found] == [["near", "here"], []]
    assert found[0][0] == Alike("near", "visiting/b", found[0][0].likeness)
    assert all(near.likeness >= TOO_ALIKE for near in found[0])


def test_without_known_sentences_nothing_is_near() -> None:
    none = np.empty((0, 2), dtype=np.float32)
    assert alike(VECTORS[:2], none, []) == [[], []]
    assert alike(none, VECTORS, KNOWN) == []
