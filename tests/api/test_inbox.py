"""The inbox as a browser without scripts sees it: who waits, each case, and what can be done with it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import httpx
import pytest
from fastapi import FastAPI

from alongside.core.accounts import Account, AccountRole
from alongside.core.conversations import Conversation
from alongside.core.handover import Outcome, Reason, State
from alongside.core.promise import Person, Promise, Route
from alongside.services.lists import Show
from alongside.store import accounts as accounts_store
from alongside.store.base import Database
from alongside.wiring import Container
from api.inbox import live
from api.inbox.rows import group
from api.inbox.words import say_left, say_moment
from tests.builders import other_process
from tests.case_builders import ALL_WEEK, add_account, add_case, ask, begin, current, fill_directory, say, thread
from tests.fakes import NOW, FakeClock

HTML = {"Accept": "text/html"}
SAD = "I want to kill myself"


@dataclass
class Browser:
    """A browser in which somebody is signed in; it follows no redirect by itself."""

    client: httpx.AsyncClient
    csrf: str

    async def get(self, address: str, **params: str) -> httpx.Response:
        return await self.client.get(address, params=params or None)

    async def text(self, address: str, **params: str) -> str:
        response = await self.get(address, **params)
        assert response.status_code == 200, response.text
        return plain(response.text)

    async def do(self, case_id: str, action: str, **fields: str) -> httpx.Response:
        return await self.client.post(f"/inbox/cases/{case_id}/{action}", data={"csrf": self.csrf, **fields})


SignIn = Callable[[Account], Awaitable[Browser]]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi>", "", html))).split())


@pytest.fixture
async def sign_in(app: FastAPI, parts: Container) -> AsyncIterator[SignIn]:
    async with AsyncExitStack() as open_browsers:

        async def _sign_in(account: Account) -> Browser:
            link = await parts.accounts.make_link(account.email)
            await parts.accounts.set_password(link, "kettle moss ferry")
            token = await parts.accounts.sign_in(account.email, "kettle moss ferry", address="")
            client = await open_browsers.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
                    base_url="https://chat.test",
                    headers=HTML,
                    cookies={"__Host-alongside_session": token},
                )
            )
            found = await parts.accounts.session(token)
            assert found is not None
            return Browser(client, found.csrf)

        yield _sign_in


@pytest.fixture
async def ada(parts: Container) -> Account:
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "bea")


@pytest.fixture
async def desk(sign_in: SignIn, ada: Account, bea: Account) -> Browser:
    return await sign_in(ada)


async def claimed(parts: Container, account: Account) -> tuple[Conversation, str]:
    conversation, file = await ask(parts)
    await parts.handover.claim(account, file.id)
    return conversation, file.id


# --- The list ---


async def test_who_waits_is_listed_with_ward_since_when_and_what_is_left_of_the_promise(
    parts: Container, clock: FakeClock, desk: Browser
) -> None:
    await ask(parts)
    clock.move(timedelta(minutes=70))
    seen = await desk.text("/inbox")
    assert "To answer (1) Next A carer, Larch Ward" in seen
    assert "Waiting 1 h 50 min left: Ada promised by 1pm Waits 1 h 10 min, since 10am" in seen
    clock.move(timedelta(hours=2))
    assert "10 min late: Ada promised by 1pm" in await desk.text("/inbox")


async def test_danger_comes_first_and_says_so(parts: Container, clock: FakeClock, desk: Browser) -> None:
    await add_account(parts.database, "rhys", services=frozenset({"rowan"}), worker=None)
    await ask(parts)
    clock.move(timedelta(hours=2))
    await say(parts, await begin(parts, service="rowan"), SAD)
    await say(parts, await begin(parts), SAD)
    seen = await desk.text("/inbox")
    assert seen.index("Danger: may harm themselves") < seen.index("Waits 2 h")
    assert "Rowan" not in seen


async def test_a_case_is_labelled_with_who_has_it_and_its_place_follows_who_must_act(
    parts: Container, clock: FakeClock, desk: Browser, ada: Account, bea: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    clock.move(timedelta(minutes=1))
    await parts.handover.reply(ada, case_id, "Hello", client_id="1")
    assert re.search(r"With you, nothing new \(1\) A carer, Larch Ward .* You Worker wrote just now", await desk.text("/inbox"))
    clock.move(timedelta(minutes=5))
    await say(parts, conversation, "Thank you")
    assert re.search(
        r"To answer \(1\) Next A carer, Larch Ward .* You .* left: promised by .* Carer wrote just now", await desk.text("/inbox")
    )
    await parts.handover.transfer(ada, case_id, bea.id, reason="On leave.")
    assert re.search(r"With colleagues \(1\) A carer, Larch Ward .* Bea .*Carer wrote", await desk.text("/inbox"))
    assert "You have no case" in await desk.text("/inbox", show="mine")


async def test_what_was_transferred_from_a_service_one_does_not_serve_is_listed(
    parts: Container, sign_in: SignIn, ada: Account
) -> None:
    cy = await add_account(parts.database, "cy", services=frozenset({"rowan"}), worker=None)
    _, case_id = await claimed(parts, ada)
    await parts.handover.transfer(ada, case_id, cy.id, reason="On leave.")
    assert case_id in (await (await sign_in(cy)).get("/inbox")).text


async def test_closed_cases_are_under_their_own_heading(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    await parts.handover.close(ada, case_id, Outcome.SPOKE_OR_MET)
    assert case_id not in (await desk.get("/inbox")).text
    assert "Closed Closed just now We spoke or met" in await desk.text("/inbox", show="closed")


async def test_a_broken_promise_comes_before_one_with_time_left_and_a_carer_who_wrote(parts: Container, ada: Account) -> None:
    def promise(minutes: int) -> Promise:
        who = Person(ada.id, "Ada", "carer support worker", "every day")
        return Promise(Route.OWN, asked, who, NOW + timedelta(minutes=minutes))

    late, soon, wrote = [await begin(parts) for _ in range(3)]
    asked = NOW - timedelta(days=1)
    await add_case(parts.database, soon.id, promise=promise(10), requested_at=asked)
    await add_case(parts.database, late.id, promise=promise(-10), requested_at=asked)
    await add_case(
        parts.database,
        wrote.id,
        state=State.WITH_WORKER,
        owner=ada.id,
        promise=promise(-500),
        requested_at=asked,
        worker_wrote_at=asked + timedelta(hours=1),
        carer_wrote_at=asked + timedelta(hours=2),
    )
    danger = await add_case(parts.database, (await begin(parts)).id, reason=Reason.SAFETY_SELF)
    listed = (await parts.lists.cases(ada, Show.SERVICES))[0]
    (only,) = group(listed, ada, Show.SERVICES, NOW)
    by_case = {item.file.id: item.file.conversation for item in listed}
    assert [by_case[row.id] for row in only.rows] == [danger.conversation, late.id, wrote.id, soon.id]


async def test_a_later_message_shows_by_when_a_reply_is_owed(
    parts: Container, clock: FakeClock, desk: Browser, ada: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    await parts.handover.reply(ada, case_id, "Yes, you can.", client_id="one")
    assert "promised by" not in await desk.text("/inbox")
    clock.move(timedelta(minutes=1))
    await say(parts, conversation, "And on Sunday?")
    assert "3 h 14 min left: promised by 1.15pm" in await desk.text("/inbox")


@pytest.mark.parametrize(
    ("minutes", "moment", "left"),
    [
        (25, "10.25am", "25 min left"),
        (120, "midday", "2 h left"),
        (27 * 60, "1pm tomorrow", "1 day left"),
        (-75, "8.45am", "1 h 15 min late"),
        (72 * 60, "10am on Friday 27 November", "3 days left"),
    ],
)
def test_times_are_said_as_people_say_them(minutes: int, moment: str, left: str) -> None:
    at = NOW + timedelta(minutes=minutes)
    assert (say_moment(at, NOW), say_left(at, NOW)) == (moment, left)


# --- The case ---


async def test_a_carer_who_is_with_the_bot_again_can_be_written_to(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    await parts.handover.hand_back(ada, case_id)
    seen = await desk.text(f"/inbox/cases/{case_id}")
    assert "Write to this carer again" in seen
    assert (await desk.do(case_id, "claim")).status_code == 303
    seen = await desk.text(f"/inbox/cases/{case_id}")
    assert "Write to the carer, as Ada" in seen
    assert "Ada took it up from the bot, to write to the carer again" in seen


async def test_the_bots_part_is_folded_into_what_was_asked_and_answered(parts: Container, desk: Browser) -> None:
    conversation = await begin(parts)
    await say(parts, conversation, "can I bring <b>his</b> sister?")
    await say(parts, conversation)
    file = await current(parts, conversation)
    response = await desk.get(f"/inbox/cases/{file.id}")
    assert "<b>his</b>" not in response.text
    seen = plain(response.text)
    assert "In short The carer wrote last can I bring <b>his</b> sister? Pressed (1) Talk to a person" in seen
    assert "Talk to a person The bot answered (1) visiting: first visit" in seen
    assert "Before, with the bot (3 messages)" in seen
    assert seen.index("Before, with the bot") < seen.index("You said: can I bring") < seen.index("Pressed: Talk to a person")
    folded = response.text.split('id="thread"')
    assert ("You said" in folded[0], "You said" in folded[1], "Talk to a person" in folded[1]) == (True, False, True)
    assert "A person was asked for; Ada is to reply by 1pm" in seen


async def test_asked_for_again_the_talk_so_far_is_folded_apart_from_what_the_bot_was_asked_since(
    parts: Container, clock: FakeClock, desk: Browser, ada: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    await parts.handover.reply(ada, case_id, "Behind the ward.", client_id="1")
    clock.move(timedelta(minutes=1))
    await parts.handover.hand_back(ada, case_id)
    for text in ("Who decides on his leave?", None):
        clock.move(timedelta(minutes=1))
        await say(parts, conversation, text)
    response = await desk.get(f"/inbox/cases/{case_id}")
    seen = plain(response.text)
    assert "In short The carer wrote last Who decides on his leave? Pressed (1) Talk to a person" in seen
    folded = response.text.split("<summary>Earlier (")[1]
    earlier, with_bot, rest = re.split(r"<summary>Before, with the bot|id=\"thread\"", folded)
    assert "Behind the ward." in earlier
    assert '<details class="fold" open> <summary>Earlier (' not in " ".join(response.text.split())
    assert "You said: Who decides on his leave?" in with_bot
    assert ("Behind the ward." in rest, "Talk to a person" in rest) == (False, True)


async def test_opened_again_the_talk_so_far_stays_in_sight(
    parts: Container, clock: FakeClock, desk: Browser, ada: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    await parts.handover.reply(ada, case_id, "Shall I ring the ward?", client_id="1")
    clock.move(timedelta(minutes=1))
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    await say(parts, conversation, "Yes please")
    response = await desk.get(f"/inbox/cases/{case_id}")
    assert "In short The carer wrote last Yes please" in plain(response.text)
    assert '<details class="fold" open> <summary>Earlier (' in " ".join(response.text.split())
    assert "Before, with the bot" not in response.text
    assert "Shall I ring the ward?" not in response.text.split('id="thread"')[1]
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    clock.move(timedelta(minutes=1))
    await parts.handover.reply(ada, (await parts.handover.reopen(ada, case_id)).id, "It is done.", client_id="2")
    clock.move(timedelta(minutes=1))
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    await parts.handover.reopen(ada, case_id)
    assert "In short" not in await desk.text(f"/inbox/cases/{case_id}")


async def test_a_case_is_claimed_answered_and_the_carer_reads_it(parts: Container, desk: Browser) -> None:
    conversation, file = await ask(parts)
    assert "Write to the carer" not in await desk.text(f"/inbox/cases/{file.id}")
    response = await desk.do(file.id, "claim")
    assert (response.status_code, response.headers["location"]) == (303, f"/inbox/cases/{file.id}#end")
    page = await desk.get(f"/inbox/cases/{file.id}")
    client_id = re.search(r'id="client-id" value="(\w+)"', page.text)
    assert client_id
    for _ in range(2):  # pressed twice
        await desk.do(file.id, "reply", text="Hello, how are you?", client_id=client_id[1])
    said = [message for message in await thread(parts, conversation) if message.author.value == "worker"]
    assert [(message.name, message.text) for message in said] == [("Ada", "Hello, how are you?")]
    seen = await desk.text(f"/inbox/cases/{file.id}")
    assert "Ada wrote to the carer" in seen
    assert "ada@example.org" not in seen


async def test_words_changed_after_a_lost_answer_are_kept_and_can_be_sent(parts: Container, desk: Browser, ada: Account) -> None:
    conversation, case_id = await claimed(parts, ada)
    await desk.do(case_id, "reply", text="I will ring at 2.", client_id="1")
    response = await desk.do(case_id, "reply", text="I will ring at 3.", client_id="1")
    assert (response.status_code, "These were not sent" in response.text) == (409, True)
    assert ">I will ring at 3.</textarea>" in response.text
    client_id = re.search(r'id="client-id" value="(\w+)"', response.text)
    assert client_id
    await desk.do(case_id, "reply", text="I will ring at 3.", client_id=client_id[1])
    texts = [message.text for message in await thread(parts, conversation) if message.author.value == "worker"]
    assert texts == ["I will ring at 2.", "I will ring at 3."]


async def test_a_case_somebody_else_has_can_be_read_and_not_answered(
    parts: Container, sign_in: SignIn, ada: Account, bea: Account
) -> None:
    _, case_id = await claimed(parts, ada)
    browser = await sign_in(bea)
    seen = await browser.text(f"/inbox/cases/{case_id}")
    assert "Ada has this case. You can read along." in seen
    assert "Transfer" not in seen
    late = await browser.do(case_id, "claim")
    assert (late.status_code, "Ada has this case already" in late.text) == (409, True)
    answer = await browser.do(case_id, "reply", text="These words are kept", client_id="1")
    assert answer.status_code == 403
    assert "What you wrote was not sent: These words are kept" in plain(answer.text)


async def test_a_transfer_tells_the_carer_and_leaves_the_reason_as_a_note(
    parts: Container, desk: Browser, ada: Account, bea: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    missing = await desk.do(case_id, "transfer", to="", reason="Bea knows her")
    assert (missing.status_code, "Choose another one" in missing.text, "Bea knows her" in missing.text) == (422, True, True)
    response = await desk.do(case_id, "transfer", to=bea.id, reason="Bea knows her")
    assert response.headers["location"] == "/inbox?done=transfer"
    assert "with your colleague now. The carer was told." in await desk.text("/inbox", done="transfer")
    assert "Ada has passed this on to Bea" in (await thread(parts, conversation))[-1].text
    seen = await desk.text(f"/inbox/cases/{case_id}")
    assert "Notes for colleagues (1) Ada 10am Bea knows her" in seen
    assert "Ada transferred it to Bea" in seen
    assert (await current(parts, conversation)).owner == bea.id


async def test_a_transfer_without_a_reason_is_refused_at_its_field(
    parts: Container, desk: Browser, ada: Account, bea: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    response = await desk.do(case_id, "transfer", to=bea.id, reason=" ")
    assert response.status_code == 422
    assert re.search(r'error-message"><span[^>]*>Error:</span> Write why[^<]*</p>\s*<textarea[^>]* id="reason"', response.text)
    assert f'<option value="{bea.id}" selected>' in response.text
    assert (await current(parts, conversation)).owner == ada.id


async def test_a_transfer_of_a_case_that_was_just_closed_gives_the_reason_back(
    parts: Container, desk: Browser, ada: Account, bea: Account
) -> None:
    _, case_id = await claimed(parts, ada)
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    response = await desk.do(case_id, "transfer", to=bea.id, reason="Bea knows her")
    assert response.status_code == 409
    assert "What you wrote was not sent: Bea knows her" in plain(response.text)


@pytest.mark.parametrize(
    ("action", "fields", "state"),
    [
        ("hand-back", {}, State.BOT),
        ("release", {}, State.WAITING),
        ("close", {"outcome": "answered"}, State.CLOSED),
    ],
)
async def test_a_case_ends_with_the_one_who_has_it(
    parts: Container, desk: Browser, ada: Account, action: str, fields: dict[str, str], state: State
) -> None:
    conversation, case_id = await claimed(parts, ada)
    response = await desk.do(case_id, action, **fields)
    assert (response.status_code, (await current(parts, conversation)).case.state) == (303, state)
    assert "The carer" in await desk.text(response.headers["location"])


async def test_closing_needs_to_say_how_it_ended(parts: Container, desk: Browser, ada: Account) -> None:
    conversation, case_id = await claimed(parts, ada)
    response = await desk.do(case_id, "close")
    assert (response.status_code, "Choose how it ended" in response.text) == (422, True)
    assert (await current(parts, conversation)).case.state is State.WITH_WORKER


@pytest.mark.parametrize(("action", "fields"), [("close", {"outcome": "answered"}), ("hand-back", {})])
async def test_a_page_that_does_not_show_what_the_carer_wrote_ends_nothing(
    parts: Container, desk: Browser, ada: Account, action: str, fields: dict[str, str]
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    page = (await desk.get(f"/inbox/cases/{file.id}")).text
    [seen] = re.findall(rf'name="seen" value="(\w+)" form="{action}-form"', page)
    assert f'id="{action}-form"' in page
    await say(parts, conversation, "One more thing")
    refused = await desk.do(file.id, action, seen=seen, **fields)
    assert "The carer has just written. Read it below first. Nothing was changed." in plain(refused.text)
    assert "One more thing" in plain(refused.text)
    [seen] = re.findall(rf'name="seen" value="(\w+)" form="{action}-form"', refused.text)
    assert (await desk.do(file.id, action, seen=seen, **fields)).status_code == 303


async def test_a_closed_case_is_opened_again_by_who_had_it(parts: Container, desk: Browser, ada: Account) -> None:
    conversation, case_id = await claimed(parts, ada)
    await parts.handover.close(ada, case_id, Outcome.ANSWERED)
    assert "Open it again Ada has it again" in await desk.text(f"/inbox/cases/{case_id}")
    await desk.do(case_id, "reopen")
    assert (await current(parts, conversation)).owner == ada.id


async def test_a_case_of_another_service_or_of_nobody_is_not_shown(parts: Container, desk: Browser) -> None:
    await add_account(parts.database, "rhys", services=frozenset({"rowan"}), worker=None)
    _, file = await ask(parts, service="rowan")
    for address in (f"/inbox/cases/{file.id}", f"/inbox/cases/{file.id}/messages", f"/inbox/events?case={file.id}"):
        assert (await desk.get(address)).status_code == 403
    assert (await desk.get("/inbox/cases/nothing")).status_code == 404
    assert (await desk.do(file.id, "claim")).status_code == 403


async def test_a_change_needs_the_sessions_own_page(parts: Container, desk: Browser) -> None:
    _, file = await ask(parts)
    desk.csrf = "somebody else's"
    assert (await desk.do(file.id, "claim")).status_code == 403


# --- News ---


async def test_an_open_case_asks_for_what_came_after_and_hears_that_it_changed(
    parts: Container, desk: Browser, ada: Account, bea: Account
) -> None:
    conversation, case_id = await claimed(parts, ada)
    page = (await desk.get(f"/inbox/cases/{case_id}")).text
    last = re.findall(r'data-message="(\w+)"', page)[-1]
    version = re.search(r'data-version="(\w+)"', page)
    assert version
    await say(parts, conversation, "One more thing")
    news = await desk.get(f"/inbox/cases/{case_id}/messages", after=last, version=version[1])
    assert plain(news.text).startswith("Carer 10am One more thing")
    assert "This case has changed" not in news.text
    await parts.handover.transfer(ada, case_id, bea.id, reason="On leave.")
    news = await desk.get(f"/inbox/cases/{case_id}/messages", after=last, version=version[1])
    assert "This case has changed: Bea has it now" in plain(news.text)


async def test_the_streams_carry_ids_and_end_with_the_session(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    link = await parts.accounts.make_link(ada.email)
    await parts.accounts.set_password(link, "kettle moss ferry")
    token = await parts.accounts.sign_in(ada.email, "kettle moss ferry", address="")
    listed = live._list_events(parts, token)
    opened = live._case_events(parts, token, await parts.handover.open_case(ada, file.id))
    secret = "my own words"
    await say(parts, conversation, secret)
    first = await anext(opened)
    assert (first.event, secret in str(first.data)) == ("message", False)
    await parts.accounts.disable(ada.email)
    assert [event async for event in listed] == []
    assert [event.event async for event in opened] in ([], ["message"])


async def test_the_list_hears_of_what_another_process_did(parts: Container, ada: Account) -> None:
    link = await parts.accounts.make_link(ada.email)
    await parts.accounts.set_password(link, "kettle moss ferry")
    token = await parts.accounts.sign_in(ada.email, "kettle moss ferry", address="")
    hearing = asyncio.ensure_future(anext(live._list_events(parts, token)))
    async with asyncio.timeout(30):
        while not hearing.done():  # the first may be asked before the list listens
            await ask(other_process(parts))
            await asyncio.wait([hearing], timeout=0.5)
    assert (await hearing).event == "cases"


@pytest.mark.parametrize("taken", ["their services", "their role"])
async def test_the_streams_end_when_what_they_show_may_no_longer_be_seen(
    parts: Container, ada: Account, database: Database, taken: str
) -> None:
    await add_account(database, "bea")  # else the ward would be nobody's, and everybody's to see
    conversation, file = await ask(parts)
    await parts.accounts.set_password(await parts.accounts.make_link(ada.email), "kettle moss ferry")
    token = await parts.accounts.sign_in(ada.email, "kettle moss ferry", address="")
    listed = live._list_events(parts, token)
    opened = live._case_events(parts, token, await parts.handover.open_case(ada, file.id))
    async with database.transaction() as session:
        if taken == "their services":
            await accounts_store.set_services(session, ada.id, ["rowan"])
        else:
            await accounts_store.set_role(session, ada.id, AccountRole.MAINTAINER)
    await say(parts, conversation, "Hello")
    async with asyncio.timeout(10):
        assert [event async for event in opened] == []
        if taken == "their role":  # without the services the list is still theirs, of others
            assert [event async for event in listed] == []


async def test_a_stream_goes_on_for_who_has_the_case_whatever_they_serve(
    parts: Container, ada: Account, database: Database
) -> None:
    conversation, case_id = await claimed(parts, ada)
    await parts.accounts.set_password(await parts.accounts.make_link(ada.email), "kettle moss ferry")
    token = await parts.accounts.sign_in(ada.email, "kettle moss ferry", address="")
    opened = live._case_events(parts, token, await parts.handover.open_case(ada, case_id))
    async with database.transaction() as session:
        await accounts_store.set_services(session, ada.id, ["rowan"])
    await say(parts, conversation, "Hello")
    assert (await asyncio.wait_for(anext(opened), 10)).event == "message"


async def test_every_page_keeps_a_strict_policy(parts: Container, desk: Browser) -> None:
    _, file = await ask(parts)
    for address in ("/inbox", f"/inbox/cases/{file.id}"):
        response = await desk.get(address)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["cache-control"] == "no-store"
        assert not re.search(r"<script>|style=|\son\w+=", response.text)
