"""A whole library as a folder of files, as they are in ``data/``: ``nlu/<topic>.yml``, ``safety.yml``, ``facts.yml``.

Rule kept: what is exported reads back the same, and exporting it again writes the same bytes.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from alongside.adapters import rasa_files
from alongside.adapters.library_files import write_answers, write_library, write_safety
from alongside.core.answers import TOPICS
from alongside.core.errors import ContentError
from alongside.core.library import Library, library_of


def read_library(folder: Path) -> Library:
    """Read a folder. A topic without a file has no answers. Raises ContentError, naming the file and the entry."""
    if not (folder / "nlu").is_dir():
        raise ContentError(f"{folder} has no folder nlu/ with the topics' files. Name the folder that an export wrote.")
    present = [topic for topic in TOPICS if (folder / "nlu" / f"{topic}.yml").exists()]
    return library_of(
        [
            *rasa_files.read_all_answers(folder / "nlu", present),
            *rasa_files.read_safety(folder / "safety.yml"),
            *rasa_files.read_facts(folder / "facts.yml").values(),
        ]
    )


def write_folder(folder: Path, library: Library) -> None:
    """Write a folder. Other files in it are left alone."""
    write_library(folder, library.answers.values(), library.facts)
    write_safety(folder / "safety.yml", sorted(library.safety.values(), key=lambda reply: reply.key))


def write_for_training(folder: Path, library: Library, *, shipped: Path) -> None:
    """Write what the trainer reads into an empty folder: the library's answers, and the shipped sentences without an answer.

    Translations are left out: the app says them, and the assistant need not carry them through every turn.
    """
    plain = [replace(answer, translations=()) for answer in library.answers.values()]
    for topic in TOPICS:
        if answers := sorted((answer for answer in plain if answer.topic == topic), key=lambda answer: answer.key):
            write_answers(folder / f"{topic}.yml", answers)
    for file in sorted(shipped.glob("*.yml")):
        if file.stem not in TOPICS:
            shutil.copy(file, folder / file.name)
