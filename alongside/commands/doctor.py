"""``alongside doctor``: says what is well and what is not, each in a sentence that says what to do."""

import asyncio
from collections.abc import Sequence

import typer

from alongside import logs, wiring
from alongside.services.telegram.doctor import Finding
from alongside.settings import Settings
from alongside.store.base import Database


def doctor() -> None:
    """Say what is well and what is not. Ends with status 1 if anything needs mending."""

    async def work() -> Sequence[Finding]:
        settings = Settings()
        logs.configure("ERROR")
        bot = wiring.bot(settings)
        if bot is None:
            return [Finding(True, "Telegram is off: no ALONGSIDE_TELEGRAM_TOKEN is set. All else works without it.")]
        database = Database(settings.database)
        await database.migrate()
        try:
            return await wiring.telegram_doctor(settings, database, bot).examine()
        finally:
            await bot.close()
            await database.close()

    findings = asyncio.run(work())
    for finding in findings:
        print(f"{'ok     ' if finding.is_well else 'PROBLEM'}  {finding.said}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)
