"""What carers asked and did not get: which questions are shown, together and without who asked, and what is done about them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alongside.core.asked import SINCE, Became, How
from alongside.core.errors import InvalidInput, NotFound
from alongside.services import asked as asked_service
from alongside.services import grouping
from alongside.services.asked import PAGE, Asked, Group
from alongside.store import accounts, conversations, directory
from alongside.store.base import Database
from tests.asked_builders import PERSON, Turn, answered, missed, outside, talk
from tests.directory_builders import organisation, service
from tests.fakes import NOW, WordVectors
from tests.studio_builders import Workshop, open_workshop


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Workshop:
    shop = await open_workshop(database, tmp_path)
    async with database.transaction() as session:
        for account in (shop.ada, shop.bea):
            await accounts.add(session, account, password_hash=None)
    return shop


@pytest.fixture
def asked(shop: Workshop) -> Asked:
    return shop.studio.asked


async def shown(asked: Asked) -> dict[str, set[Became]]:
    """Return what is shown, by the first example, and what became of it."""
    return {group.examples[0]: set(group.became) for group in (await asked.look()).groups}


async def only(asked: Asked) -> Group:
    (group,) = (await asked.look()).groups
    return group


# --- Which questions ---


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        ([missed("can i bring a parrot")], {Became.ASKED_BACK}),
        ([outside("can i bring a parrot")], {Became.OUT_OF_SCOPE}),
        ([answered("can i bring a parrot", helpful=False)], {Became.NOT_HELPFUL}),
        ([answered("can i bring a parrot"), PERSON], {Became.PERSON}),
        (
            [answered("can i bring a parrot"), Turn("thanks", "small_talk"), Turn("a human please", "talk_to_person")],
            {Became.PERSON},
        ),
        ([Turn("can i bring a parrot", "find_visiting_times"), PERSON], {Became.PERSON}),
        ([missed("can i bring a parrot"), PERSON], {Became.ASKED_BACK, Became.PERSON}),
    ],
)
async def test_a_question_that_got_nothing_is_shown(
    shop: Workshop, asked: Asked, turns: Sequence[Turn], found: set[Became]
) -> None:
    await talk(shop.database, *turns)
    assert (await shown(asked))["can i bring a parrot"] == found


@pytest.mark.parametrize(
    "turns",
    [
        [answered("where do i park")],
        [answered("where do i park", helpful=True)],
        [answered("where do i park"), Turn("ok", "small_talk"), Turn("bye", "small_talk"), PERSON],
        [Turn("hello there", "small_talk"), PERSON],
        [Turn("I want to die", None)],
        [Turn("07700 900123", "handover_form")],
        [PERSON, answered("where do i park")],
        [replace(missed("what button"), choice="/ask_visiting/parking")],
        [replace(missed("not theirs"), more=(("attached", "forwarded"),))],
        [replace(missed("taken back"), more=(("withdrawn_at", NOW),))],
    ],
)
async def test_what_was_no_question_or_had_its_answer_is_not(shop: Workshop, asked: Asked, turns: Sequence[Turn]) -> None:
    await talk(shop.database, *turns)
    assert await shown(asked) == {}


@pytest.mark.parametrize("channel", ["heartbeat", "evaluate", "ask"])
async def test_what_no_carer_wrote_is_not_shown(shop: Workshop, asked: Asked, channel: str) -> None:
    await talk(shop.database, missed("can i bring a parrot"), channel=channel)
    assert await shown(asked) == {}


async def test_what_is_old_is_not_shown(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, missed("can i bring a parrot"), at=NOW - SINCE - timedelta(days=1))
    assert await shown(asked) == {}


async def test_a_caption_is_shown_without_its_label(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, replace(missed("[Photo]\nis this allowed inside"), more=(("attached", "photo"),)))
    assert list(await shown(asked)) == ["is this allowed inside"]


async def test_an_erased_conversation_vanishes_and_nothing_of_it_is_left(shop: Workshop, asked: Asked) -> None:
    (question,) = await talk(shop.database, missed("can i bring a parrot"))
    group = await only(asked)
    await asked.dismiss(shop.ada, group.handles)
    async with shop.database.transaction() as session:
        row = await session.get(conversations.MessageRow, question)
        assert row is not None
        await conversations.erase(session, row.conversation_id)
    assert await shown(asked) == {}
    assert await asked.seen_to() == []
    with pytest.raises(NotFound):
        await asked.group(group.handle)


async def test_what_a_carer_changed_is_read_again(shop: Workshop, asked: Asked) -> None:
    (question,) = await talk(shop.database, missed("can i bring a parrot inside"))
    await talk(shop.database, missed("can i bring a parrot inside please"))
    assert (await only(asked)).count == 2
    async with shop.database.transaction() as session:
        row = await session.get(conversations.MessageRow, question)
        assert row is not None
        row.text, row.edited_at = "which benefits stop during hospital", NOW
    assert len((await asked.look()).groups) == 2


# --- Together ---


async def test_questions_alike_are_together_the_biggest_first(shop: Workshop, asked: Asked) -> None:
    for text in ("bring parrot inside ward", "parrot inside ward bring him", "Bring parrot inside ward"):
        await talk(shop.database, missed(text), at=NOW - timedelta(days=9))
    await talk(shop.database, missed("which benefits stop during hospital"), at=NOW - timedelta(days=3))
    await talk(shop.database, missed("where does washing happen tomorrow"), at=NOW - timedelta(days=2))
    board = await asked.look()
    assert [group.count for group in board.groups] == [3, 1, 1]
    assert [len(group.examples) for group in board.groups] == [2, 1, 1]
    assert [group.examples[0].split()[0] for group in board.groups[1:]] == ["where", "which"]
    assert (board.total, board.questions, board.unread) == (3, 5, 0)
    assert board.groups[0].latest == NOW - timedelta(days=9)


async def test_there_are_pages(shop: Workshop, asked: Asked) -> None:
    for number in range(PAGE + 1):
        await talk(shop.database, missed(f"unheard{number} question{number}"))
    first, second = await asked.look(1), await asked.look(2)
    assert [len(board.groups) for board in (first, second)] == [PAGE, 1]
    assert second == await asked.look(99)
    assert second.pages == 2


async def test_the_nearest_answers_are_those_the_assistant_thought_of(shop: Workshop, asked: Asked) -> None:
    await talk(
        shop.database, missed("where leave bicycle", ("visiting/cafe", 0.2), ("visiting/parking", 0.19), ("small_talk", 0.3))
    )
    await talk(shop.database, missed("leave bicycle where", ("visiting/parking", 0.3), ("visiting/gone", 0.2)))
    assert [key for key, _ in (await only(asked)).nearest] == ["visiting/parking", "visiting/cafe"]


async def test_a_page_does_not_wait_for_many_questions_to_be_read(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk(shop.database, missed("can i bring a parrot"))
    monkeypatch.setattr(asked_service, "PATIENCE_FOR_FEW", 0.0)
    slow = Asked(database=shop.database, drafts=shop.studio.drafts, encoder=WordVectors(), clock=shop.clock)
    board = await slow.look()
    assert (board.groups, board.unread) == ((), 1)
    monkeypatch.setattr(asked_service, "PATIENCE_FOR_FEW", 30.0)
    assert (await slow.look()).unread == 0


async def test_what_was_read_once_is_not_read_again(shop: Workshop) -> None:
    class Counting(WordVectors):
        def __init__(self) -> None:
            self.read: list[str] = []

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.read += texts
            return super().encode(texts)

    asked = Asked(database=shop.database, drafts=shop.studio.drafts, encoder=(encoder := Counting()), clock=shop.clock)
    await talk(shop.database, missed("can i bring a parrot"))
    await asked.look()
    await talk(shop.database, missed("my number is 07700 900123 please"))
    await asked.look()
    assert encoder.read == ["can i bring a parrot", "my number is [phone] please"]


def test_a_group_that_loses_questions_is_as_if_they_had_never_been() -> None:
    vectors = {str(place): vector for place, vector in enumerate(np.eye(3, dtype=np.float32))}
    near = (vectors["0"] + 0.3 * vectors["1"]) / np.linalg.norm(vectors["0"] + 0.3 * vectors["1"])
    groups = grouping.Groups(3)
    groups.add({"a": vectors["0"], "b": near, "c": vectors["2"]})
    assert sorted(map(sorted, groups.all())) == [["a", "b"], ["c"]]
    groups.remove(["a", "unknown"])
    assert groups.of("b") == ["b"]
    assert groups.of("a") == []
    groups.remove(["b", "c"])
    assert groups.all() == []


# --- Without who asked ---


async def test_names_that_are_known_here_are_masked(shop: Workshop, asked: Asked) -> None:
    async with shop.database.transaction() as session:
        await directory.save_organisation(session, organisation(services=(service("tamarisk", name="Tamarisk Ward"),)))
    await talk(shop.database, missed("is bea on tamarisk today, or Dr Hollins? my son jamie needs her on 07700 900123"))
    (example,) = (await only(asked)).examples
    assert example == "is [name] on [place] today, or Dr [name]? my son [name] needs her on [phone]"
    assert asked.suggest(await only(asked)) == ["is on today, or Dr? my son needs her on"]


async def test_nothing_of_a_group_leads_to_a_conversation(shop: Workshop, asked: Asked) -> None:
    (question,) = await talk(shop.database, missed("can i bring a parrot"))
    async with shop.database.reading() as session:
        row = await session.get(conversations.MessageRow, question)
    assert row is not None
    group = repr(await only(asked))
    assert question not in group
    assert row.conversation_id not in group


# --- What a maintainer does about it ---


async def test_dismissed_questions_stay_dismissed_and_new_ones_are_shown(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, missed("can i bring a parrot"))
    batch = await asked.dismiss(shop.ada, (await only(asked)).handles)
    assert await shown(asked) == {}
    await talk(shop.database, missed("can i bring a parrot"))
    assert (await only(asked)).count == 1
    (seen,) = await asked.seen_to()
    assert (seen.settled.how, seen.settled.count, seen.by, seen.example) == (
        How.DISMISSED,
        1,
        shop.ada.name,
        "can i bring a parrot",
    )
    assert await asked.undo(batch) == 1
    assert (await only(asked)).count == 2
    with pytest.raises(NotFound, match="nothing to undo"):
        await asked.undo(batch)


async def test_two_who_dismiss_at_once_both_have_their_way(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, missed("can i bring a parrot"))
    handles = (await only(asked)).handles
    await asked.dismiss(shop.ada, handles)
    with pytest.raises(NotFound, match="somebody has seen to them"):
        await asked.dismiss(shop.bea, handles)


async def test_only_chosen_phrasings_are_added_to_an_answer(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, missed("where leave bicycle"))
    await talk(shop.database, missed("leave bicycle where then"))
    group = await only(asked)
    await asked.add(shop.ada, group.handles, key="visiting/parking", sentences=["where can i leave my bicycle ", ""])
    edited = await shop.studio.drafts.get("visiting/parking")
    assert edited.now is not None
    assert edited.live is not None
    assert set(edited.now.examples) - set(edited.live.examples) == {"where can i leave my bicycle"}  # type: ignore[union-attr]
    assert await shown(asked) == {}
    (seen,) = await asked.seen_to()
    assert (seen.settled.how, seen.title) == (How.ADDED, "Where can I park?")


async def test_a_new_answer_is_begun_and_can_be_added_to(shop: Workshop, asked: Asked) -> None:
    await talk(shop.database, missed("can i bring a parrot"))
    group = await only(asked)
    key = await asked.begin(
        shop.ada, group.handles, topic="visiting", title="Can I bring a bird?", sentences=asked.suggest(group)
    )
    edited = await shop.studio.drafts.get(key)
    assert edited.live is None
    assert edited.now is not None
    assert edited.now.examples == ("can i bring a parrot",)  # type: ignore[union-attr]
    assert (await asked.answers())[key] == "Can I bring a bird?"
    assert await shown(asked) == {}


@pytest.mark.parametrize(
    ("answer", "sentences", "says"),
    [("", ["a b c"], "No answer"), ("visiting/parking", [" "], "No phrasing"), ("visiting/gone", ["a b c"], "no such answer")],
)
async def test_what_is_incomplete_changes_nothing(
    shop: Workshop, asked: Asked, answer: str, sentences: list[str], says: str
) -> None:
    await talk(shop.database, missed("can i bring a parrot"))
    group = await only(asked)
    with pytest.raises((InvalidInput, NotFound), match=says):
        await asked.add(shop.ada, group.handles, key=answer, sentences=sentences)
    with pytest.raises(InvalidInput):
        await asked.begin(shop.ada, group.handles, topic="", title="A title", sentences=["a b c"])
    assert await only(asked) == group
    assert await shop.studio.drafts.list_all() == []
