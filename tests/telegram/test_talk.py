"""A carer's whole talk on Telegram: the real library and the real app on one side, Telegram's HTTP on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvicorn

from alongside.core.conversations import Author
from alongside.core.handover import Outcome, State
from alongside.services.lists import Show
from alongside.store.base import Database
from api.app import create_app
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Carer, join
from tests.telegram.phone import Phone, until
from tests.translation_builders import ARABIC, HOW_TO_BOOK, answer_as_written, speak_from

PUBLIC = "https://chat.example.org"


@asynccontextmanager
async def talking(mode: str, database: Database, server: BotApi) -> AsyncIterator[Phone]:
    """Run the app as ``alongside serve`` does, with its web side on a port of its own for webhook calls."""
    parts = join(database, server, CountingAssistant(), FakeClock(), telegram_mode=mode, public_url=PUBLIC)
    web = uvicorn.Server(uvicorn.Config(create_app(parts), host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(web.serve())
    await until(lambda: web.started)
    server.proxies[PUBLIC] = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
    async with AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.wait_for, serving, 10)
        stack.callback(setattr, web, "should_exit", True)
        carer = Carer(parts, server)
        await stack.enter_async_context(carer.telegram.running())
        yield Phone(carer)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_whole_talk(mode: str, database: Database, server: BotApi) -> None:
    async with talking(mode, database, server) as phone:
        parts, carer = phone.carer.parts, phone.carer
        await fill_directory(parts, ada=ALL_WEEK)
        ada = await add_account(database)

        first, greeting = await phone.writes("/start larch", hears=2)
        assert "Telegram can see" in first
        assert greeting.startswith("Hello. I am Alongside")
        (answer,) = await phone.writes("when can I visit?", hears=1)
        assert answer.startswith("You said: when can I visit? (1)")
        (answer,) = await phone.presses("Can I bring a child to visit?", hears=1)
        assert answer.startswith("You said: /ask_visiting/bring_children (2)")
        assert len(server.asked("answerCallbackQuery")) == 1

        (promise,) = await phone.writes("/person", hears=1)
        assert "carer support worker" in promise
        (listed,) = (await parts.lists.cases(ada, Show.SERVICES)).listed
        await parts.handover.claim(ada, listed.file.id)
        (claimed,) = await phone.hears(1)
        assert "Ada" in claimed
        await phone.writes("thank you, are you there?", hears=0)
        await parts.handover.reply(ada, listed.file.id, "I am. Shall I ring you & talk?", client_id="1")
        assert await phone.hears(1) == ["Ada: I am. Shall I ring you &amp; talk?"]
        await phone.writes("yes please", hears=0)
        await until(lambda: not server.updates)
        await carer.telegram.updates.finish()
        opened = await parts.handover.open_case(ada, listed.file.id)
        written = [message.text for message in opened.thread if message.author is Author.CARER]
        assert written[-2:] == ["thank you, are you there?", "yes please"]

        closed = await parts.handover.close(ada, listed.file.id, Outcome.ANSWERED)
        assert closed.case.state is State.CLOSED
        (said,) = await phone.hears(1)
        assert "Ada" in said
        await phone.writes("one thing more", hears=1)
        (again,) = (await parts.lists.cases(ada, Show.MINE)).listed
        assert (again.file.case.state, again.file.case.owner) == (State.WITH_WORKER, ada.id)
        positions = [message.position for message in await carer.thread()]
        assert positions == list(range(1, len(positions) + 1))


async def test_an_approved_translation_is_a_button_there_too(database: Database, server: BotApi) -> None:
    async with talking("polling", database, server) as phone:
        parts = phone.carer.parts
        parts.assistant.answer = answer_as_written  # type: ignore[attr-defined]
        number = await speak_from(parts)
        await phone.writes("/start", hears=2)
        await phone.writes("how do I book a visit", hears=1)
        (said,) = await phone.presses("العربية", hears=1)
        assert said.startswith(ARABIC[:40])
        assert "\u20660808 808 7777\u2069" in said
        last = (await phone.carer.thread())[-1]
        assert (last.language, last.release, last.answer) == ("ar", number, HOW_TO_BOOK.key)
