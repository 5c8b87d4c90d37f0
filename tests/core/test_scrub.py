"""What identifies a person does not reach the assistant; everything else does."""

import pytest

from alongside.core.scrub import scrub


@pytest.mark.parametrize(
    ("said", "passed_on"),
    [
        ("write to ann.smith+x@mail.example.co.uk please", "write to [e-mail] please"),
        ("ring 07700 900123", "ring [phone]"),
        ("ring 07700900123.", "ring [phone]."),
        ("ring +44 7700 900123", "ring [phone]"),
        ("ring +447700900123", "ring [phone]"),
        ("ring 0161-496-0000 or 020 7946 0000", "ring [phone] or [phone]"),
        ("call 07700 900123 tonight", "call [phone] tonight"),
        ("his number is 943 476 5919", "his number is [number]"),
        ("his number is 943-476-5919", "his number is [number]"),
        ("number 9434765919", "number [number]"),
        ("we live at SW1A 1AA", "we live at [postcode]"),
        ("we live at m11ae", "we live at [postcode]"),
        ("NI number QQ 12 34 56 C", "NI number [number]"),
        ("qq123456c", "[number]"),
    ],
)
def test_what_identifies_a_person_is_named_by_its_kind(said: str, passed_on: str) -> None:
    assert scrub(said) == passed_on


@pytest.mark.parametrize(
    "said",
    [
        "can I visit on 24 November 2026 at 3pm",
        "section 117 or section 37/41",
        "he is 19 and in room 12",
        "can i come to ward B2 4pm on monday",
        "is it open 10am to 4pm on E1 2pm",
        "it cost £86.45 a week",
        "call 999 or 111 or 116 123",
        "my son on Rowan ward",
        "they said so @ the meeting",
        "2026-11-24",
    ],
)
def test_ordinary_words_and_numbers_are_passed_on(said: str) -> None:
    assert scrub(said) == said


def test_words_around_a_number_keep_their_spaces() -> None:
    assert scrub("07700 900123 is mine") == "[phone] is mine"
