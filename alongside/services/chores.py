"""What the server does by itself, again and again.

Rule kept: no chore ends because of an error. The database may be away for a while, and what was due stays due.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


async def forever(work: Callable[[], Awaitable[object]], *, every: float, failed: str) -> None:
    """Do some work each ``every`` seconds until cancelled; ``failed`` is what the log says when it did not go well."""
    while True:
        try:
            await work()
        except Exception as error:
            log.error(failed, kind=type(error).__name__)
        await asyncio.sleep(every)
