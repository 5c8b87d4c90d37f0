"""Every error leaves as JSON with a sentence a person can act on, the right status, and no carer's words."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from alongside.core.errors import AlongsideError, TooMany, Unauthorised

log = structlog.get_logger()

_INSTEAD = {
    404: "There is nothing at this address. Check it against docs/api.md.",
    405: "This address does not take that kind of request. Check it against docs/api.md.",
}


def _answer(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Give the app its error answers."""

    @app.exception_handler(AlongsideError)
    async def expected(request: Request, error: AlongsideError) -> JSONResponse:
        headers = {}
        if isinstance(error, TooMany):
            headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, Unauthorised):
            headers["WWW-Authenticate"] = "Bearer"
        return _answer(error.status, str(error), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # Only the places and the rules: the default would send the input, a carer's words, back and into logs.
        first = error.errors()[0]
        # The name of an unknown field is the sender's too.
        names = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        where = ".".join(str(part) for part in names if part != "body") or "the body"
        return _answer(422, f"The request could not be read: {where}: {first['msg']}. See docs/api.md.")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        return _answer(error.status_code, _INSTEAD.get(error.status_code, str(error.detail)), dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", path=request.url.path, kind=type(error).__name__)
        return _answer(500, "Something went wrong on our side. Nothing was lost; please try again.")
