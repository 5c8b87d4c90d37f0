"""The questions every release is asked before it may go live, from files."""

from pathlib import Path

from alongside.core.errors import ContentError, InvalidInput
from alongside.core.release_checks import Kind, Question
from alongside.services.evaluation import read_lines


def read_questions(*, protected: Path, held_out: Path, harmless: Path) -> list[Question]:
    """Read protected questions (``reaches`` names where), held-out ones, and harmless ones that sound like danger.

    JSON lines. Raises ContentError, naming the line, for one that cannot be read.
    """
    try:
        return [
            *(Question(line["text"], Kind.PROTECTED, line["reaches"]) for line in read_lines(protected, "text", "reaches")),
            *(
                Question(line["text"], Kind.HELD_OUT, line.get("answer") or line.get("intent"))
                for line in read_lines(held_out, "text")
            ),
            *(Question(line["text"], Kind.HARMLESS) for line in read_lines(harmless, "text")),
        ]
    except InvalidInput as error:
        raise ContentError(str(error)) from None
