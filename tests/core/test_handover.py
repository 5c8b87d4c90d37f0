"""Which moves a case allows, who may make them, and when the bot is silent."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.core.handover import (
    CARER,
    LEGAL,
    SYSTEM,
    Actor,
    Case,
    IllegalMove,
    Move,
    Outcome,
    Reason,
    Role,
    State,
    Urgency,
    may_bot_speak,
    move,
    urgency_of,
)

ADA = Actor(Role.WORKER, "ada")
BEA = Actor(Role.WORKER, "bea")
LEAD = Actor(Role.LEAD, "lea")

WITH_BOT = Case("1")
WAITING = move(WITH_BOT, Move.REQUEST, by=CARER)
WITH_ADA = move(WAITING, Move.CLAIM, by=ADA)
CLOSED = move(WITH_ADA, Move.CLOSE, by=ADA, outcome=Outcome.ANSWERED)
ONE_OF_EACH = {State.BOT: WITH_BOT, State.WAITING: WAITING, State.WITH_WORKER: WITH_ADA, State.CLOSED: CLOSED}


class TestTheRoad:
    def test_carer_who_asks_is_waiting_and_nobody_has_the_case(self) -> None:
        assert (WAITING.state, WAITING.owner, WAITING.reason) == (State.WAITING, None, Reason.ASKED)

    def test_claim_gives_the_case_to_who_claims(self) -> None:
        assert (WITH_ADA.state, WITH_ADA.owner) == (State.WITH_WORKER, "ada")

    def test_case_handed_back_can_be_taken_up_again(self) -> None:
        handed_back = move(WITH_ADA, Move.HAND_BACK, by=ADA)
        assert move(handed_back, Move.CLAIM, by=BEA) == Case("1", State.WITH_WORKER, "bea", Reason.ASKED)

    def test_second_claim_is_refused(self) -> None:
        with pytest.raises(IllegalMove, match="with a worker, so it cannot be claimed") as refused:
            move(WITH_ADA, Move.CLAIM, by=BEA)
        assert refused.value.status == 409

    def test_transfer_gives_the_case_to_the_colleague(self) -> None:
        assert move(WITH_ADA, Move.TRANSFER, by=ADA, to="bea").owner == "bea"

    @pytest.mark.parametrize("to", [None, "", "ada"])
    def test_transfer_to_nobody_new_is_refused(self, to: str | None) -> None:
        with pytest.raises(IllegalMove):
            move(WITH_ADA, Move.TRANSFER, by=ADA, to=to)

    def test_released_case_waits_for_anybody(self) -> None:
        assert move(WITH_ADA, Move.RELEASE, by=SYSTEM) == WAITING

    def test_closed_case_says_how_it_ended(self) -> None:
        assert (CLOSED.state, CLOSED.outcome) == (State.CLOSED, Outcome.ANSWERED)

    def test_closing_without_an_outcome_is_refused(self) -> None:
        with pytest.raises(IllegalMove, match="outcome"):
            move(WITH_ADA, Move.CLOSE, by=ADA)


class TestWritingAgain:
    def test_same_worker_has_it_if_still_there(self) -> None:
        again = move(CLOSED, Move.REOPEN, by=CARER, owner_is_here=True)
        assert again == Case("1", State.WITH_WORKER, "ada", Reason.WROTE_AGAIN)

    def test_it_waits_if_the_worker_has_gone(self) -> None:
        assert move(CLOSED, Move.REOPEN, by=CARER, owner_is_here=False) == Case("1", State.WAITING, None, Reason.WROTE_AGAIN)

    def test_it_waits_if_nobody_ever_had_it(self) -> None:
        withdrawn = move(WAITING, Move.CLOSE, by=CARER, outcome=Outcome.WITHDRAWN)
        assert move(withdrawn, Move.REOPEN, by=CARER, owner_is_here=True).state is State.WAITING

    def test_opened_again_by_a_worker_it_is_about_what_it_was_about(self) -> None:
        closed = replace(CLOSED, reason=Reason.SAFETY_OTHER)
        assert move(closed, Move.REOPEN, by=ADA, owner_is_here=True).reason is Reason.SAFETY_OTHER
        assert move(closed, Move.REOPEN, by=CARER, owner_is_here=True).reason is Reason.WROTE_AGAIN

    def test_danger_reopens_as_danger(self) -> None:
        assert move(CLOSED, Move.REOPEN, by=SYSTEM, reason=Reason.SAFETY_SELF).urgency is Urgency.DANGER


class TestBotIsSilent:
    def test_it_speaks_before_and_while_waiting(self) -> None:
        assert may_bot_speak(WITH_BOT)
        assert may_bot_speak(WAITING)

    def test_never_while_a_worker_has_the_case(self) -> None:
        assert not may_bot_speak(WITH_ADA)

    def test_not_after_a_worker_closed_it(self) -> None:
        assert not may_bot_speak(CLOSED)

    def test_again_once_the_worker_hands_back(self) -> None:
        assert may_bot_speak(move(WITH_ADA, Move.HAND_BACK, by=ADA))

    @pytest.mark.parametrize(("state", "owner"), [(State.WITH_WORKER, None), (State.WAITING, "ada"), (State.BOT, "ada")])
    def test_a_case_whose_owner_and_state_disagree_cannot_exist(self, state: State, owner: str | None) -> None:
        with pytest.raises(ValueError, match="owner"):
            Case("1", state, owner)


class TestWhoMay:
    @pytest.mark.parametrize(("state", "made", "role"), list(product(State, Move, Role)))
    def test_what_is_not_in_the_table_is_refused(self, state: State, made: Move, role: Role) -> None:
        actor = Actor(role, "ada" if role in (Role.WORKER, Role.LEAD) else "")
        outcome = Outcome.WITHDRAWN if role is Role.CARER else Outcome.ANSWERED
        step = LEGAL.get((state, made))
        if step and role in step.roles:
            assert move(ONE_OF_EACH[state], made, by=actor, to="bea", outcome=outcome, owner_is_here=True).state is step.ends
        else:
            with pytest.raises(IllegalMove) as refused:
                move(ONE_OF_EACH[state], made, by=actor, to="bea", outcome=outcome)
            assert "ada" not in str(refused.value)  # an account's id, which tells a reader nothing

    @pytest.mark.parametrize("made", [Move.TRANSFER, Move.RELEASE, Move.HAND_BACK, Move.CLOSE])
    def test_worker_may_not_move_a_colleagues_case(self, made: Move) -> None:
        with pytest.raises(IllegalMove, match="not yours"):
            move(WITH_ADA, made, by=BEA, to="bea", outcome=Outcome.ANSWERED)

    def test_lead_may_move_anybodys_case(self) -> None:
        assert move(WITH_ADA, Move.TRANSFER, by=LEAD, to="bea").owner == "bea"

    def test_claim_without_a_name_is_refused(self) -> None:
        with pytest.raises(IllegalMove, match="without the name"):
            move(WAITING, Move.CLAIM, by=Actor(Role.WORKER))

    def test_carer_may_only_withdraw(self) -> None:
        with pytest.raises(IllegalMove, match="withdraw"):
            move(WAITING, Move.CLOSE, by=CARER, outcome=Outcome.ANSWERED)

    def test_carer_may_not_withdraw_a_danger_nobody_has_seen(self) -> None:
        danger = move(WITH_BOT, Move.REQUEST, by=SYSTEM, reason=Reason.SAFETY_OTHER)
        with pytest.raises(IllegalMove, match="danger"):
            move(danger, Move.CLOSE, by=CARER, outcome=Outcome.WITHDRAWN)


class TestUrgency:
    def test_every_kind_of_danger_comes_first(self) -> None:
        dangers = {reason for reason in Reason if urgency_of(reason) is Urgency.DANGER}
        assert dangers == {Reason.SAFETY_SELF, Reason.SAFETY_OTHER, Reason.SAFETY_ABUSE}
        assert min(Urgency) is Urgency.DANGER

    @pytest.mark.parametrize("case", [WAITING, WITH_ADA])
    def test_danger_said_later_makes_the_case_urgent_where_it_is(self, case: Case) -> None:
        raised = move(case, Move.REQUEST, by=SYSTEM, reason=Reason.SAFETY_ABUSE)
        assert (raised.state, raised.owner, raised.urgency) == (case.state, case.owner, Urgency.DANGER)

    def test_asking_again_never_makes_it_less_urgent(self) -> None:
        danger = move(WAITING, Move.REQUEST, by=SYSTEM, reason=Reason.SAFETY_SELF)
        assert move(danger, Move.REQUEST, by=CARER).reason is Reason.SAFETY_SELF

    def test_a_new_request_after_handing_back_stands_on_its_own(self) -> None:
        danger = move(WITH_ADA, Move.REQUEST, by=SYSTEM, reason=Reason.SAFETY_SELF)
        assert move(move(danger, Move.HAND_BACK, by=ADA), Move.REQUEST, by=CARER).reason is Reason.ASKED


_TRIES = st.tuples(
    st.sampled_from(Move),
    st.sampled_from([CARER, SYSTEM, ADA, BEA, LEAD]),
    st.sampled_from(["ada", "bea", None]),
    st.sampled_from([None, *Reason]),
    st.sampled_from([None, *Outcome]),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_TRIES, max_size=30))
def test_whatever_is_tried_the_bot_speaks_only_when_nobody_has_the_case(
    tries: list[tuple[Move, Actor, str | None, Reason | None, Outcome | None, bool]],
) -> None:
    case = WITH_BOT
    for made, by, to, reason, outcome, owner_is_here in tries:
        before = case
        try:
            case = move(case, made, by=by, to=to, reason=reason, outcome=outcome, owner_is_here=owner_is_here)
        except IllegalMove:
            assert case is before
        assert may_bot_speak(case) == (case.owner is None)
        assert not (case.state is State.WITH_WORKER and may_bot_speak(case))
        assert (case.outcome is not None) == (case.state is State.CLOSED)
