"""What the scorecard is counted from, read in small portions: times, intents and keys of answers; no words, no conversation."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.asked import NOT_CARERS
from alongside.core.conversations import Author
from alongside.store.conversations import ConversationRow, MessageRow
from alongside.store.feedback import FeedbackRow

_PORTION = 500
"""Rows read at once: carers' messages are served between one portion and the next."""


@dataclass(frozen=True)
class Understood:
    """What the assistant made of a carer's message; ``nearest`` is the label it found most likely."""

    at: datetime
    intent: str | None
    answer: str | None
    nearest: str | None
    choice: str | None


async def read_questions(session: AsyncSession, *, since: datetime, until: datetime) -> AsyncIterator[list[Understood]]:
    """Yield, in portions, what carers' messages from ``since`` until just before ``until`` were taken for."""
    rows = await session.stream(
        select(
            MessageRow.at,
            MessageRow.understood["intent"].as_string(),
            MessageRow.understood["answer"].as_string(),
            MessageRow.understood[("ranking", 0, 0)].as_string(),
            MessageRow.choice,
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            MessageRow.author == Author.CARER.value,
            MessageRow.at >= since,
            MessageRow.at < until,
            ConversationRow.channel.not_in(NOT_CARERS),
        )
        .execution_options(yield_per=_PORTION)
    )
    async for portion in rows.partitions():
        yield [Understood(*row) for row in portion]


async def list_feedback(session: AsyncSession, *, since: datetime, until: datetime) -> list[tuple[datetime, str, bool]]:
    """Return when answers were given that carers said something of, their keys, and whether they helped."""
    rows = await session.execute(
        select(MessageRow.at, MessageRow.answer, FeedbackRow.helpful)
        .join(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            MessageRow.at >= since,
            MessageRow.at < until,
            MessageRow.answer.is_not(None),
            ConversationRow.channel.not_in(NOT_CARERS),
        )
    )
    return [(at, key or "", helpful) for at, key, helpful in rows]
