"""The answers as a spreadsheet: read back the same, harmless in Excel, and every bad cell named."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.adapters import rasa_files
from alongside.adapters.library_csv import COLUMNS, read_csv, write_csv
from alongside.core.answers import TOPICS, Answer
from alongside.core.errors import ContentError
from alongside.core.tidying import tidy
from alongside.settings import ROOT
from tests.library_builders import ANSWER, AWKWARD, IN_WELSH, TYPED, answers, reworded


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library") / "answers.csv"


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def edited(file: Path, place: int, **cells: str) -> Path:
    """Change one row of a written file, as a person would in a spreadsheet; ``review_date`` stands for the column's name."""
    found = rows(file)
    found[place] |= {name.replace("_", " "): cell for name, cell in cells.items()}
    text = io.StringIO(newline="")
    sheet = csv.DictWriter(text, COLUMNS)
    sheet.writeheader()
    sheet.writerows(found)
    file.write_bytes(text.getvalue().encode())
    return file


def refusal(file: Path) -> str:
    with pytest.raises(ContentError) as refused:
        read_csv(file, standing={})
    return str(refused.value)


def test_the_shipped_answers_read_back_the_same(file: Path) -> None:
    shipped = rasa_files.read_all_answers(ROOT / "data" / "nlu", TOPICS)
    write_csv(file, shipped)
    assert read_csv(file, standing={}) == shipped


@given(written=st.lists(answers(), max_size=3, unique_by=lambda answer: answer.key))
def test_whatever_a_maintainer_typed_reads_back_the_same(file: Path, written: list[Answer]) -> None:
    write_csv(file, written)
    kept = {answer.key: tidy(answer) for answer in written}
    assert read_csv(file, standing=kept) == list(kept.values())


def test_translations_that_stand_are_kept_and_nobody_elses_are_taken(file: Path) -> None:
    translated = replace(ANSWER, translations=(IN_WELSH,))
    write_csv(file, [translated, replace(ANSWER, name="another")])
    read = read_csv(edited(file, 0, title="A new title"), standing={ANSWER.key: translated})
    assert [(answer.title, answer.translations) for answer in read] == [
        ("A new title", (IN_WELSH,)),
        (ANSWER.title, ()),
    ]


@pytest.mark.parametrize("text", AWKWARD, ids=ascii)
def test_awkward_words_stand_in_every_cell(file: Path, text: str) -> None:
    written = replace(reworded(text), title=text, owner=text, examples=(text, "another"))
    write_csv(file, [written])
    assert read_csv(file, standing={}) == [tidy(written)]


@given(typed=TYPED | st.text("='+-@＝ a", max_size=6))
def test_no_cell_runs_as_a_formula(file: Path, typed: str) -> None:
    write_csv(file, [replace(reworded(typed), title=typed, owner=typed, examples=(typed,))])
    assert [cell for row in rows(file) for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


def test_a_row_for_each_wording_begins_with_what_the_answer_has_once(file: Path) -> None:
    write_csv(file, [ANSWER])
    wales, default = rows(file)
    assert wales == {
        "key": "visiting/first_visit",
        "title": "What will happen on my first visit?",
        "nation": "wales",
        "text": "In Wales, ring the ward.",
        "sources": "A Welsh guide |  | A leaflet | 2026-11-21",
        "follow-ups": "visiting/searches, visiting/photo_id",
        "owner": "Content team",
        "approver": "A named person",
        "review date": "2027-05-21",
        "nations": "england, wales",
        "training sentences": "what happens on a visit\nfirst visit tomorrow",
    }
    assert (default["nation"], default["title"], default["text"]) == ("default", "", "Ring the ward.\n\nThen go.")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfkey,")


def test_what_a_european_excel_saves_is_read(file: Path) -> None:
    write_csv(file, [ANSWER])
    text = io.StringIO(newline="")
    sheet = csv.DictWriter(text, [*COLUMNS, "our notes"], delimiter=";")
    sheet.writeheader()
    sheet.writerows([row | {"review date": row["review date"] and "21/05/2027"} for row in reversed(rows(file))])
    file.write_bytes(text.getvalue().replace("\n\n", "\r\n\r\n").encode("utf-8-sig") + b";;;;;;;;;;;\r\n")
    assert read_csv(file, standing={}) == [ANSWER]


def test_an_apostrophe_that_a_person_typed_stays(file: Path) -> None:
    write_csv(file, [ANSWER])
    assert read_csv(edited(file, 0, title="'Tis the first"), standing={})[0].title == "'Tis the first"


@pytest.mark.parametrize(
    ("place", "cells", "told"),
    [
        (0, {"key": "visiting"}, "row 2, column “key”: found “visiting”. Write a topic and a name"),
        (1, {"key": "weather/rain"}, "row 3, column “key”: found “weather/rain”"),
        (0, {"nation": "France"}, "row 2, column “nation”: found “France”. Write one of england"),
        (0, {"nation": "default"}, "row 3, column “nation”: visiting/first_visit has this nation in an earlier row"),
        (0, {"review_date": "next spring"}, "row 2, column “review date”: found “next spring”. Write the day as"),
        (0, {"review_date": ""}, "row 2, column “review date”: found “”"),
        (0, {"nations": "england, mars"}, "row 2, column “nations”: found “mars”"),
        (1, {"sources": "A guide"}, "row 3, column “sources”: found “A guide”. Write each source on a line as"),
        (1, {"sources": "A | b | c | soon"}, "row 3, column “sources”: found “soon”. Write the day as"),
        (1, {"title": "Another"}, "row 3, column “title”: not the same as in row 2"),
    ],
)
def test_a_cell_that_is_not_understood_is_named(file: Path, place: int, cells: dict[str, str], told: str) -> None:
    write_csv(file, [ANSWER])
    assert told in refusal(edited(file, place, **cells))


def test_all_bad_rows_are_told_at_once(file: Path) -> None:
    write_csv(file, [ANSWER, replace(ANSWER, name="other")])
    edited(file, 0, nation="France", review_date="soon")
    assert [line.partition(":")[0] for line in refusal(edited(file, 3, sources="?")).splitlines()[1:]] == [
        "- row 2, column “nation”",
        "- row 2, column “review date”",
        "- row 5, column “sources”",
    ]


def test_a_day_is_read_as_people_here_write_it(file: Path) -> None:
    write_csv(file, [ANSWER])
    assert read_csv(edited(file, 0, review_date="05/06/2027"), standing={})[0].review_on == date(2027, 6, 5)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        ("key,title\nvisiting/a,caf\u00e9".encode("cp1252"), "not in UTF-8.*Save as, then “CSV UTF-8"),
        (b"key,title\n", "must name each of these columns once: nation, text"),
        (b'key,title\n"visiting', "cannot be read as CSV"),
        (",".join(COLUMNS).encode() + b"\nvisiting/a" + b"," * 11 + b"x\n", "row 2: more cells than the first row has"),
    ],
)
def test_a_file_of_another_kind_is_named(file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ContentError, match=rf"(?s)answers\.csv.*{told}"):
        read_csv(file, standing={})


def test_a_missing_file_and_an_answer_without_words_are_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="is missing"):
        read_csv(tmp_path / "answers.csv", standing={})
    with pytest.raises(ContentError, match="has no words yet"):
        write_csv(tmp_path / "answers.csv", [replace(ANSWER, variants=())])
    assert not (tmp_path / "answers.csv").exists()
