"""One assistant process: ``python -m bot.serve --model FILE --sha256 HASH --port N``.

Started and watched by the app. It listens on loopback only, opens no connection but to the app's actions, and ends when
the app does. Environment: ``ALONGSIDE_ASSISTANT_TOKEN`` (what the app shows us), ``ALONGSIDE_ACTIONS_URL`` and
``ALONGSIDE_ACTIONS_TOKEN`` (where custom actions run, and what we show there).
"""

import argparse
import asyncio
import hashlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bot.quiet import keep_logs_quiet, report_loop_errors, switch_off_telemetry
from bot.without_tensorflow import pretend_tensorflow

HOST = "127.0.0.1"
MAX_REQUEST_BYTES = 3 * 1024 * 1024
"""A list of 500 texts of 4,000 characters, with room; a turn with its state is a few kilobytes. More is a mistake."""

PARENT_CHECK_SECONDS = 1.0


def main() -> None:
    """Check the model's hash, load it, serve it, and print one line when ready."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m bot.serve", description="Serve one trained model on loopback.")
    parser.add_argument("--model", type=Path, required=True, help="the model file, as written by bot.train")
    parser.add_argument("--sha256", required=True, help="the hash the model file must have")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    # From here on nothing of Rasa has been imported: hash first, then telemetry and TensorFlow, then Rasa.
    check_hash(options.model, options.sha256)
    switch_off_telemetry()
    pretend_tensorflow()
    exit_with_parent()
    keep_logs_quiet()
    app = build_app(options.model, token=_needed("ALONGSIDE_ASSISTANT_TOKEN"))

    @app.listener("after_server_start")
    async def ready(_app: Any, loop: Any) -> None:
        loop.set_exception_handler(report_loop_errors)
        print(f"ready port={options.port} model={options.model.name} seconds={time.monotonic() - started:.1f}", flush=True)

    app.run(host=HOST, port=options.port, access_log=False, debug=False, motd=False)


def build_app(model: Path, *, token: str) -> Any:
    """Load the model and put our one channel in front of it. Rasa's own HTTP interface is never created."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from bot.action_endpoint import ActionEndpoint, check_reply_schema_once
    from bot.channel import AlongsideInput
    from bot.nlg import ApprovedWords
    from bot.tracker_store import RequestTrackerStore
    from bot.yaml_files import read_domains_quickly

    read_domains_quickly()
    check_reply_schema_once()
    trackers = RequestTrackerStore()
    actions = ActionEndpoint(url=_needed("ALONGSIDE_ACTIONS_URL"), token=_needed("ALONGSIDE_ACTIONS_TOKEN"))
    agent = Agent.load(model, generator=ApprovedWords(), tracker_store=trackers, action_endpoint=actions)
    actions.use_domain(agent.domain)
    app = Sanic("alongside", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_REQUEST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    # Python's own loop, whatever a library chose at its import: its connections pass Python's audit hooks, so that a test can
    # prove where this process connects to.
    app.config.USE_UVLOOP = False
    asyncio.set_event_loop_policy(None)
    register([AlongsideInput(token=token, trackers=trackers)], app, route="/webhooks/")
    app.ctx.agent = agent

    @app.listener("after_server_stop")
    async def close(_app: Any, _loop: Any) -> None:
        await actions.close()

    return app


def check_hash(model: Path, expected: str) -> None:
    """Refuse a model file that is not the one the app trained: loading one runs code out of it."""
    try:
        with model.open("rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
    except OSError:
        raise SystemExit(f"The model file {model} cannot be read. Train one with `python -m bot.train`.") from None
    if found != expected.lower():
        raise SystemExit(f"The model file {model.name} has sha256 {found}, not {expected}. Train it again; it is not loaded.")


def exit_with_parent() -> None:
    """End this process within a second or two of its parent's end, so that no orphan holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set. The app sets it when it starts the assistant; set it to run the assistant by hand.")
    return value


if __name__ == "__main__":
    sys.exit(main())
