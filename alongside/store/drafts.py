"""Drafts of answers and every revision of them: the tables, and every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.drafts import Draft
from alongside.core.library import Entry, as_json, from_json
from alongside.core.releases import Person
from alongside.store.base import Base, Moment


class DraftRow(Base):
    """What somebody is writing for one key of the library. No content: the entry is to be taken out."""

    __tablename__ = "drafts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    revision: Mapped[int]
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DraftRevisionRow(Base):
    """One save of a draft."""

    __tablename__ = "draft_revisions"

    key: Mapped[str] = mapped_column(ForeignKey("drafts.key", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    author: Mapped[str] = mapped_column(String(32))
    author_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


def _entry(content: Mapping[str, Any] | None) -> Entry | None:
    return from_json(content) if content is not None else None


async def list_all(session: AsyncSession) -> list[Draft]:
    """Return every draft, by key."""
    rows = list(await session.scalars(select(DraftRow).order_by(DraftRow.key)))
    saves: dict[str, list[DraftRevisionRow]] = {}
    for save in await session.scalars(select(DraftRevisionRow).order_by(DraftRevisionRow.revision)):
        saves.setdefault(save.key, []).append(save)
    return [_draft(row, saves[row.key]) for row in rows]


async def get(session: AsyncSession, key: str) -> Draft | None:
    row = await session.get(DraftRow, key)
    if row is None:
        return None
    saves = await session.scalars(select(DraftRevisionRow).where(DraftRevisionRow.key == key).order_by(DraftRevisionRow.revision))
    return _draft(row, list(saves))


async def list_contents(session: AsyncSession) -> dict[str, Entry | None]:
    """Return what every draft holds now, by key; None where the entry is to be taken out. Who wrote it is not looked up."""
    rows = await session.execute(
        select(DraftRevisionRow.key, DraftRevisionRow.content).join(
            DraftRow, and_(DraftRow.key == DraftRevisionRow.key, DraftRow.revision == DraftRevisionRow.revision)
        )
    )
    return {key: _entry(content) for key, content in rows}


def _draft(row: DraftRow, saves: Sequence[DraftRevisionRow]) -> Draft:
    last = saves[-1]
    return Draft(
        key=row.key,
        revision=row.revision,
        content=_entry(last.content),
        base=_entry(row.base),
        by=Person(last.author, last.author_name),
        changed_at=last.at,
        authors=frozenset(save.author for save in saves),
        names=tuple(dict.fromkeys(save.author_name for save in saves)),
    )


async def get_revision(session: AsyncSession, key: str, revision: int) -> Entry | None:
    """Return a draft as it was at one save; None when there is no such save, or the entry was to be taken out then."""
    save = await session.get(DraftRevisionRow, (key, revision))
    return _entry(save.content) if save else None


async def savers_since(session: AsyncSession, key: str, moment: datetime) -> set[Person]:
    """Return who saved a draft from this moment on."""
    saves = select(DraftRevisionRow.author, DraftRevisionRow.author_name).where(
        DraftRevisionRow.key == key, DraftRevisionRow.at >= moment
    )
    return {Person(author, name) for author, name in await session.execute(saves)}


async def save(session: AsyncSession, key: str, content: Entry | None, *, base: Entry | None, by: Person, at: datetime) -> int:
    """Store a save; returns its revision. ``base`` counts for a new draft only."""
    row = await session.get(DraftRow, key, with_for_update=True)
    if row is None:
        row = DraftRow(key=key, revision=0, base=as_json(base) if base else None)
        session.add(row)
    row.revision += 1
    await session.flush()
    session.add(
        DraftRevisionRow(
            key=key,
            revision=row.revision,
            content=as_json(content) if content else None,
            author=by.id,
            author_name=by.name,
            at=at,
        )
    )
    await session.flush()
    return row.revision


async def set_base(session: AsyncSession, key: str, base: Entry | None) -> None:
    """Note that something else is live now under what is still being written."""
    row = await session.get_one(DraftRow, key)
    row.base = as_json(base) if base else None


async def remove(session: AsyncSession, key: str) -> bool:
    """Delete a draft with all its saves; False when there was none."""
    gone = await session.execute(delete(DraftRow).where(DraftRow.key == key).returning(DraftRow.key))
    return gone.first() is not None
