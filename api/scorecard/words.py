"""How the scorecard is said: in tables, in charts and in the file for a spreadsheet."""

from collections.abc import Mapping, Sequence

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
    return [
        _table("by_week", "What became of questions, by week", weeks, card.by_week, before.by_week),
        _table("helped_by_week", "What carers said of answers, by week", weeks, card.helped_by_week, before.helped_by_week),
        _unanswered(topics, card.unanswered, before.unanswered),
        _table("by_topic", "Answers, by topic", topics, card.by_topic, before.by_topic),
    ]


def _table(key: str, title: str, names: Sequence[str], columns: Sequence[Column], before: Sequence[Column]) -> Table:
    headings = [_OUTCOMES[column.outcome] for column in columns if column.outcome]
    totals = {ALL: [column.total for column in columns], BEFORE: [column.total for column in before]}
    return Table(key, title, headings, rows_of(names, [column.counts for column in columns], totals))


def _unanswered(topics: Sequence[str], column: Column, before: Column) -> Table:
    """Return what had no answer, the most first. What is hidden comes last, in the order of the topics, which tells nothing."""
    told = zip(topics, column.counts, strict=True)
    ordered = sorted(told, key=lambda row: -row[1] if isinstance(row[1], int) else 0)
    totals = {ALL: [column.total], BEFORE: [before.total]}
    rows = rows_of([name for name, _ in ordered], [[count for _, count in ordered]], totals)
    return Table("unanswered", "Questions without an answer, by the nearest topic", ["Times"], rows)
