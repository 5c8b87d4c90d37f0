"""Questions that carers asked and maintainers are shown: every query on them, and the table of those that were seen to.

Rule kept: a carer's words stay in the message alone; what is noted of a question goes with it when it is erased.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, ForeignKey, String, and_, case, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.asked import ASKED_BACK, NOT_CARERS, OUT_OF_SCOPE, PERSON_WITHIN, Became, How, Question, Settled
from alongside.core.conversations import TALK_TO_PERSON, Attached, Author, without_label
from alongside.store.base import Base, Moment
from alongside.store.conversations import ConversationRow, MessageRow
from alongside.store.feedback import FeedbackRow


class AskedSettledRow(Base):
    """One question that a maintainer has seen to. A ``batch`` is what was seen to in one go, and can be undone."""

    __tablename__ = "asked_settled"

    message_id: Mapped[str] = mapped_column(String(32), ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    batch: Mapped[str] = mapped_column(String(32), index=True)
    how: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(String(120))
    account: Mapped[str] = mapped_column(String(32), ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(Moment)


_INTENT = MessageRow.understood["intent"].as_string()
_ANSWER = MessageRow.understood["answer"].as_string()


async def list_questions(session: AsyncSession, *, since: datetime) -> list[Question]:
    """Return the questions with no answer, or with one that did not help, that nobody has seen to; the newest first."""
    pressed = MessageRow.choice.startswith(TALK_TO_PERSON, autoescape=True)
    wants_person = or_(pressed, _INTENT.in_([TALK_TO_PERSON.removeprefix("/")]))
    wanted = case((wants_person, 1), else_=0)
    later = [
        func.lead(wanted, ahead).over(partition_by=MessageRow.conversation_id, order_by=MessageRow.position)
        for ahead in range(1, PERSON_WITHIN + 1)
    ]
    theirs = (
        select(
            MessageRow.id,
            MessageRow.at,
            MessageRow.edited_at,
            _INTENT.label("intent"),
            _ANSWER.label("answer"),
            reduce(add, (func.coalesce(each, 0) for each in later)).label("persons"),
            _is_question().label("is_question"),
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(MessageRow.author == Author.CARER.value, MessageRow.at >= since, ConversationRow.channel.not_in(NOT_CARERS))
        .subquery()
    )
    unhelpful = (
        select(MessageRow.reply_to)
        .join(FeedbackRow, FeedbackRow.message_id == MessageRow.id)
        .where(FeedbackRow.helpful.is_(False), MessageRow.reply_to.is_not(None))
    )
    did_not_help = case((theirs.c.id.in_(unhelpful), 1), else_=0)
    answered = or_(theirs.c.answer.is_not(None), theirs.c.intent.startswith("find_", autoescape=True))
    missed = theirs.c.intent.in_((ASKED_BACK, OUT_OF_SCOPE))
    settled = exists().where(AskedSettledRow.message_id == theirs.c.id)
    rows = await session.execute(
        select(theirs.c.id, theirs.c.at, theirs.c.edited_at, theirs.c.intent, theirs.c.persons, did_not_help)
        .where(
            theirs.c.is_question == 1,
            ~settled,
            or_(missed, did_not_help == 1, and_(theirs.c.persons > 0, answered)),
        )
        .order_by(theirs.c.at.desc(), theirs.c.id)
    )
    return [
        Question(id_, at, edited_at, frozenset(_became(intent, persons=persons, unhelpful=unhelpful)))
        for id_, at, edited_at, intent, persons, unhelpful in rows
    ]


async def list_recent(session: AsyncSession, *, since: datetime, limit: int) -> list[str]:
    """Name the newest questions in carers' own words that the assistant was asked."""
    rows = await session.scalars(
        select(MessageRow.id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(
            MessageRow.author == Author.CARER.value,
            MessageRow.at >= since,
            _INTENT.is_not(None),
            _is_question() == 1,
            ConversationRow.channel.not_in(NOT_CARERS),
        )
        .order_by(MessageRow.at.desc(), MessageRow.id)
        .limit(limit)
    )
    return list(rows)


def _is_question() -> ColumnElement[int]:
    """Say whether a carer's message is one in their own words that the bot was asked."""
    own_words = and_(MessageRow.choice.is_(None), MessageRow.withdrawn_at.is_(None), MessageRow.text != "")
    own = or_(MessageRow.attached.is_(None), MessageRow.attached != Attached.FORWARDED.value)
    return case((and_(own_words, own), 1), else_=0)


def _became(intent: str | None, *, persons: int, unhelpful: int) -> Iterable[Became]:
    if intent == ASKED_BACK:
        yield Became.ASKED_BACK
    if intent == OUT_OF_SCOPE:
        yield Became.OUT_OF_SCOPE
    if unhelpful:
        yield Became.NOT_HELPFUL
    if persons:
        yield Became.PERSON


async def get_words(session: AsyncSession, questions: Collection[str]) -> dict[str, str]:
    """Return the carers' words by the question's id; of those that are still there."""
    rows = await session.execute(select(MessageRow.id, MessageRow.text, MessageRow.attached).where(MessageRow.id.in_(questions)))
    return {id_: without_label(text) if attached else text for id_, text, attached in rows}


async def get_rankings(session: AsyncSession, questions: Collection[str]) -> dict[str, list[tuple[str, float]]]:
    """Return which answers the assistant found nearest to each question, with how sure it was."""
    rows = await session.execute(select(MessageRow.id, MessageRow.understood).where(MessageRow.id.in_(questions)))
    return {id_: [(label, sure) for label, sure in (understood or {}).get("ranking", ())] for id_, understood in rows}


async def settle(
    session: AsyncSession, questions: Iterable[str], *, batch: str, how: How, answer: str | None, account: str, at: datetime
) -> None:
    """Note that questions were seen to; those that somebody else has seen to meanwhile, or that were erased, are left out."""
    there = await session.scalars(select(MessageRow.id).where(MessageRow.id.in_(list(questions))).with_for_update())
    rows = [
        {"message_id": id_, "batch": batch, "how": how.value, "answer": answer, "account": account, "at": at} for id_ in there
    ]
    if rows:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        await session.execute(insert(AskedSettledRow).on_conflict_do_nothing(), rows)


async def undo(session: AsyncSession, batch: str) -> int:
    """Show the questions of a batch again; returns how many."""
    undone = await session.scalars(
        delete(AskedSettledRow).where(AskedSettledRow.batch == batch).returning(AskedSettledRow.message_id)
    )
    return len(undone.all())


async def list_settled(session: AsyncSession, *, since: datetime, limit: int) -> list[Settled]:
    """Return what was seen to since a moment, the newest first."""
    rows = await session.execute(
        select(
            AskedSettledRow.batch,
            AskedSettledRow.how,
            AskedSettledRow.answer,
            AskedSettledRow.account,
            AskedSettledRow.at,
            func.count(),
            func.max(AskedSettledRow.message_id),
        )
        .where(AskedSettledRow.at >= since)
        .group_by(AskedSettledRow.batch, AskedSettledRow.how, AskedSettledRow.answer, AskedSettledRow.account, AskedSettledRow.at)
        .order_by(AskedSettledRow.at.desc(), AskedSettledRow.batch)
        .limit(limit)
    )
    return [Settled(batch, How(how), answer, by, at, count, newest) for batch, how, answer, by, at, count, newest in rows]
