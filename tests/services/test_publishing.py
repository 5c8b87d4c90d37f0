"""A release is built, checked, approved by somebody else, started beside the live one, and only then said; and undone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from alongside.core.answers import Answer, Variant
from alongside.core.conversations import Conversation
from alongside.core.errors import ContentError, InvalidInput
from alongside.core.library import Library, library_of
from alongside.core.permissions import Forbidden
from alongside.core.release_checks import Checks, Kind, Question
from alongside.core.releases import Origin, Stage, What
from alongside.services import releases
from alongside.services.publishing import Approval, Busy, Published
from alongside.services.release_work import ReleaseWork
from alongside.store import drafts as draft_store
from alongside.store.base import Database
from tests.builders import container
from tests.studio_builders import (
    CAFE,
    EMERGENCY,
    LIBRARY,
    LOCKERS,
    NHS_111,
    PARKING,
    QUESTIONS,
    SAFETY_SELF,
    SOURCE,
    Workshop,
    answer,
    open_workshop,
    sentences,
)

NEW_TEXT = "Park behind the unit. It costs nothing for visitors."
SHUTTLE = answer(
    "visiting/shuttle",
    "Is there a bus to the unit?",
    "Some units run a small bus. Ask the ward when it goes.",
    sentences("shuttle bus"),
    follow_ups=("visiting/parking", "visiting/cafe"),
)


def with_text(entry: Answer, text: str) -> Answer:
    return replace(entry, variants=(replace(entry.variants[0], text=text),))


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Workshop:
    return await open_workshop(database, tmp_path)


async def look(shop: Workshop, number: int) -> Published:
    return await shop.studio.publishing.get(number)


async def test_a_changed_text_goes_live_when_somebody_else_approves_it(shop: Workshop) -> None:
    first = shop.assistants.release
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish(reason="The barrier is gone")
    built = await look(shop, number)
    assert (built.life.stage, built.life.changes, built.life.problems) == (Stage.WAITING, (PARKING.key,), ())
    assert shop.assistants.release == first
    assert shop.studio.live.library.answers[PARKING.key] == PARKING

    await shop.put_live(number)
    assert shop.assistants.release == number
    said = shop.studio.live.library.answers[PARKING.key]
    assert (said.variants[0].text, said.approver) == (NEW_TEXT, "Bea Example")
    done = await look(shop, number)
    assert [event.what for event in done.events] == [What.ASKED, What.BUILT, What.APPROVED, What.LIVE]
    assert (done.life.stage, done.life.approver and done.life.approver.name) == (Stage.LIVE, "Bea Example")
    assert await shop.studio.drafts.list_all() == []
    assert first is not None
    assert (await look(shop, first)).life.stage is Stage.PAST


async def test_a_new_answer_takes_the_questions_that_it_is_meant_for(shop: Workshop) -> None:
    key = await shop.studio.drafts.begin(
        shop.ada, topic="visiting", title="Is there a bus to the unit?", sentences=SHUTTLE.examples
    )
    assert key == "visiting/is_there_a_bus_to_the_unit"
    revision = (await shop.studio.drafts.get(key)).revision
    await shop.studio.drafts.save(shop.ada, key, replace(SHUTTLE, name=key.split("/")[1], approver=""), revision=revision)
    number = await shop.publish()
    assert (await look(shop, number)).life.problems == ()
    await shop.put_live(number)
    assert (await shop.assistants.ask(["where is the shuttle bus"]))[0].label == key


async def test_nobody_approves_what_they_wrote(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.bea, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish(shop.ada)
    for author in (shop.ada, shop.bea):
        with pytest.raises(Forbidden, match="second person"):
            await shop.studio.publishing.approve(author, number)
    assert await shop.studio.work.put_live_next() is None
    assert (await look(shop, number)).life.stage is Stage.WAITING


async def test_without_a_second_person_nothing_goes_live(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.publish()
    for _ in range(3):
        assert await shop.studio.work.put_live_next() is None
    assert shop.studio.live.library.answers[PARKING.key] == PARKING


async def test_where_only_safety_needs_a_second_person_an_author_puts_other_words_live(
    database: Database, tmp_path: Path
) -> None:
    shop = await open_workshop(database, tmp_path, approval=Approval.SAFETY)
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.put_live(await shop.publish(), approver=shop.ada)
    assert shop.studio.live.library.answers[PARKING.key].variants[0].text == NEW_TEXT

    for key, entry in (
        (SAFETY_SELF.key, replace(SAFETY_SELF, title="If you are in danger")),
        ("fact/emergency", replace(EMERGENCY, hours="always")),
    ):
        await shop.studio.drafts.save(shop.ada, key, entry, revision=0)
        number = await shop.publish()
        with pytest.raises(Forbidden):
            await shop.studio.publishing.approve(shop.ada, number)
        await shop.studio.publishing.drop(shop.ada, number)
        await shop.studio.drafts.discard(shop.ada, key)


async def test_a_number_and_a_safety_reply_change_in_the_moment_a_release_takes_over(shop: Workshop) -> None:
    words, today = shop.studio.live.words, shop.clock.today()
    await shop.studio.drafts.save(shop.ada, "fact/nhs_111", replace(NHS_111, value="112"), revision=0)
    reply = replace(SAFETY_SELF, variants=(
        replace(SAFETY_SELF.variants[0], text="We are glad you wrote. Call {fact_emergency} or {fact_nhs_111}."),
        SAFETY_SELF.variants[1],
    ))  # fmt: skip
    await shop.studio.drafts.save(shop.ada, SAFETY_SELF.key, reply, revision=0)
    number = await shop.publish()
    before = words.find("utter_safety_self", nation="england")
    assert words.fill(before.text, today=today) == "You matter. Call 999 or 111."
    await shop.put_live(number)
    after = words.find("utter_safety_self", nation="england")
    assert words.fill(after.text, today=today) == "We are glad you wrote. Call 999 or 112."
    assert [choice.payload for choice in after.choices] == ["/talk_to_person"]


# What a maintainer may plant by accident


async def blocked_by(shop: Workshop, number: int) -> str:
    published = await look(shop, number)
    assert published.life.stage is Stage.BLOCKED
    assert shop.assistants.release != number
    with pytest.raises(Busy):
        await shop.studio.publishing.approve(shop.bea, number)
    return " ".join(f"{problem['where']}: {problem['found']}. {problem['do']}" for problem in published.life.problems)


async def test_a_training_sentence_that_takes_a_protected_question_is_caught(shop: Workshop) -> None:
    greedy = replace(CAFE, examples=(*CAFE.examples, "i want a person at the cafe"))
    await shop.studio.drafts.save(shop.ada, CAFE.key, greedy, revision=0)
    number = await shop.studio.publishing.ask_for(shop.ada)
    shop.assistants.reaches[number] = {"i want a person": CAFE.key}
    await shop.studio.work.build_next()
    said = await blocked_by(shop, number)
    assert "“i want a person”" in said
    assert "must reach talk_to_person and would now reach visiting/cafe" in said


async def test_a_stealing_sentence_that_costs_known_answers_is_caught_and_named(shop: Workshop) -> None:
    stolen = QUESTIONS[1].text
    thief = replace(LOCKERS, examples=(*LOCKERS.examples, "excuse me where car park here now"))
    await shop.studio.drafts.save(shop.ada, LOCKERS.key, thief, revision=0)
    number = await shop.publish()
    assert "visiting/parking (now visiting/lockers)" in await blocked_by(shop, number)
    checks = Checks.from_json((await look(shop, number)).life.checks or {})
    (move,) = checks.moves
    assert (move.text, move.before, move.after, move.is_worse, move.is_change) == (stolen, PARKING.key, LOCKERS.key, True, True)
    assert checks.right_before - checks.right_after == pytest.approx(1 / 3)


async def test_a_question_that_moves_without_harm_is_shown_to_whoever_approves(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, examples=(*CAFE.examples, "waiting")), revision=0)
    number = await shop.studio.publishing.ask_for(shop.ada)
    shop.assistants.reaches[number] = {"this waiting is killing me": CAFE.key}
    await shop.studio.work.build_next()
    published = await look(shop, number)
    assert published.life.stage is Stage.WAITING
    (move,) = Checks.from_json(published.life.checks or {}).moves
    assert (move.before, move.after, move.is_worse) == ("nlu_fallback", CAFE.key, False)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            replace(SAFETY_SELF, variants=(replace(SAFETY_SELF.variants[0], text="You matter."), SAFETY_SELF.variants[1])),
            "safety/self [england]: the number {fact_emergency} is not in it any more",
        ),
        (replace(SAFETY_SELF, variants=SAFETY_SELF.variants[1:]), "safety/self [england]: this wording is gone"),
        (
            replace(PARKING, variants=(replace(PARKING.variants[0], sources=(replace(SOURCE, url="https://nhs uk"),)),)),
            "the source address 'https://nhs uk' is no web address",
        ),
        (
            with_text(
                PARKING,
                "Notwithstanding considerations regarding institutional transportation infrastructure, individuals "
                "contemplating vehicular attendance should ascertain availability beforehand.",
            ),
            "reading grade",
        ),
        (with_text(PARKING, ""), "visiting/parking"),
        (replace(PARKING, examples=PARKING.examples[:5]), "visiting/parking"),
        (replace(PARKING, examples=(*PARKING.examples, "I want to die")), "speaks of danger"),
    ],
)
async def test_what_may_not_be_said_is_caught_before_anything_is_trained(shop: Workshop, entry: Answer, said: str) -> None:
    trained = len(shop.trainer.trained)
    await shop.studio.drafts.save(shop.ada, entry.key, entry, revision=0)
    assert said in await blocked_by(shop, await shop.publish())
    assert len(shop.trainer.trained) == trained


async def test_a_safety_reply_cannot_be_taken_out(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, SAFETY_SELF.key, None, revision=0)
    assert "this safety reply is gone" in await blocked_by(shop, await shop.publish())


async def test_what_was_wrong_before_does_not_hold_up_a_release_that_leaves_it_alone(database: Database, tmp_path: Path) -> None:
    overdue = replace(CAFE, review_on=PARKING.review_on.replace(year=2026, month=11, day=1))
    shop = await open_workshop(database, tmp_path, library=LIBRARY.changed({CAFE.key: overdue}))
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    assert (await look(shop, await shop.publish())).life.stage is Stage.WAITING


async def asks(shop: Workshop, text: str) -> Conversation:
    """Have a carer ask something."""
    parts = container(shop.database, shop.assistants, shop.clock)
    conversation, _, _ = await parts.conversations.begin(channel="web")
    await parts.turns.receive(conversation.id, text=text)
    await parts.turns.finish()
    return conversation


async def test_carers_own_questions_that_would_move_are_shown_masked_until_they_are_erased(shop: Workshop) -> None:
    asked = "bike rack for Danny please"
    conversation = await asks(shop, asked)
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, examples=(*CAFE.examples, "bike rack please")), revision=0)
    number = await shop.publish()
    checks = (await look(shop, number)).checks
    assert checks is not None
    (move,) = [move for move in checks.moves if move.kind is Kind.RECENT]
    assert (move.text, move.after) == ("bike rack for [name] please", CAFE.key)
    stored = str((await look(shop, number)).life.checks)
    assert move.ref is not None
    assert move.ref in stored
    assert "bike" not in stored

    parts = container(shop.database, shop.assistants, shop.clock)
    await parts.conversations.erase(conversation)
    checks = (await look(shop, number)).checks
    assert checks is not None
    assert [move for move in checks.moves if move.kind is Kind.RECENT] == []


# What may go wrong beside the words


async def test_a_training_that_fails_leaves_the_live_release_and_the_drafts(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    shop.trainer.fails = True
    failed = await shop.publish()
    life = (await look(shop, failed)).life
    assert (life.stage, life.problems[0]["found"]) == (Stage.FAILED, "Training the assistant failed.")
    assert len(await shop.studio.drafts.list_all()) == 1
    shop.trainer.fails = False
    await shop.put_live(await shop.publish())


async def test_a_model_that_does_not_start_when_it_is_tried_out_is_told(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.studio.publishing.ask_for(shop.ada)
    shop.assistants.broken.add(number)
    await shop.studio.work.build_next()
    life = (await look(shop, number)).life
    assert life.stage is Stage.FAILED
    assert "ended while it was starting" in life.problems[0]["found"]
    assert "Your drafts are kept" in life.problems[0]["do"]


async def test_a_model_file_that_was_damaged_after_its_checks_is_trained_again(shop: Workshop, tmp_path: Path) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    for file in tmp_path.glob("release-*.tar.gz"):
        file.write_bytes(b"not what it was")
    trained = len(shop.trainer.trained)
    await shop.put_live(number)
    assert len(shop.trainer.trained) == trained + 1


async def test_a_release_that_does_not_start_when_it_is_to_go_live_leaves_carers_what_they_have(shop: Workshop) -> None:
    first = shop.assistants.release
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    shop.assistants.broken.add(number)
    await shop.studio.publishing.approve(shop.bea, number)
    assert await shop.studio.work.put_live_next() is None
    assert (await look(shop, number)).life.stage is Stage.FAILED
    assert shop.assistants.release == first
    assert shop.studio.live.library.answers[PARKING.key] == PARKING
    assert len(await shop.studio.drafts.list_all()) == 1


async def test_a_release_that_answers_otherwise_than_when_it_was_checked_does_not_go_live(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    shop.assistants.reaches[number] = {"i want a person": PARKING.key}
    await shop.studio.publishing.approve(shop.bea, number)
    assert await shop.studio.work.put_live_next() is None
    assert "protected question" in (await look(shop, number)).life.problems[0]["found"]


def reopened(shop: Workshop) -> ReleaseWork:
    """Return the work as another process would begin it."""

    async def known() -> Sequence[Question]:
        return QUESTIONS

    async def none() -> Sequence[Question]:
        return ()

    return ReleaseWork(
        database=shop.database,
        models=shop.models,
        assistants=shop.assistants,
        questions=known,
        recent=none,
        live=shop.studio.live,
        clock=shop.clock,
    )


class _Killed(BaseException):
    """The process ends here, as after SIGKILL: nobody tidies up."""


@pytest.mark.parametrize("killed_in", ["training", "starting", "asking"])
async def test_killed_while_building_it_is_built_after_the_next_start(
    shop: Workshop, killed_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.studio.publishing.ask_for(shop.ada)

    def die(*_: object, **__: object) -> None:
        raise _Killed

    with monkeypatch.context() as broken:
        target = {
            "training": (shop.trainer, "train"),
            "starting": (shop.assistants, "beside"),
            "asking": (shop.assistants, "ask"),
        }
        broken.setattr(*target[killed_in], die)
        with pytest.raises(_Killed):
            await shop.studio.work.build_next()
    assert (await look(shop, number)).life.stage is Stage.BUILDING
    again = reopened(shop)
    await again.begin()
    assert await again.build_next() == number
    assert (await look(shop, number)).life.stage is Stage.WAITING


async def test_killed_while_going_live_it_goes_live_after_the_next_start(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    await shop.studio.publishing.approve(shop.bea, number)

    def die(*_: object, **__: object) -> None:
        raise _Killed

    with monkeypatch.context() as broken:
        broken.setattr(shop.assistants, "take_over", die)
        with pytest.raises(_Killed):
            await shop.studio.work.put_live_next()
    again = reopened(shop)
    await again.begin()
    await again.put_live_next()
    assert shop.assistants.release == number
    assert shop.studio.live.library.answers[PARKING.key].variants[0].text == NEW_TEXT


async def test_another_process_follows_what_was_put_live(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    await shop.put_live(number)
    shop.assistants.release = 1  # as the other process still serves it
    assert await reopened(shop).put_live_next() == number
    assert shop.assistants.release == number


# One at a time, and undone


async def test_one_release_is_on_its_way_at_a_time(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    await shop.studio.drafts.save(shop.ada, CAFE.key, with_text(CAFE, "The cafe is shut now."), revision=0)
    with pytest.raises(Busy, match=f"Release {number} is on its way"):
        await shop.studio.publishing.ask_for(shop.ada)
    await shop.studio.publishing.drop(shop.ada, number)
    assert len(await shop.studio.drafts.list_all()) == 2
    assert (await look(shop, await shop.publish(keys=[CAFE.key]))).life.changes == (CAFE.key,)


async def test_of_two_who_ask_at_once_one_gets_a_release(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    asked = await asyncio.gather(
        *(shop.studio.publishing.ask_for(account) for account in (shop.ada, shop.bea)), return_exceptions=True
    )
    assert sorted(type(each) for each in asked if not isinstance(each, int)) == [Busy]
    assert len(await shop.studio.publishing.list_all()) == 2


async def test_of_an_approval_and_a_drop_at_once_one_counts(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    publishing = shop.studio.publishing
    done = await asyncio.gather(publishing.approve(shop.bea, number), publishing.drop(shop.ada, number), return_exceptions=True)
    assert [type(each) for each in done if each is not None] == [Busy]


async def test_with_nothing_to_publish_nothing_begins(shop: Workshop) -> None:
    with pytest.raises(InvalidInput, match="nothing to publish"):
        await shop.studio.publishing.ask_for(shop.ada)
    with pytest.raises(InvalidInput, match="no draft of visiting/cafe"):
        await shop.studio.publishing.ask_for(shop.ada, keys=[CAFE.key])


async def test_a_draft_that_was_written_on_while_its_release_was_built_stays(shop: Workshop) -> None:
    saved = await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    later = with_text(PARKING, f"{NEW_TEXT} Ask for a map.")
    await shop.studio.drafts.save(shop.ada, PARKING.key, replace(later, approver=""), revision=saved.revision)
    await shop.put_live(number)
    (draft,) = await shop.studio.drafts.list_all()
    assert isinstance(draft.content, Answer)
    assert isinstance(draft.base, Answer)
    assert draft.content.variants[0].text.endswith("Ask for a map.")
    assert draft.base.variants[0].text == NEW_TEXT


async def test_going_back_is_one_step_and_shows_who_did_it(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    await shop.put_live(number)
    await shop.studio.publishing.go_back(shop.ada, 1, reason="The old car park is open again")
    assert await shop.studio.work.put_live_next() == 1
    assert shop.assistants.release == 1
    assert shop.studio.live.library.answers[PARKING.key] == PARKING
    events = (await look(shop, 1)).events
    assert [(event.what, event.by and event.by.name) for event in events[-2:]] == [
        (What.GONE_BACK, "Ada Example"),
        (What.LIVE, None),
    ]
    with pytest.raises(Busy):
        await shop.studio.publishing.go_back(shop.ada, 1)
    await shop.studio.publishing.go_back(shop.bea, number)
    assert await shop.studio.work.put_live_next() == number


async def test_going_back_to_a_release_of_older_software_trains_it_again(shop: Workshop, tmp_path: Path) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.put_live(await shop.publish())
    shop.models.code = "d" * 64
    trained = len(shop.trainer.trained)
    await shop.studio.publishing.go_back(shop.ada, 1)
    assert await shop.studio.work.put_live_next() == 1
    assert len(shop.trainer.trained) == trained + 1


async def test_going_back_to_what_does_not_start_leaves_carers_what_they_have(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish()
    await shop.put_live(number)
    shop.assistants.broken.add(1)
    await shop.studio.publishing.go_back(shop.ada, 1)
    assert await shop.studio.work.put_live_next() is None
    assert shop.assistants.release == number
    assert (await look(shop, 1)).life.stage is Stage.PAST


async def test_what_was_checked_against_another_live_release_must_be_asked_for_again(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.put_live(await shop.publish())
    await shop.studio.drafts.save(shop.ada, CAFE.key, with_text(CAFE, "The cafe is shut now."), revision=0)
    number = await shop.publish()
    await shop.studio.publishing.go_back(shop.ada, 1)
    await shop.studio.work.put_live_next()
    assert (await look(shop, number)).is_behind
    with pytest.raises(Busy, match="gone live since"):
        await shop.studio.publishing.approve(shop.bea, number)


# The start of the app


async def start(shop: Workshop, library: Library) -> int:
    release = await releases.current(database=shop.database, clock=shop.clock, models=shop.models, read_files=lambda: library)
    return release.number


async def test_files_count_until_somebody_publishes(shop: Workshop) -> None:
    assert await start(shop, LIBRARY) == 1
    changed = LIBRARY.changed({CAFE.key: with_text(CAFE, "The cafe is shut now.")})
    second = await start(shop, changed)
    from_files = await look(shop, second)
    assert (from_files.life.origin, from_files.life.changes) == (Origin.FILES, (CAFE.key,))
    assert from_files.before == {CAFE.key: CAFE}
    assert await start(shop, LIBRARY) == 1  # the files are as they were, and so is the release
    shop.assistants.release = 1
    await shop.studio.live.follow(1)
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    published = await shop.publish()
    await shop.put_live(published)
    assert await start(shop, changed) == published


async def test_who_went_back_to_what_the_files_said_is_not_overruled_by_files_that_changed(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.put_live(await shop.publish())
    await shop.studio.publishing.go_back(shop.ada, 1)
    await shop.studio.work.put_live_next()
    assert await start(shop, LIBRARY.changed({CAFE.key: None})) == 1


async def test_new_software_makes_the_published_words_anew(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    await shop.put_live(await shop.publish())
    shop.models.code = "e" * 64
    upgraded = await start(shop, LIBRARY)
    published = await look(shop, upgraded)
    assert (published.life.origin, published.life.stage) == (Origin.UPGRADE, Stage.LIVE)
    library = await shop.studio.publishing.library()
    assert library.answers[PARKING.key].variants[0].text == NEW_TEXT
    assert await start(shop, LIBRARY) == upgraded


async def test_a_live_model_that_is_damaged_is_trained_again_under_its_number(shop: Workshop, tmp_path: Path) -> None:
    for file in tmp_path.glob("release-*.tar.gz"):
        file.write_bytes(b"not what it was")
    assert await start(shop, LIBRARY) == 1
    assert len(shop.trainer.trained) == 2


async def test_a_first_training_that_fails_makes_no_release(database: Database, tmp_path: Path) -> None:
    shop = await open_workshop(database, tmp_path)
    shop.trainer.fails = True
    with pytest.raises(ContentError):
        await start(shop, library_of([PARKING]))
    assert [life.number for life in await shop.studio.publishing.list_all()] == [1]


# Looking back


async def test_every_version_of_an_answer_is_kept_with_who_wrote_and_approved_it(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, NEW_TEXT), revision=0)
    number = await shop.publish(reason="The barrier is gone")
    await shop.put_live(number)
    newest, oldest = await shop.studio.history.of(PARKING.key)
    assert isinstance(newest.entry, Answer)
    assert (newest.life.number, newest.life.reason, newest.entry.variants[0].text) == (number, "The barrier is gone", NEW_TEXT)
    assert newest.life.by is not None
    assert newest.life.approver is not None
    assert (newest.life.by.name, newest.life.approver.name) == ("Ada Example", "Bea Example")
    assert oldest.entry == PARKING
    assert len(await shop.studio.history.of(CAFE.key)) == 1


async def test_an_answer_that_was_taken_out_still_has_its_history(shop: Workshop) -> None:
    alone = replace(LOCKERS, follow_ups=("visiting/parking", "visiting/shuttle"))
    other = replace(PARKING, follow_ups=("visiting/lockers", "visiting/shuttle"))
    bus = replace(SHUTTLE, follow_ups=("visiting/parking", "visiting/lockers"))
    for entry in (alone, other, bus):
        await shop.studio.drafts.save(shop.ada, entry.key, entry, revision=0)
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    number = await shop.publish()
    assert (await look(shop, number)).life.problems == ()
    await shop.put_live(number)
    assert CAFE.key not in shop.studio.live.library.answers
    gone, was = await shop.studio.history.of(CAFE.key)
    assert (gone.entry, was.entry) == (None, CAFE)
    assert SHUTTLE.key in shop.studio.live.library.answers


async def test_drafts_are_kept_with_every_save(shop: Workshop) -> None:
    first = await shop.studio.drafts.save(shop.ada, PARKING.key, with_text(PARKING, "One."), revision=0)
    await shop.studio.drafts.save(shop.bea, PARKING.key, with_text(PARKING, "Two."), revision=first.revision)
    async with shop.database.reading() as session:
        kept = await draft_store.get_revision(session, PARKING.key, 1)
        draft = await draft_store.get(session, PARKING.key)
    assert isinstance(kept, Answer)
    assert kept.variants == (Variant(text="One.", sources=(SOURCE,)),)
    assert draft is not None
    assert draft.authors == {"ada", "bea"}
