"""``alongside answers``: the approved answers as files. Every rule is in the services and the core; this joins and prints."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from alongside.adapters import library_csv, library_files, rasa_files
from alongside.core.answers import TOPICS, Answer
from alongside.core.comparing import compare_libraries
from alongside.core.errors import ContentError
from alongside.services import answers_check
from alongside.settings import ROOT

answers = typer.Typer(no_args_is_help=True, help="The approved answers.")

Data = Annotated[Path, typer.Option(help="The folder with nlu/ and facts.yml.")]


@answers.command()
def check(
    topics: Annotated[list[str] | None, typer.Argument(help="Topics to check; all of them when none is named.")] = None,
    data: Data = ROOT / "data",
) -> None:
    """Check the answers' files: shape, length, reading grade, sources, dates, follow-ups, training sentences."""
    facts = rasa_files.read_facts(data / "facts.yml")
    found = _read(data / "nlu")
    problems = [
        problem
        for problem in answers_check.check(found, facts=set(facts), today=date.today())
        if not topics or problem.where.split("/")[0] in topics
    ]
    for problem in problems:
        print(problem)
    checked = [answer for answer in found if not topics or answer.topic in topics]
    for answer in checked:
        for translation in answer.stale_translations:
            print(f"{answer.key} [{translation.language}]: its words changed after it was translated. Carers are not offered it.")
    print(
        f"{len(checked)} answers, {sum(len(answer.examples) for answer in checked)} training sentences, {len(problems)} problems"
    )
    if problems:
        raise typer.Exit(1)


@answers.command()
def diff(
    changed: Annotated[Path, typer.Argument(exists=True, help="A folder of topics' files, or a spreadsheet (CSV).")],
    data: Data = ROOT / "data",
) -> None:
    """Say what would change if these answers took the place of those in nlu/. Nothing is written."""
    standing = _by_key(_read(data / "nlu"))
    after = _read(changed) if changed.is_dir() else library_csv.read_csv(changed, standing=standing)
    if not after:
        raise ContentError(f"{changed} holds no answers. Give the folder with the topics' files, such as data/nlu.")
    found = compare_libraries(standing, _by_key(after))
    for line in found.lines():
        print(line)
    print(
        f"{len(found.added)} would be new, {len(found.removed)} taken out, {len(found.changed)} changed; "
        f"{found.same} would stay as they are. Nothing was written."
    )


@answers.command()
def tidy(data: Data = ROOT / "data") -> None:
    """Write the answers' and facts' files again in the one way there is, after they were edited by hand."""
    facts = rasa_files.read_facts(data / "facts.yml")
    found = _read(data / "nlu")
    library_files.write_library(data, found, facts)
    print(f"{len(found)} answers and {len(facts)} facts written")


def _read(folder: Path) -> list[Answer]:
    return rasa_files.read_all_answers(folder, [topic for topic in TOPICS if (folder / f"{topic}.yml").exists()])


def _by_key(found: list[Answer]) -> dict[str, Answer]:
    return {answer.key: answer for answer in found}
