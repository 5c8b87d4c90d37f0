"""Turns a response's name into approved words, choosing the wording and leaving phone numbers and amounts as marks."""

import copy
from datetime import date
from pathlib import Path
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_config_file
from rasa.utils.endpoints import EndpointConfig

from alongside.core.answers import FACT_MARK, fill_facts
from alongside.core.facts import Fact

CHANNEL = "alongside"
"""On our own channel the marks stay: the app fills them, so that a number corrected there needs no new model."""


class ApprovedWords(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, with facts, and with follow-up questions as buttons."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})
        self._facts_file = endpoint_config.kwargs.get("facts") if endpoint_config else None

    def generate_from_slots(
        self, utter_action: str, filled_slots: dict[str, Any], output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Return the wording for these slots, with buttons; the default wording's metadata holds for every wording."""
        response = super().generate_from_slots(utter_action, filled_slots, output_channel, **kwargs)
        if response is None:
            return None
        response["metadata"] = {**self._default_metadata(utter_action), **response.get("metadata", {})}
        if not response.get("buttons"):
            response["buttons"] = [
                {"title": title, "payload": f"/ask_{key}"}
                for key in response["metadata"].get("follow_ups", [])
                if (title := self._default_metadata(f"utter_ask_{key}").get("title"))
            ]
        if output_channel != CHANNEL and self._facts_file:
            response["text"] = fill_facts(response["text"], _words_of_today(self._facts_file))
        return response

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Fill the text's variables.

        A fact's mark stands for itself, and buttons are kept away: Rasa would take their JSON for variables, log an error for
        each and then fill nothing at all.
        """
        marks = {name: f"{{{name}}}" for name in FACT_MARK.findall(response.get("text", ""))}
        buttons = response.pop("buttons", None)
        filled = super()._fill_response(response, filled_slots, **{**kwargs, **marks})
        return {**filled, "buttons": buttons} if buttons else filled

    def _default_metadata(self, utter_action: str) -> dict[str, Any]:
        for wording in self.responses.get(utter_action, []):
            if not wording.get("condition"):
                return copy.deepcopy(wording.get("metadata", {}))
        return {}


def _words_of_today(facts_file: str) -> dict[str, str]:
    """Read the facts for a console such as ``rasa shell``, which has no app to fill them."""
    return {
        f"fact_{name}": Fact(name=name, **_dated(fields)).words(date.today())
        for name, fields in read_config_file(Path(facts_file))["facts"].items()
    }


def _dated(fields: dict[str, Any]) -> dict[str, Any]:
    dates = {key: date.fromisoformat(str(fields[key])) for key in ("checked_on", "review_on") if key in fields}
    return {**fields, **dates}
