"""What arrives from a carer is made safe to keep, and loses none of its words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.core.conversations import MAX_TEXT, clean_text
from alongside.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Can I visit?", "Can I visit?"),
        ("  \n Can I visit? \t", "Can I visit?"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("\u202aa\u202bb\u202cc\u202dd\u202ee\u2066f\u2067g\u2068h\u2069\ufeff", "abcdefgh"),
        ("מתי אפשר לבקר", "מתי אפשר לבקר"),
        ("متى\u200f يمكن", "متى\u200f يمكن"),
        ("half \ud83d of it", "half ? of it"),
        ("\udc00", "?"),
        ("👩\u200d👧 \u2764\ufe0f", "👩\u200d👧 \u2764\ufe0f"),
        ("cafe\u0301", "café"),
        ("", ""),
        ("\x00\u202e", ""),
    ],
)
def test_what_no_keyboard_means_is_taken_out_and_the_rest_is_kept(sent: str, kept: str) -> None:
    assert clean_text(sent) == kept


def test_the_longest_message_is_taken() -> None:
    assert clean_text("x" * MAX_TEXT) == "x" * MAX_TEXT


def test_one_character_more_is_refused_and_the_refusal_says_how_long_it_was() -> None:
    with pytest.raises(InvalidInput, match=r"4,001 characters.*4,000") as refusal:
        clean_text("quokka " + "x" * (MAX_TEXT - 6))
    assert "quokka" not in str(refusal.value)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_what_is_kept_can_be_stored_anywhere_and_cleaning_again_changes_nothing(sent: str) -> None:
    kept = clean_text(sent)
    assert "\x00" not in kept
    kept.encode()
    assert clean_text(kept) == kept
