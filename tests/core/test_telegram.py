"""Texts are cut into what Telegram takes, buttons and commands are read, and nobody's words become markup."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.conversations import Author, Choice, Message, ShownSource
from alongside.core.telegram import LIMIT, read_button, read_command, render, split, units
from tests.fakes import NOW

TEXTS = st.text(alphabet=st.sampled_from("ab é🙂\n.&<"), max_size=300)


def message(text: str, **other: object) -> Message:
    known = {"id": "0" * 32, "conversation": "c", "position": 1, "author": Author.BOT, "text": text, "at": NOW}
    return Message(**(known | other))  # type: ignore[arg-type]


@given(TEXTS)
def test_a_split_loses_no_word_and_keeps_to_the_limit(text: str) -> None:
    pieces = split(text, 20)
    assert all(units(piece) <= 20 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one two\n\nthree", ["one two", "three"]),
        ("one two\nthree four", ["one two", "three four"]),
        ("one two three four", ["one two", "three four"]),
        ("aaaaaaaaaaaaaaa", ["aaaaaaaaaa", "aaaaa"]),
        ("🙂🙂🙂🙂🙂🙂", ["🙂🙂🙂🙂🙂", "🙂"]),
    ],
)
def test_it_is_cut_between_paragraphs_else_lines_else_words(text: str, pieces: list[str]) -> None:
    assert split(text, 10) == pieces


@given(TEXTS)
def test_what_anybody_writes_is_escaped(text: str) -> None:
    (part,) = render(message(text))
    assert not re.search(r"<|&(?!amp;|lt;|gt;|quot;|#x27;)", part.text)
    assert html.unescape(part.text) == text


def test_only_the_last_part_has_the_buttons_and_they_are_short() -> None:
    first, last = render(message("a" * LIMIT + "b", choices=(Choice("Yes", "/ask_visiting/" + "x" * 400),)))
    assert first.buttons == ()
    (button,) = last.buttons
    assert len(button.data.encode()) <= 64
    assert read_button(button.data) == ("0" * 32, 0)


def test_sources_that_do_not_fit_are_a_part_of_their_own() -> None:
    source = ShownSource("A <page>", "https://example.org/?a=1&b=2", "2026-11-01")
    body, sources = render(message("a" * (LIMIT - 10), sources=(source,)))
    assert len(body.text) == LIMIT - 10
    assert sources.text == ('Source: <a href="https://example.org/?a=1&amp;b=2">A &lt;page&gt;</a>, checked on 1 November 2026')


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "tg://user?id=1"])
def test_a_source_without_a_web_address_is_no_link(url: str | None) -> None:
    (part,) = render(message("a", sources=(ShownSource("A leaflet", url, "2026-11-01"),)))
    assert part.text == "a\n\nSource: A leaflet, checked on 1 November 2026"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/start", ("start", "")),
        ("/start larch", ("start", "larch")),
        ("/Person", ("person", "")),
        ("/help@alongside_bot", ("help", "")),
        ("/restart", None),
        ("/helpless", None),
        ("/ask_visiting{}", None),
        ("help", None),
        ("", None),
    ],
)
def test_only_our_commands_are_commands(text: str, read: tuple[str, str] | None) -> None:
    assert read_command(text) == read


@pytest.mark.parametrize("data", ["", ":", "x", "0" * 32, "0" * 32 + ":", "0" * 32 + ":-1", "0" * 32 + ":9999", "/start"])
def test_a_button_of_somebody_else_is_none_of_ours(data: str) -> None:
    assert read_button(data) is None
