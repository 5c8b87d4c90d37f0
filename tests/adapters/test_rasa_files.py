"""Answers, facts and words as files: read whole, and an error names the file, the entry and what to do."""

from datetime import date
from pathlib import Path

import pytest

from alongside.adapters import rasa_files
from alongside.core.conversations import Choice
from alongside.core.errors import ContentError

ANSWERS = """
nlu:
- intent: ask_visiting/first_visit
  examples: |
    - what happens on a visit
    - first visit tomorrow
responses:
  utter_ask_visiting/first_visit:
  - condition: [{type: slot, name: nation, value: wales}]
    text: In Wales, ring the ward.
    metadata: &about
      title: What will happen on my first visit?
      owner: Content team
      approver: A named person
      review_on: 2027-05-21
      nations: [england, wales]
      follow_ups: [visiting/searches, visiting/photo_id]
      sources: [{title: A guide, url: "https://example.org", checked_on: 2026-11-21}]
  - text: |-
      Ring the ward.

      Then go.
    metadata: *about
"""

FACTS = """
facts:
  helpline:
    {title: Helpline, value: "116 123", nation: uk, source: example.org, checked_on: 2026-11-21, review_on: 2027-05-21}
"""

WORDS = """
responses:
  utter_help:
  - condition: [{type: slot, name: nation, value: wales}]
    text: Cymorth
  - text: "Help "
    buttons: [{title: Talk to a person, payload: /talk_to_person}]
"""


def write(folder: Path, content: str, name: str = "visiting.yml") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def test_an_answer_is_read_with_all_its_parts(tmp_path: Path) -> None:
    (answer,) = rasa_files.read_answers(write(tmp_path, ANSWERS))
    assert (answer.key, answer.examples) == ("visiting/first_visit", ("what happens on a visit", "first visit tomorrow"))
    assert [(variant.nation, variant.text) for variant in answer.variants] == [
        ("wales", "In Wales, ring the ward."),
        (None, "Ring the ward.\n\nThen go."),
    ]
    assert answer.varies_by_nation
    assert answer.review_on == date(2027, 5, 21)
    assert answer.variants[0].sources[0].checked_on == date(2026, 11, 21)


def test_answers_come_in_the_order_asked_for(tmp_path: Path) -> None:
    write(tmp_path, ANSWERS)
    write(tmp_path, ANSWERS.replace("visiting/first_visit", "stigma/telling"), "stigma.yml")
    found = rasa_files.read_all_answers(tmp_path, ["stigma", "visiting"])
    assert [answer.key for answer in found] == ["stigma/telling", "visiting/first_visit"]


@pytest.mark.parametrize(
    ("change", "to", "named"),
    [
        ("      approver: A named person\n", "", "utter_ask_visiting/first_visit.*approver"),
        ("review_on: 2027-05-21", "review_on: next spring", "utter_ask_visiting/first_visit.*next spring"),
        ("checked_on: 2026-11-21", "checked: 2026-11-21", "utter_ask_visiting/first_visit.*checked"),
        ("name: nation", "name: feeling", "utter_ask_visiting/first_visit.*'feeling'.*only the slot 'nation'"),
        ("    metadata: *about", "", "utter_ask_visiting/first_visit.*metadata"),
        ("  utter_ask_visiting/first_visit:", "  utter_ask_visiting:", "utter_ask_visiting"),
        ("- intent: ask_visiting/first_visit\n  examples", "- examples", "training sentences 1.*intent"),
        ("responses:", "replies:", "the file.*responses"),
        ("nlu:\n", "nlu:\n- {intent: ask_visiting/first_visit, examples: '- x'}\n", "training sentences 2.*twice"),
        ("nlu:\n", "nlu:\n- {intent: ask_visiting/tea, examples: '- x'}\n", "without an answer: visiting/tea"),
        ("nlu:\n", "nlu: [\n", "cannot be read as YAML"),
        ("nlu:\n", "nlu: []\nnlu:\n", "cannot be read as YAML"),
    ],
)
def test_a_fault_in_an_answers_file_is_named(tmp_path: Path, change: str, to: str, named: str) -> None:
    assert change in ANSWERS
    file = write(tmp_path, ANSWERS.replace(change, to, 1) if "metadata" not in change else ANSWERS.replace(change, to))
    with pytest.raises(ContentError, match=rf"(?s)visiting\.yml.*{named}"):
        rasa_files.read_answers(file)


@pytest.mark.parametrize("content", ["", "text", "- list", "facts:", "nlu:\nresponses:"])
@pytest.mark.parametrize("read", [rasa_files.read_answers, rasa_files.read_facts])
def test_a_file_of_another_shape_is_named(tmp_path: Path, content: str, read: object) -> None:
    with pytest.raises(ContentError, match=r"visiting\.yml"):
        read(write(tmp_path, content))  # type: ignore[operator]


def test_a_missing_file_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"visiting\.yml is missing. Restore it"):
        rasa_files.read_answers(tmp_path / "visiting.yml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "visiting.yml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match=r"visiting\.yml cannot be read"):
        rasa_files.read_answers(file)


def test_facts_are_read_by_the_name_their_marks_have(tmp_path: Path) -> None:
    facts = rasa_files.read_facts(write(tmp_path, FACTS, "facts.yml"))
    assert list(facts) == ["fact_helpline"]
    assert facts["fact_helpline"].words(date(2026, 12, 1)) == "116 123"


@pytest.mark.parametrize(
    ("change", "to", "named"),
    [
        ('"116 123"', "116123", "helpline.*put it in quotes"),
        ("source: example.org", "origin: example.org", "helpline.*origin"),
        ("nation: uk, ", "", "helpline.*nation"),
        ("2027-05-21", "soon", "helpline.*a day is written"),
        ("checked_on: 2026-11-21", 'checked_on: "2026-11-21"', "helpline.*a day is written"),
    ],
)
def test_a_fault_in_a_fact_is_named(tmp_path: Path, change: str, to: str, named: str) -> None:
    with pytest.raises(ContentError, match=rf"facts\.yml.*{named}"):
        rasa_files.read_facts(write(tmp_path, FACTS.replace(change, to), "facts.yml"))


def test_words_are_read_with_their_nations_and_buttons(tmp_path: Path) -> None:
    words = rasa_files.read_words([write(tmp_path, WORDS, "words.yml")], facts={})
    assert words.find("utter_help", nation="wales").text == "Cymorth"
    default = words.find("utter_help", nation="england")
    assert (default.text, default.choices) == ("Help", (Choice("Talk to a person", "/talk_to_person"),))


def test_a_response_in_two_files_is_refused(tmp_path: Path) -> None:
    files = [write(tmp_path, WORDS, "one.yml"), write(tmp_path, WORDS, "two.yml")]
    with pytest.raises(ContentError, match=r"two\.yml defines 'utter_help'"):
        rasa_files.read_words(files, facts={})


@pytest.mark.parametrize(("change", "to"), [("payload:", "target:"), ("  - text:", "  - words:"), ("  - text:", "  - just:")])
def test_a_fault_in_words_is_named(tmp_path: Path, change: str, to: str) -> None:
    with pytest.raises(ContentError, match=r"words\.yml, utter_help"):
        rasa_files.read_words([write(tmp_path, WORDS.replace(change, to), "words.yml")], facts={})


def test_a_file_without_responses_adds_none_and_an_empty_one_is_named(tmp_path: Path) -> None:
    assert rasa_files.read_words([write(tmp_path, "slots: {}")], facts={}).responses == {}
    with pytest.raises(ContentError, match=r"visiting\.yml"):
        rasa_files.read_words([write(tmp_path, "")], facts={})
