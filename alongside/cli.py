"""The ``alongside`` command. It joins the parts and prints; every rule is in the services."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from alongside import logs, wiring, wiring_studio
from alongside.adapters import directory_files
from alongside.commands.alerts import alerts
from alongside.commands.answers import answers
from alongside.commands.doctor import doctor
from alongside.commands.heartbeat import heartbeat
from alongside.commands.publishing import publishing
from alongside.commands.telegram import print_poster, telegram
from alongside.commands.workers import worker
from alongside.core.answers import NATIONS
from alongside.core.errors import AlongsideError
from alongside.services import evaluation
from alongside.settings import ROOT, Settings
from alongside.store.base import Database

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run and look after Alongside, the carer support chatbot.")
directory = typer.Typer(no_args_is_help=True, help="The service directory: wards, visiting times, groups, workers.")
retention = typer.Typer(no_args_is_help=True, help="How long conversations are kept.")
app.add_typer(answers, name="answers")
answers.add_typer(publishing)
app.add_typer(directory, name="directory")
app.add_typer(retention, name="retention")
app.add_typer(worker, name="worker")
app.add_typer(heartbeat, name="heartbeat")
worker.command("alerts")(alerts)
app.add_typer(telegram, name="telegram")
app.command()(doctor)
directory.command("poster")(print_poster)
console = Console()


@asynccontextmanager
async def _assistant_running(settings: Settings) -> AsyncIterator[wiring.Container]:
    """Run everything but the public web server, on a database that is thrown away: nothing of a trial stays."""
    from api.server import running  # the web layer is above this module; only these commands need it

    main = Database(settings.database)
    await main.migrate()
    release = await wiring_studio.current_release(settings, main)
    await main.close()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/trial.db")
        await database.migrate()
        await wiring.load_sample(database)
        try:
            async with running(settings, database=database, release=release) as container:
                await container.assistant.wait_ready(timeout=120)
                yield container
        finally:
            await database.close()


@app.command()
def serve() -> None:
    """Serve the chat, and start and watch the assistant."""
    from api.server import serve as run

    settings = Settings()
    logs.configure(settings.log_level)
    asyncio.run(run(settings))


@app.command()
def train() -> None:
    """Train the assistant from the answers as they stand; does nothing when that release is there already."""

    async def work() -> None:
        settings = Settings()
        database = Database(settings.database)
        await database.migrate()
        release = await wiring_studio.current_release(settings, database)
        await database.close()
        print(f"Release {release.number}: {settings.data_dir / 'releases' / release.model_file}")

    asyncio.run(work())


@app.command()
def shell() -> None:
    """Talk to the assistant in the terminal, with Rasa's own shell and the real look-ups."""
    from api.server import actions_running

    async def work() -> int:
        settings = Settings()
        logs.configure("ERROR")
        database = Database(settings.database)
        await database.migrate()
        await wiring.load_sample(database)
        release = await wiring_studio.current_release(settings, database)
        async with actions_running(database) as (url, token):
            environment = {
                "ALONGSIDE_ACTIONS_URL": url,
                "ALONGSIDE_ACTIONS_TOKEN": token,
                "ALONGSIDE_ENCODER_DIR": str(wiring_studio.encoder_folder(settings).resolve()),
                "RASA_TELEMETRY_ENABLED": "false",
                "PYTHONPATH": str(ROOT),
            }
            model = settings.data_dir / "releases" / release.model_file
            rasa = await asyncio.create_subprocess_exec(
                *(str(settings.assistant_python), "-W", "ignore", "-m", "rasa", "shell"),
                *("--model", str(model.resolve()), "--endpoints", "bot/endpoints.yml"),
                cwd=ROOT,
                env={**os.environ, **environment},
            )
            code = await rasa.wait()
        await database.close()
        return code

    raise typer.Exit(asyncio.run(work()))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a carer might write.")],
    nation: Annotated[str | None, typer.Option(help=f"One of {', '.join(NATIONS)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the messages as JSON.")] = False,
) -> None:
    """Ask one question and print what a carer would be told."""

    async def work() -> None:
        settings = Settings()
        logs.configure("ERROR")
        async with _assistant_running(settings) as container:
            conversation, _, _ = await container.conversations.begin(channel="ask", nation=nation)
            message = await container.turns.receive(conversation.id, text=text)
            replies = await container.turns.replies(message, wait=evaluation.WAIT)
        if as_json:
            shown = [
                {
                    "text": reply.text,
                    "choices": [{"title": choice.title, "payload": choice.payload} for choice in reply.choices],
                    "sources": [{"title": s.title, "url": s.url, "checked_on": s.checked_on} for s in reply.sources],
                    "answer": reply.answer,
                    "safety": reply.safety,
                    "release": reply.release,
                }
                for reply in replies
            ]
            print(json.dumps(shown, ensure_ascii=False, indent=2))
            return
        for reply in replies:
            print(reply.text)
            for choice in reply.choices:
                print(f"  [{choice.title}]")
            print()

    asyncio.run(work())


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help='JSON lines with "text" and, if known, "topic".')],
    predictions: Annotated[Path | None, typer.Option(help="Write what came for each line here, as JSON lines.")] = None,
) -> None:
    """Send each line the way a carer's message goes, and print how often the right topic was reached."""

    async def work() -> tuple[list[evaluation.Sentence], list[evaluation.Prediction]]:
        settings = Settings()
        logs.configure("ERROR")
        sentences = evaluation.read_sentences(file)
        async with _assistant_running(settings) as container:
            texts = [sentence.text for sentence in sentences]
            made = [
                prediction
                async for prediction in evaluation.predict(texts, conversations=container.conversations, turns=container.turns)
            ]
        return sentences, made

    sentences, made = asyncio.run(work())
    if predictions:
        predictions.parent.mkdir(parents=True, exist_ok=True)
        predictions.write_text("".join(prediction.as_json() + "\n" for prediction in made), encoding="utf-8")
    found = evaluation.report(sentences, made)
    if found is None:
        print(f"{len(made)} lines predicted; none names a topic, so there is nothing to compare.")
        return
    _print_report(found)


def _print_report(found: evaluation.Report) -> None:
    table = Table("topic", "sentences", "right topic", "right answer", "wrong answer", "asked back", "refused")
    for name, rates in [*found.by_topic.items(), ("all", found.overall)]:
        shares = (rates.right, rates.right_answer, rates.wrong, rates.asked_back, rates.refused)
        if name == "all":
            table.add_section()
        table.add_row(name, str(rates.sentences), *(f"{share:.1%}" for share in shares))
    console.print(table)
    if found.outside:
        console.print(f"Should reach no topic: {found.outside} sentences, {found.outside_answered} of them were given an answer.")
    for wanted, got, count in found.confusions:
        console.print(f"{count:4}  {wanted} → {got}")


@directory.command("import")
def import_directory(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Take a directory file in. The first real organisation takes the place of the sample."""

    async def work() -> None:
        database = Database(Settings().database)
        await database.migrate()
        try:
            report = await wiring.directory(database).import_all(directory_files.read_directory(file))
        finally:
            await database.close()
        for name in ("added", "changed", "unchanged", "replaced_samples"):
            if codes := getattr(report, name):
                print(f"{name.replace('_', ' ')}: {', '.join(codes)}")

    asyncio.run(work())


@directory.command("export")
def export_directory(file: Path) -> None:
    """Write the whole directory to a file, in the form that import takes."""

    async def work() -> None:
        database = Database(Settings().database)
        await database.migrate()
        try:
            organisations = await wiring.directory(database).export_all()
        finally:
            await database.close()
        directory_files.write_directory(file, organisations)
        print(f"{len(organisations)} organisations written to {file}")

    asyncio.run(work())


@retention.command("run")
def run_retention() -> None:
    """Erase every conversation whose time has come. The server does the same each hour."""

    async def work() -> None:
        settings = Settings()
        database = Database(settings.database)
        await database.migrate()
        try:
            erased = await wiring.conversations(settings, database).erase_expired()
        finally:
            await database.close()
        print(f"{erased} conversations erased")

    asyncio.run(work())


def main() -> None:
    """Run the command; an expected error is one plain sentence and exit status 1, never a traceback."""
    try:
        app()
    except AlongsideError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
