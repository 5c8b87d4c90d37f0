"""The scorecard counts what became of questions, in the week and under the topic, and hides what could point at somebody."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.answers import TOPICS
from alongside.core.errors import InvalidInput
from alongside.core.figures import FEWEST, Hidden, Shown
from alongside.core.scorecard import Column, Counted, Outcome, score
from alongside.services.scorecard import Scorecards
from alongside.store.base import Database
from tests.asked_builders import PERSON, Turn, answered, missed, outside, talk
from tests.fakes import NOW, FakeClock

MONDAY = date(2026, 11, 23)


@pytest.fixture
def scorecards(database: Database) -> Scorecards:
    return Scorecards(database=database, clock=FakeClock())


def totals(columns: list[Column]) -> dict[Outcome | None, Shown]:
    return {column.outcome: column.total for column in columns}


async def of_these_weeks(scorecards: Scorecards) -> dict[Outcome | None, Shown]:
    card = (await scorecards.score()).card
    return totals([*card.by_week, *card.helped_by_week])


async def test_each_message_counts_once_as_what_became_of_it(database: Database, scorecards: Scorecards) -> None:
    for _ in range(6):
        await talk(
            database,
            answered("where do i park", helpful=True),
            answered("and where then", helpful=False),
            Turn("visiting times", "find_visiting_times"),
            missed("what about parrots"),
            outside("who won the match"),
            Turn("hello", "small_talk"),
            Turn("07700 900123", "handover_form"),
            Turn("said to a worker", None),
            Turn("a human please", "talk_to_person"),
            PERSON,
        )
    assert await of_these_weeks(scorecards) == {
        Outcome.ANSWERED: 18,
        Outcome.ASKED_BACK: 6,
        Outcome.REFUSED: 6,
        Outcome.PERSON: 12,
        Outcome.HELPFUL: 6,
        Outcome.NOT_HELPFUL: 6,
    }


@pytest.mark.parametrize("channel", ["heartbeat", "evaluate", "ask"])
async def test_what_no_carer_wrote_does_not_count(database: Database, scorecards: Scorecards, channel: str) -> None:
    for _ in range(6):
        await talk(database, answered("where do i park", helpful=True), missed("what"), PERSON, channel=channel)
    assert set((await of_these_weeks(scorecards)).values()) == {0}


async def test_it_counts_in_its_own_week_and_topic(database: Database, scorecards: Scorecards) -> None:
    for days in (0, 7):
        for _ in range(5):
            await talk(
                database,
                answered("a question", answer="advocacy/what_it_is", helpful=False),
                missed("another", ("money_benefits/stop", 0.2), ("visiting/parking", 0.1)),
                missed("nothing near"),
                at=datetime(2026, 11, 23, 0, 0, tzinfo=UTC) - timedelta(days=days),
            )
    card = (await scorecards.score(day=date(2026, 11, 16))).card
    assert [column.counts for column in card.by_week[:2]] == [[0, 0, 5, 5], [0, 0, 10, 10]]
    by_topic = {column.outcome: dict(zip(card.topics, column.counts, strict=True)) for column in card.by_topic}
    assert by_topic[Outcome.ANSWERED]["advocacy"] == by_topic[Outcome.NOT_HELPFUL]["advocacy"] == 10
    asked_back, refused = (dict(zip(card.topics, column.counts, strict=True)) for column in card.unanswered)
    assert {topic: count for topic, count in asked_back.items() if count} == {"money_benefits": 10, None: 10}
    assert set(refused.values()) == {0}


async def test_weeks_begin_at_midnight_in_the_united_kingdom(database: Database, scorecards: Scorecards) -> None:
    for _ in range(5):
        await talk(database, missed("late on sunday"), at=datetime(2026, 6, 7, 23, 30, tzinfo=UTC))  # Monday, by the clock
    card = (await scorecards.score(day=date(2026, 6, 8))).card
    assert card.by_week[1].counts[card.weeks.index(date(2026, 6, 8))] == 5


async def test_small_counts_are_hidden_and_cannot_be_worked_out(database: Database, scorecards: Scorecards) -> None:
    for number in range(4):
        await talk(database, answered(f"question {number}", helpful=True), missed("what"))
    assert await of_these_weeks(scorecards) == {
        Outcome.ANSWERED: Hidden.FEWER,
        Outcome.ASKED_BACK: Hidden.FEWER,
        Outcome.REFUSED: 0,
        Outcome.PERSON: 0,
        Outcome.HELPFUL: Hidden.FEWER,
        Outcome.NOT_HELPFUL: 0,
    }


async def test_the_four_weeks_before_stand_beside_them(database: Database, scorecards: Scorecards) -> None:
    for weeks, times in ((0, 6), (4, 7)):
        for _ in range(times):
            await talk(database, answered("where do i park"), at=NOW - timedelta(weeks=weeks))
    scored = await scorecards.score()
    assert [scored.card.by_week[0].total, scored.before.by_week[0].total] == [6, 7]
    earlier = await scorecards.score(day=scored.block.before.last)
    assert (scored.is_over, earlier.is_over, earlier.card) == (False, True, scored.before)


async def test_four_weeks_that_are_still_to_come_are_refused(scorecards: Scorecards) -> None:
    with pytest.raises(InvalidInput, match="still to come"):
        await scorecards.score(day=date(2026, 12, 7))


@given(st.dictionaries(st.sampled_from(Outcome), st.integers(0, 12)))
def test_no_small_count_can_be_worked_out_from_two_tables(counts: dict[Outcome, int]) -> None:
    card = score(
        [Counted(NOW, outcome, "visiting") for outcome in counts for _ in range(counts[outcome])], weeks=[MONDAY], topics=TOPICS
    )
    columns = [*card.by_week, *card.helped_by_week, *card.by_topic, *card.unanswered]
    for outcome, count in counts.items():
        if 0 < count < FEWEST:
            assert {column.total for column in columns if column.outcome is outcome} == {Hidden.FEWER}
    assert {column.outcome for column in columns} == set(Outcome), "each column is of one outcome: a sum tells of what is in it"


def test_a_topic_that_is_none_of_ours_counts_under_no_topic() -> None:
    counted = [Counted(NOW, Outcome.REFUSED, "small_talk")] * 5
    card = score(counted, weeks=[MONDAY], topics=TOPICS)
    assert dict(zip(card.topics, card.unanswered[1].counts, strict=True))[None] == 5
