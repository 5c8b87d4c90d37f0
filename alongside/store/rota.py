"""Hours, leave, cover and load cap of accounts: the tables, and every query on them.

Rule kept: of leave only its days are kept, and not for longer than anybody looks back.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.directory import WEEKDAYS, Period
from alongside.core.rota import Arrangement, Leave
from alongside.store.base import Base


class AccountRotaRow(Base):
    """Who covers for an account, and how many open cases it may have. An account without a row has neither."""

    __tablename__ = "account_rota"
    __table_args__ = (CheckConstraint("cap >= 0", name="cap"), CheckConstraint("cover <> account_id", name="cover"))

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    cover: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    cap: Mapped[int | None]


class AccountHoursRow(Base):
    """Part of one weekday that an account works, in the place of the directory's hours."""

    __tablename__ = "account_hours"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[str] = mapped_column(String(9), primary_key=True)
    starts: Mapped[time] = mapped_column(primary_key=True)
    ends: Mapped[time]


class AccountLeaveRow(Base):
    """Days on which an account is away, both included."""

    __tablename__ = "account_leave"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date] = mapped_column(primary_key=True)


async def list_arrangements(session: AsyncSession) -> dict[str, Arrangement]:
    """Return what was set, for each account of which anything was."""
    hours: dict[str, list[Period]] = defaultdict(list)
    for period in await session.scalars(select(AccountHoursRow)):
        hours[period.account_id].append(Period(period.weekday, period.starts, period.ends))
    leave: dict[str, list[Leave]] = defaultdict(list)
    for row in await session.scalars(select(AccountLeaveRow).order_by(AccountLeaveRow.first_day, AccountLeaveRow.last_day)):
        leave[row.account_id].append(Leave(row.first_day, row.last_day))
    others = {other.account_id: other for other in await session.scalars(select(AccountRotaRow))}
    return {
        account_id: Arrangement(
            hours=tuple(sorted(hours[account_id], key=lambda period: (WEEKDAYS.index(period.weekday), period.starts))),
            leave=tuple(leave[account_id]),
            cover=others[account_id].cover if account_id in others else None,
            cap=others[account_id].cap if account_id in others else None,
        )
        for account_id in {*hours, *leave, *others}
    }


async def list_covered(session: AsyncSession) -> list[tuple[str, str]]:
    """Return who covers for whom: the id of an account, and the id of one they are the named cover for."""
    rows = await session.execute(select(AccountRotaRow.cover, AccountRotaRow.account_id).where(AccountRotaRow.cover.is_not(None)))
    return [(cover, covered) for cover, covered in rows if cover is not None]


async def set_hours(session: AsyncSession, account_id: str, hours: Iterable[Period]) -> None:
    """Replace an account's hours; with none, those of the directory count."""
    await session.execute(delete(AccountHoursRow).where(AccountHoursRow.account_id == account_id))
    session.add_all(
        AccountHoursRow(account_id=account_id, weekday=period.weekday, starts=period.starts, ends=period.ends) for period in hours
    )
    await session.flush()


async def add_leave(session: AsyncSession, account_id: str, leave: Leave) -> None:
    """Keep days of leave; the same days again change nothing."""
    values = {"account_id": account_id, "first_day": leave.first, "last_day": leave.last}
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(AccountLeaveRow).values(values).on_conflict_do_nothing())
    else:
        await session.execute(postgresql.insert(AccountLeaveRow).values(values).on_conflict_do_nothing())


async def remove_leave(session: AsyncSession, account_id: str, leave: Leave) -> None:
    await session.execute(
        delete(AccountLeaveRow).where(
            AccountLeaveRow.account_id == account_id,
            AccountLeaveRow.first_day == leave.first,
            AccountLeaveRow.last_day == leave.last,
        )
    )


async def forget_leave(session: AsyncSession, *, before: date) -> None:
    """Delete everybody's leave that was over before a day."""
    await session.execute(delete(AccountLeaveRow).where(AccountLeaveRow.last_day < before))


async def set_cover(session: AsyncSession, account_id: str, cover: str | None) -> None:
    await _set(session, account_id, {"cover": cover})


async def set_cap(session: AsyncSession, account_id: str, cap: int | None) -> None:
    await _set(session, account_id, {"cap": cap})


async def _set(session: AsyncSession, account_id: str, values: dict[str, Any]) -> None:
    row = {"account_id": account_id, **values}
    keys = [AccountRotaRow.account_id]
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(AccountRotaRow).values(row).on_conflict_do_update(index_elements=keys, set_=values))
    else:
        await session.execute(
            postgresql.insert(AccountRotaRow).values(row).on_conflict_do_update(index_elements=keys, set_=values)
        )
