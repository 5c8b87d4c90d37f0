"""What differs is told: word by word between texts, part by part between answers."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from alongside.core.answers import Answer, Variant
from alongside.core.comparing import Kind, compare_answers, compare_libraries, compare_texts
from tests.library_builders import ANSWER, IN_WELSH, TYPED, answers, reworded

MARKS = {Kind.SAME: "{}", Kind.ADDED: "[+{}]", Kind.REMOVED: "[-{}]"}


def marked(before: str, after: str) -> str:
    return "".join(MARKS[kind].format(text) for kind, text in compare_texts(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Ring the ward.", "Ring the ward.", "Ring the ward."),
        ("Ring the ward first.", "Ring the nurse first.", "Ring the [-ward][+nurse] first."),
        ("Ring the ward.", "Please ring the ward now.", "[-Ring][+Please ring] the ward[+ now]."),
        ("Ring the ward. Bring a card.", "Bring a card. Ring the ward.", "[+Bring a card. ]Ring the ward.[- Bring a card.]"),
        ("One.\n\nTwo.", "One. Two.", "One.[-\n\n][+ ]Two."),
        ("Yes. You may.", "Yes.\n\nNo dogs are let in.\n\nYou may.", "Yes.[- ][+\n\nNo dogs are let in.\n\n]You may."),
        ("Call {fact_a} now.", "Call {fact_b} now.", "Call [-{fact_a}][+{fact_b}] now."),
        ("Bring tea, milk and cake.", "Nobody stays past nine.", "[-Bring tea, milk and cake.][+Nobody stays past nine.]"),
        ("", "New.", "[+New.]"),
        ("Old.", "", "[-Old.]"),
        ("", "", ""),
    ],
)
def test_a_change_is_shown_as_a_reader_would_mark_it(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


def test_a_word_changed_among_many_is_the_only_one_marked() -> None:
    before = "Visitors may come each day. " * 20 + "Ask the nurse. " + "Bring your card with you. " * 20
    assert [piece for piece in compare_texts(before, before.replace("nurse", "doctor")) if piece.kind is not Kind.SAME] == [
        (Kind.REMOVED, "nurse"),
        (Kind.ADDED, "doctor"),
    ]


@given(before=TYPED, after=TYPED)
def test_the_pieces_are_the_two_texts(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == after
    assert all(piece.text for piece in pieces)


WALES, DEFAULT = ANSWER.variants

CHANGES: dict[str, tuple[Answer, str]] = {
    "title": (replace(ANSWER, title="My visit"), "title “What will happen on my first visit?” → “My visit”"),
    "text": (reworded("Go."), "text for everyone changed"),
    "a nation's text": (replace(ANSWER, variants=(replace(WALES, text="Go."), DEFAULT)), "text for Wales changed"),
    "a new text": (
        replace(ANSWER, variants=(Variant("Go.", (), "ni"), WALES, DEFAULT)),
        "a text for Northern Ireland added",
    ),
    "a text gone": (replace(ANSWER, variants=(DEFAULT,)), "the text for Wales taken out"),
    "sources": (replace(ANSWER, variants=(WALES, replace(DEFAULT, sources=()))), "sources for everyone changed"),
    "order of texts": (replace(ANSWER, variants=(DEFAULT, WALES)), "texts in another order"),
    "owner": (replace(ANSWER, owner="Sam"), "owner Content team → Sam"),
    "approver": (replace(ANSWER, approver="Sam"), "approver A named person → Sam"),
    "review date": (replace(ANSWER, review_on=date(2028, 1, 2)), "review date 2027-05-21 → 2028-01-02"),
    "nations": (replace(ANSWER, nations=("ni",)), "nations changed"),
    "follow-ups": (replace(ANSWER, follow_ups=()), "follow-up questions changed"),
    "sentences": (
        replace(ANSWER, examples=("what happens on a visit", "what is it like", "will it be ok")),
        "2 training sentences added; 1 training sentence taken out",
    ),
    "a translation": (replace(ANSWER, translations=(IN_WELSH,)), "Welsh translation added"),
    "a nation's translation": (
        replace(ANSWER, translations=(replace(IN_WELSH, nation="wales"),)),
        "Welsh translation for Wales added",
    ),
    "order of sentences": (replace(ANSWER, examples=ANSWER.examples[::-1]), "training sentences in another order"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_of_an_answer_is_told_and_no_other(name: str) -> None:
    after, told = CHANGES[name]
    assert str(compare_answers(ANSWER, after)) == f"visiting/first_visit: {told}"


def test_a_translation_that_changes_or_goes_is_told() -> None:
    before, longer = replace(ANSWER, translations=(IN_WELSH,)), replace(IN_WELSH, text="Yna ewch.")
    assert str(compare_answers(before, ANSWER)) == "visiting/first_visit: Welsh translation taken out"
    assert str(compare_answers(before, replace(ANSWER, translations=(longer,)))).endswith(": Welsh translation changed")


def test_a_change_holds_both_sides() -> None:
    change = compare_answers(ANSWER, replace(reworded("Go."), examples=("first visit tomorrow", "my first visit")))
    assert change is not None
    assert [(part.part, part.nation, part.before, part.after) for part in change.parts] == [
        ("text", None, "Ring the ward.\n\nThen go.", "Go.")
    ]
    assert (change.sentences_added, change.sentences_removed) == (("my first visit",), ("what happens on a visit",))


@given(before=answers(), after=answers())
def test_what_differs_is_never_told_to_be_the_same(before: Answer, after: Answer) -> None:
    after = replace(after, name=before.name)
    change = compare_answers(before, after)
    assert (change is None) == (before == after)
    if change:
        assert change.parts or change.sentences_added or change.sentences_removed


def test_two_libraries_are_compared_by_their_answers() -> None:
    gone, new, kept = replace(ANSWER, name="gone"), replace(ANSWER, name="new"), replace(ANSWER, name="kept")
    found = compare_libraries(
        {answer.key: answer for answer in (gone, kept, ANSWER)}, {answer.key: answer for answer in (reworded("Go."), kept, new)}
    )
    assert found.lines() == [
        "visiting/new: new, “What will happen on my first visit?”",
        "visiting/gone: taken out, “What will happen on my first visit?”",
        "visiting/first_visit: text for everyone changed",
    ]
    assert found.same == 1
    assert not found.is_empty
    assert compare_libraries({gone.key: gone}, {gone.key: gone}).is_empty
