"""For the machines that watch: is it alive, can it answer, and how is it doing."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from alongside.wiring import Container
from api.channels.web import container

router = APIRouter(tags=["health"])

_HEARTBEAT = Gauge(
    "alongside_heartbeat_ok", "1 when the last heartbeat of a channel went well, 0 when it was missed", ["channel"]
)
_HEARTBEAT_AT = Gauge("alongside_heartbeat_timestamp_seconds", "When the last heartbeat of a channel was", ["channel"])


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
async def metrics(parts: Annotated[Container, Depends(container)]) -> Response:
    """Return counts and times in Prometheus' form; no conversation, no words."""
    # Read from the database each time: another process may have made the last heartbeat. Without it the rest is still told.
    with suppress(SQLAlchemyError):
        for beat in (await parts.heartbeat.last()).values():
            _HEARTBEAT.labels(beat.channel).set(beat.failure is None)
            _HEARTBEAT_AT.labels(beat.channel).set(beat.at.timestamp())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
