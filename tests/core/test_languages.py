"""The languages: each with its own name, and found by whatever tag a browser sends."""

import unicodedata

import pytest

from alongside.core.languages import LANGUAGES, Language, find_language


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("cy", "cy"),
        ("cy-GB", "cy"),
        ("CY", "cy"),
        ("zh-hant-HK", "zh-Hant"),
        ("en-GB", None),
        ("zh", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tag_is_read_by_its_longest_beginning(tag: str | None, code: str | None) -> None:
    found = find_language(tag)
    assert (found.code if found else None) == code


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_a_language_runs_as_its_own_name_does(language: Language) -> None:
    runs = {unicodedata.bidirectional(letter) for letter in language.own_name} & {"L", "R", "AL"}
    assert runs
    assert (runs <= {"R", "AL"}) == language.is_rtl
    assert language.direction == ("rtl" if language.is_rtl else "ltr")
