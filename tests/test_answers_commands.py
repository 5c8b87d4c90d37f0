"""The commands for teams that keep their answers in files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alongside.adapters import library_csv, library_files, rasa_files
from alongside.cli import app
from alongside.core.errors import ContentError
from alongside.settings import ROOT
from tests.library_builders import ANSWER, IN_WELSH, reworded

FACTS = rasa_files.read_facts(ROOT / "data" / "facts.yml")
OTHER = replace(ANSWER, name="other", examples=("another",))


def answers(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["answers", *map(str, words)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    library_files.write_library(tmp_path / "data", [ANSWER, OTHER], FACTS)
    return tmp_path / "data"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    library_files.write_library(tmp_path / "changed", [reworded("Go in."), replace(ANSWER, topic="stigma")], FACTS)
    return tmp_path / "changed" / "nlu"


TOLD = [
    "stigma/first_visit: new, “What will happen on my first visit?”",
    "visiting/other: taken out, “What will happen on my first visit?”",
    "visiting/first_visit: text for everyone changed",
    "1 would be new, 1 taken out, 1 changed; 0 would stay as they are. Nothing was written.",
]


def test_diff_tells_what_a_folder_would_change(data: Path, changed: Path) -> None:
    before = (data / "nlu" / "visiting.yml").read_bytes()
    result = answers("diff", changed, "--data", data)
    assert result.exit_code == 0
    assert sorted(result.output.splitlines()) == sorted(TOLD)
    assert (data / "nlu" / "visiting.yml").read_bytes() == before


def test_diff_reads_a_spreadsheet_as_well(data: Path, changed: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "answers.csv"
    library_csv.write_csv(sheet, rasa_files.read_all_answers(changed, ["stigma", "visiting"]))
    assert sorted(answers("diff", sheet, "--data", data).output.splitlines()) == sorted(TOLD)


def test_diff_of_the_same_answers_tells_of_no_change(data: Path) -> None:
    told = "0 would be new, 0 taken out, 0 changed; 2 would stay as they are. Nothing was written.\n"
    assert answers("diff", data / "nlu", "--data", data).output == told


def test_diff_with_a_folder_without_answers_says_which_to_give(data: Path) -> None:
    result = answers("diff", data, "--data", data)
    assert isinstance(result.exception, ContentError)
    assert "holds no answers. Give the folder with the topics' files" in str(result.exception)


def test_check_counts_the_problems_and_ends_with_status_1(data: Path) -> None:
    result = answers("check", "--data", data)
    assert result.exit_code == 1
    assert "visiting/first_visit: 2 training sentences. Write at least 12 in carers' voices" in result.output
    assert answers("check", "stigma", "--data", data).output == "0 answers, 0 training sentences, 0 problems\n"


def test_tidy_brings_files_that_were_edited_by_hand_into_the_one_form(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    file = data / "nlu" / "stigma.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("      owner: Alongside content team\n", '      owner: "Alongside content team"   # us\n'), encoding="utf-8"
    )
    assert file.read_text(encoding="utf-8") != text
    assert f"answers and {len(FACTS)} facts written" in answers("tidy", "--data", data).output
    for path in sorted((ROOT / "data" / "nlu").iterdir()):
        assert (data / "nlu" / path.name).read_bytes() == path.read_bytes()
    assert (data / "facts.yml").read_bytes() == (ROOT / "data" / "facts.yml").read_bytes()


def test_check_names_translations_whose_english_has_changed(tmp_path: Path) -> None:
    written = [replace(reworded("Go in."), translations=(IN_WELSH,)), replace(OTHER, translations=(IN_WELSH,))]
    library_files.write_library(tmp_path, written, FACTS)
    told = [line for line in answers("check", "--data", tmp_path).output.splitlines() if "translated" in line]
    assert told == ["visiting/first_visit [cy]: its words changed after it was translated. Carers are not offered it."]


def test_a_spreadsheet_leaves_translations_as_they_are(tmp_path: Path) -> None:
    translated = replace(ANSWER, translations=(IN_WELSH,))
    library_files.write_library(tmp_path, [translated], FACTS)
    library_csv.write_csv(tmp_path / "answers.csv", [translated])
    told = answers("diff", tmp_path / "answers.csv", "--data", tmp_path).output
    assert told == "0 would be new, 0 taken out, 0 changed; 1 would stay as they are. Nothing was written.\n"
