"""How well the answer classifier reads sentences it has not seen, and what each of its parts adds.

    PYTHONPATH=. bot/.venv/bin/python benchmarks/classifier.py [tests/nlu/heldout.jsonl]

Cross-validated in five parts over the training data: topics and answers right, calibration (ECE), what a threshold
costs and saves, out-of-scope sentences told apart, and long messages read whole or by their parts. With a file of held-out
sentences, the model trained on everything is measured on those too. Constants are chosen by cross-validation only; held-out
sentences are for judging.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.shared.nlu.training_data.loading import load_data
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from alongside.encoder import Encoder, default_folder
from bot.components.parts import parts_of
from bot.components.reading import by_intent, combine
from bot.components.scoring import Scorer, shares

Array = NDArray[Any]

FOLDS = 5
THRESHOLDS = (0.0, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
WEIGHTS_OF_THE_WHOLE = (0.0, 0.25, 0.5, 0.75, 1.0)
LOOKED_UP = {
    "find_visiting_times": "visiting",
    "find_support_group": "support_group",
    "find_carer_worker": "named_worker_contact",
    "find_ward_phone": "named_worker_contact",
}
"""Look-ups in the directory count as the topic they belong to."""


def topic_of(label: str) -> str:
    intent = label.split("/")[0]
    return LOOKED_UP.get(intent, intent.removeprefix("ask_"))


def best_topics(labels: list[str], confidences: Array) -> tuple[list[str], Array]:
    """Return each row's topic, as the pipeline chooses it, and how sure it is."""
    chosen = [by_intent(labels, row)[0] for row in confidences]
    return [topic_of(intent) for intent, _ in chosen], np.array([sure for _, sure in chosen])


def calibration_error(sure: Array, right: Array) -> float:
    """Return the expected calibration error: over ten bins, how far confidence is from the share that is right."""
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def report(name: str, labels: list[str], confidences: Array, truth: list[str]) -> None:
    answers = np.array([labels[index] == label for index, label in zip(confidences.argmax(1), truth, strict=True)])
    topics, sure = best_topics(labels, confidences)
    right = np.array([topic == topic_of(label) for topic, label in zip(topics, truth, strict=True)])
    three = np.array(
        [label in [labels[i] for i in row] for row, label in zip(np.argsort(-confidences, 1)[:, :3], truth, strict=True)]
    )
    print(f"{name:28s} {right.mean():8.1%} {answers.mean():8.1%} {three.mean():8.1%} {calibration_error(sure, right):7.3f}")


def thresholds(labels: list[str], confidences: Array, topics: list[str | None]) -> None:
    """Print what each threshold does; a topic of None marks a sentence that must be refused."""
    chosen, sure = best_topics(labels, confidences)
    inside = np.array([topic is not None for topic in topics])
    right = np.array([a == b for a, b in zip(chosen, topics, strict=True)])
    refused = np.array([topic in ("out_of_scope", "other_language") for topic in chosen])
    print("\nthreshold   right   wrong  asks back  out of scope answered")
    for threshold in THRESHOLDS:
        said = (sure >= threshold) & ~refused
        wrong = (said & ~right)[inside].mean()
        outside = f"{said[~inside].mean():9.1%}" if (~inside).any() else "        –"
        print(f"{threshold:9.2f} {(said & right)[inside].mean():7.1%} {wrong:7.1%} {(~said)[inside].mean():9.1%}  {outside}")


def main() -> None:
    encoder = Encoder.load(default_folder())
    examples = [example for example in load_data("data/nlu").intent_examples if example.get("text")]
    texts = [example.get("text") for example in examples]
    truth = [example.get_full_intent() for example in examples]
    labels = sorted(set(truth))
    vectors = encoder.encode(texts)
    linear, kernel = (np.zeros((len(texts), len(labels))) for _ in range(2))
    long_texts = [index for index, text in enumerate(texts) if parts_of(text)]
    part_confidences: dict[int, Array] = {}
    seconds = []
    for learn, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, truth):
        start = time.perf_counter()
        scorer = Scorer.fit([texts[i] for i in learn], vectors[learn], [truth[i] for i in learn])
        seconds.append(time.perf_counter() - start)
        linear[test], kernel[test] = scorer.votes([texts[i] for i in test], vectors[test])
        for index in set(test) & set(long_texts):
            parts = parts_of(texts[index])
            part_confidences[index] = scorer.confidences(parts, encoder.encode(parts))
    print(f"{len(texts)} sentences, {len(labels)} labels; fitting takes {np.median(seconds):.1f} s\n")
    print(f"{'cross-validated':28s} {'topic':>8s} {'answer':>8s} {'in 3':>8s} {'ECE':>7s}")
    report("linear on vectors", labels, shares(2 * linear), truth)
    report("kernel: meaning+letters+words", labels, shares(2 * kernel), truth)
    both = shares(linear + kernel)
    report("both (the classifier)", labels, both, truth)
    for factor in (0.8, 0.9, 1.1, 1.2):
        report(f"both, sharper by {factor}", labels, shares(factor * (linear + kernel)), truth)

    outside = np.array([label == "out_of_scope" for label in truth])
    asked = np.array([label.startswith("ask_") for label in truth])
    best_answer = both[:, [label.startswith("ask_") for label in labels]].max(1)
    print(
        f"\nout of scope told from questions (AUROC): {roc_auc_score(asked[asked | outside], best_answer[asked | outside]):.3f}"
    )
    thresholds(labels, both, [None if label == "out_of_scope" else topic_of(label) for label in truth])

    print(f"\n{len(long_texts)} long messages: topic right when the whole counts")
    for weight in WEIGHTS_OF_THE_WHOLE:
        rows = np.array([combine(both[index], part_confidences[index], weight) for index in long_texts])
        topics, _ = best_topics(labels, rows)
        print(f"{weight:9.2f} {np.mean([topic == topic_of(truth[i]) for topic, i in zip(topics, long_texts, strict=True)]):8.1%}")

    for file in sys.argv[1:]:
        held_out(Path(file), encoder, Scorer.fit(texts, vectors, truth))


def held_out(file: Path, encoder: Encoder, scorer: Scorer) -> None:
    asked = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = []
    for one in asked:
        parts = parts_of(one["text"])
        scores = scorer.confidences([one["text"], *parts], encoder.encode([one["text"], *parts]))
        rows.append(combine(scores[0], scores[1:]))
    confidences = np.array(rows)
    inside = [index for index, one in enumerate(asked) if one.get("answer")]
    print(f"\n{file}: {len(asked)} sentences, {len(inside)} with an answer")
    report("held out", scorer.labels, confidences[inside], [label_of(asked[i]["answer"], scorer.labels) for i in inside])
    judged = [index for index, one in enumerate(asked) if one.get("topic") or one.get("intent") == "out_of_scope"]
    thresholds(scorer.labels, confidences[judged], [asked[index].get("topic") for index in judged])


def label_of(answer: str, labels: list[str]) -> str:
    return f"ask_{answer}" if f"ask_{answer}" in labels else answer


if __name__ == "__main__":
    main()
