"""Sent, seen, not read: what a worker is told is what the carer's page has said, and nothing is unseen again."""

from datetime import timedelta

import pytest

from alongside.core.accounts import Account
from alongside.core.conversations import Conversation, Message
from alongside.core.delivery import Delivery
from alongside.core.errors import NotFound
from alongside.store import progress, versions
from alongside.wiring import Container
from tests.case_builders import ALL_WEEK, add_account, ask, begin, fill_directory, thread
from tests.fakes import NOW, FakeClock


@pytest.fixture
async def talk(parts: Container) -> tuple[Conversation, list[Message]]:
    """A conversation in which a worker has written three times."""
    await fill_directory(parts, ada=ALL_WEEK)
    ada: Account = await add_account(parts.database, "ada")
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    return conversation, [await parts.handover.reply(ada, file.id, text, client_id=text) for text in ("one", "two", "three")]


async def states(parts: Container, conversation: Conversation, messages: list[Message]) -> list[Delivery]:
    reached = await parts.deliveries.states(conversation.id, await thread(parts, conversation))
    return [reached.states[message.id] for message in messages]


async def test_with_the_page_closed_messages_wait(parts: Container, talk: tuple[Conversation, list[Message]]) -> None:
    assert await states(parts, *talk) == [Delivery.WAITING] * 3


async def test_with_the_page_open_they_are_sent_and_only_what_it_showed_is_seen(
    parts: Container, talk: tuple[Conversation, list[Message]]
) -> None:
    conversation, (one, two, three) = talk
    async with parts.deliveries.page_open(conversation.id):
        assert await states(parts, conversation, [one, two, three]) == [Delivery.SENT] * 3
        await parts.deliveries.seen(conversation.id, two.id)
        assert await states(parts, conversation, [one, two, three]) == [Delivery.SEEN, Delivery.SEEN, Delivery.SENT]
    assert await states(parts, conversation, [one, two, three]) == [Delivery.SEEN, Delivery.SEEN, Delivery.WAITING]


async def test_what_was_seen_stays_seen(parts: Container, talk: tuple[Conversation, list[Message]]) -> None:
    conversation, (one, two, three) = talk
    await parts.deliveries.seen(conversation.id, three.id)
    await parts.deliveries.seen(conversation.id, one.id)
    assert await states(parts, conversation, [two, three]) == [Delivery.SEEN] * 2


async def test_corrected_words_are_still_to_be_seen(parts: Container, talk: tuple[Conversation, list[Message]]) -> None:
    conversation, (one, two, three) = talk
    await parts.deliveries.seen(conversation.id, three.id)
    async with parts.database.transaction() as session:
        await versions.change(session, two, "Two", at=NOW)
    assert await states(parts, conversation, [one, two, three]) == [Delivery.SEEN, Delivery.WAITING, Delivery.SEEN]
    await parts.deliveries.seen(conversation.id, one.id, change=99)  # no more than there is
    assert await states(parts, conversation, [one, two, three]) == [Delivery.SEEN] * 3
    async with parts.database.transaction() as session:
        await versions.change(session, two, None, at=NOW)
    assert await states(parts, conversation, [two]) == [Delivery.WAITING]


async def test_a_carers_own_messages_have_no_state(parts: Container, talk: tuple[Conversation, list[Message]]) -> None:
    conversation, _ = talk
    messages = await thread(parts, conversation)
    reached = await parts.deliveries.states(conversation.id, messages)
    assert {message.author.value for message in messages if message.id not in reached.states} == {"carer"}


@pytest.mark.parametrize("message_id", ["", "nonsense", "0" * 32])
async def test_an_unknown_message_is_not_seen(
    parts: Container, talk: tuple[Conversation, list[Message]], message_id: str
) -> None:
    conversation, messages = talk
    with pytest.raises(NotFound):
        await parts.deliveries.seen(conversation.id, message_id)
    with pytest.raises(NotFound):
        await parts.deliveries.seen((await begin(parts)).id, messages[0].id)
    assert await states(parts, conversation, messages) == [Delivery.WAITING] * 3


async def test_a_page_that_closes_late_does_not_close_the_one_that_took_its_place(
    parts: Container, talk: tuple[Conversation, list[Message]]
) -> None:
    conversation, messages = talk
    first, second = parts.deliveries.page_open(conversation.id), parts.deliveries.page_open(conversation.id)
    await first.__aenter__()
    await second.__aenter__()
    await first.__aexit__(None, None, None)
    assert await states(parts, conversation, messages) == [Delivery.SENT] * 3
    await second.__aexit__(None, None, None)
    assert await states(parts, conversation, messages) == [Delivery.WAITING] * 3


async def test_a_carer_who_cannot_be_reached_is_so_since_the_first_failure(
    parts: Container, clock: FakeClock, talk: tuple[Conversation, list[Message]]
) -> None:
    conversation, messages = talk
    for _ in range(2):
        async with parts.database.transaction() as session:
            await progress.set_unreachable(session, conversation.id, clock.now())
        clock.move(timedelta(hours=1))
    assert (await parts.deliveries.states(conversation.id, messages)).unreachable_since == NOW
    async with parts.database.transaction() as session:
        await progress.set_unreachable(session, conversation.id, None)
    assert (await parts.deliveries.states(conversation.id, messages)).unreachable_since is None


async def test_workers_hear_of_what_was_seen_once(parts: Container, talk: tuple[Conversation, list[Message]]) -> None:
    conversation, (_, _, three) = talk
    async with parts.announcer.listen(conversation.id) as kinds:
        for _ in range(3):
            await parts.deliveries.seen(conversation.id, three.id)
        assert [await anext(kinds), await anext(kinds)] == ["seen", "tick"]
