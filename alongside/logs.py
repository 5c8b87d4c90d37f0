"""Logging: ids, kinds and counts. No carer's words at any level, ours or a library's."""

import logging

import structlog


def configure(level: str) -> None:
    """Set up the log at a level; libraries that would log requests or statements with their contents are held at WARNING."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    for name in ("httpx", "httpcore", "sqlalchemy", "aiosqlite", "asyncio", "rasa_sdk", "sse_starlette", "alembic", "uvicorn", "psycopg"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
    )
