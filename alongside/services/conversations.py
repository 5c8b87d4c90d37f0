"""Begin, read and erase a conversation. The token is the only key to it."""

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.answers import NATIONS
from alongside.core.conversations import Conversation, Draft, Message
from alongside.core.delivery import Progress
from alongside.core.errors import InvalidInput, NotFound, Unauthorised
from alongside.core.words import Words
from alongside.services.ports import Clock
from alongside.services.precedence import Precedence
from alongside.store import conversations as store
from alongside.store import feedback as feedback_store
from alongside.store import progress as progress_store
from alongside.store import versions as versions_store
from alongside.store.base import Database

PAGE = 200
"""Messages in one answer to a page; a longer thread is fetched in several."""

_ID = re.compile(r"[0-9a-f]{32}")
"""What our ids look like; anything else names nothing, and need not reach the database."""


@dataclass(frozen=True)
class Receipt:
    """What an erasure removed, for the carer to keep."""

    messages: int
    erased_at: datetime


@dataclass(frozen=True)
class Look:
    """What is new to a page: the messages after the last one it has, earlier ones as they were changed, and where it is now.

    ``last_change`` is what the page asks after the next time; ``helpful`` is what the carer said of the answers among them.
    """

    messages: list[Message]
    changed: list[Message]
    last_change: int
    progress: Progress
    helpful: dict[str, bool]


class Conversations:
    """Use cases on a whole conversation."""

    def __init__(self, *, database: Database, words: Words, clock: Clock, keep: timedelta, precedence: Precedence) -> None:
        self._database = database
        self._words = words
        self._clock = clock
        self._keep = keep
        self._precedence = precedence

    async def begin(
        self, *, channel: str, nation: str | None = None, service: str | None = None, language: str | None = None
    ) -> tuple[Conversation, str, list[Message]]:
        """Begin a conversation and greet; returns it with its token, which is shown once and stored only as a hash."""
        if nation is not None and nation not in NATIONS:
            raise InvalidInput(f"The nation '{nation}' is unknown. Use one of: {', '.join(NATIONS)}.")
        now = self._clock.now()
        conversation = Conversation(
            id=uuid.uuid4().hex,
            channel=channel,
            created_at=now,
            expires_at=now + self._keep,
            nation=nation,
            service=service,
            language=language,
        )
        token = secrets.token_urlsafe(32)
        greeting = self._words.find("utter_greeting", nation=nation)
        text = self._words.fill(greeting.text, today=self._clock.today())
        async with self._database.transaction() as session:
            await store.add(session, conversation, token_hash=_hash(token))
            messages = await store.add_drafts(
                session,
                conversation_id=conversation.id,
                drafts=[(uuid.uuid4().hex, Draft(text=text, choices=greeting.choices))],
                reply_to=None,
                at=now,
            )
        return conversation, token, messages

    async def find(self, token: str) -> Conversation:
        """Return the conversation a token opens. Raises Unauthorised, the same for a wrong token and an erased thread."""
        async with self._database.reading() as session:
            conversation = await store.get_by_token(session, _hash(token))
        if conversation is None:
            raise Unauthorised("This conversation is not open any more, or the key to it is wrong. Please start a new one.")
        return conversation

    async def messages_after(self, conversation: Conversation, message_id: str | None) -> list[Message]:
        """Return the messages after a given one, oldest first, PAGE at most; from the beginning without one."""
        async with self._database.reading() as session:
            return await _list_after(session, conversation.id, message_id)

    async def look(self, conversation_id: str, message_id: str | None, *, changed_since: int | None = None) -> Look:
        """Return what is new to a page since the last message it has, and since the last change it knows of.

        Without ``changed_since`` no changes are returned: a page that begins has every message as it is now. PAGE messages of
        either kind at most. Raises NotFound when the message or the conversation is gone.
        """
        async with self._precedence.people(), self._database.reading() as session:
            # First, so that a change during the look is told of the next time rather than never.
            progress = await progress_store.get(session, conversation_id)
            messages = await _list_after(session, conversation_id, message_id)
            if progress is None:
                raise NotFound("This conversation has been deleted.")
            last_change, changed = progress.last_change, []
            if changed_since is not None and changed_since < last_change:
                changed = await versions_store.list_changed(session, conversation_id, changed_since, limit=PAGE)
                if len(changed) == PAGE:
                    last_change = changed[-1].change or last_change
            helpful = await feedback_store.list_of(session, [message.id for message in (*messages, *changed)])
            return Look(messages, changed, last_change, progress, helpful)

    async def erase(self, conversation: Conversation) -> Receipt:
        """Erase a conversation with everything said in it."""
        async with self._database.transaction() as session:
            messages = await store.erase(session, conversation.id)
        if messages is None:
            raise NotFound("This conversation has been deleted already.")
        return Receipt(messages=messages, erased_at=self._clock.now())

    async def erase_expired(self) -> int:
        """Erase every conversation whose time has come; returns how many."""
        async with self._database.reading() as session:
            expired = await store.list_expired(session, now=self._clock.now())
        erased = 0
        for conversation_id in expired:
            async with self._database.transaction() as session:
                await store.lock(session, conversation_id)
                conversation = await store.get(session, conversation_id)
                # The carer may have written just now, and so moved the day.
                if conversation and conversation.expires_at <= self._clock.now():
                    await store.erase(session, conversation_id)
                    erased += 1
        return erased


async def _list_after(session: AsyncSession, conversation_id: str, message_id: str | None) -> list[Message]:
    position = 0
    if message_id is not None:
        message = await store.get_message(session, conversation_id, message_id) if _ID.fullmatch(message_id) else None
        if message is None:
            raise NotFound("There is no such message in this conversation. Fetch the thread from the beginning.")
        position = message.position
    return await store.list_after(session, conversation_id, position, limit=PAGE)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
