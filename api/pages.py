"""What all pages share: where the templates are, and the headers that let nothing foreign and nothing inline run."""

from collections.abc import Iterable, Mapping
from functools import partial
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


Link = tuple[str, str, bool]
"""A link of a bar: its address, its words, and whether the page is at it or below it."""

_WORKERS = ("/account", "/alerts", "/answers", "/figures", "/inbox", "/password", "/people", "/sign-")
"""How the addresses of pages for workers begin."""

STUDIO = (
    ("library.list", "/answers", "Library"),
    ("changes.list", "/answers/changes", "Changes"),
    ("releases.list", "/answers/releases", "Releases"),
    ("editor.try", "/answers/try", "Try it"),
    ("asked.list", "/answers/asked", "What carers asked"),
    ("scorecard.show", "/answers/scorecard", "Scorecard"),
)
"""The pages of the answers studio, as its own bar shows them: the same as NAV, one level down."""

NAV: tuple[tuple[str | tuple[tuple[str, str, str], ...], str, str], ...] = (
    ("inbox.list", "/inbox", "Inbox"),
    ("tasks.list", "/inbox/tasks", "Tasks"),
    ("replies.list", "/inbox/replies", "Saved replies"),
    ("people.week", "/people/week", "Who is on"),
    ("people.list", "/people", "People"),
    (STUDIO, "/answers", "Answers"),
    ("figures.show", "/figures", "Figures"),
    ("alerts.page", "/alerts", "Alerts"),
)
"""The links of the bar on every page for workers: the permission that opens each, its address and its words, in order.

A link to several pages leads to the first of them that the account may use.
"""


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
        {"signed_in": signed_in, "nav": _nav(request, signed_in), "studio": _studio(request, signed_in), **(context or {})},
        status_code=status_code,
        headers={**headers(cache="no-store", **policy), **(extra_headers or {})},
    )


def _nav(request: Request, signed_in: SignedIn | None) -> list[Link]:
    """Return the links of the bar that this account may use."""
    if signed_in is None:
        return []
    path, may = request.url.path, partial(may_use, signed_in.account)
    links = []
    for opens, root, words in NAV:
        pages = ((opens, root, words),) if isinstance(opens, str) else opens
        if href := next((href for action, href, _ in pages if may(action)), None):
            links.append((href, words, root))
    here = _nearest(path, [root for *_, root in links])
    return [(href, words, root == here) for href, words, root in links]


def _studio(request: Request, signed_in: SignedIn | None) -> list[Link]:
    """Return the pages of the answers studio that this account may use."""
    if signed_in is None:
        return []
    links = [(href, words) for action, href, words in STUDIO if may_use(signed_in.account, action)]
    here = _nearest(request.url.path, [href for href, _ in links])
    return [(href, words, href == here) for href, words in links]


def _nearest(path: str, addresses: Iterable[str]) -> str:
    """Return the address that a page is at or most closely below; empty when there is none."""
    return max((href for href in addresses if path == href or path.startswith(f"{href}/")), key=len, default="")
