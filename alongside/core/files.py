"""A file that came with a carer's message and that a worker may open: where it is, and under which name it is saved.

Rule kept: what a carer called it is not kept, as a name often stands in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from alongside.core.conversations import Attached

MOST_BYTES = 20_000_000
"""Telegram gives a bot no larger file."""

OPENED: Mapping[Attached, str] = {
    Attached.PHOTO: "photo",
    Attached.VOICE: "voice message",
    Attached.DOCUMENT: "document",
}
"""What can be opened, and what a worker calls it."""

_ENDINGS = frozenset({"doc", "docx", "heic", "jpeg", "jpg", "mp3", "odt", "ogg", "pdf", "png", "rtf", "txt"})
"""Of letters, photos and recordings. A file that ends otherwise is saved without an ending, so that nothing starts by itself."""


@dataclass(frozen=True)
class FileRef:
    """Where a file is: its id at the channel it came by. ``size`` is in bytes, when the channel says so."""

    id: str
    size: int | None = None
    ending: str = ""


@dataclass(frozen=True)
class SentFile:
    """A file of a message; a message of several has them numbered from 1."""

    message: str
    number: int
    ref: FileRef


def ending_of(name: str | None) -> str:
    """Return the ending under which a file may be saved, from what a carer called it; empty for any other."""
    found = re.search(r"\.(\w{2,5})$", name or "")
    return found[1].lower() if found and found[1].lower() in _ENDINGS else ""


def saved_as(file: SentFile, attached: Attached | None) -> str:
    """Return the name under which a file is saved."""
    what = OPENED.get(attached, "file").replace(" ", "-") if attached else "file"
    return f"{what}-{file.number}" + (f".{file.ref.ending}" if file.ref.ending else "")
