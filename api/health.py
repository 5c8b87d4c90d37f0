"""For the machines that watch: is it alive, can it answer, and how is it doing."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from alongside.wiring import Container
from api.channels.web import container

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "The database or the assistant is not there; the body says which."}})
async def readyz(parts: Annotated[Container, Depends(container)], response: Response) -> dict[str, str]:
    """Say whether carers get answers: 200 when the database and the assistant are there, 503 otherwise."""
    database = "ready"
    try:
        async with parts.database.reading() as session:
            await session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        database = "down"
    assistant = parts.assistant.state.value
    if (database, assistant) != ("ready", "ready"):
        response.status_code = 503
    return {"database": database, "assistant": assistant}


@router.get("/metrics")
async def metrics() -> Response:
    """Return counts and times in Prometheus' form; no conversation, no words."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
