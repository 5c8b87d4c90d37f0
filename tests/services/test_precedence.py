"""Words of people go before the bot's turns, and no turn starves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from alongside.services.precedence import PLACES, Precedence
from alongside.wiring import Container
from tests.case_builders import ALL_WEEK, add_account, ask, fill_directory

LONG = 3600.0


class Line:
    """Turns of the bot that stay in their place until they are told to go."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self.begun: list[int] = []
        self._go: dict[int, asyncio.Event] = {}

    def join(self, number: int) -> "asyncio.Task[None]":
        self._go[number] = asyncio.Event()
        return asyncio.create_task(self._turn(number))

    async def go(self, number: int) -> None:
        self._go[number].set()
        await settle()

    async def _turn(self, number: int) -> None:
        async with self._precedence.bot():
            self.begun.append(number)
            await self._go[number].wait()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_few_turns_run_at_once_and_the_others_follow_in_order() -> None:
    line = Line(Precedence())
    turns = [line.join(number) for number in range(PLACES + 3)]
    await settle()
    assert line.begun == list(range(PLACES))
    await line.go(1)
    assert line.begun == [*range(PLACES), PLACES]
    for number in range(PLACES + 3):
        await line.go(number)
    await asyncio.gather(*turns)
    assert line.begun == list(range(PLACES + 3))


async def test_a_new_turn_waits_until_the_last_of_the_people_has_gone() -> None:
    precedence = Precedence(moment=LONG)
    line = Line(precedence)
    async with precedence.people():
        async with precedence.people():
            turn = line.join(0)
            await settle()
        await settle()
        assert line.begun == []
    await line.go(0)
    await turn
    assert line.begun == [0]


async def test_a_turn_under_way_is_not_held_up_and_people_wait_for_none() -> None:
    precedence = Precedence(moment=LONG)
    line = Line(precedence)
    turns = [line.join(number) for number in range(PLACES)]
    await settle()
    async with precedence.people():
        await line.go(0)
        assert turns[0].done()
    for turn in turns[1:]:
        turn.cancel()


async def test_people_who_never_pause_starve_no_turn() -> None:
    precedence = Precedence(moment=0)
    line = Line(precedence)
    async with precedence.people():
        turns = [line.join(number) for number in range(PLACES * 3)]
        for number in range(PLACES * 3):
            await line.go(number)
        await asyncio.wait_for(asyncio.gather(*turns), 60)
    assert line.begun == list(range(PLACES * 3))


async def test_whoever_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    precedence = Precedence(moment=LONG)
    line = Line(precedence)
    async with precedence.people():
        gone = [line.join(number) for number in range(PLACES + 1)]
        await settle()
        for turn in gone:
            turn.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
    last = line.join(9)
    await settle()
    assert line.begun == [9]
    await line.go(9)
    await last


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time that people go first."""
    noted: list[str] = []
    original = Precedence.people

    @asynccontextmanager
    async def people(self: Precedence) -> AsyncIterator[None]:
        noted.append("first")
        async with original(self):
            yield

    monkeypatch.setattr(Precedence, "people", people)
    return noted


async def test_what_carers_and_workers_write_and_are_shown_goes_first(parts: Container, first: list[str]) -> None:
    await fill_directory(parts, ada=ALL_WEEK)
    ada = await add_account(parts.database, "ada")
    conversation, case = await ask(parts)
    await parts.handover.claim(ada, case.id)
    first.clear()
    await parts.turns.receive(conversation.id, text="Are you there?")
    assert len(first) == 1
    await parts.turns.finish()
    first.clear()
    await parts.handover.open_case(ada, case.id)
    assert len(first) == 1
    await parts.handover.reply(ada, case.id, "I am.", client_id="one")
    assert len(first) == 2
    await parts.conversations.look(conversation.id, None)
    assert len(first) == 3
