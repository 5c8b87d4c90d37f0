"""How the scorecard is said: in tables, in charts and in the file for a spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alongside.core.directory import say_date
from alongside.core.scorecard import Column, Outcome
from alongside.services.scorecard import Scored
from api.asked.words import topic_words
from api.figures.words import ALL, BEFORE, Table, rows_of

NO_TOPIC = "No topic"

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ANSWERED: "Answered",
    Outcome.ASKED_BACK: "Asked back",
    Outcome.REFUSED: "Could not help",
    Outcome.PERSON: "Asked for a person",
    Outcome.HELPFUL: "Helped",
    Outcome.NOT_HELPFUL: "Did not help",
}


def tables_of(scored: Scored) -> list[Table]:
    """Return all that is told of a period, in the order of the page."""
    card, before = scored.card, scored.before
    weeks = [f"Week of {say_date(monday)}" for monday in card.weeks]
    topics = [topic_words(topic) if topic else NO_TOPIC for topic in card.topics]
    nearest, unanswered = _most_first(topics, card.unanswered)
    return [
        _table("by_week", "What became of questions, by week", weeks, card.by_week, before.by_week),
        _table("helped_by_week", "What carers said of answers, by week", weeks, card.helped_by_week, before.helped_by_week),
        _table(
            "unanswered",
            "Questions without an answer, by the nearest topic",
            nearest,
            unanswered,
            before.unanswered,
            is_long=True,
        ),
        _table("by_topic", "Answers, by topic", topics, card.by_topic, before.by_topic, is_long=True),
    ]


def _table(
    key: str, title: str, names: Sequence[str], columns: Sequence[Column], before: Sequence[Column], *, is_long: bool = False
) -> Table:
    totals = {ALL: [column.total for column in columns], BEFORE: [column.total for column in before]}
    rows = rows_of(names, [column.counts for column in columns], totals)
    return Table(key, title, [_OUTCOMES[column.outcome] for column in columns], rows, is_long=is_long)


def _most_first(topics: Sequence[str], columns: Sequence[Column]) -> tuple[list[str], list[Column]]:
    """Order topics by what is told of them, the most first; what is hidden is nought here, so that no place tells of it."""
    told = [sum(count for count in counts if isinstance(count, int)) for counts in zip(*(c.counts for c in columns), strict=True)]
    order = sorted(range(len(topics)), key=lambda place: -told[place])
    ordered = [replace(column, counts=[column.counts[place] for place in order]) for column in columns]
    return [topics[place] for place in order], ordered
