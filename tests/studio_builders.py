"""What tests of the studio begin from: a small library, a trainer that writes small files, assistants that reach by rule."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import Answer, Source, Variant, normalise_sentence
from alongside.core.errors import AssistantFailed, ContentError
from alongside.core.facts import Fact
from alongside.core.library import SAFETY, Library, library_of
from alongside.core.release_checks import Kind, Question, Reached
from alongside.core.releases import Release
from alongside.core.words import Words
from alongside.services import releases
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Asker
from alongside.services.publishing import Approval
from alongside.services.releases import Models
from alongside.settings import Settings
from alongside.store import releases as release_store
from alongside.store.base import Database
from alongside.wiring_studio import Studio, join_studio
from tests.builders import words
from tests.fakes import NOW, CountingAssistant, FakeClock, WordVectors

REVIEW = date(2027, 11, 21)
SOURCE = Source(title="Visiting, NHS", url="https://www.nhs.uk/visiting", checked_on=date(2026, 11, 21))


def answer(key: str, title: str, text: str, examples: Sequence[str], *, follow_ups: Sequence[str] = ()) -> Answer:
    topic, name = key.split("/")
    return Answer(
        topic=topic,
        name=name,
        title=title,
        owner="Content team",
        approver="Founders",
        review_on=REVIEW,
        nations=("england", "scotland", "wales", "ni"),
        follow_ups=tuple(follow_ups),
        variants=(Variant(text=text, sources=(SOURCE,)),),
        examples=tuple(examples),
    )


def sentences(about: str, count: int = 12) -> list[str]:
    """Return made-up training sentences about something, each of other words."""
    asked = (
        "where is", "how do i find", "is there", "tell me about", "who knows about", "can i use", "what does it cost for",
        "when can i get", "do they have", "why is there no", "which way to", "i need", "we were told of", "please explain",
    )  # fmt: skip
    return [f"{asked[number]} the {about}" for number in range(count)]


PARKING = answer(
    "visiting/parking",
    "Where can I park?",
    "Most units have a car park. Ask the ward which one to use.",
    sentences("car park"),
    follow_ups=("visiting/lockers", "visiting/cafe"),
)
LOCKERS = answer(
    "visiting/lockers",
    "Where do I put my bag?",
    "There are lockers at the door. Staff give you a key.",
    sentences("locker"),
    follow_ups=("visiting/parking", "visiting/cafe"),
)
CAFE = answer(
    "visiting/cafe",
    "Is there a place to eat?",
    "Many units have a small cafe. Ask at the desk.",
    sentences("cafe"),
    follow_ups=("visiting/parking", "visiting/lockers"),
)
SAFETY_SELF = replace(
    answer("safety/self", "Danger to yourself", "You matter. Call {fact_emergency} now.", ()),
    topic=SAFETY,
    variants=(
        Variant(text="You matter. Call {fact_emergency} or {fact_nhs_111}.", sources=(), nation="england"),
        Variant(text="You matter. Call {fact_emergency} now.", sources=()),
    ),
)
EMERGENCY = Fact("fact_emergency", "Emergency services", "999", "uk", "NHS", date(2026, 11, 21))
NHS_111 = Fact("fact_nhs_111", "NHS 111", "111", "gb", "NHS", date(2026, 11, 21))
LIBRARY = library_of([PARKING, LOCKERS, CAFE, SAFETY_SELF, EMERGENCY, NHS_111])

QUESTIONS = (
    Question("i want a person", Kind.PROTECTED, "talk_to_person"),
    *(Question(f"excuse me, where is the {about} here", Kind.HELD_OUT, key) for about, key in (
        ("car park", "visiting/parking"), ("locker", "visiting/lockers"), ("cafe", "visiting/cafe"))),
    Question("this waiting is killing me", Kind.HARMLESS),
)  # fmt: skip


class FakeTrainer:
    """Writes a small file for a model, a different one each time, and counts. It waits while ``may_go_on`` is not set."""

    def __init__(self) -> None:
        self.trained: list[str] = []
        self.fails = False
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def train(self, folder: Path, *, name: str, nlu: Path | None = None) -> tuple[Path, str]:
        await self.may_go_on.wait()
        if self.fails:
            raise ContentError("Training the assistant failed.")
        self.trained.append(name)
        folder.mkdir(parents=True, exist_ok=True)
        model = folder / f"{name}.tar.gz"
        model.write_bytes(f"{len(self.trained)}".encode())
        return model, hashlib.sha256(model.read_bytes()).hexdigest()


@dataclass
class FakeProcess:
    """A started assistant: it reaches the answer that shares the most words with the question, or what ``reaches`` says."""

    number: int
    library: Library
    reaches: Mapping[str, str]

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        return [self._reached(text) for text in texts]

    def _reached(self, text: str) -> Reached:
        label = self._reach(text)
        others = [(key, 0.05) for key in sorted(self.library.answers) if key != label]
        return Reached(label, 0.9, ((label, 0.9), *others))

    def _reach(self, text: str) -> str:
        if text in self.reaches:
            return self.reaches[text]
        wanted = set(normalise_sentence(text).split())
        shared = {
            key: max((len(wanted & set(normalise_sentence(sentence).split())) for sentence in each.examples), default=0)
            for key, each in self.library.answers.items()
        }
        best = max(sorted(shared), key=lambda key: shared[key], default="")
        return best if best and shared[best] >= 2 else "nlu_fallback"


class FakeAssistants(CountingAssistant):
    """Serves a release, and starts others beside it. ``reaches`` holds, for a release, what some questions reach in it."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self.reaches: dict[int, dict[str, str]] = {}
        self.broken: set[int] = set()
        self.started: list[int] = []
        self.release: int | None = None
        self.written = Library()
        """What was trained last; of a trial there is no other record."""

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        return await (await self._process(self.release or 0)).ask(texts)

    @asynccontextmanager
    async def beside(self, release: Release) -> AsyncIterator[Asker]:
        if release.number in self.broken:
            raise AssistantFailed("it ended while it was starting")
        self.started.append(release.number)
        yield await self._process(release.number)

    async def take_over(self, beside: Asker) -> None:
        assert isinstance(beside, FakeProcess)
        self.release = beside.number

    async def _process(self, number: int) -> FakeProcess:
        async with self._database.reading() as session:
            library = await release_store.get_library(session, number) if number else self.written
        reached = {"i want a person": "talk_to_person", **self.reaches.get(number, {})}
        return FakeProcess(number, library, reached)


@dataclass
class Workshop:
    """A studio on a database, with the first release live, and who works in it."""

    studio: Studio
    database: Database
    assistants: FakeAssistants
    trainer: FakeTrainer
    models: Models
    clock: FakeClock
    ada: Account
    bea: Account

    async def publish(self, account: Account | None = None, **given: Any) -> int:
        """Ask for a release and build it; returns its number."""
        number = await self.studio.publishing.ask_for(account or self.ada, **given)
        assert await self.studio.work.build_next() == number
        return number

    async def put_live(self, number: int, *, approver: Account | None = None) -> None:
        await self.studio.publishing.approve(approver or self.bea, number)
        assert await self.studio.work.put_live_next() == number


def maintainer(name: str) -> Account:
    return Account(
        id=name.casefold(),
        email=f"{name.casefold()}@example.org",
        name=f"{name} Example",
        role=AccountRole.MAINTAINER,
        services=frozenset(),
        created_at=NOW,
    )


async def open_workshop(
    database: Database,
    folder: Path,
    *,
    library: Library = LIBRARY,
    approval: Approval = Approval.ALL,
    shipped: Words | None = None,
    questions: Sequence[Question] = QUESTIONS,
    trainer: FakeTrainer | None = None,
) -> Workshop:
    """Make the first release from a library, as a new installation does, and open the studio on it."""
    clock, trainer, assistants = FakeClock(), trainer or FakeTrainer(), FakeAssistants(database)
    made_from = Models(
        database=database,
        trainer=trainer,
        write_nlu=lambda _folder, library: setattr(assistants, "written", library),
        folder=folder,
        code="c" * 64,
        clock=clock,
    )
    release = await releases.current(database=database, clock=clock, models=made_from, read_files=lambda: library)
    assistants.release = release.number
    live = LiveLibrary(database=database, shipped=shipped or words())

    async def known() -> Sequence[Question]:
        return questions

    studio = join_studio(
        Settings(answers_approval=approval.value),
        database=database,
        live=live,
        models=made_from,
        assistants=assistants,
        clock=clock,
        encoder=WordVectors(),
        questions=known,
    )
    await studio.work.begin()
    return Workshop(studio, database, assistants, trainer, made_from, clock, maintainer("Ada"), maintainer("Bea"))
