"""Print two sets of predictions for the same held-out sentences side by side: python benchmarks/compare.py HELDOUT OURS STOCK"""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from alongside.services import evaluation


def read_predictions(path: Path) -> list[evaluation.Prediction]:
    """Read what `alongside evaluate --predictions` or benchmarks/stock/predict.py wrote."""
    predictions = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        topic = entry["topic"] or evaluation.LOOKUP_TOPICS.get(entry["intent"])
        predictions.append(
            evaluation.Prediction(
                text=entry["text"],
                topic=topic,
                answer=entry["answer"],
                confidence=entry["confidence"],
                offered=tuple(entry["offered"]),
                safety=entry["safety"],
                intent=entry["intent"],
            )
        )
    return predictions


def main() -> None:
    heldout, *files = map(Path, sys.argv[1:])
    sentences = evaluation.read_sentences(heldout)
    reports = [evaluation.report(sentences, read_predictions(file)) for file in files]
    table = Table("held-out sentences", "Alongside", "Rasa's stock pipeline (DIET)")
    for name in ("right", "wrong", "asked_back", "refused"):
        table.add_row(name.replace("_", " "), *(f"{getattr(found.overall, name):.1%}" if found else "-" for found in reports))
    table.add_row(
        "answered though out of scope", *(f"{found.outside_answered} of {found.outside}" if found else "-" for found in reports)
    )
    table.add_section()
    for topic in reports[0].by_topic if reports[0] else ():
        table.add_row(topic, *(f"{found.by_topic[topic].right:.1%}" if found else "-" for found in reports))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
