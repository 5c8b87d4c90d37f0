"""Where the files are that carers sent to a worker: the table, and every query on it. No file is in it.

Rule kept: a file's id is gone with its message.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ForeignKey, String, Text, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.files import FileRef, SentFile
from alongside.store.base import Base
from alongside.store.conversations import MessageRow


class MessageFileRow(Base):
    """One file of a message, by its id at the channel it came by."""

    __tablename__ = "message_files"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[str] = mapped_column(Text)
    size: Mapped[int | None]
    ending: Mapped[str] = mapped_column(String(5))


def _file(row: MessageFileRow) -> SentFile:
    return SentFile(row.message_id, row.number, FileRef(row.file_id, row.size, row.ending))


async def add(session: AsyncSession, message_id: str, file: FileRef) -> int:
    """Add a file to a message of a conversation that is locked, and return its number; 0 when it is there already."""
    known = list(await session.scalars(select(MessageFileRow.file_id).where(MessageFileRow.message_id == message_id)))
    if file.id in known:
        return 0
    number = len(known) + 1
    session.add(MessageFileRow(message_id=message_id, number=number, file_id=file.id, size=file.size, ending=file.ending))
    await session.flush()
    return number


async def has_any(session: AsyncSession, message_id: str) -> bool:
    return bool(await session.scalar(select(exists().where(MessageFileRow.message_id == message_id))))


async def list_of(session: AsyncSession, conversation_id: str) -> Mapping[str, Sequence[SentFile]]:
    """Return the files of a conversation by their messages."""
    rows = await session.scalars(
        select(MessageFileRow)
        .join(MessageRow, MessageRow.id == MessageFileRow.message_id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageFileRow.message_id, MessageFileRow.number)
    )
    found: dict[str, list[SentFile]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(_file(row))
    return found


async def get(session: AsyncSession, conversation_id: str, message_id: str, number: int) -> SentFile | None:
    row = await session.scalar(
        select(MessageFileRow)
        .join(MessageRow, MessageRow.id == MessageFileRow.message_id)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageFileRow.message_id == message_id,
            MessageFileRow.number == number,
        )
    )
    return _file(row) if row else None
