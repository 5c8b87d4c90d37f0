"""Every error leaves with a sentence a person can act on, the right status, and no carer's words.

It is JSON, and a page to somebody who looks at a page for workers in a browser.
"""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from alongside.core.errors import AlongsideError, TooMany, Unauthorised
from api.pages import is_worker_page, worker_page

log = structlog.get_logger()

_INSTEAD = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
}


def _answer(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    if is_worker_page(request):
        return worker_page(request, "error.html", {"message": message}, status_code=status, extra_headers=headers)
    return JSONResponse({"error": message}, status_code=status, headers=headers)


def _advice(request: Request) -> str:
    return "Go back and try again." if is_worker_page(request) else "Check it against docs/api.md."


def install(app: FastAPI) -> None:
    """Give the app its error answers."""

    @app.exception_handler(AlongsideError)
    async def expected(request: Request, error: AlongsideError) -> Response:
        headers = {}
        if isinstance(error, TooMany):
            headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, Unauthorised):
            headers["WWW-Authenticate"] = "Bearer"
        return _answer(request, error.status, str(error), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        # Only the places and the rules: the default would send the input, a carer's words, back and into logs.
        first = error.errors()[0]
        # The name of an unknown field is the sender's too.
        names = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        where = ".".join(str(part) for part in names if part != "body") or "the body"
        return _answer(request, 422, f"The request could not be read: {where}: {first['msg']}. {_advice(request)}")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        known = _INSTEAD.get(error.status_code)
        message = f"{known} {_advice(request)}" if known else str(error.detail)
        return _answer(request, error.status_code, message, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("request failed", path=request.url.path, kind=type(error).__name__)
        return _answer(request, 500, "Something went wrong on our side. Nothing was lost; please try again.")
