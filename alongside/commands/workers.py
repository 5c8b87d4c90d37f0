"""``alongside worker``: who may sign in, when they work, and the week of each service.

Rule kept: it joins the parts and prints; every rule is in the services, which treat it as the operator who may do everything.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from alongside import wiring
from alongside.core.accounts import LINK, Account, AccountRole
from alongside.core.directory import Period, say_date, say_week
from alongside.core.errors import InvalidInput
from alongside.core.rota import Leave, say_clock
from alongside.core.week import Day
from alongside.services.accounts import Accounts
from alongside.services.people import People, Profile
from alongside.services.rota import Rota
from alongside.settings import Settings
from alongside.store.base import Database

worker = typer.Typer(no_args_is_help=True, help="Who may sign in to the inbox, and when they work.")
console = Console()

T = TypeVar("T")

Email = Annotated[str, typer.Argument(help="The e-mail address they sign in with.")]


@dataclass(frozen=True)
class _Parts:
    accounts: Accounts
    people: People
    rota: Rota

    async def profile(self, email: str) -> Profile:
        return await self.people.get(None, (await self.accounts.find(email)).id)


def _run(work: Callable[[_Parts], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(Settings().database)
        await database.migrate()
        try:
            return await work(_Parts(wiring.accounts(database), wiring.people(database), wiring.rota(database)))
        finally:
            await database.close()

    return asyncio.run(run())


def _print_link(token: str) -> None:
    print("Hand this link to its owner, and to nobody else. With it they choose a password.")
    print(f"It works once, in the next {LINK.total_seconds() / 3600:g} hours:")
    print(f"{Settings().address}/password?link={token}")


@worker.command("add")
def add_worker(
    email: Annotated[str, typer.Option(help="The e-mail address to sign in with. Carers never see it.")],
    name: Annotated[str, typer.Option(help="The name. Carers are told the first name.")],
    role: Annotated[AccountRole, typer.Option(help="What the account is for.")] = AccountRole.WORKER,
    admin: Annotated[bool, typer.Option("--admin", help="The same as --role admin.")] = False,
    service: Annotated[
        list[str] | None, typer.Option(help="The directory's code of a service they serve; may be given several times.")
    ] = None,
    code: Annotated[
        str | None, typer.Option(help="The directory's code of the worker, if their e-mail there is another.")
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link to choose a password with, instead of asking for one.")
    ] = False,
) -> None:
    """Add somebody who may sign in. Asks for their password twice, or prints a link for them to choose one."""
    password = None if link else typer.prompt("Password", hide_input=True, confirmation_prompt="The same password again")

    async def work(parts: _Parts) -> tuple[Account, str | None]:
        added = await parts.accounts.add(
            email=email,
            name=name,
            role=AccountRole.ADMIN if admin else role,
            services=service or (),
            worker=code,
            password=password,
        )
        return added, await parts.accounts.make_link(added.email) if link else None

    account, token = _run(work)
    print(f"{account.name} ({account.role.value}) may sign in as {account.email}.")
    if token:
        _print_link(token)


@worker.command("list")
def list_workers() -> None:
    """List everybody who may sign in, or once could."""
    table = Table("name", "e-mail", "role", "services", "may sign in", "open cases")
    for profile in _run(lambda parts: parts.people.list_for(None)):
        account, cap = profile.account, profile.arrangement.cap
        allowed = f"no, disabled {account.disabled_at:%d %B %Y}" if account.disabled_at else "yes"
        if profile.is_away:
            allowed += ", away now"
        cases = f"{profile.open_cases}" if cap is None else f"{profile.open_cases} of {cap}"
        services = ", ".join(service.code for service in profile.services)
        table.add_row(account.name, account.email, account.role.value, services, allowed, cases)
    console.print(table)


@worker.command("disable")
def disable_worker(email: str) -> None:
    """Keep somebody out from this moment on. Open pages of theirs end at once."""
    account = _run(lambda parts: parts.accounts.disable(email))
    print(f"{account.name} may not sign in any more.")


@worker.command("enable")
def enable_worker(email: str) -> None:
    """Let somebody who was disabled sign in again."""
    account = _run(lambda parts: parts.accounts.enable(email))
    print(f"{account.name} may sign in again.")


@worker.command("link")
def link_worker(email: str) -> None:
    """Print a link with which somebody chooses a new password. Earlier links end."""
    _print_link(_run(lambda parts: parts.accounts.make_link(email)))


@worker.command("hours")
def set_hours(
    email: Email,
    periods: Annotated[
        list[str] | None,
        typer.Argument(help='The whole week, each part like "monday 09:00-12:30". Without any, it is shown.'),
    ] = None,
    directory: Annotated[bool, typer.Option("--directory", help="Use the hours of the directory again.")] = False,
) -> None:
    """Show somebody's weekly hours, or set them. They count instead of those in the directory."""
    if periods and directory:
        raise InvalidInput("Give hours, or --directory, not both. Nothing was changed.")
    hours = [_period(text) for text in periods or ()]

    async def work(parts: _Parts) -> Profile:
        if hours:
            await parts.rota.set_hours(None, (await parts.accounts.find(email)).id, hours)
        elif directory:
            await parts.rota.use_directory_hours(None, (await parts.accounts.find(email)).id)
        return await parts.profile(email)

    profile = _run(work)
    source = "set here" if profile.has_own_hours else "from the directory"
    print(f"{profile.account.name}, {source}:" if profile.hours else f"{profile.account.name} has no hours.")
    for line in say_week(profile.hours):
        print(f"  {line}")


@worker.command("leave")
def set_leave(
    email: Email,
    first: Annotated[str | None, typer.Option("--from", help="The first day away, like 2026-12-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day away; the same day when it is not given.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take leave with these days back.")] = False,
) -> None:
    """Show when somebody is away, or say so. Only the days are kept, no reason."""
    if first is None and (last is not None or remove):
        raise InvalidInput("The first day is missing. Give it with --from.")
    leave = Leave(_day(first), _day(last or first)) if first else None

    async def work(parts: _Parts) -> Profile:
        account = await parts.accounts.find(email)
        if leave and remove:
            await parts.rota.remove_leave(None, account.id, leave)
        elif leave:
            await parts.rota.add_leave(None, account.id, leave)
        return await parts.profile(email)

    profile = _run(work)
    days = profile.arrangement.leave
    print(f"{profile.account.name} is away:" if days else f"{profile.account.name} has no leave.")
    for known in days:
        print(f"  {known.first.isoformat()} to {known.last.isoformat()}")


@worker.command("cover")
def set_cover(
    email: Email,
    cover: Annotated[str | None, typer.Argument(help="The e-mail address of who stands in. Without it, it is shown.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Leave it to the next colleague of the service.")] = False,
) -> None:
    """Show who stands in for somebody, or name them. They see the cases of the services they cover."""
    if cover and nobody:
        raise InvalidInput("Give an e-mail address, or --nobody, not both. Nothing was changed.")

    async def work(parts: _Parts) -> Profile:
        if cover or nobody:
            named = (await parts.accounts.find(cover)).id if cover else None
            await parts.rota.set_cover(None, (await parts.accounts.find(email)).id, named)
        return await parts.profile(email)

    profile = _run(work)
    who = profile.cover.name if profile.cover else "The next colleague of the same service"
    print(f"{who} stands in for {profile.account.name}.")
    if profile.cover and not profile.can_cover:
        print(f"{profile.cover.name} cannot have cases now, so nobody named stands in.")


@worker.command("cap")
def set_cap(
    email: Email,
    cases: Annotated[int | None, typer.Argument(help="The most open cases. Without it, it is shown.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Set no limit.")] = False,
) -> None:
    """Show or set the most open cases of somebody. Above it a colleague is promised, except in danger."""
    if cases is not None and none:
        raise InvalidInput("Give a number, or --none, not both. Nothing was changed.")

    async def work(parts: _Parts) -> Profile:
        if cases is not None or none:
            await parts.rota.set_cap(None, (await parts.accounts.find(email)).id, cases)
        return await parts.profile(email)

    profile = _run(work)
    cap = profile.arrangement.cap
    limit = "no limit" if cap is None else f"{cap} at most"
    print(f"{profile.account.name} has {profile.open_cases} open cases; {limit}.")


@worker.command("services")
def set_services(
    email: Email,
    services: Annotated[list[str] | None, typer.Argument(help="The directory's codes of all they serve; else shown.")] = None,
) -> None:
    """Show which services somebody serves, or set them. A unit's code stands for its wards too."""

    async def work(parts: _Parts) -> Profile:
        if services:
            await parts.people.set_services(None, (await parts.accounts.find(email)).id, services)
        return await parts.profile(email)

    profile = _run(work)
    served = ", ".join(f"{service.name} ({service.code})" for service in profile.services)
    print(f"{profile.account.name} serves {served or 'no service'}.")


@worker.command("role")
def set_role(email: Email, role: Annotated[AccountRole, typer.Argument(help="What the account is for.")]) -> None:
    """Give somebody another role. It counts from their next click."""

    async def work(parts: _Parts) -> Profile:
        await parts.people.set_role(None, (await parts.accounts.find(email)).id, role)
        return await parts.profile(email)

    account = _run(work).account
    print(f"{account.name} is {account.role.value} now.")


@worker.command("week")
def show_week(
    first: Annotated[str | None, typer.Option("--from", help="A day of the week, like 2026-12-01; else this week.")] = None,
    service: Annotated[str | None, typer.Option(help="The directory's code of one service; else every service.")] = None,
) -> None:
    """Show who is on, each day of a week, for each service, and when nobody is."""
    day = _day(first) if first else None
    found = [week for week in _run(lambda parts: parts.rota.weeks(None, day)) if service in (None, week.service.code)]
    if not found:
        raise InvalidInput(f"The directory has no ward or team {service or 'yet'}. Look for its code in the directory.")
    for one in found:
        table = Table("day", "who is on", "nobody from 9am to 5pm", title=f"{one.service.name} ({one.service.code})")
        for row in one.week.days:
            gaps = ", ".join(say_clock(gap) for gap in row.gaps)
            table.add_row(f"{say_date(row.on)}{', bank holiday' if row.is_holiday else ''}", _who(row), f"[red]{gaps}[/red]")
        console.print(table)
        if one.week.without_hours:
            print(f"Without hours, and so promised to nobody: {', '.join(one.week.without_hours)}")


def _who(day: Day) -> str:
    lines = []
    for person in day.people:
        times = [say_clock(span) for span in person.spans] + (["on leave"] if person.is_away else [])
        does = "" if person.serves_as.value == "worker" else f" ({person.serves_as.value})"
        lines.append(f"{person.name}{does}: {', '.join(times)}")
    return "\n".join(lines)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is no date. Write it like 2026-12-31.") from None


def _period(text: str) -> Period:
    try:
        weekday, times = text.split()
        starts, ends = (time.fromisoformat(at.zfill(5)) for at in times.split("-"))
    except ValueError:
        raise InvalidInput(f'{text!r} is no part of a day. Write it like "monday 09:00-12:30". Nothing was changed.') from None
    return Period(weekday.lower(), starts, ends)


@worker.command("reset-code")
def reset_code(email: Email) -> None:
    """Take the codes off somebody who lost their phone and has no recovery codes left. They are signed out everywhere."""

    async def work() -> Account:
        settings = Settings()
        database = Database(settings.database)
        await database.migrate()
        try:
            return await wiring.second_factor(settings, database).reset(email)
        finally:
            await database.close()

    print(f"{asyncio.run(work()).name} signs in with the password alone now, and can set codes up again.")
