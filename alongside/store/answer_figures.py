"""How often carers were given each answer, and whether it helped: counts by the answers' keys, never a word of a carer."""

from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Author
from alongside.store.conversations import MessageRow
from alongside.store.feedback import FeedbackRow


async def count_given(session: AsyncSession, *, since: datetime) -> dict[str, int]:
    """Return how often each answer was given since a moment; one that never was is left out."""
    rows = await session.execute(
        select(MessageRow.answer, func.count())
        .where(MessageRow.answer.is_not(None), MessageRow.at >= since, MessageRow.author == Author.BOT.value)
        .group_by(MessageRow.answer)
    )
    return {key: count for key, count in rows if key}


async def count_helped(session: AsyncSession, *, since: datetime) -> dict[str, tuple[int, int]]:
    """Return how often each answer given since a moment helped, and how often it did not."""
    helped = func.sum(case((FeedbackRow.helpful, 1), else_=0))
    rows = await session.execute(
        select(MessageRow.answer, helped, func.count())
        .join(MessageRow, MessageRow.id == FeedbackRow.message_id)
        .where(MessageRow.answer.is_not(None), MessageRow.at >= since)
        .group_by(MessageRow.answer)
    )
    return {key: (helpful, count - helpful) for key, helpful, count in rows if key}
