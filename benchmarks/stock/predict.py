"""Train Rasa's stock pipeline on our data and write what it makes of held-out sentences.

Run with the assistant's Python: python benchmarks/stock/predict.py IN.jsonl OUT.jsonl. It trains for some minutes, on the CPU.
The lines written have the form of `alongside evaluate --predictions`, so that both are counted by the same code.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

import logging

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train_nlu

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

ROOT = Path(__file__).resolve().parent.parent.parent


async def predict(model: str, texts: list[str]) -> list[dict[str, object]]:
    """Return the stock model's topic and confidence for each text."""
    agent = Agent.load(model)
    lines = []
    for text in texts:
        parsed = await agent.processor.parse_message(UserMessage(text))
        intent = parsed["intent"]["name"]
        lines.append(
            {
                "text": text,
                "intent": intent,
                "topic": intent.removeprefix("ask_") if intent.startswith("ask_") else None,
                "answer": None,
                "confidence": round(parsed["intent"]["confidence"], 4),
                "offered": [],
                "safety": None,
            }
        )
    return lines


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    texts = [json.loads(line)["text"] for line in source.read_text(encoding="utf-8").splitlines()]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        model = train_nlu(
            str(Path(__file__).parent / "config.yml"), str(ROOT / "data" / "nlu"), folder, domain=str(ROOT / "bot" / "domain")
        )
        print(f"stock pipeline trained in {time.monotonic() - started:.0f} s", flush=True)
        lines = asyncio.run(predict(model, texts))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
