"""Approved words: the wording, the facts' marks, the metadata and the follow-up buttons."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_yaml_file
from rasa.utils.endpoints import EndpointConfig

from bot.nlg import CHANNEL, ApprovedWords
from tests.bot.assistant import ROOT

pytestmark = pytest.mark.rasa

NATION = [{"type": "slot", "name": "nation", "value": "scotland"}]
SLOTS = {"nation": {"type": "text", "mappings": [{"type": "custom"}]}}
DOMAIN = Domain.from_dict(
    {
        "slots": SLOTS,
        "responses": {
            "utter_ask_visiting/searches": [
                {"text": "Scottish words", "condition": NATION, "metadata": {"sources": ["scottish"]}},
                {
                    "text": "Ring {fact_samaritans}.",
                    "metadata": {
                        "title": "Will I be searched?",
                        "follow_ups": ["visiting/photo_id", "visiting/gone"],
                        "sources": ["all"],
                    },
                },
            ],
            "utter_ask_visiting/photo_id": [{"text": "Yes.", "metadata": {"title": "Do I need ID?"}}],
            "utter_ward_phone": [{"text": "{ward}: {phone}, or {fact_samaritans}", "metadata": {"title": "A ward's phone"}}],
            "utter_own_buttons": [
                {"text": "x", "buttons": [{"title": "own", "payload": "/own"}], "metadata": {"follow_ups": ["visiting/photo_id"]}}
            ],
        },
    }
)


def say(
    response: str,
    *,
    channel: str = CHANNEL,
    nation: str | None = None,
    facts: Path | None = None,
    domain: Domain = DOMAIN,
    **variables: str,
) -> dict[str, Any]:
    words = ApprovedWords(EndpointConfig(type="bot.nlg.ApprovedWords", facts=str(facts)) if facts else None, domain)
    tracker = DialogueStateTracker("c", domain.slots)
    tracker.slots["nation"].value = nation
    said = asyncio.run(words.generate(response, tracker, channel, **variables))
    assert said is not None
    return said


def test_a_facts_mark_stays_on_our_channel_and_nothing_is_logged(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert say("utter_ask_visiting/searches")["text"] == "Ring {fact_samaritans}."
    assert "interpolat" not in caplog.text + capsys.readouterr().out


def test_a_mark_does_not_keep_variables_from_being_filled() -> None:
    assert say("utter_ward_phone", ward="Rowan", phone="01632 960001")["text"] == "Rowan: 01632 960001, or {fact_samaritans}"


def test_a_variable_that_looks_like_a_mark_stays_a_text() -> None:
    assert say("utter_ward_phone", ward="{nation}", phone="{0}")["text"].startswith("{nation}: {0}")


def test_a_console_gets_the_facts_words(tmp_path: Path) -> None:
    facts = tmp_path / "facts.yml"
    facts.write_text(
        "facts:\n  samaritans: {title: S, value: '116 123', nation: uk, source: s,"
        " checked_on: 2026-01-01, review_on: 2099-01-01}\n"
    )
    assert say("utter_ask_visiting/searches", channel="cmdline", facts=facts)["text"] == "Ring 116 123."
    facts.write_text(facts.read_text().replace("2099", "2020").replace("}", ", instead: the number on their site}"))
    assert say("utter_ask_visiting/searches", channel="cmdline", facts=facts)["text"] == "Ring the number on their site."


def test_a_nations_wording_keeps_its_sources_and_gets_the_defaults_title() -> None:
    said = say("utter_ask_visiting/searches", nation="scotland")
    assert said["text"] == "Scottish words"
    assert said["metadata"]["sources"] == ["scottish"]
    assert said["metadata"]["title"] == "Will I be searched?"


def test_follow_ups_that_exist_become_buttons() -> None:
    assert say("utter_ask_visiting/searches")["buttons"] == [{"title": "Do I need ID?", "payload": "/ask_visiting/photo_id"}]


def test_a_responses_own_buttons_stay_as_they_are() -> None:
    assert say("utter_own_buttons")["buttons"] == [{"title": "own", "payload": "/own"}]


def test_every_answer_is_said_to_the_letter() -> None:
    """The app finds an answer's translation by its words, so not a space of them may change on the way."""
    written = {
        name: wordings
        for file in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for name, wordings in (read_yaml_file(file).get("responses") or {}).items()
        if name.startswith("utter_ask_")
    }
    domain = Domain.from_dict({"slots": SLOTS, "responses": written})
    assert len(written) > 100
    for name, wordings in written.items():
        for wording in wordings:
            nation = wording["condition"][0]["value"] if "condition" in wording else None
            assert say(name, nation=nation, domain=domain)["text"] == wording["text"].strip()
