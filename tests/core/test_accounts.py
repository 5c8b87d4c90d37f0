"""What a password must be, and how wrong ones slow the next."""

from datetime import timedelta

import pytest

from alongside.core import accounts
from alongside.core.accounts import BY_ACCOUNT, BY_ADDRESS, Slowdown, check_password, clean_email, clean_name
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


@pytest.mark.parametrize("slowdown", [BY_ACCOUNT, BY_ADDRESS])
def test_the_pause_grows_and_has_an_end(slowdown: Slowdown) -> None:
    pauses = [slowdown.pause(failures) for failures in range(500)]
    assert set(pauses[: slowdown.free]) == {timedelta(0)}
    assert pauses[slowdown.free] == timedelta(seconds=1)
    assert pauses == sorted(pauses)
    assert pauses[-1] == slowdown.longest


def test_one_account_cannot_be_guessed_at_more_than_a_few_hundred_times_a_day() -> None:
    assert timedelta(days=1) / BY_ACCOUNT.longest < 300
    assert BY_ACCOUNT.longest < accounts.FORGOTTEN_AFTER
