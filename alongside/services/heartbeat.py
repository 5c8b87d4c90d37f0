"""The heartbeat: each hour, on each channel, a handover nobody sees, to know that carers who ask for a person get one.

Rules kept: it takes the same services as a carer and a worker do, on a database on which nothing stays (``store.rehearsal``), so
that no inbox, no alert, no figure and no load ever holds it; one process makes it; from a miss until the next success carers who
ask for a person are told to ring as well. What a channel needs of others is asked before, as on SQLite carers wait meanwhile.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.conversations import TALK_TO_PERSON, Author, Message
from alongside.core.errors import AssistantFailed
from alongside.services.chores import forever
from alongside.services.conversations import Conversations
from alongside.services.handover import Handover
from alongside.services.ports import AssistantReply, Clock
from alongside.services.requests import Requests
from alongside.services.telegram.channel import Telegram
from alongside.services.turns import Turns
from alongside.store import accounts as accounts_store
from alongside.store import heartbeats as store
from alongside.store.base import Database
from alongside.store.heartbeats import Beat
from alongside.store.rehearsal import rehearsing

log = structlog.get_logger()

EVERY = timedelta(hours=1)

FIRST_AFTER = timedelta(minutes=5)
"""A server that has just started has carers waiting; what is broken is seen soon enough."""

TIME_LIMIT = 5.0
"""Seconds for a whole handover, which takes a fifth of one. On SQLite carers' messages wait for it, so it must not be long."""

CHECK_TIME_LIMIT = 45.0
"""Seconds to ask others, for whom nobody waits."""

TOLD_AGAIN_AFTER = EVERY - timedelta(minutes=5)
"""Whom an alert of a miss did not reach is alerted of the next one, which may come a little early."""

KEPT = timedelta(days=90)
"""How long it is known how heartbeats went."""

_TOLD = (AccountRole.MAINTAINER, AccountRole.ADMIN)
_SERVICE = "heartbeat"
"""A service that no directory has: whoever serves one may take a case of no known service, and nothing more."""


class Missed(Exception):
    """A heartbeat stopped; ``kind`` says where, in words fit for a log."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Parts(Protocol):
    """The services a handover goes through, joined on the database it is handed."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def handover(self) -> Handover: ...
    @property
    def telegram(self) -> Telegram | None: ...


Probe = Callable[[Parts], Awaitable[None]]
"""Makes one handover. Raises Missed, or anything else, when it does not come to its end."""

Check = Callable[[], Awaitable[None]]
"""Asks whether what a channel needs of others is there. Raises Missed, or anything else, when it is not."""


class NoAssistant:
    """Stands where the assistant is: a person must be reached without it, and nothing outside may be waited for."""

    release: int | None = None

    async def turn(self, **asked: Any) -> AssistantReply:
        raise AssistantFailed("A heartbeat asks the assistant nothing.")


class NoAlerter:
    """Stands where words leave for workers and carers: nobody may be told of a handover that is none."""

    def label(self, address: str) -> str:
        raise Missed("something was to be sent")

    async def send(self, address: str, *, title: str, text: str) -> None:
        raise Missed("something was to be sent")

    async def mail(self, to: str, *, title: str, text: str) -> None:
        raise Missed("something was to be sent")


def handover_on(channel: str) -> Probe:
    """Return the probe of a channel: a carer asks for a person and is told of one, and a worker's reply comes to the thread."""

    async def probe(parts: Parts) -> None:
        conversation, _, _ = await parts.conversations.begin(channel=channel)
        asked = await parts.turns.receive(conversation.id, choice=TALK_TO_PERSON)
        told = await parts.turns.replies(asked, wait=TIME_LIMIT)
        await parts.turns.finish()
        check_told(told)
        async with parts.database.reading() as session:
            file = await parts.requests.current(session, conversation.id)
        if file is None:
            return  # nobody can have cases, and the carer was told whom to ring
        written = await reply_as_worker(parts, file)
        thread = await parts.conversations.messages_after(conversation, told[-1].id)
        if not any(message.id == written.id and message.author is Author.WORKER for message in thread):
            raise Missed("reply not in the thread")

    return probe


def check_told(told: Sequence[Message]) -> None:
    """Raise Missed unless a carer who asked for a person was told of one, or whom to ring."""
    if not told:
        raise Missed("nothing said to a carer")
    if any(choice.payload.startswith(TALK_TO_PERSON) for message in told for choice in message.choices):
        raise Missed("an apology instead of a person")


async def reply_as_worker(parts: Parts, file: CaseFile) -> Message:
    """Claim a case and reply in it."""
    worker = await _add_worker(parts)
    await parts.handover.claim(worker, file.id)
    return await parts.handover.reply(worker, file.id, "Heartbeat", client_id=uuid.uuid4().hex)


async def _add_worker(parts: Parts) -> Account:
    account_id = uuid.uuid4().hex
    worker = Account(
        id=account_id,
        email=f"{account_id}@heartbeat.invalid",
        name="Heartbeat",
        role=AccountRole.WORKER,
        services=frozenset({_SERVICE}),
        created_at=parts.clock.now(),
    )
    async with parts.database.transaction() as session:
        await accounts_store.add(session, worker, password_hash=None)
    return worker


class Heartbeat:
    """Makes heartbeats when they are due, keeps how they went, and has somebody told.

    ``join_on`` joins the services on a database; ``probes`` and ``checks`` are by the name of their channel; ``alert`` tells one
    account of misses since the last success, and is called at each: a gateway that fails must not keep it from them for good.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        join_on: Callable[[Database], Parts],
        probes: Mapping[str, Probe],
        checks: Mapping[str, Check],
        alert: Callable[[str, datetime | None], Awaitable[object]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._join_on = join_on
        self._probes = dict(probes)
        self._checks = dict(checks)
        self._alert = alert

    async def run_due(self) -> list[Beat]:
        """Make the heartbeats that are due and that no other process has taken."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            await store.expect(session, self._probes, first_at=now + FIRST_AFTER)
            due = await store.take_due(session, self._probes, now=now, next_at=now + EVERY)
        return [await self._run(channel) for channel in due]

    async def run_all(self) -> list[Beat]:
        """Make a heartbeat on every channel now, due or not."""
        return [await self._run(channel) for channel in self._probes]

    async def run_forever(self, *, every: float) -> None:
        """Call run_due each ``every`` seconds until cancelled."""
        await forever(self.run_due, every=every, failed="heartbeats not looked after")

    async def last(self) -> dict[str, Beat]:
        """Return the last heartbeat of each channel that had one."""
        async with self._database.reading() as session:
            return await store.last(session)

    async def _run(self, channel: str) -> Beat:
        failure = await self._try(channel)
        beat = Beat(channel, self._clock.now(), failure)
        async with self._database.transaction() as session:
            await store.add(session, beat, forgotten=beat.at - KEPT)
            went_well_at = await store.last_success_at(session, channel)
            accounts = await accounts_store.list_all(session)
        if failure is None:
            log.info("heartbeat", channel=channel)
            return beat
        log.error("heartbeat missed", channel=channel, kind=failure)
        for account in accounts:
            if account.role in _TOLD and account.disabled_at is None:
                await self._alert(account.id, went_well_at)
        return beat

    async def _try(self, channel: str) -> str | None:
        try:
            if check := self._checks.get(channel):
                async with asyncio.timeout(CHECK_TIME_LIMIT):
                    await check()
            async with asyncio.timeout(TIME_LIMIT), rehearsing(self._database) as database:
                await self._probes[channel](self._join_on(database))
        except Missed as error:
            return error.kind
        except TimeoutError:
            return "too slow"
        except Exception as error:  # whatever broke would have broken for a carer
            return type(error).__name__
        return None
