"""Telling a carer who left an e-mail address that a reply waits, if they have not read it in the chat.

Rules kept: the e-mail holds nothing of what was said, nobody's name, and no word from which somebody who sees it could tell what
it is about; there is one until the carer has read, however many replies come; the address is read from the case when it is sent,
so that it is nowhere else; none leads to a chat on the web where the thread is not, as it goes on on Telegram.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.alerts import PAUSES, NotSent, retry_at
from alongside.core.cases import REOPENS_WITHIN, CaseFile
from alongside.core.conversations import Author, Conversation
from alongside.core.words import Words
from alongside.services.chores import forever
from alongside.services.ports import Alerter, Clock
from alongside.services.telegram.moves import TELEGRAM
from alongside.store import alerts as store
from alongside.store import cases as case_store
from alongside.store import conversations as conversation_store
from alongside.store import progress as progress_store
from alongside.store.alerts import ReplyMail
from alongside.store.base import Database

log = structlog.get_logger()

UNREAD_FOR = timedelta(minutes=10)
"""A carer who has the chat open has read it by then; somebody who waits for news is not kept waiting longer."""

_TAKEN_FOR = timedelta(minutes=2)
"""How long one process may take to send one: well above the time limit of a mail server, so that only a crash outlives it."""

_AT_ONCE = 50

_TRIED_EACH = timedelta(hours=1)
"""Between tries at a mail server that is down for longer than a gateway is tried."""

_MOST_TRIES = len(PAUSES) + 24
"""Tries in all: a day, as a server that broke in the night is mended by then and an address that is wrong stays so."""


class ReplyMails:
    """Notes that a carer is to be told of a reply, and tells them."""

    def __init__(
        self, *, database: Database, alerter: Alerter, words: Words, clock: Clock, chat_url: str, can_mail: bool
    ) -> None:
        self._database = database
        self._alerter = alerter
        self._words = words
        self._clock = clock
        self._chat_url = chat_url
        self._can_mail = can_mail

    def may_tell(self, conversation: Conversation, file: CaseFile) -> bool:
        """Say whether an e-mail can be promised to a carer: they left an address, and the thread is where the e-mail leads."""
        return self._can_mail and bool(_address(file)) and conversation.channel != TELEGRAM

    async def replied(self, session: AsyncSession, file: CaseFile, position: int) -> None:
        """Note a worker's reply, in its own transaction and with the conversation locked."""
        if not self._can_mail or not _address(file):
            return
        earlier = await store.get_mail(session, file.conversation)
        is_unread = earlier is not None and not await self._has_read(session, earlier)
        if earlier and is_unread and earlier.sent_at:
            return
        due = self._clock.now() + UNREAD_FOR
        if earlier and is_unread and earlier.next_try_at:
            due = min(due, earlier.next_try_at)
        await store.set_mail(session, ReplyMail(file.conversation, position, tries=0, next_try_at=due, sent_at=None))

    async def address_left(self, session: AsyncSession, *, before: CaseFile, after: CaseFile) -> None:
        """Note a reply that is unread as a carer leaves an address, in the transaction that stores it and with the lock.

        What was sent to another address counts for nothing.
        """
        if _address(before) != _address(after):
            await store.delete_mail(session, after.conversation)
        position = await conversation_store.get_last_position(session, after.conversation, Author.WORKER)
        if position and not await self._has_read_up_to(session, after.conversation, position):
            await self.replied(session, after, position)

    async def send_due(self) -> None:
        """Send every e-mail that is due, at once and each by itself."""
        async with self._database.reading() as session:
            due = await store.list_due_mails(session, now=self._clock.now(), limit=_AT_ONCE)
        await asyncio.gather(*(self._look_after(mail) for mail in due))

    async def send_forever(self, *, every: float) -> None:
        """Call send_due each ``every`` seconds until cancelled."""
        await forever(self.send_due, every=every, failed="e-mails to carers not sent")

    async def _look_after(self, mail: ReplyMail) -> None:
        try:
            async with self._database.transaction() as session:
                if not await store.take_mail(session, mail, until=self._clock.now() + _TAKEN_FOR):
                    return
                conversation = await conversation_store.get(session, mail.conversation)
                since = self._clock.now() - REOPENS_WITHIN
                file = await case_store.get_current(session, mail.conversation, closed_since=since)
                is_read = await self._has_read(session, mail)
            tried = replace(mail, next_try_at=None)
            if conversation and file and not is_read and self.may_tell(conversation, file):
                tried = await self._send(mail, conversation, _address(file))
            async with self._database.transaction() as session:
                if not await conversation_store.lock(session, mail.conversation):
                    return
                current = await store.get_mail(session, mail.conversation)
                if current and current.position == mail.position:
                    await store.set_mail(session, tried)
                elif current and tried.sent_at and not await self._has_read(session, mail):
                    # Another reply was noted meanwhile; they find it with the one that they were told of.
                    await store.set_mail(session, replace(current, next_try_at=None, sent_at=tried.sent_at))
        except Exception as error:  # one must not hold up the others; it is free again when its time is over
            log.error("e-mail to a carer not sent", conversation=mail.conversation, kind=type(error).__name__)

    async def _send(self, mail: ReplyMail, conversation: Conversation, address: str) -> ReplyMail:
        now, today = self._clock.now(), self._clock.today()
        title, text = (
            self._words.fill(self._words.find(name, nation=conversation.nation).text, today=today)
            for name in ("utter_mail_title", "utter_mail_reply_waits")
        )
        try:
            await self._alerter.mail(address, title=title, text=text.replace("{link}", self._chat_url))
        except NotSent as error:
            tries = mail.tries + 1
            log.warning("e-mail to a carer not taken", conversation=conversation.id, why=error.why.value)
            return replace(mail, tries=tries, next_try_at=_again_at(tries, now))
        return replace(mail, next_try_at=None, sent_at=now)

    async def _has_read(self, session: AsyncSession, mail: ReplyMail) -> bool:
        return await self._has_read_up_to(session, mail.conversation, mail.position)

    async def _has_read_up_to(self, session: AsyncSession, conversation_id: str, position: int) -> bool:
        """Say whether a carer's page has shown what stands there, or they have written since: not every channel tells the one."""
        progress = await progress_store.get(session, conversation_id)
        if progress is None or progress.seen_position >= position:
            return True
        wrote = await conversation_store.get_last_position(session, conversation_id, Author.CARER)
        return wrote is not None and wrote > position


def _address(file: CaseFile) -> str:
    return file.details.email if file.details else ""


def _again_at(tries: int, now: datetime) -> datetime | None:
    return retry_at(tries, now) or (now + _TRIED_EACH if tries < _MOST_TRIES else None)
