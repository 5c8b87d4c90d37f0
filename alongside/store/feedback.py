"""Whether an answer helped: the one table, whatever channel the carer said it on, and every query on it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.conversations import Author
from alongside.store.base import Base, Moment
from alongside.store.conversations import MessageRow


class FeedbackRow(Base):
    """What a carer thinks of one answer they were given; it goes with the message."""

    __tablename__ = "feedback"

    message_id: Mapped[str] = mapped_column(String(32), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    helpful: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


async def put(session: AsyncSession, message_id: str, helpful: bool | None, *, at: datetime) -> bool:
    """Keep what a carer thinks of an answer, in the place of what they thought before; None takes it back.

    False, and nothing kept, when the message is none of the approved answers.
    """
    is_answer = exists().where(MessageRow.id == message_id, MessageRow.author == Author.BOT.value, MessageRow.answer.is_not(None))
    if not await session.scalar(select(is_answer)):
        return False
    if helpful is None:
        await session.execute(delete(FeedbackRow).where(FeedbackRow.message_id == message_id))
        return True
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    now = {"helpful": helpful, "at": at}
    added = insert(FeedbackRow).values(message_id=message_id, **now)
    await session.execute(added.on_conflict_do_update(index_elements=["message_id"], set_=now))
    return True


async def list_of(session: AsyncSession, messages: Collection[str]) -> dict[str, bool]:
    """Return what was said of some messages, by id; those of which nothing was said are left out."""
    rows = await session.execute(select(FeedbackRow.message_id, FeedbackRow.helpful).where(FeedbackRow.message_id.in_(messages)))
    return {row.message_id: row.helpful for row in rows}
