"""Importing any module does nothing, and no module grows past what one can read in a sitting."""

import subprocess
import sys
from pathlib import Path

import pytest

from alongside.settings import ROOT

PACKAGES = ("alongside", "actions", "api")
MODULES = sorted(
    file.relative_to(ROOT)
    for package in PACKAGES
    for file in (ROOT / package).rglob("*.py")
    if "migrations" not in file.parts and file.name != "__main__.py"
)
MOST_LINES = 400

WATCH = """
import importlib, sys

# What the libraries themselves do on import is theirs; only what happens while a frame of our own module runs counts.
ROOT, MODULES = sys.argv[1], sys.argv[2:]
ACTS = ("socket.", "subprocess.", "os.system", "os.fork", "os.exec", "os.mkdir", "os.remove", "os.rename", "shutil.",
        "sqlite3.connect", "tempfile.", "open")
acts = []


def ours(frame):
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return False
        if name.startswith(ROOT) and "/.venv/" not in name:
            return True
        frame = frame.f_back
    return False


def watch(event, about):
    if event.startswith(ACTS) and ours(sys._getframe(1)) and "zoneinfo" not in str(about[0]):
        acts.append(f"{event} {about[:1]}")


sys.addaudithook(watch)
import asyncio, threading
threads = threading.active_count()
for module in MODULES:
    importlib.import_module(module)
if threading.active_count() != threads:
    acts.append("a thread was started")
print("\\n".join(acts))
"""


def name_of(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def test_importing_every_module_reads_writes_and_starts_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(ROOT), *map(name_of, MODULES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split("\n") == ["", ""]


@pytest.mark.parametrize("file", MODULES, ids=str)
def test_a_module_can_be_read_in_a_sitting(file: Path) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{file} has {lines} lines: split it by what it is for"
