"""Telling a carer who left an e-mail address that a reply waits, if they have not read it in the chat.

Rules kept: the e-mail holds nothing of what was said, nobody's name, and no word from which somebody who sees it could tell what
it is about; there is one until the carer has read, however many replies come; the address is read from the case when it is sent,
so that it is nowhere else.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.alerts import NotSent, retry_at
from alongside.core.cases import REOPENS_WITHIN, CaseFile
from alongside.core.conversations import Conversation
from alongside.core.words import Words
from alongside.services.chores import forever
from alongside.services.ports import Alerter, Clock
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

    async def replied(self, session: AsyncSession, file: CaseFile, position: int) -> None:
        """Note a worker's reply, in its own transaction and with the conversation locked."""
        if not self._can_mail or not _address(file):
            return
        earlier = await store.get_mail(session, file.conversation)
        if earlier and not await self._has_read(session, earlier):
            return
        due = self._clock.now() + UNREAD_FOR
        await store.set_mail(session, ReplyMail(file.conversation, position, tries=0, next_try_at=due, sent_at=None))

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
                address = _address(file) if file else ""
                is_read = await self._has_read(session, mail)
            tried = replace(mail, next_try_at=None)
            if conversation and address and not is_read:
                tried = await self._send(mail, conversation, address)
            async with self._database.transaction() as session:
                if not await conversation_store.lock(session, mail.conversation):
                    return
                current = await store.get_mail(session, mail.conversation)
                if current and current.position == mail.position:  # else they have read it, and another one was noted
                    await store.set_mail(session, tried)
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
            return replace(mail, tries=tries, next_try_at=retry_at(tries, now))
        return replace(mail, next_try_at=None, sent_at=now)

    async def _has_read(self, session: AsyncSession, mail: ReplyMail) -> bool:
        progress = await progress_store.get(session, mail.conversation)
        return progress is None or progress.seen_position >= mail.position


def _address(file: CaseFile) -> str:
    return file.details.email if file.details else ""
