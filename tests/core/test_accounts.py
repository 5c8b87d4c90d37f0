"""What a password must be, and how wrong ones slow the next."""

from datetime import timedelta

import pytest

from alongside.core import accounts
from alongside.core.accounts import (
    BY_ACCOUNT,
    BY_ADDRESS,
    BY_CODE,
    BY_PLACE,
    HALVED_EVERY,
    Slowdown,
    check_password,
    clean_email,
    clean_name,
    faded,
)
from alongside.core.errors import InvalidInput

EMAIL, NAME = "tamsin.bright@example.org", "Tamsin Orrell-Bright"


@pytest.mark.parametrize("password", ["kettle moss ferry", "aaaaaaaaaaaa", "            ", "ünïcödé wörds", "123456789012"])
def test_a_long_password_is_taken_whatever_is_in_it(password: str) -> None:
    assert check_password(password, email=EMAIL, name=NAME)


@pytest.mark.parametrize(
    "password", ["", "short", "elevenchars", "e\u0301" * 11]  # accents do not make it longer
)  # fmt: skip
def test_a_short_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="at least 12"):
        check_password(password, email=EMAIL, name=NAME)


@pytest.mark.parametrize(
    "password",
    [EMAIL, "TAMSIN.BRIGHT 2026", "my name is Tamsin", "orrell by the sea", NAME, f"x{EMAIL.upper()}x"],
)
def test_a_password_with_the_name_or_the_email_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="name or your e-mail"):
        check_password(password, email=EMAIL, name=NAME)


def test_a_name_of_two_letters_does_not_forbid_half_the_language() -> None:
    assert check_password("a bold journey", email="jo@example.org", name="Jo Ng")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    composed, decomposed = "caf\u00e9 by the sea", "cafe\u0301 by the sea"
    assert check_password(composed, email=EMAIL, name=NAME) == check_password(decomposed, email=EMAIL, name=NAME)


@pytest.mark.parametrize("email", ["", "tamsin", "@example.org", "tamsin@", "a b@example.org", "a@b@c", "a\x00@example.org"])
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput):
        clean_email(email)


def test_an_email_address_has_one_spelling() -> None:
    assert clean_email(" Tamsin.Bright@Example.ORG ") == EMAIL


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Tam\u202esin"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        clean_name(name)


@pytest.mark.parametrize("slowdown", [BY_PLACE, BY_ACCOUNT, BY_ADDRESS, BY_CODE])
def test_the_pause_grows_and_has_an_end(slowdown: Slowdown) -> None:
    pauses = [slowdown.pause(failures) for failures in range(500)]
    assert set(pauses[: slowdown.free]) == {timedelta(0)}
    assert pauses[slowdown.free] == timedelta(seconds=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == slowdown.longest


def test_wrong_passwords_fade_by_the_hour_and_are_forgotten_after_a_day() -> None:
    assert [faded(40, hours * HALVED_EVERY) for hours in range(7)] == [40, 20, 10, 5, 3, 2, 1]
    assert faded(10_000, accounts.FORGOTTEN_AFTER) == 0
    assert faded(0, timedelta(0)) == 0


def test_neither_quick_guesses_nor_a_clock_put_back_change_what_counts() -> None:
    assert faded(5, timedelta(seconds=1)) == 5
    assert faded(5, timedelta(seconds=-1)) == 5


def guesses_in_a_day(slowdown: Slowdown) -> int:
    """Count what somebody gets through who tries every second."""
    second, guesses, failures, last = timedelta(seconds=1), 0, 0, timedelta(0)
    for number in range(timedelta(days=1) // second):
        now = number * second
        counting = faded(failures, now - last)
        if now - last >= slowdown.pause(counting):
            guesses, failures, last = guesses + 1, counting + 1, now
    return guesses


@pytest.mark.parametrize(
    ("slowdown", "most"), [(BY_PLACE, 320), (BY_CODE, 320), (BY_ACCOUNT, 1000), (BY_ADDRESS, 1600)], ids=repr
)
def test_guessing_without_a_stop_is_hopeless(slowdown: Slowdown, most: int) -> None:
    assert guesses_in_a_day(slowdown) < most
