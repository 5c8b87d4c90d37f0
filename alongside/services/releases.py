"""Releases: make one from the content as it stands, or find the one that was made from it before."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from alongside.core.answers import Answer
from alongside.core.releases import Release
from alongside.services.ports import Clock
from alongside.store import releases as store
from alongside.store.base import Database


class Trainer(Protocol):
    """Trains the assistant in a process of its own."""

    async def train(self, folder: Path, *, name: str) -> tuple[Path, str]:
        """Write the model file ``name`` into the folder; returns it with its sha256. Raises ContentError when training fails."""


def content_hash(files: Sequence[Path], *, root: Path) -> str:
    """Return one sha256 over the names and bytes of everything a model is made from."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(root)).encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


async def current(
    *,
    database: Database,
    clock: Clock,
    content: str,
    folder: Path,
    answers: Callable[[], Sequence[Answer]],
    trainer: Trainer,
) -> Release:
    """Return the release made from this content, training it first when there is none or its file is gone."""
    async with database.reading() as session:
        release = await store.get_by_content(session, content)
    if release and (folder / release.model_file).exists():
        return release
    snapshot = [(answer.key, _as_json(answer)) for answer in await asyncio.to_thread(answers)]
    model, model_hash = await trainer.train(folder, name=f"release-{content[:12]}")
    async with database.transaction() as session:
        if release:  # its file was deleted: the same content again, trained anew
            return await store.replace_model(session, release.number, model_file=model.name, model_hash=model_hash)
        return await store.add(
            session,
            content_hash=content,
            model_file=model.name,
            model_hash=model_hash,
            made_at=clock.now(),
            answers=snapshot,
        )


def _as_json(answer: Answer) -> dict[str, object]:
    plain = asdict(answer)
    plain["review_on"] = answer.review_on.isoformat()
    for variant in plain["variants"]:
        for source in variant["sources"]:
            source["checked_on"] = source["checked_on"].isoformat()
    return plain
