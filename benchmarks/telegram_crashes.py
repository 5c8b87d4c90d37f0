"""A thousand updates from Telegram for a bot that is killed twenty times: Alongside, and a plain python-telegram-bot poller.

Each update comes one to four times, its chat drawn by chance; a third of what the bot says is delayed or fails with 500; the
process is killed (SIGKILL) at any moment of its work. Both bots get the same load, from a server on this machine that speaks
the Bot API. Run it with ``python -m benchmarks.telegram_crashes`` in the project's folder; it takes some minutes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from alongside.services.telegram.outbox import AT_ONCE
from tests.telegram.crashes import Load, is_app_done, read_stored, run


def main() -> int:
    """Run both, print both, and return 1 if Alongside has broken a promise of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=1000)
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    load = Load(updates=given.updates, chats=given.chats, kills=given.kills)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "alongside.db"
        ours = run(
            lambda api: [sys.executable, "-m", "tests.telegram.process", f"sqlite:///{file}", api],
            load,
            is_done=lambda: is_app_done(file),
        )
        stored = read_stored(file)
    plain = run(lambda api: [sys.executable, "-m", "benchmarks.plain_poller", api], load)

    told = ours.unanswered & stored.uncertain if stored.untold == 0 else frozenset()
    left = ours.unanswered - told - stored.apologies
    print(
        f"{load.updates} updates, each delivered one to four times, in {load.chats} chats; {load.kills} kills; seed {load.seed}"
    )
    print(f"{'':42}{'Alongside':>12}{'plain poller':>14}")
    rows = [
        ("answered once", ours.answered_once, plain.answered_once),
        ("answered more than once", ours.doubled, plain.doubled),
        ("most answers to one update", ours.most_answers, plain.most_answers),
        ("not answered", len(ours.unanswered), len(plain.unanswered)),
        ("of them told that a reply may be missing", len(told), 0),
        ("left with neither", len(left), len(plain.unanswered)),
        ("chats with answers out of order", ours.disordered, plain.disordered),
        ("updates stored", stored.updates, "nothing"),
        ("carers' messages stored", stored.messages, "nothing"),
        ("of them more than once", stored.messages - stored.distinct_messages, "nothing"),
        ("answered with an apology", len(stored.apologies), "nothing"),
        ("marked as perhaps not arrived", stored.unknown, "nothing"),
        ("of them not followed by a word about it", stored.untold, "nothing"),
        ("seconds", round(ours.seconds), round(plain.seconds)),
    ]
    for name, own, other in rows:
        print(f"{name:42}{own:>12}{other:>14}")
    kept = stored.updates == stored.messages == stored.distinct_messages == load.updates and stored.unhandled == 0
    has_few_unknown = stored.unknown <= AT_ONCE * load.kills
    return 0 if kept and has_few_unknown and not left and ours.doubled == ours.disordered == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
