"""The API against its own published description: made-up requests, none of which may end in a server error or a surprise."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from alongside.store.base import Database
from api.app import create_app
from tests.builders import container

EXAMPLES = 30
"""For each operation: enough for the odd characters and missing parts, and done in seconds."""

OPERATIONS = [  # the events never end, so they have tests of their own
    ("POST", "/api/v1/conversations"),
    ("POST", "/api/v1/messages"),
    ("GET", "/api/v1/messages"),
    ("GET", "/api/v1/conversations/current"),
    ("DELETE", "/api/v1/conversations/current"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """The app on a loopback port, in a thread with a loop of its own; its address and its description."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('api')}/alongside.db")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.migrate()
        yield
        await database.close()

    app = create_app(container(database), lifespan=lifespan)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", app.openapi()
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_keeps_its_description(served: tuple[str, dict[str, Any]], method: str, path: str) -> None:
    address, description = served
    schema = schemathesis.openapi.from_dict(description)
    begun = httpx.post(f"{address}/api/v1/conversations", timeout=60).json()
    headers = {"Authorization": f"Bearer {begun['token']}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy())
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(
            base_url=address,
            headers=headers,
            checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
        )

    check()
