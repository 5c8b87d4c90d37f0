"""The two web applications of one process: the public one, and the actions' endpoint that only the assistant reaches."""

import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from actions.server import ActionServer, make_actions
from alongside.services.directory import Directory
from alongside.wiring import Container
from api import errors, health
from api.accounts import views as accounts
from api.accounts.access import NotSignedIn, to_sign_in
from api.channels import page, web
from api.inbox import views as inbox
from api.limits import BodyLimit

log = structlog.get_logger()

_STATIC = Path(__file__).parent / "static"


def create_app(
    container: Container, *, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    """Make the public app: the carer API, the chat page, workers' pages, health. ``container`` holds parts already built."""
    app = FastAPI(
        title="Alongside carer API",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=lifespan,
    )
    app.state.container = container
    errors.install(app)
    app.add_exception_handler(NotSignedIn, to_sign_in)
    app.add_middleware(BodyLimit)
    app.include_router(web.router)
    app.include_router(health.router)
    app.include_router(page.router)
    app.include_router(accounts.router)
    app.include_router(inbox.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app


def create_actions_app(directory: Directory, *, token: str) -> FastAPI:
    """Make the actions' endpoint. It must be served on loopback only; the token is checked all the same."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    server = ActionServer(make_actions(directory))
    errors.install(app)

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        """Run one custom action for the assistant, in rasa-sdk's protocol."""
        sent = request.headers.get("authorization", "")
        if not secrets.compare_digest(sent.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "This endpoint is for the assistant. Send its token."}, status_code=401)
        call: dict[str, Any] = await request.json()
        return JSONResponse(await server.handle(call))

    return app
