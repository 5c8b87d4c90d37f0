"""The API against its own published description: made-up requests, none of which may end in a server error or a surprise."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from starlette_testclient import TestClient

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
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file: Path = tmp_path_factory.mktemp("api") / "alongside.db"
    database = Database(f"sqlite:///{file}")
    with TestClient(create_app(container(database)), raise_server_exceptions=False) as client:
        client.portal.call(database.migrate)
        yield client
        client.portal.call(database.close)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_keeps_its_description(client: TestClient, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_dict(client.app.openapi())
    begun = client.post("/api/v1/conversations").json()
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
            base_url=str(client.base_url),
            session=client,
            headers=headers,
            checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
        )

    check()
