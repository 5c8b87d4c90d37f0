"""Two processes on one database, as behind a load balancer: every update is answered once, in order, by one of them."""

import asyncio
import re
from collections import defaultdict
from datetime import timedelta

import pytest

from alongside.store import telegram as store
from alongside.store.base import Database
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import BOT, BotApi
from tests.telegram.conftest import Carer, join

CHATS, EACH = (1, 2, 3, 4), 5


async def test_both_are_given_everything_and_each_update_is_answered_once(
    database: Database, server: BotApi, telegram_clock: FakeClock
) -> None:
    both = [join(database, server, CountingAssistant(), telegram_clock) for _ in range(2)]
    carers = [Carer(both[0], server, chat=chat, _updates=100 * chat, _messages=10 * chat) for chat in CHATS]
    updates = [carer.message(f"question {number}") for number in range(EACH) for carer in carers]
    telegrams = [parts.telegram for parts in both if parts.telegram]

    await asyncio.gather(*(telegram.updates.take_in(updates) for telegram in telegrams))
    async with asyncio.timeout(60):
        while True:
            await asyncio.gather(*(telegram.updates.finish() for telegram in telegrams))
            async with database.reading() as session:
                if not await store.list_waiting_chats(session, BOT):
                    break
            await asyncio.gather(*(telegram.updates.resume() for telegram in telegrams))
    for _ in range(2):
        await asyncio.gather(*(telegram.outbox.send_due() for telegram in telegrams))
        await asyncio.gather(*(telegram.outbox.finish() for telegram in telegrams))

    said = defaultdict(list)
    for sent in server.sent():
        if found := re.match(r"You said: question (\d)", sent["text"]):
            said[sent["chat_id"]].append(int(found[1]))
    assert said == {chat: list(range(EACH)) for chat in CHATS}
    for telegram in telegrams:
        await telegram.api.close()


@pytest.mark.parametrize("name", ["send:4242", "poll:4242"])
async def test_one_process_has_a_lease_until_it_gives_it_back_or_is_silent(
    database: Database, server: BotApi, telegram_clock: FakeClock, name: str
) -> None:
    first, second = (join(database, server, CountingAssistant(), telegram_clock).telegram for _ in range(2))
    assert first is not None
    assert second is not None
    assert await first.leases.hold(name) is False
    assert await first.leases.hold(name) is True
    assert await second.leases.hold(name) is None
    await first.leases.drop(name)
    assert await second.leases.hold(name) is False
    telegram_clock.move(timedelta(minutes=1))
    assert await first.leases.hold(name) is False
    for telegram in (first, second):
        await telegram.api.close()
