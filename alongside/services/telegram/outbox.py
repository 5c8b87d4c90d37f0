"""What is said in a Telegram chat: made from what is stored, sent in order and at a pace Telegram allows, and never twice.

Rules kept: a delivery is marked as under way in the very moment it is sent, so that only what a crash or a lost answer cut off is
"unknown": it is not said again, and of the bot's own words the carer is told that some may be missing; one chat's trouble holds
up no other; a row holds no words.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.delivery import Delivery
from alongside.core.telegram import DELETABLE, Part, Task, render, render_notice
from alongside.core.words import Words
from alongside.services.ports import Announcer, Clock
from alongside.services.requests import INBOX
from alongside.services.telegram import api
from alongside.services.telegram.lease import Leases
from alongside.services.telegram.moves import WEB, Moves
from alongside.services.telegram.pace import Pace
from alongside.store import conversations as conversation_store
from alongside.store import telegram as chats
from alongside.store import telegram_deliveries as store
from alongside.store.base import Database

log = structlog.get_logger()

_EVERY = 0.5
"""Seconds between looks for what a worker or another process has said."""

_LONGEST_WAIT = 60.0
"""Seconds until the next try when Telegram cannot be reached."""

AT_ONCE = 12
"""Deliveries under way at one time: enough for Telegram's thirty a second, and all that a crash can leave unclear."""

_LEAVES_WITHIN = timedelta(minutes=1)
"""What is still said in a group in this time was said before the bot had left."""

_LOST = "utter_telegram_perhaps_lost"
"""Says that words of the bot may be missing. Heard twice it does no harm, so it is the one thing that is said again."""

_MOST_TRIES = 8
"""Tries to say so while no answer comes: some minutes."""

_SENT = Counter("alongside_telegram_deliveries_total", "Deliveries to Telegram by how they ended", ["task", "state"])

_SAYS = (Task.SEND, Task.NOTICE)


class Outbox:
    """Sends what is said to carers on Telegram."""

    def __init__(
        self,
        *,
        database: Database,
        telegram: api.TelegramApi,
        leases: Leases,
        moves: Moves,
        words: Words,
        announcer: Announcer,
        clock: Clock,
        public_url: str,
        pace: Pace,
        is_counted: bool = True,
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._leases = leases
        self._moves = moves
        self._words = words
        self._announcer = announcer
        self._clock = clock
        self._public_url = public_url
        self._pace = pace
        self._is_counted = is_counted
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._called = asyncio.Event()

    # -- What is to be sent ------------------------------------------------------------------------------------------------

    async def collect_chat(self, session: AsyncSession, chat_id: int) -> None:
        """Make deliveries of what was said in a chat's conversation since the last time. Holds both until the end."""
        known = await chats.get_chat(session, self._telegram.bot, chat_id)
        if known is None or known.conversation is None:
            return
        # The conversation before the chat, as everybody does: who erases it holds it too.
        if not await conversation_store.lock(session, known.conversation):
            return
        chat = await chats.get_chat(session, self._telegram.bot, chat_id, lock=True)
        if chat is None or chat.conversation is None or chat.conversation != known.conversation:
            return  # it has moved a moment ago: the next look sees where it is now
        until = await chats.get_last_position(session, chat.conversation)
        for message in await store.list_messages(session, chat.conversation, after=chat.sent_position, until=until):
            for part in range(len(render(message))):
                await self._add(session, chat_id, Task.SEND, message=message.id, part=part)
        await chats.set_sent_position(session, self._telegram.bot, chat_id, until)

    async def notice(self, session: AsyncSession, chat: int, response: str, **about: str) -> None:
        """Say approved words that belong to no conversation, after all that was said before them."""
        await self.collect_chat(session, chat)
        await self._add(session, chat, Task.NOTICE, notice=response, about=about)

    async def leave(self, session: AsyncSession, chat: int) -> None:
        """Say that the bot talks in private only, and leave; once, however much is said in the group meanwhile."""
        if not await store.is_leaving(session, self._telegram.bot, chat, since=self._clock.now() - _LEAVES_WITHIN):
            await self._add(session, chat, Task.NOTICE, notice="utter_telegram_private_only")
            await self._add(session, chat, Task.LEAVE)

    async def clear(self, session: AsyncSession, chat: int) -> None:
        """Delete what the bot has said in a chat, as far back as Telegram allows, and drop what waits to be said."""
        bot = self._telegram.bot
        sent = await store.list_telegram_ids(session, bot, chat, since=self._clock.now() - DELETABLE)
        await store.drop_waiting(session, bot=bot, chat=chat)
        if sent:
            await self._add(session, chat, Task.DELETE, about={"messages": sent})

    async def correct(self, session: AsyncSession, conversation_id: str, message_id: str) -> None:
        """Change what was sent of a message to its words as they are now stored. Does nothing on other channels."""
        current = await chats.get_chat_of(session, conversation_id)
        message = await store.get_message(session, message_id)
        if current is None or message is None:
            return
        await chats.get_chat(session, current.bot, current.id, lock=True)
        chat = current.id
        parts = len(render(message))
        sent = await store.list_sent(session, message_id)
        for part, telegram_id, _, _ in sent:
            if telegram_id is not None and part < parts:
                await self._add(session, chat, Task.EDIT, message=message_id, part=part, telegram_id=telegram_id)
            elif telegram_id is not None:
                await self._add(session, chat, Task.DELETE, message=message_id, part=part, about={"messages": [telegram_id]})
        if sent:
            for part in range(len(sent), parts):
                await self._add(session, chat, Task.SEND, message=message_id, part=part)

    async def withdraw(self, session: AsyncSession, conversation_id: str, message_id: str) -> None:
        """Take a message back: deleted while Telegram allows it, later changed to say so. Does nothing on other channels.

        Wrong words are taken out of the chat also when the conversation has gone on elsewhere since.
        """
        chat = await self._chat_with(session, message_id)
        if chat is None:
            return
        await store.drop_waiting(session, bot=self._telegram.bot, chat=chat, message=message_id)
        for part, telegram_id, at, _ in await store.list_sent(session, message_id):
            if telegram_id is None:
                continue
            if at > self._clock.now() - DELETABLE:
                await self._add(session, chat, Task.DELETE, message=message_id, part=part, about={"messages": [telegram_id]})
            else:
                await self._add(
                    session, chat, Task.EDIT, message=message_id, part=part, notice="utter_withdrawn", telegram_id=telegram_id
                )

    async def _chat_with(self, session: AsyncSession, message_id: str) -> int | None:
        """Lock and return the chat that a message was said in: it stays there when the conversation has gone on elsewhere."""
        found = await store.get_chat_with(session, message_id)
        if found is None or found[0] != self._telegram.bot:
            return None
        await chats.get_chat(session, *found, lock=True)
        return found[1]

    # -- Sending it --------------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at once for what there is to send."""
        self._called.set()

    async def send_forever(self) -> None:
        """Send what there is, until cancelled."""
        while True:
            self._called.clear()
            try:
                await self.send_due()
            except Exception as error:  # the database is away for a while: look again
                log.error("nothing sent to Telegram", kind=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_EVERY):
                    await self._called.wait()

    async def send_due(self) -> None:
        """Begin to send what may go out now, each chat by itself. Does nothing while another process does it."""
        bot = self._telegram.bot
        was_ours = await self._leases.hold(f"send:{bot}")
        if was_ours is None:
            return
        if not was_ours:
            await self._settle_abandoned()
        async with self._database.reading() as session:
            behind = await chats.list_behind(session, bot)
        for chat in behind:
            async with self._database.transaction() as session:
                await self.collect_chat(session, chat)
        async with self._database.reading() as session:
            due = await store.list_due_chats(session, bot, now=self._clock.now())
        for chat in due:
            if chat not in self._sending:
                self._sending[chat] = asyncio.create_task(self._send_all(chat))

    async def finish(self) -> None:
        """Wait for what is being sent, so that a shutdown leaves nothing unknown."""
        while self._sending:
            await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def _send_all(self, chat: int) -> None:
        bot = self._telegram.bot
        try:
            while True:
                async with self._database.reading() as session:
                    if not await store.list_due_chats(session, bot, now=self._clock.now(), chat=chat):
                        return
                await self._pace.wait(chat)
                async with self._room:
                    async with self._database.reading() as session:
                        job = await store.find_next(session, bot, chat, now=self._clock.now())
                    if job is None:
                        return
                    await self._make(job)
        except Exception as error:  # the database itself failed: what was under way is settled when this starts again
            log.error("sending to a chat stopped", kind=type(error).__name__)
        finally:
            self._sending.pop(chat, None)

    async def _make(self, job: store.Job) -> None:
        state, telegram_id, part = Delivery.SENT, None, None
        try:
            part = await self._part(job)
            async with self._database.transaction() as session:
                begun = await store.begin(session, job, now=self._clock.now())
            if begun is None:
                return  # taken back a moment ago
            job = begun
            telegram_id = await self._do(job, part)
        except api.NotSent as error:
            await self._put_off(job, error.retry_after)
            return
        except api.ChatMoved as error:
            async with self._database.transaction() as session:
                await store.put_off(session, job, until=None)
                await chats.migrate(session, self._telegram.bot, job.chat, error.to)
                await store.migrate(session, self._telegram.bot, job.chat, error.to)
            return
        except api.Unclear:
            if job.task not in _SAYS or (job.notice == _LOST and job.attempts < _MOST_TRIES):
                await self._put_off(job, None)  # changing, deleting and leaving may be done again
                return
            state = Delivery.UNKNOWN
        except (api.WrongToken, api.SecondPoller) as error:
            log.error("Telegram does not take what is sent; run `alongside doctor`", kind=type(error).__name__)
            await self._put_off(job, _LONGEST_WAIT)
            return
        except api.Blocked:
            await self._lose(job, keeps=job.message is not None)
            return
        except api.ChatGone:
            await self._lose(job, keeps=False)
            return
        except Exception as error:
            log.error("a delivery to Telegram failed", delivery=job.id, task=job.task.value, kind=type(error).__name__)
            state = Delivery.FAILED
        await self._settle(job, state, telegram_id, part)

    async def _do(self, job: store.Job, part: Part | None) -> int | None:
        if job.task is Task.LEAVE:
            await self._telegram.leave(job.chat)
        elif job.task is Task.DELETE:
            await self._telegram.delete(job.chat, job.about["messages"])
        elif part:
            if job.task is not Task.EDIT:
                return await self._telegram.send(job.chat, part)
            if job.telegram_id is not None:
                await self._telegram.edit(job.chat, job.telegram_id, part)
        return None

    async def _part(self, job: store.Job) -> Part | None:
        """Return the words as they are now; None for a part that a correction or a withdrawal has made needless."""
        if job.notice:
            about = dict(job.about)
            if moving := about.pop("moves", None):
                code = await self._moves.offer(moving, WEB)
                about["link"] = f"{self._public_url}/#move={code.code}"
            wording = self._words.find(job.notice, nation=None)
            text = self._words.fill(wording.text, today=self._clock.today())
            for name, value in about.items():
                text = text.replace(f"{{{name}}}", value)
            return render_notice(text, wording.choices)
        async with self._database.reading() as session:
            return await _stored_part(session, job)

    async def _settle(self, job: store.Job, state: Delivery, telegram_id: int | None = None, part: Part | None = None) -> None:
        async with self._database.transaction() as session:
            chat = await chats.get_chat(session, self._telegram.bot, job.chat, lock=True)
            await store.settle(session, job, state, telegram_id=telegram_id)
            if job.task is Task.SEND and telegram_id is not None:
                await self._catch_up(session, job, telegram_id, part)
            is_said = job.task in _SAYS and job.notice != _LOST
            if state is not Delivery.SENT and is_said and await store.is_bots(session, job):
                await self._tell_of_loss(session, job.chat)
        self._count(job, state.value)
        if chat and chat.conversation:
            self._announcer.announce(chat.conversation, "seen")
        if state is not Delivery.SENT:
            log.warning("a delivery to Telegram did not go well", delivery=job.id, message=job.message, state=state.value)
            self._announcer.announce(INBOX, "cases")

    async def _settle_abandoned(self) -> None:
        """Settle what a process that ended left under way, and tell the carers who may miss words of the bot."""
        async with self._database.transaction() as session:
            lost = await store.settle_abandoned(session, self._telegram.bot, harmless=_LOST)
            for job in lost:
                if await store.is_bots(session, job):
                    await self._tell_of_loss(session, job.chat)
        if lost:
            log.warning("deliveries may or may not have arrived: they were under way when a process ended", count=len(lost))

    async def _tell_of_loss(self, session: AsyncSession, chat_id: int) -> None:
        """Say once that words may be missing: not to a group, nor to who wants to hear nothing."""
        bot = self._telegram.bot
        chat = await chats.get_chat(session, bot, chat_id)
        is_silent = chat_id < 0 or (chat is not None and chat.unreachable_since is not None)
        if not is_silent and not await store.is_waiting(session, bot, chat_id, notice=_LOST):
            await self._add(session, chat_id, Task.NOTICE, notice=_LOST)

    async def _catch_up(self, session: AsyncSession, job: store.Job, telegram_id: int, sent: Part | None) -> None:
        """Change what was changed while it was on its way: who changed it could not know yet what there was to change."""
        now = await _stored_part(session, job)
        if now is None:
            gone = {"messages": [telegram_id]}
            await self._add(session, job.chat, Task.DELETE, message=job.message, part=job.part, about=gone)
        elif now != sent:
            await self._add(session, job.chat, Task.EDIT, message=job.message, part=job.part, telegram_id=telegram_id)

    async def _put_off(self, job: store.Job, seconds: float | None) -> None:
        wait = seconds if seconds is not None else min(2.0**job.attempts, _LONGEST_WAIT)
        async with self._database.transaction() as session:
            await store.put_off(session, job, until=self._clock.now() + timedelta(seconds=wait))
        self._count(job, "put_off")

    def _count(self, job: store.Job, state: str) -> None:
        if self._is_counted:
            _SENT.labels(job.task.value, state).inc()

    async def _lose(self, job: store.Job, *, keeps: bool) -> None:
        """Note that a chat cannot be written to. What was said waits for the carer to come back, if they can."""
        async with self._database.transaction() as session:
            chat = await chats.get_chat(session, self._telegram.bot, job.chat)
            await chats.set_unreachable(session, self._telegram.bot, job.chat, self._clock.now())
            if keeps:
                await store.put_off(session, job, until=None)
        if chat and chat.conversation:
            self._announcer.announce(chat.conversation, "seen")
        if keeps:
            self._announcer.announce(INBOX, "cases")
        else:
            await self._settle(job, Delivery.FAILED)

    async def _add(
        self,
        session: AsyncSession,
        chat: int,
        task: Task,
        *,
        message: str | None = None,
        part: int = 0,
        notice: str | None = None,
        about: Mapping[str, object] | None = None,
        telegram_id: int | None = None,
    ) -> None:
        await store.add(
            session,
            self._telegram.bot,
            chat,
            task,
            at=self._clock.now(),
            message=message,
            part=part,
            notice=notice,
            about=dict(about or {}),
            telegram_id=telegram_id,
        )


async def _stored_part(session: AsyncSession, job: store.Job) -> Part | None:
    message = await store.get_message(session, job.message or "")
    parts = render(message) if message and message.withdrawn_at is None else []
    return parts[job.part] if job.part < len(parts) else None
