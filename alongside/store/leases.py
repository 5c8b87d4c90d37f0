"""Which carers' messages are still to be answered, and which process answers in a conversation: every query on them.

Rule kept: a conversation is answered by one process at a time, and by another one when that has died.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Author, Conversation, Message
from alongside.store.conversations import ConversationRow, MessageRow, conversation_of, message_of


def _unanswered() -> Any:
    return (MessageRow.author == Author.CARER.value) & MessageRow.answered_at.is_(None)


async def next_unanswered(session: AsyncSession, conversation_id: str) -> Message | None:
    row = await session.scalar(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, _unanswered())
        .order_by(MessageRow.position)
        .limit(1)
    )
    return message_of(row) if row else None


async def list_waiting(session: AsyncSession, *, now: datetime) -> list[str]:
    """Name the conversations with an unanswered message that nobody works on."""
    rows = await session.scalars(
        select(ConversationRow.id).where(
            or_(ConversationRow.leased_until.is_(None), ConversationRow.leased_until < now),
            exists().where(MessageRow.conversation_id == ConversationRow.id, _unanswered()),
        )
    )
    return list(rows)


async def take_lease(
    session: AsyncSession, conversation_id: str, *, owner: str, now: datetime, until: datetime
) -> Conversation | None:
    """Take or prolong the right to answer in a conversation, and return it. One owner at a time, across processes."""
    taken = await session.scalar(
        update(ConversationRow)
        .where(
            ConversationRow.id == conversation_id,
            or_(
                ConversationRow.leased_until.is_(None),
                ConversationRow.leased_until < now,
                ConversationRow.leased_by == owner,
            ),
        )
        .values(leased_by=owner, leased_until=until)
        .returning(ConversationRow)
    )
    return conversation_of(taken) if taken else None


async def drop_lease(session: AsyncSession, conversation_id: str, *, owner: str) -> None:
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, ConversationRow.leased_by == owner)
        .values(leased_by=None, leased_until=None)
    )


async def drop_lease_if_done(session: AsyncSession, conversation_id: str, *, owner: str) -> bool:
    """Give up a lease when every message is answered; the conversation is locked. False when one waits."""
    waits = exists().where(MessageRow.conversation_id == conversation_id, _unanswered())
    dropped = await session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, ConversationRow.leased_by == owner, ~waits)
        .values(leased_by=None, leased_until=None)
        .returning(ConversationRow.id)
    )
    return dropped is not None


async def drop_all_leases(session: AsyncSession) -> None:
    await session.execute(update(ConversationRow).values(leased_by=None, leased_until=None))
