"""Keep carers' words out of the logs, and this process off the network.

Rasa and its libraries log texts, slots and whole trackers: at debug, and on errors inside the message of an exception.
Listing those places would miss the next one, so no message of theirs is printed at all: of a foreign log record only
the level, the place in the code and the kind of error remain.
"""

import asyncio
import logging
import os
import sys
import traceback
import warnings
from types import TracebackType
from typing import Any

OURS = ("bot", "alongside")
"""Loggers whose messages are printed as they are: our own code, which logs ids and kinds only."""


def switch_off_telemetry() -> None:
    """Turn off Rasa's telemetry and, with it, its crash reports; call this before anything of Rasa is imported."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"


def keep_logs_quiet() -> None:
    """Send every log line, warning and unexpected error of this process through the formatter that drops foreign words."""
    import structlog

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlacesOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    # Rasa's structured logger prints by itself unless told otherwise; its event names are constants, its fields are not.
    structlog.configure(
        processors=[lambda _logger, _method, event: str(event.get("event"))],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    # Libraries switch warnings back on while they are imported, and Rasa's warnings quote what they are about.
    warnings.showwarning = lambda *_arguments, **_options: None
    sys.excepthook = _report_unexpected


def where(error: BaseException) -> str:
    """Say what kind an error is and where it arose, without its message, which may quote a carer."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class PlacesOnly(logging.Formatter):
    """Prints our own records in full; of anybody else's the place and the kind of error."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] in OURS
        said = record.getMessage() if ours else f"{record.filename}:{record.lineno}"
        if record.exc_info and record.exc_info[1]:
            said += f" {where(record.exc_info[1])}"
        return f"{record.levelname.lower()} {record.name}: {said}"


def _report_unexpected(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("stopped by %s", where(error))


def report_loop_errors(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Handle what asyncio would print with the error's own words."""
    error = context.get("exception")
    logging.getLogger(__name__).error("left over in the event loop: %s", where(error) if error else "no exception")
