"""Whatever carers and workers do, in any order: no bot word after a claim, nothing to a wrong person, none lost, one owner.

``ALONGSIDE_TEST_EXAMPLES`` runs more interleavings than the few of every test run, and ``ALONGSIDE_TEST_SEED`` others, so that
several processes do not run the same.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.conversations import TALK_TO_PERSON, Author, Conversation, Message
from alongside.core.errors import AlongsideError
from alongside.core.handover import IllegalMove, Outcome, State
from alongside.services.turns import BURST_WINDOW, LEASE
from alongside.store import conversations as conversation_store
from alongside.store.base import Database
from alongside.store.cases import CaseRow
from alongside.store.leases import list_waiting
from alongside.wiring import Container
from tests.builders import container, other_process
from tests.case_builders import ALL_WEEK, add_account, begin, fill_directory
from tests.fakes import CountingAssistant, FakeClock

EXAMPLES, STEPS = int(os.environ.get("ALONGSIDE_TEST_EXAMPLES", "10")), 20
SEED = os.environ.get("ALONGSIDE_TEST_SEED", "")
NAMES = ("ada", "bea", "cy")
DANGER = "I don't think I can go on"
WORKERS, THREADS = st.integers(0, len(NAMES) - 1), st.integers(0, 9)


class Page:
    """A carer's page: what it has shown, and what it knows was sent and acknowledged."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.seen: list[Message] = []
        self.sent: dict[str, str] = {}


def machine(runner: asyncio.Runner, database: Database, workers: list[Account], watched: "Watched") -> RuleBasedStateMachine:
    class Machine(RuleBasedStateMachine):
        """Two processes on one database, three workers, and carers who write at any moment."""

        def __init__(self) -> None:
            super().__init__()
            self.clock = FakeClock()
            self.assistant = CountingAssistant()
            self.processes = [container(database, self.assistant, self.clock)]
            self.processes.append(other_process(self.processes[0], self.assistant))
            self.pages: list[Page] = []
            self.written = 0
            self.begin()

        @rule()
        def begin(self) -> None:
            self.pages.append(Page(runner.run(begin(self.processes[0]))))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, process=st.integers(0, 1), what=st.sampled_from(["text", "person", "danger"]), finish=st.booleans())
        def send(self, which: int, process: int, what: str, finish: bool) -> None:
            runner.run(self._send(self._page(which), self.processes[process], what, finish))

        async def _send(self, page: Page, parts: Container, what: str, finish: bool) -> None:
            self.clock.move(BURST_WINDOW)  # the limit on bursts has tests of its own
            self.written += 1
            if what == "person":
                message = await parts.turns.receive(page.conversation.id, choice=TALK_TO_PERSON)
            else:
                words = DANGER if what == "danger" else "Hello"
                message = await parts.turns.receive(page.conversation.id, text=f"{page.conversation.id} {self.written}. {words}")
            page.sent[message.id] = message.text
            if finish:
                await self._finish()

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, claimers=st.sets(WORKERS, min_size=1), in_mid_turn=st.booleans())
        def claim(self, which: int, claimers: set[int], in_mid_turn: bool) -> None:
            async def work(case_id: str) -> None:
                owners = await asyncio.gather(
                    *(self._parts(number).handover.claim(workers[number], case_id) for number in claimers),
                    return_exceptions=True,
                )
                assert all(isinstance(lost, IllegalMove) for lost in owners if isinstance(lost, BaseException))
                assert len({won.owner for won in owners if not isinstance(won, BaseException)}) <= 1

            runner.run(self._on_case(self._page(which), work, in_mid_turn))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, worker=WORKERS, to=WORKERS, in_mid_turn=st.booleans())
        def transfer(self, which: int, worker: int, to: int, in_mid_turn: bool) -> None:
            async def work(case_id: str) -> None:
                await self._parts(worker).handover.transfer(workers[worker], case_id, workers[to].id, reason="On leave.")

            runner.run(self._on_case(self._page(which), work, in_mid_turn))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, worker=WORKERS, how=st.sampled_from(["release", "hand_back", "reopen"]), in_mid_turn=st.booleans())
        def give_back_or_open_again(self, which: int, worker: int, how: str, in_mid_turn: bool) -> None:
            async def work(case_id: str) -> None:
                await getattr(self._parts(worker).handover, how)(workers[worker], case_id)

            runner.run(self._on_case(self._page(which), work, in_mid_turn))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, worker=WORKERS, in_mid_turn=st.booleans())
        def close(self, which: int, worker: int, in_mid_turn: bool) -> None:
            async def work(case_id: str) -> None:
                await self._parts(worker).handover.close(workers[worker], case_id, Outcome.ANSWERED)

            runner.run(self._on_case(self._page(which), work, in_mid_turn))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, worker=WORKERS)
        def reply(self, which: int, worker: int) -> None:
            page = self._page(which)

            async def work(case_id: str) -> None:
                self.written += 1
                text = f"{page.conversation.id} {self.written} from {workers[worker].first_name}"
                message = await self._parts(worker).handover.reply(workers[worker], case_id, text, client_id=str(self.written))
                page.sent[message.id] = message.text

            runner.run(self._on_case(page, work, False))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, worker=WORKERS, place=st.integers(0, 9), words=st.sampled_from(["Corrected", None]))
        def correct_or_withdraw(self, which: int, worker: int, place: int, words: str | None) -> None:
            page = self._page(which)
            ours = [message for message in self._thread(page) if message.author is Author.WORKER]
            if not ours:
                return
            message = ours[place % len(ours)]

            async def work(case_id: str) -> None:
                corrections = self._parts(worker).corrections
                if words is None:
                    done = await corrections.withdraw(workers[worker], case_id, message.id)
                else:
                    done = await corrections.correct(workers[worker], case_id, message.id, f"{message.text} {words}")
                page.sent[message.id] = done.text

            runner.run(self._on_case(page, work, False))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS)
        def reconnect(self, which: int) -> None:
            """The page was asleep: it fetches what came after the last message it knows."""
            page = self._page(which)
            after = page.seen[-1].id if page.seen else None
            page.seen += runner.run(self.processes[0].conversations.messages_after(page.conversation, after))

        @precondition(lambda self: self.pages)
        @rule(which=THREADS, in_mid_turn=st.booleans())
        def erase(self, which: int, in_mid_turn: bool) -> None:
            page = self._page(which)

            async def work(case_id: str | None) -> None:
                await self.processes[0].conversations.erase(page.conversation)

            runner.run(self._in_turn(page, lambda: work(None), in_mid_turn))
            self.pages.remove(page)

        @rule(process=st.integers(0, 1))
        def crash(self, process: int) -> None:
            """One process ends with whatever it was doing; a new one takes its place."""
            runner.run(self._crash(process))

        async def _crash(self, process: int) -> None:
            for task in list(self.processes[process].turns._working.values()):
                task.cancel()
            await self.processes[process].turns.finish()
            self.processes[process] = other_process(self.processes[process], self.assistant)

        @rule(hours=st.sampled_from([1, 4, 24]))
        def time_passes(self, hours: int) -> None:
            async def work() -> None:
                await self._finish()
                self.clock.move(timedelta(hours=hours))
                await self.processes[0].turns.resume()
                await self.processes[0].keeping.keep_promises()
                await self._finish()

            runner.run(work())

        def _page(self, which: int) -> Page:
            return self.pages[which % len(self.pages)]

        def _parts(self, number: int) -> Container:
            return self.processes[number % 2]

        async def _finish(self) -> None:
            for parts in self.processes:
                await parts.turns.finish()

        async def _on_case(self, page: Page, work: Callable[[str], Awaitable[None]], in_mid_turn: bool) -> None:
            async with database.reading() as session:
                newest = select(CaseRow.id).where(CaseRow.conversation_id == page.conversation.id)
                case_id = await session.scalar(newest.order_by(CaseRow.requested_at.desc()).limit(1))
            if case_id is not None:
                await self._in_turn(page, lambda: work(case_id), in_mid_turn)

        async def _in_turn(self, page: Page, work: Callable[[], Awaitable[None]], in_mid_turn: bool) -> None:
            """Do something, while the bot is thinking about a message if it is asked at all; a refusal changes nothing."""
            if in_mid_turn:
                self.assistant.hold()
                await self._send(page, self.processes[0], "text", False)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.assistant.reached(), 0.03)
            try:
                with suppress(AlongsideError):
                    await work()
            finally:
                self.assistant.let_go()
                if in_mid_turn:
                    await self._finish()

        def _thread(self, page: Page) -> list[Message]:
            return runner.run(self.processes[0].conversations.messages_after(page.conversation, None))

        @invariant()
        def one_owner_and_one_open_case(self) -> None:
            async def cases() -> list[CaseRow]:
                async with database.reading() as session:
                    return list(await session.scalars(select(CaseRow)))

            rows = runner.run(cases())
            conversations = [row.conversation_id for row in rows if row.state != State.CLOSED.value]
            assert len(conversations) == len(set(conversations))
            for row in rows:
                assert row.state == State.CLOSED.value or (row.owner is not None) == (row.state == State.WITH_WORKER.value)

        @invariant()
        def no_bot_word_after_a_claim(self) -> None:
            assert watched.broken == []

        def teardown(self) -> None:
            runner.run(self._settle())
            for page in self.pages:
                thread = self._thread(page)
                kept = {message.id: message.text for message in thread if message.author in (Author.CARER, Author.WORKER)}
                assert kept == page.sent
                answered = {message.reply_to for message in thread}
                assert all(message.id in answered for message in thread if message.id in watched.to_answer)
                assert all(page.conversation.id in message.text for message in thread if message.text.startswith("You said"))
                after = page.seen[-1].id if page.seen else None
                page.seen += runner.run(self.processes[0].conversations.messages_after(page.conversation, after))
                assert [message.id for message in page.seen] == [message.id for message in thread]
            assert runner.run(self._unanswered()) == []
            for page in self.pages:
                runner.run(self.processes[0].conversations.erase(page.conversation))

        async def _settle(self) -> None:
            await self._finish()
            self.clock.move(LEASE + timedelta(seconds=1))
            await self.processes[0].turns.resume()
            await self._finish()

        async def _unanswered(self) -> list[str]:
            async with database.reading() as session:
                return await list_waiting(session, now=self.clock.now() + 2 * LEASE)

    return Machine()


class Watched:
    """Looks at everything that is said, in the transaction that stores it: whose words, and who had the case by then.

    ``to_answer`` are the messages that no worker had when their turn ended: something must have been said to them.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.broken: list[str] = []
        self.to_answer: set[str] = set()
        self.seen = 0
        self._add = conversation_store.add_drafts
        self._finish_turn = conversation_store.finish_turn
        monkeypatch.setattr(conversation_store, "add_drafts", self._look)
        monkeypatch.setattr(conversation_store, "finish_turn", self._look_at_end)

    async def _look(self, session: AsyncSession, **how: Any) -> list[Message]:
        case = select(CaseRow.owner, CaseRow.state).where(CaseRow.conversation_id == how["conversation_id"])
        row = (await session.execute(case.order_by(CaseRow.requested_at.desc()).limit(1))).one_or_none()
        for _, draft in how["drafts"]:
            self.seen += 1
            if draft.author is Author.BOT and row and row.owner:
                self.broken.append(f"the bot spoke while a worker had it: {draft.text}")
            if draft.author is Author.WORKER and (row is None or row.state != State.WITH_WORKER.value):
                self.broken.append(f"a worker who did not have it spoke: {draft.text}")
        return await self._add(session, **how)

    async def _look_at_end(self, session: AsyncSession, *, message: Message, **how: Any) -> bool:
        is_owned = CaseRow.state == State.WITH_WORKER.value
        case = select(CaseRow.id).where(CaseRow.conversation_id == message.conversation, is_owned)
        has_worker = await session.scalar(case) is not None
        is_finished = await self._finish_turn(session, message=message, **how)
        if is_finished and not has_worker:
            self.to_answer.add(message.id)
        return is_finished


def test_no_order_of_events_breaks_what_a_handover_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched(monkeypatch)
    database = Database(f"sqlite:///{tmp_path}/alongside.db")
    with asyncio.Runner() as runner:
        runner.run(database.migrate())
        runner.run(fill_directory(container(database), **dict.fromkeys(NAMES, ALL_WEEK)))
        workers = [runner.run(add_account(database, name)) for name in NAMES]
        seeded = seed(int(SEED)) if SEED else lambda make: make
        run_state_machine_as_test(
            seeded(lambda: machine(runner, database, workers, watched)),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=not SEED,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(database.close())
    assert watched.seen
