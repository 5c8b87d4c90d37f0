"""The actions on a real database that holds the sample."""

from pathlib import Path

import pytest

from actions.server import ActionServer, make_actions
from alongside.services.directory import Directory
from alongside.store.base import Database
from tests.actions.assistant import Conversation
from tests.directory_builders import SATURDAY, sample
from tests.fakes import FakeClock


@pytest.fixture
async def database(tmp_path: Path) -> Database:  # type: ignore[misc]
    """SQLite alone: what the two databases do alike is proved in tests/store and tests/services."""
    database = Database(f"sqlite:///{tmp_path}/alongside.db")
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
async def directory(database: Database) -> Directory:
    directory = Directory(database=database, clock=FakeClock(SATURDAY))
    await directory.import_all([sample()])
    return directory


@pytest.fixture
def server(directory: Directory) -> ActionServer:
    return ActionServer(make_actions(directory))


@pytest.fixture
def carer(server: ActionServer) -> Conversation:
    return Conversation(server)
