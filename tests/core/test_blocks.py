"""The four weeks that figures are told for: from all that one person can load, no hidden count can be worked out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.blocks import WEEKS, Block, choose
from alongside.core.directory import LONDON
from alongside.core.errors import InvalidInput
from alongside.core.figures import FEWEST, Asking, Shown, report
from alongside.core.handover import Reason
from tests.core.test_figures import possible

FIRST = date(2026, 10, 5)
"""The first Monday of a block."""
ALL_WEEKS = 16

DAYS = st.dates(date(2024, 1, 1), date(2060, 1, 1))
COUNTS = st.lists(st.integers(0, 30) | st.integers(0, 6), min_size=ALL_WEEKS, max_size=ALL_WEEKS)
LOOKS = st.lists(st.integers(0, 7 * ALL_WEEKS - 1), max_size=20)
TODAY = st.integers(0, 7 * ALL_WEEKS - 1)


@dataclass(frozen=True)
class Page:
    """What one page says of how many carers asked: in which weeks, numbered, in each, and in all."""

    weeks: Sequence[int]
    by_week: Sequence[Shown]
    total: Shown


def page(counts: Sequence[int], weeks: Sequence[int]) -> Page:
    mondays = [FIRST + timedelta(weeks=week) for week in weeks]
    askings = [
        Asking("larch", datetime.combine(monday, time(12), LONDON), Reason.ASKED)
        for week, monday in zip(weeks, mondays, strict=True)
        for _ in range(counts[week])
    ]
    told = report(askings, weeks=mondays, services=["larch"])
    return Page(weeks, [row.asked for row in told.waits_by_week], told.waits.asked)


def found(pages: Iterable[Page]) -> set[int]:
    """Return the weeks whose counts follow from the numbers that pages tell: by adding them up and taking them away."""
    known = []
    for each in pages:
        sums = [([week], count) for week, count in zip(each.weeks, each.by_week, strict=True)] + [(each.weeks, each.total)]
        known += [[float(week in weeks) for week in range(ALL_WEEKS)] for weeks, count in sums if isinstance(count, int)]
    rank = np.linalg.matrix_rank(np.array(known)) if known else 0
    return {week for week, row in enumerate(np.eye(ALL_WEEKS)) if np.linalg.matrix_rank(np.array([*known, row])) == rank}


@given(COUNTS, LOOKS, TODAY)
def test_from_all_pages_that_one_can_load_at_one_moment_no_hidden_count_can_be_worked_out(
    counts: list[int], looks: list[int], days: int
) -> None:
    today, pages = FIRST + timedelta(days=days), []
    for day in looks:
        try:
            block = choose(FIRST + timedelta(days=day), today=today)
        except InvalidInput:
            continue
        pages.append(page(counts, [(monday - FIRST).days // 7 for monday in block.weeks(today)]))
    assert found(pages).isdisjoint(week for week, count in enumerate(counts) if 0 < count < FEWEST)
    for each in pages:
        for place, week in enumerate(each.weeks):
            if isinstance(each.total, int) and 0 < counts[week] < FEWEST:
                assert all(possible(each.total, each.by_week, place, value) for value in range(1, FEWEST))


def test_from_periods_of_ones_own_choice_a_hidden_count_can_be_worked_out() -> None:
    """Why periods are fixed, and that the test above would see it."""
    counts = [20, 9, 2, 7] + [0] * (ALL_WEEKS - WEEKS)
    assert 2 in found(page(counts, weeks) for weeks in ([0, 1, 2, 3], [0], [1], [3]))
    assert 2 not in found([page(counts, [0, 1, 2, 3])])


@given(DAYS, DAYS)
def test_two_periods_are_the_same_or_have_no_day_in_common(one: date, other: date) -> None:
    first, second = (choose(day, today=date(2061, 1, 1)) for day in (one, other))
    assert first == second or first.last < second.first or second.last < first.first
    assert first.first <= one <= first.last


@given(DAYS, DAYS)
def test_of_a_block_the_weeks_that_have_begun_are_told(day: date, today: date) -> None:
    try:
        block = choose(day, today=today)
    except InvalidInput:
        assert day > choose(None, today=today).last
    else:
        weeks = block.weeks(today)
        assert weeks == [block.first + timedelta(weeks=number) for number in range(len(weeks))]
        assert (len(weeks) == WEEKS) == (block.last - timedelta(weeks=1) < today)
        assert block.is_over(today) == (block != choose(None, today=today))
        assert weeks[-1] <= today


def test_a_block_is_four_weeks_from_its_first_monday() -> None:
    sunday = date(2026, 11, 1)
    assert choose(None, today=sunday) == Block(FIRST)
    assert choose(None, today=sunday + timedelta(days=1)) == Block(FIRST).after
    assert Block(FIRST).weeks(sunday) == [FIRST + timedelta(days=days) for days in (0, 7, 14, 21)]
    assert Block(FIRST).weeks(FIRST) == [FIRST]
    assert Block(FIRST).last == sunday


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 30), "still to come"),
        (date.max, "still to come"),
        (date(2023, 12, 31), "nothing before 2024"),
        (date.min, "nothing before 2024"),
    ],
)
def test_a_day_of_which_nothing_is_told_says_why(day: date, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        choose(day, today=date(2026, 11, 7))
