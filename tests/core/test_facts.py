"""Phone numbers and amounts: said until their review day, then the way round them."""

from dataclasses import replace
from datetime import date

import pytest

from alongside.core.answers import fill_facts
from alongside.core.conversations import Choice
from alongside.core.errors import ContentError
from alongside.core.facts import Fact
from alongside.core.words import Wording, Words

DAY = date(2027, 5, 21)
FACT = Fact(
    name="fact_helpline",
    title="The helpline",
    value="0808 808 0000",
    nation="uk",
    source="example.org",
    checked_on=date(2026, 11, 21),
    review_on=DAY,
    instead="the number on example.org",
)


@pytest.mark.parametrize(
    ("today", "said"),
    [(date(2026, 11, 21), "0808 808 0000"), (date(2027, 5, 20), "0808 808 0000"), (DAY, "the number on example.org")],
)
def test_a_fact_is_said_until_the_day_of_its_review(today: date, said: str) -> None:
    assert FACT.words(today) == said


def test_without_a_way_round_its_title_is_said() -> None:
    assert replace(FACT, instead=None).words(DAY) == "The helpline"


def test_a_fact_without_a_review_day_never_runs_out() -> None:
    assert replace(FACT, review_on=None).words(date(2100, 1, 1)) == "0808 808 0000"


def test_marks_are_filled_and_an_unknown_one_is_left() -> None:
    assert fill_facts("Ring {fact_a}, {fact_a} or {fact_b}.", {"fact_a": "999"}) == "Ring 999, 999 or {fact_b}."


WORDS = Words(
    responses={
        "utter_help": (
            Wording(text="Cymorth", nation="wales"),
            Wording(text="Ring {fact_helpline}.", choices=(Choice("A", "/a"),)),
        ),
        "utter_wales_only": (Wording(text="Cymorth", nation="wales"),),
    },
    facts={"fact_helpline": FACT},
)


@pytest.mark.parametrize(
    ("nation", "said"), [("wales", "Cymorth"), ("england", "Ring {fact_helpline}."), (None, "Ring {fact_helpline}.")]
)
def test_the_nations_own_wording_is_found_or_else_the_default(nation: str | None, said: str) -> None:
    assert WORDS.find("utter_help", nation=nation).text == said


@pytest.mark.parametrize("response", ["utter_nothing", "utter_wales_only"])
def test_a_response_without_a_default_wording_says_where_to_add_it(response: str) -> None:
    with pytest.raises(ContentError, match=rf"{response}.*data/words.yml"):
        WORDS.find(response, nation="england")


def test_words_are_filled_with_what_may_be_said_today() -> None:
    assert WORDS.fill("Ring {fact_helpline}.", today=DAY) == "Ring the number on example.org."
