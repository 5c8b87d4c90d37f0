"""Builds releases and puts them live: what the server does after somebody has asked for it.

Rules kept: the live release is not touched until the new one has been trained, started beside it and asked its questions there;
whatever goes wrong is told with what to do, and carers notice nothing; what a process leaves half done as it dies, another one
takes up, or the same after its start.
"""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import date, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.answers import Problem, facts_used
from alongside.core.errors import AssistantFailed, ContentError
from alongside.core.library import Library, kind_of
from alongside.core.release_checks import Kind, Question, Reached, blocking, check_safety_replies, compare
from alongside.core.releases import Life, Stage, Step, What
from alongside.core.safety import find_danger
from alongside.services import answers_check
from alongside.services.chores import forever
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Asker, Assistants, Clock
from alongside.services.releases import Models
from alongside.store import drafts as draft_store
from alongside.store import release_lives as lives
from alongside.store import releases as store
from alongside.store.base import Database

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
"""How long the right to work on a release holds; it is prolonged while the work goes on, so only a crash outlives it."""

_PROLONG = 10.0
"""Seconds between prolonging it."""

BATCH = 40
"""Questions asked of the live assistant at once: carers' turns come in between."""

_LOST = "Nothing has changed for carers. Your drafts are kept: ask for the release again."

Questions = Callable[[], Awaitable[Sequence[Question]]]
"""Returns questions that a release is asked."""


class ReleaseWork:
    """Does what was asked for, one release at a time."""

    def __init__(
        self,
        *,
        database: Database,
        models: Models,
        assistants: Assistants,
        questions: Questions,
        recent: Questions,
        live: LiveLibrary,
        clock: Clock,
    ) -> None:
        self._database = database
        self._models = models
        self._assistants = assistants
        self._questions = questions
        self._recent = recent
        self._live = live
        self._clock = clock
        self._owner = uuid.uuid4().hex

    async def begin(self) -> None:
        """Take up what an earlier run left. On SQLite there is one process, so nobody else works on anything."""
        if self._database.is_sqlite:
            async with self._database.transaction() as session:
                await lives.let_all_go(session)
        if self._assistants.release is not None:
            await self._live.follow(self._assistants.release)

    async def build_forever(self, *, every: float) -> None:
        """Build what was asked for, until cancelled."""
        await forever(self.build_next, every=every, failed="a release was not built")

    async def put_live_forever(self, *, every: float) -> None:
        """Put live what was approved, here or by another process, until cancelled."""
        await forever(self.put_live_next, every=every, failed="a release was not put live")

    async def build_next(self) -> int | None:
        """Build and check a release that was asked for; returns its number, or None when there was none."""
        life = await self._take(Stage.BUILDING)
        if life is None:
            return None
        async with self._working(life.number):
            try:
                problems = await self._build(life)
            except ContentError as error:
                await self._fail(life.number, str(error), "Look at the texts that changed, and ask for the release again")
            except AssistantFailed as error:
                await self._fail(life.number, f"the new release could not be tried out: {error}", _LOST)
            except Exception as error:
                log.error("release not built", release=life.number, kind=type(error).__name__)
                await self._fail(life.number, f"something went wrong on our side ({type(error).__name__})", _LOST)
            else:
                await self._end_build(life.number, problems)
        return life.number

    async def put_live_next(self) -> int | None:
        """Put live a release that was approved, or follow another process that did; returns its number if carers get it now."""
        async with self._database.reading() as session:
            live = await lives.get_live(session)
        if live and live.number != self._assistants.release:
            await self._follow(live)
            return live.number
        life = await self._take(Stage.APPROVED)
        if life is None:
            return None
        async with self._working(life.number):
            try:
                await self._put_live(life)
            except (ContentError, AssistantFailed) as error:
                await self._stay(life, str(error))
                return None
            except Exception as error:
                log.error("release not put live", release=life.number, kind=type(error).__name__)
                await self._stay(life, f"something went wrong on our side ({type(error).__name__})")
                return None
        return life.number

    async def _take(self, stage: Stage) -> Life | None:
        now = self._clock.now()
        async with self._database.transaction() as session:
            return await lives.take(session, [stage], owner=self._owner, now=now, until=now + LEASE)

    @asynccontextmanager
    async def _working(self, number: int) -> AsyncIterator[None]:
        """Keep the right to work on a release until the block ends."""

        async def prolong() -> None:
            while True:
                await asyncio.sleep(_PROLONG)
                async with self._database.transaction() as session:
                    await lives.set_(session, number, worked_until=self._clock.now() + LEASE)

        task = asyncio.create_task(prolong())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            async with self._database.transaction() as session:
                await lives.let_go(session, number)

    async def _build(self, life: Life) -> list[Problem]:
        """Return what forbids this release; the checks are stored."""
        async with self._database.reading() as session:
            library = await store.get_library(session, life.number)
            before = await store.get_library(session, life.base) if life.base else Library()
            release = await store.get(session, life.number)
        if release is None:
            raise ContentError("this release is not there any more")
        if problems := await asyncio.to_thread(check_words, before, library, life.changes, today=self._clock.today()):
            return problems
        await self._step(life.number, Step.TRAINING)
        name, model_hash = await self._models.train(release.content_hash, library)
        async with self._database.transaction() as session:
            release = await store.replace_model(session, life.number, model_file=name, model_hash=model_hash)
        await self._step(life.number, Step.STARTING)
        async with self._assistants.beside(release) as beside:
            await self._step(life.number, Step.ASKING)
            return await self._ask(life, before, library, beside)

    async def _ask(self, life: Life, before: Library, library: Library, beside: Asker) -> list[Problem]:
        questions = await self._questions()
        recent = await self._recent()
        live = await self._reached(life.base, self._assistants, questions)
        new = await self._reached(life.number, beside, questions)
        checks = compare(
            [*questions, *recent],
            [*live, *await _ask_all(self._assistants, recent)],
            [*new, *await _ask_all(beside, recent)],
            changes=frozenset(life.changes),
            removed=frozenset(before.answers) - frozenset(library.answers),
        )
        async with self._database.transaction() as session:
            await lives.set_(session, life.number, checks=checks.as_json())
        return blocking(checks)

    async def _reached(self, number: int | None, asker: Asker, questions: Sequence[Question]) -> list[Reached]:
        """Return what the questions reach in a release: as it is kept, or by asking."""
        known = _hash(questions)
        async with self._database.reading() as session:
            kept = await lives.get_reached(session, number, questions=known) if number else None
        if kept is not None:
            return [Reached(label, confidence) for label, confidence in kept]
        reached = await _ask_all(asker, questions)
        if number:
            async with self._database.transaction() as session:
                await lives.put_reached(
                    session, number, questions=known, reached=[[each.label, each.confidence] for each in reached]
                )
        return reached

    async def _put_live(self, life: Life) -> None:
        async with self._database.reading() as session:
            release = await store.get(session, life.number)
        if release is None:
            raise ContentError("this release is not there any more")
        release = await self._models.mend(release, life)
        await self._step(life.number, Step.STARTING)
        async with self._assistants.beside(release) as beside:
            await self._try_out(life, beside)
            await self._step(life.number, Step.TAKING_OVER)
            now = self._clock.now()
            async with self._database.transaction() as session:
                await lives.set_live(session, life.number, at=now)
                await lives.add_event(session, life.number, What.LIVE, at=now)
                await self._settle(session, life)
            await self._assistants.take_over(beside)
        await self._live.follow(life.number)
        log.info("release is live", release=life.number)

    async def _try_out(self, life: Life, beside: Asker) -> None:
        """Ask the started release its protected questions once more: what runs must be what was checked."""
        questions = await self._questions()
        async with self._database.reading() as session:
            kept = await lives.get_reached(session, life.number, questions=_hash(questions))
        labels = [label for label, _ in kept] if kept else [None] * len(questions)
        asked = [
            (question.text, label) for question, label in zip(questions, labels, strict=True) if question.kind is Kind.PROTECTED
        ]
        reached = await beside.ask([text for text, _ in asked])
        if any(label not in (None, now.label) for (_, label), now in zip(asked, reached, strict=True)):
            raise AssistantFailed("it answers a protected question otherwise than when it was checked")

    async def _follow(self, life: Life) -> None:
        """Serve what another process has put live."""
        async with self._database.reading() as session:
            release = await store.get(session, life.number)
        if release:
            async with self._assistants.beside(release) as beside:
                await self._assistants.take_over(beside)
            await self._live.follow(life.number)

    async def _settle(self, session: AsyncSession, life: Life) -> None:
        """Take away the drafts that are live now. One that was written on stays, on top of what is live."""
        library = await store.get_library(session, life.number)
        for key, revision in life.drafts.items():
            draft = await draft_store.get(session, key)
            if draft is None:
                continue
            if draft.revision == revision or draft.content == library.get(key):
                await draft_store.remove(session, key)
            else:
                await draft_store.set_base(session, key, library.get(key))

    async def _step(self, number: int, step: Step) -> None:
        async with self._database.transaction() as session:
            await lives.set_(session, number, step=step.value)

    async def _end_build(self, number: int, problems: Sequence[Problem]) -> None:
        stage, what = (Stage.BLOCKED, What.BLOCKED) if problems else (Stage.WAITING, What.BUILT)
        async with self._database.transaction() as session:
            now = await lives.get(session, number)
            if now and now.stage is Stage.BUILDING:  # somebody may have dropped it meanwhile
                await lives.set_(
                    session, number, stage=stage.value, step=None, problems=[asdict(problem) for problem in problems]
                )
                await lives.add_event(session, number, what, at=self._clock.now())

    async def _fail(self, number: int, found: str, do: str) -> None:
        async with self._database.transaction() as session:
            now = await lives.get(session, number)
            if now and now.stage is Stage.BUILDING:
                problem = asdict(Problem(f"Release {number}", found, do))
                await lives.set_(session, number, stage=Stage.FAILED.value, problems=[problem])
                await lives.add_event(session, number, What.FAILED, at=self._clock.now())

    async def _stay(self, life: Life, found: str) -> None:
        """Leave carers with what they have: one that was live before goes back to its place, a new one has failed."""
        stage = Stage.PAST if life.live_at else Stage.FAILED
        problem = asdict(Problem(f"Release {life.number}", found, "Carers still get the release that was live before. Try again"))
        async with self._database.transaction() as session:
            await lives.set_(session, life.number, stage=stage.value, problems=[problem])
            await lives.add_event(session, life.number, What.FAILED, at=self._clock.now())


async def _ask_all(asker: Asker, questions: Sequence[Question]) -> list[Reached]:
    reached: list[Reached] = []
    for start in range(0, len(questions), BATCH):
        reached += await asker.ask([question.text for question in questions[start : start + BATCH]])
    return reached


def _hash(questions: Sequence[Question]) -> str:
    return hashlib.sha256("\0".join(question.text for question in questions).encode()).hexdigest()


def check_words(before: Library, after: Library, changes: Sequence[str], *, today: date) -> list[Problem]:
    """Return the broken rules that a release would bring: those of what it changes, and those it causes elsewhere.

    What is wrong already in what it leaves alone is not its fault, and does not hold it up.
    """
    touched = _touched(before, after)
    known = set(map(str, _problems(before, touched, today)))
    changed = tuple(key for key in changes if kind_of(key) == "answer")
    return [
        problem
        for problem in _problems(after, touched | set(changed), today)
        if str(problem) not in known or problem.where.split(" ")[0] in changed
    ] + [*_dangerous(after, changed), *check_safety_replies(before.safety, after)]


def _touched(before: Library, after: Library) -> set[str]:
    """Return the answers whose own rules may be kept or broken otherwise than before; with thousands of answers they are few."""
    gone = before.answers.keys() - after.answers.keys()
    gone_facts = before.facts.keys() - after.facts.keys()
    return {
        key
        for key, answer in after.answers.items()
        if answer != before.answers.get(key)
        or not gone.isdisjoint(answer.follow_ups)
        or (gone_facts and any(gone_facts & facts_used(variant.text) for variant in answer.variants))
    }


def _dangerous(library: Library, keys: Sequence[str]) -> list[Problem]:
    """Return training sentences that the safety check answers before the assistant is asked: they would reach no answer."""
    return [
        Problem(key, f"the training sentence “{sentence}” speaks of danger", "Take it out: the safety reply answers it, always")
        for key in keys
        if key in library.answers
        for sentence in library.answers[key].examples
        if find_danger(sentence)
    ]


def _problems(library: Library, keys: Set[str], today: date) -> list[Problem]:
    """Return the broken rules of some answers, and whatever stands in two places."""
    answers = [answer if answer.approver else replace(answer, approver="–") for answer in library.answers.values()]
    return answers_check.check(answers, facts=set(library.facts), today=today, only=keys)
