"""The door of every page for workers: who is it, did the change come from our own page, may they use this route at all.

A router for workers has ``dependencies=[Depends(current_account)]``; a handler that needs to know who it is takes
``Current``. What may be done to one case is asked of ``alongside.core.permissions`` by the use case that does it.
"""

import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from alongside.core.accounts import Account
from alongside.core.errors import AlongsideError, Unauthorised
from alongside.core.permissions import Forbidden, may_use
from alongside.services.accounts import SignedIn
from api.accounts import cookies
from api.channels.web import Parts
from api.forms import Form

_SAFE = ("GET", "HEAD", "OPTIONS")


class NotSignedIn(Unauthorised):
    """Nobody is signed in, or not any more."""


class CodesOwed(AlongsideError):
    """The account's role needs codes from a phone, and it has none yet."""

    status = 403


_BEFORE_CODES = frozenset(
    {"accounts.codes", "accounts.begin_codes", "accounts.picture_of_key", "accounts.confirm_codes", "accounts.sign_out"}
)
"""All that an account can do while it owes codes: set them up, or go."""


class Forged(AlongsideError):
    """A change that did not come from a page we gave this browser, or from one that is too old."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This page is too old to be used. Nothing was changed. Go back, load the page again and try once more.")


async def signed_in(request: Request, parts: Parts) -> SignedIn:
    """Return who is signed in. Raises NotSignedIn, at once also for an account that was disabled."""
    token = cookies.session_token(request, parts)
    # A page that asks for news by itself is not somebody at work: it must not keep the session alive.
    used = "x-background" not in request.headers
    found = await parts.accounts.session(token, used=used) if token else None
    if found is None:
        raise NotSignedIn("You are not signed in, or not any more. Sign in to go on.")
    request.state.signed_in = found
    return found


async def not_forged(request: Request, found: Annotated[SignedIn, Depends(signed_in)], form: Form) -> SignedIn:
    """Let a change through only with the session's CSRF token, in the form field ``csrf`` or the header ``X-CSRF-Token``."""
    sent = request.headers.get("x-csrf-token") or form.get("csrf", "")
    if request.method not in _SAFE and not secrets.compare_digest(sent.encode(), found.csrf.encode()):
        raise Forged
    return found


async def current_account(request: Request, parts: Parts, found: Annotated[SignedIn, Depends(not_forged)]) -> Account:
    """Return the account that uses this route. Raises Forbidden unless the permission table lets it, and CodesOwed."""
    route = request.scope["route"].name
    if not may_use(found.account, route):
        raise Forbidden("Your account is not for this page. If you need it, ask the person who looks after Alongside.")
    if route not in _BEFORE_CODES and await parts.second_factor.is_owed(found.account):
        raise CodesOwed("Your account needs codes from your phone. Set them up first, on the page of your account.")
    return found.account


Current = Annotated[Account, Depends(current_account)]


async def from_own_form(request: Request, parts: Parts, form: Form) -> None:
    """Let a form of somebody who is not signed in through only from a page that this browser was given."""
    if not cookies.is_form_key(form.get("csrf", ""), request, parts):
        raise Forged


async def to_sign_in(request: Request, error: Exception) -> Response:
    """Send a browser to the sign-in page, and from there back to the page it wanted; say 401 to everything else."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(wanted)}" if request.method == "GET" else ""
    return _lead_to("/sign-in", request, error, status_code=401, query=back)


async def to_codes(request: Request, error: Exception) -> Response:
    """Send a browser to where codes are set up; say 403 to everything else."""
    return _lead_to("/account/codes", request, error, status_code=403)


def _lead_to(there: str, request: Request, error: Exception, *, status_code: int, query: str = "") -> Response:
    if "hx-request" in request.headers:
        return JSONResponse({"error": str(error)}, status_code=status_code, headers={"HX-Redirect": there})
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": str(error)}, status_code=status_code)
    return RedirectResponse(f"{there}{query}", status_code=303, headers={"Cache-Control": "no-store"})
