"""The domain, the rules and the answers' files fit together: every name once, every name used, every button leads somewhere."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter

from bot.channel import NO_WORDS, read_choice
from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa

# The console's own intent names, which Rasa knows without a file of ours.
GIVEN_BY_RASA = {"nlu_fallback", "restart", "back", "session_start", "out_of_scope"}

BUTTONS_ONLY = {"handover_choice"}


@pytest.fixture(scope="module")
def importer() -> TrainingDataImporter:
    return TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "bot" / "domain"), [str(ROOT / "data" / "nlu"), str(ROOT / "data" / "stories")]
    )


@pytest.fixture(scope="module")
def domain(importer: TrainingDataImporter) -> Domain:
    return importer.get_domain()


def defined(folder: str) -> Counter[str]:
    """Count each name under the top-level keys of a folder's files."""
    names: Counter[str] = Counter()
    for file in sorted((ROOT / folder).glob("*.yml")):
        section = ""
        for line in file.read_text().splitlines():
            if top := re.match(r"(\w+):", line):
                section = top[1]
            elif section in {"intents", "actions", "entities"} and (item := re.match(r"- ([\w/]+)$", line)):
                names[f"{section} {item[1]}"] += 1
            elif section in {"slots", "responses"} and (key := re.match(r"  ([\w/]+):", line)):
                names[f"{section} {key[1]}"] += 1
    return names


def named_in_rules(importer: TrainingDataImporter, kind: str) -> set[str]:
    steps = importer.get_stories().story_steps
    return {getattr(event, kind) for step in steps for event in step.events if getattr(event, kind, None)}


def test_every_name_is_defined_once() -> None:
    names = defined("bot/domain") + Counter(name for name in defined("data/nlu") if name.startswith("responses"))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_intent_has_a_rule_and_sentences(importer: TrainingDataImporter, domain: Domain) -> None:
    rules = {
        event.intent_name for step in importer.get_stories().story_steps for event in step.events if hasattr(event, "intent_name")
    }
    taught = {example.get("intent") for example in importer.get_nlu_data().intent_examples}
    ours = set(domain.intents) - GIVEN_BY_RASA | {"nlu_fallback", "out_of_scope"}
    assert ours - rules == set()
    assert ours - taught == {"nlu_fallback", *BUTTONS_ONLY}


def test_every_response_is_said_by_somebody(importer: TrainingDataImporter, domain: Domain) -> None:
    rules = {
        event.action_name for step in importer.get_stories().story_steps for event in step.events if hasattr(event, "action_name")
    }
    code = "".join(file.read_text() for folder in ("actions", "alongside") for file in (ROOT / folder).rglob("*.py"))
    unsaid = [
        response
        for response in domain.responses
        if response not in rules and response.split("/")[0] not in rules and f'"{response}"' not in code
    ]
    assert unsaid == []


def test_every_button_leads_somewhere(domain: Domain) -> None:
    payloads = {
        (response, button["payload"])
        for response, wordings in domain.responses.items()
        for wording in wordings
        for button in wording.get("buttons", [])
    }
    assert len(payloads) > 20
    lost = [(said, payload) for said, payload in payloads if read_choice(payload, domain)["intent"]["name"] == NO_WORDS]
    assert lost == []


def test_every_response_names_who_answers_for_it(domain: Domain) -> None:
    nobody = [
        response
        for response, wordings in domain.responses.items()
        if not all(wordings[-1].get("metadata", {}).get(key) for key in ("title", "owner", "approver", "review_on"))
    ]
    assert nobody == []


def test_a_wording_of_a_nation_stands_before_the_default(domain: Domain) -> None:
    def kinds(wordings: list[dict[str, Any]]) -> list[bool]:
        return ["condition" in wording for wording in wordings]

    assert [
        name for name, wordings in domain.responses.items() if kinds(wordings) != [True] * (len(wordings) - 1) + [False]
    ] == []


def test_no_slot_steers_the_rules(domain: Domain) -> None:
    assert [slot.name for slot in domain.slots if slot.influence_conversation and slot.name != "requested_slot"] == []


@pytest.mark.parametrize("folder", ["bot/domain", "data/stories"])
def test_each_topic_has_its_file(folder: str, domain: Domain) -> None:
    files = {file.stem for file in Path(ROOT / folder).glob("*.yml")}
    assert {intent.removeprefix("ask_") for intent in domain.retrieval_intents} - {"small_talk"} <= files
