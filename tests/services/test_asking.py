"""The questions after a promise: asked when they may be, kept when they are sent, and forgotten otherwise."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from alongside.core.accounts import Account
from alongside.core.asking import DETAILS, FORM, Step, open_step, person_payload
from alongside.core.cases import summarise
from alongside.core.conversations import Author, Choice, Conversation, Message
from alongside.core.details import Copy, Details, Reach
from alongside.core.errors import AssistantFailed, InvalidInput
from alongside.core.handover import Reason, State
from alongside.services import turns
from alongside.services.ports import AssistantReply, Said, Understood
from alongside.store import cases as cases_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, begin, current, fill_directory, say, thread
from tests.fakes import Asked, CountingAssistant, reply

QUESTION = "What is it about?"
JOY = {"about": "visiting", "reach": "phone", "address": "07700 900123", "good_time": "Mornings", "name": "Joy", "copy": "team"}
SEND = Choice("Send this", '/handover_choice{"handover": "send:yes"}')


def form(
    *said: str,
    asks: Step | None = Step.ABOUT,
    intent: str = "nlu_fallback",
    response: str | None = None,
    choices: tuple[Choice, ...] = (),
    **slots: Any,
) -> AssistantReply:
    """Build what the assistant says while its form asks, and its state after that."""
    given = f"utter_ask_handover_{asks.value}" if asks else "utter_handover_stopped"
    state: dict[str, Any] = {"version": 1, "slots": {name: value for name, value in slots.items() if name != DETAILS}}
    if asks:
        state["form"] = {"name": FORM, "asks": asks.slot}
    return AssistantReply(
        messages=tuple(Said(response or given, each, choices) for each in said or (QUESTION,)),
        understood=Understood(intent, None, 0.9),
        slots=slots,
        state=state,
    )


@pytest.fixture
def assistant() -> CountingAssistant:
    return CountingAssistant(lambda _: form(intent="talk_to_person"))


@pytest.fixture
async def parts(database: Database, assistant: CountingAssistant) -> AsyncIterator[Container]:
    parts = container(database, assistant)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    yield parts
    assistant.let_go()
    await parts.turns.finish()


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


async def asking(parts: Container, **given: str) -> Conversation:
    """Begin a conversation in which a person is waited for and the form asks."""
    conversation = await begin(parts, **given)
    await say(parts, conversation)
    return conversation


async def asks(parts: Container, conversation: Conversation) -> Step | None:
    return open_step(await state(parts, conversation))


async def state(parts: Container, conversation: Conversation) -> dict[str, Any] | None:
    async with parts.database.reading() as session:
        kept = await session.scalar(text("SELECT assistant_state FROM conversations WHERE id = :id"), {"id": conversation.id})
    return json.loads(kept) if isinstance(kept, str) else kept


async def events(parts: Container, conversation: Conversation) -> list[str]:
    file = await current(parts, conversation)
    async with parts.database.reading() as session:
        return [event.what for event in await cases_store.list_events(session, file.id)]


async def press(parts: Container, conversation: Conversation, choice: str) -> list[Message]:
    message = await parts.turns.receive(conversation.id, choice=choice)
    await parts.turns.finish()
    return [other for other in await thread(parts, conversation) if other.reply_to == message.id]


# When it asks


async def test_the_promise_comes_first_and_the_question_in_the_same_turn(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    promise, question = await say(parts, conversation)
    assert "Ada" in promise.text
    assert question.text == QUESTION
    assert await asks(parts, conversation) is Step.ABOUT


async def test_asked_in_words_it_asks_too_and_says_only_the_promise_beside_it(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    asked = form(intent="talk_to_person")
    directory = Said("utter_talk_to_person", "Ring this number.")
    assistant.answer = lambda _: replace(asked, messages=(directory, *asked.messages))
    promise, question = await say(parts, await begin(parts), "can I talk to somebody")
    assert "Ada" in promise.text
    assert question.text == QUESTION


@pytest.mark.parametrize("how", ["dead", "slow", "broken"])
async def test_without_the_assistant_the_promise_is_said_alone(
    parts: Container, assistant: CountingAssistant, ada: Account, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def dead(_: Asked) -> AssistantReply:
        raise AssistantFailed("down")

    if how == "slow":
        monkeypatch.setattr(turns, "ASKING_SECONDS", 0.05)
        assistant.hold()
    else:
        assistant.answer = dead if how == "dead" else lambda _: reply("Hello.", response="utter_small_talk/hello", answer=None)
    conversation = await begin(parts)
    [promise] = await say(parts, conversation)
    assert "Ada" in promise.text
    assert (await current(parts, conversation)).case.state is State.WAITING


async def test_where_no_case_is_opened_nothing_is_asked(parts: Container) -> None:
    conversation = await begin(parts)
    said = await say(parts, conversation)
    assert QUESTION not in [message.text for message in said]
    assert await asks(parts, conversation) is None


async def test_after_danger_nothing_is_asked_and_what_was_asked_is_over(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    said = await say(parts, conversation, "I want to kill myself")
    assert said[0].safety == "self"
    assert await asks(parts, conversation) is None
    assert QUESTION not in [message.text for message in await say(parts, conversation)]


async def test_who_has_told_everything_is_not_asked_again(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    await say(parts, conversation, "send it")
    assistant.answer = lambda _: form(intent="talk_to_person")
    [promise] = await say(parts, conversation)
    assert "Ada" in promise.text
    assert await asks(parts, conversation) is None


# What is sent


async def test_what_is_sent_is_on_the_case_and_the_carer_hears_to_whom(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    [said] = await say(parts, conversation, "send it")
    assert "I have sent this to Ada." in said.text
    assert said.author is Author.BOT
    file = await current(parts, conversation)
    assert file.details == Details("visiting", Reach.PHONE, "07700 900123", "Mornings", "Joy", "", Copy.TEAM)
    assert await asks(parts, conversation) is None
    assert (await events(parts, conversation))[-1] == "details_sent"


async def test_the_log_holds_none_of_the_answers(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    await say(parts, conversation, "send it")
    async with parts.database.reading() as session:
        kept = (await session.execute(text("SELECT details FROM case_events"))).all()
    assert kept
    assert not any("Joy" in str(row) or "07700" in str(row) for row in kept)


async def test_sent_and_stored_are_one(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await asking(parts)

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns.store, "add_drafts", fail)
        await parts.turns.receive(conversation.id, text="send it")
        await parts.turns.finish()
    assert (await current(parts, conversation)).details is None
    assert await asks(parts, conversation) is Step.ABOUT
    parts.clock.move(turns.LEASE + timedelta(seconds=1))  # type: ignore[attr-defined]
    await parts.turns.resume()
    await parts.turns.finish()
    file = await current(parts, conversation)
    assert (file.details and file.details.name, await asks(parts, conversation)) == ("Joy", None)


async def test_erasing_the_conversation_erases_what_was_sent(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    await say(parts, conversation, "send it")
    await parts.conversations.erase(conversation)
    async with parts.database.reading() as session:
        assert (await session.execute(text("SELECT details FROM cases"))).all() == []


# What is not sent


async def test_a_claim_ends_the_questions_and_forgets_the_answers(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form(asks=Step.NEEDS, handover_name="Joy")
    await say(parts, conversation, "Joy")
    file = await current(parts, conversation)
    await parts.handover.claim(ada, file.id)
    assert "Joy" not in str(await state(parts, conversation))
    assert await asks(parts, conversation) is None
    assert await say(parts, conversation, "I am deaf") == []
    assert (await current(parts, conversation)).details is None


async def test_what_is_sent_while_a_worker_claims_is_kept_and_the_bot_is_silent(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    file = await current(parts, conversation)
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: JOY})
    assistant.hold()
    message = await parts.turns.receive(conversation.id, text="send it")
    await assistant.reached()
    await assistant.reached()
    await parts.handover.claim(ada, file.id)
    assistant.let_go()
    await parts.turns.finish()
    said = [other for other in await thread(parts, conversation) if other.reply_to == message.id]
    assert [(other.author, "Ada" in other.text) for other in said] == [(Author.SYSTEM, True)]
    assert (await current(parts, conversation)).details is not None


async def test_after_the_worker_handed_back_the_old_question_is_not_open(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    file = await current(parts, conversation)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    assistant.answer = lambda _: reply("Yes, children can visit.")
    await say(parts, conversation, "Can I bring his sister?")
    assert "form" not in (assistant.asked[-1].state or {})


async def test_the_summary_for_a_worker_has_no_answer_to_the_form(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    assistant.answer = lambda _: form(asks=Step.NEEDS, handover_name="Joy")
    await say(parts, conversation, "Joy Marigold")
    async with parts.database.reading() as session:
        summary = summarise(await cases_store.get_thread(session, conversation.id, limit=100))
    assert "Joy Marigold" not in str(summary)


# What the assistant gets


@pytest.mark.parametrize(
    ("open_question", "gets"),
    [
        (Step.ADDRESS, "07700 900123"),
        (Step.NAME, "07700 900123"),
        (Step.NEEDS, "07700 900123"),
        (Step.GOOD_TIME, "07700 900123"),
        (Step.REACH, "[phone]"),
        (Step.ABOUT, "[phone]"),
    ],
)
async def test_only_what_asks_for_it_gets_a_number(
    parts: Container, assistant: CountingAssistant, ada: Account, open_question: Step, gets: str
) -> None:
    assistant.answer = lambda _: form(asks=open_question, intent="talk_to_person")
    conversation = await asking(parts)
    await say(parts, conversation, "07700 900123")
    assert assistant.asked[-1].text == gets


async def test_a_failing_assistant_leaves_the_question_open(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await asking(parts)

    def dead(_: Asked) -> AssistantReply:
        raise AssistantFailed("down")

    assistant.answer = dead
    [sorry] = await say(parts, conversation, "visiting")
    assert "went wrong" in sorry.text
    assert await asks(parts, conversation) is Step.ABOUT


async def test_what_is_asked_in_between_is_answered_and_counted_as_a_question(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation = await asking(parts)
    answered, open_again = reply("Yes, children can visit."), form()
    assistant.answer = lambda _: replace(answered, messages=(*answered.messages, *open_again.messages), state=open_again.state)
    message = await parts.turns.receive(conversation.id, text="Can I bring his sister?")
    await parts.turns.finish()
    said = [other.text for other in await thread(parts, conversation) if other.reply_to == message.id]
    assert said == ["Yes, children can visit.", QUESTION]
    understood = await parts.turns.understood(message)
    assert understood is not None
    assert understood["answer"] == "visiting/first_visit"


# A service that was not known


async def test_a_service_named_in_the_form_is_the_cases_with_a_new_promise(
    parts: Container, assistant: CountingAssistant
) -> None:
    await add_account(parts.database, "cy", worker=None)  # at larch, and nobody knows their hours
    await add_account(parts.database, "bea", services=frozenset({"rowan"}))
    conversation = await asking(parts, service="larch")
    assert (await current(parts, conversation)).promise.who is None
    assistant.answer = lambda _: form(service="rowan", handover_service="rowan")
    promise, question = await say(parts, conversation, "rowan")
    assert "Bea" in promise.text
    assert question.text == QUESTION
    file = await current(parts, conversation)
    assert (file.service, file.promise.who and file.promise.who.name) == ("rowan", "Bea")
    assert (await events(parts, conversation))[-1] == "promised"


async def test_a_service_of_the_same_people_is_kept_without_a_new_promise(parts: Container, assistant: CountingAssistant) -> None:
    await add_account(parts.database, "ada", services=frozenset({"larch", "rowan"}))
    conversation = await asking(parts)
    before = await current(parts, conversation)
    assistant.answer = lambda _: form(service="rowan", handover_service="rowan")
    [question] = await say(parts, conversation, "rowan")
    assert question.text == QUESTION
    file = await current(parts, conversation)
    assert (file.service, file.promise) == ("rowan", before.promise)


# Ways in


@pytest.mark.parametrize("reason", [Reason.SECOND_MISS, Reason.ASSISTANT_FAILED, Reason.CONCERN])
async def test_the_case_keeps_why_a_person_was_offered(
    parts: Container, assistant: CountingAssistant, ada: Account, reason: Reason
) -> None:
    offered = Choice("Talk to a person", person_payload(reason))
    assistant.answer = lambda _: reply("A person can help.", response="utter_offer_person", answer=None, choices=(offered,))
    conversation = await begin(parts)
    await say(parts, conversation, "the thing from before")
    [said] = await press(parts, conversation, offered.payload)
    assert "Ada" in said.text
    assert (await current(parts, conversation)).case.reason is reason


async def test_a_reason_that_was_not_offered_is_refused(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    with pytest.raises(InvalidInput):
        await parts.turns.receive(conversation.id, choice=person_payload(Reason.CONCERN))


async def test_an_answer_about_concerns_offers_a_person_for_one(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    answered = reply(
        "You can complain.", response="utter_ask_concern_complaint/how_to_complain", answer="concern_complaint/how_to_complain"
    )
    assistant.answer = lambda _: replace(answered, state={"slots": {"last_answer": "concern_complaint/how_to_complain"}})
    conversation = await begin(parts)
    [said] = await say(parts, conversation, "I want to complain")
    assert said.choices[-1] == Choice("Talk to a person", person_payload(Reason.CONCERN))
    assistant.answer = lambda _: form(intent="talk_to_person")
    await say(parts, conversation, "I would rather tell somebody")
    assert (await current(parts, conversation)).case.reason is Reason.CONCERN


async def test_many_turns_at_once_leave_one_form(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await begin(parts)
    await asyncio.gather(*(parts.turns.receive(conversation.id, choice="/talk_to_person") for _ in range(5)))
    await parts.turns.finish()
    assert await asks(parts, conversation) is Step.ABOUT
    assert (await events(parts, conversation)).count("request") == 5
