"""``alongside answers export|import|publish|approve|drop|rollback|releases|history``: the studio without its pages.

Rule kept: it joins the parts and prints; every rule is in the services, and nothing can be done here that the pages forbid.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from alongside import logs, wiring, wiring_studio
from alongside.adapters import library_csv, library_folder
from alongside.core.accounts import Account, AccountRole
from alongside.core.comparing import compare_libraries
from alongside.core.library import Entry, Library, kind_of, library_of
from alongside.core.permissions import Forbidden
from alongside.core.releases import Life, Stage, Step
from alongside.services.publishing import Published
from alongside.settings import Settings
from alongside.store.base import Database
from alongside.wiring_studio import Studio

publishing = typer.Typer()
console = Console()
T = TypeVar("T")

As = Annotated[str, typer.Option("--as", help="The e-mail address of the maintainer who does it.")]

STEPS = {
    Step.CHECKING: "reading the words: length, sources, dates, safety replies",
    Step.TRAINING: "training the assistant",
    Step.STARTING: "starting it beside the live one",
    Step.ASKING: "asking it every question it must still answer",
    Step.TAKING_OVER: "carers get it from now on",
}

_SERVER_WAIT = 15.0
"""Seconds a running server has to take up what was asked for; without one it is done here."""

_LOOK = 0.25


def _run(work: Callable[[Studio, Database, Settings], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = Settings()
        logs.configure("ERROR")
        database = Database(settings.database)
        await database.migrate()
        try:
            return await work(wiring_studio.studio(settings, database), database, settings)
        finally:
            await database.close()

    return asyncio.run(run())


async def _maintainer(database: Database, email: str) -> Account:
    account = await wiring.accounts(database).find(email)
    if account.disabled_at or account.role not in (AccountRole.MAINTAINER, AccountRole.ADMIN):
        raise Forbidden(f"{account.name} may not change answers. A maintainer or an administrator can.")
    return account


@publishing.command("export")
def export(
    to: Annotated[Path, typer.Argument(help="A folder, or a file that ends in .csv.")],
    release: Annotated[int | None, typer.Option(help="The number of an earlier release; the live one without.")] = None,
) -> None:
    """Write the live answers to files: a folder in Rasa's form, or a spreadsheet."""

    async def work(studio: Studio, _database: Database, _settings: Settings) -> Library:
        return await studio.publishing.library(release)

    library = _run(work)
    if to.suffix == ".csv":
        library_csv.write_csv(to, library.answers.values())
    else:
        to.mkdir(parents=True, exist_ok=True)
        library_folder.write_folder(to, library)
    print(f"{len(library.answers)} answers written to {to}")


@publishing.command("import")
def import_(
    source: Annotated[Path, typer.Argument(exists=True, help="A folder that an export wrote, or a .csv file.")],
    email: As,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Make drafts of what differs in files. Nothing is said to carers until it is published.

    A folder is the whole library: what it does not have is taken out. A spreadsheet holds answers only, and leaves out nothing.
    """
    is_folder = source.is_dir()
    folder = library_folder.read_library(source) if is_folder else None

    async def work(studio: Studio, database: Database, _settings: Settings) -> tuple[list[str], list[str]]:
        account = await _maintainer(database, email)
        written = await studio.drafts.written()
        given = folder or library_of(library_csv.read_csv(source, standing=written.answers))
        entries: dict[str, Entry | None] = {key: entry for key, entry in given if entry != written.get(key)}
        gone = [key for key, _ in written if given.get(key) is None] if is_folder else []
        changes = {**entries, **dict.fromkeys(gone)}
        lines = compare_libraries(written.answers, written.changed(changes).answers).lines()
        others = {key: entry for key, entry in changes.items() if kind_of(key) != "answer"}
        lines += [f"{key}: {'taken out' if entry is None else 'changed'}" for key, entry in others.items()]
        if not dry_run:
            await studio.drafts.take_in(account, changes)
        return lines, list(changes)

    lines, keys = _run(work)
    for line in lines:
        print(line)
    did = "would become drafts" if dry_run else "are drafts now; publish them with `alongside answers publish`"
    print(f"{len(keys)} entries {did}." if keys else "Nothing differs.")


@publishing.command()
def publish(
    email: As,
    key: Annotated[list[str] | None, typer.Option(help="Only this draft; may be given several times.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for who approves it and for later.")] = "",
) -> None:
    """Build a release of the drafts, check it, and say what it would change. Carers get it when somebody else approves it."""

    async def work(studio: Studio, database: Database, settings: Settings) -> Published:
        account = await _maintainer(database, email)
        number = await studio.publishing.ask_for(account, keys=key or None, reason=reason)
        print(f"Release {number} is being built.", flush=True)
        return await _follow(studio, database, settings, number, until=lambda life: life.stage is not Stage.BUILDING)

    _tell(_run(work))


@publishing.command()
def approve(number: int, email: As) -> None:
    """Say yes to a release that somebody else wrote; carers get it at once."""

    async def work(studio: Studio, database: Database, settings: Settings) -> Published:
        await studio.publishing.approve(await _maintainer(database, email), number)
        return await _follow(studio, database, settings, number, until=lambda life: life.stage is not Stage.APPROVED)

    _tell(_run(work))


@publishing.command()
def drop(number: int, email: As) -> None:
    """Give up a release that is not live. Its drafts stay."""

    async def work(studio: Studio, database: Database, _settings: Settings) -> None:
        await studio.publishing.drop(await _maintainer(database, email), number)

    _run(work)
    print(f"Release {number} is dropped. Its drafts are kept.")


@publishing.command()
def rollback(number: int, email: As, reason: Annotated[str, typer.Option(help="Why, for those who look later.")] = "") -> None:
    """Go back to a release that was live before."""

    async def work(studio: Studio, database: Database, settings: Settings) -> Published:
        await studio.publishing.go_back(await _maintainer(database, email), number, reason=reason)
        return await _follow(studio, database, settings, number, until=lambda life: life.stage is not Stage.APPROVED)

    _tell(_run(work))


@publishing.command("releases")
def list_releases() -> None:
    """List the releases, newest first."""

    async def work(studio: Studio, _database: Database, _settings: Settings) -> list[Life]:
        return await studio.publishing.list_all()

    table = Table("release", "stage", "made", "live since", "by", "approved by", "changes", "reason")
    for life in _run(work):
        table.add_row(
            str(life.number),
            life.stage.value,
            f"{life.made_at:%-d %B %Y %H:%M}",
            f"{life.live_at:%-d %B %Y %H:%M}" if life.live_at else "",
            life.by.name if life.by else life.origin.value,
            life.approver.name if life.approver else "",
            ", ".join(life.changes),
            life.reason,
        )
    console.print(table)


@publishing.command()
def history(key: Annotated[str, typer.Argument(help="Such as visiting/bring_children.")]) -> None:
    """Show each version of an answer: since which release, who wrote it, who approved it."""

    async def work(studio: Studio, _database: Database, _settings: Settings) -> None:
        for version in await studio.history.of(key):
            life = version.life
            approver = f", approved by {life.approver.name}" if life.approver else ""
            print(f"Release {life.number}, {life.made_at:%-d %B %Y}: {life.by.name if life.by else life.origin.value}{approver}")
            if life.reason:
                print(f"  {life.reason}")

    _run(work)


async def _follow(
    studio: Studio, database: Database, settings: Settings, number: int, *, until: Callable[[Life], bool]
) -> Published:
    """Print each step until it is done. A running server does the work; without one it is done here."""
    told: Step | None = None
    waited = 0.0
    work: asyncio.Task[None] | None = None
    while True:
        published = await studio.publishing.get(number)
        life = published.life
        if life.step and life.step is not told and not until(life):
            told = life.step
            print(f"  {STEPS[told]}", flush=True)
        if until(life):
            break
        if work is None and waited >= _SERVER_WAIT and not await studio.publishing.is_worked_on(number):
            work = asyncio.create_task(_work_here(settings, database))
        if work and work.done():
            await work
        waited += _LOOK
        await asyncio.sleep(_LOOK)
    if work:
        await work
    return published


async def _work_here(settings: Settings, database: Database) -> None:
    release = await wiring_studio.current_release(settings, database)
    async with wiring_studio.studio_running(settings, database, release) as studio:
        await studio.work.build_next()
        await studio.work.put_live_next()


def _tell(published: Published) -> None:
    """Print how it ended, and end with status 1 when carers do not get what was wanted."""
    life, checks = published.life, published.checks
    for problem in life.problems:
        print(f"{problem['where']}: {problem['found']}. {problem['do']}")
    if checks:
        print(f"{checks.asked} questions asked; {len(checks.moves)} would reach another answer:")
        for move in checks.moves:
            print(f"  {move.before} → {move.after}: {move.text}")
    match life.stage:
        case Stage.LIVE:
            print(f"Release {life.number} is live.")
        case Stage.WAITING:
            print(f"Release {life.number} is built and checked. It waits for somebody to approve it.")
        case stage:
            print(f"Release {life.number} is {stage.value}. Carers still get what they had.")
            raise typer.Exit(1)
