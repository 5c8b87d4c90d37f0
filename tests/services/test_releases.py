"""A release is trained once for its content, and its answers can be traced ever after."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from alongside.core.answers import Answer
from alongside.core.errors import ContentError
from alongside.core.releases import Release
from alongside.services import releases
from alongside.store import releases as store
from alongside.store.base import Database
from tests.core.test_answers import GOOD
from tests.fakes import NOW, FakeClock


class FakeTrainer:
    """Writes a small file for a model, a different one each time, and counts."""

    def __init__(self) -> None:
        self.trained: list[str] = []
        self.fails = False

    async def train(self, folder: Path, *, name: str) -> tuple[Path, str]:
        if self.fails:
            raise ContentError("Training the assistant failed.")
        self.trained.append(name)
        folder.mkdir(parents=True, exist_ok=True)
        model = folder / f"{name}.tar.gz"
        model.write_bytes(f"{len(self.trained)}".encode())
        return model, hashlib.sha256(model.read_bytes()).hexdigest()


async def current(
    database: Database, trainer: FakeTrainer, folder: Path, content: str = "a" * 64, answers: Sequence[Answer] = (GOOD,)
) -> Release:
    return await releases.current(
        database=database, clock=FakeClock(), content=content, folder=folder, answers=lambda: answers, trainer=trainer
    )


async def test_the_same_content_is_trained_once(database: Database, tmp_path: Path) -> None:
    trainer = FakeTrainer()
    first = await current(database, trainer, tmp_path)
    assert await current(database, trainer, tmp_path) == first
    assert trainer.trained == [f"release-{'a' * 12}"]
    assert (first.number, first.made_at) == (1, NOW)


async def test_other_content_is_another_release(database: Database, tmp_path: Path) -> None:
    trainer = FakeTrainer()
    first = await current(database, trainer, tmp_path)
    second = await current(database, trainer, tmp_path, content="b" * 64)
    assert second.number > first.number
    assert await current(database, trainer, tmp_path) == first
    assert len(trainer.trained) == 2


async def test_a_model_that_was_deleted_is_trained_anew_under_the_same_number(database: Database, tmp_path: Path) -> None:
    trainer = FakeTrainer()
    first = await current(database, trainer, tmp_path)
    (tmp_path / first.model_file).unlink()
    again = await current(database, trainer, tmp_path)
    assert again.number == first.number
    assert again.model_hash == hashlib.sha256((tmp_path / again.model_file).read_bytes()).hexdigest() != first.model_hash


async def test_a_training_that_fails_makes_no_release(database: Database, tmp_path: Path) -> None:
    trainer = FakeTrainer()
    trainer.fails = True
    with pytest.raises(ContentError):
        await current(database, trainer, tmp_path)
    trainer.fails = False
    assert (await current(database, trainer, tmp_path)).model_hash


async def test_an_answer_of_a_release_can_be_traced_to_its_approver(database: Database, tmp_path: Path) -> None:
    release = await current(database, FakeTrainer(), tmp_path)
    async with database.reading() as session:
        kept = await store.get_answer(session, release.number, GOOD.key)
        assert await store.get_answer(session, release.number, "visiting/other") is None
    assert kept is not None
    assert (kept["approver"], kept["review_on"]) == (GOOD.approver, GOOD.review_on.isoformat())
    assert kept["variants"][0]["text"] == GOOD.variants[0].text
    assert date.fromisoformat(kept["variants"][0]["sources"][0]["checked_on"])


def hash_of(root: Path, files: dict[str, str]) -> str:
    for name, content in files.items():
        (root / name).write_text(content)
    return releases.content_hash([root / name for name in files], root=root)


def test_the_content_hash_is_over_names_and_bytes_and_nothing_else(tmp_path: Path) -> None:
    known = hash_of(tmp_path, {"a.yml": "1", "b.yml": "2"})
    assert hash_of(tmp_path, {"b.yml": "2", "a.yml": "1"}) == known
    assert hash_of(tmp_path, {"a.yml": "1", "b.yml": "3"}) != known
    assert hash_of(tmp_path, {"a.yml": "1", "c.yml": "2"}) != known
    assert hash_of(tmp_path, {"a.yml": "2", "b.yml": "1"}) != known
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert hash_of(elsewhere, {"a.yml": "1", "b.yml": "2"}) == known
