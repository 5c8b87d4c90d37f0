"""The ``alongside`` command."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from alongside.adapters import rasa_files
from alongside.core.answers import TOPICS
from alongside.core.errors import AlongsideError
from alongside.services import answers_check

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run and look after Alongside, the carer support chatbot.")
answers = typer.Typer(no_args_is_help=True, help="The approved answers.")
app.add_typer(answers, name="answers")


@answers.command()
def check(
    topics: Annotated[list[str] | None, typer.Argument(help="Topics to check; all of them when none is named.")] = None,
    data: Annotated[Path, typer.Option(help="The folder with nlu/ and facts.yml.")] = Path("data"),
) -> None:
    """Check the answers' files: shape, length, reading grade, sources, dates, follow-ups, training sentences."""
    try:
        facts = rasa_files.read_facts(data / "facts.yml")
        present = [topic for topic in TOPICS if (data / "nlu" / f"{topic}.yml").exists()]
        found = rasa_files.read_all_answers(data / "nlu", present)
    except AlongsideError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    problems = [
        problem
        for problem in answers_check.check(found, facts=set(facts), today=date.today())
        if not topics or problem.where.split("/")[0] in topics
    ]
    for problem in problems:
        typer.echo(str(problem))
    checked = [answer for answer in found if not topics or answer.topic in topics]
    typer.echo(f"{len(checked)} answers, {sum(len(answer.examples) for answer in checked)} training sentences, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)
