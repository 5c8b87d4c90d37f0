"""Logging: ids, kinds and counts. No carer's words at any level, ours or a library's."""

import logging

import structlog

_TALKATIVE = (
    "aiosqlite",
    "alembic",
    "asyncio",
    "httpcore",
    "httpx",
    "psycopg",
    "rasa_sdk",
    "sqlalchemy",
    "sse_starlette",
    "uvicorn",
)

_SILENT = ("telegram",)
"""python-telegram-bot writes whole updates and the bot's address, which holds its token, to its log; errors reach us anyway."""


def configure(level: str) -> None:
    """Set up the log at a level; libraries that would log requests or statements with their contents are held at WARNING."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
    )
