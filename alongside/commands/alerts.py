"""``alongside worker alerts``: where somebody is alerted, changed by the operator.

Rule kept: an address is read and stored sealed, and only its label is ever printed.
"""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from alongside import wiring
from alongside.commands.workers import Email
from alongside.core.alerts import WHY
from alongside.core.errors import InvalidInput
from alongside.settings import Settings
from alongside.store.base import Database

console = Console()


def alerts(
    email: Email,
    add: Annotated[str | None, typer.Option(help="Add an apprise address, such as mailto://NAME:PASSWORD@example.org.")] = None,
    remove: Annotated[str | None, typer.Option(help="Remove the way with this id.")] = None,
    test: Annotated[bool, typer.Option("--test", help="Send a test to every way.")] = False,
) -> None:
    """Show where somebody is alerted away from the inbox; add a way, remove one, or send a test."""
    if sum((add is not None, remove is not None, test)) > 1:
        raise InvalidInput("Give one of --add, --remove and --test at a time. Nothing was changed.")
    asyncio.run(_run(email, add, remove, is_test=test))


async def _run(email: str, add: str | None, remove: str | None, *, is_test: bool) -> None:
    settings = Settings()
    database = Database(settings.database)
    await database.migrate()
    try:
        account = await wiring.accounts(database).find(email)
        routes = wiring.alert_routes(settings, database)
        if add is not None:
            await routes.add(account.id, add)
        if remove is not None:
            await routes.remove(account.id, remove)
        if is_test:
            for route, why in await routes.test(account.id):
                console.print(f"{route.label}: {WHY[why] if why else 'taken. Look whether it has arrived.'}", markup=False)
            return
        found = await routes.list_for(account.id)
        for route in found:
            console.print(f"{route.id}  {route.label}", markup=False)
        if not found:
            console.print(f"{account.first_name} is alerted nowhere.", markup=False)
    finally:
        await database.close()
