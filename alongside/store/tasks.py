"""Tasks of workers, and which hard cases somebody has chosen to open: the tables, and every query on them.

Rules kept by the database itself: a case has one open check-back at most; both go with the case, and so with the conversation.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.handover import State
from alongside.core.tasks import Ending, Task
from alongside.store.base import Base, Moment
from alongside.store.case_lists import seen_by
from alongside.store.cases import CaseEventRow, CaseRow, file_of
from alongside.store.conversations import MessageRow


class TaskRow(Base):
    """One check-back. ``alerted_at`` is when its day had come and who is to do it was told."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "uq_tasks_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_tasks_case_id", "case_id", "made_at"),
        Index("ix_tasks_account", "account", "ended_at", "due_at"),
        Index("ix_tasks_due_at", "ended_at", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    due_at: Mapped[datetime] = mapped_column(Moment)
    made_at: Mapped[datetime] = mapped_column(Moment)
    alerted_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    ending: Mapped[str | None] = mapped_column(String(12))


class CaseLookRow(Base):
    """An account was told what a case holds, and chose to open it. When is nobody's business."""

    __tablename__ = "case_looks"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


def _task(row: TaskRow) -> Task:
    return Task(
        id=row.id,
        case=row.case_id,
        account=row.account,
        due_at=row.due_at,
        made_at=row.made_at,
        alerted_at=row.alerted_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ending=Ending(row.ending) if row.ending else None,
    )


async def add(session: AsyncSession, task: Task) -> None:
    session.add(TaskRow(id=task.id, case_id=task.case, account=task.account, due_at=task.due_at, made_at=task.made_at))
    await session.flush()


async def get(session: AsyncSession, task_id: str) -> Task | None:
    row = await session.scalar(select(TaskRow).where(TaskRow.id == task_id).execution_options(populate_existing=True))
    return _task(row) if row else None


async def get_open(session: AsyncSession, case_id: str) -> Task | None:
    row = await session.scalar(
        select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.ended_at.is_(None)).execution_options(populate_existing=True)
    )
    return _task(row) if row else None


async def has_any_since(session: AsyncSession, case_id: str, moment: datetime) -> bool:
    return await session.scalar(select(TaskRow.id).where(TaskRow.case_id == case_id, TaskRow.made_at >= moment)) is not None


async def list_open(session: AsyncSession, account: Account, *, limit: int) -> list[tuple[Task, CaseFile]]:
    """Return the open tasks of an account and of the cases it may see, the first to be due first."""
    seen = or_(TaskRow.account == account.id, seen_by(account, tuple(State)).condition())
    rows = await session.execute(
        select(TaskRow, CaseRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.ended_at.is_(None), seen)
        .order_by(TaskRow.due_at, TaskRow.id)
        .limit(limit)
    )
    return [(_task(task), file_of(case)) for task, case in rows]


async def list_due(session: AsyncSession, *, now: datetime) -> list[Task]:
    """Return the open tasks whose day has come."""
    rows = await session.scalars(
        select(TaskRow).where(TaskRow.ended_at.is_(None), TaskRow.due_at <= now).order_by(TaskRow.due_at)
    )
    return [_task(row) for row in rows]


async def count_due(session: AsyncSession, *, account: str, before: datetime) -> int:
    """Count an account's open tasks that are due before a moment."""
    found = await session.scalar(
        select(func.count())
        .select_from(TaskRow)
        .where(TaskRow.account == account, TaskRow.ended_at.is_(None), TaskRow.due_at < before)
    )
    return found or 0


async def change(session: AsyncSession, before: Task, after: Task) -> bool:
    """Store a changed task; False, and nothing changed, when it has ended or is another's by now."""
    changed = await session.scalar(
        update(TaskRow)
        .where(
            TaskRow.id == before.id,
            TaskRow.ended_at.is_(None),
            TaskRow.account == before.account,
            TaskRow.due_at == before.due_at,
            TaskRow.alerted_at == before.alerted_at if before.alerted_at else TaskRow.alerted_at.is_(None),
        )
        .values(
            account=after.account,
            due_at=after.due_at,
            alerted_at=after.alerted_at,
            ended_at=after.ended_at,
            ended_by=after.ended_by,
            ending=after.ending.value if after.ending else None,
        )
        .returning(TaskRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def has_looked(session: AsyncSession, case_id: str, account: str) -> bool:
    return await session.get(CaseLookRow, (case_id, account)) is not None


async def keep_look(session: AsyncSession, case_id: str, account: str) -> None:
    """Keep that somebody chose to open a case; once is enough."""
    row = {"case_id": case_id, "account": account}
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(sqlite.insert(CaseLookRow).values(row).on_conflict_do_nothing())
    else:
        await session.execute(postgresql.insert(CaseLookRow).values(row).on_conflict_do_nothing())


async def has_acted(session: AsyncSession, case_id: str, account: str) -> bool:
    """Say whether an account is in a case's log as somebody who did something."""
    found = await session.scalar(
        select(CaseEventRow.id).where(CaseEventRow.case_id == case_id, CaseEventRow.account == account).limit(1)
    )
    return found is not None


async def list_dangers(session: AsyncSession, conversation_id: str) -> list[str]:
    """Return the kinds of danger a conversation speaks of."""
    kinds = await session.scalars(
        select(MessageRow.safety).where(MessageRow.conversation_id == conversation_id, MessageRow.safety.is_not(None)).distinct()
    )
    return [kind for kind in kinds if kind]
