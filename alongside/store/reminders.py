"""What owners were reminded of: an entry of the library, for its review date, at each stage before it.

Rule kept by the database itself: of several processes that look at the same moment, one reminds.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.store.base import Base


class ReminderRow(Base):
    """One reminder; ``days`` is its stage. Another review date is reminded of anew."""

    __tablename__ = "reminders"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    review_on: Mapped[date] = mapped_column(Date, primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Reminder(NamedTuple):
    """An entry's key, its review date, and at how many days before it somebody is reminded."""

    key: str
    review_on: date
    days: int


async def list_known(session: AsyncSession) -> set[Reminder]:
    """Return what was reminded of."""
    rows = await session.execute(select(ReminderRow.key, ReminderRow.review_on, ReminderRow.days))
    return {Reminder(*row) for row in rows}


async def add(session: AsyncSession, reminders: Collection[Reminder]) -> list[Reminder]:
    """Store reminders, and return those that no other process has stored."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = await session.execute(
        insert(ReminderRow)
        .values([reminder._asdict() for reminder in sorted(reminders)])
        .on_conflict_do_nothing()
        .returning(ReminderRow.key, ReminderRow.review_on, ReminderRow.days)
    )
    return [Reminder(*row) for row in added]
