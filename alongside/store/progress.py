"""How far a carer's page has come with a conversation: every query on it. The columns are the conversation's own.

Rule kept: what a carer has seen never becomes unseen.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from alongside.core.delivery import Progress
from alongside.store.conversations import ConversationRow, MessageRow


async def get(session: AsyncSession, conversation_id: str) -> Progress | None:
    """Return how far the page of a conversation is; None when the conversation is gone."""
    found = await session.execute(
        select(
            ConversationRow.seen_position,
            ConversationRow.seen_change,
            ConversationRow.last_change,
            ConversationRow.open_page.is_not(None),
            ConversationRow.unreachable_since,
        ).where(ConversationRow.id == conversation_id)
    )
    row = found.one_or_none()
    return Progress(row[0], row[1], row[2], bool(row[3]), row[4]) if row else None


async def see(session: AsyncSession, conversation_id: str, message_id: str, change: int) -> bool | None:
    """Note that a carer has seen a message and those before it, with their changes up to ``change``.

    False: that was known; None: there is no such message.
    """
    position = await session.scalar(
        select(MessageRow.position).where(MessageRow.id == message_id, MessageRow.conversation_id == conversation_id)
    )
    if position is None:
        return None
    known = case((ConversationRow.last_change < change, ConversationRow.last_change), else_=change)
    moved = await session.scalar(
        update(ConversationRow)
        .where(
            ConversationRow.id == conversation_id,
            or_(ConversationRow.seen_position < position, ConversationRow.seen_change < known),
        )
        .values(
            seen_position=_later(ConversationRow.seen_position, position), seen_change=_later(ConversationRow.seen_change, known)
        )
        .returning(ConversationRow.id)
    )
    return moved is not None


def _later(seen: InstrumentedAttribute[int], now: Any) -> ColumnElement[int]:
    return case((seen < now, now), else_=seen)


async def open_page(session: AsyncSession, conversation_id: str, page: str) -> None:
    """Note the page that listens; it takes the place of an earlier one, which may be gone without a word."""
    await session.execute(update(ConversationRow).where(ConversationRow.id == conversation_id).values(open_page=page))


async def close_page(session: AsyncSession, conversation_id: str, page: str) -> bool:
    """Note that a page listens no more; False when another one has opened since."""
    closed = await session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, ConversationRow.open_page == page)
        .values(open_page=None)
        .returning(ConversationRow.id)
    )
    return closed is not None


async def set_unreachable(session: AsyncSession, conversation_id: str, since: datetime | None) -> bool:
    """Note since when a carer cannot be reached, or that they can be; False when that was known, and the first moment stays."""
    was = ConversationRow.unreachable_since.is_(None) if since else ConversationRow.unreachable_since.is_not(None)
    changed = await session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, was)
        .values(unreachable_since=since)
        .returning(ConversationRow.id)
    )
    return changed is not None
