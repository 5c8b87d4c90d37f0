"""Open pages are woken, each conversation's own, and nothing is kept of those that have gone."""

import asyncio

from alongside.adapters.announcer import LocalAnnouncer


async def test_everybody_who_listens_to_a_conversation_is_woken() -> None:
    announcer = LocalAnnouncer(tick=60)
    async with announcer.listen("one") as first, announcer.listen("one") as second:
        announcer.announce("one", "thinking")
        announcer.announce("one", "message")
        for page in (first, second):
            assert [await anext(page), await anext(page)] == ["thinking", "message"]


async def test_other_conversations_are_not_woken() -> None:
    announcer = LocalAnnouncer(tick=0.01)
    async with announcer.listen("one") as kinds:
        announcer.announce("other", "message")
        assert await anext(kinds) == "tick"


async def test_a_quiet_conversation_ticks_again_and_again() -> None:
    announcer = LocalAnnouncer(tick=0.01)
    async with announcer.listen("one") as kinds:
        assert [await anext(kinds) for _ in range(3)] == ["tick"] * 3


async def test_what_was_announced_before_is_not_heard() -> None:
    announcer = LocalAnnouncer(tick=0.01)
    announcer.announce("one", "message")
    async with announcer.listen("one") as kinds:
        assert await anext(kinds) == "tick"


async def test_a_page_that_has_gone_leaves_nothing_behind() -> None:
    announcer = LocalAnnouncer(tick=60)

    async def listen() -> None:
        async with announcer.listen("one") as kinds:
            await anext(kinds)

    page = asyncio.create_task(listen())
    await asyncio.sleep(0)
    page.cancel()
    await asyncio.gather(page, return_exceptions=True)
    announcer.announce("one", "message")
    assert not announcer._queues
