"""The library as files: read back the same, written one way only, and never half."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.adapters import rasa_files
from alongside.adapters.library_files import write_answers, write_facts, write_library, write_whole
from alongside.adapters.library_folder import write_for_training
from alongside.core.answers import TOPICS, Answer
from alongside.core.errors import ContentError
from alongside.core.facts import Fact
from alongside.core.library import library_of
from alongside.core.tidying import tidy, tidy_fact
from alongside.settings import ROOT
from tests.library_builders import ANSWER, AWKWARD, FACTS, IN_WELSH, answers, reworded

WRITTEN = """\
version: "3.1"
nlu:
- intent: ask_visiting/first_visit
  examples: |
    - what happens on a visit
    - first visit tomorrow
responses:
  utter_ask_visiting/first_visit:
  - condition:
    - type: slot
      name: nation
      value: wales
    text: |-
      In Wales, ring the ward.
    metadata:
      sources:
      - title: A Welsh guide
        publication: A leaflet
        checked_on: 2026-11-21
  - text: |-
      Ring the ward.

      Then go.
    metadata:
      title: What will happen on my first visit?
      nations: [england, wales]
      owner: Content team
      approver: A named person
      review_on: 2027-05-21
      follow_ups: [visiting/searches, visiting/photo_id]
      sources:
      - title: A guide
        url: https://example.org
        checked_on: 2026-11-21
"""

TRANSLATED = """\
      follow_ups: [visiting/searches, visiting/photo_id]
      translations:
      - language: cy
        title: Beth fydd yn digwydd?
        text: |-
          Ffoniwch y ward.

          Yna ewch.
        translator: A test, not a translator
        translated_on: 2026-11-22
        of: |-
          Ring the ward.

          Then go.
      sources:
"""

SHIPPED = [ROOT / "data" / "nlu" / f"{topic}.yml" for topic in TOPICS]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library") / "visiting.yml"


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_answers_are_written_as_they_stand(file: Path, shipped: Path) -> None:
    write_answers(file, rasa_files.read_answers(shipped))
    assert file.read_bytes() == shipped.read_bytes()


def test_the_shipped_facts_are_written_as_they_stand(file: Path) -> None:
    write_facts(file, rasa_files.read_facts(ROOT / "data" / "facts.yml"))
    assert file.read_bytes() == (ROOT / "data" / "facts.yml").read_bytes()


def test_there_is_one_way_to_write_an_answer(file: Path) -> None:
    write_answers(file, [ANSWER])
    assert file.read_text(encoding="utf-8") == WRITTEN


def test_a_translation_stands_with_the_default_wording_and_the_words_it_was_made_from(file: Path) -> None:
    translated = replace(ANSWER, translations=(IN_WELSH,))
    write_answers(file, [translated])
    assert TRANSLATED in file.read_text(encoding="utf-8")
    assert rasa_files.read_answers(file) == [translated]


def test_the_assistant_is_trained_without_translations(tmp_path: Path) -> None:
    library = library_of([replace(ANSWER, translations=(IN_WELSH,))])
    write_for_training(tmp_path, library, shipped=tmp_path)
    assert rasa_files.read_answers(tmp_path / "visiting.yml") == [ANSWER]


@given(written=st.lists(answers(), max_size=3, unique_by=lambda answer: answer.key))
def test_whatever_a_maintainer_typed_reads_back_the_same(file: Path, written: list[Answer]) -> None:
    write_answers(file, written)
    assert rasa_files.read_answers(file) == [tidy(answer) for answer in written]
    before = file.read_bytes()
    write_answers(file, rasa_files.read_answers(file))
    assert file.read_bytes() == before


@given(written=st.lists(FACTS, max_size=3, unique_by=lambda fact: fact.name))
def test_facts_read_back_the_same(file: Path, written: list[Fact]) -> None:
    write_facts(file, {fact.name: fact for fact in written})
    assert list(rasa_files.read_facts(file).values()) == [tidy_fact(fact) for fact in written]


@pytest.mark.parametrize("text", AWKWARD, ids=ascii)
def test_awkward_words_stand_in_every_place(file: Path, text: str) -> None:
    written = replace(reworded(text), title=text, owner=text, examples=(text, "another"))
    write_answers(file, [written])
    assert rasa_files.read_answers(file) == [tidy(written)]


def test_a_library_is_written_whole_and_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "small_talk.yml").write_text("ours", encoding="utf-8")
    (tmp_path / "nlu" / "advocacy.yml").write_text("an answer that was taken out", encoding="utf-8")
    facts = rasa_files.read_facts(ROOT / "data" / "facts.yml")
    stigma = replace(ANSWER, topic="stigma")
    write_library(tmp_path, [stigma, ANSWER], facts)
    assert sorted(path.name for path in (tmp_path / "nlu").iterdir()) == ["small_talk.yml", "stigma.yml", "visiting.yml"]
    assert (tmp_path / "nlu" / "small_talk.yml").read_text(encoding="utf-8") == "ours"
    assert rasa_files.read_all_answers(tmp_path / "nlu", ["stigma", "visiting"]) == [stigma, ANSWER]
    assert rasa_files.read_facts(tmp_path / "facts.yml") == facts


@pytest.mark.parametrize(
    ("answer", "found"),
    [(replace(ANSWER, topic="../secrets"), "../secrets is no topic"), (replace(ANSWER, variants=()), "has no words yet")],
)
def test_what_cannot_be_written_is_refused_and_the_files_stay(tmp_path: Path, answer: Answer, found: str) -> None:
    write_library(tmp_path, [ANSWER], {})
    with pytest.raises(ContentError, match=found):
        write_library(tmp_path, [reworded("New words."), replace(ANSWER, topic="stigma"), answer], {})
    assert rasa_files.read_answers(tmp_path / "nlu" / "visiting.yml") == [ANSWER]


def test_a_write_that_is_cut_short_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "visiting.yml", "before")

    def no_space(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="no space left"):
        write_whole(tmp_path / "visiting.yml", "after")
    assert [path.name for path in tmp_path.iterdir()] == ["visiting.yml"]
    assert (tmp_path / "visiting.yml").read_text(encoding="utf-8") == "before"
