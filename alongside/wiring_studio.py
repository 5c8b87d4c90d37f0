"""Where the parts of the answers studio are joined: what makes a release, and what maintainers work with."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import cast

from alongside.adapters import library_folder, rasa_files
from alongside.adapters.assistant_process import AssistantProcess
from alongside.adapters.assistants import ProcessAssistants
from alongside.adapters.clock import SystemClock
from alongside.adapters.question_files import read_questions
from alongside.adapters.sentences import LazyEncoder
from alongside.adapters.trainer import ProcessTrainer
from alongside.core.answers import TOPICS
from alongside.core.release_checks import Question
from alongside.core.releases import Release
from alongside.core.words import Words
from alongside.services import releases
from alongside.services.asked import Asked
from alongside.services.drafts import Drafts
from alongside.services.heartbeat import NoAssistant
from alongside.services.history import History
from alongside.services.live_library import LiveLibrary
from alongside.services.meanings import Meanings
from alongside.services.ports import Assistants, Clock, Vectors
from alongside.services.precedence import Precedence
from alongside.services.publishing import Approval, Publishing
from alongside.services.recent_questions import RecentQuestions
from alongside.services.rehearsal import Rehearsal
from alongside.services.release_work import Questions, ReleaseWork
from alongside.services.releases import Models
from alongside.services.scorecard import Scorecards
from alongside.services.shelves import Librarian
from alongside.settings import ROOT, Settings
from alongside.store.base import Database

DATA = ROOT / "data"

CODE = (
    "config.yml",
    "data/nlu/*.yml",
    "data/stories/*.yml",
    "bot/domain/*.yml",
    "bot/*.py",
    "bot/components/*.py",
    "bot/components/*.yml",
    "alongside/encoder/*.py",
    "requirements/assistant.txt",
)
"""What a model is made from beside the library: a change in any of these files makes a new release of the same words."""


@dataclass(frozen=True)
class Studio:
    """What maintainers work with."""

    live: LiveLibrary
    drafts: Drafts
    publishing: Publishing
    work: ReleaseWork
    history: History
    asked: Asked
    scorecards: Scorecards
    meanings: Meanings
    rehearsal: Rehearsal
    librarian: Librarian


@cache
def shipped_questions() -> tuple[Question, ...]:
    """Read the questions that come with Alongside, once."""
    return tuple(
        read_questions(
            protected=ROOT / "data" / "protected.jsonl",
            held_out=ROOT / "tests" / "nlu" / "heldout.jsonl",
            harmless=ROOT / "tests" / "safety" / "harmless.jsonl",
        )
    )


async def shipped() -> Sequence[Question]:
    """Return the questions a release is asked."""
    return shipped_questions()


def join_studio(
    settings: Settings,
    *,
    database: Database,
    live: LiveLibrary,
    models: Models,
    assistants: Assistants,
    clock: Clock,
    encoder: Vectors | None = None,
    questions: Questions = shipped,
) -> Studio:
    encoder = encoder or LazyEncoder(encoder_folder(settings))
    drafts = Drafts(database=database, live=live, clock=clock)
    asked = Asked(database=database, drafts=drafts, encoder=encoder, clock=clock)
    recent = RecentQuestions(database=database, asked=asked, clock=clock)
    return Studio(
        live=live,
        drafts=drafts,
        publishing=Publishing(
            database=database,
            live=live,
            models=models,
            clock=clock,
            recent=recent.shown,
            approval=Approval(settings.answers_approval),
        ),
        work=ReleaseWork(
            database=database,
            models=models,
            assistants=assistants,
            questions=questions,
            recent=recent.list_all,
            live=live,
            clock=clock,
        ),
        history=History(database=database),
        asked=asked,
        scorecards=Scorecards(database=database, clock=clock),
        meanings=Meanings(
            drafts=drafts,
            encoder=encoder,
            assistant=assistants,
            live_number=lambda: assistants.release,
        ),
        rehearsal=Rehearsal(drafts=drafts, models=models, assistants=assistants),
        librarian=Librarian(database=database, live=live, clock=clock),
    )


def read_words() -> Words:
    """Read every approved response that is no FAQ answer, with the facts, as they are shipped."""
    files = [DATA / "words.yml", DATA / "safety.yml", *sorted((ROOT / "bot" / "domain").glob("*.yml"))]
    return rasa_files.read_words(files, facts=rasa_files.read_facts(DATA / "facts.yml"))


@cache
def code_hash() -> str:
    """Return one sha256 over what a model is made from beside the library: what this process runs, so it is read once."""
    found = {file for pattern in CODE for file in ROOT.glob(pattern)}
    library = {DATA / "nlu" / f"{topic}.yml" for topic in TOPICS}
    return releases.content_hash(sorted(found - library), root=ROOT)


def models(settings: Settings, database: Database) -> Models:
    return Models(
        database=database,
        trainer=ProcessTrainer(python=settings.assistant_python, encoder=encoder_folder(settings)),
        write_nlu=partial(library_folder.write_for_training, shipped=DATA / "nlu"),
        folder=settings.data_dir / "releases",
        code=code_hash(),
        clock=SystemClock(),
    )


async def current_release(settings: Settings, database: Database) -> Release:
    """Return the release that is to serve carers, training it when there is none for these words and this software."""
    return await releases.current(
        database=database,
        clock=SystemClock(),
        models=models(settings, database),
        read_files=partial(library_folder.read_library, DATA),
    )


def encoder_folder(settings: Settings) -> Path:
    return settings.data_dir / "encoder"


def studio(settings: Settings, database: Database, assistants: Assistants | None = None) -> Studio:
    """Join the studio alone: for commands that look and ask, without an assistant, and for those that build, with one."""
    return join_studio(
        settings,
        database=database,
        live=LiveLibrary(database=database, shipped=read_words()),
        models=models(settings, database),
        assistants=assistants or cast(ProcessAssistants, NoAssistant()),
        clock=SystemClock(),
    )


@asynccontextmanager
async def studio_running(settings: Settings, database: Database, release: Release) -> AsyncIterator[Studio]:
    """Join the studio with an assistant of its own, which serves no carer: for commands that build where no server runs."""
    assistants = ProcessAssistants(assistant_maker(settings), release)
    await assistants.start()
    try:
        await assistants.wait_ready(timeout=120)
        yield studio(settings, database, assistants)
    finally:
        await assistants.stop()


NOBODY = "none"
NO_ACTIONS = "http://127.0.0.1:9/webhook"
"""Where nobody listens: an assistant that is only asked what questions reach runs no action, but wants an address."""


def assistant_maker(
    settings: Settings, *, actions_url: str = NO_ACTIONS, actions_token: str = NOBODY, precedence: Precedence | None = None
) -> Callable[[Release], AssistantProcess]:
    """Return what makes the process of a release."""
    line = precedence or Precedence()

    def make(release: Release) -> AssistantProcess:
        return AssistantProcess(
            python=settings.assistant_python,
            release=release,
            model=settings.data_dir / "releases" / release.model_file,
            encoder=encoder_folder(settings),
            actions_url=actions_url,
            actions_token=actions_token,
            precedence=line,
        )

    return make
