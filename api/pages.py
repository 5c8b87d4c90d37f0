"""What all pages share: where the templates are, and the headers that let nothing foreign and nothing inline run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from alongside.core.permissions import may_use
from alongside.services.accounts import SignedIn

templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


def headers(*, cache: str, **directives: str) -> dict[str, str]:
    """Return a page's headers: everything comes from our own origin, nothing runs or styles inline, no form goes anywhere.

    ``directives`` add to the policy or change it, with underscores for hyphens; ``cache`` says what a browser may keep.
    """
    policy = {
        "default_src": "'none'",
        "script_src": "'self'",
        "style_src": "'self'",
        "img_src": "'self'",
        "connect_src": "'self'",
        "base_uri": "'none'",
        "form_action": "'none'",
        "frame_ancestors": "'none'",
    } | directives
    return {
        "Content-Security-Policy": "; ".join(f"{name.replace('_', '-')} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": cache,
    }


_WORKERS = ("/account", "/alerts", "/figures", "/inbox", "/password", "/people", "/sign-")
"""How the addresses of pages for workers begin."""


NAV = (
    ("inbox.list", "/inbox", "Inbox"),
    ("tasks.list", "/inbox/tasks", "Tasks"),
    ("replies.list", "/inbox/replies", "Saved replies"),
    ("people.week", "/people/week", "Who is on"),
    ("people.list", "/people", "People"),
    ("figures.show", "/figures", "Figures"),
    ("alerts.page", "/alerts", "Alerts"),
)
"""The links of the bar on every page for workers: the permission that opens each, its address and its words, in order."""


def is_worker_page(request: Request) -> bool:
    """Say whether somebody looks at a page for workers in a browser, and so must be answered with a page."""
    return request.url.path.startswith(_WORKERS) and "text/html" in request.headers.get("accept", "")


def worker_page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status_code: int = 200,
    extra_headers: Mapping[str, str] | None = None,
    **directives: str,
) -> Response:
    """Return a page for workers: never kept by the browser, with who is signed in (``signed_in``) for the template.

    No script runs unless ``directives`` say so.
    """
    policy = {"script_src": "'none'", "form_action": "'self'"} | directives
    signed_in = getattr(request.state, "signed_in", None)
    return templates.TemplateResponse(
        request,
        template,
        {"signed_in": signed_in, "nav": _nav(request, signed_in), **(context or {})},
        status_code=status_code,
        headers={**headers(cache="no-store", **policy), **(extra_headers or {})},
    )


def _nav(request: Request, signed_in: SignedIn | None) -> list[tuple[str, str, bool]]:
    """Return the links this account may use: address, words, and whether the page is at it or below it."""
    if signed_in is None:
        return []
    path = request.url.path
    links = [(href, words) for action, href, words in NAV if may_use(signed_in.account, action)]
    here = max((href for href, _ in links if path == href or path.startswith(f"{href}/")), key=len, default="")
    return [(href, words, href == here) for href, words in links]
