"""One carer message and everything said back to it.

Rules kept: a message is stored before anything else happens and is never lost; one turn at a time per conversation, in order,
across processes; danger is answered before the assistant is asked; an assistant that fails is an apology and the offer of a
person, never silence; the bot says nothing while a worker has the conversation; a promise never waits for the questions that
come after it; no transaction is open while the assistant thinks.
"""

import asyncio
import uuid
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

from alongside.core import asking
from alongside.core.cases import CaseFile
from alongside.core.conversations import (
    TALK_TO_PERSON,
    Attached,
    Conversation,
    Draft,
    Message,
    clean_text,
    labelled,
)
from alongside.core.errors import AssistantFailed, InvalidInput, NotFound, TooMany
from alongside.core.files import FileRef
from alongside.core.handover import Reason, State, may_bot_speak, reason_of_danger
from alongside.core.safety import Danger, find_danger
from alongside.core.scrub import scrub
from alongside.core.words import Words
from alongside.services.asking import NOTHING, Told, as_answer, may_ask
from alongside.services.attachments import cannot_open, keep_file
from alongside.services.chores import forever
from alongside.services.ports import Announcer, Assistant, AssistantReply, Clock
from alongside.services.precedence import Precedence
from alongside.services.promises import Plan
from alongside.services.requests import Requests, with_ids
from alongside.services.saying import PERSON_TITLE, draft_of, drafts_of, line_of
from alongside.services.translating import Translating, wish_of
from alongside.store import conversations as store
from alongside.store import leases
from alongside.store.base import Database

log = structlog.get_logger()

LEASE = timedelta(seconds=45)
"""How long one process may work on a turn: longer than the assistant's start-up and deadline: only a crash outlives it."""

BURST = 20
BURST_WINDOW = timedelta(seconds=10)
"""Twenty messages in ten seconds is more than anyone types; beyond it the sender is asked to wait."""

_NEWS = ("message", "tick")
"""What may mean that a message has been answered; a tick, as another process may have done it."""

ASKING_SECONDS = 3.0
"""How long a promise waits for the questions that come after it; without them it is said alone."""

_PERSON_INTENT = TALK_TO_PERSON.removeprefix("/")

_TURNS = Counter("alongside_turns_total", "Turns by how they ended", ["outcome"])
_TURN_SECONDS = Histogram("alongside_turn_seconds", "From taking up a message to storing its replies")


@dataclass(frozen=True)
class _Answer:
    """What a turn came to: what to say, what the assistant made of it if it was asked, and what to do with the case.

    ``asking`` are the form's words, said last, if it may ask; ``told`` is what the carer told it. ``is_for_worker`` says that
    nothing is said, as a worker has the case.
    """

    drafts: list[Draft]
    reply: AssistantReply | None = None
    plan: Plan | None = None
    asking: list[Draft] = field(default_factory=list)
    told: Told = NOTHING
    is_for_worker: bool = False


class Turns:
    """Receives carers' messages and answers them in order. Those of a heartbeat are not counted (``is_counted``)."""

    def __init__(
        self,
        *,
        database: Database,
        assistant: Assistant,
        announcer: Announcer,
        requests: Requests,
        translating: Translating,
        words: Words,
        clock: Clock,
        keep: timedelta,
        precedence: Precedence,
        is_counted: bool = True,
    ) -> None:
        self._database = database
        self._assistant = assistant
        self._announcer = announcer
        self._requests = requests
        self._translating = translating
        self._words = words
        self._clock = clock
        self._keep = keep
        self._precedence = precedence
        self._is_counted = is_counted
        self._owner = uuid.uuid4().hex
        self._working: dict[str, asyncio.Task[None]] = {}
        self._called_again: set[str] = set()

    async def receive(
        self,
        conversation_id: str,
        *,
        text: str | None = None,
        choice: str | None = None,
        client_id: str | None = None,
        attached: Attached | None = None,
        file: FileRef | None = None,
    ) -> Message:
        """Store one carer message, once, and begin its turn. The same ``client_id`` again returns the first message.

        Exactly one of ``text`` and ``choice``; ``attached`` says what came with the text (which may be empty), ``file`` where.
        Raises InvalidInput (too long, a choice that was never offered), TooMany and NotFound; nothing is stored then.
        """
        if (text is None) == (choice is None):
            raise InvalidInput("A message needs either a text or a choice. Send one of the two.")
        if text is not None:
            text = labelled(clean_text(text), attached)
        now = self._clock.now()
        async with self._precedence.people(), self._database.transaction() as session:
            # From here on nobody else stores a message here: two of the same at once are one, and a burst is counted whole.
            if not await store.lock(session, conversation_id):
                raise NotFound("This conversation has been deleted. Please start a new one.")
            if client_id is not None and (earlier := await store.get_by_client_id(session, conversation_id, client_id)):
                await keep_file(session, self._requests, earlier, file)
                return earlier
            if await store.count_since(session, conversation_id, now - BURST_WINDOW) >= BURST:
                raise TooMany(
                    "Messages are coming in faster than we can read them. The last one was not sent. "
                    "Please wait a few seconds and send it again.",
                    retry_after=round(BURST_WINDOW.total_seconds()),
                )
            title = PERSON_TITLE if choice == TALK_TO_PERSON else None
            if choice is not None and title is None:
                offered = await store.find_offered(session, conversation_id, choice)
                if offered is None:
                    raise InvalidInput("That button is not part of this conversation. Please write your question instead.")
                title = offered.title
            message = await store.add_carer_message(
                session,
                message_id=uuid.uuid4().hex,
                conversation_id=conversation_id,
                text=text if text is not None else title or "",
                choice=choice,
                client_id=client_id,
                at=now,
                expires_at=now + self._keep,
                attached=attached,
            )
            await keep_file(session, self._requests, message, file)
        self._announcer.announce(conversation_id, "message")
        self._wake(conversation_id)
        return message

    async def replies(self, message: Message, *, wait: float) -> list[Message]:
        """Return what was said to a message, waiting up to ``wait`` seconds for it.

        Empty when it takes longer, and at once when nothing is said, as a worker has the conversation.
        """
        deadline = asyncio.get_running_loop().time() + wait
        async with self._announcer.listen(message.conversation) as kinds:
            while True:
                async with self._database.reading() as session:
                    left = deadline - asyncio.get_running_loop().time()
                    if left <= 0 or await store.is_answered(session, message.id):
                        return await store.list_replies(session, message.conversation, message.id)
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        while await anext(kinds) not in _NEWS:
                            pass

    async def understood(self, message: Message) -> dict[str, Any] | None:
        """Return what the assistant made of a message; None when it was not asked or failed."""
        async with self._database.reading() as session:
            return await store.get_understood(session, message.id)

    async def begin(self) -> None:
        """Take up what an earlier run of this process left. On SQLite there is one process, so every lease is a dead one's."""
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await leases.drop_all_leases(session)
        await self.resume()

    async def resume(self) -> None:
        """Take up every turn that was begun and not finished, by this process or one that died."""
        async with self._database.reading() as session:
            waiting = await leases.list_waiting(session, now=self._clock.now())
        for conversation_id in waiting:
            self._wake(conversation_id)

    async def resume_forever(self, *, every: float) -> None:
        """Call resume each ``every`` seconds until cancelled."""
        await forever(self.resume, every=every, failed="unfinished turns not looked for")

    async def finish(self) -> None:
        """Wait for the turns under way, so that a shutdown leaves none half done."""
        while self._working:
            await asyncio.gather(*self._working.values(), return_exceptions=True)

    def _wake(self, conversation_id: str) -> None:
        if conversation_id in self._working:
            self._called_again.add(conversation_id)
            return
        task = asyncio.create_task(self._answer_all(conversation_id))
        self._working[conversation_id] = task
        task.add_done_callback(lambda _: self._rest(conversation_id))

    def _rest(self, conversation_id: str) -> None:
        self._working.pop(conversation_id, None)
        if conversation_id in self._called_again:
            self._called_again.discard(conversation_id)
            self._wake(conversation_id)

    async def _answer_all(self, conversation_id: str) -> None:
        try:
            while await self._answer_next(conversation_id):
                pass
        except Exception as error:  # the database itself failed: resume() takes the conversation up again
            log.error("turn not stored", conversation=conversation_id, kind=type(error).__name__)

    async def _answer_next(self, conversation_id: str) -> bool:
        now = self._clock.now()
        async with self._database.transaction() as session:
            conversation = await leases.take_lease(session, conversation_id, owner=self._owner, now=now, until=now + LEASE)
            if conversation is None:
                return False
            message = await leases.next_unanswered(session, conversation_id)
            if message is None:
                await leases.drop_lease(session, conversation_id, owner=self._owner)
                return False
            file = await self._requests.current(session, conversation_id)
        with _TURN_SECONDS.time() if self._is_counted else nullcontext():
            try:
                is_done = await self._store(conversation, message, await self._answer(conversation, message, file))
            except Exception as error:  # whatever broke, in answering or in storing it, the carer is told and offered a person
                log.error("turn failed", conversation=conversation_id, message=message.id, kind=type(error).__name__)
                self._count("error")
                danger = self._danger(message)
                said = self._safety(danger, conversation) if danger else self._say("utter_apology", conversation)
                is_done = await self._store(conversation, message, _Answer([said]))
        self._announcer.announce(conversation_id, "message")
        return not is_done

    async def _store(self, conversation: Conversation, message: Message, answer: _Answer) -> bool:
        """Store what a turn came to, and return whether nothing more is to be answered in this conversation."""
        reply = answer.reply
        now = self._clock.now()
        async with self._database.transaction() as session:
            if not await store.lock(session, conversation.id):
                return True
            # A worker may have claimed it while the bot was thinking: what it thought was then never said, nor remembered.
            file = await self._requests.current(session, conversation.id)
            is_said = file is None or may_bot_speak(file.case)
            if is_said and answer.is_for_worker:
                return False  # they gave it away while this was planned: it is answered again, by the bot
            is_asking = is_said and may_ask(file, answer.plan)
            state = reply.state if reply and is_said else conversation.assistant_state
            if not await store.finish_turn(
                session,
                message=message,
                owner=self._owner,
                understood=asdict(reply.understood) if reply else None,
                slots=dict(reply.slots) if reply else {},
                assistant_state=state if is_asking else asking.without_form(state),
                at=now,
            ):
                return False
            heard = await self._requests.hear(session, conversation, file, answer.drafts, answer.plan, told=answer.told)
            say = partial(self._say, conversation=conversation)
            unopened = await cannot_open(session, message, answer.drafts, say, by_worker=not is_said)
            said = [*unopened, *heard, *(answer.asking if is_asking else [])]
            release = reply.release if reply and reply.release else self._assistant.release
            drafts = [replace(draft, release=draft.release or release) for draft in said]
            await store.add_drafts(session, conversation_id=conversation.id, drafts=with_ids(drafts), reply_to=message.id, at=now)
            is_done = await leases.drop_lease_if_done(session, conversation.id, owner=self._owner)
        if file or answer.plan:
            self._requests.announce()
        return is_done

    async def _answer(self, conversation: Conversation, message: Message, file: CaseFile | None) -> _Answer:
        if danger := self._danger(message):
            self._count("safety")
            plan = await self._requests.plan(conversation, reason_of_danger(danger.value), file)
            return _Answer([self._safety(danger, conversation)], plan=plan)
        if reason := asking.reason_of(message.choice):
            self._count("person")
            return await self._ask_for_person(conversation, message, reason, file)
        if file and not may_bot_speak(file.case):
            self._count("silent")
            return _Answer([], plan=await self._requests.plan(conversation, Reason.WROTE_AGAIN, file), is_for_worker=True)
        if message.attached and not message.question:
            self._count("attached")
            return _Answer([])
        if wish := wish_of(message.choice):
            self._count("translated")
            return _Answer([self._translating.say(wish, self._words, nation=conversation.nation)])
        self._announcer.announce(conversation.id, "thinking")
        try:
            reply = await self._ask_assistant(conversation, message, file, choice=message.choice)
        except AssistantFailed as error:
            log.warning("assistant failed", conversation=conversation.id, message=message.id, reason=str(error))
            self._count("failed")
            return _Answer([self._say("utter_apology", conversation)])
        self._count("answered" if reply.understood.answer else reply.understood.intent)
        if reply.understood.intent == _PERSON_INTENT:
            heard = replace(conversation, nation=reply.slots.get("nation") or conversation.nation)
            reason = asking.reason_in_words(conversation.assistant_state)
            plan = await self._requests.plan(heard, reason, file, service=reply.slots.get("service"))
            return _Answer([], reply, plan, self._questions(reply))
        told = await self._told(conversation, reply, file)
        messages = [said for said in reply.messages if not (told.details and said.response == asking.UTTER_SENT)]
        today = self._clock.today()
        answered = [drafts_of(said, self._words, self._translating, conversation, today=today) for said in messages]
        return _Answer(list(chain.from_iterable(answered)), reply, told=told)

    async def _ask_for_person(
        self, conversation: Conversation, message: Message, reason: Reason, file: CaseFile | None
    ) -> _Answer:
        """Plan what was asked for, and have the assistant ask a few things, if it can at once."""
        plan = await self._requests.plan(conversation, reason, file)
        if not may_ask(file, plan):
            return _Answer([], plan=plan)
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                reply = await self._ask_assistant(conversation, message, file, choice=TALK_TO_PERSON)
        except (AssistantFailed, TimeoutError) as error:
            log.warning("nothing is asked", conversation=conversation.id, message=message.id, kind=type(error).__name__)
            return _Answer([], plan=plan)
        return _Answer([], reply, plan, self._questions(reply))

    async def _ask_assistant(
        self, conversation: Conversation, message: Message, file: CaseFile | None, *, choice: str | None
    ) -> AssistantReply:
        """Ask the assistant. A form whose case waits no more has ended; one that asks for a name or a number gets it whole."""
        state = conversation.assistant_state
        if file is None or file.case.state is not State.WAITING:
            state = asking.without_form(state)
        step = asking.open_step(state)
        known = {name: value for name, value in (("nation", conversation.nation), ("service", conversation.service)) if value}
        text = message.question if step in asking.OWN_WORDS else scrub(message.question)
        reply = await self._assistant.turn(
            conversation=conversation.id,
            message_id=message.id,
            text=None if choice else text,
            choice=choice,
            slots=known,
            state=state,
        )
        return as_answer(reply) if step else reply

    async def _told(self, conversation: Conversation, reply: AssistantReply, file: CaseFile | None) -> Told:
        """Return what the form has learnt in this turn: the answers, once they are sent, and a service it did not know."""
        if file is None or file.case.state is not State.WAITING:
            return NOTHING
        service, moved = reply.slots.get(asking.Step.SERVICE.slot), None
        if service and service != file.service:
            heard = replace(conversation, nation=reply.slots.get("nation") or conversation.nation)
            moved = await self._requests.plan(heard, file.case.reason or Reason.ASKED, file, service=service)
        return Told(asking.details_of(reply.slots.get(asking.DETAILS)), moved)

    def _questions(self, reply: AssistantReply) -> list[Draft]:
        asked = [said for said in reply.messages if asking.is_asked(said.response)]
        return [draft_of(said, self._words, today=self._clock.today()) for said in asked]

    def _count(self, outcome: str) -> None:
        if self._is_counted:
            _TURNS.labels(outcome).inc()

    def _danger(self, message: Message) -> Danger | None:
        return find_danger(message.words) if message.choice is None else None

    def _safety(self, danger: Danger, conversation: Conversation) -> Draft:
        return replace(self._say(f"utter_safety_{danger.value}", conversation), safety=danger.value)

    def _say(self, response: str, conversation: Conversation) -> Draft:
        return line_of(response, self._words, nation=conversation.nation, today=self._clock.today())
