"""What questions reach with the drafts, tried out before there is a release."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from alongside.core.errors import AssistantFailed, ContentError, NotFound
from alongside.services import rehearsal
from alongside.services.rehearsal import Rehearsed
from alongside.store.base import Database
from tests.studio_builders import CAFE, PARKING, Workshop, open_workshop

BICYCLE = "where does my bicycle stand overnight"


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Workshop:
    return await open_workshop(database, tmp_path)


async def write(shop: Workshop, sentence: str = BICYCLE) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, replace(PARKING, examples=(*PARKING.examples, sentence)), revision=0)


async def worked_out(shop: Workshop, *texts: str) -> Rehearsed:
    name = shop.studio.rehearsal.begin(texts)
    async with asyncio.timeout(10):
        while (found := await shop.studio.rehearsal.get(name)).reached is None:  # noqa: ASYNC110  (as the page does)
            await asyncio.sleep(0.01)
    return found


async def test_what_a_draft_brings_is_reached_and_the_live_release_is_not_touched(shop: Workshop) -> None:
    await write(shop)
    live = shop.assistants.release
    found = await worked_out(shop, BICYCLE, "excuse me, where is the cafe here")
    assert [reached.label for reached in found.reached or ()] == [PARKING.key, CAFE.key]
    assert [reached.label for reached in await shop.assistants.ask([BICYCLE])] == ["nlu_fallback"]
    assert shop.assistants.release == live
    assert [life.number for life in await shop.studio.publishing.list_all()] == [live]


async def test_it_is_going_on_until_it_is_there(shop: Workshop) -> None:
    name = shop.studio.rehearsal.begin([BICYCLE])
    assert await shop.studio.rehearsal.get(name) == Rehearsed([BICYCLE], None)


async def test_only_the_last_trials_model_is_kept(shop: Workshop, tmp_path: Path) -> None:
    before = {file.name for file in tmp_path.glob("*.tar.gz")}
    await write(shop)
    await worked_out(shop, BICYCLE)
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, title="Is there food?"), revision=0)
    await worked_out(shop, BICYCLE)
    [trial] = {file.name for file in tmp_path.glob("*.tar.gz")} - before
    assert trial == shop.trainer.trained[-1] + ".tar.gz"


async def test_drafts_that_cannot_be_trained_say_so(shop: Workshop) -> None:
    shop.trainer.fails = True
    with pytest.raises(ContentError):
        await worked_out(shop, BICYCLE)


async def test_one_that_does_not_start_says_so(shop: Workshop) -> None:
    shop.assistants.broken.add(0)
    with pytest.raises(AssistantFailed):
        await worked_out(shop, BICYCLE)


async def test_old_ones_are_forgotten(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "KEPT", 1)
    first = shop.studio.rehearsal.begin([BICYCLE])
    shop.studio.rehearsal.begin([BICYCLE])
    with pytest.raises(NotFound):
        await shop.studio.rehearsal.get(first)
