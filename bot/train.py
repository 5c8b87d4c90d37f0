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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.quiet import switch_off_telemetry
from bot.without_tensorflow import pretend_tensorflow

ROOT = Path(__file__).resolve().parent.parent

Step = Callable[[str], None]


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
    warnings.showwarning = lambda *_arguments, **_options: None  # `make validate` shows them; here they bury the steps
    os.environ["TQDM_DISABLE"] = "1"  # Rasa's progress bars; ours are the lines below
    started = time.monotonic()

    def step(what: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {what}", flush=True)

    model = options.out / f"{options.name}.tar.gz"
    train(model, data=options.data, domain=options.domain, config=options.config, step=step)
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    Path(f"{model}.sha256").write_text(digest + "\n")
    print(f"model={model} sha256={digest}", flush=True)


def train(model: Path, *, data: Path, domain: Path, config: Path, step: Step) -> None:
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

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    step("reading the answers, the domain and the rules")
    importer = TrainingDataImporter.load_from_config(str(config), str(domain), [str(data / "nlu"), str(data / "stories")])
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
        model.parent.mkdir(parents=True, exist_ok=True)
        storage.create_model_package(model, plan, trained_domain)
    step("done")


def _progress(step: Step) -> Any:
    from rasa.engine.graph import GraphNodeHook

    class Progress(GraphNodeHook):
        """Shows each component that is trained."""

        def on_before_node(self, node_name: str, *_: Any, **__: Any) -> dict[str, Any]:
            if node_name.startswith("train_"):
                step(f"training {node_name.removeprefix('train_').rsplit('.', 1)[-1].rstrip('0123456789')}")
            return {}

        def on_after_node(self, *_: Any, **__: Any) -> None:
            """Nothing to show."""

    return Progress()


if __name__ == "__main__":
    sys.exit(main())
