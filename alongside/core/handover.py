"""The case that moves a conversation from the bot to a worker and back: its states and its legal moves.

Rules kept: a case has one owner field, and the bot is silent for as long as it holds a name; a move that is not in ``LEGAL`` is
refused; a danger is never made less urgent by what is asked after it.
"""

from dataclasses import dataclass, replace
from enum import Enum, IntEnum

from alongside.core.errors import AlongsideError


class State(str, Enum):
    """Where a case is. A conversation's case starts with the bot."""

    BOT = "bot"
    WAITING = "waiting"
    WITH_WORKER = "with_worker"
    CLOSED = "closed"


class Move(str, Enum):
    """What can be done with a case. To release is to put it back among those waiting; to hand back is to give it to the bot."""

    REQUEST = "request"
    CLAIM = "claim"
    TRANSFER = "transfer"
    RELEASE = "release"
    HAND_BACK = "hand_back"
    CLOSE = "close"
    REOPEN = "reopen"


class Role(str, Enum):
    """As whom a move is made."""

    CARER = "carer"
    WORKER = "worker"
    LEAD = "lead"
    SYSTEM = "system"


class Reason(str, Enum):
    """Why a person is wanted."""

    ASKED = "asked"
    SECOND_MISS = "second_miss"
    ASSISTANT_FAILED = "assistant_failed"
    SAFETY_SELF = "safety_self"
    SAFETY_OTHER = "safety_other"
    SAFETY_ABUSE = "safety_abuse"
    CONCERN = "concern"
    WROTE_AGAIN = "wrote_again"


class Outcome(str, Enum):
    """How a case ended."""

    ANSWERED = "answered"
    SPOKE_OR_MET = "spoke_or_met"
    PASSED_ON = "passed_on"
    COULD_NOT_REACH = "could_not_reach"
    NOT_FOR_US = "not_for_us"
    WITHDRAWN = "withdrawn"


class Urgency(IntEnum):
    """In the order in which cases are shown: danger first."""

    DANGER = 0
    ORDINARY = 1


_DANGERS = frozenset({Reason.SAFETY_SELF, Reason.SAFETY_OTHER, Reason.SAFETY_ABUSE})


class IllegalMove(AlongsideError):
    """The move does not fit the case as it is now; nothing was changed."""

    status = 409


@dataclass(frozen=True)
class Actor:
    """Who makes a move; ``code`` is the worker's or lead's code, and empty for the carer and the system."""

    role: Role
    code: str = ""


CARER = Actor(Role.CARER)
SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Case:
    """One conversation's case. A closed case keeps its owner, so that the same worker has it when the carer writes again."""

    id: str
    state: State = State.BOT
    owner: str | None = None
    reason: Reason | None = None
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        owned, may_be_either = self.state is State.WITH_WORKER, self.state is State.CLOSED
        if not may_be_either and owned != bool(self.owner):
            raise ValueError(f"Case {self.id} is {self.state.value} with owner {self.owner!r}. Only one with a worker has one.")

    @property
    def urgency(self) -> Urgency:
        return urgency_of(self.reason)


@dataclass(frozen=True)
class Step:
    """One legal move from one state: where it ends, and who may make it."""

    ends: State
    roles: frozenset[Role]


def _step(ends: State, *roles: Role) -> Step:
    return Step(ends, frozenset(roles))


LEGAL: dict[tuple[State, Move], Step] = {
    (State.BOT, Move.REQUEST): _step(State.WAITING, Role.CARER, Role.SYSTEM),
    # Who checks back on a carer after danger writes first.
    (State.BOT, Move.CLAIM): _step(State.WITH_WORKER, Role.WORKER, Role.LEAD),
    # Asking again is harmless, and is how a danger said later is made known.
    (State.WAITING, Move.REQUEST): _step(State.WAITING, Role.CARER, Role.SYSTEM),
    (State.WITH_WORKER, Move.REQUEST): _step(State.WITH_WORKER, Role.CARER, Role.SYSTEM),
    (State.WAITING, Move.CLAIM): _step(State.WITH_WORKER, Role.WORKER, Role.LEAD),
    (State.WAITING, Move.CLOSE): _step(State.CLOSED, Role.CARER),
    (State.WITH_WORKER, Move.TRANSFER): _step(State.WITH_WORKER, Role.WORKER, Role.LEAD),
    # The system releases the cases of a worker who is disabled or has gone silent.
    (State.WITH_WORKER, Move.RELEASE): _step(State.WAITING, Role.WORKER, Role.LEAD, Role.SYSTEM),
    (State.WITH_WORKER, Move.HAND_BACK): _step(State.BOT, Role.WORKER, Role.LEAD),
    (State.WITH_WORKER, Move.CLOSE): _step(State.CLOSED, Role.WORKER, Role.LEAD),
    # With nobody to go back to, it ends in waiting.
    (State.CLOSED, Move.REOPEN): _step(State.WITH_WORKER, Role.CARER, Role.WORKER, Role.LEAD, Role.SYSTEM),
}
"""Every legal move. What is not here is refused."""


_STATES = {
    State.BOT: "with the bot",
    State.WAITING: "waiting",
    State.WITH_WORKER: "with a worker",
    State.CLOSED: "closed",
}
_DONE = {
    Move.REQUEST: "asked for",
    Move.CLAIM: "claimed",
    Move.TRANSFER: "transferred",
    Move.RELEASE: "put back",
    Move.HAND_BACK: "handed back",
    Move.CLOSE: "closed",
    Move.REOPEN: "opened again",
}
"""How a refusal says a state and a move: a case and who has it are only ids here, and a reader knows neither by its id."""


def urgency_of(reason: Reason | None) -> Urgency:
    return Urgency.DANGER if reason in _DANGERS else Urgency.ORDINARY


def reason_of_danger(kind: str) -> Reason:
    """Return why a person is wanted after a danger of a safety kind: ``self``, ``other`` or ``abuse``."""
    return Reason(f"safety_{kind}")


def may_bot_speak(case: Case) -> bool:
    """Say whether any bot message may go out: never once a worker has the case, nor after they closed it; only if handed back."""
    return case.owner is None


def move(
    case: Case,
    made: Move,
    *,
    by: Actor,
    to: str | None = None,
    reason: Reason | None = None,
    outcome: Outcome | None = None,
    owner_is_here: bool = False,
) -> Case:
    """Return the case after a move, or raise IllegalMove.

    ``to`` is the colleague of a transfer, ``reason`` why a person is wanted, ``outcome`` how it closed; ``owner_is_here`` says
    whether the worker who had a closed case can still have it.
    """
    step = _legal_step(case, made, by)
    if made is Move.CLAIM:
        return replace(case, state=step.ends, owner=by.code)
    if made is Move.TRANSFER:
        return replace(case, owner=_colleague(case, to))
    if made is Move.CLOSE:
        return replace(case, state=step.ends, outcome=_outcome(case, by, outcome))
    if made is Move.REQUEST:
        return replace(case, state=step.ends, reason=_graver(case, reason or Reason.ASKED), outcome=None)
    if made is Move.REOPEN:
        owner = case.owner if owner_is_here else None
        state = step.ends if owner else State.WAITING
        return replace(case, state=state, owner=owner, reason=reason or _reason_again(case, by), outcome=None)
    return replace(case, state=step.ends, owner=None)


def _legal_step(case: Case, made: Move, by: Actor) -> Step:
    step = LEGAL.get((case.state, made))
    if step is None:
        raise IllegalMove(f"This case is {_STATES[case.state]}, so it cannot be {_DONE[made]}. Open it again to see it as it is.")
    if by.role not in step.roles:
        raise IllegalMove(
            f"This case is {_STATES[case.state]}, so it cannot be {_DONE[made]} by a {by.role.value}. "
            "Open it again to see how it is now."
        )
    if by.role in (Role.WORKER, Role.LEAD) and not by.code:
        raise IllegalMove(f"This case was to be {_DONE[made]} without the name of who does it. Sign in again.")
    if by.role is Role.WORKER and case.owner and by.code != case.owner:
        raise IllegalMove(f"This case is {_STATES[case.state]}, not yours. Ask who has it or a lead to transfer it to you.")
    return step


def _colleague(case: Case, to: str | None) -> str:
    if not to or to == case.owner:
        raise IllegalMove("This case was to be transferred to nobody, or to who has it already. Choose another colleague.")
    return to


def _outcome(case: Case, by: Actor, outcome: Outcome | None) -> Outcome:
    if outcome is None:
        raise IllegalMove("This case was to be closed without an outcome. Choose one.")
    if by.role is Role.CARER and case.urgency is Urgency.DANGER:
        raise IllegalMove("This case is about danger, so a worker must see it before it closes. Leave it waiting.")
    if by.role is Role.CARER and outcome is not Outcome.WITHDRAWN:
        raise IllegalMove("This case was to be closed by a carer with a worker's outcome. A carer can only withdraw it.")
    return outcome


def _reason_again(case: Case, by: Actor) -> Reason:
    """Return why a case is open again, where none is given: a worker goes on with what it was about, danger above all."""
    kept = case.reason if by.role in (Role.WORKER, Role.LEAD) else None
    return kept or Reason.WROTE_AGAIN


def _graver(case: Case, reason: Reason) -> Reason:
    """Return the reason to keep: the new one, unless an open case has a more urgent one."""
    if case.reason is None or case.state is State.BOT or urgency_of(reason) <= case.urgency:
        return reason
    return case.reason
