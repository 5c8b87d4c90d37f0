"""What the pages of signing in share: forms of those who are not signed in yet, and where a sign-in leads."""

import re
from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import Account
from alongside.core.permissions import may_use
from alongside.wiring import Container
from api.accounts import cookies
from api.pages import worker_page

_OWN_PAGE = re.compile(r"/(?:inbox|account|people|alerts|figures|answers)(?:/[\w/-]*)?(?:\?[\w=&%.+-]*)?")
"""Where a sign-in may lead: to our own pages, never to another site."""


def form_page(
    request: Request,
    parts: Container,
    template: str,
    context: Mapping[str, object],
    *,
    status_code: int = 200,
    extra_headers: dict[str, str] | None = None,
    **directives: str,
) -> Response:
    """Return a page with a form for somebody who is not signed in. ``directives`` are those of ``worker_page``."""
    key = cookies.form_key(request, parts)
    response = worker_page(
        request, template, {**context, "csrf": key}, status_code=status_code, extra_headers=extra_headers, **directives
    )
    cookies.set_form_key(response, key, request, parts)
    return response


def landing(account: Account, wanted: str) -> str:
    """Return where somebody who has signed in goes: to the page they wanted, else to where they work."""
    if _OWN_PAGE.fullmatch(wanted):
        return wanted
    return "/inbox" if may_use(account, "inbox.list") else "/account"


async def session_begun(request: Request, parts: Container, token: str, wanted: str, *, otherwise: str) -> Response:
    """Give the browser its session and lead on; a whole one makes the browser known. ``otherwise``: while it opens nothing."""
    found = await parts.accounts.session(token)
    response = go(landing(found.account, wanted) if found else otherwise)
    cookies.set_session(response, token, request, parts)
    if found:
        known = await parts.accounts.remember(cookies.browser(request, parts), found.account)
        cookies.set_browser(response, known, request, parts)
    return response


def go(to: str) -> Response:
    return RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
