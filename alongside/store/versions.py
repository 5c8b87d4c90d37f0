"""Corrected and withdrawn messages: the words they had before, and every query on them.

Rule kept: changing a message keeps what it said, and takes the conversation's next number of a change, so that a page that was
away is told of every change it missed.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Text, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.conversations import Message, Version
from alongside.store.base import Base, Moment
from alongside.store.conversations import ConversationRow, MessageRow, message_of


class VersionRow(Base):
    """Words that a message had before it was changed. ``account`` is the worker who wrote them; empty for a carer's."""

    __tablename__ = "message_versions"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))


def _version(row: VersionRow) -> Version:
    return Version(message=row.message_id, number=row.number, text=row.text, at=row.at, account=row.account)


async def change(session: AsyncSession, message: Message, text: str | None, *, at: datetime) -> Message:
    """Give a message new words, or with None withdraw it. The conversation is locked, and the message was read after that."""
    versions = select(func.count()).select_from(VersionRow).where(VersionRow.message_id == message.id)
    session.add(
        VersionRow(
            message_id=message.id,
            number=(await session.scalar(versions) or 0) + 1,
            text=message.text,
            at=message.edited_at or message.at,
            account=message.account,
        )
    )
    taken = await _next_change(session, message)
    when = {"withdrawn_at": at} if text is None else {"edited_at": at}
    changed = await session.scalars(
        update(MessageRow)
        .where(MessageRow.id == message.id)
        .values(text=text or "", change=taken, **when)
        .returning(MessageRow)
        .execution_options(populate_existing=True)
    )
    return message_of(changed.one())


async def touch(session: AsyncSession, message: Message) -> None:
    """Have open pages show a message anew, with the same words. The conversation is locked."""
    taken = await _next_change(session, message)
    await session.execute(update(MessageRow).where(MessageRow.id == message.id).values(change=taken))


async def _next_change(session: AsyncSession, message: Message) -> int | None:
    return await session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == message.conversation)
        .values(last_change=ConversationRow.last_change + 1)
        .returning(ConversationRow.last_change)
    )


async def list_changed(session: AsyncSession, conversation_id: str, since: int, *, limit: int) -> list[Message]:
    """Return the messages that were changed after a change, as they are now, in the order of their last changes."""
    rows = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.change > since)
        .order_by(MessageRow.change)
        .limit(limit)
    )
    return [message_of(row) for row in rows]


async def list_versions(session: AsyncSession, conversation_id: str) -> Sequence[Version]:
    """Return the earlier words of a conversation's messages, the oldest of each message first."""
    rows = await session.scalars(
        select(VersionRow)
        .join(MessageRow, MessageRow.id == VersionRow.message_id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(VersionRow.message_id, VersionRow.number)
    )
    return [_version(row) for row in rows]


async def get_first_words(session: AsyncSession, message: Message) -> str:
    """Return what a message said before anything of it was changed."""
    first = (VersionRow.message_id == message.id, VersionRow.number == 1)
    text = await session.scalar(select(VersionRow.text).where(*first))
    return message.text if text is None else text
