"""How long a training takes, with the shipped answers and with 2,000, and what an added answer does to the others.

    PYTHONPATH=. bot/.venv/bin/python -m benchmarks.training

It trains with `bot.train`, as a release is trained, and reads the held-out and the safety questions with each model.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from alongside.encoder import Encoder, default_folder
from benchmarks import many_answers
from benchmarks.classifier import calibration_error, topic_of
from bot.components.parts import parts_of
from bot.components.reading import by_intent, combine
from bot.components.scoring import Scorer

ROOT = Path(__file__).resolve().parent.parent
THRESHOLD = 0.4
"""As in config.yml: below it the carer is asked back."""
MOVED = 0.1
"""A change of confidence that is worth a look."""

ADDED = "ask_visiting/shuttle_bus"
ADDED_SENTENCES = """
is there a shuttle bus to the hospital
what time does the shuttle bus leave
where does the minibus pick up visitors
do I need to book the shuttle
how much is the shuttle bus
does the shuttle bus run on sundays
is there a free bus from the station for visitors
can I bring a wheelchair on the shuttle bus
when does the last shuttle bus go back
I missed the shuttle bus, is there another
who runs the visitors bus
is there transport from the town centre to the unit for visiting
"""


def main() -> None:
    encoder = Encoder.load(default_folder())
    held_out = _lines(ROOT / "tests" / "nlu" / "heldout.jsonl")
    safety = [line for file in sorted((ROOT / "tests" / "safety").glob("*.jsonl")) for line in _lines(file)]
    asked = [_Asked(line, encoder) for line in held_out + safety]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        shipped = ROOT / "data" / "nlu"
        _with_one_more(out / "one_more")
        many_answers.write(out / "many")
        print(f"{'':44s} {'seconds':>8s} {'topic':>7s} {'answer':>7s} {'ECE':>6s} {'ms a text':>10s}")
        first = _measure("the shipped answers, no vectors kept", out, shipped, asked)
        again = _measure("the same again", out, shipped, asked)
        more = _measure("one answer with twelve sentences more", out, out / "one_more", asked)
        _measure("2,000 answers, no vectors of them kept", out, out / "many", asked)
        _measure("the same again", out, out / "many", asked)
    print(f"\nof {len(asked)} held-out and safety questions")
    _moves("trained again", first, again)
    _moves("with one answer more", first, more)


class _Asked:
    """One question with its vectors, and what it should reach."""

    def __init__(self, line: dict[str, Any], encoder: Encoder) -> None:
        self.answer: str | None = line.get("answer")
        self.texts = [line["text"], *parts_of(line["text"])]
        self.vectors = encoder.encode(self.texts)


Read = list[tuple[str, str, float]]
"""A row a question: the topic's intent, the answer's label, and how sure the topic is."""


def _measure(name: str, out: Path, nlu: Path, asked: list[_Asked]) -> Read:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot.train", "--out", str(out), "--name", "model", "--nlu", str(nlu)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - start
    scorer = _scorer(out / "model.tar.gz")
    start = time.perf_counter()
    rows: list[NDArray[Any]] = []
    for one in asked:
        scores = scorer.confidences(one.texts, one.vectors)
        rows.append(combine(scores[0], scores[1:]))
    each = 1000 * (time.perf_counter() - start) / len(asked)
    read = [(*by_intent(scorer.labels, row)[0], scorer.labels[int(row.argmax())]) for row in rows]
    found = [(intent, label, sure) for intent, sure, label in read]
    inside = [(got, one.answer) for got, one in zip(found, asked, strict=True) if one.answer]
    topics = np.array([topic_of(got[0]) == topic_of(f"ask_{answer}") for got, answer in inside])
    answers = np.mean([got[1].removeprefix("ask_") == answer for got, answer in inside])
    error = calibration_error(np.array([got[2] for got, _ in inside]), topics)
    print(f"{name:44s} {seconds:8.1f} {topics.mean():7.1%} {answers:7.1%} {error:6.3f} {each:10.1f}", flush=True)
    return found


def _moves(name: str, before: Read, after: Read) -> None:
    said = [(_said(old), _said(new)) for old, new in zip(before, after, strict=True)]
    changed = sum(old != new for old, new in said)
    to_new = sum(new[1] == ADDED and old != new for old, new in said)
    surer = [abs(old[2] - new[2]) for old, new in zip(before, after, strict=True)]
    print(
        f"{name}: {changed} get something else ({to_new} of them the new answer); confidence moves by {np.mean(surer):.4f} on "
        f"average, by more than {MOVED} for {sum(step > MOVED for step in surer)}"
    )


def _said(got: tuple[str, str, float]) -> tuple[str, str]:
    return got[:2] if got[2] >= THRESHOLD else ("asked back", "")


def _scorer(model: Path) -> Scorer:
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as package:
        for member in package.getmembers():
            if Path(member.name).name in ("scorer.npz", "scorer.json"):
                stored = package.extractfile(member)
                assert stored
                (Path(folder) / Path(member.name).name).write_bytes(stored.read())
        return Scorer.load(Path(folder))


def _with_one_more(folder: Path) -> None:
    folder.mkdir()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    examples = "".join(f"- {sentence}\n" for sentence in ADDED_SENTENCES.strip().splitlines())
    content = {
        "version": "3.1",
        "nlu": [{"intent": ADDED, "examples": examples}],
        "responses": {f"utter_{ADDED}": [{"text": "This made-up answer is about the shuttle bus."}]},
    }
    (folder / "one_more.yml").write_text(yaml.dump(content), encoding="utf-8")


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
