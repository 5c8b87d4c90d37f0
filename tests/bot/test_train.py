"""Training: what it leaves in the models' folder, also when it is killed."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.train import WORK, publish, work_folder
from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot.train", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_training_leaves_no_model_and_its_folder_goes_at_the_next(tmp_path: Path) -> None:
    training = start("--out", str(tmp_path), "--name", "half")
    assert training.stdout
    while "reading" not in training.stdout.readline():
        assert training.poll() is None
    training.send_signal(signal.SIGKILL)
    training.communicate()
    [left] = names(tmp_path)
    assert left.startswith(WORK)
    with work_folder(tmp_path) as folder:
        assert names(tmp_path) == [folder.name]
    assert names(tmp_path) == []


def test_the_folder_of_a_training_at_work_is_left_alone(tmp_path: Path) -> None:
    with work_folder(tmp_path) as first, work_folder(tmp_path) as second:
        assert names(tmp_path) == sorted([first.name, second.name])


def test_a_published_model_has_its_hash_beside_it_and_replaces_an_older_one(tmp_path: Path) -> None:
    model = tmp_path / "release.tar.gz"
    for content in (b"one", b"two"):
        with work_folder(tmp_path) as folder:
            made = folder / model.name
            made.write_bytes(content)
            digest = publish(made, model)
        assert model.read_bytes() == content
        assert (tmp_path / "release.tar.gz.sha256").read_text() == digest + "\n"
        assert digest == hashlib.sha256(content).hexdigest()
        assert names(tmp_path) == ["release.tar.gz", "release.tar.gz.sha256"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    refused = start("--out", str(tmp_path / "out"), "--nlu", str(tmp_path / "none"))
    _, said = refused.communicate()
    assert refused.returncode != 0
    assert f"There is no folder {tmp_path / 'none'}" in said
    assert not (tmp_path / "out").exists()


def test_the_sentences_come_from_the_folder_given(tmp_path: Path) -> None:
    """With the shipped files less one answer, that answer is not learned."""
    given = tmp_path / "nlu"
    given.mkdir()
    for name in ("visiting", "small_talk"):
        (given / f"{name}.yml").write_bytes((ROOT / "data" / "nlu" / f"{name}.yml").read_bytes())
    training = start("--out", str(tmp_path / "out"), "--name", "small", "--nlu", str(given))
    _, said = training.communicate()
    assert training.returncode == 0, said
    assert names(tmp_path / "out") == ["small.tar.gz", "small.tar.gz.sha256", "vectors.npz"]
    labels = scorer_labels(tmp_path / "out" / "small.tar.gz")
    assert {label.split("/")[0] for label in labels} == {"ask_visiting", "small_talk"}


def scorer_labels(model: Path) -> list[str]:
    import json
    import tarfile

    with tarfile.open(model) as package:
        [member] = [member for member in package.getmembers() if member.name.endswith("scorer.json")]
        stored = package.extractfile(member)
        assert stored
        labels: list[str] = json.loads(stored.read())["labels"]
    return labels
