"""Conversations begin with a greeting, open to their token alone, and end when their time has come or the carer says so."""

from datetime import timedelta

import pytest

from alongside.core.conversations import Author
from alongside.core.errors import InvalidInput, NotFound, Unauthorised
from alongside.store import conversations as store
from alongside.store.base import Database
from tests.builders import KEEP, container, words
from tests.fakes import FakeClock


async def test_a_conversation_begins_with_the_approved_greeting(database: Database) -> None:
    parts = container(database)
    conversation, token, (greeting,) = await parts.conversations.begin(channel="web")
    approved = words().find("utter_greeting", nation=None)
    assert greeting.author is Author.BOT
    assert greeting.text == words().fill(approved.text, today=parts.clock.today())
    assert greeting.choices == approved.choices
    assert await parts.conversations.find(token) == conversation


async def test_no_two_tokens_are_alike_and_each_opens_its_own(database: Database) -> None:
    parts = container(database)
    begun = [await parts.conversations.begin(channel="web") for _ in range(5)]
    assert len({token for _, token, _ in begun}) == 5
    for conversation, token, _ in begun:
        assert (await parts.conversations.find(token)).id == conversation.id


async def test_an_unknown_nation_is_refused_with_those_there_are(database: Database) -> None:
    with pytest.raises(InvalidInput, match="england, scotland, wales, ni"):
        await container(database).conversations.begin(channel="web", nation="france")


@pytest.mark.parametrize("token", ["", "wrong", "\x00", "ü" * 500])
async def test_a_wrong_token_opens_nothing(database: Database, token: str) -> None:
    parts = container(database)
    await parts.conversations.begin(channel="web")
    with pytest.raises(Unauthorised):
        await parts.conversations.find(token)


async def test_an_erased_conversation_is_like_one_that_never_was(database: Database) -> None:
    parts = container(database)
    conversation, token, messages = await parts.conversations.begin(channel="web")
    receipt = await parts.conversations.erase(conversation)
    assert (receipt.messages, receipt.erased_at) == (1, parts.clock.now())
    with pytest.raises(Unauthorised):
        await parts.conversations.find(token)
    with pytest.raises(NotFound):
        await parts.conversations.erase(conversation)
    with pytest.raises(NotFound):
        await parts.conversations.messages_after(conversation, messages[0].id)


async def test_erasing_one_leaves_the_others(database: Database) -> None:
    parts = container(database)
    kept, _, _ = await parts.conversations.begin(channel="web")
    gone, _, _ = await parts.conversations.begin(channel="web")
    await parts.conversations.erase(gone)
    assert len(await parts.conversations.messages_after(kept, None)) == 1


async def test_what_has_expired_is_erased_and_the_rest_is_kept(database: Database) -> None:
    clock = FakeClock()
    parts = container(database, clock=clock)
    _, old, _ = await parts.conversations.begin(channel="web")
    clock.move(timedelta(days=1))
    _, young, _ = await parts.conversations.begin(channel="web")
    clock.move(KEEP - timedelta(days=1))
    assert await parts.conversations.erase_expired() == 1
    assert await parts.conversations.erase_expired() == 0
    assert await parts.conversations.find(young)
    with pytest.raises(Unauthorised):
        await parts.conversations.find(old)


async def test_a_conversation_taken_up_again_at_the_last_moment_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    parts = container(database, clock=clock)
    conversation, token, _ = await parts.conversations.begin(channel="web")
    clock.move(KEEP)
    listed = store.list_expired

    async def list_and_hear_from_the_carer(session, *, now):  # type: ignore[no-untyped-def]
        return (
            await listed(session, now=now),
            await session.rollback(),
            await parts.turns.receive(conversation.id, text="I am here"),
        )

    async def only_the_list(session, *, now):  # type: ignore[no-untyped-def]
        return (await list_and_hear_from_the_carer(session, now=now))[0]

    monkeypatch.setattr(store, "list_expired", only_the_list)
    assert await parts.conversations.erase_expired() == 0
    await parts.turns.finish()
    assert await parts.conversations.find(token)
