"""Saved replies and approved answers, filled for one case and handed to who has it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import Answer, Source, Variant
from alongside.core.details import Details
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import State
from alongside.core.library import as_json
from alongside.core.permissions import Forbidden
from alongside.store import releases as release_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, add_case, begin, fill_directory
from tests.fakes import NOW

SOURCE = Source("Visiting, NHS", date(2026, 11, 1), url="https://www.nhs.uk/visiting")
LEAFLET = Source("A leaflet", date(2026, 11, 1), publication="Carers Trust, 2025")
CHILDREN = Answer(
    topic="visiting",
    name="children",
    title="Can children visit?",
    owner="team",
    approver="team",
    review_on=date(2027, 11, 1),
    nations=("england", "scotland", "wales", "ni"),
    follow_ups=(),
    variants=(Variant("In Scotland, yes.", (SOURCE,), "scotland"), Variant("Yes. Ring {fact_samaritans}.", (SOURCE, LEAFLET))),
    examples=("can I bring his little sister",),
)
ENGLISH = replace(CHILDREN, name="parking", title="Where can I park?", nations=("england",), variants=CHILDREN.variants[1:])


@pytest.fixture
def parts(database: Database) -> Container:
    return container(database)


@pytest.fixture
async def ada(parts: Container) -> Account:
    await fill_directory(parts, ada=ALL_WEEK)
    return await add_account(parts.database, "ada")


@pytest.fixture
async def lea(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "lea", role=AccountRole.LEAD, worker=None)


async def has(parts: Container, account: Account, nation: str = "england", **given: Any) -> str:
    """Add a case this account has."""
    conversation = await begin(parts, nation=nation)
    given = {"state": State.WITH_WORKER, "owner": account.id} | given
    return (await add_case(parts.database, conversation.id, **given)).id


async def publish(parts: Container, answers: Sequence[Answer]) -> None:
    """Make a release of some answers, and the assistant serve it."""
    async with parts.database.transaction() as session:
        release = await release_store.add(
            session,
            content_hash=f"{len(answers)}",
            model_file="m",
            model_hash="h",
            made_at=NOW,
            answers=[(answer.key, as_json(answer)) for answer in answers],
        )
    parts.assistant.release = release.number  # type: ignore[misc]


async def keep(parts: Container, account: Account, text: str, **given: Any) -> str:
    return (await parts.replies.keep(account, title="A title", text=text, **given)).id


# --- Saved replies ---


async def test_a_saved_reply_is_its_writers_own(parts: Container, ada: Account, lea: Account) -> None:
    reply_id = await keep(parts, ada, "Hello")
    assert [(each.reply.id, each.may_change) for each in await parts.replies.list_for(ada)] == [(reply_id, True)]
    assert await parts.replies.list_for(lea) == []
    for work in (
        parts.replies.get(lea, reply_id),
        parts.replies.remove(lea, reply_id),
        parts.replies.keep(lea, title="Mine", text="Mine", reply_id=reply_id),
    ):
        with pytest.raises(NotFound, match="not there any more"):
            await work
    assert (await parts.replies.get(ada, reply_id)).reply.text == "Hello"


async def test_a_new_reply_pressed_twice_is_one(parts: Container, ada: Account, lea: Account) -> None:
    first, again = await asyncio.gather(keep(parts, ada, "Hello"), keep(parts, ada, "Hello"))
    assert first == again
    assert len({first, await keep(parts, ada, "Hello you"), await keep(parts, lea, "Hello")}) == 3
    assert await keep(parts, lea, "Hello", service="larch") == await keep(parts, lea, "Hello", service="larch")
    assert len(await parts.replies.list_for(ada)) == 3


async def test_a_shared_one_is_used_by_all_who_serve_and_changed_by_leads(parts: Container, ada: Account, lea: Account) -> None:
    reply_id = await keep(parts, lea, "Hello", service="larch")
    (seen,) = await parts.replies.list_for(ada)
    assert (seen.service, seen.by, seen.may_change) == ("Larch Ward", "Lea", False)
    for work in (parts.replies.remove(ada, reply_id), parts.replies.keep(ada, title="A", text="Changed", reply_id=reply_id)):
        with pytest.raises(Forbidden, match="leads of its service"):
            await work
    bo = await add_account(parts.database, "bo", role=AccountRole.LEAD, worker=None)
    await parts.replies.keep(bo, title="A title", text="Changed", service="larch", reply_id=reply_id)
    assert (await parts.replies.get(ada, reply_id)).reply.text == "Changed"
    elsewhere = await add_account(parts.database, "el", services=frozenset({"rowan"}), worker=None)
    assert await parts.replies.list_for(elsewhere) == []


async def test_only_leads_share_and_only_with_what_they_serve(parts: Container, ada: Account, lea: Account) -> None:
    for account, service in ((ada, "larch"), (lea, "rowan")):
        with pytest.raises(Forbidden, match="cannot share"):
            await keep(parts, account, "Hello", service=service)
        assert await parts.replies.list_for(account) == []
    assert await parts.replies.services_of(ada) == {}
    assert await parts.replies.services_of(lea) == {"larch": "Larch Ward"}


async def test_what_cannot_be_kept_changes_nothing(parts: Container, ada: Account) -> None:
    reply_id = await keep(parts, ada, "Hello")
    with pytest.raises(InvalidInput, match="no field"):
        await parts.replies.keep(ada, title="A title", text="Hello {relative}", reply_id=reply_id)
    with pytest.raises(InvalidInput, match="no field"):
        parts.replies.preview("Hello {relative}")
    assert (await parts.replies.get(ada, reply_id)).reply.text == "Hello"


async def test_a_removed_reply_is_gone(parts: Container, ada: Account) -> None:
    case_id, reply_id = await has(parts, ada), await keep(parts, ada, "Hello")
    await parts.replies.remove(ada, reply_id)
    assert await parts.replies.offer(ada, case_id) == []
    with pytest.raises(NotFound):
        await parts.replies.fill(ada, case_id, reply_id)


async def test_a_reply_is_filled_with_what_is_known_of_the_case_and_of_its_worker(parts: Container, ada: Account) -> None:
    text = "Hello {carer}, I am {me}, {my_role} for {service}, here {my_days}, next on {next_on}. Ward: {ward_phone}."
    reply_id = await keep(parts, ada, text)
    filled = await parts.replies.fill(ada, await has(parts, ada, details=Details(name="Jo")), reply_id)
    assert filled.text == (
        "Hello Jo, I am Ada, carer support worker for Larch Ward, here Monday to Sunday, "
        "next on Wednesday 25 November, from 9am. Ward: 01632 960900."
    )
    assert filled.unknown == ()


async def test_what_is_not_known_is_said(parts: Container, lea: Account) -> None:
    reply_id = await keep(parts, lea, "Hello {carer}. Ring {ward_phone}. I am here {my_days}.")
    filled = await parts.replies.fill(lea, await has(parts, lea, service=None), reply_id)
    assert filled.text == "Hello. Ring [the ward's phone number is not known]. I am here [your working days are not known]."
    assert filled.unknown == ("the ward's phone number is not known", "your working days are not known")


async def test_replies_are_found_by_their_words(parts: Container, ada: Account) -> None:
    case_id = await has(parts, ada)
    await parts.replies.keep(ada, title="Parking", text="There is a car park.")
    await parts.replies.keep(ada, title="Goodbye", text="Take care.")
    assert [each.title for each in await parts.replies.offer(ada, case_id)] == ["Goodbye", "Parking"]
    assert [each.title for each in await parts.replies.offer(ada, case_id, "car park")] == ["Parking"]
    assert [each.title for each in await parts.replies.offer(ada, case_id, "goodby")] == ["Goodbye"]


async def test_only_who_has_the_case_is_offered_words_for_it(parts: Container, ada: Account, lea: Account) -> None:
    case_id, reply_id = await has(parts, ada), await keep(parts, lea, "Hello")
    for work in (
        parts.replies.offer(lea, case_id),
        parts.replies.fill(lea, case_id, reply_id),
        parts.replies.offer_answers(lea, case_id),
        parts.replies.answer(lea, case_id, "visiting/children"),
    ):
        with pytest.raises(Forbidden):
            await work
    with pytest.raises(NotFound):
        await parts.replies.offer(ada, "nothing")


# --- Approved answers ---


async def test_an_answer_has_its_facts_and_its_sources(parts: Container, ada: Account) -> None:
    await publish(parts, [CHILDREN])
    answer = await parts.replies.answer(ada, await has(parts, ada), "visiting/children")
    assert answer.text == (
        "Yes. Ring 116 123.\n\nThis comes from:\n- Visiting, NHS: https://www.nhs.uk/visiting\n- A leaflet (Carers Trust, 2025)"
    )


async def test_the_wording_is_the_nations_and_answers_for_other_nations_are_left_out(parts: Container, ada: Account) -> None:
    await publish(parts, [CHILDREN, ENGLISH])
    (found,) = await parts.replies.offer_answers(ada, await has(parts, ada, "scotland"))
    assert (found.id, found.text.splitlines()[0]) == ("visiting/children", "In Scotland, yes.")
    both = await parts.replies.offer_answers(ada, await has(parts, ada, "england"))
    assert [each.title for each in both] == ["Can children visit?", "Where can I park?"]


async def test_answers_are_found_in_the_ways_carers_ask(parts: Container, ada: Account) -> None:
    await publish(parts, [replace(ENGLISH, examples=()), CHILDREN])
    found = await parts.replies.offer_answers(ada, await has(parts, ada), "little sister")
    assert [each.id for each in found] == ["visiting/children"]


async def test_answers_are_those_of_the_release_that_serves_now(parts: Container, ada: Account) -> None:
    case_id = await has(parts, ada)
    await publish(parts, [CHILDREN])
    assert len(await parts.replies.offer_answers(ada, case_id)) == 1
    await publish(parts, [CHILDREN, ENGLISH])
    assert len(await parts.replies.offer_answers(ada, case_id)) == 2
    with pytest.raises(NotFound, match="published now"):
        await parts.replies.answer(ada, case_id, "visiting/other")


@pytest.mark.parametrize("release", [None, 99])
async def test_without_a_release_nothing_is_found(parts: Container, ada: Account, release: int | None) -> None:
    parts.assistant.release = release  # type: ignore[misc]
    assert await parts.replies.offer_answers(ada, await has(parts, ada), "visit") == []
