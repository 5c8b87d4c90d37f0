"""Cases, their log and their notes: the tables, and every query on them.

Rules kept by the database itself: a conversation has one open case at most, and a case changes only from the state and the
owner its change was decided on, so that of many who claim it at once one has it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, and_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.cases import CaseEvent, CaseFile, Note
from alongside.core.conversations import Message
from alongside.core.handover import Actor, Case, Outcome, Reason, Role, State
from alongside.core.promise import Person, Promise, Route
from alongside.store.base import Base, Moment
from alongside.store.conversations import MessageRow, message_of

LISTED = 200
"""Cases in one list: more than anyone reads, and few enough to draw at once."""


class CaseRow(Base):
    """One case. ``urgency`` and ``reply_by`` repeat what the reason and the promise say, so that lists can be ordered by them."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index("ix_cases_conversation_id", "conversation_id"),
        Index("ix_cases_state", "state", "urgency", "requested_at"),
        Index("ix_cases_owner", "owner", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(15))
    owner: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(20))
    service: Mapped[str | None] = mapped_column(String(80))
    promise: Mapped[dict[str, Any]] = mapped_column(JSON)
    reply_by: Mapped[datetime | None] = mapped_column(Moment)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    first_reply_at: Mapped[datetime | None] = mapped_column(Moment)
    carer_wrote_at: Mapped[datetime | None] = mapped_column(Moment)
    worker_wrote_at: Mapped[datetime | None] = mapped_column(Moment)


class CaseEventRow(Base):
    """One line of a case's log; ``details`` hold names of things, never a carer's words."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    what: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(10))
    account: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    details: Mapped[dict[str, str]] = mapped_column(JSON)


class CaseNoteRow(Base):
    """A private note of a worker on a case."""

    __tablename__ = "case_notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(Text)


def _file(row: CaseRow) -> CaseFile:
    return CaseFile(
        case=Case(
            id=row.id,
            state=State(row.state),
            owner=row.owner,
            reason=Reason(row.reason),
            outcome=Outcome(row.outcome) if row.outcome else None,
        ),
        conversation=row.conversation_id,
        service=row.service,
        promise=_read_promise(row.promise),
        requested_at=row.requested_at,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        first_reply_at=row.first_reply_at,
        carer_wrote_at=row.carer_wrote_at,
        worker_wrote_at=row.worker_wrote_at,
    )


def _values(file: CaseFile) -> dict[str, Any]:
    return {
        "state": file.case.state.value,
        "owner": file.case.owner,
        "reason": (file.case.reason or Reason.ASKED).value,
        "urgency": int(file.case.urgency),
        "outcome": file.case.outcome.value if file.case.outcome else None,
        "service": file.service,
        "promise": _write_promise(file.promise),
        "reply_by": file.promise.reply_by,
        "requested_at": file.requested_at,
        "claimed_at": file.claimed_at,
        "closed_at": file.closed_at,
        "first_reply_at": file.first_reply_at,
        "carer_wrote_at": file.carer_wrote_at,
        "worker_wrote_at": file.worker_wrote_at,
    }


async def add(session: AsyncSession, file: CaseFile) -> None:
    session.add(CaseRow(id=file.id, conversation_id=file.conversation, **_values(file)))
    await session.flush()


async def get(session: AsyncSession, case_id: str) -> CaseFile | None:
    row = await session.scalar(select(CaseRow).where(CaseRow.id == case_id).execution_options(populate_existing=True))
    return _file(row) if row else None


async def get_current(session: AsyncSession, conversation_id: str, *, closed_since: datetime) -> CaseFile | None:
    """Return a conversation's open case, else the last one closed, if that is not longer ago than ``closed_since``."""
    row = await session.scalar(
        select(CaseRow)
        .where(
            CaseRow.conversation_id == conversation_id,
            or_(CaseRow.closed_at.is_(None), CaseRow.closed_at > closed_since),
        )
        .order_by(CaseRow.closed_at.is_not(None), CaseRow.closed_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return _file(row) if row else None


async def has_cases(session: AsyncSession, conversation_id: str) -> bool:
    return await session.scalar(select(CaseRow.id).where(CaseRow.conversation_id == conversation_id).limit(1)) is not None


async def change(session: AsyncSession, before: CaseFile, after: CaseFile) -> bool:
    """Store a changed case; False, and nothing changed, when its state or its owner is no longer what it was before."""
    changed = await session.scalar(
        update(CaseRow)
        .where(
            CaseRow.id == before.id,
            CaseRow.state == before.case.state.value,
            CaseRow.owner == before.case.owner if before.case.owner else CaseRow.owner.is_(None),
        )
        .values(**_values(after))
        .returning(CaseRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def list_cases(
    session: AsyncSession,
    *,
    states: Collection[State],
    owner: str | None = None,
    services: Collection[str] | None = None,
    limit: int = LISTED,
) -> list[CaseFile]:
    """Return cases in some states, danger first, then who has waited longest; finished ones with the last first.

    ``services`` leaves only theirs and those of no known service; ``owner`` only that owner's.
    """
    wanted: list[ColumnElement[bool]] = [CaseRow.state.in_([state.value for state in states])]
    if owner is not None:
        wanted.append(CaseRow.owner == owner)
    if services is not None:
        wanted.append(or_(CaseRow.service.in_(services), CaseRow.service.is_(None)))
    order = [CaseRow.closed_at.desc()] if State.CLOSED in states else [CaseRow.urgency, CaseRow.requested_at]
    return [_file(row) for row in await session.scalars(select(CaseRow).where(*wanted).order_by(*order).limit(limit))]


async def list_watched(session: AsyncSession, *, away: Collection[str]) -> list[CaseFile]:
    """Return the cases that wait, and those whose owner is among those away; the soonest promise first."""
    stranded = and_(CaseRow.state == State.WITH_WORKER.value, CaseRow.owner.in_(away))
    rows = await session.scalars(
        select(CaseRow).where(or_(CaseRow.state == State.WAITING.value, stranded)).order_by(CaseRow.reply_by)
    )
    return [_file(row) for row in rows]


async def get_thread(session: AsyncSession, conversation_id: str) -> list[tuple[Message, Mapping[str, Any] | None]]:
    """Return a whole conversation, each message with what the assistant understood of it."""
    rows = await session.scalars(
        select(MessageRow).where(MessageRow.conversation_id == conversation_id).order_by(MessageRow.position)
    )
    return [(message_of(row), row.understood) for row in rows]


async def add_event(session: AsyncSession, case_id: str, event: CaseEvent) -> None:
    session.add(
        CaseEventRow(
            case_id=case_id,
            at=event.at,
            what=event.what,
            role=event.by.role.value,
            account=event.by.code or None,
            details=dict(event.details),
        )
    )
    await session.flush()


async def list_events(session: AsyncSession, case_id: str) -> list[CaseEvent]:
    rows = await session.scalars(select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.id))
    return [CaseEvent(row.at, row.what, Actor(Role(row.role), row.account or ""), row.details) for row in rows]


async def add_note(session: AsyncSession, case_id: str, note: Note) -> None:
    session.add(CaseNoteRow(id=note.id, case_id=case_id, at=note.at, account=note.by, text=note.text))
    await session.flush()


async def list_notes(session: AsyncSession, case_id: str) -> Sequence[Note]:
    rows = await session.scalars(select(CaseNoteRow).where(CaseNoteRow.case_id == case_id).order_by(CaseNoteRow.at))
    return [Note(row.id, row.at, row.account, row.text) for row in rows]


def _write_promise(promise: Promise) -> dict[str, Any]:
    return {
        "route": promise.route.value,
        "made_at": promise.made_at.isoformat(),
        "who": _write_person(promise.who),
        "reply_by": promise.reply_by.isoformat() if promise.reply_by else None,
        "cover": _write_person(promise.cover),
        "instead_of": _write_person(promise.instead_of),
        "is_danger": promise.is_danger,
        "missed_by": sorted(promise.missed_by),
    }


def _write_person(person: Person | None) -> dict[str, str] | None:
    return dict(vars(person)) if person else None


def _read_promise(kept: Mapping[str, Any]) -> Promise:
    def person(name: str) -> Person | None:
        return Person(**kept[name]) if kept[name] else None

    return Promise(
        route=Route(kept["route"]),
        made_at=datetime.fromisoformat(kept["made_at"]),
        who=person("who"),
        reply_by=datetime.fromisoformat(kept["reply_by"]) if kept["reply_by"] else None,
        cover=person("cover"),
        instead_of=person("instead_of"),
        is_danger=kept["is_danger"],
        missed_by=frozenset(kept["missed_by"]),
    )
