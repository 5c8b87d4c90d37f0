"""One real server for the live tests: the trained Rasa model, a real database, the real processes."""

from collections.abc import Iterator

import pytest

from tests.live.server import Carer, Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("live"), ALONGSIDE_LOG_LEVEL="DEBUG").start()
    yield server
    server.stop()


@pytest.fixture
def carer(server: Server) -> Carer:
    return Carer(server.address)
