"""Conversations and their messages: the tables, and every query on them.

Rules kept by the database itself: a channel's message is stored once (unique conversation and client id), and messages of a
conversation have a gapless order (the next position is taken while the conversation's row is locked).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.asking import open_step, without_form
from alongside.core.conversations import Attached, Author, Choice, Conversation, Draft, Message, ShownSource
from alongside.store.base import Base, Moment


class ConversationRow(Base):
    """One carer's thread. The token itself is never stored, only its hash: it is the only key to the thread."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nation: Mapped[str | None] = mapped_column(String(10))
    service: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str | None] = mapped_column(String(35))
    assistant_state: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    last_position: Mapped[int] = mapped_column(default=0)
    last_change: Mapped[int] = mapped_column(default=0, server_default="0")
    seen_position: Mapped[int] = mapped_column(default=0, server_default="0")
    seen_change: Mapped[int] = mapped_column(default=0, server_default="0")
    open_page: Mapped[str | None] = mapped_column(String(32))
    unreachable_since: Mapped[datetime | None] = mapped_column(Moment)
    leased_by: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class MessageRow(Base):
    """One message. For a carer's message ``answered_at`` stays empty until the replies to it are stored."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        # A retry by a page or a channel must find the first message, never make a second turn.
        UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
        Index("ix_messages_waiting", "answered_at", "author"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    author: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    sources: Mapped[list[dict[str, str | None]]] = mapped_column(JSON, default=list)
    answer: Mapped[str | None] = mapped_column(String(120))
    safety: Mapped[str | None] = mapped_column(String(10))
    release: Mapped[int | None]
    choice: Mapped[str | None] = mapped_column(String(500))
    client_id: Mapped[str | None] = mapped_column(String(100))
    reply_to: Mapped[str | None] = mapped_column(String(32))
    account: Mapped[str | None] = mapped_column(String(32))
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    change: Mapped[int | None]
    understood: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    attached: Mapped[str | None] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(35))
    at: Mapped[datetime] = mapped_column(Moment)


def conversation_of(row: ConversationRow) -> Conversation:
    return Conversation(
        id=row.id,
        channel=row.channel,
        created_at=row.created_at,
        expires_at=row.expires_at,
        nation=row.nation,
        service=row.service,
        language=row.language,
        assistant_state=row.assistant_state,
        last_change=row.last_change,
    )


def message_of(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        conversation=row.conversation_id,
        position=row.position,
        author=Author(row.author),
        text=row.text,
        at=row.at,
        name=row.name,
        choices=tuple(Choice(**choice) for choice in row.choices),
        sources=tuple(ShownSource(**source) for source in row.sources),  # type: ignore[arg-type]
        answer=row.answer,
        safety=row.safety,
        release=row.release,
        choice=row.choice,
        reply_to=row.reply_to,
        account=row.account,
        edited_at=row.edited_at,
        withdrawn_at=row.withdrawn_at,
        change=row.change,
        attached=Attached(row.attached) if row.attached else None,
        language=row.language,
    )


async def add(session: AsyncSession, conversation: Conversation, *, token_hash: str) -> None:
    session.add(
        ConversationRow(
            id=conversation.id,
            channel=conversation.channel,
            token_hash=token_hash,
            nation=conversation.nation,
            service=conversation.service,
            language=conversation.language,
            created_at=conversation.created_at,
            expires_at=conversation.expires_at,
        )
    )
    await session.flush()


async def get(session: AsyncSession, conversation_id: str) -> Conversation | None:
    row = await session.get(ConversationRow, conversation_id)
    return conversation_of(row) if row else None


async def get_by_token(session: AsyncSession, token_hash: str) -> Conversation | None:
    row = await session.scalar(select(ConversationRow).where(ConversationRow.token_hash == token_hash))
    return conversation_of(row) if row else None


async def lock(session: AsyncSession, conversation_id: str) -> bool:
    """Hold a conversation until the transaction ends; False when it is gone.

    Whoever writes in a conversation locks it before any of its messages, so that two writers wait and never block each other.
    (SQLite has one writer at a time anyway.)
    """
    found = await session.scalar(select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update())
    return found is not None


async def _take_positions(session: AsyncSession, conversation_id: str, many: int, **values: Any) -> int:
    """Take the next places of a thread, set what else is given, and return the first of them."""
    taken = await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(last_position=ConversationRow.last_position + many, **values)
        .returning(ConversationRow.last_position)
    )
    return taken.scalar_one() - many + 1


async def prolong(session: AsyncSession, conversation_id: str, expires_at: datetime) -> None:
    await session.execute(update(ConversationRow).where(ConversationRow.id == conversation_id).values(expires_at=expires_at))


async def add_carer_message(
    session: AsyncSession,
    *,
    message_id: str,
    conversation_id: str,
    text: str,
    choice: str | None,
    client_id: str | None,
    at: datetime,
    expires_at: datetime,
    attached: Attached | None = None,
) -> Message:
    """Store a carer's message in a conversation that is locked, and move the conversation's end of life."""
    position = await _take_positions(session, conversation_id, 1, expires_at=expires_at)
    row = MessageRow(
        id=message_id,
        conversation_id=conversation_id,
        position=position,
        author=Author.CARER.value,
        text=text,
        choice=choice,
        client_id=client_id,
        choices=[],
        sources=[],
        attached=attached.value if attached else None,
        at=at,
    )
    session.add(row)
    await session.flush()
    return message_of(row)


async def add_drafts(
    session: AsyncSession, *, conversation_id: str, drafts: Sequence[tuple[str, Draft]], reply_to: str | None, at: datetime
) -> list[Message]:
    """Store what is said to a carer, in order; ``drafts`` pairs each with its new id. The conversation is locked or new."""
    if not drafts:
        return []
    first = await _take_positions(session, conversation_id, len(drafts))
    rows = [
        MessageRow(
            id=message_id,
            conversation_id=conversation_id,
            position=position,
            author=draft.author.value,
            name=draft.name,
            text=draft.text,
            choices=[_stored(choice) for choice in draft.choices],
            sources=[{"title": s.title, "url": s.url, "checked_on": s.checked_on} for s in draft.sources],
            answer=draft.answer,
            safety=draft.safety,
            release=draft.release,
            reply_to=reply_to,
            account=draft.account,
            language=draft.language,
            at=at,
        )
        for position, (message_id, draft) in enumerate(drafts, start=first)
    ]
    session.add_all(rows)
    await session.flush()
    return [message_of(row) for row in rows]


def _stored(choice: Choice) -> dict[str, str]:
    plain = {"title": choice.title, "payload": choice.payload}
    return {**plain, "language": choice.language} if choice.language else plain


async def get_message(session: AsyncSession, conversation_id: str, message_id: str) -> Message | None:
    row = await session.get(MessageRow, message_id)
    return message_of(row) if row and row.conversation_id == conversation_id else None


async def find_said(session: AsyncSession, message_id: str) -> Message | None:
    """Return a message of the bot, in whatever conversation it stands; nobody else's is found this way."""
    row = await session.get(MessageRow, message_id)
    return message_of(row) if row and row.author == Author.BOT.value else None


async def get_understood(session: AsyncSession, message_id: str) -> dict[str, Any] | None:
    return await session.scalar(select(MessageRow.understood).where(MessageRow.id == message_id))


async def get_by_client_id(session: AsyncSession, conversation_id: str, client_id: str) -> Message | None:
    row = await session.scalar(
        select(MessageRow).where(MessageRow.conversation_id == conversation_id, MessageRow.client_id == client_id)
    )
    return message_of(row) if row else None


async def get_last_position(session: AsyncSession, conversation_id: str, author: Author) -> int | None:
    """Return where somebody last wrote in a conversation."""
    return await session.scalar(
        select(func.max(MessageRow.position)).where(
            MessageRow.conversation_id == conversation_id, MessageRow.author == author.value
        )
    )


async def list_after(session: AsyncSession, conversation_id: str, position: int, *, limit: int) -> list[Message]:
    rows = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.position > position)
        .order_by(MessageRow.position)
        .limit(limit)
    )
    return [message_of(row) for row in rows]


async def list_replies(session: AsyncSession, conversation_id: str, message_id: str) -> list[Message]:
    rows = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.reply_to == message_id)
        .order_by(MessageRow.position)
    )
    return [message_of(row) for row in rows]


async def is_answered(session: AsyncSession, message_id: str) -> bool:
    """Say whether a carer's message has had its turn, with words or in silence; one that is gone has nothing to wait for."""
    is_waiting = await session.scalar(select(MessageRow.id).where(MessageRow.id == message_id, MessageRow.answered_at.is_(None)))
    return is_waiting is None


async def find_offered(session: AsyncSession, conversation_id: str, payload: str) -> Choice | None:
    """Return the choice with this payload that the bot last offered in this conversation, or None."""
    offers = await session.scalars(
        select(MessageRow.choices)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author == Author.BOT.value)
        .order_by(MessageRow.position.desc())
    )
    for choices in offers:
        for choice in choices:
            if choice["payload"] == payload:
                return Choice(**choice)
    return None


async def count_since(session: AsyncSession, conversation_id: str, moment: datetime) -> int:
    """Count the carer's messages since a moment."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(MessageRow)
            .where(
                MessageRow.conversation_id == conversation_id,
                MessageRow.author == Author.CARER.value,
                MessageRow.at > moment,
            )
        )
        or 0
    )


async def finish_turn(
    session: AsyncSession,
    *,
    message: Message,
    owner: str,
    understood: dict[str, Any] | None,
    slots: dict[str, Any],
    assistant_state: dict[str, Any] | None,
    at: datetime,
) -> bool:
    """Mark a carer's message as answered and keep what the assistant remembers, in a conversation that is locked.

    False, and nothing changed, when the message is answered already or another process has taken over.
    """
    done = await session.scalar(
        update(MessageRow)
        .where(
            MessageRow.id == message.id,
            MessageRow.answered_at.is_(None),
            exists().where(ConversationRow.id == message.conversation, ConversationRow.leased_by == owner),
        )
        .values(answered_at=at, understood=understood)
        .returning(MessageRow.id)
    )
    if done is None:
        return False
    values: dict[str, Any] = {name: slots[name] for name in ("nation", "service") if slots.get(name)}
    if assistant_state is not None:
        values["assistant_state"] = assistant_state
    if values:
        await session.execute(update(ConversationRow).where(ConversationRow.id == message.conversation).values(**values))
    return True


async def end_form(session: AsyncSession, conversation: Conversation) -> None:
    """End what the assistant is asking, and forget what was answered and not sent."""
    if open_step(conversation.assistant_state):
        state = without_form(conversation.assistant_state)
        await session.execute(update(ConversationRow).where(ConversationRow.id == conversation.id).values(assistant_state=state))


async def erase(session: AsyncSession, conversation_id: str) -> int | None:
    """Delete a conversation and all its messages; returns how many messages, or None when it was not there."""
    if not await lock(session, conversation_id):
        return None
    messages = await session.scalar(
        select(func.count()).select_from(MessageRow).where(MessageRow.conversation_id == conversation_id)
    )
    await session.execute(delete(MessageRow).where(MessageRow.conversation_id == conversation_id))
    await session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
    return messages


async def list_expired(session: AsyncSession, *, now: datetime) -> list[str]:
    return list(await session.scalars(select(ConversationRow.id).where(ConversationRow.expires_at <= now)))
