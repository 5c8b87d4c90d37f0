"""Figures: what a case's log tells of waits and promises, and that no small count can be worked out from what is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.figures import (
    FEWEST,
    HANDED_BACK,
    Asking,
    End,
    Hidden,
    Logged,
    askings_of,
    half_of,
    hide,
    report,
    week_of,
)
from alongside.core.handover import Outcome, Reason
from tests.fakes import NOW

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=3)
MONDAY = date(2026, 11, 23)


def line(what: str, hours: float = 0, *, role: str = "worker", by: float | None = None, **details: str) -> Logged:
    """One line of a log, ``hours`` after NOW; ``by`` are the hours until which a reply is promised."""
    if by is not None:
        details["reply_by"] = (NOW + by * HOUR).isoformat()
    return Logged("case", "larch", NOW + hours * HOUR, what, role, details)


def asked(hours: float = 0, *, by: float | None = None, **details: str) -> Logged:
    return line("request", hours, role="carer", by=by, **({"reason": "asked", "who": "ada"} | details))


def ends(*log: Logged, now: datetime = LATER) -> list[list[End]]:
    return [[end for _, end in asking.ends] for asking in askings_of(log, now=now)]


# --- What a log tells ---


def test_a_reply_in_time_keeps_the_promise_and_ends_the_wait() -> None:
    (asking,) = askings_of([asked(by=3), line("claim", 1), line("replied", 2), line("replied", 5)], now=LATER)
    assert (asking.waited, asking.ends) == (2 * HOUR, ((NOW + 3 * HOUR, End.KEPT),))
    assert (asking.service, asking.asked_at, asking.reason, asking.outcome) == ("larch", NOW, Reason.ASKED, None)


@pytest.mark.parametrize(
    ("log", "end"),
    [
        ([line("replied", 3)], [End.KEPT]),
        ([line("replied", 3.1)], [End.MISSED]),
        ([line("claim", 1)], [End.MISSED]),
        ([line("promised", 2, role="system", by=9, who="bea"), line("replied", 8)], [End.MOVED_ON, End.KEPT]),
        ([line("promised", 3.1, role="system", by=9, who="bea"), line("replied", 8)], [End.MISSED, End.KEPT]),
        ([asked(1, by=3), line("replied", 2)], [End.KEPT]),
        ([line("close", 2, outcome="spoke_or_met")], [End.KEPT]),
        ([line("close", 4, outcome="spoke_or_met")], [End.MISSED]),
        ([line("close", 2, role="carer", outcome="withdrawn")], []),
        ([line("close", 4, role="carer", outcome="withdrawn")], [End.MISSED]),
        ([line("hand_back", 2)], [End.KEPT]),
        ([line("noted", 1), line("transfer", 1, to="bea")], [End.MISSED]),
    ],
)
def test_a_promise_ends_once(log: list[Logged], end: list[End]) -> None:
    assert ends(asked(by=3), *log) == [end]


def test_a_promise_that_still_runs_is_not_counted() -> None:
    assert ends(asked(by=3), now=NOW + 2 * HOUR) == [[]]


def test_asking_again_after_it_was_over_is_another_asking() -> None:
    log = [
        asked(by=3),
        line("replied", 1),
        line("close", 2, outcome="answered"),
        line("reopen", 20, role="carer", by=24, reason="wrote_again"),
        line("hand_back", 25),
        asked(40),
    ]
    found = askings_of(log, now=LATER)
    assert [asking.reason for asking in found] == [Reason.ASKED, Reason.WROTE_AGAIN, Reason.ASKED]
    assert [asking.outcome for asking in found] == ["answered", HANDED_BACK, None]
    assert [asking.waited for asking in found] == [HOUR, None, None]


def test_a_case_a_worker_opened_again_is_nobodys_asking() -> None:
    log = [asked(by=3), line("close", 2, outcome="answered"), line("reopen", 5), line("replied", 6)]
    assert len(askings_of(log, now=LATER)) == 1


def test_a_danger_said_later_is_the_reason() -> None:
    (asking,) = askings_of([asked(), asked(1, reason="safety_self"), asked(2)], now=LATER)
    assert asking.reason is Reason.SAFETY_SELF


MOVES = ["request", "reopen", "promised", "claim", "replied", "release", "transfer", "hand_back", "close", "noted"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(MOVES),
            st.integers(0, 60),
            st.sampled_from(["carer", "worker", "system"]),
            st.none() | st.integers(0, 90),
        ),
        max_size=20,
    )
)
def test_any_log_is_read_and_every_promise_in_it_ends_once_at_most(moves: list[tuple[str, int, str, int | None]]) -> None:
    log = [line(what, at, role=role, by=by) for what, at, role, by in sorted(moves, key=lambda move: move[1])]
    found = askings_of(log, now=LATER)
    assert sum(len(asking.ends) for asking in found) <= sum("reply_by" in one.details for one in log)
    assert all(asking.waited is None or asking.waited >= timedelta(0) for asking in found)


# --- What is told ---

COUNTS = st.lists(st.integers(0, 30) | st.integers(0, 6), min_size=1, max_size=30)


def possible(total: int, told: Sequence[object], place: int, value: int) -> bool:
    """Say whether a hidden count may have a value, for somebody who knows the total and what the others are told as."""
    rest = total - value - sum(one for one in told if isinstance(one, int))
    others = [one for other, one in enumerate(told) if other != place and not isinstance(one, int)]
    if all(one is Hidden.WITHHELD for one in told):
        return rest >= 0
    least = sum(FEWEST if one is Hidden.WITHHELD else 1 for one in others)
    most = None if Hidden.WITHHELD in others else (FEWEST - 1) * len(others)
    return least <= rest and (most is None or rest <= most)


@given(COUNTS)
def test_what_is_told_is_true(counts: list[int]) -> None:
    total, told = hide(counts)
    assert total == sum(counts) or (total is Hidden.FEWER and 0 < sum(counts) < FEWEST)
    for count, one in zip(counts, told, strict=True):
        assert one == count or (one is Hidden.FEWER and count < FEWEST) or one is Hidden.WITHHELD
        assert one not in range(1, FEWEST)


@given(COUNTS)
def test_each_hidden_small_count_could_be_anything_from_one_to_four(counts: list[int]) -> None:
    total, told = hide(counts)
    if not isinstance(total, int):
        return
    for place, count in enumerate(counts):
        if 0 < count < FEWEST:
            assert all(possible(total, told, place, value) for value in range(1, FEWEST))


@given(COUNTS)
def test_the_hidden_counts_together_are_not_a_small_count(counts: list[int]) -> None:
    total, told = hide(counts)
    hidden = [count for count, one in zip(counts, told, strict=True) if not isinstance(one, int)]
    assert isinstance(total, Hidden) or not hidden or sum(hidden) >= FEWEST


@pytest.mark.parametrize(("length", "most"), [(2, 16), (3, 16), (4, 12), (5, 8)])
def test_not_even_who_knows_the_rule_can_work_out_a_small_count(length: int, most: int) -> None:
    same: dict[str, list[tuple[int, ...]]] = {}
    for counts in product(range(most + 1), repeat=length):
        if sum(counts) <= most:
            same.setdefault(repr(hide(counts)), []).append(counts)
    for counts in same.values():
        for place in range(length):
            values = {one[place] for one in counts}
            assert len(values) > 1 or not 0 < min(values) < FEWEST, counts


def test_nought_is_told() -> None:
    assert hide([0, 6, 0]) == (6, [0, 6, 0])
    assert hide([0, 0]) == (0, [0, 0])
    assert hide([0, 3, 0]) == (Hidden.FEWER, [0, Hidden.FEWER, 0])


def test_nought_is_not_told_where_it_would_tell_how_few_the_others_are() -> None:
    assert hide([1, 0, 3]) == (Hidden.FEWER, [Hidden.FEWER] * 3)


def test_where_nothing_is_small_everything_is_told() -> None:
    assert hide([5, 9, 30]) == (44, [5, 9, 30])


def test_one_small_count_takes_its_neighbour_along() -> None:
    assert hide([20, 3, 9, 30]) == (62, [20, Hidden.FEWER, Hidden.WITHHELD, 30])


def test_which_neighbour_does_not_depend_on_how_large_it_is() -> None:
    assert hide([4, 21, 20])[1] == [Hidden.FEWER, Hidden.WITHHELD, 20]
    assert hide([4, 20, 21])[1] == [Hidden.FEWER, Hidden.WITHHELD, 21]


# --- The report ---


def asking(number: int = 0, **given: object) -> Asking:
    return replace(Asking("larch", NOW + number * timedelta(minutes=1), Reason.ASKED), **given)  # type: ignore[arg-type]


def test_half_and_nine_in_ten_waited_so_long() -> None:
    askings = [asking(number, waited=number * HOUR) for number in range(1, 11)]
    told = report(askings, weeks=[MONDAY], services=["larch"])
    for row in (told.waits, *told.waits_by_week, *told.waits_by_service):
        assert (row.asked, row.half, row.nine_in_ten) == (10, 5.5 * HOUR, 9 * HOUR)


def test_a_wait_of_fewer_than_five_is_not_told() -> None:
    askings = [asking(number, waited=HOUR if number < 4 else None) for number in range(10)]
    assert report(askings, weeks=[MONDAY], services=["larch"]).waits.half is None
    assert half_of([HOUR] * 4) is None
    assert half_of([HOUR] * 5) == HOUR


def test_no_wait_is_told_beside_a_count_that_is_not() -> None:
    askings = [asking(number, waited=HOUR) for number in range(9)] + [asking(service="rowan", waited=HOUR)]
    larch, rowan, birch = report(askings, weeks=[MONDAY], services=["larch", "rowan", "birch"]).waits_by_service
    assert (larch.asked, larch.half) == (Hidden.WITHHELD, None)
    assert (rowan.asked, birch.asked) == (Hidden.FEWER, 0)


def test_misses_are_counted_by_the_hour_in_which_a_reply_was_promised() -> None:
    by = datetime.fromisoformat("2026-07-01T09:30:00+00:00")  # half past ten by the clock on the wall
    askings = [asking(number, ends=((by, End.MISSED), (by, End.KEPT))) for number in range(20)]
    told = report(askings, weeks=[MONDAY], services=["larch"])
    assert (told.promised.kept, told.promised.missed, told.promised.moved_on) == (20, 20, 0)
    assert {row.name: row.count for row in told.missed_by_hour if row.count} == {"10": 20}


def test_every_reason_and_outcome_has_a_row() -> None:
    told = report([], weeks=[MONDAY], services=[])
    assert [row.name for row in told.reasons] == [reason.value for reason in Reason]
    assert [row.name for row in told.outcomes] == [*(outcome.value for outcome in Outcome), HANDED_BACK]


def test_a_week_begins_on_monday() -> None:
    assert {week_of(MONDAY + timedelta(days=day)) for day in range(7)} == {MONDAY}
