"""The life of releases, who works on one, and what questions reach in each: the tables, and every query on them.

Rules kept: at most one release is live, and at most one is on its way; one process works on a release at a time, and another one
when that has died.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.releases import OPEN_STAGES, Event, Life, Origin, Person, Stage, Step, What
from alongside.store.base import Base, Moment


class ReleaseLifeRow(Base):
    """What happened to a release. Names stand here as they were then, whatever becomes of the account."""

    __tablename__ = "release_lives"

    number: Mapped[int] = mapped_column(ForeignKey("releases.number", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    stage: Mapped[str] = mapped_column(String(10), index=True)
    origin: Mapped[str] = mapped_column(String(10))
    base: Mapped[int | None]
    code_hash: Mapped[str] = mapped_column(String(64))
    library_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str | None] = mapped_column(String(32))
    by_name: Mapped[str | None] = mapped_column(String(80))
    authors: Mapped[list[str]] = mapped_column(JSON)
    changes: Mapped[list[str]] = mapped_column(JSON)
    drafts: Mapped[dict[str, int]] = mapped_column(JSON)
    step: Mapped[str | None] = mapped_column(String(15))
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    checks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    needs_second: Mapped[bool]
    approver_id: Mapped[str | None] = mapped_column(String(32))
    approver_name: Mapped[str | None] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    live_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    worked_by: Mapped[str | None] = mapped_column(String(32))
    worked_until: Mapped[datetime | None] = mapped_column(Moment)


class ReleaseEventRow(Base):
    """One thing that somebody did, or that happened, to a release."""

    __tablename__ = "release_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    release: Mapped[int] = mapped_column(ForeignKey("releases.number", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[str | None] = mapped_column(String(32))
    by_name: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment)


class ReleaseReachedRow(Base):
    """What the questions of the checks reach in a release; ``questions`` is a hash over them, as they change."""

    __tablename__ = "release_reached"

    release: Mapped[int] = mapped_column(ForeignKey("releases.number", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    questions: Mapped[str] = mapped_column(String(64))
    reached: Mapped[list[Any]] = mapped_column(JSON)


def _life(row: ReleaseLifeRow) -> Life:
    return Life(
        number=row.number,
        stage=Stage(row.stage),
        origin=Origin(row.origin),
        made_at=row.made_at,
        base=row.base,
        code_hash=row.code_hash,
        library_hash=row.library_hash,
        reason=row.reason,
        by=_person(row.by_id, row.by_name),
        authors=frozenset(row.authors),
        changes=tuple(row.changes),
        drafts=row.drafts,
        step=Step(row.step) if row.step else None,
        problems=tuple(row.problems),
        checks=row.checks,
        needs_second=row.needs_second,
        approver=_person(row.approver_id, row.approver_name),
        approved_at=row.approved_at,
        live_at=row.live_at,
        ended_at=row.ended_at,
    )


def _person(account_id: str | None, name: str | None) -> Person | None:
    return Person(account_id, name or "") if account_id else None


async def add(session: AsyncSession, life: Life) -> None:
    """Store a release's life; the release itself is there already."""
    session.add(
        ReleaseLifeRow(
            number=life.number,
            stage=life.stage.value,
            origin=life.origin.value,
            base=life.base,
            code_hash=life.code_hash,
            library_hash=life.library_hash,
            reason=life.reason,
            by_id=life.by.id if life.by else None,
            by_name=life.by.name if life.by else None,
            authors=sorted(life.authors),
            changes=list(life.changes),
            drafts=dict(life.drafts),
            step=life.step.value if life.step else None,
            problems=[dict(problem) for problem in life.problems],
            checks=dict(life.checks) if life.checks else None,
            needs_second=life.needs_second,
            made_at=life.made_at,
            live_at=life.live_at,
        )
    )
    await session.flush()


async def get(session: AsyncSession, number: int, *, for_change: bool = False) -> Life | None:
    row = await session.get(ReleaseLifeRow, number, with_for_update=for_change)
    return _life(row) if row else None


async def get_live(session: AsyncSession, *, for_change: bool = False) -> Life | None:
    """Return the live release; ``for_change`` lets one at a time decide what comes after it."""
    wanted = select(ReleaseLifeRow).where(ReleaseLifeRow.stage == Stage.LIVE.value)
    row = await session.scalar(wanted.with_for_update() if for_change else wanted)
    return _life(row) if row else None


async def get_open(session: AsyncSession) -> Life | None:
    """Return the release that is on its way, if there is one."""
    open_stages = [stage.value for stage in OPEN_STAGES]
    row = await session.scalar(select(ReleaseLifeRow).where(ReleaseLifeRow.stage.in_(open_stages)))
    return _life(row) if row else None


async def list_all(session: AsyncSession, *, limit: int = 200) -> list[Life]:
    """Return lives, newest release first."""
    rows = await session.scalars(select(ReleaseLifeRow).order_by(ReleaseLifeRow.number.desc()).limit(limit))
    return [_life(row) for row in rows]


async def list_changes(session: AsyncSession) -> dict[int, tuple[int | None, tuple[str, ...]]]:
    """Return for every release the one it was made from, and the keys that it changed in it."""
    rows = await session.execute(select(ReleaseLifeRow.number, ReleaseLifeRow.base, ReleaseLifeRow.changes))
    return {number: (base, tuple(changes)) for number, base, changes in rows}


async def set_(session: AsyncSession, number: int, **values: Any) -> None:
    """Change columns of a release's life."""
    await session.execute(update(ReleaseLifeRow).where(ReleaseLifeRow.number == number).values(**values))


async def set_live(session: AsyncSession, number: int, *, at: datetime) -> None:
    """Point carers at a release; the one that was live becomes a past one."""
    await session.execute(
        update(ReleaseLifeRow)
        .where(ReleaseLifeRow.stage == Stage.LIVE.value, ReleaseLifeRow.number != number)
        .values(stage=Stage.PAST.value, ended_at=at)
    )
    await set_(session, number, stage=Stage.LIVE.value, step=None, live_at=at, ended_at=None, problems=[])


async def add_event(
    session: AsyncSession, number: int, what: What, *, at: datetime, by: Person | None = None, reason: str = ""
) -> None:
    session.add(
        ReleaseEventRow(
            release=number,
            what=what.value,
            by_id=by.id if by else None,
            by_name=by.name if by else None,
            reason=reason,
            at=at,
        )
    )
    await session.flush()


async def list_events(session: AsyncSession, number: int) -> list[Event]:
    """Return what happened to a release, oldest first."""
    rows = await session.scalars(select(ReleaseEventRow).where(ReleaseEventRow.release == number).order_by(ReleaseEventRow.id))
    return [Event(What(row.what), row.at, _person(row.by_id, row.by_name), row.reason) for row in rows]


async def take(
    session: AsyncSession, stages: Sequence[Stage], *, owner: str, now: datetime, until: datetime, number: int | None = None
) -> Life | None:
    """Take the right to work on a release in one of these stages; None when there is none, or another process has it."""
    wanted = select(ReleaseLifeRow.number).where(
        ReleaseLifeRow.stage.in_([stage.value for stage in stages]),
        or_(ReleaseLifeRow.worked_until.is_(None), ReleaseLifeRow.worked_until < now, ReleaseLifeRow.worked_by == owner),
    )
    if number is not None:
        wanted = wanted.where(ReleaseLifeRow.number == number)
    taken = await session.scalar(
        update(ReleaseLifeRow)
        .where(ReleaseLifeRow.number == wanted.order_by(ReleaseLifeRow.number).limit(1).scalar_subquery())
        .values(worked_by=owner, worked_until=until)
        .returning(ReleaseLifeRow.number)
    )
    return await get(session, taken) if taken is not None else None


async def is_taken(session: AsyncSession, number: int, *, now: datetime) -> bool:
    until = await session.scalar(select(ReleaseLifeRow.worked_until).where(ReleaseLifeRow.number == number))
    return until is not None and until > now


async def let_go(session: AsyncSession, number: int) -> None:
    await set_(session, number, worked_by=None, worked_until=None)


async def let_all_go(session: AsyncSession) -> None:
    await session.execute(update(ReleaseLifeRow).values(worked_by=None, worked_until=None))


async def put_reached(session: AsyncSession, number: int, *, questions: str, reached: list[Any]) -> None:
    """Keep what the questions reach in a release, so that the live one need not be asked again."""
    await session.execute(delete(ReleaseReachedRow).where(ReleaseReachedRow.release == number))
    session.add(ReleaseReachedRow(release=number, questions=questions, reached=reached))
    await session.flush()


async def get_reached(session: AsyncSession, number: int, *, questions: str) -> list[Any] | None:
    row = await session.get(ReleaseReachedRow, number)
    return row.reached if row and row.questions == questions else None
