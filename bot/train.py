"""Train a model: ``python -m bot.train --out DIR [--data DIR] [--nlu DIR] [--domain DIR] [--config FILE]``.

A process of its own that listens nowhere. It prints a line for each step and, last, the model file with its sha256, which
also lands beside it in ``<model>.sha256``; ``bot.serve`` loads nothing else. A model file is whole or not there: the work is
done in a folder of its own and ends with a rename.
"""

import argparse
import fcntl
import gc
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.quiet import switch_off_telemetry
from bot.without_tensorflow import pretend_tensorflow

ROOT = Path(__file__).resolve().parent.parent

WORK = ".training-"
"""How the folders that trainings work in begin, beside the models."""

Step = Callable[[str], None]


def main() -> None:
    """Train from the files given and say where the model is."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description="Train the assistant's model.")
    parser.add_argument("--out", type=Path, required=True, help="the folder the model file is written to")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="the folder with nlu/ and stories/")
    parser.add_argument("--nlu", type=Path, help="the folder with every nlu file, instead of nlu/ in --data")
    parser.add_argument("--domain", type=Path, default=ROOT / "bot" / "domain")
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--name", default=time.strftime("model-%Y%m%d-%H%M%S"), help="the model file's name, without ending")
    options = parser.parse_args()
    gc.disable()  # looking for what nothing needs takes a fifth of the time, and finds little before the process ends
    switch_off_telemetry()
    pretend_tensorflow()
    warnings.showwarning = lambda *_arguments, **_options: None  # `make validate` shows them; here they bury the steps
    os.environ["TQDM_DISABLE"] = "1"  # Rasa's progress bars; ours are the lines below
    started = time.monotonic()

    def step(what: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {what}", flush=True)

    model = options.out / f"{options.name}.tar.gz"
    options.nlu = options.nlu or options.data / "nlu"
    for folder in (options.nlu, options.data / "stories"):
        if not folder.is_dir():
            raise SystemExit(f"There is no folder {folder}. Give the folders with the sentences and the rules (--nlu, --data).")
    with work_folder(options.out) as folder:
        made = folder / model.name
        train(
            made,
            nlu=options.nlu,
            stories=options.data / "stories",
            domain=options.domain,
            config=options.config,
            vectors=options.out / "vectors.npz",
            step=step,
        )
        with _locked(options.out):
            digest = publish(made, model)
    step("done")
    print(f"model={model} sha256={digest}", flush=True)


@contextmanager
def work_folder(out: Path) -> Iterator[Path]:
    """Make a folder to work in, beside the models, and remove it in the end, with those that killed trainings left behind.

    A training holds a lock on its folder, and the system lets go of it however the training ends: no lock means left over.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _locked(out):  # nobody takes a folder for left over between its making and its locking
        for folder in out.glob(f"{WORK}*"):
            try:
                with _locked(folder, wait=False):
                    shutil.rmtree(folder)
            except BlockingIOError:
                pass  # another training is at work there
        own = Path(tempfile.mkdtemp(prefix=WORK, dir=out))
        lock = os.open(own, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    usual, tempfile.tempdir = tempfile.tempdir, str(own)  # Rasa's own temporary files too
    try:
        yield own
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(own)
        os.close(lock)


@contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(opened)


def publish(made: Path, model: Path) -> str:
    """Give a finished model file its name, after its hash stands there; returns the hash.

    Killed at any point, there is no model of this name, or a whole one with its hash.
    """
    with made.open("rb+") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
        os.fsync(file.fileno())
    note = made.with_name(f"{model.name}.sha256")
    note.write_text(digest + "\n", encoding="utf-8")
    model.unlink(missing_ok=True)  # an older file of this name never stands beside the new one's hash
    note.replace(model.with_name(note.name))
    made.replace(model)
    return digest


def train(model: Path, *, nlu: Path, stories: Path, domain: Path, config: Path, vectors: Path, step: Step) -> None:
    """Train from scratch and write the model file.

    This runs Rasa's training graph as Rasa does, less its cache: for our small components, working out what has changed takes
    several times as long as training them.
    """
    step("loading Rasa")
    import structlog
    from rasa.engine.constants import PLACEHOLDER_IMPORTER
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.recipes.recipe import Recipe
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.validation import validate
    from rasa.shared.data import TrainingType
    from rasa.shared.importers.importer import TrainingDataImporter

    from bot.components.encoder import SentenceEncoder

    SentenceEncoder.keep_vectors_in = vectors
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    step("reading the answers, the domain and the rules")
    importer = TrainingDataImporter.load_from_config(str(config), str(domain), [str(nlu), str(stories)])
    trained_domain = importer.get_domain()
    settings = importer.get_config()
    recipe = Recipe.recipe_for_name(settings.get("recipe"))
    plan = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.BOTH)
    validate(plan)
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        runner = DaskGraphRunner.create(
            graph_schema=plan.train_schema,
            model_storage=storage,
            execution_context=ExecutionContext(graph_schema=plan.train_schema),
            hooks=[_progress(step)],
        )
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        step("writing the model")
        storage.create_model_package(model, plan, trained_domain)


def _progress(step: Step) -> Any:
    from rasa.engine.graph import GraphNodeHook

    class Progress(GraphNodeHook):
        """Shows each component that is trained."""

        def on_before_node(self, node_name: str, *_: Any, **__: Any) -> dict[str, Any]:
            if node_name.startswith("run_") and "SentenceEncoder" in node_name:
                step("turning sentences into vectors")
            if node_name.startswith("train_"):
                step(f"training {node_name.removeprefix('train_').rsplit('.', 1)[-1].rstrip('0123456789')}")
            return {}

        def on_after_node(self, *_: Any, **__: Any) -> None:
            """Nothing to show."""

    return Progress()


if __name__ == "__main__":
    sys.exit(main())
