"""What a new release would do to carers' questions, and whether that may be: the steal check, and the rules that block.

Rules kept: a protected question (somebody must reach a person, or help) never moves; the answers to the held-out questions never
get worse by more than half a point; every other question that would get another answer is shown, from and to, before it is
approved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from alongside.core.answers import Answer, Problem, facts_used
from alongside.core.library import Library

MOST_LOST = 0.005
"""How much of the held-out questions may be lost: half a point. More than that is no accident of training."""

ASKED_BACK = "nlu_fallback"
"""The label of a question that no answer is sure of: the carer is asked back."""


class Kind(str, Enum):
    """Why a question is asked of a new release."""

    PROTECTED = "protected"
    HELD_OUT = "held_out"
    HARMLESS = "harmless"
    """Sentences that sound like danger and are none."""
    RECENT = "recent"
    """Carers' own questions of the last weeks, with everything that identifies somebody taken out."""


@dataclass(frozen=True)
class Question:
    """``expected`` is the label it should reach: an answer's key or an intent. None: nothing is expected, but moves are shown.

    ``ref`` is the id of a carer's message: its words are asked and compared, and never kept.
    """

    text: str
    kind: Kind
    expected: str | None = None
    ref: str | None = None


@dataclass(frozen=True)
class Reached:
    """What a question reaches: an answer's key, an intent, or ASKED_BACK. ``ranking`` holds what was near, the nearest first."""

    label: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()

    @property
    def second(self) -> tuple[str, float] | None:
        """The nearest other label, and how near it came: what the question would reach next."""
        return next((each for each in self.ranking if each[0] != self.label), None)


@dataclass(frozen=True)
class Move:
    """A question that reaches something else than in the live release. ``is_change`` when the new release changed either end.

    One with a ``ref`` has no text: whoever shows it looks the carer's message up, masks it, and finds nothing once it is erased.
    """

    text: str
    kind: Kind
    before: str
    after: str
    expected: str | None
    is_change: bool
    ref: str | None = None

    @property
    def is_better(self) -> bool:
        return self.expected is not None and self.after == self.expected

    @property
    def is_worse(self) -> bool:
        return self.expected is not None and self.before == self.expected


@dataclass(frozen=True)
class Checks:
    """What asking the new release found. Rates are shares of the held-out questions that reach what they should, 0 to 1."""

    asked: int
    held_out: int
    right_before: float
    right_after: float
    moves: tuple[Move, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "held_out": self.held_out,
            "right_before": self.right_before,
            "right_after": self.right_after,
            "moves": [
                {
                    "text": move.text,
                    "kind": move.kind.value,
                    "before": move.before,
                    "after": move.after,
                    "expected": move.expected,
                    "is_change": move.is_change,
                    "ref": move.ref,
                }
                for move in self.moves
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Checks":
        moves = tuple(Move(**{**move, "kind": Kind(move["kind"])}) for move in stored["moves"])
        return cls(**{**stored, "moves": moves})


def compare(
    questions: Sequence[Question],
    before: Sequence[Reached],
    after: Sequence[Reached],
    *,
    changes: frozenset[str],
    removed: frozenset[str] = frozenset(),
) -> Checks:
    """Return what moved and how well the held-out questions do; one about an answer that is taken out no longer counts."""
    asked = list(zip(questions, before, after, strict=True))
    judged = [
        (question, was, now)
        for question, was, now in asked
        if question.kind is Kind.HELD_OUT and question.expected and question.expected not in removed
    ]
    moves = [
        Move(
            text="" if question.ref else question.text,
            kind=question.kind,
            before=was.label,
            after=now.label,
            expected=question.expected,
            is_change=bool({was.label, now.label} & changes),
            ref=question.ref,
        )
        for question, was, now in asked
        if was.label != now.label
    ]
    moves.sort(key=lambda move: (list(Kind).index(move.kind), not move.is_worse, not move.is_change, move.before, move.after))
    total = max(1, len(judged))
    return Checks(
        asked=len(asked),
        held_out=len(judged),
        right_before=sum(was.label == question.expected for question, was, _ in judged) / total,
        right_after=sum(now.label == question.expected for question, _, now in judged) / total,
        moves=tuple(moves),
    )


def blocking(checks: Checks) -> list[Problem]:
    """Return what forbids a release to go live."""
    problems = [
        Problem(
            f"“{move.text}”",
            f"this protected question must reach {move.expected} and would now reach {move.after}",
            "Take the training sentence out that is like it, or put it in other words",
        )
        for move in checks.moves
        if move.kind is Kind.PROTECTED and move.is_worse
    ]
    lost = checks.right_before - checks.right_after
    # A hair's breadth more, so that exactly half a point is not lost to rounding.
    if lost > MOST_LOST + 1e-9:
        worse = [move for move in checks.moves if move.kind is Kind.HELD_OUT and move.is_worse]
        taken = ", ".join(sorted({f"{move.before} (now {move.after})" for move in worse})[:5])
        problems.append(
            Problem(
                "The questions we know the answers to",
                f"{checks.right_after:.1%} of {checks.held_out} would reach the right answer; now {checks.right_before:.1%} do"
                f". Lost: {taken}",
                "Look at the questions that would move, and put the training sentences in words that only their own answer fits",
            )
        )
    return problems


def check_safety_replies(live: Mapping[str, Answer], new: Library) -> list[Problem]:
    """Return what a safety reply has lost: a reply, a nation's wording, or a number that is in it now."""
    problems = []
    for key, reply in live.items():
        changed = new.safety.get(key)
        if changed is None:
            problems.append(Problem(key, "this safety reply is gone", "Put it back: no danger may be left without an answer"))
            continue
        wordings = {variant.nation: variant.text for variant in changed.variants}
        for variant in reply.variants:
            where = f"{key} [{variant.nation or 'default'}]"
            if variant.nation not in wordings:
                problems.append(Problem(where, "this wording is gone", "Put it back: the numbers differ by nation"))
                continue
            lost = facts_used(variant.text) - facts_used(wordings[variant.nation])
            for name in sorted(lost):
                problems.append(
                    Problem(
                        where, f"the number {{{name}}} is not in it any more", "Put it back into the text, or ask the safety lead"
                    )
                )
    return problems
