"""What is sent goes out in order, once, and whatever Telegram answers is dealt with chat by chat."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from alongside.core.conversations import Author, Draft
from alongside.core.delivery import Delivery
from alongside.services.requests import with_ids
from alongside.services.telegram.pace import Pace
from alongside.store import conversations as conversation_store
from alongside.store import telegram as chats
from alongside.store import telegram_deliveries as store
from tests.telegram.bot_api import BOT, Call
from tests.telegram.conftest import CHAT, Carer
from tests.telegram.test_app import approved

PERHAPS_LOST = approved("utter_telegram_perhaps_lost").replace('"', "&quot;")


def no(status: int, description: str, **parameters: Any) -> JSONResponse:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status_code=status)


class Once:
    """Answers the next message in its own way, then lets the server answer."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)

    def __call__(self, call: Call) -> Response | None:
        return self.answers.pop(0) if call.method == "sendMessage" and self.answers else None


async def worker_says(carer: Carer, *texts: str) -> list[str]:
    """Store what a worker writes, as the inbox does, and return the messages' ids."""
    conversation = await carer.conversation()
    drafts = with_ids([Draft(text=text, author=Author.WORKER, name="Ada") for text in texts])
    async with carer.parts.database.transaction() as session:
        await conversation_store.lock(session, conversation)
        await conversation_store.add_drafts(
            session, conversation_id=conversation, drafts=drafts, reply_to=None, at=carer.parts.clock.now()
        )
    return [message_id for message_id, _ in drafts]


async def dies_while_sending(carer: Carer) -> None:
    """Leave what a process leaves that is killed when a delivery has left and no answer has come; another takes over."""
    now = carer.parts.clock.now()
    async with carer.parts.database.transaction() as session:
        await carer.telegram.outbox.collect_chat(session, CHAT)
        job = await store.find_next(session, BOT, CHAT, now=now)
        assert job is not None
        assert await store.begin(session, job, now=now)
        await chats.drop_all_leases(session)
    carer.telegram.leases._until.clear()


async def bot_says(carer: Carer, *texts: str, author: Author = Author.BOT) -> None:
    """Store what the bot says, and send nothing yet."""
    conversation = await carer.conversation()
    async with carer.parts.database.transaction() as session:
        await conversation_store.lock(session, conversation)
        await conversation_store.add_drafts(
            session,
            conversation_id=conversation,
            drafts=with_ids([Draft(text=text, author=author) for text in texts]),
            reply_to=None,
            at=carer.parts.clock.now(),
        )


async def states(carer: Carer) -> dict[str, Delivery]:
    async with carer.parts.database.reading() as session:
        return await store.states(session, await carer.conversation())


async def unreachable(carer: Carer) -> bool:
    async with carer.parts.database.reading() as session:
        chat = await chats.get_chat(session, BOT, carer.chat)
    assert chat is not None
    return chat.unreachable_since is not None


async def test_a_workers_words_arrive_with_their_name(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "I can <ring> you & your mother")
    await robin.settle()
    assert robin.server.sent()[-1]["text"] == "Ada: I can &lt;ring&gt; you &amp; your mother"
    assert robin.server.sent()[-1]["link_preview_options"] == {"is_disabled": True}
    assert (await states(robin))[message] is Delivery.SENT


async def test_asked_to_wait_it_waits_and_then_sends_once(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "one")
    before = len(robin.server.sent())
    robin.server.answer = Once(no(429, "Too Many Requests: retry after 7", retry_after=7))
    await robin.settle()
    await robin.settle()
    assert len(robin.server.sent()) == before + 1
    robin.parts.clock.move(timedelta(seconds=8))  # type: ignore[attr-defined]
    await robin.settle()
    assert len(robin.server.sent()) == before + 2
    assert (await states(robin))[message] is Delivery.SENT


async def test_telegrams_own_no_is_tried_again_and_a_proxys_silence_is_unknown(robin: Carer) -> None:
    await robin.say("hello")
    first, second, third = await worker_says(robin, "one", "two", "three")
    robin.server.answer = Once(no(500, "Internal Server Error"), Response("<html>", 502))
    await robin.settle()
    robin.parts.clock.move(timedelta(seconds=5))  # type: ignore[attr-defined]
    # The second try of the first gets the silence: it may have arrived, so it is never said again.
    await robin.settle()
    found = await states(robin)
    assert (found[first], found[second], found[third]) == (Delivery.UNKNOWN, Delivery.SENT, Delivery.SENT)
    texts = [sent["text"] for sent in robin.server.sent()]
    assert texts[-4:] == ["Ada: one", "Ada: one", "Ada: two", "Ada: three"]


async def test_a_carer_who_has_blocked_the_bot_gets_it_when_they_are_back(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "one")
    robin.server.answer = Once(no(403, "Forbidden: bot was blocked by the user"))
    await robin.settle()
    assert await unreachable(robin)
    before = len(robin.server.sent())
    await robin.settle()
    assert len(robin.server.sent()) == before
    await robin.say("I am back")
    assert not await unreachable(robin)
    assert robin.server.sent()[before]["text"] == "Ada: one"
    assert (await states(robin))[message] is Delivery.SENT


async def test_a_chat_that_is_gone_fails(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "one")
    robin.server.answer = Once(no(400, "Bad Request: chat not found"))
    await robin.settle()
    assert (await states(robin))[message] is Delivery.FAILED
    assert await unreachable(robin)


async def test_what_a_dead_process_left_under_way_is_unknown_and_not_said_again(robin: Carer) -> None:
    await robin.say("hello")
    first, second = await worker_says(robin, "one", "two")
    await dies_while_sending(robin)
    before = len(robin.server.sent())
    await robin.settle()
    found = await states(robin)
    assert (found[first], found[second]) == (Delivery.UNKNOWN, Delivery.SENT)
    # A worker sees it in the inbox, and knows what to say about it: the bot says nothing.
    assert [sent["text"] for sent in robin.server.sent()[before:]] == ["Ada: two"]


@pytest.mark.parametrize("author", [Author.BOT, Author.SYSTEM])
async def test_a_reply_that_a_dead_process_left_under_way_is_not_repeated_and_the_carer_is_told(
    robin: Carer, author: Author
) -> None:
    await robin.say("hello")
    await bot_says(robin, "one", "two", author=author)
    await dies_while_sending(robin)
    before = len(robin.server.sent())
    await robin.settle()
    said = [sent["text"] for sent in robin.server.sent()[before:]]
    assert said == ["two", PERHAPS_LOST]
    await robin.settle()
    assert len(robin.server.sent()) == before + 2
    button = robin.server.sent()[-1]["reply_markup"]["inline_keyboard"][0][0]
    assert button["text"] == "Talk to a person"


async def test_what_was_not_yet_on_its_way_when_a_process_died_is_sent(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    await robin.say("hello")
    await bot_says(robin, "one")

    async def die(*given: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(robin.telegram.outbox, "_part", die)
        await robin.settle()
    async with robin.parts.database.transaction() as session:
        await chats.drop_all_leases(session)
    robin.telegram.leases._until.clear()
    before = len(robin.server.sent())
    await robin.settle()
    assert [sent["text"] for sent in robin.server.sent()[before:]] == ["one"]


async def test_a_chat_that_lost_several_replies_is_told_once(robin: Carer) -> None:
    await robin.say("hello")
    await bot_says(robin, "one", "two", "three")
    robin.server.answer = Once(Response("<html>", 502), Response("<html>", 502), no(400, "Bad Request: no"))
    before = len(robin.server.sent())
    await robin.settle()
    assert [sent["text"] for sent in robin.server.sent()[before:]] == ["one", "two", "three", PERHAPS_LOST]


async def test_the_line_itself_is_said_again_until_an_answer_comes(robin: Carer) -> None:
    await robin.say("hello")
    await bot_says(robin, "one")
    robin.server.answer = Once(*[Response("<html>", 502)] * 3)
    before = len(robin.server.sent())
    for _ in range(5):
        await robin.settle()
        robin.parts.clock.move(timedelta(minutes=2))  # type: ignore[attr-defined]
    assert [sent["text"] for sent in robin.server.sent()[before:]] == ["one", *[PERHAPS_LOST] * 3]


async def test_the_line_is_given_up_when_no_answer_ever_comes_or_telegram_refuses_it(robin: Carer) -> None:
    await robin.say("hello")
    for answers in ([Response("<html>", 502)] * 50, [Response("<html>", 502), *[no(400, "Bad Request: no")] * 50]):
        await bot_says(robin, "one")
        robin.server.answer = Once(*answers)
        before = len(robin.server.sent())
        for _ in range(20):
            await robin.settle()
            robin.parts.clock.move(timedelta(minutes=2))  # type: ignore[attr-defined]
        assert len(robin.server.sent()) - before <= 9


async def test_who_wrote_stop_is_not_told_that_a_reply_may_be_missing(robin: Carer) -> None:
    await robin.say("hello")
    await bot_says(robin, "one")
    await dies_while_sending(robin)
    async with robin.parts.database.transaction() as session:
        await chats.set_unreachable(session, BOT, CHAT, robin.parts.clock.now())
    before = len(robin.server.sent())
    await robin.settle()
    assert len(robin.server.sent()) == before


async def test_a_long_message_goes_out_in_parts_in_order(robin: Carer) -> None:
    await robin.say("hello")
    paragraphs = [f"{number} " + "🙂" * 900 for number in range(4)]
    await worker_says(robin, "\n\n".join(paragraphs))
    before = len(robin.server.sent())
    await robin.settle()
    parts = [sent["text"] for sent in robin.server.sent()[before:]]
    assert len(parts) == 2
    assert "\n\n".join(parts) == "Ada: " + "\n\n".join(paragraphs)


async def test_a_correction_edits_and_a_withdrawal_deletes_while_telegram_allows_it(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "come at 2")
    await robin.settle()
    conversation, outbox = await robin.conversation(), robin.telegram.outbox
    async with robin.parts.database.transaction() as session:
        row = await session.get(conversation_store.MessageRow, message)
        assert row is not None
        row.text = "come at 3"
        await session.flush()
        await outbox.correct(session, conversation, message)
    await robin.settle()
    (edited,) = robin.server.asked("editMessageText")
    assert edited["text"] == "Ada: come at 3"
    async with robin.parts.database.transaction() as session:
        await outbox.withdraw(session, conversation, message)
    await robin.settle()
    assert robin.server.asked("deleteMessages")[-1]["message_ids"] == [edited["message_id"]]
    robin.parts.clock.move(timedelta(hours=49))  # type: ignore[attr-defined]
    async with robin.parts.database.transaction() as session:
        await outbox.withdraw(session, conversation, message)
    await robin.settle()
    assert robin.server.asked("editMessageText")[-1]["text"] == "This message was taken back."


async def test_what_is_withdrawn_before_it_is_sent_is_never_sent(robin: Carer) -> None:
    await robin.say("hello")
    (message,) = await worker_says(robin, "a mistake")
    async with robin.parts.database.transaction() as session:
        await robin.telegram.outbox.collect_chat(session, CHAT)
        await robin.telegram.outbox.withdraw(session, await robin.conversation(), message)
    await robin.settle()
    assert "Ada: a mistake" not in [sent["text"] for sent in robin.server.sent()]


async def test_stop_is_answered_and_nothing_is_sent_until_the_carer_writes_again(robin: Carer) -> None:
    await robin.say("hello")
    (said,) = await robin.say("/stop")
    assert said.startswith("I will not write to you any more.")
    await worker_says(robin, "one")
    before = len(robin.server.sent())
    await robin.settle()
    assert len(robin.server.sent()) == before
    assert await unreachable(robin)
    said = await robin.say("hello again")
    assert said[0] == "Ada: one"


async def test_each_chat_waits_its_own_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    pace, slept = Pace(per_chat=1.0, overall=0.25), []
    now = asyncio.get_running_loop().time()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for chat in (1, 2, 1):
        await pace.wait(chat)
    assert [round(seconds, 2) for seconds in slept] == [0, 0, 0, 0.25, 1.0, 0.5]
