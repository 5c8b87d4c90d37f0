"""That somebody is writing is told to the other side only while a worker has the case, not too often, and ends by itself."""

from datetime import timedelta

import pytest

from alongside.core.accounts import Account
from alongside.core.errors import NotFound
from alongside.core.handover import Outcome
from alongside.core.permissions import Forbidden
from alongside.services.typing import EVERY, LASTS
from alongside.wiring import Container
from tests.case_builders import ALL_WEEK, add_account, ask, fill_directory
from tests.fakes import FakeClock


@pytest.fixture
async def ada(parts: Container) -> Account:
    await fill_directory(parts, ada=ALL_WEEK)
    return await add_account(parts.database, "ada")


async def test_both_sides_are_known_to_write_while_a_worker_has_the_case(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    async with parts.announcer.listen(conversation.id) as kinds:
        await parts.typing.carer_writes(conversation.id)
        await parts.typing.worker_writes(ada, file.id)
        assert [await anext(kinds), await anext(kinds)] == ["typing", "typing"]
    assert parts.typing.is_writing(conversation.id, None)
    assert parts.typing.is_writing(conversation.id, ada.id)
    assert parts.typing.writers(conversation.id) == {None, ada.id}


async def test_it_ends_by_itself(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.typing.worker_writes(ada, file.id)
    clock.move(LASTS - timedelta(milliseconds=1))
    assert parts.typing.is_writing(conversation.id, ada.id)
    clock.move(timedelta(milliseconds=1))
    assert not parts.typing.is_writing(conversation.id, ada.id)
    assert parts.typing.writers(conversation.id) == frozenset()


async def test_what_is_said_too_often_is_not_passed_on(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    async with parts.announcer.listen(conversation.id) as kinds:
        for _ in range(5):
            await parts.typing.carer_writes(conversation.id)
        clock.move(EVERY)
        await parts.typing.carer_writes(conversation.id)
        assert [await anext(kinds) for _ in range(3)] == ["typing", "typing", "tick"]


@pytest.mark.parametrize("is_closed", [False, True], ids=["waiting", "closed"])
async def test_without_a_worker_nobody_is_told(parts: Container, ada: Account, is_closed: bool) -> None:
    conversation, file = await ask(parts)
    if is_closed:
        await parts.handover.claim(ada, file.id)
        await parts.handover.close(ada, file.id, Outcome.ANSWERED)
        await parts.typing.worker_writes(ada, file.id)
    await parts.typing.carer_writes(conversation.id)
    assert parts.typing.writers(conversation.id) == frozenset()


async def test_a_colleague_without_the_case_cannot_seem_to_write(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea")
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    with pytest.raises(Forbidden):
        await parts.typing.worker_writes(bea, file.id)
    with pytest.raises(NotFound):
        await parts.typing.worker_writes(ada, "nowhere")
    assert parts.typing.writers(conversation.id) == frozenset()
