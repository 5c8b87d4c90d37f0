"""Accounts, their sessions and one-time links, and the count of wrong passwords: the tables, and every query on them.

Rules kept: no token and no password is stored, only hashes; a session or link of a disabled account opens nothing, because
the account is looked up with it each time; codes of services and workers are the directory's, which an import may replace, so
nothing here holds it back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, and_, case, delete, false, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.accounts import Account, AccountRole
from alongside.core.permissions import PERMISSIONS
from alongside.store import rota
from alongside.store.base import Base, Moment
from alongside.store.directory import Code, ServiceRow

_HAVE_CASES = PERMISSIONS["inbox.claim"].keys()
"""The roles of those who can have cases."""


class AccountRow(Base):
    """Somebody who can sign in. Without a password hash they have not chosen a password yet."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    worker: Mapped[str | None] = mapped_column(Code)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)


class AccountServiceRow(Base):
    """A service an account serves."""

    __tablename__ = "account_services"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(Code, primary_key=True)


class SessionRow(Base):
    """One sign-in, on one device."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    code_due: Mapped[bool] = mapped_column(server_default=false())
    """The password was right and the code from the phone has not come yet: such a session opens nothing."""


class AccountLinkRow(Base):
    """A link with which an account's owner chooses a password, once."""

    __tablename__ = "account_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class SignInAttemptRow(Base):
    """Wrong passwords, at one account or from one place; ``key`` is a hash and tells neither."""

    __tablename__ = "sign_in_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)


async def add(session: AsyncSession, account: Account, *, password_hash: str | None) -> None:
    session.add(
        AccountRow(
            id=account.id,
            email=account.email,
            name=account.name,
            role=account.role.value,
            worker=account.worker,
            password_hash=password_hash,
            created_at=account.created_at,
        )
    )
    await session.flush()
    session.add_all(AccountServiceRow(account_id=account.id, service=service) for service in sorted(account.services))
    await session.flush()


async def get(session: AsyncSession, account_id: str) -> Account | None:
    row = await session.get(AccountRow, account_id)
    return (await _accounts(session, [row]))[0] if row else None


async def get_by_email(session: AsyncSession, email: str) -> Account | None:
    row = await session.scalar(select(AccountRow).where(AccountRow.email == email))
    return (await _accounts(session, [row]))[0] if row else None


async def list_all(session: AsyncSession) -> list[Account]:
    """Return every account, disabled ones too, by name."""
    return await _accounts(session, list(await session.scalars(select(AccountRow).order_by(AccountRow.name, AccountRow.id))))


async def _accounts(session: AsyncSession, rows: Sequence[AccountRow]) -> list[Account]:
    # Everybody's services are read, as the cases of a service that nobody serves are everybody's to see.
    everybody = select(AccountRow.id, AccountRow.role, AccountRow.disabled_at, AccountServiceRow.service).outerjoin(
        AccountServiceRow
    )
    links = (await session.execute(everybody)).all()
    services: dict[str, set[str]] = {account_id: set() for account_id, _, _, _ in links}
    for account_id, _, _, service in links:
        if service is not None:
            services[account_id].add(service)
    units = {service for theirs in services.values() for service in theirs}
    wards = (await session.execute(select(ServiceRow.code, ServiceRow.unit).where(ServiceRow.unit.in_(units)))).all()
    for theirs in services.values():
        theirs |= {code for code, unit in wards if unit in theirs}
    covers: dict[str, set[str]] = {account_id: set() for account_id in services}
    for cover, other in await rota.list_covered(session):
        covers[cover] |= services[other]
    able = {account_id for account_id, role, disabled_at, _ in links if disabled_at is None and AccountRole(role) in _HAVE_CASES}
    served = frozenset(service for account_id in able for service in services[account_id] | covers[account_id])
    return [
        Account(
            id=row.id,
            email=row.email,
            name=row.name,
            role=AccountRole(row.role),
            services=frozenset(services[row.id]),
            created_at=row.created_at,
            worker=row.worker,
            disabled_at=row.disabled_at,
            covers=frozenset(covers[row.id]),
            served=served,
        )
        for row in rows
    ]


async def list_assigned(session: AsyncSession) -> dict[str, frozenset[str]]:
    """Return the services each account was given: a unit without its wards."""
    rows = list(await session.scalars(select(AccountServiceRow)))
    return {
        account_id: frozenset(row.service for row in rows if row.account_id == account_id)
        for account_id in {row.account_id for row in rows}
    }


async def list_without_password(session: AsyncSession) -> set[str]:
    """Return the accounts whose owners have not chosen a password yet."""
    return set(await session.scalars(select(AccountRow.id).where(AccountRow.password_hash.is_(None))))


async def set_services(session: AsyncSession, account_id: str, services: Iterable[str]) -> None:
    await session.execute(delete(AccountServiceRow).where(AccountServiceRow.account_id == account_id))
    session.add_all(AccountServiceRow(account_id=account_id, service=service) for service in sorted(services))
    await session.flush()


async def set_role(session: AsyncSession, account_id: str, role: AccountRole) -> None:
    await session.execute(update(AccountRow).where(AccountRow.id == account_id).values(role=role.value))


async def get_password_hash(session: AsyncSession, account_id: str) -> str | None:
    return await session.scalar(select(AccountRow.password_hash).where(AccountRow.id == account_id))


async def lock(session: AsyncSession, account_id: str) -> None:
    """Hold an account until the transaction ends, so that it is not disabled while a session of it is made."""
    await session.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update())


async def set_password(session: AsyncSession, account_id: str, password_hash: str) -> None:
    """Store a password, and end what the old one or a link to choose it opened."""
    await session.execute(update(AccountRow).where(AccountRow.id == account_id).values(password_hash=password_hash))
    await end_all(session, account_id)


async def set_disabled(session: AsyncSession, account_id: str, at: datetime | None) -> None:
    await session.execute(update(AccountRow).where(AccountRow.id == account_id).values(disabled_at=at))
    await end_all(session, account_id)


async def end_all(session: AsyncSession, account_id: str) -> None:
    """End every session and every link of an account."""
    await session.execute(delete(SessionRow).where(SessionRow.account_id == account_id))
    await delete_links(session, account_id)


async def add_session(
    session: AsyncSession,
    *,
    token_hash: str,
    account_id: str,
    csrf: str,
    now: datetime,
    expires_at: datetime,
    code_due: bool = False,
) -> None:
    session.add(
        SessionRow(
            token_hash=token_hash,
            account_id=account_id,
            csrf=csrf,
            created_at=now,
            expires_at=expires_at,
            last_seen_at=now,
            code_due=code_due,
        )
    )
    await session.flush()


async def find_session(
    session: AsyncSession, token_hash: str, *, now: datetime, seen_after: datetime
) -> tuple[Account, str, datetime] | None:
    """Return the account a session is of, its CSRF token and when it was last seen; None when it is over."""
    found = (
        await session.execute(
            select(AccountRow, SessionRow.csrf, SessionRow.last_seen_at)
            .join(SessionRow, SessionRow.account_id == AccountRow.id)
            .where(
                SessionRow.token_hash == token_hash,
                SessionRow.expires_at > now,
                SessionRow.last_seen_at > seen_after,
                SessionRow.code_due.is_(False),
                AccountRow.disabled_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    row, csrf, last_seen_at = found
    return (await _accounts(session, [row]))[0], csrf, last_seen_at


async def touch_session(session: AsyncSession, token_hash: str, *, at: datetime) -> None:
    await session.execute(update(SessionRow).where(SessionRow.token_hash == token_hash).values(last_seen_at=at))


async def delete_session(session: AsyncSession, token_hash: str) -> None:
    await session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


async def add_link(session: AsyncSession, *, token_hash: str, account_id: str, expires_at: datetime) -> None:
    session.add(AccountLinkRow(token_hash=token_hash, account_id=account_id, expires_at=expires_at))
    await session.flush()


async def find_link(session: AsyncSession, token_hash: str, *, now: datetime) -> Account | None:
    """Return the account a link is for; None when it is used, too old or of a disabled account."""
    row = await session.scalar(
        select(AccountRow)
        .join(AccountLinkRow, AccountLinkRow.account_id == AccountRow.id)
        .where(AccountLinkRow.token_hash == token_hash, AccountLinkRow.expires_at > now, AccountRow.disabled_at.is_(None))
    )
    return (await _accounts(session, [row]))[0] if row else None


async def delete_links(session: AsyncSession, account_id: str) -> None:
    await session.execute(delete(AccountLinkRow).where(AccountLinkRow.account_id == account_id))


async def lock_failures(session: AsyncSession, keys: Iterable[str], *, now: datetime) -> dict[str, tuple[int, datetime]]:
    """Return the wrong passwords for each key, and the last one's time, held until the transaction ends."""
    ordered = sorted(keys)  # one order for everybody, so that two who try at once wait and never block each other
    rows = [{"key": key, "failures": 0, "last_at": now} for key in ordered]
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(SignInAttemptRow).values(rows).on_conflict_do_nothing())
    else:
        await session.execute(postgresql.insert(SignInAttemptRow).values(rows).on_conflict_do_nothing())
    found = await session.scalars(
        select(SignInAttemptRow).where(SignInAttemptRow.key.in_(ordered)).order_by(SignInAttemptRow.key).with_for_update()
    )
    return {row.key: (row.failures, row.last_at) for row in found}


async def set_failures(session: AsyncSession, key: str, failures: int, *, at: datetime) -> None:
    await session.execute(update(SignInAttemptRow).where(SignInAttemptRow.key == key).values(failures=failures, last_at=at))


async def take_back_failure(
    session: AsyncSession, key: str, *, before: tuple[int, datetime], counted: tuple[int, datetime]
) -> None:
    """Take one back that was counted before the password was found right: all is as ``before``, unless others came since."""
    failures, last_at = SignInAttemptRow.failures, SignInAttemptRow.last_at
    is_untouched = and_(failures == counted[0], last_at == counted[1])
    await session.execute(
        update(SignInAttemptRow)
        .where(SignInAttemptRow.key == key, failures > 0)
        .values(
            failures=case((is_untouched, before[0]), else_=failures - 1),
            last_at=case((is_untouched, before[1]), else_=last_at),
        )
    )


async def delete_failures(session: AsyncSession, key: str) -> None:
    await session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.key == key))


async def delete_over(session: AsyncSession, *, now: datetime, forgotten: datetime) -> None:
    """Delete sessions and links whose time is over, and wrong passwords that count no more."""
    await session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    await session.execute(delete(AccountLinkRow).where(AccountLinkRow.expires_at <= now))
    await session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.last_at <= forgotten))
