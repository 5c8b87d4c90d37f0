"""The first safety check: what it must find, what it must leave alone, and what it says."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from alongside.adapters.rasa_files import read_facts, read_words
from alongside.core import safety
from alongside.core.answers import FACT_MARK, NATIONS, words_in
from alongside.core.conversations import TALK_TO_PERSON
from alongside.core.facts import Fact
from alongside.core.safety import Danger, find_danger
from alongside.core.words import Words
from alongside.services.reading import MAX_GRADE, reading_grade

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 21)
MAX_REPLY_WORDS = 119
"""A frightened person reads no more than this; the replies stay under 120 words."""


def sentences(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "tests" / "safety" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def training_sentences() -> list[tuple[str, str]]:
    """Every example of every intent, with the file it stands in."""
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        for block in document.get("nlu") or ():
            for line in (block.get("examples") or "").splitlines():
                if line.strip().startswith("- "):
                    found.append((path.name, line.strip()[2:]))
    return found


def facts() -> dict[str, Fact]:
    return read_facts(ROOT / "data" / "facts.yml")


def words() -> Words:
    return read_words([ROOT / "data" / "safety.yml"], facts=facts())


DANGER, HARMLESS = sentences("danger"), sentences("harmless")
NATION_OR_NONE = [*NATIONS, None]


@pytest.mark.parametrize("entry", DANGER, ids=lambda entry: entry["text"][:60])
def test_danger_is_found_with_its_kind(entry: dict[str, Any]) -> None:
    assert find_danger(entry["text"]) == Danger(entry["kind"])


@pytest.mark.parametrize("entry", HARMLESS, ids=lambda entry: entry["text"][:60])
def test_ordinary_sentence_is_left_alone(entry: dict[str, Any]) -> None:
    assert find_danger(entry["text"]) is None


def test_lists_are_long_enough_and_a_seventh_is_held() -> None:
    for entries, least in ((DANGER, 150), (HARMLESS, 200)):
        texts = [entry["text"].casefold() for entry in entries]
        assert len(set(texts)) == len(texts) >= least
        assert sum(entry.get("held", False) for entry in entries) * 7 >= len(entries)
    assert {entry["kind"] for entry in DANGER} == {danger.value for danger in Danger}


def test_no_training_sentence_is_taken_for_danger() -> None:
    found = [(file, text, find_danger(text)) for file, text in training_sentences()]
    assert found, "no training sentences were read"
    assert [entry for entry in found if entry[2]] == []


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "i want to die!!!!",
        "I want to... die",
        "i don’t want to live",
        "i dont want to live",
        "i want to diiiiie",
        "w a n t  t o  d i e, i want to die",
        "k i l l m y s e l f",
        "k.i.l.l.m.y.s.e.l.f",
        "im sucidal",
        "gonna kil my self",
        "i\nwant\tto die",
        "kms",
    ],
)
def test_spelling_does_not_hide_danger(text: str) -> None:
    assert find_danger(text) is Danger.SELF


@pytest.mark.parametrize(
    ("past", "now"),
    [
        ("he hit me before he was sectioned", "he hit me last night"),
        ("he took an overdose two years ago", "he took an overdose an hour ago"),
        ("after she tried to kill herself they sectioned her", "she tried to kill herself this morning"),
    ],
)
def test_past_is_left_alone_and_now_is_found(past: str, now: str) -> None:
    assert find_danger(past) is None
    assert find_danger(now) is not None


@pytest.mark.parametrize(
    ("of_relative", "of_carer"),
    [
        ("would they tell me if he wants to die", "would they tell anyone if i want to die"),
        ("what happens if he tries to kill himself", "what happens if i try to kill myself"),
        ("the nurse asked if i was suicidal and i said no", "the nurse asked if i was suicidal and i said yes"),
        ("he is not suicidal", "i am not suicidal but i want to die"),
    ],
)
def test_question_about_staff_is_ordinary_and_the_carers_own_danger_never_is(of_relative: str, of_carer: str) -> None:
    assert find_danger(of_relative) is None
    assert find_danger(of_carer) is Danger.SELF


def test_question_what_to_do_now_keeps_its_danger() -> None:
    assert find_danger("if he says he wants to kill himself should i ring 999") is Danger.OTHER


def test_old_illness_in_the_same_breath_does_not_hide_an_overdose() -> None:
    assert find_danger("my son was sectioned last year and he is home now and has taken an overdose") is Danger.OTHER


def test_carers_own_life_comes_before_other_danger() -> None:
    assert find_danger("my husband hits me and he has a knife and i want to die") is Danger.SELF


@pytest.mark.parametrize("text", ["", " ", "...", "😢", "12345", "\u0000", "é" * 50])
def test_text_without_words_is_no_danger(text: str) -> None:
    assert find_danger(text) is None


# The work must grow only in step with the length of a message. Python counts no steps, so the shape is checked: every repeat
# has an end, and a repeat inside a repeat ends in a space, so that a text can be cut into its rounds in one way only.


def _compiled() -> list[re.Pattern[str]]:
    checks = [pattern for _, now, events in safety._CHECKS for pattern in (*now, *events)]
    spelling = [pattern for pattern, _ in (*safety._PLAIN, *safety._JOINED)]
    return [*checks, *spelling, *safety._ORDINARY, *safety._WHATEVER_WAS_ASKED, safety._PAST, safety._JUST_NOW]


_UNBOUNDED = re.compile(r"(?<!\\)(?:\\\\)*(?:[*+]|\{\d*,\})")
_INNER_REPEAT_THEN_OUTER = re.compile(r"\{\d+,\d+\}([^(){}|]*)\)\{\d+,\d+\}")


def test_every_pattern_is_bounded() -> None:
    without_sets = [re.sub(r"\[[^]]*\]", "x", pattern.pattern) for pattern in _compiled()]
    assert [source for source in without_sets if _UNBOUNDED.search(source)] == []


def test_repeat_within_a_repeat_ends_in_a_space() -> None:
    endings = [ending for pattern in _compiled() for ending in _INNER_REPEAT_THEN_OUTER.findall(pattern.pattern)]
    assert endings, "the check no longer sees the gaps between words"
    assert [ending for ending in endings if not ending.endswith(" ")] == []


@pytest.mark.parametrize(
    "part",
    [
        "he ",
        "my son he she ",
        "i want to ",
        "he says he wants ",
        "asked if ",
        "would they tell me if he ",
        "not ",
        "a",
        "'d",
        ". ,",
        "k ",
        "\n",
    ],
)
def test_4000_hostile_characters_are_read_to_the_end(part: str) -> None:
    hostile = (part * 4000)[:3970]
    find_danger(hostile)
    assert find_danger(f"{hostile}. I want to die") is Danger.SELF


# What is said then.


@pytest.mark.parametrize("danger", Danger)
def test_each_kind_has_wording_for_each_nation_and_a_default_last(danger: Danger) -> None:
    nations = [wording.nation for wording in words().responses[f"utter_safety_{danger.value}"]]
    assert nations[-1] is None
    assert sorted(nations[:-1]) == sorted(NATIONS)


@pytest.mark.parametrize("nation", NATION_OR_NONE)
@pytest.mark.parametrize("danger", Danger)
def test_reply_names_999_first_and_offers_a_person(danger: Danger, nation: str | None) -> None:
    wording = words().find(f"utter_safety_{danger.value}", nation=nation)
    assert FACT_MARK.findall(wording.text)[0] == "fact_emergency"
    assert TALK_TO_PERSON in [choice.payload for choice in wording.choices]


@pytest.mark.parametrize("nation", NATION_OR_NONE)
@pytest.mark.parametrize("danger", Danger)
def test_reply_holds_numbers_only_as_facts_that_exist_and_fit_the_nation(danger: Danger, nation: str | None) -> None:
    text = words().find(f"utter_safety_{danger.value}", nation=nation).text
    known = facts()
    marks = FACT_MARK.findall(text)
    bare = FACT_MARK.sub("", text).replace("Under 19?", "")
    assert not re.search(r"\d", bare)
    assert "{" not in bare
    assert set(marks) <= set(known)
    if nation is not None:
        fitting = {"uk", nation} if nation == "ni" else {"uk", "gb", nation}
        assert {known[mark].nation for mark in marks} <= fitting


@pytest.mark.parametrize(
    ("nation", "number"),
    [
        ("england", "fact_nhs_111_england"),
        ("scotland", "fact_nhs_24"),
        ("wales", "fact_nhs_111_wales"),
        ("ni", "fact_lifeline_ni"),
    ],
)
@pytest.mark.parametrize("danger", [Danger.SELF, Danger.OTHER])
def test_reply_has_the_nations_own_mental_health_line(danger: Danger, nation: str, number: str) -> None:
    assert number in FACT_MARK.findall(words().find(f"utter_safety_{danger.value}", nation=nation).text)


@pytest.mark.parametrize("nation", NATION_OR_NONE)
def test_reply_serves_a_relative_on_a_ward_and_at_home(nation: str | None) -> None:
    text = words().find("utter_safety_other", nation=nation).text
    assert "On a ward?" in text
    assert "At home or on leave?" in text


@pytest.mark.parametrize("nation", NATION_OR_NONE)
@pytest.mark.parametrize("danger", [Danger.SELF, Danger.ABUSE])
def test_reply_gives_a_child_a_line_of_their_own(danger: Danger, nation: str | None) -> None:
    assert "fact_childline" in FACT_MARK.findall(words().find(f"utter_safety_{danger.value}", nation=nation).text)


@pytest.mark.parametrize("nation", NATION_OR_NONE)
@pytest.mark.parametrize("danger", Danger)
def test_reply_is_short_and_easy_to_read(danger: Danger, nation: str | None) -> None:
    all_words = words()
    text = all_words.fill(all_words.find(f"utter_safety_{danger.value}", nation=nation).text, today=TODAY)
    assert len(words_in(text)) <= MAX_REPLY_WORDS
    assert reading_grade(text) <= MAX_GRADE
