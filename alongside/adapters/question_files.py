"""The questions every release is asked before it may go live, from files."""

import json
from collections.abc import Sequence
from pathlib import Path

from alongside.core.errors import ContentError
from alongside.core.release_checks import Kind, Question


def read_questions(*, protected: Path, held_out: Path, harmless: Path) -> list[Question]:
    """Read protected questions (``reaches`` names where), held-out ones, and harmless ones that sound like danger.

    JSON lines. Raises ContentError, naming the line, for one that cannot be read.
    """
    return [
        *(Question(line["text"], Kind.PROTECTED, line["reaches"]) for line in _lines(protected, "reaches")),
        *(Question(line["text"], Kind.HELD_OUT, line.get("answer") or line.get("intent")) for line in _lines(held_out)),
        *(Question(line["text"], Kind.HARMLESS) for line in _lines(harmless)),
    ]


def _lines(path: Path, *needed: str) -> Sequence[dict[str, str]]:
    lines = []
    # Not splitlines(): JSON allows other line ends inside a text.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not all(isinstance(entry[name], str) for name in ("text", *needed)):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            raise ContentError(f"{path}, line {number}: expected an object with {', '.join(('text', *needed))}.") from None
        lines.append(entry)
    return lines
