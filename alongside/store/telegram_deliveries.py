"""What is to be sent to Telegram, and how far it has come: the table, and every query on it.

Rules kept: a part of a message has one row, so that it is sent once (unique message and part); a row holds no words, which are
read from the message when they are sent; within a chat the rows go out in the order of their ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, delete, exists, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.conversations import Author, Message
from alongside.core.delivery import Delivery
from alongside.core.telegram import Task
from alongside.store.base import Base, Moment
from alongside.store.conversations import MessageRow, message_of
from alongside.store.telegram import TelegramChatRow

_IS_SEND = text("task = 'send'")


class TelegramDeliveryRow(Base):
    """One thing to do in a chat. ``tried_at`` is set while it is under way: what a dead process left so may have been sent."""

    __tablename__ = "telegram_deliveries"
    __table_args__ = (
        Index(
            "uq_telegram_deliveries_part",
            "message_id",
            "part",
            unique=True,
            sqlite_where=_IS_SEND,
            postgresql_where=_IS_SEND,
        ),
        Index("ix_telegram_deliveries_waiting", "state", "bot", "chat", "id"),
        Index("ix_telegram_deliveries_chat", "bot", "chat", "telegram_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    bot: Mapped[int] = mapped_column(BigInteger)
    chat: Mapped[int] = mapped_column(BigInteger)
    task: Mapped[str] = mapped_column(String(10))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    part: Mapped[int] = mapped_column(default=0)
    notice: Mapped[str | None] = mapped_column(String(60))
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Job:
    """A delivery to make. ``telegram_id`` is the sent message to edit; ``about`` names the messages to delete."""

    id: int
    chat: int
    task: Task
    message: str | None = None
    part: int = 0
    notice: str | None = None
    about: dict[str, Any] = field(default_factory=dict)
    telegram_id: int | None = None
    attempts: int = 0


def _job(row: TelegramDeliveryRow) -> Job:
    return Job(
        id=row.id,
        chat=row.chat,
        task=Task(row.task),
        message=row.message_id,
        part=row.part,
        notice=row.notice,
        about=row.about,
        telegram_id=row.telegram_id,
        attempts=row.attempts,
    )


async def add(
    session: AsyncSession,
    bot: int,
    chat: int,
    task: Task,
    *,
    at: datetime,
    message: str | None = None,
    part: int = 0,
    notice: str | None = None,
    about: dict[str, Any] | None = None,
    telegram_id: int | None = None,
) -> None:
    """Add a delivery to a chat that is locked."""
    session.add(
        TelegramDeliveryRow(
            bot=bot,
            chat=chat,
            task=task.value,
            message_id=message,
            part=part,
            notice=notice,
            about=about or {},
            telegram_id=telegram_id,
            state=Delivery.WAITING.value,
            at=at,
        )
    )
    await session.flush()


def _waits(bot: int) -> Any:
    return (TelegramDeliveryRow.bot == bot) & (TelegramDeliveryRow.state == Delivery.WAITING.value)


def _is_heard(bot: int) -> Any:
    """Not for a chat that cannot be written to; a notice only ever answers who writes there."""
    unreachable = exists().where(
        TelegramChatRow.bot == bot,
        TelegramChatRow.chat == TelegramDeliveryRow.chat,
        TelegramChatRow.unreachable_since.is_not(None),
    )
    return or_(TelegramDeliveryRow.task == Task.NOTICE.value, ~unreachable)


def _may_go(bot: int, now: datetime) -> Any:
    """Not under way, not put off, and not for a chat that cannot be written to."""
    return (
        TelegramDeliveryRow.tried_at.is_(None)
        & or_(TelegramDeliveryRow.not_before.is_(None), TelegramDeliveryRow.not_before <= now)
        & _is_heard(bot)
    )


async def list_due_chats(session: AsyncSession, bot: int, *, now: datetime, chat: int | None = None) -> list[int]:
    """Name the chats whose first waiting delivery may go out now, or say so of one."""
    waiting = _waits(bot) if chat is None else _waits(bot) & (TelegramDeliveryRow.chat == chat)
    is_head = TelegramDeliveryRow.id.in_(_heads(waiting))
    return list(await session.scalars(select(TelegramDeliveryRow.chat).where(is_head, _may_go(bot, now))))


async def get_oldest(session: AsyncSession, bot: int) -> datetime | None:
    """Return since when the oldest delivery waits, of those that come next in a chat that can be written to."""
    is_head = TelegramDeliveryRow.id.in_(_heads(_waits(bot)))
    return await session.scalar(select(func.min(TelegramDeliveryRow.at)).where(is_head, _is_heard(bot)))


def _heads(waiting: Any) -> Any:
    return select(func.min(TelegramDeliveryRow.id)).where(waiting).group_by(TelegramDeliveryRow.chat)


async def find_next(session: AsyncSession, bot: int, chat: int, *, now: datetime) -> Job | None:
    """Return a chat's first waiting delivery; None when there is none that may go out now."""
    head = select(func.min(TelegramDeliveryRow.id)).where(_waits(bot), TelegramDeliveryRow.chat == chat).scalar_subquery()
    row = await session.scalar(select(TelegramDeliveryRow).where(TelegramDeliveryRow.id == head, _may_go(bot, now)))
    return _job(row) if row else None


async def begin(session: AsyncSession, job: Job, *, now: datetime) -> Job | None:
    """Mark a delivery as under way; None when it is not there any more, or another process has begun it."""
    row = await session.scalar(
        update(TelegramDeliveryRow)
        .where(
            TelegramDeliveryRow.id == job.id,
            TelegramDeliveryRow.state == Delivery.WAITING.value,
            TelegramDeliveryRow.tried_at.is_(None),
        )
        .values(tried_at=now, attempts=TelegramDeliveryRow.attempts + 1)
        .returning(TelegramDeliveryRow)
        .execution_options(populate_existing=True)
    )
    return _job(row) if row else None


async def settle(session: AsyncSession, job: Job, state: Delivery, *, telegram_id: int | None = None) -> None:
    """Say how a delivery ended."""
    values: dict[str, Any] = {"state": state.value, "tried_at": None}
    if telegram_id is not None:
        values["telegram_id"] = telegram_id
    await session.execute(update(TelegramDeliveryRow).where(TelegramDeliveryRow.id == job.id).values(**values))


async def put_off(session: AsyncSession, job: Job, *, until: datetime | None) -> None:
    """Let a delivery that was certainly not made wait, until a moment if there is one."""
    await session.execute(
        update(TelegramDeliveryRow).where(TelegramDeliveryRow.id == job.id).values(tried_at=None, not_before=until)
    )


async def settle_abandoned(session: AsyncSession, bot: int, *, harmless: str) -> list[Job]:
    """Settle what a process left under way: what was being said may have arrived, and is returned.

    Anything else, and the notice named ``harmless``, is done again.
    """
    under_way = _waits(bot) & TelegramDeliveryRow.tried_at.is_not(None)
    said = TelegramDeliveryRow.task.in_((Task.SEND.value, Task.NOTICE.value))
    may_be_repeated = TelegramDeliveryRow.notice.is_not(None) & (TelegramDeliveryRow.notice == harmless)
    unknown = await session.scalars(
        update(TelegramDeliveryRow)
        .where(under_way, said, ~may_be_repeated)
        .values(state=Delivery.UNKNOWN.value, tried_at=None)
        .returning(TelegramDeliveryRow)
        .execution_options(populate_existing=True)
    )
    jobs = [_job(row) for row in unknown]
    await session.execute(update(TelegramDeliveryRow).where(under_way).values(tried_at=None))
    return jobs


async def is_bots(session: AsyncSession, job: Job) -> bool:
    """Say whether the bot itself says this: a notice, or a message that no worker wrote and that is still there."""
    if job.message is None:
        return job.notice is not None
    message = await get_message(session, job.message)
    return message is not None and message.author is not Author.WORKER


async def is_waiting(session: AsyncSession, bot: int, chat: int, *, notice: str) -> bool:
    """Say whether a notice is still to be said in a chat."""
    wanted = exists().where(_waits(bot), TelegramDeliveryRow.chat == chat, TelegramDeliveryRow.notice == notice)
    return bool(await session.scalar(select(wanted)))


async def list_messages(session: AsyncSession, conversation_id: str, *, after: int, until: int) -> list[Message]:
    """Return what was said to a carer after one position and up to another, and is not withdrawn."""
    rows = await session.scalars(
        select(MessageRow)
        .where(
            MessageRow.conversation_id == conversation_id,
            MessageRow.position > after,
            MessageRow.position <= until,
            MessageRow.author != "carer",
            MessageRow.withdrawn_at.is_(None),
        )
        .order_by(MessageRow.position)
    )
    return [message_of(row) for row in rows]


async def get_message(session: AsyncSession, message_id: str) -> Message | None:
    row = await session.get(MessageRow, message_id, populate_existing=True)
    return message_of(row) if row else None


async def get_chat_with(session: AsyncSession, message_id: str) -> tuple[int, int] | None:
    """Return the bot and the chat that a message was said in, wherever its conversation goes on now."""
    row = await session.scalar(
        select(TelegramDeliveryRow)
        .where(TelegramDeliveryRow.message_id == message_id, TelegramDeliveryRow.task == Task.SEND.value)
        .limit(1)
    )
    return (row.bot, row.chat) if row else None


async def list_sent(session: AsyncSession, message_id: str) -> Sequence[tuple[int, int | None, datetime, Delivery]]:
    """Return a message's parts: number, Telegram's id if it was sent, when it was to be sent, and how far it came."""
    rows = await session.scalars(
        select(TelegramDeliveryRow)
        .where(TelegramDeliveryRow.message_id == message_id, TelegramDeliveryRow.task == Task.SEND.value)
        .order_by(TelegramDeliveryRow.part)
    )
    return [(row.part, row.telegram_id, row.at, Delivery(row.state)) for row in rows]


async def drop_waiting(session: AsyncSession, *, bot: int, chat: int, message: str | None = None) -> None:
    """Delete what waits for a chat and is not under way: of one message, or all of it."""
    wanted = delete(TelegramDeliveryRow).where(
        _waits(bot), TelegramDeliveryRow.chat == chat, TelegramDeliveryRow.tried_at.is_(None)
    )
    await session.execute(wanted.where(TelegramDeliveryRow.message_id == message) if message else wanted)


async def list_telegram_ids(session: AsyncSession, bot: int, chat: int, *, since: datetime) -> list[int]:
    """Return Telegram's ids of all that was said in a chat since a moment."""
    found = await session.scalars(
        select(TelegramDeliveryRow.telegram_id).where(
            TelegramDeliveryRow.bot == bot,
            TelegramDeliveryRow.chat == chat,
            TelegramDeliveryRow.task.in_((Task.SEND.value, Task.NOTICE.value)),
            TelegramDeliveryRow.at > since,
        )
    )
    return sorted(found_id for found_id in found if found_id is not None)


async def find_message(session: AsyncSession, bot: int, chat: int, telegram_id: int) -> str | None:
    """Return our id of a message that Telegram knows by its own."""
    return await session.scalar(
        select(TelegramDeliveryRow.message_id).where(
            TelegramDeliveryRow.bot == bot,
            TelegramDeliveryRow.chat == chat,
            TelegramDeliveryRow.telegram_id == telegram_id,
            TelegramDeliveryRow.task == Task.SEND.value,
        )
    )


async def find_question(
    session: AsyncSession, bot: int, chat: int, telegram_id: int, *, notice: str, since: datetime
) -> str | None:
    """Return the conversation that a notice asked about since a moment, if it is still open."""
    about = await session.scalar(
        select(TelegramDeliveryRow.about).where(
            TelegramDeliveryRow.bot == bot,
            TelegramDeliveryRow.chat == chat,
            TelegramDeliveryRow.telegram_id == telegram_id,
            TelegramDeliveryRow.notice == notice,
            TelegramDeliveryRow.at > since,
        )
    )
    return (about or {}).get("conversation")


async def close_question(session: AsyncSession, bot: int, chat: int, *, notice: str) -> None:
    """Let no answer to a notice count any more, however often it was asked in a chat."""
    asked = (TelegramDeliveryRow.bot == bot) & (TelegramDeliveryRow.chat == chat) & (TelegramDeliveryRow.notice == notice)
    await session.execute(update(TelegramDeliveryRow).where(asked).values(about={}))


async def is_leaving(session: AsyncSession, bot: int, chat: int, *, since: datetime) -> bool:
    """Say whether a group is about to be left, or was since a moment."""
    wanted = exists().where(
        TelegramDeliveryRow.bot == bot,
        TelegramDeliveryRow.chat == chat,
        TelegramDeliveryRow.task == Task.LEAVE.value,
        or_(TelegramDeliveryRow.state == Delivery.WAITING.value, TelegramDeliveryRow.at > since),
    )
    return bool(await session.scalar(select(wanted)))


async def states(session: AsyncSession, conversation_id: str) -> dict[str, Delivery]:
    """Return how far each message of a conversation has come on Telegram; of several parts, the worst."""
    rows = await session.execute(
        select(MessageRow.id, TelegramDeliveryRow.state)
        .join(TelegramDeliveryRow, MessageRow.id == TelegramDeliveryRow.message_id)
        .where(MessageRow.conversation_id == conversation_id, TelegramDeliveryRow.task == Task.SEND.value)
    )
    return _worst((message_id, Delivery(state)) for message_id, state in rows)


async def changes(session: AsyncSession, conversation_id: str) -> dict[str, Delivery]:
    """Return how far the last correction or withdrawal of each message has come on Telegram; of several parts, the worst."""
    rows = await session.execute(
        select(MessageRow.id, TelegramDeliveryRow.part, TelegramDeliveryRow.state)
        .join(TelegramDeliveryRow, MessageRow.id == TelegramDeliveryRow.message_id)
        .where(
            MessageRow.conversation_id == conversation_id,
            TelegramDeliveryRow.task.in_((Task.EDIT.value, Task.DELETE.value)),
        )
        .order_by(TelegramDeliveryRow.id)
    )
    last = {(message_id, part): Delivery(state) for message_id, part, state in rows}
    return _worst((message_id, state) for (message_id, _), state in last.items())


def _worst(states: Iterable[tuple[str, Delivery]]) -> dict[str, Delivery]:
    worst = [Delivery.SENT, Delivery.WAITING, Delivery.UNKNOWN, Delivery.FAILED]
    found: dict[str, Delivery] = {}
    for message_id, state in states:
        found[message_id] = max(found.get(message_id, Delivery.SENT), state, key=worst.index)
    return found


async def migrate(session: AsyncSession, bot: int, chat: int, to_chat: int) -> None:
    """Follow a chat that Telegram has given another number."""
    await session.execute(
        update(TelegramDeliveryRow).where(TelegramDeliveryRow.bot == bot, TelegramDeliveryRow.chat == chat).values(chat=to_chat)
    )


async def forget(session: AsyncSession, bot: int, *, before: datetime) -> None:
    """Delete what belongs to no message and was done before a moment: Telegram lets nothing be done with it any more."""
    await session.execute(
        delete(TelegramDeliveryRow).where(
            TelegramDeliveryRow.bot == bot,
            TelegramDeliveryRow.message_id.is_(None),
            TelegramDeliveryRow.state != Delivery.WAITING.value,
            TelegramDeliveryRow.at < before,
        )
    )
