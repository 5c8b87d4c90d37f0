"""Write the held-out sentences in Rasa's own form, for `rasa test nlu`: python scripts/heldout_as_rasa.py IN.jsonl OUT.yml"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

source, target = Path(sys.argv[1]), Path(sys.argv[2])
examples = defaultdict(list)
for line in source.read_text(encoding="utf-8").splitlines():
    sentence = json.loads(line)
    # Small talk is held out by its intent alone; Rasa wants the answer's name too, so only the app's own evaluation has it.
    intent = f"ask_{sentence['answer']}" if sentence["answer"] else sentence["intent"]
    if intent != "small_talk":
        examples[intent].append(sentence["text"])
target.parent.mkdir(parents=True, exist_ok=True)
YAML().dump(
    {
        "version": "3.1",
        "nlu": [
            {"intent": intent, "examples": LiteralScalarString("".join(f"- {text}\n" for text in texts))}
            for intent, texts in examples.items()
        ],
    },
    target,
)
