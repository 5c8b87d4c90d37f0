"""``alongside telegram ...`` and the poster by which carers of a ward find the chat."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from alongside import logs, poster, wiring, wiring_studio
from alongside.core.errors import InvalidInput, NotFound
from alongside.services.telegram.api import TelegramFailed
from alongside.settings import Settings
from alongside.store.base import Database

telegram = typer.Typer(no_args_is_help=True, help="The bot on Telegram.")


@telegram.command("remove-webhook")
def remove_webhook() -> None:
    """Have Telegram deliver updates nowhere; they wait until they are asked for."""

    async def work() -> None:
        logs.configure("ERROR")
        bot = wiring.bot(Settings())
        if bot is None:
            raise InvalidInput("No ALONGSIDE_TELEGRAM_TOKEN is set, so there is no bot. Set it first.")
        try:
            await bot.remove_webhook()
        finally:
            await bot.close()
        print("The webhook is removed. With ALONGSIDE_TELEGRAM_MODE=webhook it is set again when Alongside starts.")

    asyncio.run(work())


def print_poster(
    ward: Annotated[str, typer.Argument(help="The directory's code of the ward or team.")],
    file: Annotated[Path | None, typer.Argument(help="Where to write the page; poster-WARD.html when not said.")] = None,
) -> None:
    """Write a page to print and hang up: QR codes that open the chat, on the web and on Telegram, knowing the ward."""

    async def work() -> None:
        settings = Settings()
        logs.configure("ERROR")
        if settings.public_url is None:
            raise InvalidInput("A poster needs the address carers reach the chat on. Set ALONGSIDE_PUBLIC_URL.")
        database = Database(settings.database)
        await database.migrate()
        try:
            organisations = await wiring.directory(database).export_all()
        finally:
            await database.close()
        service = next((found for each in organisations for found in each.services if found.code == ward), None)
        if service is None:
            raise NotFound(f"The directory has no ward or team with the code '{ward}'. See `alongside directory export`.")
        link = await _telegram_link(settings, ward)
        target = file or Path(f"poster-{ward}.html")
        page = poster.make(
            service.name,
            web=f"{settings.public_url.rstrip('/')}/?service={ward}",
            telegram=link,
            emergency=wiring_studio.read_words().facts["fact_emergency"].words(date.today()),
        )
        target.write_text(page, encoding="utf-8")
        print(f"Written to {target}. Open it in a browser and print it.")

    asyncio.run(work())


async def _telegram_link(settings: Settings, ward: str) -> str | None:
    bot = wiring.bot(settings)
    if bot is None:
        return None
    try:
        return f"https://t.me/{await bot.username()}?start={ward}"
    except TelegramFailed as error:
        raise InvalidInput(f"{error} The poster needs the bot's name. Run `alongside doctor` to see what is wrong.") from None
    finally:
        await bot.close()
