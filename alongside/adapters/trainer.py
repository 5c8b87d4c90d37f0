"""Trains the assistant with its own Python, in a process that listens nowhere."""

import asyncio
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from alongside.core.errors import ContentError
from alongside.settings import ROOT

BEHIND = 15
"""How far training stands back (Unix nice): carers are answered meanwhile on the same cores."""


class ProcessTrainer:
    """Runs ``python -m bot.train`` and reads what it made. Its progress goes to standard error: `ask --json` prints JSON only."""

    def __init__(self, *, python: Path, encoder: Path) -> None:
        self._python = python
        self._encoder = encoder

    async def train(self, folder: Path, *, name: str, nlu: Path | None = None) -> tuple[Path, str]:
        """Train from the shipped files, or with ``nlu`` as the folder of every sentence file."""
        model = folder / f"{name}.tar.gz"
        model_hash = folder / f"{model.name}.sha256"
        if await asyncio.to_thread(_is_whole, model, model_hash):  # its name is its content: a new database finds it again
            return model, model_hash.read_text(encoding="utf-8").strip()
        folder.mkdir(parents=True, exist_ok=True)
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
            "LOG_LEVEL": "WARNING",
            "RASA_TELEMETRY_ENABLED": "false",
            "ALONGSIDE_ENCODER_DIR": str(self._encoder.resolve()),
        }
        process = await asyncio.create_subprocess_exec(
            str(self._python),
            "-m",
            "bot.train",
            "--out",
            str(folder.resolve()),
            "--name",
            name,
            *(["--nlu", str(nlu.resolve())] if nlu else []),
            cwd=ROOT,
            env=environment,
            stdout=2,
        )
        with suppress(ProcessLookupError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, BEHIND)
        try:
            code = await process.wait()
        except asyncio.CancelledError:  # nobody waits for it any more
            process.kill()
            await process.wait()
            raise
        if code:
            raise ContentError(f"Training failed (exit code {code}); the lines above say why. Correct that and try again.")
        return model, model_hash.read_text(encoding="utf-8").strip()


def _is_whole(model: Path, model_hash: Path) -> bool:
    """Say whether there is a model with the hash noted beside it; a damaged one is trained anew."""
    if not (model.exists() and model_hash.exists()):
        return False
    with model.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == model_hash.read_text(encoding="utf-8").strip()
