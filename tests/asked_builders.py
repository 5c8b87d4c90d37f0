"""Conversations in which something was asked, as the turns leave them: for tests of what maintainers learn from them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alongside.core.conversations import TALK_TO_PERSON
from alongside.store import feedback
from alongside.store.base import Database
from alongside.store.conversations import ConversationRow, MessageRow
from tests.fakes import NOW


@dataclass(frozen=True)
class Turn:
    """One message of a carer, what the assistant made of it, and whether the answer to it helped."""

    text: str
    intent: str | None = "ask_visiting"
    answer: str | None = None
    ranking: Sequence[tuple[str, float]] = ()
    helpful: bool | None = None
    choice: str | None = None
    more: tuple[tuple[str, Any], ...] = ()


def missed(text: str, *ranking: tuple[str, float]) -> Turn:
    return Turn(text, "nlu_fallback", ranking=ranking)


def outside(text: str) -> Turn:
    return Turn(text, "out_of_scope")


def answered(text: str, *, helpful: bool | None = None, answer: str = "visiting/parking") -> Turn:
    return Turn(text, answer=answer, helpful=helpful)


PERSON = Turn("Talk to a person", None, choice=TALK_TO_PERSON)


async def talk(database: Database, *turns: Turn, channel: str = "web", at: datetime = NOW - timedelta(days=1)) -> list[str]:
    """Store a conversation; returns the ids of the carer's messages."""
    name, ids = uuid.uuid4().hex, []
    async with database.transaction() as session:
        session.add(
            ConversationRow(id=name, channel=channel, token_hash=name, last_position=2 * len(turns), created_at=at, expires_at=at)
        )
        await session.flush()
        for place, turn in enumerate(turns):
            understood = {
                "intent": turn.intent,
                "answer": turn.answer,
                "confidence": 0.5,
                "ranking": [list(r) for r in turn.ranking],
            }
            mine, reply = uuid.uuid4().hex, uuid.uuid4().hex
            about = {"conversation_id": name, "choices": [], "sources": [], "at": at + timedelta(minutes=place)}
            session.add(
                MessageRow(
                    **about, id=mine, position=2 * place + 1, author="carer", text=turn.text, choice=turn.choice,
                    understood=understood if turn.intent else None, **dict(turn.more),
                )
            )  # fmt: skip
            session.add(
                MessageRow(**about, id=reply, position=2 * place + 2, author="bot", text="", answer=turn.answer, reply_to=mine)
            )
            await session.flush()
            if turn.helpful is not None:
                assert await feedback.put(session, reply, turn.helpful, at=at)
            ids.append(mine)
    return ids
