"""Releases: which trained model and which words served carers, and since when."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, and_, not_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.library import FACT, SAFETY, Entry, Library, as_json, from_json, library_of
from alongside.core.releases import Release
from alongside.store.base import Base, Moment


class ReleaseRow(Base):
    """An immutable, numbered set of answers with the model trained from it."""

    __tablename__ = "releases"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    model_file: Mapped[str] = mapped_column(String(200))
    model_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)


class ReleaseAnswerRow(Base):
    """One entry of the library as it stood in a release, so that any sentence a carer saw can be traced to its approver."""

    __tablename__ = "release_answers"

    release: Mapped[int] = mapped_column(ForeignKey("releases.number", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


def _release(row: ReleaseRow) -> Release:
    return Release(
        number=row.number,
        content_hash=row.content_hash,
        model_file=row.model_file,
        model_hash=row.model_hash,
        made_at=row.made_at,
    )


async def get_by_content(session: AsyncSession, content_hash: str) -> Release | None:
    row = await session.scalar(select(ReleaseRow).where(ReleaseRow.content_hash == content_hash))
    return _release(row) if row else None


async def add(
    session: AsyncSession,
    *,
    content_hash: str,
    model_file: str,
    model_hash: str,
    made_at: datetime,
    answers: Sequence[tuple[str, dict[str, Any]]],
) -> Release:
    row = ReleaseRow(content_hash=content_hash, model_file=model_file, model_hash=model_hash, made_at=made_at)
    session.add(row)
    await session.flush()
    session.add_all(ReleaseAnswerRow(release=row.number, key=key, content=content) for key, content in answers)
    return _release(row)


async def get_answer(session: AsyncSession, number: int, key: str) -> dict[str, Any] | None:
    row = await session.get(ReleaseAnswerRow, (number, key))
    return row.content if row else None


async def list_answers(session: AsyncSession, number: int) -> list[dict[str, Any]]:
    """Return every answer of a release as it stood in it, by key; without the safety replies and the facts."""
    others = [not_(ReleaseAnswerRow.key.startswith(f"{kind}/")) for kind in (FACT, SAFETY)]
    rows = await session.scalars(
        select(ReleaseAnswerRow.content).where(and_(ReleaseAnswerRow.release == number, *others)).order_by(ReleaseAnswerRow.key)
    )
    return list(rows)


async def get_library(session: AsyncSession, number: int) -> Library:
    """Return all that a release says."""
    rows = await session.scalars(select(ReleaseAnswerRow.content).where(ReleaseAnswerRow.release == number))
    return library_of(from_json(content) for content in rows)


async def put_entries(session: AsyncSession, number: int, entries: Iterable[tuple[str, Entry]]) -> None:
    """Put other content in the place of entries of a release."""
    for key, entry in entries:
        row = await session.get_one(ReleaseAnswerRow, (number, key))
        row.content = as_json(entry)


async def list_versions(session: AsyncSession, key: str) -> list[tuple[int, Entry]]:
    """Return an entry as it stood in each release that has it, newest release first."""
    rows = await session.execute(
        select(ReleaseAnswerRow.release, ReleaseAnswerRow.content)
        .where(ReleaseAnswerRow.key == key)
        .order_by(ReleaseAnswerRow.release.desc())
    )
    return [(number, from_json(content)) for number, content in rows]


async def get(session: AsyncSession, number: int) -> Release | None:
    row = await session.get(ReleaseRow, number)
    return _release(row) if row else None


async def list_titles(session: AsyncSession, said: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return the titles of answers as they stood in a release, by release and key; one that is not there is left out."""
    title = ReleaseAnswerRow.content["title"].as_string()
    rows = await session.execute(
        select(ReleaseAnswerRow.release, ReleaseAnswerRow.key, title).where(
            ReleaseAnswerRow.release.in_({release for release, _ in said}), ReleaseAnswerRow.key.in_({key for _, key in said})
        )
    )
    return {(release, key): title for release, key, title in rows if title}


async def replace_model(session: AsyncSession, number: int, *, model_file: str, model_hash: str) -> Release:
    row = await session.get_one(ReleaseRow, number)
    row.model_file, row.model_hash = model_file, model_hash
    return _release(row)
