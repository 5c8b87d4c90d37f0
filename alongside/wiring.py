"""Where the parts are joined: the only place that knows which adapter stands behind which port."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from alongside.adapters import directory_files, rasa_files
from alongside.adapters.announcer import LocalAnnouncer
from alongside.adapters.assistant_process import AssistantProcess
from alongside.adapters.bank_holidays import LibraryBankHolidays
from alongside.adapters.clock import SystemClock
from alongside.adapters.trainer import ProcessTrainer
from alongside.core.answers import TOPICS
from alongside.core.releases import Release
from alongside.core.words import Words
from alongside.services import releases
from alongside.services.accounts import Accounts
from alongside.services.conversations import Conversations
from alongside.services.directory import Directory
from alongside.services.handover import Handover
from alongside.services.ports import Clock
from alongside.services.promises import Promises
from alongside.services.requests import Requests
from alongside.services.turns import Turns
from alongside.settings import ROOT, Settings
from alongside.store.base import Database

log = structlog.get_logger()

CONTENT = (
    "config.yml",
    "data/nlu/*.yml",
    "data/stories/*.yml",
    "data/facts.yml",
    "bot/domain/*.yml",
    "bot/**/*.py",
    "alongside/encoder/*.py",
    "requirements/assistant.txt",
)
"""What a model is made from: a change in any of these files makes a new release."""


@dataclass(frozen=True)
class Container:
    """The app's parts, made once."""

    settings: Settings
    database: Database
    clock: Clock
    words: Words
    announcer: LocalAnnouncer
    directory: Directory
    accounts: Accounts
    conversations: Conversations
    turns: Turns
    requests: Requests
    handover: Handover
    assistant: AssistantProcess


def read_words() -> Words:
    """Read every approved response that is no FAQ answer, with the facts."""
    facts = rasa_files.read_facts(ROOT / "data" / "facts.yml")
    return rasa_files.read_words([ROOT / "data" / "words.yml", *sorted((ROOT / "bot" / "domain").glob("*.yml"))], facts=facts)


async def current_release(settings: Settings, database: Database) -> Release:
    """Return the release of the content as it stands, training it when there is none."""
    files = [file for pattern in CONTENT for file in ROOT.glob(pattern) if file.is_file() and ".venv" not in file.parts]
    return await releases.current(
        database=database,
        clock=SystemClock(),
        content=releases.content_hash(files, root=ROOT),
        folder=settings.data_dir / "releases",
        answers=lambda: rasa_files.read_all_answers(ROOT / "data" / "nlu", TOPICS),
        trainer=ProcessTrainer(python=settings.assistant_python, encoder=encoder_folder(settings)),
    )


def directory(database: Database) -> Directory:
    return Directory(database=database, clock=SystemClock())


def accounts(database: Database) -> Accounts:
    return Accounts(database=database, clock=SystemClock())


def conversations(settings: Settings, database: Database, *, words: Words | None = None) -> Conversations:
    return Conversations(
        database=database, words=words or read_words(), clock=SystemClock(), keep=timedelta(days=settings.keep_days)
    )


async def load_sample(database: Database) -> None:
    """Fill an empty directory with the sample, so that a new installation has something to show."""
    if await directory(database).import_first(directory_files.read_directory(ROOT / "data" / "directory" / "sample.yml")):
        log.info("the sample directory was loaded; import your own with `alongside directory import FILE`")


def encoder_folder(settings: Settings) -> Path:
    return settings.data_dir / "encoder"


async def build(settings: Settings, *, database: Database, release: Release, actions_url: str, actions_token: str) -> Container:
    """Join the parts on a database that is already migrated. Nothing is started yet."""
    assistant = AssistantProcess(
        python=settings.assistant_python,
        release=release,
        model=settings.data_dir / "releases" / release.model_file,
        encoder=encoder_folder(settings),
        actions_url=actions_url,
        actions_token=actions_token,
    )
    return join(
        settings, database=database, assistant=assistant, announcer=LocalAnnouncer(), clock=SystemClock(), words=read_words()
    )


def join(
    settings: Settings,
    *,
    database: Database,
    assistant: AssistantProcess,
    announcer: LocalAnnouncer,
    clock: Clock,
    words: Words,
) -> Container:
    """Join the services with what they need from outside; tests hand in other things."""
    keep = timedelta(days=settings.keep_days)
    looked_up = Directory(database=database, clock=clock)
    promises = Promises(database=database, directory=looked_up, words=words, clock=clock, bank_holidays=LibraryBankHolidays())
    requests = Requests(database=database, announcer=announcer, promises=promises, clock=clock)
    return Container(
        settings=settings,
        database=database,
        clock=clock,
        words=words,
        announcer=announcer,
        directory=looked_up,
        accounts=Accounts(database=database, clock=clock),
        conversations=Conversations(database=database, words=words, clock=clock, keep=keep),
        turns=Turns(
            database=database,
            assistant=assistant,
            announcer=announcer,
            requests=requests,
            words=words,
            clock=clock,
            keep=keep,
        ),
        requests=requests,
        handover=Handover(database=database, announcer=announcer, promises=promises, clock=clock, keep=keep),
        assistant=assistant,
    )
