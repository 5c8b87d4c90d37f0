"""The second factor of accounts: the sealed key of the codes, the last code used, and the recovery codes.

Rules kept: the key is stored sealed and recovery codes only as hashes; that a code opens once is kept by the database itself,
so that of two who send it at the same moment one gets in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.accounts import Account
from alongside.store import accounts
from alongside.store.accounts import AccountRow, SessionRow
from alongside.store.base import Base, Moment


class SecondFactorRow(Base):
    """The key an account's phone makes codes from. Until it is confirmed with a code, none is asked for."""

    __tablename__ = "second_factors"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    sealed_key: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int | None]


class RecoveryCodeRow(Base):
    """One recovery code that has not been used."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


@dataclass(frozen=True)
class Factor:
    """An account's second factor as it is stored; the key is still sealed."""

    sealed_key: str
    is_confirmed: bool
    last_step: int | None


async def get(session: AsyncSession, account_id: str) -> Factor | None:
    row = await session.get(SecondFactorRow, account_id, populate_existing=True)
    return Factor(row.sealed_key, row.confirmed_at is not None, row.last_step) if row else None


async def is_on(session: AsyncSession, account_id: str) -> bool:
    """Say whether signing in to an account takes a code."""
    factor = await get(session, account_id)
    return factor is not None and factor.is_confirmed


async def put(session: AsyncSession, account_id: str, sealed_key: str, *, at: datetime) -> None:
    """Store a new key in the place of any other; it is to be confirmed."""
    await remove(session, account_id)
    session.add(SecondFactorRow(account_id=account_id, sealed_key=sealed_key, made_at=at))
    await session.flush()


async def confirm(session: AsyncSession, account_id: str, *, recovery_hashes: Iterable[str], at: datetime) -> None:
    await session.execute(update(SecondFactorRow).where(SecondFactorRow.account_id == account_id).values(confirmed_at=at))
    session.add_all(RecoveryCodeRow(account_id=account_id, code_hash=code_hash) for code_hash in recovery_hashes)
    await session.flush()


async def remove(session: AsyncSession, account_id: str) -> None:
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id))
    await session.execute(delete(SecondFactorRow).where(SecondFactorRow.account_id == account_id))


async def use_step(session: AsyncSession, account_id: str, step: int) -> bool:
    """Use a step up; False when it, or a later one, was used before."""
    used = await session.scalar(
        update(SecondFactorRow)
        .where(
            SecondFactorRow.account_id == account_id,
            or_(SecondFactorRow.last_step.is_(None), SecondFactorRow.last_step < step),
        )
        .values(last_step=step)
        .returning(SecondFactorRow.account_id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


async def use_recovery_code(session: AsyncSession, account_id: str, code_hash: str) -> bool:
    """Use a recovery code up; False when there is none like it, or it was used before."""
    used = await session.scalar(
        delete(RecoveryCodeRow)
        .where(RecoveryCodeRow.account_id == account_id, RecoveryCodeRow.code_hash == code_hash)
        .returning(RecoveryCodeRow.account_id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


async def count_recovery_codes(session: AsyncSession, account_id: str) -> int:
    counted = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.account_id == account_id)
    return await session.scalar(counted) or 0


async def find_half_session(session: AsyncSession, token_hash: str, *, now: datetime) -> Account | None:
    """Return whose code a session waits for; None when it waits for none, is over, or is of a disabled account."""
    account_id = await session.scalar(
        select(AccountRow.id)
        .join(SessionRow, SessionRow.account_id == AccountRow.id)
        .where(
            SessionRow.token_hash == token_hash,
            SessionRow.code_due.is_(True),
            SessionRow.expires_at > now,
            AccountRow.disabled_at.is_(None),
        )
    )
    return await accounts.get(session, account_id) if account_id else None
