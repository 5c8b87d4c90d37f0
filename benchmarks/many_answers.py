"""Seventeen hundred answers more, to see how the assistant does when a service has 2,000. Made up, and the same each time.

    PYTHONPATH=. bot/.venv/bin/python -m benchmarks.many_answers FOLDER

writes a folder of sentences for `bot.train --nlu`: the shipped answers, and the made-up ones spread over their topics. The
subjects do not exist; the sentences ask about them the way carers ask, so that they compete with the real ones.
"""

import hashlib
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = 1763
SENTENCES = 12

FIRST = """
amber bramble cedar copper coral crescent elder ember falcon fern garnet granite hazel heron indigo ivory jasmine
juniper kestrel lantern larch laurel lilac linden magpie maple marigold meadow mistral nutmeg oaken olive opal orchard
osprey otter pebble pepper pewter plover poppy primrose quartz quince raven robin rosewood rowanberry russet saffron
sandstone sapphire scarlet sienna silver skylark sorrel sparrow starling sycamore tawny teasel thistle topaz tulip umber
velvet violet walnut willowherb
"""
SECOND = """
badge fund logbook workshop minibus scheme locker parcel newsletter choir voucher garden passport panel kiosk survey
festival webinar allotment studio library orchestra relay canteen charter quilt
"""
QUESTIONS = """
what is the {}
is there a {} on his ward
how do i join the {}
who runs the {}
when is the {} open
can family use the {}
do i have to pay for the {}
where do i sign up for the {}
they said no to the {} and i want to know why
my son was told about the {} and i know nothing of it
can my mum still use the {} when she moves
how long does it take to get the {}
the nurse mentioned a {}, what does it do
i need help with the {}
who do i ring about the {}
is the {} for carers or only for patients
my brother lost his {}, what now
can i bring the {} with me on sunday
has the {} been stopped
where can i read about the {}
do they have to offer us the {}
could my sister get the {} as well
i never heard back about the {}
tell me about the {} please
"""


def made_up() -> Iterator[tuple[str, str, list[str]]]:
    """Yield a topic, a name and twelve sentences for each made-up answer."""
    topics = sorted(path.stem for path in (ROOT / "data" / "nlu").glob("*.yml") if f"ask_{path.stem}/" in path.read_text("utf-8"))
    questions = QUESTIONS.strip().splitlines()
    for number, (second, first) in zip(range(ANSWERS), product(SECOND.split(), FIRST.split()), strict=False):
        subject = f"{first} {second}"
        ordered = sorted(questions, key=lambda question: hashlib.sha256(f"{subject} {question}".encode()).digest())
        yield topics[number % len(topics)], f"{first}_{second}", [question.format(subject) for question in ordered[:SENTENCES]]


def write(folder: Path) -> None:
    """Write the shipped files and, in one file a topic, the made-up answers."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    by_topic: dict[str, dict[str, list[str]]] = {}
    for topic, name, sentences in made_up():
        by_topic.setdefault(topic, {})[name] = sentences
    for topic, answers in by_topic.items():
        content = {
            "version": "3.1",
            "nlu": [
                {"intent": f"ask_{topic}/{name}", "examples": "".join(f"- {sentence}\n" for sentence in sentences)}
                for name, sentences in answers.items()
            ],
            "responses": {
                f"utter_ask_{topic}/{name}": [{"text": f"This made-up answer is about the {name.replace('_', ' ')}."}]
                for name in answers
            },
        }
        (folder / f"made_up_{topic}.yml").write_text(yaml.dump(content, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
