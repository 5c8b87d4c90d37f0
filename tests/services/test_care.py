"""The workers' own care: told before, not in the way, and nothing recorded but that a case was opened."""

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.conversations import Conversation
from alongside.core.permissions import Forbidden
from alongside.services.care import Load
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, ask, begin, current, fill_directory, say

SAD = "I want to kill myself"


@pytest.fixture
async def parts(database: Database) -> Container:
    parts = container(database)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


async def danger(parts: Container) -> tuple[Conversation, CaseFile]:
    conversation = await begin(parts)
    await say(parts, conversation, SAD)
    return conversation, await current(parts, conversation)


async def test_what_a_case_holds_is_said_once_to_each(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea")
    _, file = await danger(parts)
    holds = await parts.care.before(ada, file.id)
    assert holds is not None
    assert (holds.kinds, holds.service, holds.waits is not None) == (["self"], "Larch Ward", True)
    for _ in range(2):  # pressed twice
        await parts.care.look(ada, file.id)
    assert await parts.care.before(ada, file.id) is None
    assert await parts.care.before(bea, file.id) is not None


async def test_an_ordinary_case_opens_at_once(parts: Container, ada: Account) -> None:
    _, file = await ask(parts)
    assert await parts.care.before(ada, file.id) is None
    assert not await parts.care.is_hard(ada, file.id)


async def test_whoever_is_at_work_on_it_is_not_stopped(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await say(parts, conversation, SAD)
    assert await parts.care.before(ada, file.id) is None


async def test_danger_in_the_thread_counts_whatever_the_case_is_about_now(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea")
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await say(parts, conversation, SAD)
    await parts.handover.release(ada, file.id)
    holds = await parts.care.before(bea, file.id)
    assert holds is not None
    assert holds.kinds == ["self"]
    assert await parts.care.is_hard(ada, file.id)


async def test_a_strangers_case_is_neither_told_of_nor_remembered(parts: Container, ada: Account) -> None:
    stranger = await add_account(parts.database, "sol", services=frozenset({"rowan"}))
    _, file = await danger(parts)
    for attempt in (parts.care.before, parts.care.look, parts.care.is_hard):
        with pytest.raises(Forbidden):
            await attempt(stranger, file.id)


async def test_whom_to_tell_are_the_leads_of_the_same_service(parts: Container, ada: Account) -> None:
    lead = await add_account(parts.database, "lea", role=AccountRole.LEAD, worker=None)
    await add_account(parts.database, "far", role=AccountRole.LEAD, worker=None, services=frozenset({"rowan"}))
    gone = await add_account(parts.database, "gone", role=AccountRole.LEAD, worker=None)
    await parts.accounts.disable(gone.email)
    assert await parts.care.whom_to_tell(ada) == ["Lea Example"]
    assert await parts.care.whom_to_tell(lead) == []


async def test_a_claim_over_the_cap_is_asked_about_and_danger_never(parts: Container, ada: Account) -> None:
    await parts.rota.set_cap(None, ada.id, 1)
    _, first = await ask(parts)
    assert await parts.care.would_overload(ada, first.id) is None
    await parts.handover.claim(ada, first.id)
    _, second = await ask(parts)
    load = await parts.care.would_overload(ada, second.id)
    assert load is not None
    assert (load.cap, load.is_full) == (1, True)
    _, grave = await danger(parts)
    assert await parts.care.would_overload(ada, grave.id) is None
    assert await parts.care.would_overload(ada, first.id) is None  # it is theirs already


@pytest.mark.parametrize(
    ("cases", "cap", "is_full"), [(0, 0, True), (7, 8, False), (8, 8, True), (9, 8, True), (99, None, False)]
)
def test_somebody_is_full_at_their_cap(cases: int, cap: int | None, is_full: bool) -> None:
    assert Load(cases, cap).is_full is is_full
