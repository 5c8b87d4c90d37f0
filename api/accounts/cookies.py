"""The cookies of workers' pages: the session's, the one that ties a form to the browser before anybody is signed in, and the
sealed one that says as whom this browser has signed in before.

Rule kept: no cookie crosses a network unencrypted. Over https their names begin with ``__Host-``, so that no neighbouring site
can set them; plain http is for this machine alone.
"""

import ipaddress
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from alongside.core.errors import AlongsideError
from alongside.services.signing_in import Browser
from alongside.wiring import Container

_SESSION = "alongside_session"
_FORM = "alongside_form"
_BROWSER = "alongside_browser"

_REMEMBERED = timedelta(days=180)
"""How long a browser is known after the last sign-in."""


class NotSecure(AlongsideError):
    """The page was asked for over a connection that others can read."""

    status = 403


def session_token(request: Request, parts: Container) -> str | None:
    """Return the token of the session this browser has, if any."""
    return request.cookies.get(_name(_SESSION, request, parts))


def set_session(response: Response, token: str, request: Request, parts: Container) -> None:
    """Give the browser its session, until it is closed or the session is over."""
    _set(response, _SESSION, token, request, parts)


def clear_session(response: Response, request: Request, parts: Container) -> None:
    secure = _is_secure(request, parts)
    response.delete_cookie(_name(_SESSION, request, parts), path="/", secure=secure, httponly=True, samesite="lax")


def form_key(request: Request, parts: Container) -> str:
    """Return the key that a form before sign-in must send back: the one this browser has, or a new one."""
    return request.cookies.get(_name(_FORM, request, parts)) or secrets.token_urlsafe(32)


def set_form_key(response: Response, key: str, request: Request, parts: Container) -> None:
    _set(response, _FORM, key, request, parts)


def is_form_key(sent: str, request: Request, parts: Container) -> bool:
    """Say whether a form came from a page that this browser was given."""
    held = request.cookies.get(_name(_FORM, request, parts), "")
    return bool(held) and secrets.compare_digest(held.encode(), sent.encode())


def browser(request: Request, parts: Container) -> Browser:
    """Return what this browser carries of those who have signed in with it; one that carries nothing of ours is new."""
    try:
        known_as, *marks = parts.vault.open(request.cookies.get(_name(_BROWSER, request, parts), "")).split(".")
    except AlongsideError:
        return Browser()
    return Browser(known_as, tuple(marks))


def set_browser(response: Response, browser: Browser, request: Request, parts: Container) -> None:
    """Let the browser carry it, sealed, also when it is closed."""
    sealed = parts.vault.seal(".".join((browser.id, *browser.marks)))
    _set(response, _BROWSER, sealed, request, parts, max_age=int(_REMEMBERED.total_seconds()))


def _set(response: Response, name: str, value: str, request: Request, parts: Container, *, max_age: int | None = None) -> None:
    secure = _is_secure(request, parts)
    response.set_cookie(
        _name(name, request, parts), value, path="/", secure=secure, httponly=True, samesite="lax", max_age=max_age
    )


def _name(name: str, request: Request, parts: Container) -> str:
    return f"__Host-{name}" if _is_secure(request, parts) else name


def _is_secure(request: Request, parts: Container) -> bool:
    """Say whether the browser speaks https with us. Raises NotSecure when it speaks plain http from elsewhere."""
    public = urlsplit(parts.settings.public_url or "")
    # A proxy may speak plain http with us and not say that it speaks https outside.
    if request.url.scheme == "https" or (public.scheme == "https" and public.netloc == request.url.netloc):
        return True
    if _is_loopback(request.url.hostname) and _is_loopback(request.client.host if request.client else None):
        return False
    raise NotSecure(
        "Signing in needs an address that begins with https, so that nobody on the network can read along. Use that address, or "
        "ask the person who looks after Alongside."
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
