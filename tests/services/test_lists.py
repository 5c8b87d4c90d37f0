"""The inbox's lists and search: nobody sees or finds what they may not open, and everything they may can be found."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.details import Details
from alongside.core.handover import Outcome, Reason, State
from alongside.services.lists import Show
from alongside.store import case_lists
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, add_case, ask, begin, current, fill_directory, say
from tests.fakes import NOW


@pytest.fixture
async def parts(database: Database) -> Container:
    parts = container(database)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


async def wrote(parts: Container, text: str, **given: str) -> CaseFile:
    conversation = await begin(parts, **given)
    await say(parts, conversation, text)
    await say(parts, conversation)
    return await current(parts, conversation)


async def found(parts: Container, account: Account, text: str) -> list[str]:
    return [item.file.id for item in (await parts.lists.find(account, text)).listed]


async def test_what_one_covers_has_a_list_of_its_own_and_is_counted(parts: Container, ada: Account) -> None:
    _, file = await ask(parts, service="rowan")
    covering = replace(ada, covers=frozenset({"rowan", "larch"}))
    assert [item.file.id for item in (await parts.lists.cases(covering, Show.COVERING))[0]] == [file.id]
    assert (await parts.lists.cases(ada, Show.COVERING))[0] == []
    assert (await parts.lists.cases(covering, Show.SERVICES))[0] == []
    assert (await parts.lists.cases(covering, Show.MINE)).around.to_answer == {Show.MINE: 0, Show.SERVICES: 0, Show.COVERING: 1}


async def test_what_is_to_answer_is_counted_for_each_list(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea")
    await ask(parts)
    conversation, mine = await ask(parts)
    await parts.handover.claim(ada, mine.id)
    await parts.handover.reply(ada, mine.id, "Hello", client_id="1")
    parts.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    assert (await parts.lists.cases(ada, Show.MINE)).around.to_answer == {Show.MINE: 0, Show.SERVICES: 1, Show.COVERING: 0}
    await say(parts, conversation, "Thank you")
    assert (await parts.lists.cases(ada, Show.MINE)).around.to_answer == {Show.MINE: 1, Show.SERVICES: 2, Show.COVERING: 0}
    assert (await parts.lists.cases(bea, Show.MINE)).around.to_answer == {Show.MINE: 0, Show.SERVICES: 1, Show.COVERING: 0}


async def test_the_lists_have_another_version_after_whatever_changes_one(parts: Container, ada: Account) -> None:
    seen = [await parts.lists.version()]
    bea = await add_account(parts.database, "bea")
    conversation, file = await ask(parts)
    for change in (
        parts.handover.claim(ada, file.id),
        parts.handover.reply(ada, file.id, "Hello", client_id="1"),
        say(parts, conversation, "Thank you"),
        parts.handover.transfer(ada, file.id, bea.id, reason="On leave."),
        parts.handover.release(bea, file.id),
        parts.conversations.erase(conversation),
    ):
        seen.append(await parts.lists.version())
        assert await parts.lists.version() == seen[-1]
        parts.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
        await change
    seen.append(await parts.lists.version())
    assert all(before != after for before, after in pairwise(seen))


async def test_a_case_that_was_passed_on_is_new_to_who_has_it_now_until_they_write(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea")
    _, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Hello", client_id="1")
    parts.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    await parts.handover.transfer(ada, file.id, bea.id, reason="On leave.")
    assert (await parts.lists.cases(bea, Show.MINE)).around.to_answer[Show.MINE] == 1
    assert [item.file.is_to_answer for item in (await parts.lists.cases(bea, Show.MINE)).listed] == [True]
    await parts.handover.reply(bea, file.id, "Hello from me", client_id="2")
    assert (await parts.lists.cases(bea, Show.MINE)).around.to_answer[Show.MINE] == 0
    assert [item.file.is_to_answer for item in (await parts.lists.cases(bea, Show.MINE)).listed] == [False]


async def test_a_long_list_has_pages_and_what_is_to_answer_is_on_the_first(
    parts: Container, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alongside.services.lists.LISTED", 2)
    theirs = await add_case(
        parts.database,
        (await begin(parts)).id,
        state=State.WITH_WORKER,
        owner=ada.id,
        requested_at=NOW - timedelta(days=9),
        worker_wrote_at=NOW,
    )
    waiting = [await add_case(parts.database, (await begin(parts)).id, requested_at=NOW + timedelta(hours=n)) for n in (1, 2)]
    danger = await add_case(parts.database, (await begin(parts)).id, reason=Reason.SAFETY_SELF)
    pages = [await parts.lists.cases(ada, Show.SERVICES, page=number) for number in (1, 2, 3)]
    assert [[item.file.id for item in listed] for listed, _, _ in pages] == [
        [danger.id, waiting[0].id],
        [waiting[1].id, theirs.id],
        [],
    ]
    assert [shown.has_more for shown in pages] == [True, False, False]


async def test_closed_cases_come_with_the_last_first_and_those_with_the_bot_among_them(parts: Container, ada: Account) -> None:
    async def over(hours: int, state: State) -> str:
        closed_at = NOW + timedelta(hours=hours) if state is State.CLOSED else None
        file = await add_case(
            parts.database, (await begin(parts)).id, state=state, closed_at=closed_at, requested_at=NOW + timedelta(hours=hours)
        )
        return file.id

    ids = [await over(1, State.CLOSED), await over(3, State.CLOSED), await over(2, State.BOT)]
    listed, _, _ = await parts.lists.cases(ada, Show.CLOSED)
    assert [item.file.id for item in listed] == [ids[1], ids[2], ids[0]]


@pytest.mark.parametrize("text", ["little sister", "SISTER", "  sister   little ", "sis"])
async def test_a_case_is_found_by_words_of_one_message(parts: Container, ada: Account, text: str) -> None:
    file = await wrote(parts, "can I bring his little sister?")
    await wrote(parts, "can I bring his brother?")
    assert await found(parts, ada, text) == [file.id]


async def test_all_words_must_be_in_one_message(parts: Container, ada: Account) -> None:
    await wrote(parts, "can I bring his little sister?")
    assert await found(parts, ada, "little brother") == []


@pytest.mark.parametrize("text", ["100%", "a_b", "100", "'", "a\\b"])
async def test_signs_mean_themselves(parts: Container, ada: Account, text: str) -> None:
    file = await wrote(parts, "It's 100% in a_b and a\\b")
    await wrote(parts, "1000 aab axb")
    hits = await found(parts, ada, text)
    assert file.id in hits if text != "'" else hits == []
    if text in ("100%", "a_b", "a\\b"):
        assert hits == [file.id]


async def test_a_case_is_found_by_its_reference_the_carers_name_and_the_ward(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    named = await add_case(parts.database, conversation.id, details=Details(name="Zoë-Marie"))
    _, other = await ask(parts)
    for name in ("marie", "ZOË", "zoë-MARIE"):
        assert await found(parts, ada, name) == [named.id]
    assert await found(parts, ada, named.id[:4].upper()) == [named.id]
    assert set(await found(parts, ada, "larch")) == {named.id, other.id}


async def test_closed_cases_are_found_too(parts: Container, ada: Account) -> None:
    file = await wrote(parts, "about the car park")
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    assert await found(parts, ada, "car park") == [file.id]


async def test_nothing_of_a_service_one_does_not_serve_is_found(parts: Container, ada: Account) -> None:
    file = await wrote(parts, "about the car park", service="rowan")
    assert [await found(parts, ada, text) for text in ("car park", file.id[:4], "rowan")] == [[], [], []]
    nobody = await add_account(parts.database, "nobody", services=frozenset())
    await wrote(parts, "about the car park")
    assert await found(parts, nobody, "car park") == []


@pytest.mark.parametrize("written", ["I can't reach the ward", "I can’t reach the ward"])
@pytest.mark.parametrize("text", ["can't reach", "CAN’T reach"])
async def test_both_apostrophes_are_one(parts: Container, ada: Account, written: str, text: str) -> None:
    file = await wrote(parts, written)
    await wrote(parts, "I cant reach the ward")
    assert await found(parts, ada, text) == [file.id]


@pytest.mark.parametrize("text", ["", "  ", "a", "? !"])
async def test_too_little_to_look_for_finds_nothing(parts: Container, ada: Account, text: str) -> None:
    await wrote(parts, "a ? !")
    looked = await parts.lists.find(ada, text)
    assert (looked.listed, looked.looked_through) == ((), 0)


async def test_older_threads_are_looked_through_when_asked_for(
    parts: Container, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await wrote(parts, "about the car park")
    for _ in range(2):
        parts.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
        await wrote(parts, "something else")
    monkeypatch.setattr(case_lists, "SEARCHED", 2)
    first = await parts.lists.find(ada, "car park")
    assert ([*first.listed], first.looked_through, first.has_older) == ([], 2, True)
    then = await parts.lists.find(ada, "car park", older_than=first.looked_through)
    assert ([item.file.id for item in then.listed], then.has_older) == ([old.id], False)
