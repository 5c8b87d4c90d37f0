"""A small load under kills: the whole of it is run by benchmarks/telegram_crashes.py."""

import sys
from pathlib import Path

from alongside.services.telegram.outbox import AT_ONCE
from tests.telegram.crashes import Load, is_app_done, read_stored, run

LOAD = Load(updates=100, chats=25, kills=3)


def test_every_update_is_stored_once_and_answered_at_most_once_in_order(tmp_path: Path) -> None:
    file = tmp_path / "alongside.db"
    outcome = run(
        lambda api: [sys.executable, "-m", "tests.telegram.process", f"sqlite:///{file}", api],
        LOAD,
        is_done=lambda: is_app_done(file),
    )
    stored = read_stored(file)
    assert (stored.updates, stored.messages, stored.distinct_messages, stored.unhandled) == (100, 100, 100, 0)
    assert outcome.doubled == 0
    assert outcome.disordered == 0
    # Only what was on its way at the moment of a kill may be missing. It is not said twice; the carer is told of it.
    assert outcome.unanswered <= stored.uncertain | stored.apologies
    assert stored.untold == 0
    assert stored.unknown <= AT_ONCE * LOAD.kills
