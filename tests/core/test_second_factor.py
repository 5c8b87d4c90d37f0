"""Codes from a phone: which are good at a moment, and that none opens twice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.second_factor import (
    DRIFT,
    RECOVERY_CODES,
    STEP,
    clean_code,
    is_phone_code,
    make_recovery_codes,
    open_steps,
    start_of,
)
from tests.fakes import NOW


@given(st.integers(0, 10**6))
def test_a_clock_may_be_one_step_off_and_no_more(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    steps = list(open_steps(now, None))
    assert len(steps) == 2 * DRIFT + 1
    assert start_of(steps[DRIFT]) <= now.timestamp() < start_of(steps[DRIFT]) + STEP.total_seconds()


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2)), max_size=30))
def test_no_step_is_ever_used_twice_or_after_a_later_one(tries: list[tuple[int, int]]) -> None:
    last, used = None, []
    for seconds, choice in sorted(tries):
        steps = list(open_steps(NOW + timedelta(seconds=seconds), last))
        if choice < len(steps):
            last = steps[choice]
            used.append(last)
    assert used == sorted(set(used))


@pytest.mark.parametrize(("typed", "cleaned"), [(" 123 456 ", "123456"), ("abcd-efgh", "ABCDEFGH"), ("12\t3-456", "123456")])
def test_a_code_is_taken_as_people_type_it(typed: str, cleaned: str) -> None:
    assert clean_code(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "is_one"), [("123456", True), ("12345", False), ("1234567", False), ("١٢٣٤٥٦", False), ("", False)]
)
def test_a_code_from_a_phone_is_six_digits(typed: str, is_one: bool) -> None:
    assert is_phone_code(typed) is is_one


def test_recovery_codes_are_all_different_and_never_taken_for_a_code_from_a_phone() -> None:
    codes = make_recovery_codes() + make_recovery_codes()
    assert len(set(codes)) == 2 * RECOVERY_CODES
    assert {len(clean_code(code)) for code in codes} == {16}
