"""Finding an approved answer by a few words."""

import pytest

from alongside.core.answer_search import Findable, Index

CHILDREN = Findable("visiting/children", "Can children visit?", "Ask the ward first.", ["can I bring his little sister"])
PARKING = Findable("visiting/parking", "Where can I park?", "There is a car park. Children go free.")
RIGHTS = Findable("rights/nearest", "What is the nearest relative?", "A person named by law, with rights.")
ALL = [CHILDREN, PARKING, RIGHTS]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("children", CHILDREN),  # in its title, and only in the other's text
        ("child visit", CHILDREN),
        ("SISTER", CHILDREN),
        ("parking", PARKING),
        ("relatives", RIGHTS),
        ("relativ", RIGHTS),
        ("chidlren", CHILDREN),
        ("nearest law", RIGHTS),
    ],
)
def test_the_best_comes_first(wanted: str, first: Findable) -> None:
    assert Index(ALL).find(wanted)[0] == first


def test_a_rare_word_says_more_than_a_common_one() -> None:
    common = [Findable(f"visiting/{number}", f"Visit {number}", "") for number in range(9)]
    rare = Findable("leave/tribunal", "What is a tribunal?", "")
    assert Index([*common, rare]).find("visit tribunal")[0] == rare


def test_what_nobody_writes_about_is_not_found() -> None:
    assert Index(ALL).find("zzzzzz") == []


def test_without_words_the_first_are_shown_by_title() -> None:
    assert Index(ALL).find(" a ") == [CHILDREN, RIGHTS, PARKING]
    assert Index(ALL).find("", most=2) == [CHILDREN, RIGHTS]


def test_a_short_word_means_only_itself() -> None:
    therapy = Findable("family/therapy", "Family therapy", "Talks for a family.")
    assert therapy not in Index([*ALL, therapy]).find("the")
