"""The routes for looking after people. Every page is a plain form and runs no script."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import LINK, Account, AccountRole
from alongside.core.errors import AlongsideError, InvalidInput
from alongside.core.permissions import may_arrange, may_entrust, may_give_role, may_use
from alongside.core.rota import MOST_CASES
from alongside.core.week import monday_of
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page
from api.people import fields, rows, words

router = APIRouter(prefix="/people", include_in_schema=False, dependencies=[Depends(current_account)])

_Change = Callable[[], Awaitable[None]]


@router.get("", name="people.list")
async def show_list(request: Request, parts: Parts, account: Current) -> Response:
    """Return everybody this account looks after."""
    people = await parts.people.list_for(account)
    return _page(request, account, "people/list.html", {"people": [rows.row_of(profile) for profile in people]})


@router.get("/week", name="people.week")
async def show_week(
    request: Request, parts: Parts, account: Current, wanted: Annotated[str, Query(alias="from", max_length=20)] = ""
) -> Response:
    """Return who is on in a week, for each service this account has to do with."""
    today, error, status = parts.clock.today(), "", 200
    try:
        first = fields.read_day(wanted, "the week") if wanted.strip() else today
        weeks = await parts.rota.weeks(account, first)
    except InvalidInput as problem:
        first, error, status = today, str(problem), problem.status
        weeks = await parts.rota.weeks(account, first)
    monday = monday_of(first)
    return _page(
        request,
        account,
        "people/week.html",
        {
            "weeks": [rows.week_rows(found, today) for found in weeks],
            "title": f"{words.say_day(monday)} to {words.say_day(monday + timedelta(days=6))}",
            "monday": monday,
            "earlier": monday - timedelta(days=7),
            "later": monday + timedelta(days=7),
            "is_this_week": monday == monday_of(today),
            "error": error,
            "field": "from",
        },
        status_code=status,
    )


@router.get("/me", name="people.me")
async def show_me(request: Request, parts: Parts, account: Current, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Return somebody's own hours and leave."""
    return await _me(request, parts, account, done=done)


@router.post("/me/leave", name="people.add_my_leave")
async def add_my_leave(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Say when one is away."""
    try:
        await parts.rota.add_leave(account, account.id, fields.read_leave(form))
    except AlongsideError as error:
        return await _me(request, parts, account, error=error, typed=form)
    return _go("/people/me?done=leave")


@router.post("/me/leave/remove", name="people.remove_my_leave")
async def remove_my_leave(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Take leave back."""
    await parts.rota.remove_leave(account, account.id, fields.read_leave(form))
    return _go("/people/me?done=leave_removed")


@router.get("/new", name="people.new")
async def show_new(request: Request, parts: Parts, account: Current) -> Response:
    """Return the form for a new person."""
    return await _new(request, parts, account)


@router.post("", name="people.add")
async def add(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Add somebody, and show the link with which they choose a password, once."""
    try:
        added, token = await parts.people.add(
            account,
            email=form.get("email", ""),
            name=form.get("name", ""),
            role=fields.read_role(form),
            services=fields.read_services(form),
            worker=form.get("worker") or None,
        )
    except AlongsideError as error:
        return await _new(request, parts, account, error=error, typed=form)
    return _link(request, parts, account, added, token, is_new=True)


@router.get("/{person_id}", name="people.person")
async def show_person(
    request: Request, parts: Parts, account: Current, person_id: str, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return one person's page."""
    return await _person(request, parts, account, person_id, done=done)


@router.post("/{person_id}/hours", name="people.set_hours")
async def set_hours(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Set weekly hours, or with ``from-directory`` go back to those of the directory."""

    async def change() -> None:
        if "from-directory" in form:
            await parts.rota.use_directory_hours(account, person_id)
        else:
            await parts.rota.set_hours(account, person_id, fields.read_hours(form))

    return await _try(request, parts, account, person_id, change, "hours", form)


@router.post("/{person_id}/leave", name="people.add_leave")
async def add_leave(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Say when somebody is away."""

    async def change() -> None:
        await parts.rota.add_leave(account, person_id, fields.read_leave(form))

    return await _try(request, parts, account, person_id, change, "leave", form)


@router.post("/{person_id}/leave/remove", name="people.remove_leave")
async def remove_leave(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Take somebody's leave back."""

    async def change() -> None:
        await parts.rota.remove_leave(account, person_id, fields.read_leave(form))

    return await _try(request, parts, account, person_id, change, "leave", form, done="leave_removed")


@router.post("/{person_id}/cover", name="people.set_cover")
async def set_cover(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Say who stands in for somebody."""

    async def change() -> None:
        await parts.rota.set_cover(account, person_id, form.get("cover") or None)

    return await _try(request, parts, account, person_id, change, "cover", form)


@router.post("/{person_id}/cap", name="people.set_cap")
async def set_cap(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Set the most open cases."""

    async def change() -> None:
        await parts.rota.set_cap(account, person_id, fields.read_cap(form))

    return await _try(request, parts, account, person_id, change, "cap", form)


@router.post("/{person_id}/services", name="people.set_services")
async def set_services(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Say which services somebody serves; the form sends those this account cannot give along."""

    async def change() -> None:
        await parts.people.set_services(account, person_id, fields.read_services(form))

    return await _try(request, parts, account, person_id, change, "services", form)


@router.post("/{person_id}/role", name="people.set_role")
async def set_role(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Give somebody another role."""

    async def change() -> None:
        await parts.people.set_role(account, person_id, fields.read_role(form))

    return await _try(request, parts, account, person_id, change, "role", form)


@router.post("/{person_id}/link", name="people.make_link")
async def make_link(request: Request, parts: Parts, account: Current, person_id: str) -> Response:
    """Show a link with which somebody chooses a password, once."""
    try:
        token = await parts.people.make_link(account, person_id)
    except InvalidInput as error:
        return await _person(request, parts, account, person_id, error=error, field="sign-in")
    return _link(request, parts, account, (await parts.people.get(account, person_id)).account, token)


@router.post("/{person_id}/disable", name="people.disable")
async def disable(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Keep somebody out."""

    async def change() -> None:
        await parts.people.disable(account, person_id)

    return await _try(request, parts, account, person_id, change, "sign-in", form, done="disabled")


@router.post("/{person_id}/enable", name="people.enable")
async def enable(request: Request, parts: Parts, account: Current, person_id: str, form: Form) -> Response:
    """Let somebody in again."""

    async def change() -> None:
        await parts.people.enable(account, person_id)

    return await _try(request, parts, account, person_id, change, "sign-in", form, done="enabled")


async def _try(
    request: Request,
    parts: Container,
    account: Account,
    person_id: str,
    change: _Change,
    field: str,
    form: Mapping[str, str],
    *,
    done: str = "",
) -> Response:
    """Make a change and go back to the person's page; what is wrong with it is said there, with what was typed."""
    try:
        await change()
    except InvalidInput as error:
        return await _person(request, parts, account, person_id, error=error, field=field, typed=form)
    return _go(f"/people/{person_id}?done={done or field}")


async def _person(
    request: Request,
    parts: Container,
    account: Account,
    person_id: str,
    *,
    done: str = "",
    error: AlongsideError | None = None,
    field: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    profile = await parts.people.get(account, person_id)
    person = profile.account
    choices = await parts.people.choices(account, person_id)
    given = {service.code for service in profile.services}
    return _page(
        request,
        account,
        "people/person.html",
        {
            "row": rows.row_of(profile),
            "days": fields.rows_of(profile.hours, typed if field == "hours" else None),
            "may_entrust": may_entrust(account, person),
            "is_me": person.id == account.id,
            "roles": [(role.value, words.ROLES[role]) for role in AccountRole if may_give_role(account, role)],
            "services": choices.services,
            "ticked": fields.read_services(typed) if typed is not None and field == "services" else given,
            "covers": choices.covers,
            "most_cases": MOST_CASES,
            "leave": rows.leave_rows(profile, parts.clock.today()),
            "done": words.DONE.get(done, ""),
            "error": str(error) if error else "",
            "field": field,
            "typed": typed or {},
        },
        status_code=error.status if error else 200,
    )


async def _me(
    request: Request,
    parts: Container,
    account: Account,
    *,
    done: str = "",
    error: AlongsideError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    profile = await parts.people.get(account, account.id)
    return _page(
        request,
        account,
        "people/me.html",
        {
            "row": rows.row_of(profile),
            "leave": rows.leave_rows(profile, parts.clock.today()),
            "may_change": may_use(account, "people.person") and may_arrange(account, account),
            "done": words.DONE.get(done, ""),
            "error": str(error) if error else "",
            "field": "leave",
            "typed": typed or {},
        },
        status_code=error.status if error else 200,
    )


async def _new(
    request: Request,
    parts: Container,
    account: Account,
    *,
    error: AlongsideError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    choices = await parts.people.choices(account)
    return _page(
        request,
        account,
        "people/new.html",
        {
            "roles": [(role.value, words.ROLES[role]) for role in AccountRole if may_give_role(account, role)],
            "services": choices.services,
            "workers": choices.workers,
            "ticked": fields.read_services(typed or {}),
            "error": str(error) if error else "",
            "field": "name",
            "typed": typed or {},
        },
        status_code=error.status if error else 200,
    )


def _link(request: Request, parts: Container, account: Account, person: Account, token: str, *, is_new: bool = False) -> Response:
    address = (parts.settings.public_url or str(request.base_url)).rstrip("/")
    return _page(
        request,
        account,
        "people/link.html",
        {
            "person": person,
            "link": f"{address}/password?link={token}",
            "hours": f"{LINK.total_seconds() / 3600:g}",
            "is_new": is_new,
        },
    )


def _page(request: Request, account: Account, template: str, context: Mapping[str, Any], *, status_code: int = 200) -> Response:
    return worker_page(
        request,
        template,
        {"has_people": may_use(account, "people.list"), **context},
        status_code=status_code,
    )


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
