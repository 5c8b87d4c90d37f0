"""A conversation goes on where the carer wants it: the same thread and worker, by a code that works once, for ten minutes."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from alongside.core.conversations import Author
from alongside.core.handover import State
from alongside.services.lists import Show
from alongside.store import conversations as conversation_store
from api.app import create_app
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.directory_builders import service
from tests.telegram.conftest import Carer
from tests.telegram.test_app import deletes
from tests.telegram.test_worker import in_chat


@pytest.fixture
async def page(robin: Carer) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(robin.parts), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        yield client


async def begin(page: httpx.AsyncClient) -> dict[str, str]:
    token = (await page.post("/api/v1/conversations", json={"service": "larch"})).json()["token"]
    return {"Authorization": f"Bearer {token}"}


async def offer(page: httpx.AsyncClient, key: dict[str, str]) -> str:
    response = await page.post("/api/v1/move", headers=key)
    assert response.status_code == 200, response.text
    link = urlsplit(response.json()["link"])
    assert (link.netloc, link.path) == ("t.me", "/alongside_test_bot")
    (parameter,) = parse_qs(link.query)["start"]
    assert re.fullmatch(r"[\w-]{1,64}", parameter)
    return parameter


async def test_from_the_page_to_telegram_and_back_with_the_same_worker(robin: Carer, page: httpx.AsyncClient) -> None:
    await fill_directory(robin.parts, ada=ALL_WEEK)
    ada = await add_account(robin.parts.database)
    key = await begin(page)
    await page.post("/api/v1/messages?wait=5", json={"choice": "/talk_to_person", "client_id": "1"}, headers=key)
    (listed,) = (await robin.parts.lists.cases(ada, Show.SERVICES)).listed
    await robin.parts.handover.claim(ada, listed.file.id)

    first, moved = await robin.say(f"/start {await offer(page, key)}")
    assert "Telegram can see" in first
    assert moved.startswith("We go on here.")
    assert (await page.get("/api/v1/messages", headers=key)).status_code == 401
    await robin.say("are you there?")
    await robin.parts.handover.reply(ada, listed.file.id, "I am", client_id="1")
    await robin.settle()
    assert robin.server.sent()[-1]["text"] == "Ada: I am"

    (said,) = await robin.say("/web")
    code = re.search(r"#move=([\w-]+)", said)
    assert code
    here = await page.post("/api/v1/move/here", json={"code": code[1]})
    key = {"Authorization": f"Bearer {here.json()['token']}"}
    thread = (await page.get("/api/v1/messages", headers=key)).json()["messages"]
    assert [message["text"] for message in thread[-2:]] == ["are you there?", "I am"]
    standing = (await page.get("/api/v1/conversations/current", headers=key)).json()
    assert (standing["state"], standing["worker"]["name"]) == (State.WITH_WORKER.value, "Ada")

    # What was said on Telegram can still be taken back there.
    assert "Ada: I am" in in_chat(robin)
    await robin.parts.corrections.withdraw(ada, listed.file.id, thread[-1]["id"])
    await robin.settle()
    assert "Ada: I am" not in in_chat(robin)
    assert (await page.post("/api/v1/move/here", json={"code": code[1]})).status_code == 404


async def test_a_code_works_once(robin: Carer, page: httpx.AsyncClient) -> None:
    code = await offer(page, await begin(page))
    await robin.say(f"/start {code}")
    other = Carer(robin.parts, robin.server, chat=6001, _updates=500)
    assert (await other.say(f"/start {code}"))[0].startswith("This link does not work any more.")


async def test_a_code_is_good_for_ten_minutes(robin: Carer, page: httpx.AsyncClient) -> None:
    code = await offer(page, await begin(page))
    robin.parts.clock.move(timedelta(minutes=10))  # type: ignore[attr-defined]
    assert (await robin.say(f"/start {code}"))[0].startswith("This link does not work any more.")


async def test_a_chat_with_words_of_its_own_keeps_them_and_the_code(robin: Carer, page: httpx.AsyncClient) -> None:
    await robin.say("hello")
    code = await offer(page, await begin(page))
    assert (await robin.say(f"/start {code}"))[0].startswith("This chat has words of its own already")
    await deletes(robin)
    assert (await robin.say(f"/start {code}"))[-1].startswith("We go on here.")


async def test_a_wards_link_opens_knowing_the_ward(robin: Carer) -> None:
    await fill_directory(robin.parts)
    _, greeting = await robin.say("/start larch")
    assert greeting.startswith("Hello. I am Alongside")
    conversation = await robin.conversation()
    async with robin.parts.database.reading() as session:
        known = await conversation_store.get(session, conversation)
    assert known is not None
    assert (known.service, known.nation) == ("larch", service("larch").nation)
    assert [message.author for message in await robin.thread()] == [Author.SYSTEM, Author.BOT]


async def test_without_telegram_there_is_no_link(robin: Carer) -> None:
    transport = httpx.ASGITransport(app=create_app(container(robin.parts.database)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as page:
        response = await page.post("/api/v1/move", headers=await begin(page))
    assert response.status_code == 404
    assert "does not use Telegram" in response.json()["error"]
