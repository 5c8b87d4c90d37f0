"""The release that serves carers when the app starts: the live one, or one made anew when its words or the software changed.

Rules kept: files are read as long as nobody has published in the studio; from then on the database is the truth. A release that
was live is never thrown away. A model whose file is damaged or gone is trained again from the words it was made from.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.library import Library, as_json
from alongside.core.releases import Life, Origin, Release, Stage, What
from alongside.services.ports import Clock
from alongside.store import release_lives as lives
from alongside.store import releases as store
from alongside.store.base import Database


class Trainer(Protocol):
    """Trains the assistant in a process of its own."""

    async def train(self, folder: Path, *, name: str, nlu: Path | None = None) -> tuple[Path, str]:
        """Write the model file ``name`` into the folder; returns it with its sha256. Raises ContentError when training fails.

        ``nlu`` is a folder with answers and training sentences; without it those in ``data/nlu`` are taken.
        """


TRIAL = "trial"
"""How the names of models begin that serve no carer."""

WriteNlu = Callable[[Path, Library], None]
"""Writes a library, and the training sentences that are in no library, into a folder for the trainer."""


def content_hash(files: Sequence[Path], *, root: Path) -> str:
    """Return one sha256 over the names and bytes of files."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def whole_hash(code: str, library: Library, *, salt: str = "") -> str:
    """Return what a release is made from in one sha256. ``salt`` tells two releases with the same content apart."""
    return hashlib.sha256(f"{code}\0{library.hash}\0{salt}".encode()).hexdigest()


class Models:
    """Makes models from libraries, and knows a sound one."""

    def __init__(
        self, *, database: Database, trainer: Trainer, write_nlu: WriteNlu, folder: Path, code: str, clock: Clock
    ) -> None:
        self._database = database
        self._trainer = trainer
        self._write_nlu = write_nlu
        self.folder = folder
        self.code = code
        self._clock = clock

    async def train(self, content: str, library: Library, *, kind: str = "release") -> tuple[str, str]:
        """Return the name and the sha256 of a model of this library."""
        with tempfile.TemporaryDirectory() as folder:
            await asyncio.to_thread(self._write_nlu, Path(folder), library)
            model, model_hash = await self._trainer.train(self.folder, name=f"{kind}-{content[:12]}", nlu=Path(folder))
        return model.name, model_hash

    async def trial(self, library: Library) -> Release:
        """Return what can be started to be tried out, and is no release. Only the last one's file is kept."""
        content = whole_hash(self.code, library)
        name, model_hash = await self.train(content, library, kind=TRIAL)
        for old in self.folder.glob(f"{TRIAL}-*"):
            if not old.name.startswith(name):
                old.unlink(missing_ok=True)
        return Release(number=0, content_hash=content, model_file=name, model_hash=model_hash, made_at=self._clock.now())

    async def is_sound(self, release: Release) -> bool:
        """Say whether a release's model is there, undamaged."""
        file = self.folder / release.model_file
        return release.model_file != "" and await asyncio.to_thread(_hash_of, file) == release.model_hash

    async def mend(self, release: Release, life: Life) -> Release:
        """Return a release with a model this software can load, training it again when it has none."""
        if life.code_hash == self.code and await self.is_sound(release):
            return release
        async with self._database.reading() as session:
            library = await store.get_library(session, release.number)
        name, model_hash = await self.train(whole_hash(self.code, library, salt=str(release.number)), library)
        async with self._database.transaction() as session:
            await lives.set_(session, release.number, code_hash=self.code, library_hash=library.hash)
            return await store.replace_model(session, release.number, model_file=name, model_hash=model_hash)


def _hash_of(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


async def current(*, database: Database, clock: Clock, models: Models, read_files: Callable[[], Library]) -> Release:
    """Return the release that is to serve carers, training it when there is none for these words and this software."""
    async with database.reading() as session:
        live = await lives.get_live(session)
        is_from_files = live is None or await _is_from_files(session, live)
    if live is None or is_from_files:
        library = await asyncio.to_thread(read_files)
    else:
        async with database.reading() as session:
            library = await store.get_library(session, live.number)
    if live and (live.code_hash, live.library_hash) == (models.code, library.hash):
        async with database.reading() as session:
            release = await store.get(session, live.number)
        if release:
            return await models.mend(release, live)
    return await _make(database, clock, models, library, live, Origin.FILES if is_from_files else Origin.UPGRADE)


async def _is_from_files(session: AsyncSession, live: Life) -> bool:
    """Say whether nobody has chosen the live release in the studio, by publishing it or by going back to it."""
    events = await lives.list_events(session, live.number)
    return live.origin is Origin.FILES and What.GONE_BACK not in {event.what for event in events}


async def _make(database: Database, clock: Clock, models: Models, library: Library, live: Life | None, origin: Origin) -> Release:
    content = whole_hash(models.code, library)
    async with database.reading() as session:
        release = await store.get_by_content(session, content)
    if release and await models.is_sound(release):
        name, model_hash = release.model_file, release.model_hash
    else:
        name, model_hash = await models.train(content, library)
    now = clock.now()
    async with database.transaction() as session:
        if release is None:
            before = await store.get_library(session, live.number) if live else library
            release = await store.add(
                session,
                content_hash=content,
                model_file=name,
                model_hash=model_hash,
                made_at=now,
                answers=[(key, as_json(entry)) for key, entry in library],
            )
            life = Life(
                number=release.number,
                stage=Stage.PAST,
                origin=origin,
                made_at=now,
                base=live.number if live else None,
                code_hash=models.code,
                library_hash=library.hash,
                changes=before.differing(library),
                needs_second=False,
            )
            await lives.add(session, life)
        release = await store.replace_model(session, release.number, model_file=name, model_hash=model_hash)
        await lives.set_live(session, release.number, at=now)
        await lives.add_event(session, release.number, What.LIVE, at=now)
    return release
