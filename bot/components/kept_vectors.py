"""The last training's vectors, kept beside the models: most sentences of a release were in the one before."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def encode(texts: Sequence[str], encoder: Callable[[Sequence[str]], Vectors], *, version: str, file: Path) -> Vectors:
    """Return a vector a text, working out only those that are not kept; then keep these, and no others, so the file stays small.

    Vectors of another encoder (its version tells) and a damaged file are passed over.
    """
    names = [hashlib.sha256(text.encode()).digest() for text in texts]
    kept = _read(file, version)
    new = {name: text for name, text in zip(names, texts, strict=True) if name not in kept}
    if new:
        kept |= dict(zip(new, encoder(list(new.values())), strict=True))
    wanted = dict.fromkeys(names)
    _write(file, version, list(wanted), np.array([kept[name] for name in wanted], dtype=np.float32))
    return np.array([kept[name] for name in names], dtype=np.float32)


def _read(file: Path, version: str) -> dict[bytes, Vectors]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            if str(stored["version"]) != version:
                return {}
            return {name.tobytes(): vector for name, vector in zip(stored["names"], stored["vectors"], strict=True)}
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return {}


def _write(file: Path, version: str, names: list[bytes], vectors: Vectors) -> None:
    """Replace the file in one step: a killed training leaves the old one."""
    with tempfile.NamedTemporaryFile(suffix=".npz", delete=False) as made:
        rows = np.frombuffer(b"".join(names), dtype=np.uint8).reshape(len(names), -1)
        np.savez(made, version=version, names=rows, vectors=vectors)
    os.replace(made.name, file)
