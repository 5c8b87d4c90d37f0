"""Questions that mean much the same, put together by the vectors of their words.

Kept in memory alone: a vector is made from a carer's words, and nothing of those is stored a second time.
"""

from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.65
"""The cosine from which a question belongs to a group.

The held-out questions were written to differ from one another. Of those that come together at this, six in seven share the topic
of most of their group, and lower it falls fast (0.6: three in four).
"""

Vector = NDArray[np.float32]


class Groups:
    """Groups of questions by id. A question joins the group whose middle is nearest, if it is near enough, else begins one."""

    def __init__(self, dimensions: int) -> None:
        self._sums = np.zeros((64, dimensions), dtype=np.float32)
        self._middles = np.zeros_like(self._sums)
        self._members: list[dict[str, Vector]] = []
        self._group_of: dict[str, int] = {}

    def __contains__(self, question: str) -> bool:
        return question in self._group_of

    def __iter__(self) -> Iterable[str]:
        return iter(self._group_of)

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Add questions, each with its vector of length one, in order."""
        for question, vector in vectors.items():
            self.remove([question])
            group = self._nearest(vector)
            self._members[group][question] = vector
            self._group_of[question] = group
            self._sums[group] += vector
            self._settle(group)

    def remove(self, questions: Iterable[str]) -> None:
        """Take questions out, those that are not there too."""
        for question in questions:
            group = self._group_of.pop(question, None)
            if group is None:
                continue
            self._sums[group] -= self._members[group].pop(question)
            self._settle(group)

    def of(self, question: str) -> list[str]:
        """Return the questions of one's group, the most typical first; none when it is not known."""
        group = self._group_of.get(question)
        if group is None:
            return []
        members = self._members[group]
        alike = {each: float(vector @ self._middles[group]) for each, vector in members.items()}
        return sorted(alike, key=lambda each: (-alike[each], each))

    def all(self) -> list[Collection[str]]:
        """Return the ids of every group."""
        return [members.keys() for members in self._members if members]

    def _nearest(self, vector: Vector) -> int:
        count = len(self._members)
        if count:
            alike = self._middles[:count] @ vector
            best = int(alike.argmax())
            if alike[best] >= ALIKE:
                return best
        if count == len(self._sums):
            self._sums = np.vstack([self._sums, np.zeros_like(self._sums)])
            self._middles = np.vstack([self._middles, np.zeros_like(self._middles)])
        self._members.append({})
        return count

    def _settle(self, group: int) -> None:
        if not self._members[group]:
            self._sums[group] = self._middles[group] = 0
            return
        self._middles[group] = self._sums[group] / (np.linalg.norm(self._sums[group]) or 1)
