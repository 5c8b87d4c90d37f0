"""Train a model: ``python -m bot.train --out DIR [--data DIR] [--domain DIR] [--config FILE]``.

A process of its own that listens nowhere. It prints a line for each step and, last, the model file with its sha256, which
also lands beside it in ``<model>.sha256``; ``bot.serve`` loads nothing else.
"""

import argparse
import hashlib
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

from bot.quiet import switch_off_telemetry
from bot.without_tensorflow import pretend_tensorflow

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Train from the files given and say where the model is."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description="Train the assistant's model.")
    parser.add_argument("--out", type=Path, required=True, help="the folder the model file is written to")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="the folder with nlu/ and stories/")
    parser.add_argument("--domain", type=Path, default=ROOT / "bot" / "domain")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--name", default=time.strftime("model-%Y%m%d-%H%M%S"), help="the model file's name, without ending")
    options = parser.parse_args()
    switch_off_telemetry()
    pretend_tensorflow()
    model = train(out=options.out, data=options.data, domain=options.domain, config=options.config, name=options.name)
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    Path(f"{model}.sha256").write_text(digest + "\n")
    print(f"model={model} sha256={digest}", flush=True)


def train(*, out: Path, data: Path, domain: Path, config: Path, name: str) -> Path:
    """Train and return the model file. Nothing is kept between two trainings, so the same files give the same model."""
    started = time.monotonic()

    def step(what: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {what}", flush=True)

    step("loading Rasa")
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["RASA_CACHE_DIRECTORY"] = cache
        from rasa.model_training import train as train_model

        logging.getLogger("rasa.engine.training.hooks").addHandler(_Steps(step))
        logging.getLogger("rasa.engine.training.hooks").setLevel(logging.INFO)
        step("reading the answers, the domain and the rules")
        result = train_model(
            str(domain),
            str(config),
            [str(data / "nlu"), str(data / "stories")],
            output=str(out),
            force_training=True,
            fixed_model_name=name,
        )
    if result.code or result.model is None:
        raise SystemExit("Training made no model. Run `rasa data validate` to see what is wrong with the data.")
    step("done")
    return Path(result.model)


class _Steps(logging.Handler):
    """Shows which component is being trained."""

    def __init__(self, step: object) -> None:
        super().__init__()
        self._step = step

    def emit(self, record: logging.LogRecord) -> None:
        self._step(record.getMessage())  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
