"""Cases, their log and their notes: the tables, and every query on them.

Rules kept by the database itself: a conversation has one open case at most, and a case changes only from the state and the
owner its change was decided on, so that of many who claim it at once one has it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, and_, case, func, not_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.cases import CaseEvent, CaseFile, Note
from alongside.core.conversations import Author, Message
from alongside.core.details import Copy, Details, Reach
from alongside.core.handover import Actor, Case, Outcome, Reason, Role, State
from alongside.core.promise import Person, Promise, Route
from alongside.store.base import Base, Moment
from alongside.store.conversations import MessageRow, message_of


class CaseRow(Base):
    """One case. ``urgency``, ``promised`` and ``reply_by`` repeat what the reason and the promise say: to order and count by."""

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
        Index("ix_cases_load", "state", "promised", "owner"),
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
    promised: Mapped[str | None] = mapped_column(String(32))
    reply_by: Mapped[datetime | None] = mapped_column(Moment)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    carer_wrote_at: Mapped[datetime | None] = mapped_column(Moment)
    worker_wrote_at: Mapped[datetime | None] = mapped_column(Moment)
    writing_at: Mapped[datetime | None] = mapped_column(Moment)
    """When who has it was last seen to be writing: presence, which is no part of the case and changes by itself."""
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CaseEventRow(Base):
    """One line of a case's log; ``details`` hold names of things, never a carer's words."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_what", "what", "at"),)

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


def file_of(row: CaseRow) -> CaseFile:
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
        carer_wrote_at=row.carer_wrote_at,
        worker_wrote_at=row.worker_wrote_at,
        details=_read_details(row.details),
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
        "promised": file.promise.who.code if file.promise.who else None,
        "reply_by": file.promise.reply_by,
        "requested_at": file.requested_at,
        "claimed_at": file.claimed_at,
        "closed_at": file.closed_at,
        "carer_wrote_at": file.carer_wrote_at,
        "worker_wrote_at": file.worker_wrote_at,
        "details": _write_details(file.details),
    }


async def add(session: AsyncSession, file: CaseFile) -> None:
    session.add(CaseRow(id=file.id, conversation_id=file.conversation, **_values(file)))
    await session.flush()


async def get(session: AsyncSession, case_id: str) -> CaseFile | None:
    row = await session.scalar(select(CaseRow).where(CaseRow.id == case_id).execution_options(populate_existing=True))
    return file_of(row) if row else None


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
    return file_of(row) if row else None


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


async def note_writing(session: AsyncSession, case_id: str, at: datetime) -> None:
    """Keep that who has a case is writing to its carer."""
    await session.execute(update(CaseRow).where(CaseRow.id == case_id).values(writing_at=at))


async def is_writing(session: AsyncSession, case_id: str, *, since: datetime) -> bool:
    """Say whether somebody was seen to be writing to a case's carer since a moment."""
    return await session.scalar(select(CaseRow.id).where(CaseRow.id == case_id, CaseRow.writing_at > since)) is not None


async def list_watched(session: AsyncSession, *, away: Collection[str]) -> list[CaseFile]:
    """Return the cases whose promise may need something; the soonest promise first.

    They are those that wait, those whose owner is among those away, and those in which the worker was not the last to write.
    """
    is_last_to_write = and_(
        CaseRow.worker_wrote_at >= CaseRow.claimed_at,
        or_(CaseRow.carer_wrote_at.is_(None), CaseRow.worker_wrote_at >= CaseRow.carer_wrote_at),
    )
    may_owe = or_(CaseRow.worker_wrote_at.is_(None), CaseRow.claimed_at.is_(None), not_(is_last_to_write))
    with_worker = and_(CaseRow.state == State.WITH_WORKER.value, or_(CaseRow.owner.in_(away), may_owe))
    rows = await session.scalars(
        select(CaseRow).where(or_(CaseRow.state == State.WAITING.value, with_worker)).order_by(CaseRow.reply_by)
    )
    return [file_of(row) for row in rows]


async def get_thread(
    session: AsyncSession, conversation_id: str, *, limit: int, after: int = 0, before: int | None = None
) -> list[tuple[Message, Mapping[str, Any] | None]]:
    """Return the end of a conversation, or of what is between two positions, each message with what was understood of it."""
    wanted = [MessageRow.conversation_id == conversation_id, MessageRow.position > after]
    if before is not None:
        wanted.append(MessageRow.position < before)
    rows = await session.scalars(select(MessageRow).where(*wanted).order_by(MessageRow.position.desc()).limit(limit))
    return [(message_of(row), row.understood) for row in reversed(rows.all())]


async def get_worker_positions(session: AsyncSession, conversation_id: str, moment: datetime | None) -> tuple[int, int | None]:
    """Return where a worker last wrote in a conversation before a moment, 0 for never, and where one first wrote from it on.

    Without a moment, all that was written is before it.
    """
    is_worker = (MessageRow.conversation_id == conversation_id, MessageRow.author == Author.WORKER.value)
    if moment is None:
        return await session.scalar(select(func.max(MessageRow.position)).where(*is_worker)) or 0, None
    last = func.max(case((MessageRow.at < moment, MessageRow.position)))
    first = func.min(case((MessageRow.at >= moment, MessageRow.position)))
    found = (await session.execute(select(last, first).where(*is_worker))).one()
    return found[0] or 0, found[1]


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
        "is_last": promise.is_last,
        "is_warned": promise.is_warned,
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
        # Cases from before there were these have none.
        is_last=kept.get("is_last", False),
        is_warned=kept.get("is_warned", False),
    )


def _write_details(details: Details | None) -> dict[str, Any] | None:
    if details is None:
        return None
    return vars(details) | {
        "reach": details.reach.value if details.reach else None,
        "copy": details.copy.value if details.copy else None,
    }


def _read_details(kept: Mapping[str, Any] | None) -> Details | None:
    if kept is None:
        return None
    reach, copy = kept["reach"], kept["copy"]
    return Details(**{**kept, "reach": Reach(reach) if reach else None, "copy": Copy(copy) if copy else None})
