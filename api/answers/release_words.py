"""How the studio says what a release is, where it stands and what its checks found, to somebody who is no developer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alongside.core.library import Library
from alongside.core.release_checks import Checks, Kind, Move
from alongside.core.releases import Life, Origin, Stage, Step, What
from api.answers.topics import say_label

STAGES: Mapping[Stage, str] = {
    Stage.BUILDING: "Being checked",
    Stage.BLOCKED: "Stopped by a check",
    Stage.FAILED: "Did not work",
    Stage.WAITING: "Waits for approval",
    Stage.APPROVED: "Approved, on its way to carers",
    Stage.LIVE: "Live",
    Stage.PAST: "Was live",
    Stage.DROPPED: "Dropped",
}

TONES: Mapping[Stage, str] = {
    Stage.BUILDING: "blue",
    Stage.BLOCKED: "red",
    Stage.FAILED: "red",
    Stage.WAITING: "yellow",
    Stage.APPROVED: "blue",
    Stage.LIVE: "green",
    Stage.PAST: "grey",
    Stage.DROPPED: "grey",
}

MEANINGS: Mapping[Stage, str] = {
    Stage.BUILDING: "It is being built and checked beside the live release. Carers notice nothing.",
    Stage.BLOCKED: "It cannot go live as it is. Carers notice nothing, and every draft is kept. Below is why, and what to do.",
    Stage.FAILED: "Something went wrong, and not with your words. Carers notice nothing, and every draft is kept.",
    Stage.WAITING: "It is built and checked, and waits for somebody to approve it. Until then carers notice nothing.",
    Stage.APPROVED: "It is being started beside the live release. Carers in the middle of a talk notice nothing.",
    Stage.LIVE: "Carers are told this now.",
    Stage.PAST: "Carers were told this before. It can be live again within seconds.",
    Stage.DROPPED: "Somebody gave it up. No carer was told it. The drafts were kept.",
}

ORIGINS: Mapping[Origin, str] = {
    Origin.FILES: "from the files that come with the installation",
    Origin.STUDIO: "",
    Origin.UPGRADE: "the same words, made anew for new software",
}

_STEPS: Mapping[Step, str] = {
    Step.CHECKING: "Read the words: length, plain wording, sources, dates",
    Step.TRAINING: "Teach the chat the new words",
    Step.STARTING: "Start it beside the live release",
    Step.ASKING: "Ask it every question we know, and compare",
    Step.TAKING_OVER: "Give carers the new release",
}

_STEPS_OF: Mapping[Stage, Sequence[Step]] = {
    Stage.BUILDING: (Step.CHECKING, Step.TRAINING, Step.STARTING, Step.ASKING),
    Stage.APPROVED: (Step.STARTING, Step.TAKING_OVER),
}

_EVENTS: Mapping[What, str] = {
    What.ASKED: "asked for it",
    What.BUILT: "Built and checked",
    What.BLOCKED: "Stopped by a check",
    What.FAILED: "Did not work",
    What.APPROVED: "approved it",
    What.GONE_BACK: "went back to it",
    What.LIVE: "Live",
    What.DROPPED: "dropped it",
}

_GROUPS: Mapping[Kind, tuple[str, str]] = {
    Kind.PROTECTED: ("Protected questions", "Here a carer must reach a person, or help. None of these may ever move."),
    Kind.HELD_OUT: ("Questions with a known answer", "For each of these somebody has said which answer is the right one."),
    Kind.HARMLESS: (
        "Questions that only sound like danger",
        "Such as “this waiting is killing me”. None has one right answer.",
    ),
    Kind.RECENT: ("Carers’ own questions of the last weeks", "Without anything that says who asked. None has one right answer."),
}


@dataclass(frozen=True)
class Doing:
    """One step of what is being done: ``state`` is ``done``, ``now`` or ``next``."""

    words: str
    state: str


@dataclass(frozen=True)
class Moved:
    """A question that would get another answer, in titles. ``mark`` is ``worse``, ``better`` or ``other``."""

    text: str
    before: str
    after: str
    mark: str
    is_change: bool
    right: str


@dataclass(frozen=True)
class Group:
    """Questions of one kind that would get another answer, the worse ones first."""

    title: str
    hint: str
    moves: Sequence[Moved]


@dataclass(frozen=True)
class Found:
    """What the checks found."""

    asked: int
    held_out: int
    right_before: str
    right_after: str
    trend: str
    moved: int
    worse: int
    better: int
    groups: Sequence[Group]


def steps_of(life: Life) -> list[Doing]:
    """Return the steps of what is being done to a release now; none when nothing is."""
    steps = list(_STEPS_OF.get(life.stage, ()))
    here = steps.index(life.step) if life.step in steps else 0
    states = ["done"] * here + ["now"] + ["next"] * (len(steps) - here - 1)
    return [Doing(_STEPS[step], state) for step, state in zip(steps, states, strict=False)]


def found_of(checks: Checks | None, library: Library) -> Found | None:
    """Return what the checks of a release found; None when it was not asked anything. ``library`` has the titles."""
    if checks is None:
        return None
    lost = checks.right_after - checks.right_before
    groups = [_group(kind, [move for move in checks.moves if move.kind is kind], library) for kind in Kind]
    return Found(
        asked=checks.asked,
        held_out=checks.held_out,
        right_before=f"{checks.right_before:.1%}",
        right_after=f"{checks.right_after:.1%}",
        trend="as many as now" if abs(lost) < 1e-9 else "more than now" if lost > 0 else "fewer than now",
        moved=len(checks.moves),
        worse=sum(move.is_worse for move in checks.moves),
        better=sum(move.is_better for move in checks.moves),
        groups=[group for group in groups if group.moves],
    )


def say_event(what: What, name: str | None) -> str:
    """Say what happened to a release, and who did it."""
    return f"{name} {_EVENTS[what]}" if name else _EVENTS[what]


def _group(kind: Kind, moves: Sequence[Move], library: Library) -> Group:
    title, hint = _GROUPS[kind]
    ordered = sorted(moves, key=lambda move: ("worse", "other", "better").index(_mark(move)))
    return Group(title, hint, [_moved(move, library) for move in ordered])


def _moved(move: Move, library: Library) -> Moved:
    right = say_label(move.expected, library) if move.expected and move.expected not in (move.before, move.after) else ""
    before, after = say_label(move.before, library), say_label(move.after, library)
    return Moved(move.text, before, after, _mark(move), move.is_change, right)


def _mark(move: Move) -> str:
    return "worse" if move.is_worse else "better" if move.is_better else "other"
