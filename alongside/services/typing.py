"""Who is writing at this moment, shown to the other side: never what.

Rule kept: this is presence, not data. It lives in this process's memory, ends by itself, and is known only while a worker has
the case. Another process does not show it: the page there shows the message itself when it comes. All that is stored, now and
then, is that a worker is at it, so that no process takes the case from them.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.errors import NotFound
from alongside.core.handover import State
from alongside.core.permissions import require
from alongside.services.ports import Announcer, Clock
from alongside.services.requests import Requests
from alongside.store import cases as store
from alongside.store.base import Database

LASTS = timedelta(seconds=6)
"""How long somebody counts as writing after their page last said so."""

EVERY = timedelta(seconds=2)
"""What comes sooner is not passed on. Less than the three seconds of our own pages, so that what they say on time is."""

KEPT_EVERY = timedelta(seconds=20)
"""How often it is stored that a worker is still writing: seldom, as each time is a write to the database."""

KIND = "typing"
"""What open pages hear. Who it is they ask ``writers``."""


class Typing:
    """Use cases of pages whose reader is writing."""

    def __init__(self, *, database: Database, announcer: Announcer, requests: Requests, clock: Clock) -> None:
        self._database = database
        self._announcer = announcer
        self._requests = requests
        self._clock = clock
        self._said_at: dict[tuple[str, str | None], datetime] = {}
        self._kept_at: dict[str, datetime] = {}

    async def carer_writes(self, conversation_id: str) -> None:
        """Note that the carer is writing. Without a worker in the conversation nobody is told."""
        if self._is_news(conversation_id, None):
            standing = await self._requests.standing(conversation_id)
            if standing.state is State.WITH_WORKER:
                self._note(conversation_id, None)

    async def worker_writes(self, account: Account, case_id: str) -> None:
        """Note that the worker who has a case is writing to its carer."""
        async with self._database.reading() as session:
            file = await store.get(session, case_id)
        if file is None:
            raise NotFound("This case is not there any more: the carer has deleted the conversation. Go back to the inbox.")
        require(account, "inbox.typing", file)
        if file.case.state is State.WITH_WORKER and self._is_news(file.conversation, account.id):
            self._note(file.conversation, account.id)
            await self._keep(case_id)

    async def is_at_it(self, session: AsyncSession, case_id: str) -> bool:
        """Say whether the worker who has a case was writing a moment ago, in whichever process their page is open."""
        return await store.is_writing(session, case_id, since=self._clock.now() - KEPT_EVERY - LASTS)

    def is_writing(self, conversation_id: str, account_id: str | None) -> bool:
        """Say whether somebody is writing in a conversation: the worker of an account, or with None the carer."""
        said_at = self._said_at.get((conversation_id, account_id))
        return said_at is not None and self._clock.now() < said_at + LASTS

    def writers(self, conversation_id: str) -> frozenset[str | None]:
        """Return who is writing in a conversation: accounts, and None for the carer."""
        return frozenset(who for where, who in self._said_at if where == conversation_id and self.is_writing(where, who))

    def _is_news(self, conversation_id: str, who: str | None) -> bool:
        said_at = self._said_at.get((conversation_id, who))
        return said_at is None or self._clock.now() >= said_at + EVERY

    async def _keep(self, case_id: str) -> None:
        now = self._clock.now()
        self._kept_at = {other: at for other, at in self._kept_at.items() if now < at + KEPT_EVERY}
        if case_id not in self._kept_at:
            self._kept_at[case_id] = now
            async with self._database.transaction() as session:
                await store.note_writing(session, case_id, now)

    def _note(self, conversation_id: str, who: str | None) -> None:
        now = self._clock.now()
        self._said_at = {other: at for other, at in self._said_at.items() if now < at + LASTS}
        self._said_at[conversation_id, who] = now
        self._announcer.announce(conversation_id, KIND)
