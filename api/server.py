"""Runs everything from one command: the public app, the actions' endpoint on loopback, and the assistant's process."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI

from alongside import wiring, wiring_studio
from alongside.core.releases import Release
from alongside.services.chores import forever
from alongside.settings import Settings
from alongside.store.base import Database
from api.app import create_actions_app, create_app

log = structlog.get_logger()

_SWEEP = 5.0
"""Seconds between looks for turns that another process left unfinished."""

_PROMISES = 60.0
"""Seconds between looks for promises that will not be kept."""

_HEARTBEATS = 60.0
"""Seconds between looks whether a heartbeat is due."""

_REVIEWS = 600.0
"""Seconds between looks for answers that are to be checked again: it is a matter of days."""

_TASKS = 60.0
"""Seconds between looks for tasks whose day has come."""

_ALERTS = 10.0
"""Seconds between looks for alerts to send: in danger somebody should hear at once."""

_MAILS = 60.0
"""Seconds between looks for carers to tell of a reply by e-mail."""

_RELEASES = 1.0
"""Seconds between looks for releases to build or to put live: somebody waits in front of a page."""

_ERASE = 3600.0
"""Seconds between erasing what has expired."""


@asynccontextmanager
async def actions_running(database: Database) -> AsyncIterator[tuple[str, str]]:
    """Serve the actions on a loopback port of their own; yields their address and the token they open to."""
    token = secrets.token_urlsafe(32)
    listener = socket.create_server(("127.0.0.1", 0))
    server = _server(create_actions_app(wiring.directory(database), token=token))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/webhook", token
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def running(settings: Settings, *, database: Database, release: Release) -> AsyncIterator[wiring.Container]:
    """Start the assistant with its actions and take up unfinished turns; stop it all at the end.

    ``alongside ask`` and ``evaluate`` use this without any public listener, so that they take the same path as a carer.
    """
    async with actions_running(database) as (url, token):
        container = await wiring.build(settings, database=database, release=release, actions_url=url, actions_token=token)
        await container.studio.work.begin()
        await container.assistant.start()
        await container.turns.begin()
        chores = [
            asyncio.create_task(container.turns.resume_forever(every=_SWEEP)),
            asyncio.create_task(container.keeping.keep_promises_forever(every=_PROMISES)),
            asyncio.create_task(container.alerts.send_forever(every=_ALERTS)),
            asyncio.create_task(container.mails.send_forever(every=_MAILS)),
            asyncio.create_task(container.tasks.look_after_forever(every=_TASKS)),
            asyncio.create_task(_erase_forever(container)),
            asyncio.create_task(container.heartbeat.run_forever(every=_HEARTBEATS)),
            asyncio.create_task(container.reviews.remind_forever(every=_REVIEWS)),
            asyncio.create_task(container.studio.work.build_forever(every=_RELEASES)),
            asyncio.create_task(container.studio.work.put_live_forever(every=_RELEASES)),
        ]
        try:
            yield container
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            await container.turns.finish()
            await container.assistant.stop()


async def serve(settings: Settings) -> None:
    """Serve the chat until told to stop."""
    database = Database(settings.database)
    await database.migrate()
    await wiring.load_sample(database)
    release = await wiring_studio.current_release(settings, database)
    try:
        async with (
            running(settings, database=database, release=release) as container,
            container.telegram.running() if container.telegram else contextlib.nullcontext(),
        ):
            server = _server(
                create_app(container), host=settings.host, port=settings.port, trusted_proxies=settings.trusted_proxies
            )
            announced = asyncio.create_task(_announce(server, container))
            await server.serve()
            announced.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await announced
    finally:
        await database.close()


async def _announce(server: uvicorn.Server, container: wiring.Container) -> None:
    while not server.started:  # noqa: ASYNC110  (uvicorn tells of its start in no other way)
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    address = container.settings.public_url or f"http://{container.settings.host}:{port}"
    print(f"The chat is open on {address} (the assistant is still waking up)", flush=True)
    await container.assistant.wait_ready()
    print(f"Ready: carers get answers on {address}. Stop with Ctrl+C.", flush=True)


async def _erase(container: wiring.Container) -> None:
    if erased := await container.conversations.erase_expired():
        log.info("conversations erased, their time had come", count=erased)
    await container.alerts.forget_old()


async def _erase_forever(container: wiring.Container) -> None:
    await forever(lambda: _erase(container), every=_ERASE, failed="expired conversations not erased")


def _server(app: FastAPI, *, host: str = "127.0.0.1", port: int = 0, trusted_proxies: str = "") -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,  # it tells nothing the metrics do not, and addresses can identify a carer
            log_config=None,
            timeout_graceful_shutdown=5,
            server_header=False,
            forwarded_allow_ips=trusted_proxies,
        )
    )
