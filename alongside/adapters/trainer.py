"""Trains the assistant with its own Python, in a process that listens nowhere."""

import asyncio
import os
from pathlib import Path

from alongside.core.errors import ContentError
from alongside.settings import ROOT


class ProcessTrainer:
    """Runs ``python -m bot.train`` and reads what it made. Its progress goes to standard error: `ask --json` prints JSON only."""

    def __init__(self, *, python: Path, encoder: Path) -> None:
        self._python = python
        self._encoder = encoder

    async def train(self, folder: Path, *, name: str) -> tuple[Path, str]:
        model = folder / f"{name}.tar.gz"
        model_hash = folder / f"{model.name}.sha256"
        if model.exists() and model_hash.exists():  # its name is its content: a new database finds it again
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
            cwd=ROOT,
            env=environment,
            stdout=2,
        )
        if code := await process.wait():
            raise ContentError(f"Training failed (exit code {code}); the lines above say why. Correct that and try again.")
        return model, model_hash.read_text(encoding="utf-8").strip()
