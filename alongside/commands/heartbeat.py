"""``alongside heartbeat``: try a handover out now. Rule kept: it joins the parts and prints; every rule is in the service."""

import asyncio

import typer

from alongside import logs, wiring
from alongside.settings import Settings
from alongside.store.base import Database
from alongside.store.heartbeats import Beat

heartbeat = typer.Typer(no_args_is_help=True, help="Handovers made to see whether handovers work.")


@heartbeat.callback()
def _group() -> None:
    """Keep ``run`` a word of its own, though it is the only one."""


@heartbeat.command("run")
def run_heartbeat() -> None:
    """Make a handover that nobody sees on each channel that is set up, and print how it went. The server does so each hour."""

    async def work() -> list[Beat]:
        settings = Settings()
        logs.configure("CRITICAL")
        bot = wiring.bot(settings)
        database = Database(settings.database)
        await database.migrate()
        try:
            return await wiring.heartbeat(settings, database, bot).run_all()
        finally:
            await database.close()
            if bot:
                await bot.close()

    beats = asyncio.run(work())
    for beat in beats:
        print(f"{beat.channel}: {f'missed ({beat.failure})' if beat.failure else 'a carer who asks for a person gets one'}")
    if any(beat.failure for beat in beats):
        raise typer.Exit(1)
