"""One carer message and everything said back to it: stored first, answered once, in order, and never with silence."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from alongside import wiring
from alongside.core.asking import person_payload
from alongside.core.conversations import MAX_TEXT, TALK_TO_PERSON, Author, Choice, Conversation, Message
from alongside.core.errors import AssistantFailed, InvalidInput, NotFound, TooMany
from alongside.core.handover import Reason
from alongside.services.ports import AssistantReply
from alongside.services.turns import BURST, BURST_WINDOW, LEASE
from alongside.store.base import Database
from alongside.store.conversations import ConversationRow, MessageRow
from alongside.wiring import Container
from tests.builders import KEEP, container, other_process, words
from tests.fakes import VISITING, Asked, CountingAssistant, FakeClock, reply

PERSON = Choice(title="Talk to a person", payload=person_payload(Reason.ASSISTANT_FAILED))


@pytest.fixture
async def conversation(parts: Container) -> Conversation:
    return await begin(parts)


async def begin(parts: Container, **about: str) -> Conversation:
    conversation, _, _ = await parts.conversations.begin(channel="web", **about)
    return conversation


async def thread(parts: Container, conversation: Conversation) -> list[Message]:
    return await parts.conversations.messages_after(conversation, None)


async def carer_texts(parts: Container, conversation: Conversation) -> list[str]:
    return [message.text for message in await thread(parts, conversation) if message.author is Author.CARER]


async def answers_to(parts: Container, conversation: Conversation, message: Message) -> list[Message]:
    return [other for other in await thread(parts, conversation) if other.reply_to == message.id]


async def send(parts: Container, conversation: Conversation, words: str) -> list[Message]:
    """Send a text, wait for its turn to end, and return what was said to it."""
    message = await parts.turns.receive(conversation.id, text=words)
    await parts.turns.finish()
    return await answers_to(parts, conversation, message)


def die(asked: Asked) -> AssistantReply:
    """End the turn as the end of its process would: nothing after this line runs, no handler, no storing."""
    raise asyncio.CancelledError


def is_apology(messages: Sequence[Message]) -> bool:
    apology = words().find("utter_apology", nation=None)
    return [message.text for message in messages] == [apology.text] and PERSON in messages[0].choices


# Stored first


async def test_a_message_is_stored_before_the_assistant_is_asked(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.hold()
    await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    assert await carer_texts(parts, conversation) == ["Can I visit?"]


async def test_no_transaction_is_open_while_the_assistant_thinks(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.hold()
    await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    await parts.turns.receive(conversation.id, text="And bring his sister?")  # on SQLite this would wait for the writer
    assert len(await carer_texts(parts, conversation)) == 2


async def test_the_reply_is_stored_with_what_it_rests_on(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.answer = lambda asked: reply("Ring {fact_emergency}.")
    assistant.release = 7
    (said,) = await send(parts, conversation, "What happens on a visit?")
    assert (said.text, said.answer, said.release, said.author) == ("Ring 999.", "visiting/first_visit", 7, Author.BOT)
    assert said.choices == (VISITING,)
    assert [source.title for source in said.sources] == ["A source"]


async def test_small_talk_is_no_approved_answer(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.answer = lambda asked: reply("Hello.", response="utter_small_talk/hello", answer=None)
    (said,) = await send(parts, conversation, "Hi")
    assert said.answer is None


async def test_what_the_assistant_understood_is_kept_with_the_message(parts: Container, conversation: Conversation) -> None:
    message = await parts.turns.receive(conversation.id, text="What happens on a visit?")
    await parts.turns.finish()
    assert await parts.turns.understood(message) == {
        "intent": "ask_visiting",
        "answer": "visiting/first_visit",
        "confidence": 0.9,
        "ranking": [["visiting/first_visit", 0.9]],
    }


async def test_the_assistant_gets_back_what_it_remembered(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    for _ in range(3):
        await send(parts, conversation, "Again")
    assert [asked.state for asked in assistant.asked] == [None, {"turns": 1}, {"turns": 2}]


async def test_the_nation_the_assistant_heard_is_remembered(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.answer = lambda asked: reply("Thank you.", slots={"nation": "wales", "service": "rowan"})
    await send(parts, conversation, "We are in Wales")
    await send(parts, conversation, "Can I visit?")
    assert assistant.asked[1].slots == {"nation": "wales", "service": "rowan"}


async def test_what_identifies_a_person_is_kept_from_the_assistant_and_stays_in_the_thread(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    await send(parts, conversation, "ring me on 07700 900123")
    assert assistant.asked[0].text == "ring me on [phone]"
    assert await carer_texts(parts, conversation) == ["ring me on 07700 900123"]


async def test_each_message_moves_the_day_of_deletion(parts: Container, clock: FakeClock) -> None:
    conversation, token, _ = await parts.conversations.begin(channel="web")
    clock.move(timedelta(days=30))
    await send(parts, conversation, "Still here")
    assert (await parts.conversations.find(token)).expires_at == clock.now() + KEEP


# Once


async def test_the_same_message_fifty_times_at_once_is_one_turn(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    stored = await asyncio.gather(
        *(parts.turns.receive(conversation.id, text="Can I visit?", client_id="one") for _ in range(50))
    )
    await parts.turns.finish()
    assert len({message.id for message in stored}) == 1
    assert len(assistant.asked) == 1
    assert len(await answers_to(parts, conversation, stored[0])) == 1


async def test_a_retry_after_the_answer_returns_the_first_message(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    first = await parts.turns.receive(conversation.id, text="Can I visit?", client_id="one")
    await parts.turns.finish()
    again = await parts.turns.receive(conversation.id, text="Can I visit?", client_id="one")
    await parts.turns.finish()
    assert again.id == first.id
    assert len(assistant.asked) == 1


async def test_the_same_client_id_in_another_conversation_is_another_message(
    parts: Container, assistant: CountingAssistant
) -> None:
    for _ in range(2):
        conversation = await begin(parts)
        await parts.turns.receive(conversation.id, text="Can I visit?", client_id="one")
    await parts.turns.finish()
    assert len(assistant.asked) == 2


async def test_the_same_message_to_two_processes_at_once_is_one_turn(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    second = other_process(parts, assistant)
    await asyncio.gather(
        *(some.turns.receive(conversation.id, text="Can I visit?", client_id="one") for some in (parts, second) * 5)
    )
    await asyncio.gather(parts.turns.finish(), second.turns.finish())
    assert len(assistant.asked) == 1


# In order


async def test_messages_of_a_conversation_are_answered_one_at_a_time_in_order(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    sent = await asyncio.gather(*(parts.turns.receive(conversation.id, text=f"Question {number}") for number in range(BURST)))
    await parts.turns.finish()
    in_order = [message.text for message in sorted(sent, key=lambda message: message.position)]
    assert [asked.text for asked in assistant.asked] == in_order
    assert assistant.busiest_in_one == 1
    assert assistant.asked[-1].state == {"turns": BURST - 1}


async def test_conversations_are_answered_side_by_side(parts: Container, assistant: CountingAssistant) -> None:
    assistant.hold()
    for _ in range(3):
        conversation = await begin(parts)
        await parts.turns.receive(conversation.id, text="Can I visit?")
        await assistant.reached()
    assert assistant.busiest == 3


async def test_two_processes_answer_each_message_once_and_lose_none(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    second = other_process(parts, assistant)
    sent = await asyncio.gather(
        *((parts, second)[number % 2].turns.receive(conversation.id, text=f"Question {number}") for number in range(BURST))
    )
    await asyncio.gather(parts.turns.finish(), second.turns.finish())
    assert sorted(asked.message_id for asked in assistant.asked) == sorted(message.id for message in sent)
    assert assistant.busiest_in_one == 1
    for message in sent:
        assert len(await answers_to(parts, conversation, message)) == 1


async def test_an_answer_by_another_process_reaches_who_waits_for_it(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.hold()
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    waiting = asyncio.create_task(other_process(parts).turns.replies(message, wait=30))
    assistant.let_go()
    assert [said.reply_to for said in await waiting] == [message.id]


async def test_waiting_ends_without_an_answer_when_its_time_is_up(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.hold()
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    assert await parts.turns.replies(message, wait=0.05) == []


# Through a crash


async def test_a_message_stored_before_a_crash_is_answered_once_after_it(
    parts: Container, assistant: CountingAssistant, clock: FakeClock, conversation: Conversation
) -> None:
    assistant.answer = die
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await parts.turns.finish()
    assert await answers_to(parts, conversation, message) == []

    clock.move(LEASE + timedelta(seconds=1))
    second = other_process(parts)
    await second.turns.resume()
    await second.turns.resume()
    await second.turns.finish()
    assert len(await answers_to(second, conversation, message)) == 1


async def test_another_process_waits_until_the_lease_is_over(
    parts: Container, assistant: CountingAssistant, clock: FakeClock, conversation: Conversation
) -> None:
    assistant.hold()
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    clock.move(LEASE - timedelta(seconds=1))
    second = other_process(parts)
    await second.turns.resume()
    await second.turns.finish()
    assert await answers_to(parts, conversation, message) == []


async def test_a_process_that_wakes_after_its_lease_says_nothing_twice(
    parts: Container, assistant: CountingAssistant, clock: FakeClock, conversation: Conversation
) -> None:
    assistant.hold()
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    clock.move(LEASE + timedelta(seconds=1))
    second = other_process(parts)
    await second.turns.resume()
    await second.turns.finish()
    assistant.let_go()
    await parts.turns.finish()
    assert len(await answers_to(parts, conversation, message)) == 1


async def test_on_sqlite_a_restart_takes_up_at_once_what_was_left(tmp_path: Path, assistant: CountingAssistant) -> None:
    database = Database(f"sqlite:///{tmp_path}/alongside.db")
    await database.migrate()
    parts = container(database, assistant)
    conversation = await begin(parts)
    assistant.answer = die
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await parts.turns.finish()

    second = other_process(parts)
    await second.turns.begin()
    await second.turns.finish()
    assert len(await answers_to(second, conversation, message)) == 1
    await database.close()


class DyingClock(FakeClock):
    """Ends the turn at its next look at the time, once it is told to."""

    dying = False

    def now(self):  # type: ignore[no-untyped-def]
        if self.dying:
            self.dying = False
            raise asyncio.CancelledError
        return super().now()


async def test_a_crash_between_the_answer_and_its_storing_repeats_the_turn_from_the_same_memory(database: Database) -> None:
    clock, assistant = DyingClock(), CountingAssistant()
    parts = container(database, assistant, clock)
    conversation = await begin(parts)
    await send(parts, conversation, "First")

    def answer_and_die(asked: Asked) -> AssistantReply:
        clock.dying = True  # the next look at the time is just before the answer is stored
        return CountingAssistant.count(asked)

    assistant.answer = answer_and_die
    message = await parts.turns.receive(conversation.id, text="Second")
    await parts.turns.finish()
    assert await answers_to(parts, conversation, message) == []

    clock.move(LEASE + timedelta(seconds=1))
    again = CountingAssistant()
    second = other_process(parts, again)
    await second.turns.resume()
    await second.turns.finish()
    assert [asked.state for asked in again.asked] == [{"turns": 1}] == [assistant.asked[-1].state]
    assert [said.text for said in await answers_to(second, conversation, message)] == ["You said: Second (2)"]


async def test_looking_for_unfinished_turns_outlives_a_database_that_was_away(
    parts: Container, assistant: CountingAssistant, clock: FakeClock, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.answer = die
    message = await parts.turns.receive(conversation.id, text="Can I visit?")
    await parts.turns.finish()
    clock.move(LEASE + timedelta(seconds=1))
    assistant.answer = CountingAssistant.count
    real, failed = parts.turns.resume, asyncio.Event()

    async def fails_once() -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("the database is away")
        await real()

    monkeypatch.setattr(parts.turns, "resume", fails_once)
    looking = asyncio.create_task(parts.turns.resume_forever(every=0.01))
    assert len(await parts.turns.replies(message, wait=30)) == 1
    looking.cancel()


# Never silence


@pytest.mark.parametrize("failure", [AssistantFailed("no answer within 8 seconds"), ValueError("a bug")])
async def test_an_assistant_that_fails_or_says_nothing_is_an_apology_and_the_offer_of_a_person(
    parts: Container, assistant: CountingAssistant, conversation: Conversation, failure: Exception | AssistantReply
) -> None:
    def fail(asked: Asked) -> AssistantReply:
        if isinstance(failure, Exception):
            raise failure
        return failure

    assistant.answer = fail
    assert is_apology(await send(parts, conversation, "Can I visit?"))


async def test_a_failed_turn_leaves_the_assistants_memory_as_it_was(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    def fail(asked: Asked) -> AssistantReply:
        raise AssistantFailed("down")

    await send(parts, conversation, "First")
    assistant.answer = fail
    await send(parts, conversation, "Second")
    assistant.answer = CountingAssistant.count
    await send(parts, conversation, "Third")
    assert [asked.state for asked in assistant.asked] == [None, {"turns": 1}, {"turns": 1}]


async def test_an_answer_that_cannot_be_stored_is_an_apology_and_blocks_nothing(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.answer = lambda asked: reply("Yes.", state={"unstorable": object()})
    assert is_apology(await send(parts, conversation, "Can I visit?"))
    assistant.answer = CountingAssistant.count
    assert [said.text for said in await send(parts, conversation, "Next")] == ["You said: Next (1)"]


async def test_danger_is_answered_before_the_assistant_is_asked(parts: Container, assistant: CountingAssistant) -> None:
    conversation = await begin(parts, nation="scotland")
    (said,) = await send(parts, conversation, "I don't think I can go on")
    assert said.safety == "self"
    assert "999" in said.text
    assert said.text == words().fill(words().find("utter_safety_self", nation="scotland").text, today=parts.clock.today())
    assert assistant.asked == []


async def test_danger_is_answered_when_the_assistant_is_down_and_while_a_person_is_not_lost(
    parts: Container, assistant: CountingAssistant, conversation: Conversation
) -> None:
    assistant.answer = die
    (said,) = await send(parts, conversation, "my husband hits me")
    assert said.safety == "abuse"
    assert Choice(PERSON.title, TALK_TO_PERSON) in said.choices


async def test_a_person_is_named_without_asking_the_assistant(parts: Container, assistant: CountingAssistant) -> None:
    await wiring.load_sample(parts.database)
    service = (await parts.directory.export_all())[0].services[0].code
    conversation = await begin(parts, service=service)
    message = await parts.turns.receive(conversation.id, choice=TALK_TO_PERSON)
    await parts.turns.finish()
    (said,) = await answers_to(parts, conversation, message)
    assert message.text == "Talk to a person"
    assert any(digit.isdigit() for digit in said.text)
    assert "{" not in said.text
    assert assistant.asked == []


async def test_asking_for_a_person_gives_the_helplines_when_the_directory_fails(
    parts: Container, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: object, **about: object) -> None:
        raise OSError("the directory is away")

    monkeypatch.setattr(parts.directory, "person", fail)
    message = await parts.turns.receive(conversation.id, choice=TALK_TO_PERSON)
    await parts.turns.finish()
    (said,) = await answers_to(parts, conversation, message)
    assert "116 123" in said.text


# What cannot be taken


@pytest.mark.parametrize("sent", [{}, {"text": "Hello", "choice": TALK_TO_PERSON}])
async def test_a_message_is_either_a_text_or_a_choice(parts: Container, conversation: Conversation, sent: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        await parts.turns.receive(conversation.id, **sent)
    assert await carer_texts(parts, conversation) == []


async def test_a_text_that_is_too_long_is_refused_whole(parts: Container, conversation: Conversation) -> None:
    with pytest.raises(InvalidInput, match="4,000"):
        await parts.turns.receive(conversation.id, text="x" * (MAX_TEXT + 1))
    assert await carer_texts(parts, conversation) == []


@pytest.mark.parametrize("choice", ["/restart", "", VISITING.payload, "/ask_visiting/bring_children\x00"])
async def test_a_choice_that_was_never_offered_is_refused(parts: Container, conversation: Conversation, choice: str) -> None:
    elsewhere = await begin(parts)
    await send(parts, elsewhere, "Can I visit?")  # offers VISITING there, not here
    with pytest.raises(InvalidInput):
        await parts.turns.receive(conversation.id, choice=choice)
    assert await carer_texts(parts, conversation) == []


async def test_an_old_choice_still_works(parts: Container, assistant: CountingAssistant, conversation: Conversation) -> None:
    await send(parts, conversation, "Can I visit?")
    assistant.answer = lambda asked: reply("Other words.", choices=())
    for _ in range(3):
        await send(parts, conversation, "Something else")
    message = await parts.turns.receive(conversation.id, choice=VISITING.payload)
    await parts.turns.finish()
    assert message.text == VISITING.title
    assert (assistant.asked[-1].text, assistant.asked[-1].choice) == (None, VISITING.payload)


async def test_a_burst_is_stopped_and_what_is_over_is_not_stored(
    parts: Container, clock: FakeClock, conversation: Conversation
) -> None:
    for number in range(BURST):
        await parts.turns.receive(conversation.id, text=f"{number}")
    with pytest.raises(TooMany) as refusal:
        await parts.turns.receive(conversation.id, text="one more")
    assert refusal.value.retry_after == BURST_WINDOW.total_seconds()
    assert len(await carer_texts(parts, conversation)) == BURST

    clock.move(BURST_WINDOW)
    await parts.turns.receive(conversation.id, text="one more")
    assert len(await carer_texts(parts, conversation)) == BURST + 1


async def test_a_burst_all_at_once_is_stopped_too(parts: Container, conversation: Conversation) -> None:
    sending = (parts.turns.receive(conversation.id, text=f"{number}") for number in range(2 * BURST))
    ended = await asyncio.gather(*sending, return_exceptions=True)
    assert sum(isinstance(outcome, TooMany) for outcome in ended) == BURST
    assert len(await carer_texts(parts, conversation)) == BURST


# Erased


async def count_rows(database: Database) -> int:
    async with database.reading() as session:
        conversations = await session.scalar(select(func.count()).select_from(ConversationRow))
        messages = await session.scalar(select(func.count()).select_from(MessageRow))
    return (conversations or 0) + (messages or 0)


async def test_a_conversation_erased_in_mid_turn_leaves_nothing_and_no_error(
    parts: Container, assistant: CountingAssistant, conversation: Conversation, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.hold()
    await parts.turns.receive(conversation.id, text="Can I visit?")
    await parts.turns.receive(conversation.id, text="And tomorrow?")
    await assistant.reached()
    await parts.conversations.erase(conversation)
    assistant.let_go()
    await parts.turns.finish()
    assert await count_rows(parts.database) == 0
    assert "error" not in capsys.readouterr().out


async def test_a_message_to_an_erased_conversation_is_refused(parts: Container, conversation: Conversation) -> None:
    await parts.conversations.erase(conversation)
    with pytest.raises(NotFound):
        await parts.turns.receive(conversation.id, text="Hello?")
    assert await count_rows(parts.database) == 0


async def test_erasing_while_messages_arrive_leaves_nothing(parts: Container, conversation: Conversation) -> None:
    sending = [parts.turns.receive(conversation.id, text=f"{number}") for number in range(10)]
    await asyncio.gather(*sending[:5], parts.conversations.erase(conversation), *sending[5:], return_exceptions=True)
    await parts.turns.finish()
    assert await count_rows(parts.database) == 0


async def test_erased_words_are_not_left_in_the_sqlite_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/alongside.db")
    await database.migrate()
    parts = container(database)
    conversation = await begin(parts)
    await send(parts, conversation, "quokka in the garden")
    await parts.conversations.erase(conversation)
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    await database.close()  # the last connection to close writes the log back into the file
    assert all(b"quokka" not in file.read_bytes() for file in tmp_path.iterdir())
