"""Where workers are alerted, the alerts, and the e-mails that tell a carer of a reply: the tables, and every query on them.

Rules kept by the database itself: an alert is raised once for what it is about (its unique key); of many processes that look for
what is due one takes it (``next_try_at`` moves on with the taking); all of a conversation's goes when the conversation goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, delete, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.alerts import Alert, Failure, Kind, Route
from alongside.store.base import Base, Moment

SHOWN = 20
"""Alerts on somebody's own page: the last few days, and few enough to read."""


class AlertRouteRow(Base):
    """One way to reach somebody away from the inbox. The address is sealed; the label never tells it."""

    __tablename__ = "alert_routes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


class AlertRow(Base):
    """One alert. ``next_try_at`` is when it is next to be sent, or nothing when it is done with."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_account_id", "account_id", "raised_at"),
        Index("ix_alerts_case_id", "case_id", "account_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    reply_by: Mapped[datetime | None] = mapped_column(Moment)
    next_try_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    tries: Mapped[int]
    times_sent: Mapped[int]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    failed: Mapped[str | None] = mapped_column(String(20))


class ReplyMailRow(Base):
    """The e-mail that tells a carer of a reply: one until they have read up to ``position``. The address stays on the case."""

    __tablename__ = "reply_mails"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    tries: Mapped[int]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True)
class ReplyMail:
    """An e-mail to send: the conversation, up to where it tells of replies, and how often it was tried."""

    conversation: str
    position: int
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None


def _route(row: AlertRouteRow) -> Route:
    return Route(row.id, row.account_id, row.label, row.sealed, row.added_at)


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=row.id,
        account=row.account_id,
        kind=Kind(row.kind),
        key=row.key,
        raised_at=row.raised_at,
        next_try_at=row.next_try_at,
        case=row.case_id,
        reply_by=row.reply_by,
        tries=row.tries,
        times_sent=row.times_sent,
        sent_at=row.sent_at,
        acknowledged_at=row.acknowledged_at,
        failed=Failure(row.failed) if row.failed else None,
    )


def _mail(row: ReplyMailRow) -> ReplyMail:
    return ReplyMail(row.conversation_id, row.position, row.tries, row.next_try_at, row.sent_at)


async def add_route(session: AsyncSession, route: Route) -> None:
    session.add(
        AlertRouteRow(id=route.id, account_id=route.account, label=route.label, sealed=route.sealed, added_at=route.added_at)
    )
    await session.flush()


async def list_routes(session: AsyncSession, account_id: str) -> list[Route]:
    rows = await session.scalars(
        select(AlertRouteRow).where(AlertRouteRow.account_id == account_id).order_by(AlertRouteRow.added_at, AlertRouteRow.id)
    )
    return [_route(row) for row in rows]


async def delete_route(session: AsyncSession, account_id: str, route_id: str) -> bool:
    """Delete a route of this account; False when it has no such one."""
    deleted = await session.scalar(
        delete(AlertRouteRow)
        .where(AlertRouteRow.id == route_id, AlertRouteRow.account_id == account_id)
        .returning(AlertRouteRow.id)
    )
    return deleted is not None


async def add(session: AsyncSession, alerts: Sequence[Alert], *, anew: bool = False) -> None:
    """Add alerts; those that were raised already, by their key, are left as they are.

    ``anew`` begins those of them again that are done with. They get a new id: who still sends the old one changes nothing of it.
    """
    if not alerts:
        return
    rows = [
        {
            "id": alert.id,
            "account_id": alert.account,
            "case_id": alert.case,
            "kind": alert.kind.value,
            "key": alert.key,
            "raised_at": alert.raised_at,
            "reply_by": alert.reply_by,
            "next_try_at": alert.next_try_at,
            "tries": alert.tries,
            "times_sent": alert.times_sent,
            "sent_at": alert.sent_at,
            "acknowledged_at": alert.acknowledged_at,
            "failed": None,
        }
        for alert in alerts
    ]
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    adding = insert(AlertRow).values(rows)
    if anew:
        values = {name: adding.excluded[name] for name in rows[0]}
        is_done = AlertRow.next_try_at.is_(None)
        await session.execute(adding.on_conflict_do_update(index_elements=[AlertRow.key], set_=values, where=is_done))
    else:
        await session.execute(adding.on_conflict_do_nothing())


async def is_raised(session: AsyncSession, key: str) -> bool:
    return await session.scalar(select(AlertRow.id).where(AlertRow.key == key)) is not None


async def list_due(session: AsyncSession, *, now: datetime, limit: int) -> list[Alert]:
    rows = await session.scalars(select(AlertRow).where(AlertRow.next_try_at <= now).order_by(AlertRow.next_try_at).limit(limit))
    return [_alert(row) for row in rows]


async def list_of_account(session: AsyncSession, account_id: str) -> list[Alert]:
    """Return the last alerts of somebody, the newest first."""
    rows = await session.scalars(
        select(AlertRow).where(AlertRow.account_id == account_id).order_by(AlertRow.raised_at.desc(), AlertRow.id).limit(SHOWN)
    )
    return [_alert(row) for row in rows]


async def get_last(session: AsyncSession, account_id: str, kind: Kind) -> Alert | None:
    """Return the last alert of a kind that was raised to somebody."""
    wanted = select(AlertRow).where(AlertRow.account_id == account_id, AlertRow.kind == kind.value)
    row = await session.scalar(wanted.order_by(AlertRow.raised_at.desc(), AlertRow.id).limit(1))
    return _alert(row) if row else None


async def list_alerted(session: AsyncSession, case_id: str, *, about: str) -> set[str]:
    """Return the accounts that were alerted of a case, about one thing."""
    return set(await session.scalars(select(AlertRow.account_id).where(AlertRow.case_id == case_id, _is_about(about))))


async def take(session: AsyncSession, alert: Alert, *, until: datetime) -> bool:
    """Take an alert to send it; False when another process has, or it is not to be sent any more. After ``until`` it is free."""
    taken = await session.scalar(
        update(AlertRow)
        .where(AlertRow.id == alert.id, AlertRow.next_try_at == alert.next_try_at, AlertRow.acknowledged_at.is_(None))
        .values(next_try_at=until)
        .returning(AlertRow.id)
    )
    return taken is not None


async def note_try(session: AsyncSession, alert: Alert, *, taken_until: datetime) -> bool:
    """Store how a try went; False, and nothing changed, when the alert was seen or settled while it was being sent.

    That it was sent is stored all the same.
    """
    values = {
        "tries": alert.tries,
        "times_sent": alert.times_sent,
        "sent_at": alert.sent_at,
        "failed": alert.failed.value if alert.failed else None,
    }
    still_wanted = and_(AlertRow.id == alert.id, AlertRow.next_try_at == taken_until)
    changed = await session.scalar(
        update(AlertRow).where(still_wanted).values(next_try_at=alert.next_try_at, **values).returning(AlertRow.id)
    )
    if changed is None:
        await session.execute(update(AlertRow).where(AlertRow.id == alert.id).values(**values))
    return changed is not None


async def acknowledge(session: AsyncSession, account_id: str, *, at: datetime, case: str | None = None) -> None:
    """Mark somebody's alerts as seen, all of them or those of one case."""
    await session.execute(
        update(AlertRow).where(*_unseen(account_id, case, at)).values(acknowledged_at=at, next_try_at=None, failed=None)
    )


async def has_unseen(session: AsyncSession, account_id: str, *, at: datetime, case: str | None = None) -> bool:
    return await session.scalar(select(AlertRow.id).where(*_unseen(account_id, case, at)).limit(1)) is not None


def _unseen(account_id: str, case: str | None, at: datetime) -> list[ColumnElement[bool]]:
    wanted = [AlertRow.account_id == account_id, AlertRow.acknowledged_at.is_(None), AlertRow.raised_at <= at]
    return [*wanted, AlertRow.case_id == case] if case is not None else wanted


async def settle(session: AsyncSession, case_id: str) -> None:
    """Send no more about a case's promises: they are over."""
    await session.execute(update(AlertRow).where(*_to_send_about_promises(case_id)).values(next_try_at=None))


async def settle_earlier(session: AsyncSession, case_id: str, *, newest: str) -> None:
    """Send no more about the promises of a case before the ``newest``, except that one was missed."""
    earlier = [*_to_send_about_promises(case_id), AlertRow.kind != Kind.MISSED.value, not_(_is_about(newest))]
    await session.execute(update(AlertRow).where(*earlier).values(next_try_at=None))


def _to_send_about_promises(case_id: str) -> list[ColumnElement[bool]]:
    return [AlertRow.case_id == case_id, AlertRow.next_try_at.is_not(None), AlertRow.key.startswith(f"{case_id}/")]


def _is_about(what: str) -> ColumnElement[bool]:
    return AlertRow.key.endswith(f"/{what}", autoescape=True)


async def delete_old(session: AsyncSession, *, before: datetime) -> None:
    """Delete alerts nobody needs any more."""
    await session.execute(delete(AlertRow).where(AlertRow.raised_at < before, AlertRow.next_try_at.is_(None)))


async def get_mail(session: AsyncSession, conversation_id: str) -> ReplyMail | None:
    row = await session.get(ReplyMailRow, conversation_id, populate_existing=True)
    return _mail(row) if row else None


async def set_mail(session: AsyncSession, mail: ReplyMail) -> None:
    """Store what is to be told a carer by e-mail, in the place of what was."""
    await session.merge(
        ReplyMailRow(
            conversation_id=mail.conversation,
            position=mail.position,
            next_try_at=mail.next_try_at,
            tries=mail.tries,
            sent_at=mail.sent_at,
        )
    )
    await session.flush()


async def delete_mail(session: AsyncSession, conversation_id: str) -> None:
    await session.execute(delete(ReplyMailRow).where(ReplyMailRow.conversation_id == conversation_id))


async def list_due_mails(session: AsyncSession, *, now: datetime, limit: int) -> list[ReplyMail]:
    rows = await session.scalars(
        select(ReplyMailRow).where(ReplyMailRow.next_try_at <= now).order_by(ReplyMailRow.next_try_at).limit(limit)
    )
    return [_mail(row) for row in rows]


async def take_mail(session: AsyncSession, mail: ReplyMail, *, until: datetime) -> bool:
    """Take an e-mail to send it; False when another process has."""
    taken = await session.scalar(
        update(ReplyMailRow)
        .where(ReplyMailRow.conversation_id == mail.conversation, ReplyMailRow.next_try_at == mail.next_try_at)
        .values(next_try_at=until)
        .returning(ReplyMailRow.conversation_id)
    )
    return taken is not None
