"""The routes of a worker's own alerts: the ways they are reached, a test, and what was sent. Plain forms; no script runs."""

from collections.abc import Coroutine, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import Account
from alongside.core.alerts import WHY, Failure, Route
from alongside.core.errors import AlongsideError
from alongside.services.alert_routes import MAX_ADDRESS
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.alerts.words import row_of
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(prefix="/alerts", include_in_schema=False, dependencies=[Depends(current_account)])

_DONE = {
    "add": "Added. Send a test to see that it arrives.",
    "remove": "Removed. No alert goes there any more.",
    "seen": "Noted. You are not alerted of these again.",
}


@router.get("", name="alerts.page")
async def show_alerts(
    request: Request, parts: Parts, account: Current, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return somebody's own alerts: the ways they are reached, and the last that were sent."""
    return await _page(request, parts, account, {"done": _DONE.get(done, "")})


@router.post("/email", name="alerts.add_email")
async def add_email(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Add an e-mail address."""
    email = form.get("email", "")
    adding = parts.alert_routes.add_email(account.id, email)
    return await _try(request, parts, account, adding, field="email", typed=email, done="add")


@router.post("/other", name="alerts.add")
async def add(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Add an address of any other service. It is not written back on the page: whoever has it can send in their name."""
    adding = parts.alert_routes.add(account.id, form.get("address", ""))
    return await _try(request, parts, account, adding, field="address", done="add")


@router.post("/routes/{route_id}/remove", name="alerts.remove")
async def remove(request: Request, parts: Parts, account: Current, route_id: str) -> Response:
    """Remove one way."""
    return await _try(request, parts, account, parts.alert_routes.remove(account.id, route_id), field="routes", done="remove")


@router.post("/test", name="alerts.test")
async def test(request: Request, parts: Parts, account: Current) -> Response:
    """Send a test to every way, and say how each went."""
    try:
        results = await parts.alert_routes.test(account.id)
    except AlongsideError as error:
        return await _page(request, parts, account, {"error": str(error), "field": "routes"}, status_code=error.status)
    return await _page(request, parts, account, {"results": [_say_result(route, why) for route, why in results]})


@router.post("/seen", name="alerts.seen")
async def seen(request: Request, parts: Parts, account: Current) -> Response:
    """Take it that somebody has seen all their alerts."""
    return await _try(request, parts, account, parts.alerts.acknowledge(account.id), field="alerts", done="seen")


async def _try(
    request: Request,
    parts: Container,
    account: Account,
    work: Coroutine[Any, Any, object],
    *,
    field: str,
    done: str,
    typed: str = "",
) -> Response:
    """Do something and go back to the page, which then says so; or show the page with what is wrong."""
    try:
        await work
    except AlongsideError as error:
        context = {"error": str(error), "field": field, "typed": typed}
        return await _page(request, parts, account, context, status_code=error.status)
    return RedirectResponse(f"/alerts?done={done}", status_code=303)


async def _page(
    request: Request, parts: Container, account: Account, context: Mapping[str, Any], *, status_code: int = 200
) -> Response:
    now = parts.clock.now()
    rows = [row_of(alert, now) for alert in await parts.alerts.list_for(account.id)]
    return worker_page(
        request,
        "alerts/alerts.html",
        {
            "routes": await parts.alert_routes.list_for(account.id),
            "alerts": rows,
            "has_new": any(row.is_new for row in rows),
            "can_mail": parts.alerts.can_mail,
            "own_email": account.email,
            "longest": MAX_ADDRESS,
            **context,
        },
        status_code=status_code,
    )


def _say_result(route: Route, why: Failure | None) -> str:
    return f"{route.label}: {WHY[why]}" if why else f"{route.label}: taken. Look whether it has arrived."
