"""Parts of the app, joined for a test: real services on a real database, with the fakes in the outside places."""

from datetime import timedelta
from functools import cache

from alongside import wiring, wiring_studio
from alongside.adapters.announcer import LocalAnnouncer
from alongside.core.words import Words
from alongside.services.ports import Alerter, Assistant, Clock
from alongside.settings import Settings
from alongside.store.base import Database
from alongside.wiring import Container
from tests.fakes import CountingAssistant, FakeClock, FakeVault, WordVectors

KEEP = timedelta(days=Settings().keep_days)


@cache
def words() -> Words:
    """The app's own words, read once a test run."""
    return wiring_studio.read_words()


def container(
    database: Database,
    assistant: Assistant | None = None,
    clock: Clock | None = None,
    *,
    tick: float = 0.02,
    alerter: Alerter | None = None,
    settings: Settings | None = None,
) -> Container:
    """Join the real services on a database. The announcer ticks fast, so that no test waits for another process's news."""
    return wiring.join(
        settings or Settings(),
        database=database,
        assistant=assistant or CountingAssistant(),  # type: ignore[arg-type]
        announcer=LocalAnnouncer(tick=tick),
        clock=clock or FakeClock(),
        vault=FakeVault(),
        words=words(),
        alerter=alerter,
        encoder=WordVectors(),
    )


def other_process(parts: Container, assistant: Assistant | None = None) -> Container:
    """Join the parts a second process on the same database would have."""
    return container(parts.database, assistant, parts.clock)
