"""A load of updates for a bot that is killed again and again, and the count of what became of each.

Telegram's side repeats updates although they were confirmed, answers late and fails; nothing else is simulated.
"""

import contextlib
import random
import sqlite3
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alongside.settings import ROOT
from tests.telegram.bot_api import BotApi, Call, Running, Trouble, broken

START_LIMIT = 90.0
"""Seconds until a start counts as failed; a bound against hanging, not a measure of speed."""

DRAIN_LIMIT = 1200.0
"""Seconds for what is left after the last kill."""

_MOST_SAID = 12
"""A kill falls somewhere before this many messages were said since the start."""

_QUIET = 4.0
"""Seconds without a word until a bot that cannot be asked counts as done."""

_UNHANDLED = "SELECT count(*) FROM telegram_updates WHERE handled_at IS NULL"
_UNCERTAIN = (
    "SELECT replace(asked.text, 'question ', '') FROM telegram_deliveries lost JOIN messages said ON said.id = lost.message_id "
    "JOIN messages asked ON asked.id = said.reply_to WHERE lost.state = 'unknown'"
)
_APOLOGIES = (
    "SELECT replace(asked.text, 'question ', '') FROM messages said JOIN messages asked ON asked.id = said.reply_to "
    "WHERE said.text NOT LIKE 'You said: %'"
)
_TOLD = (
    "SELECT * FROM telegram_deliveries told WHERE told.chat = lost.chat AND told.id > lost.id AND told.state = 'sent' "
    "AND told.notice = 'utter_telegram_perhaps_lost'"
)
_ANSWER = "You said: question "


@dataclass(frozen=True)
class Load:
    """How much, in how many chats, and how often the process is killed meanwhile."""

    updates: int
    chats: int
    kills: int
    seed: int = 7


@dataclass(frozen=True)
class Outcome:
    """What became of the updates. ``doubled`` were answered more than once; ``disordered`` counts chats."""

    answered_once: int
    unanswered: frozenset[int]
    doubled: int
    most_answers: int
    disordered: int
    seconds: float


@dataclass(frozen=True)
class Stored:
    """What the app's database holds afterwards.

    ``unknown`` are deliveries that may or may not have arrived, ``uncertain`` the updates whose answer is one, and ``untold``
    those of them whose carer was not told afterwards; ``apologies`` are those whose answer failed, as under too much load.
    """

    updates: int
    messages: int
    distinct_messages: int
    unhandled: int
    unknown: int
    uncertain: frozenset[int]
    untold: int
    apologies: frozenset[int]


def run(command: Callable[[str], Sequence[str]], load: Load, *, is_done: Callable[[], bool] | None = None) -> Outcome:
    """Run a bot against the load; ``command`` makes its command line from the address of the Bot API."""
    chance = random.Random(load.seed)
    updates = [_written(number, 1000 + chance.randrange(load.chats)) for number in range(1, load.updates + 1)]
    begun = time.monotonic()
    with Running() as api:
        api.answer = _trouble(random.Random(load.seed))
        api.again = {update["update_id"]: again for update in updates if (again := chance.randrange(4))}
        wave = -(-len(updates) // (load.kills + 1))
        for start in range(0, len(updates), wave):
            process = subprocess.Popen(command(api.url), cwd=ROOT)
            try:
                now = updates[start : start + wave]
                api.happens(*now)
                _until(lambda now=now: sum(update["update_id"] in api.handed_out for update in now) > len(now) / 2)
                if start + wave < len(updates):
                    said = len(api.sent()) + chance.randrange(_MOST_SAID)
                    _until(lambda said=said: len(api.sent()) >= said)
                else:
                    _until(lambda: _is_over(api, is_done), limit=DRAIN_LIMIT)
            finally:
                process.kill()
                process.wait()
        return _count(api, updates, time.monotonic() - begun)


def read_stored(file: Path) -> Stored:
    """Count in the app's SQLite file."""
    return Stored(
        updates=_number(file, "SELECT count(*) FROM telegram_updates"),
        messages=_number(file, "SELECT count(*) FROM messages WHERE author = 'carer'"),
        distinct_messages=_number(file, "SELECT count(DISTINCT text) FROM messages WHERE author = 'carer'"),
        unhandled=_number(file, _UNHANDLED),
        unknown=_number(file, "SELECT count(*) FROM telegram_deliveries WHERE state = 'unknown'"),
        uncertain=frozenset(_numbers(file, _UNCERTAIN)),
        untold=_number(file, f"SELECT count(*) FROM telegram_deliveries lost WHERE state = 'unknown' AND NOT EXISTS ({_TOLD})"),
        apologies=frozenset(_numbers(file, _APOLOGIES)),
    )


def is_app_done(file: Path) -> bool:
    """Say whether the app has handled every update and has nothing left to send."""
    return _number(file, _UNHANDLED) + _number(file, "SELECT count(*) FROM telegram_deliveries WHERE state = 'waiting'") == 0


def _number(file: Path, query: str) -> int:
    (found,) = _numbers(file, query)
    return found


def _numbers(file: Path, query: str) -> list[int]:
    with contextlib.closing(sqlite3.connect(file)) as database:
        return [int(found) for (found,) in database.execute(query)]


def _trouble(chance: random.Random) -> Callable[[Call], Trouble | None]:
    """Delay or fail a third of what is said."""

    def answer(call: Call) -> Trouble | None:
        if call.method != "sendMessage":
            return None
        drawn = chance.random()
        if drawn < 1 / 6:
            return broken()
        return Trouble(wait=chance.uniform(0.1, 1.0)) if drawn < 1 / 3 else None

    return answer


def _is_over(api: BotApi, is_done: Callable[[], bool] | None) -> bool:
    if api.updates:
        return False
    if is_done is not None:
        return is_done()
    said = len(api.sent())
    time.sleep(_QUIET)  # silence is all there is to see of a bot that keeps no books
    return not api.updates and len(api.sent()) == said


def _until(true: Callable[[], bool], *, limit: float = START_LIMIT) -> None:
    deadline = time.monotonic() + limit
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the bot did not get on with its work")
        time.sleep(0.05)


def _written(number: int, chat: int) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Robin"}
    where = {"id": chat, "type": "private", "first_name": "Robin"}
    message = {"message_id": number, "date": 1, "chat": where, "from": person, "text": f"question {number}"}
    return {"update_id": number, "message": message}


def _count(api: BotApi, updates: Sequence[dict[str, Any]], seconds: float) -> Outcome:
    answers: dict[int, int] = defaultdict(int)
    in_chat: dict[int, list[int]] = defaultdict(list)
    for said in api.arrived():
        if said["text"].startswith(_ANSWER):
            number = int(said["text"].removeprefix(_ANSWER).split()[0])
            answers[number] += 1
            if answers[number] == 1:
                in_chat[said["chat_id"]].append(number)
    return Outcome(
        answered_once=sum(many == 1 for many in answers.values()),
        unanswered=frozenset(update["update_id"] for update in updates) - answers.keys(),
        doubled=sum(many > 1 for many in answers.values()),
        most_answers=max(answers.values(), default=0),
        disordered=sum(numbers != sorted(numbers) for numbers in in_chat.values()),
        seconds=seconds,
    )
