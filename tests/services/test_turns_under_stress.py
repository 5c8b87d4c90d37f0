"""Whatever the order of sending, retrying, crashing and erasing: positions have no gap, and each message has one turn."""

import asyncio
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from alongside.core.conversations import Author, Conversation
from alongside.services.ports import AssistantReply
from alongside.services.turns import BURST, BURST_WINDOW, LEASE
from alongside.store.base import Database
from tests.builders import container, other_process
from tests.fakes import Asked, CountingAssistant, FakeClock

EXAMPLES, STEPS = 20, 15


def machine(runner: asyncio.Runner, database: Database) -> RuleBasedStateMachine:
    class Machine(RuleBasedStateMachine):
        """Two processes on one database. A process that crashes is replaced by a new one."""

        def __init__(self) -> None:
            super().__init__()
            self.clock = FakeClock()
            self.assistant = CountingAssistant()
            self.processes = [container(database, self.assistant, self.clock)]
            self.processes.append(other_process(self.processes[0], self.assistant))
            self.conversations: list[Conversation] = []
            self.sent: dict[tuple[str, str], str] = {}
            self.begin()

        @rule()
        def begin(self) -> None:
            conversation, _, _ = runner.run(self.processes[0].conversations.begin(channel="web"))
            self.conversations.append(conversation)

        @precondition(lambda self: self.conversations)
        @rule(which=st.integers(0, 9), process=st.integers(0, 1), many=st.integers(1, 4), finish=st.booleans())
        def send(self, which: int, process: int, many: int, finish: bool) -> None:
            self.clock.move(BURST_WINDOW)  # the limit on bursts has tests of its own
            conversation = self.conversations[which % len(self.conversations)]
            client_ids = [f"m{len(self.sent) + number}" for number in range(min(many, BURST))]
            runner.run(self._send(process, conversation, client_ids, finish))

        async def _send(self, process: int, conversation: Conversation, client_ids: list[str], finish: bool) -> None:
            turns = self.processes[process].turns
            for client_id in client_ids:
                message = await turns.receive(conversation.id, text=client_id, client_id=client_id)
                assert self.sent.setdefault((conversation.id, client_id), message.id) == message.id
            if finish:
                await turns.finish()

        @precondition(lambda self: self.sent)
        @rule(which=st.integers(0, 99), process=st.integers(0, 1))
        def retry(self, which: int, process: int) -> None:
            conversation_id, client_id = list(self.sent)[which % len(self.sent)]
            message = runner.run(self.processes[process].turns.receive(conversation_id, text=client_id, client_id=client_id))
            assert message.id == self.sent[conversation_id, client_id]

        @precondition(lambda self: self.conversations)
        @rule(which=st.integers(0, 9), process=st.integers(0, 1), before_answering=st.booleans())
        def crash(self, which: int, process: int, before_answering: bool) -> None:
            """One process ends in the middle of a turn; the other goes on, and a new one takes the first one's place."""
            conversation = self.conversations[which % len(self.conversations)]
            client_id = f"m{len(self.sent)}"
            runner.run(self._crash(process, conversation, client_id, before_answering))

        async def _crash(self, process: int, conversation: Conversation, client_id: str, before_answering: bool) -> None:
            for parts in self.processes:
                await parts.turns.finish()
            self.clock.move(BURST_WINDOW)

            def die(asked: Asked) -> AssistantReply:
                raise asyncio.CancelledError

            self.assistant.answer = die
            crashed = self.processes[process]
            message = await crashed.turns.receive(conversation.id, text=client_id, client_id=client_id)
            self.sent[conversation.id, client_id] = message.id
            if not before_answering:
                await crashed.turns.finish()
            else:
                for task in list(crashed.turns._working.values()):
                    task.cancel()
                await crashed.turns.finish()
            self.assistant.answer = CountingAssistant.count
            self.processes[process] = other_process(crashed, self.assistant)

        @precondition(lambda self: self.conversations)
        @rule(which=st.integers(0, 9), process=st.integers(0, 1))
        def erase(self, which: int, process: int) -> None:
            conversation = self.conversations.pop(which % len(self.conversations))
            runner.run(self.processes[process].conversations.erase(conversation))
            self.sent = {key: message for key, message in self.sent.items() if key[0] != conversation.id}

        @rule(process=st.integers(0, 1))
        def resume(self, process: int) -> None:
            runner.run(self.processes[process].turns.resume())

        @rule()
        def time_passes(self) -> None:
            self.clock.move(LEASE + timedelta(seconds=1))

        @invariant()
        def positions_have_no_gap_and_no_message_two_turns(self) -> None:
            for conversation in self.conversations:
                thread = runner.run(self.processes[0].conversations.messages_after(conversation, None))
                assert [message.position for message in thread] == list(range(1, len(thread) + 1))
                answered = [message.reply_to for message in thread if message.reply_to]
                assert len(answered) == len(set(answered))

        def teardown(self) -> None:
            runner.run(self._settle())
            for conversation in self.conversations:
                thread = runner.run(self.processes[0].conversations.messages_after(conversation, None))
                carers = [message for message in thread if message.author is Author.CARER]
                assert {message.id for message in carers} == {
                    message for (of, _), message in self.sent.items() if of == conversation.id
                }
                replies = [message for message in thread if message.reply_to]
                # In order, once each, and each from the memory the one before it left.
                assert [reply.reply_to for reply in replies] == [message.id for message in carers]
                assert [reply.text for reply in replies] == [
                    f"You said: {message.text} ({number})" for number, message in enumerate(carers, start=1)
                ]

        async def _settle(self) -> None:
            for parts in self.processes:
                await parts.turns.finish()
            self.clock.move(LEASE + timedelta(seconds=1))
            for parts in self.processes:
                await parts.turns.resume()
                await parts.turns.finish()

    return Machine()


def test_no_order_of_events_loses_doubles_or_reorders_a_message(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/alongside.db")
    with asyncio.Runner() as runner:
        runner.run(database.migrate())
        run_state_machine_as_test(
            lambda: machine(runner, database),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        runner.run(database.close())
