"""The rules of an approved answer: each is broken once here and must be found, and the shipped answers keep them all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from alongside.adapters import rasa_files
from alongside.core.answers import (
    MAX_WORDS,
    MIN_EXAMPLES,
    TOPICS,
    Answer,
    Source,
    Translation,
    Variant,
    check_answer,
    check_together,
    facts_used,
)
from alongside.services import answers_check
from alongside.services.reading import MAX_GRADE, hard_sentences, reading_grade
from alongside.settings import ROOT
from alongside.wiring_studio import read_words

TODAY = date(2026, 11, 24)
SOURCE = Source(title="A guide", url="https://example.org/guide", checked_on=date(2026, 11, 1))
DEFAULT = Variant(text="Yes, you can visit. Ring the ward first.", sources=(SOURCE,))
GOOD = Answer(
    topic="visiting",
    name="first_visit",
    title="What will happen on my first visit?",
    owner="Content team",
    approver="A named person",
    review_on=TODAY + timedelta(days=180),
    nations=("england", "scotland", "wales", "ni"),
    follow_ups=("visiting/searches", "visiting/photo_id"),
    variants=(DEFAULT,),
    examples=tuple(f"question {number}" for number in range(MIN_EXAMPLES)),
)
KNOWN = {"visiting/first_visit", "visiting/searches", "visiting/photo_id", "visiting/privacy", "visiting/gifts"}


def problems(answer: Answer) -> list[str]:
    return [problem.found for problem in check_answer(answer, known_keys=KNOWN, known_facts={"fact_emergency"}, today=TODAY)]


def wording(text: str, **other: Any) -> Answer:
    return replace(GOOD, variants=(replace(DEFAULT, text=text, **other),))


def source(**other: Any) -> Answer:
    return wording(DEFAULT.text, sources=(replace(SOURCE, **other),))


def test_an_answer_that_keeps_every_rule_has_no_problem() -> None:
    assert problems(GOOD) == []


FAULTS = {
    "an unknown topic": (replace(GOOD, topic="weather"), "topic 'weather'"),
    "no title": (replace(GOOD, title=" "), "no title"),
    "no owner": (replace(GOOD, owner=""), "no owner"),
    "no approver": (replace(GOOD, approver=""), "no approver"),
    "a review day that has come": (replace(GOOD, review_on=TODAY), "review date"),
    "no nation": (replace(GOOD, nations=()), "nations are"),
    "an unknown nation": (replace(GOOD, nations=("england", "france")), "nations are"),
    "one follow-up": (replace(GOOD, follow_ups=("visiting/searches",)), "1 follow-up"),
    "four follow-ups": (
        replace(GOOD, follow_ups=("visiting/searches", "visiting/photo_id", "visiting/privacy", "visiting/gifts")),
        "4 follow-up",
    ),
    "a follow-up that does not exist": (replace(GOOD, follow_ups=("visiting/searches", "visiting/tea")), "'visiting/tea'"),
    "itself as follow-up": (replace(GOOD, follow_ups=("visiting/searches", GOOD.key)), f"'{GOOD.key}'"),
    "too few training sentences": (replace(GOOD, examples=GOOD.examples[1:]), "11 training sentences"),
    "no default wording": (replace(GOOD, variants=(replace(DEFAULT, nation="wales"),)), "default wording"),
    "two default wordings": (replace(GOOD, variants=(DEFAULT, DEFAULT)), "default wording"),
    "a default wording that is not last": (
        replace(GOOD, variants=(DEFAULT, replace(DEFAULT, nation="wales"))),
        "default wording",
    ),
    "two wordings for a nation": (
        replace(GOOD, variants=(replace(DEFAULT, nation="wales"), replace(DEFAULT, nation="wales"), DEFAULT)),
        "two wordings",
    ),
    "a wording for an unknown nation": (
        replace(GOOD, variants=(replace(DEFAULT, nation="france"), DEFAULT)),
        "nation 'france'",
    ),
    "a word too many": (wording("word " * (MAX_WORDS + 1)), "90 words"),
    "no source": (wording(DEFAULT.text, sources=()), "no source"),
    "a source without an address": (source(url=None), "no address"),
    "a source that is not https": (source(url="http://example.org"), "not https"),
    "a source checked tomorrow": (source(checked_on=TODAY + timedelta(days=1)), "in the future"),
    "an unknown fact": (wording("Ring {fact_nobody}."), "fact_nobody"),
    "a slot in the text": (wording("Hello {name}."), "curly bracket"),
    "a bracket left open": (wording("Ring {fact_emergency."), "curly bracket"),
    "a phone number": (wording("Ring 0808 808 7777."), "0808 808 7777"),
    "a mobile number": (wording("Ring +44 7700 900123."), "+44 7700 900123"),
    "a short number": (wording("Ring 116 123."), "116 123"),
    "an emergency number": (wording("Ring 999 now."), "999"),
    "an amount": (wording("You may get £86.45."), "amount of money"),
    "a short form unexplained": (wording("Ask at the CPA."), "short form CPA"),
    "Latin": (wording("Bring things, e.g. food."), "e.g"),
    "an unkind word": (wording("He is mentally ill."), "mentally ill"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_rule_is_found(name: str) -> None:
    answer, expected = FAULTS[name]
    assert any(expected in found for found in problems(answer)), problems(answer)


@pytest.mark.parametrize(
    "text",
    [
        "word " * MAX_WORDS,
        "Ring {fact_emergency} now.",
        "Ask about the care programme approach (CPA). The CPA names who helps.",
        "Ask for PALS (the advice service).",
        "The NHS, a GP and the UK need no words.",
        "He can come on 2 days of 14, in 2026.",
    ],
)
def test_a_wording_within_the_rules_is_no_problem(text: str) -> None:
    assert problems(wording(text)) == []


WELSH = Translation("cy", "Gallwch.", "A translator", TODAY, of=DEFAULT.text)


def translated(of: str = DEFAULT.text, **other: Any) -> Answer:
    return replace(GOOD, translations=(replace(WELSH, of=of, **other),))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (translated(language="xx"), "the language 'xx' is unknown"),
        (translated(text=" "), "the translation has no text"),
        (translated(translator=""), "the translation has no translator"),
        (translated(translated_on=TODAY + timedelta(days=1)), "the translation is dated in the future: 2026-11-25"),
        (translated(text="{fact_emergency}"), "the translation does not hold the same facts as the English"),
        (translated(of="Ring {fact_emergency}."), "the translation does not hold the same facts as the English"),
        (translated(text="Gallwch {"), "a curly bracket that is no fact mark"),
        (translated(text="Ffoniwch 0808 808 7777."), "a phone number or an amount of money in the text"),
        (replace(GOOD, translations=(WELSH, WELSH)), "two translations of one wording into one language"),
    ],
)
def test_a_broken_rule_of_a_translation_is_found(answer: Answer, found: str) -> None:
    assert set(problems(answer)) == {found}


def test_a_translation_is_fresh_until_the_words_it_was_made_from_change() -> None:
    assert translated().is_fresh(WELSH)
    assert not wording("Other words.").is_fresh(WELSH)
    assert not translated().is_fresh(replace(WELSH, nation="wales"))
    assert replace(wording("Other words."), translations=(WELSH,)).stale_translations == (WELSH,)


def test_a_translation_that_is_out_of_date_stops_no_release() -> None:
    assert problems(replace(wording("You can. Ring the ward first."), translations=(WELSH,))) == []


def test_a_printed_source_needs_no_web_address() -> None:
    assert problems(source(url=None, publication="A printed guide, 2025")) == []


def other(**changes: Any) -> Answer:
    plain: dict[str, Any] = {
        "name": "searches",
        "examples": ("will I be searched",),
        "variants": (replace(DEFAULT, text="Perhaps. Ask the ward."),),
    }
    return replace(GOOD, **(plain | changes))


def found_together(answers: Sequence[Answer]) -> list[str]:
    return [problem.found for problem in check_together(answers)]


def test_two_different_answers_do_not_clash() -> None:
    assert found_together([GOOD, other()]) == []


@pytest.mark.parametrize("again", ["question 0", "Question 0?", "  question,  0 "])
def test_a_training_sentence_in_two_answers_is_found(again: str) -> None:
    assert "also stands in visiting/first_visit" in found_together([GOOD, other(examples=(again,))])[0]


def test_a_training_sentence_twice_in_one_answer_is_found() -> None:
    assert len(found_together([replace(GOOD, examples=("can I", "Can I?"))])) == 1


def test_the_same_text_in_two_answers_is_found() -> None:
    assert "the same as in visiting/first_visit" in found_together([GOOD, other(variants=(DEFAULT,))])[0]


def test_the_same_text_for_two_nations_of_one_answer_is_fine() -> None:
    assert found_together([replace(GOOD, variants=(replace(DEFAULT, nation="wales"), DEFAULT))]) == []


def test_a_problem_says_where_what_and_what_to_do() -> None:
    (problem,) = check_answer(replace(GOOD, owner=""), known_keys=KNOWN, known_facts=set(), today=TODAY)
    assert str(problem) == "visiting/first_visit: no owner. Fill in metadata.owner of the default wording"


# The reading grade: Flesch-Kincaid, 0.39 x words per sentence + 11.8 x syllables per word - 15.59


def test_the_reading_grade_follows_its_formula() -> None:
    # 6 words in 2 sentences, 8 syllables: 0.39 x 3 + 11.8 x 8/6 - 15.59
    assert reading_grade("Visit the ward. Bring a sister. ".replace("sister", "letter")) == pytest.approx(
        0.39 * 3 + 11.8 * 8 / 6 - 15.59
    )


def test_a_text_without_words_has_grade_nought() -> None:
    assert reading_grade("😢 ... 123") == 0


def test_a_list_line_counts_as_a_sentence_of_its_own() -> None:
    assert reading_grade("Bring:\n- your card\n- your coat") < reading_grade("Bring your card and also bring your coat")


def test_a_hard_text_is_over_the_limit() -> None:
    hard = "Confidentiality considerations necessitate individualised multidisciplinary deliberation regarding disclosure."
    assert reading_grade(hard) > MAX_GRADE
    found = answers_check.check([wording(hard)], facts=set(), today=TODAY)
    assert any("reading grade" in problem.found for problem in found)


HARD = "Professional confidentiality obligations prohibit staff from telling relatives particulars."
LONG = "You can go in and " + "sit with him and " * 6 + "go home."


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        (f"Yes, you can. {HARD} Ring the ward.\n\n{LONG}", [HARD, LONG]),
        ("Confidentiality matters. Ring the ward.", []),
        (f"Bring:\n- your card\n- {LONG}", [f"- {LONG}"]),
        ("You can " + "go " * 22 + "in", []),
        ("You can " + "go " * 23 + "in", ["You can " + "go " * 23 + "in"]),
        ("", []),
    ],
)
def test_the_hard_sentences_are_named_as_they_stand(text: str, hard: list[str]) -> None:
    assert hard_sentences(text) == hard


# The shipped answers


@cache
def shipped() -> tuple[Answer, ...]:
    return tuple(rasa_files.read_all_answers(ROOT / "data" / "nlu", TOPICS))


@cache
def shipped_facts() -> set[str]:
    return set(rasa_files.read_facts(ROOT / "data" / "facts.yml"))


def shipped_texts() -> list[str]:
    said = [wording.text for wordings in read_words().responses.values() for wording in wordings]
    others = [
        line
        for name in ("small_talk", "navigation", "lookups", "out_of_scope", "other_language", "talk_to_person")
        for line in (ROOT / "data" / "nlu" / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    ]
    return [variant.text for answer in shipped() for variant in answer.variants] + said + others


def test_the_shipped_answers_keep_every_rule() -> None:
    assert [str(problem) for problem in answers_check.check(shipped(), facts=shipped_facts(), today=TODAY)] == []


def test_there_are_as_many_answers_as_agreed() -> None:
    counts = Counter(answer.topic for answer in shipped())
    least = {topic: 14 if topic in ("confidentiality", "visiting", "care_review", "support_group") else 7 for topic in TOPICS}
    assert sum(counts.values()) >= 170
    assert {topic: counts[topic] for topic in TOPICS if counts[topic] < least[topic]} == {}


def test_no_answer_is_there_twice() -> None:
    assert [key for key, count in Counter(answer.key for answer in shipped()).items() if count > 1] == []


def test_every_fact_that_is_said_is_held() -> None:
    assert {name for text in shipped_texts() for name in facts_used(text)} - shipped_facts() == set()


def test_every_fact_that_is_held_is_said_somewhere() -> None:
    assert shipped_facts() - {name for text in shipped_texts() for name in facts_used(text)} == set()
