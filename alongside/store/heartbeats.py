"""Heartbeats: when the next is due on each channel, and how the last ones went. No carer, no worker and no case is in here.

Rule kept by the database itself: of several processes that look at the same moment, one takes a heartbeat that is due.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.store.base import Base, Moment


class HeartbeatRow(Base):
    """One heartbeat that was made; ``failure`` is the kind of failure, empty when it went well."""

    __tablename__ = "heartbeats"
    __table_args__ = (Index("ix_heartbeats_channel", "channel", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    failure: Mapped[str | None] = mapped_column(String(40))


class HeartbeatDueRow(Base):
    """When the next heartbeat of a channel is due."""

    __tablename__ = "heartbeats_due"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Beat:
    """How one heartbeat went. ``failure`` is what went wrong, in a word or two; None when nothing did."""

    channel: str
    at: datetime
    failure: str | None = None


async def expect(session: AsyncSession, channels: Collection[str], *, first_at: datetime) -> None:
    """Make heartbeats due from ``first_at`` on channels that never had any."""
    rows = [{"channel": channel, "due_at": first_at} for channel in channels]
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(HeartbeatDueRow).values(rows).on_conflict_do_nothing())
    else:
        await session.execute(postgresql.insert(HeartbeatDueRow).values(rows).on_conflict_do_nothing())


async def take_due(session: AsyncSession, channels: Collection[str], *, now: datetime, next_at: datetime) -> list[str]:
    """Return the channels whose heartbeat is due and is now the caller's to make; the next is due at ``next_at``."""
    taken = await session.scalars(
        update(HeartbeatDueRow)
        .where(HeartbeatDueRow.channel.in_(channels), HeartbeatDueRow.due_at <= now)
        .values(due_at=next_at)
        .returning(HeartbeatDueRow.channel)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


async def add(session: AsyncSession, beat: Beat, *, forgotten: datetime) -> None:
    """Keep how a heartbeat went, and forget those before ``forgotten``."""
    await session.execute(delete(HeartbeatRow).where(HeartbeatRow.at < forgotten))
    session.add(HeartbeatRow(channel=beat.channel, at=beat.at, failure=beat.failure))
    await session.flush()


async def last(session: AsyncSession) -> dict[str, Beat]:
    """Return the last heartbeat of each channel."""
    newest = select(func.max(HeartbeatRow.id)).group_by(HeartbeatRow.channel)
    rows = await session.scalars(select(HeartbeatRow).where(HeartbeatRow.id.in_(newest)))
    return {row.channel: Beat(row.channel, row.at, row.failure) for row in rows}


async def is_failing(session: AsyncSession, channel: str) -> bool:
    """Say whether the last heartbeat of a channel went wrong."""
    newest = select(HeartbeatRow.failure).where(HeartbeatRow.channel == channel).order_by(HeartbeatRow.id.desc()).limit(1)
    return await session.scalar(newest) is not None


async def last_success_at(session: AsyncSession, channel: str) -> datetime | None:
    """Return when a heartbeat of a channel last went well."""
    went_well = select(HeartbeatRow.at).where(HeartbeatRow.channel == channel, HeartbeatRow.failure.is_(None))
    return await session.scalar(went_well.order_by(HeartbeatRow.id.desc()).limit(1))
