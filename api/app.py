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
from api.accounts import second_factor
from api.accounts import views as accounts
from api.accounts.access import CodesOwed, NotSignedIn, to_codes, to_sign_in
from api.alerts import views as alerts
from api.answers import changes, editor, history, library, translations, trying
from api.answers import releases as release_pages
from api.asked import views as asked
from api.channels import move, page, telegram, web
from api.figures import views as figures
from api.inbox import care as inbox_care
from api.inbox import corrections as inbox_corrections
from api.inbox import earlier as inbox_earlier
from api.inbox import files as inbox_files
from api.inbox import lists as inbox_lists
from api.inbox import live as inbox_live
from api.inbox import replies
from api.inbox import tasks as inbox_tasks
from api.inbox import views as inbox
from api.limits import BodyLimit
from api.people import views as people
from api.scorecard import views as scorecard

log = structlog.get_logger()

_STATIC = Path(__file__).parent / "static"


class _Static(StaticFiles):
    """Files a browser keeps and asks about each time, so that after an update no page runs half old and half new."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


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
    app.add_exception_handler(CodesOwed, to_codes)
    app.add_middleware(BodyLimit)
    app.include_router(web.router)
    app.include_router(move.router)
    app.include_router(telegram.router)
    app.include_router(health.router)
    app.include_router(page.router)
    app.include_router(accounts.router)
    app.include_router(second_factor.router)
    app.include_router(figures.router)
    app.include_router(asked.router)
    app.include_router(translations.router)
    app.include_router(scorecard.router)
    app.include_router(alerts.router)
    app.include_router(library.router)
    app.include_router(changes.router)
    app.include_router(release_pages.router)
    app.include_router(history.router)
    app.include_router(people.router)
    app.include_router(editor.router)
    app.include_router(trying.router)
    app.include_router(inbox_lists.router)
    app.include_router(inbox_tasks.router)
    app.include_router(inbox_care.router)
    app.include_router(inbox_earlier.router)
    app.include_router(inbox.router)
    app.include_router(inbox_live.router)
    app.include_router(inbox_corrections.router)
    app.include_router(inbox_files.router)
    app.include_router(replies.router)
    app.mount("/static", _Static(directory=_STATIC), name="static")
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
