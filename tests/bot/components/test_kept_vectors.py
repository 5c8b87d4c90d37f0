"""Vectors are kept from one training to the next, and only what is new is worked out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.components.kept_vectors import encode

pytestmark = pytest.mark.rasa


class Encoder:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


def ask(file: Path, *texts: str, version: str = "one") -> list[str]:
    encoder = Encoder()
    assert encode(texts, encoder, version=version, file=file).tolist() == Encoder()(texts).tolist()
    return encoder.asked


def test_only_what_is_new_is_encoded(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    assert ask(file, "aa", "b", "aa") == ["aa", "b"]
    assert ask(file, "c", "b", "aa") == ["c"]
    assert ask(file, "aa", "c") == []


def test_what_was_not_used_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    ask(file, "aa", "b")
    ask(file, "aa")
    assert ask(file, "b") == ["b"]


def test_vectors_of_another_encoder_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    ask(file, "aa")
    assert ask(file, "aa", version="two") == ["aa"]


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_is_passed_over(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "vectors.npz"
    ask(file, "aa")
    file.write_bytes(file.read_bytes()[:-40] if damage is None else damage)
    assert ask(file, "aa") == ["aa"]
    assert ask(file, "aa") == []
