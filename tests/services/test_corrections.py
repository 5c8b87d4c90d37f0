"""A worker's message is corrected or withdrawn by its author alone, nothing disappears, and every page hears of it."""

import asyncio
from datetime import timedelta

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.conversations import Author, Conversation, Message
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import IllegalMove, Outcome
from alongside.core.permissions import Forbidden
from alongside.store import accounts as accounts_store
from alongside.store import versions as store
from alongside.wiring import Container
from tests.builders import other_process
from tests.case_builders import ALL_WEEK, add_account, ask, fill_directory, say, thread
from tests.fakes import NOW, FakeClock


@pytest.fixture
async def parts(parts: Container) -> Container:
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container) -> Account:
    return await add_account(parts.database, "bea")


class Said:
    """A message that a worker has written in a case of theirs."""

    def __init__(self, conversation: Conversation, case_id: str, message: Message) -> None:
        self.conversation, self.case_id, self.message = conversation, case_id, message


@pytest.fixture
async def said(parts: Container, ada: Account) -> Said:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    message = await parts.handover.reply(ada, file.id, "The review is on Monday.", client_id="r1")
    return Said(conversation, file.id, message)


async def shown(parts: Container, said: Said) -> Message:
    return next(message for message in await thread(parts, said.conversation) if message.id == said.message.id)


async def log(parts: Container, account: Account, said: Said) -> list[str]:
    return [event.what for event in (await parts.handover.open_case(account, said.case_id)).events]


async def test_a_corrected_message_has_the_new_words_and_keeps_the_old(
    parts: Container, clock: FakeClock, ada: Account, said: Said
) -> None:
    clock.move(timedelta(minutes=5))
    await parts.corrections.correct(ada, said.case_id, said.message.id, "The review is on Tuesday.")
    clock.move(timedelta(minutes=5))
    await parts.corrections.correct(ada, said.case_id, said.message.id, "The review is on Friday.")
    message = await shown(parts, said)
    assert (message.text, message.edited_at, message.at) == ("The review is on Friday.", clock.now(), NOW)
    versions = await parts.corrections.versions(said.conversation.id)
    assert [(version.number, version.text, version.at, version.account) for version in versions] == [
        (1, "The review is on Monday.", NOW, ada.id),
        (2, "The review is on Tuesday.", NOW + timedelta(minutes=5), ada.id),
    ]
    assert (await log(parts, ada, said))[-2:] == ["corrected", "corrected"]


async def test_a_withdrawn_message_has_no_words_for_the_carer_and_keeps_them_for_workers(
    parts: Container, ada: Account, said: Said
) -> None:
    await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    message = await shown(parts, said)
    assert (message.text, message.withdrawn_at, message.name) == ("", NOW, "Ada")
    (version,) = await parts.corrections.versions(said.conversation.id)
    assert version.text == "The review is on Monday."
    assert (await log(parts, ada, said))[-1] == "withdrawn"


async def test_doing_it_again_changes_nothing(parts: Container, ada: Account, said: Said) -> None:
    for _ in range(2):
        await parts.corrections.correct(ada, said.case_id, said.message.id, "On Friday.")
    for _ in range(2):
        await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    assert (await log(parts, ada, said))[-2:] == ["corrected", "withdrawn"]
    assert [version.number for version in await parts.corrections.versions(said.conversation.id)] == [1, 2]


async def test_a_withdrawn_message_cannot_be_corrected(parts: Container, ada: Account, said: Said) -> None:
    await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    with pytest.raises(IllegalMove, match="Write a new one"):
        await parts.corrections.correct(ada, said.case_id, said.message.id, "On Friday.")
    assert (await shown(parts, said)).text == ""


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 4_001], ids=["empty", "blank", "too long"])
async def test_bad_words_change_nothing(parts: Container, ada: Account, said: Said, words: str) -> None:
    with pytest.raises(InvalidInput):
        await parts.corrections.correct(ada, said.case_id, said.message.id, words)
    assert (await shown(parts, said)) == said.message


async def test_only_the_author_can_whoever_has_the_case(parts: Container, ada: Account, bea: Account, said: Said) -> None:
    lead = await add_account(parts.database, "lee", role=AccountRole.LEAD)
    await parts.handover.transfer(ada, said.case_id, bea.id, reason="On leave.")
    for other in (bea, lead):
        with pytest.raises(Forbidden, match="Only the worker who wrote"):
            await parts.corrections.withdraw(other, said.case_id, said.message.id)
    await parts.corrections.correct(ada, said.case_id, said.message.id, "On Friday.")
    assert (await shown(parts, said)).text == "On Friday."


async def test_the_author_can_after_the_case_is_closed(parts: Container, ada: Account, said: Said) -> None:
    await parts.handover.close(ada, said.case_id, Outcome.ANSWERED)
    await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    assert (await shown(parts, said)).withdrawn_at == NOW


async def test_an_author_who_may_not_look_at_the_case_any_more_cannot(
    parts: Container, ada: Account, bea: Account, said: Said
) -> None:
    await parts.handover.transfer(ada, said.case_id, bea.id, reason="On leave.")
    async with parts.database.transaction() as session:
        await accounts_store.set_disabled(session, ada.id, parts.clock.now())
    with pytest.raises(Forbidden):
        await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    assert (await shown(parts, said)) == said.message


async def test_what_the_bot_the_service_and_the_carer_said_cannot_be_changed(parts: Container, ada: Account, said: Said) -> None:
    await say(parts, said.conversation, "Thank you")
    for message in await thread(parts, said.conversation):
        if message.author is not Author.WORKER:
            with pytest.raises(Forbidden):
                await parts.corrections.withdraw(ada, said.case_id, message.id)


async def test_a_message_of_another_conversation_is_not_found(parts: Container, ada: Account, said: Said) -> None:
    _, other = await ask(parts)
    with pytest.raises(NotFound):
        await parts.corrections.withdraw(ada, other.id, said.message.id)
    with pytest.raises(NotFound):
        await parts.corrections.withdraw(ada, "nowhere", said.message.id)
    assert (await shown(parts, said)) == said.message


async def test_open_pages_hear_that_something_changed(parts: Container, ada: Account, said: Said) -> None:
    async with parts.announcer.listen(said.conversation.id) as kinds:
        await parts.corrections.correct(ada, said.case_id, said.message.id, "On Friday.")
        assert await anext(kinds) == "changed"


async def test_a_page_that_was_away_is_told_of_every_change_it_missed_as_it_is_now(
    parts: Container, ada: Account, said: Said
) -> None:
    second = await parts.handover.reply(ada, said.case_id, "Ring me.", client_id="r2")
    before = await parts.conversations.look(said.conversation.id, second.id)
    assert (before.messages, before.changed, before.last_change) == ([], [], 0)
    await parts.corrections.correct(ada, said.case_id, said.message.id, "On Tuesday.")
    await parts.corrections.withdraw(ada, said.case_id, second.id)
    await parts.corrections.correct(ada, said.case_id, said.message.id, "On Friday.")
    after = await parts.conversations.look(said.conversation.id, second.id, changed_since=before.last_change)
    assert [(message.id, message.text) for message in after.changed] == [(second.id, ""), (said.message.id, "On Friday.")]
    later = await parts.conversations.look(said.conversation.id, second.id, changed_since=after.last_change)
    assert (later.changed, later.last_change) == ([], 3)


async def test_two_who_correct_at_once_keep_every_version(parts: Container, ada: Account, said: Said) -> None:
    processes = [parts, other_process(parts)]
    words = [f"The review is on day {number}." for number in range(6)]
    await asyncio.gather(
        *(processes[place % 2].corrections.correct(ada, said.case_id, said.message.id, text) for place, text in enumerate(words))
    )
    versions = await parts.corrections.versions(said.conversation.id)
    assert [version.number for version in versions] == [1, 2, 3, 4, 5, 6]
    kept = {version.text for version in versions} | {(await shown(parts, said)).text}
    assert kept == {*words, "The review is on Monday."}


async def test_the_words_of_a_carer_can_be_kept_the_same_way(parts: Container, said: Said) -> None:
    mine = next(message for message in await thread(parts, said.conversation) if message.author is Author.CARER)
    async with parts.database.transaction() as session:
        await store.change(session, mine, "I meant Rowan", at=NOW)
    (version,) = await parts.corrections.versions(said.conversation.id)
    assert (version.message, version.text, version.account) == (mine.id, mine.text, None)


async def test_erasing_the_conversation_erases_the_earlier_words(parts: Container, ada: Account, said: Said) -> None:
    await parts.corrections.withdraw(ada, said.case_id, said.message.id)
    await parts.conversations.erase(said.conversation)
    async with parts.database.reading() as session:
        assert (await session.execute(store.VersionRow.__table__.select())).all() == []
