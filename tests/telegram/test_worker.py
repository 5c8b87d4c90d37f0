"""The worker's side of a talk on Telegram: what they change is changed in the chat; the inbox says how far words have come."""

# ruff: noqa: F401, F811 (the fixtures of the inbox are used by their names)

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import Response

from alongside.core.accounts import Account
from alongside.core.conversations import Author, Message
from alongside.core.delivery import Delivery
from alongside.services.lists import Show
from alongside.store import progress
from alongside.wiring import Container
from api.app import create_app
from api.inbox import live
from tests.api.test_inbox import Browser, SignIn, ada, bea, desk, sign_in
from tests.telegram.bot_api import refusal
from tests.telegram.conftest import Carer
from tests.telegram.test_outbox import Once, bot_says


@pytest.fixture
def parts(robin: Carer) -> Container:
    return robin.parts


@pytest.fixture
def app(parts: Container) -> FastAPI:
    return create_app(parts)


@pytest.fixture
async def case(robin: Carer, ada: Account) -> str:
    """A case that Ada has; what was said until then has been sent."""
    await robin.say("/start larch")
    await robin.say("/person")
    (listed,) = (await robin.parts.lists.cases(ada, Show.SERVICES)).listed
    await robin.parts.handover.claim(ada, listed.file.id)
    await robin.settle()
    return listed.file.id


async def write(robin: Carer, ada: Account, case: str, *texts: str) -> list[Message]:
    return [await robin.parts.handover.reply(ada, case, text, client_id=text) for text in texts]


def in_chat(robin: Carer) -> list[str]:
    return [text for text in robin.server.stands(robin.chat) if text.startswith(("Ada:", "This message"))]


def while_sending(robin: Carer, monkeypatch: pytest.MonkeyPatch, change: Callable[[], Awaitable[object]]) -> None:
    """Do something when the words of the next message have been read, and before Telegram has them."""
    send = robin.telegram.api.send

    async def first_change(*given: Any) -> int:
        monkeypatch.setattr(robin.telegram.api, "send", send)
        await change()
        return await send(*given)

    monkeypatch.setattr(robin.telegram.api, "send", first_change)


# Corrected and withdrawn


async def test_a_correction_is_made_in_the_chat_once(robin: Carer, ada: Account, case: str) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    for _ in range(2):
        await robin.parts.corrections.correct(ada, case, message.id, "On Tuesday.")
        await robin.settle()
    assert in_chat(robin) == ["Ada: On Tuesday."]
    assert len(robin.server.asked("editMessageText")) == 1


async def test_a_withdrawn_message_is_taken_out_of_the_chat(robin: Carer, ada: Account, case: str) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    await robin.parts.corrections.withdraw(ada, case, message.id)
    await robin.settle()
    assert in_chat(robin) == []


async def test_after_two_days_a_withdrawn_message_says_that_it_was_taken_back(robin: Carer, ada: Account, case: str) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    robin.parts.clock.move(timedelta(hours=49))  # type: ignore[attr-defined]
    await robin.parts.corrections.withdraw(ada, case, message.id)
    await robin.settle()
    assert in_chat(robin) == ["This message was taken back."]


async def test_what_is_changed_before_it_is_sent_is_sent_as_it_is_then(robin: Carer, ada: Account, case: str) -> None:
    one, two = await write(robin, ada, case, "On Monday.", "A mistake.")
    await robin.parts.corrections.correct(ada, case, one.id, "On Tuesday.")
    await robin.parts.corrections.withdraw(ada, case, two.id)
    await robin.settle()
    assert [sent["text"] for sent in robin.server.sent() if sent["text"].startswith("Ada:")] == ["Ada: On Tuesday."]


@pytest.mark.parametrize(("text", "stands"), [("On Tuesday.", ["Ada: On Tuesday."]), (None, [])])
async def test_what_is_changed_while_it_is_on_its_way_is_changed_in_the_chat(
    robin: Carer, ada: Account, case: str, monkeypatch: pytest.MonkeyPatch, text: str | None, stands: list[str]
) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")

    async def change() -> None:
        if text is None:
            await robin.parts.corrections.withdraw(ada, case, message.id)
        else:
            await robin.parts.corrections.correct(ada, case, message.id, text)

    while_sending(robin, monkeypatch, change)
    await robin.settle()
    assert in_chat(robin) == stands


async def test_a_conversation_on_the_page_is_corrected_there_and_nothing_is_sent(robin: Carer, ada: Account, case: str) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    code = await robin.parts.moves.offer(message.conversation, "web")
    await robin.parts.moves.to_web(code.code)
    await robin.parts.corrections.correct(ada, case, message.id, "On Tuesday.")
    await robin.settle()
    assert robin.server.asked("editMessageText") == []


# What could not be changed


@pytest.fixture
def refuse(robin: Carer) -> Callable[[str, Response], None]:
    """Have Telegram answer every call of one method in its own way."""

    def refuse(method: str, answer: Response) -> None:
        robin.server.answer = lambda call: answer if call.method == method else None

    return refuse


async def test_a_correction_that_telegram_refuses_is_said_at_the_message(
    robin: Carer, ada: Account, desk: Browser, case: str, refuse: Callable[[str, Response], None]
) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    await robin.parts.corrections.correct(ada, case, message.id, "On Tuesday.")
    assert "The correction is on its way." in await desk.text(f"/inbox/cases/{case}")
    refuse("editMessageText", refusal(400, "Bad Request: message can't be edited"))
    await robin.settle()
    said = "Corrected at 10am The correction did not reach the carer, who still sees the earlier words."
    assert said in await desk.text(f"/inbox/cases/{case}")
    refuse("", Response())
    await robin.parts.corrections.correct(ada, case, message.id, "On Wednesday.")
    await robin.settle()
    assert "did not reach" not in await desk.text(f"/inbox/cases/{case}")


async def test_a_withdrawal_that_telegram_refuses_is_said_at_the_message(
    robin: Carer, ada: Account, desk: Browser, case: str, refuse: Callable[[str, Response], None]
) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    refuse("deleteMessages", refusal(400, "Bad Request: message can't be deleted"))
    await robin.parts.corrections.withdraw(ada, case, message.id)
    assert "It is being taken out." in await desk.text(f"/inbox/cases/{case}")
    await robin.settle()
    page = await desk.text(f"/inbox/cases/{case}")
    assert "It could not be taken out of the carer’s chat, so they still see it." in page
    assert "The carer does not see what it said." not in page


async def test_a_withdrawn_message_that_may_have_arrived_is_said_to_stand_in_the_chat(
    robin: Carer, ada: Account, desk: Browser, case: str
) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    robin.server.answer = Once(Response("<html>", 502))
    await robin.settle()
    await robin.parts.corrections.withdraw(ada, case, message.id)
    await robin.settle()
    assert "It may have arrived before, and then it stands in the carer’s chat." in await desk.text(f"/inbox/cases/{case}")


async def test_a_long_message_of_which_one_part_could_not_be_taken_out_still_stands(
    robin: Carer, ada: Account, desk: Browser, case: str
) -> None:
    (message,) = await write(robin, ada, case, "\n\n".join("🙂" * 900 for _ in range(4)))
    await robin.settle()
    await robin.parts.corrections.withdraw(ada, case, message.id)
    refusals = [refusal(400, "Bad Request: message can't be deleted")]
    robin.server.answer = lambda call: refusals.pop() if call.method == "deleteMessages" and refusals else None
    await robin.settle()
    assert len(robin.server.asked("deleteMessages")) == 2
    assert "It could not be taken out" in await desk.text(f"/inbox/cases/{case}")


async def test_an_open_page_hears_that_a_correction_failed(
    robin: Carer, ada: Account, desk: Browser, case: str, refuse: Callable[[str, Response], None]
) -> None:
    (message,) = await write(robin, ada, case, "On Monday.")
    await robin.settle()
    await robin.parts.corrections.correct(ada, case, message.id, "On Tuesday.")
    before = await robin.parts.deliveries.sent(message.conversation)
    refuse("editMessageText", refusal(400, "Bad Request: message can't be edited"))
    async with robin.parts.announcer.listen(message.conversation) as kinds:
        await robin.settle()
        assert await anext(kinds) == "seen"
    assert await robin.parts.deliveries.sent(message.conversation) != before


async def test_what_was_changed_while_the_bot_was_blocked_is_changed_when_the_carer_is_back(
    robin: Carer, ada: Account, case: str, refuse: Callable[[str, Response], None]
) -> None:
    one, two = await write(robin, ada, case, "On Monday.", "A mistake.")
    await robin.settle()
    refuse("editMessageText", refusal(403, "Forbidden: bot was blocked by the user"))
    await robin.parts.corrections.correct(ada, case, one.id, "On Tuesday.")
    await robin.parts.corrections.withdraw(ada, case, two.id)
    await robin.settle()
    refuse("", Response())
    await robin.say("I am back")
    assert in_chat(robin) == ["Ada: On Tuesday."]


async def test_the_inbox_says_that_words_of_the_bot_may_not_have_arrived(robin: Carer, desk: Browser, case: str) -> None:
    await bot_says(robin, "The ward is open.")
    robin.server.answer = Once(Response("<html>", 502))
    await robin.settle()
    assert "The ward is open. May not have arrived." in await desk.text(f"/inbox/cases/{case}")


# How far words have come


async def test_the_inbox_says_what_was_sent_and_names_each_that_may_not_have_arrived(
    robin: Carer, ada: Account, desk: Browser, case: str
) -> None:
    one, two, three = await write(robin, ada, case, "one", "two", "three")
    assert "three Waiting to be sent" in await desk.text(f"/inbox/cases/{case}")
    robin.server.answer = Once(Response("<html>", 502), refusal(400, "Bad Request: no"))
    await robin.settle()
    reached = await robin.parts.deliveries.states(one.conversation, await robin.thread())
    assert [reached.states[message.id] for message in (one, two, three)] == [Delivery.UNKNOWN, Delivery.FAILED, Delivery.SENT]
    page = await desk.text(f"/inbox/cases/{case}")
    assert "one May not have arrived. It is not sent again by itself." in page
    assert "two Not delivered" in page
    assert "three Sent. This channel does not say whether it was read." in page
    assert "Sent, not read yet" not in page


async def test_what_was_said_on_the_page_before_the_move_has_the_state_it_had_there(
    robin: Carer, ada: Account, case: str
) -> None:
    seen, unseen = await write(robin, ada, case, "seen", "unseen")
    await robin.settle()
    moves = robin.parts.moves
    await moves.to_web((await moves.offer(seen.conversation, "web")).code)
    after = (await write(robin, ada, case, "on the page"))[0]
    await robin.parts.deliveries.seen(seen.conversation, seen.id)
    await robin.say(f"/start move-{(await moves.offer(seen.conversation, 'telegram')).code}")
    reached = await robin.parts.deliveries.states(seen.conversation, await robin.thread())
    assert (reached.states[seen.id], reached.states[unseen.id]) == (Delivery.SENT, Delivery.SENT)
    assert after.id not in reached.states
    assert not reached.tells_seen


async def test_an_open_page_hears_how_far_a_message_has_come(
    robin: Carer, ada: Account, desk: Browser, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(robin, ada, case, "one")
    token = desk.client.cookies["__Host-alongside_session"]
    stream = live._case_events(robin.parts, token, await robin.parts.handover.open_case(ada, case))
    looked, look = asyncio.Event(), robin.parts.deliveries.sent

    async def sent(conversation: str) -> object:
        found = await look(conversation)
        looked.set()
        return found

    monkeypatch.setattr(robin.parts.deliveries, "sent", sent)
    news = asyncio.create_task(anext(stream))
    async with asyncio.timeout(20):
        await looked.wait()
        await robin.settle()
        assert (await news).event == "seen"
    await stream.aclose()  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", ["answer", "stop"])
async def test_the_inbox_says_that_a_carer_cannot_be_reached_until_they_write_again(
    robin: Carer, ada: Account, desk: Browser, case: str, way: str
) -> None:
    await write(robin, ada, case, "one")
    if way == "answer":
        robin.server.answer = Once(refusal(403, "Forbidden: bot was blocked by the user"))
        await robin.settle()
    else:
        await robin.say("/stop")
    assert "The carer cannot be reached on this channel, since" in await desk.text(f"/inbox/cases/{case}")
    await robin.say("I am back")
    assert "cannot be reached" not in await desk.text(f"/inbox/cases/{case}")


async def test_on_the_page_a_carer_who_stopped_the_bot_can_be_reached(robin: Carer, ada: Account, case: str) -> None:
    conversation = await robin.conversation()
    code = await robin.parts.moves.offer(conversation, "web")
    await robin.say("/stop")
    await robin.parts.moves.to_web(code.code)
    async with robin.parts.database.reading() as session:
        now = await progress.get(session, conversation)
    assert now is not None
    assert now.unreachable_since is None


# What the carer changes


async def test_a_carers_changed_message_is_shown_with_its_earlier_words(robin: Carer, desk: Browser, case: str) -> None:
    sent = robin.message("I meant Monday")
    await robin.deliver(sent)
    edited = robin.update(edited_message=sent["message"] | {"text": "I meant Tuesday", "edit_date": 2})
    same = robin.update(edited_message=sent["message"] | {"text": "I meant Tuesday", "edit_date": 3})
    async with robin.parts.announcer.listen(await robin.conversation()) as kinds:
        assert await robin.deliver(edited, edited, same) == []
        assert await anext(kinds) == "changed"
    page = await desk.text(f"/inbox/cases/{case}")
    assert "I meant Tuesday Corrected at 10am Earlier words 10am I meant Monday" in page
    versions = await robin.parts.corrections.versions(await robin.conversation())
    assert [(version.number, version.text, version.account) for version in versions] == [(1, "I meant Monday", None)]


async def test_a_changed_caption_keeps_what_it_came_with(robin: Carer, case: str) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    sent = robin.message(photo=photo, caption="the letter")
    await robin.deliver(sent)
    await robin.deliver(robin.update(edited_message=sent["message"] | {"caption": "the ward\u2019s letter", "edit_date": 2}))
    mine = [message for message in await robin.thread() if message.author is Author.CARER][-1]
    assert (mine.text, mine.words) == ("[Photo]\nthe ward\u2019s letter", "the ward\u2019s letter")


async def test_a_change_that_is_too_long_changes_nothing_and_is_said_to_be(robin: Carer, case: str) -> None:
    sent = robin.message("short")
    await robin.deliver(sent)
    long = robin.update(edited_message=sent["message"] | {"text": "a" * 4_090, "edit_date": 2})
    (said,) = await robin.deliver(long)
    assert said.startswith("I am sorry, that is more than I can read at a time")
    assert [message.text for message in await robin.thread() if message.author is Author.CARER][-1] == "short"
