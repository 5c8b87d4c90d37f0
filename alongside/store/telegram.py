"""Telegram's updates, the chats they come from, and what belongs to a chat: the tables, and every query on them.

Rules kept by the database itself: an update is stored once, however often Telegram sends it (primary key of bot and update),
and its words are gone as soon as it is handled; a code to move a conversation works once (it is deleted as it is used).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.store import progress
from alongside.store.base import Base, Moment
from alongside.store.conversations import ConversationRow, MessageRow


class TelegramUpdateRow(Base):
    """One update. ``payload`` is what Telegram sent; it and the chat are emptied once the update is handled."""

    __tablename__ = "telegram_updates"
    __table_args__ = (Index("ix_telegram_updates_waiting", "handled_at", "bot", "chat"),)

    bot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(Moment)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)


class TelegramChatRow(Base):
    """A private chat with its conversation; ``sent_position`` is the last message that deliveries were made for."""

    __tablename__ = "telegram_chats"

    bot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), unique=True)
    sent_position: Mapped[int] = mapped_column(default=0)
    unreachable_since: Mapped[datetime | None] = mapped_column(Moment)


class TelegramLeaseRow(Base):
    """The right of one process to do something that only one may: to ask for updates, to send, to handle a chat's updates."""

    __tablename__ = "telegram_leases"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(Moment)


class TelegramMoveRow(Base):
    """A one-time code that continues a conversation on another channel. Only its hash is stored."""

    __tablename__ = "telegram_moves"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Chat:
    """A private chat; without a conversation it has not begun one, or erased or moved it."""

    bot: int
    id: int
    conversation: str | None
    sent_position: int
    unreachable_since: datetime | None


@dataclass(frozen=True)
class StoredUpdate:
    """An update that waits to be handled."""

    id: int
    payload: dict[str, Any]
    attempts: int
    received_at: datetime


async def _insert_new(session: AsyncSession, table: type[Base], row: dict[str, Any]) -> None:
    """Insert a row unless its key is taken, also by somebody who does the same at this moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(insert(table).values(row).on_conflict_do_nothing())


async def add_update(
    session: AsyncSession, bot: int, update_id: int, *, chat: int | None, payload: dict[str, Any] | None, at: datetime
) -> None:
    """Store an update unless it is there. Without a payload there is nothing to handle."""
    row = {"bot": bot, "id": update_id, "chat": chat, "payload": payload, "attempts": 0, "received_at": at}
    await _insert_new(session, TelegramUpdateRow, row | {"handled_at": None if payload is not None else at})


def _waits(bot: int) -> Any:
    return (TelegramUpdateRow.bot == bot) & TelegramUpdateRow.handled_at.is_(None)


async def list_waiting_chats(session: AsyncSession, bot: int) -> list[int]:
    """Name the chats with an update that is not handled."""
    found = await session.scalars(select(TelegramUpdateRow.chat).where(_waits(bot)).distinct())
    return [chat for chat in found if chat is not None]


async def next_update(session: AsyncSession, bot: int, chat: int) -> StoredUpdate | None:
    row = await session.scalar(
        select(TelegramUpdateRow)
        .where(_waits(bot), TelegramUpdateRow.chat == chat)
        .order_by(TelegramUpdateRow.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return StoredUpdate(row.id, row.payload or {}, row.attempts, row.received_at) if row else None


async def count_attempt(session: AsyncSession, bot: int, update_id: int) -> None:
    await session.execute(
        update(TelegramUpdateRow)
        .where(TelegramUpdateRow.bot == bot, TelegramUpdateRow.id == update_id)
        .values(attempts=TelegramUpdateRow.attempts + 1)
    )


async def finish_update(session: AsyncSession, bot: int, update_id: int, *, at: datetime) -> bool:
    """Mark an update as handled and empty it; False when that was done already."""
    done = await session.scalar(
        update(TelegramUpdateRow)
        .where(_waits(bot), TelegramUpdateRow.id == update_id)
        .values(handled_at=at, payload=None, chat=None)
        .returning(TelegramUpdateRow.id)
    )
    return done is not None


def _chat(row: TelegramChatRow) -> Chat:
    return Chat(row.bot, row.chat, row.conversation_id, row.sent_position, row.unreachable_since)


async def get_chat(session: AsyncSession, bot: int, chat: int, *, lock: bool = False) -> Chat | None:
    """Return a chat; with ``lock`` nobody else adds to what it is sent until the transaction ends."""
    wanted = select(TelegramChatRow).where(TelegramChatRow.bot == bot, TelegramChatRow.chat == chat)
    row = await session.scalar((wanted.with_for_update() if lock else wanted).execution_options(populate_existing=True))
    return _chat(row) if row else None


async def get_chat_of(session: AsyncSession, conversation_id: str) -> Chat | None:
    row = await session.scalar(select(TelegramChatRow).where(TelegramChatRow.conversation_id == conversation_id))
    return _chat(row) if row else None


async def join(session: AsyncSession, bot: int, chat: int, conversation_id: str, *, sent_position: int) -> None:
    """Let a chat carry a conversation from now on; what was said up to ``sent_position`` is not sent there."""
    await _insert_new(session, TelegramChatRow, {"bot": bot, "chat": chat, "sent_position": 0})
    await session.execute(
        update(TelegramChatRow)
        .where(TelegramChatRow.bot == bot, TelegramChatRow.chat == chat)
        .values(conversation_id=conversation_id, sent_position=sent_position, unreachable_since=None)
    )


async def part(session: AsyncSession, conversation_id: str) -> None:
    """Let no chat carry a conversation any more."""
    await session.execute(
        update(TelegramChatRow).where(TelegramChatRow.conversation_id == conversation_id).values(conversation_id=None)
    )


async def set_sent_position(session: AsyncSession, bot: int, chat: int, position: int) -> None:
    await session.execute(
        update(TelegramChatRow).where(TelegramChatRow.bot == bot, TelegramChatRow.chat == chat).values(sent_position=position)
    )


async def set_unreachable(session: AsyncSession, bot: int, chat: int, since: datetime | None) -> None:
    """Note that a chat cannot be written to, or can be again, and its carer with it. The first moment of the former is kept."""
    known = await get_chat(session, bot, chat)
    if known and known.conversation:  # before the chat, as everybody does who changes both
        await progress.set_unreachable(session, known.conversation, since)
    changed = update(TelegramChatRow).where(TelegramChatRow.bot == bot, TelegramChatRow.chat == chat)
    if since is not None:
        changed = changed.where(TelegramChatRow.unreachable_since.is_(None))
    await session.execute(changed.values(unreachable_since=since))


async def list_behind(session: AsyncSession, bot: int) -> list[int]:
    """Name the chats whose conversation has messages that no deliveries were made for."""
    found = await session.scalars(
        select(TelegramChatRow.chat)
        .join(ConversationRow, ConversationRow.id == TelegramChatRow.conversation_id)
        .where(TelegramChatRow.bot == bot, ConversationRow.last_position > TelegramChatRow.sent_position)
    )
    return list(found)


async def get_last_position(session: AsyncSession, conversation_id: str) -> int:
    return await session.scalar(select(ConversationRow.last_position).where(ConversationRow.id == conversation_id)) or 0


async def take_lease(session: AsyncSession, name: str, *, owner: str, now: datetime, until: datetime) -> bool | None:
    """Take or prolong a lease: None when somebody else has it, else whether it was this owner's before."""
    await _insert_new(session, TelegramLeaseRow, {"name": name, "owner": "", "until": now})
    row = await session.scalar(select(TelegramLeaseRow).where(TelegramLeaseRow.name == name).with_for_update())
    if row is None or (row.owner not in ("", owner) and row.until > now):
        return None
    was_ours = row.owner == owner
    row.owner, row.until = owner, until
    return was_ours


async def is_leased(session: AsyncSession, name: str, *, now: datetime) -> bool:
    """Say whether somebody has a lease."""
    wanted = exists().where(TelegramLeaseRow.name == name, TelegramLeaseRow.until > now, TelegramLeaseRow.owner != "")
    return bool(await session.scalar(select(wanted)))


async def drop_lease(session: AsyncSession, name: str, *, owner: str) -> None:
    await session.execute(delete(TelegramLeaseRow).where(TelegramLeaseRow.name == name, TelegramLeaseRow.owner == owner))


async def drop_all_leases(session: AsyncSession) -> None:
    await session.execute(delete(TelegramLeaseRow))


async def add_move(session: AsyncSession, code_hash: str, conversation_id: str, *, channel: str, expires_at: datetime) -> None:
    """Keep a code, and forget an earlier one of this conversation."""
    await session.execute(delete(TelegramMoveRow).where(TelegramMoveRow.conversation_id == conversation_id))
    session.add(TelegramMoveRow(code_hash=code_hash, conversation_id=conversation_id, channel=channel, expires_at=expires_at))
    await session.flush()


async def use_move(session: AsyncSession, code_hash: str, *, channel: str, now: datetime) -> str | None:
    """Use a code up and return the conversation it is for; None when it is wrong, used or too old."""
    used = await session.execute(
        delete(TelegramMoveRow)
        .where(TelegramMoveRow.code_hash == code_hash, TelegramMoveRow.channel == channel)
        .returning(TelegramMoveRow.conversation_id, TelegramMoveRow.expires_at)
    )
    row = used.one_or_none()
    return row[0] if row and row[1] > now else None


async def move_conversation(session: AsyncSession, conversation_id: str, *, channel: str, token_hash: str) -> None:
    """Put a conversation on a channel, with a new key: who held the old one reads no further. The carer is there now."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(channel=channel, token_hash=token_hash, unreachable_since=None)
    )


async def set_service(session: AsyncSession, conversation_id: str, service: str, *, nation: str) -> None:
    """Note which ward or team a conversation is about, and by that whose law counts."""
    changed = update(ConversationRow).where(ConversationRow.id == conversation_id)
    await session.execute(changed.values(service=service, nation=nation))


async def has_carer_messages(session: AsyncSession, conversation_id: str) -> bool:
    wanted = exists().where(MessageRow.conversation_id == conversation_id, MessageRow.author == "carer")
    return bool(await session.scalar(select(wanted)))


async def migrate(session: AsyncSession, bot: int, chat: int, to_chat: int) -> None:
    """Follow a chat that Telegram has given another number."""
    await session.execute(
        update(TelegramChatRow).where(TelegramChatRow.bot == bot, TelegramChatRow.chat == chat).values(chat=to_chat)
    )


async def forget(session: AsyncSession, bot: int, *, now: datetime, handled_before: datetime) -> None:
    """Delete what is of no use any more: updates Telegram no longer repeats, old codes and leases, chats with nothing in them."""
    await session.execute(delete(TelegramUpdateRow).where(TelegramUpdateRow.handled_at < handled_before))
    await session.execute(delete(TelegramMoveRow).where(TelegramMoveRow.expires_at <= now))
    await session.execute(delete(TelegramLeaseRow).where(TelegramLeaseRow.until <= now))
    waits = exists().where(_waits(bot), TelegramUpdateRow.chat == TelegramChatRow.chat)
    await session.execute(
        delete(TelegramChatRow).where(TelegramChatRow.bot == bot, TelegramChatRow.conversation_id.is_(None), ~waits)
    )
