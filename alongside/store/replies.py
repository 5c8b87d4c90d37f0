"""Saved replies: the table, and every query on it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.replies import SavedReply
from alongside.store.base import Base, Moment


class SavedReplyRow(Base):
    """One saved reply: its writer's own, or with a ``service`` shared with those who serve it."""

    __tablename__ = "saved_replies"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    service: Mapped[str | None] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)


def _reply(row: SavedReplyRow) -> SavedReply:
    return SavedReply(id=row.id, title=row.title, text=row.text, owner=row.owner, service=row.service, changed_at=row.changed_at)


async def put(session: AsyncSession, reply: SavedReply) -> None:
    """Store a new saved reply, or a changed one in the place of the one with its id."""
    await session.merge(
        SavedReplyRow(
            id=reply.id,
            owner=reply.owner,
            service=reply.service,
            title=reply.title,
            text=reply.text,
            changed_at=reply.changed_at,
        )
    )
    await session.flush()


async def get(session: AsyncSession, reply_id: str) -> SavedReply | None:
    row = await session.get(SavedReplyRow, reply_id)
    return _reply(row) if row else None


async def find_same(session: AsyncSession, reply: SavedReply) -> SavedReply | None:
    """Return the saved reply of the same writer, for the same people, that says the same."""
    row = await session.scalar(
        select(SavedReplyRow)
        .where(
            SavedReplyRow.owner == reply.owner,
            SavedReplyRow.service.is_not_distinct_from(reply.service),
            SavedReplyRow.title == reply.title,
            SavedReplyRow.text == reply.text,
        )
        .limit(1)
    )
    return _reply(row) if row else None


async def list_for(session: AsyncSession, owner: str, services: Collection[str]) -> list[SavedReply]:
    """Return somebody's own saved replies and those shared in some services, by title."""
    own = and_(SavedReplyRow.owner == owner, SavedReplyRow.service.is_(None))
    rows = await session.scalars(
        select(SavedReplyRow).where(or_(own, SavedReplyRow.service.in_(services))).order_by(SavedReplyRow.title, SavedReplyRow.id)
    )
    return [_reply(row) for row in rows]


async def remove(session: AsyncSession, reply_id: str) -> None:
    await session.execute(delete(SavedReplyRow).where(SavedReplyRow.id == reply_id))
