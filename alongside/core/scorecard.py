"""How well the bot answers: what became of carers' questions, by week and by topic.

Rules kept: counted from what the assistant made of a question, never from its words; counts that could point at somebody are
hidden as in ``figures``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from alongside.core.directory import LONDON
from alongside.core.figures import Shown, hide, week_of


class Outcome(str, Enum):
    """What became of one question, or what a carer said of one answer."""

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    REFUSED = "refused"
    PERSON = "person"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


QUESTIONS = (Outcome.ANSWERED, Outcome.ASKED_BACK, Outcome.REFUSED, Outcome.PERSON)
SAID = (Outcome.HELPFUL, Outcome.NOT_HELPFUL)
UNANSWERED = (Outcome.ASKED_BACK, Outcome.REFUSED)


@dataclass(frozen=True)
class Counted:
    """One thing that is counted; ``topic`` is the answer's, or the nearest one to a question that had none."""

    at: datetime
    outcome: Outcome
    topic: str | None = None


@dataclass(frozen=True)
class Column:
    """How often one thing became of a question in each row of a table, and in all.

    Never two things together: beside one of them, a small count of the other could be worked out.
    """

    outcome: Outcome
    counts: Sequence[Shown]
    total: Shown


@dataclass(frozen=True)
class Scorecard:
    """All counts of a period. ``by_topic`` and ``unanswered`` are those of each of ``topics``, which has None for none at all."""

    weeks: Sequence[date]
    topics: Sequence[str | None]
    by_week: Sequence[Column]
    helped_by_week: Sequence[Column]
    by_topic: Sequence[Column]
    unanswered: Sequence[Column]


def score(counted: Iterable[Counted], *, weeks: Sequence[date], topics: Sequence[str]) -> Scorecard:
    """Count a period; ``weeks`` are its Mondays."""
    week_counts: Counter[tuple[Outcome, date]] = Counter()
    topic_counts: Counter[tuple[Outcome, str | None]] = Counter()
    for each in counted:
        week_counts[each.outcome, week_of(each.at.astimezone(LONDON).date())] += 1
        topic_counts[each.outcome, each.topic if each.topic in topics else None] += 1
    named = [*topics, None]

    def by_week(outcome: Outcome) -> Column:
        return _column(outcome, [week_counts[outcome, monday] for monday in weeks])

    def by_topic(outcome: Outcome) -> Column:
        return _column(outcome, [topic_counts[outcome, topic] for topic in named])

    return Scorecard(
        weeks=weeks,
        topics=named,
        by_week=[by_week(outcome) for outcome in QUESTIONS],
        helped_by_week=[by_week(outcome) for outcome in SAID],
        by_topic=[by_topic(outcome) for outcome in (Outcome.ANSWERED, *SAID)],
        unanswered=[by_topic(outcome) for outcome in UNANSWERED],
    )


def _column(outcome: Outcome, counts: Sequence[int]) -> Column:
    total, told = hide(counts)
    return Column(outcome, told, total)
