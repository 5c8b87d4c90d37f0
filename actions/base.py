"""What every action shares: reading the turn, saying responses, and catching errors once.

Rule kept: an action never fails the turn and never says or logs a carer's words; on an error only ids and the kind are logged.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.names import LOOKUP_RESPONSES, ActionName, Entity, Intent, Response, Slot, answer_payload, answer_response
from alongside.core.directory import Service
from alongside.services.directory import Asked

DEADLINE = 2.5
"""Seconds for one action. The assistant gives up after three (bot/action_endpoint.py), and the whole turn would fail."""

log = structlog.get_logger()

Button = dict[str, str]


class Turn:
    """What is known when an action runs: the message and what was understood of it, the slots, and the domain."""

    def __init__(self, tracker: Tracker, domain: dict[str, Any]) -> None:
        self._message: dict[str, Any] = tracker.latest_message
        self._slots: dict[str, Any] = tracker.slots
        self._events: list[dict[str, Any]] = tracker.events or []
        self._responses: dict[str, list[dict[str, Any]]] = domain.get("responses") or {}

    @property
    def text(self) -> str:
        """What the carer typed; empty when they pressed a button, whose payload is no text of theirs."""
        text = self._message.get("text") or ""
        return "" if text.startswith("/") else text

    def slot(self, name: Slot) -> Any:
        return self._slots.get(name)

    def entity(self, name: Entity) -> str | None:
        """Return what the carer says now; slots of the same name keep what was said before."""
        values = (entity.get("value") for entity in self._message.get("entities") or [] if entity.get("entity") == name)
        return next((value for value in values if isinstance(value, str) and value), None)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What has happened since the carer's message."""
        later = takewhile(lambda event: event["event"] != "user", reversed(self._events))
        return list(later)

    @property
    def intent(self) -> str | None:
        return (self._message.get("intent") or {}).get("name")

    @property
    def answer(self) -> str | None:
        """The answer that was just said, ``topic/name``."""
        selected = self._message.get("response_selector") or {}
        chosen = selected.get(self.intent) or selected.get("default") or {}
        key = (chosen.get("response") or {}).get("intent_response_key") or ""
        return key.removeprefix("ask_") if key.startswith("ask_") else None

    @property
    def ranking(self) -> list[tuple[str, float]]:
        return [(entry["label"], entry["confidence"]) for entry in self._message.get("answer_ranking") or []]

    @property
    def other_needs(self) -> list[str]:
        return list(self._message.get("other_needs") or [])

    @property
    def asked(self) -> Asked:
        """Which ward the carer means."""
        return Asked(self.text, self.entity(Entity.SERVICE), self.slot(Slot.SERVICE))

    def has_response(self, response: str) -> bool:
        return response in self._responses

    def varies_by_nation(self, response: str) -> bool:
        wordings = self._responses.get(response) or []
        return any(condition.get("name") == Slot.NATION for wording in wordings for condition in wording.get("condition") or [])

    def buttons(self, labels: Iterable[str]) -> list[Button]:
        """Make a button for each label that a carer could mean: an answer or a look-up, with its approved title."""
        made = []
        for label in labels:
            is_lookup = label in LOOKUP_RESPONSES
            response = LOOKUP_RESPONSES[Intent(label)] if is_lookup else answer_response(label)
            if title := self.title(response):
                made.append({"title": title, "payload": f"/{label}" if is_lookup else answer_payload(label)})
        return made

    def options(self, response: str) -> dict[str, str]:
        """Return the buttons a response carries, each payload with its title."""
        wordings = self._responses.get(response) or []
        return {button["payload"]: button["title"] for wording in wordings for button in wording.get("buttons") or []}

    def title(self, response: str) -> str | None:
        """Return the title of a response: it stands with the wording that has no condition."""
        for wording in reversed(self._responses.get(response) or []):
            if not wording.get("condition"):
                return (wording.get("metadata") or {}).get("title")
        return None


class Speaker:
    """Says responses by name."""

    def __init__(self, dispatcher: CollectingDispatcher) -> None:
        self._dispatcher = dispatcher

    def __call__(self, response: str, *, buttons: Sequence[Button] = (), **variables: str) -> None:
        self._dispatcher.utter_message(response=str(response), buttons=list(buttons), **variables)


class AlongsideAction(Action, ABC):
    """An action. ``apology`` is said in place of everything when it fails; None for one that only adds to other words."""

    action_name: ClassVar[ActionName]
    apology: ClassVar[Response | None] = Response.LOOKUP_FAILED

    def name(self) -> str:
        return str(self.action_name)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        try:
            async with asyncio.timeout(DEADLINE):
                return await self.act(Turn(tracker, domain), Speaker(dispatcher))
        except Exception as error:
            log.error("action_failed", action=self.name(), conversation=tracker.sender_id, error=type(error).__name__)
            dispatcher.messages.clear()
            if self.apology is not None:
                Speaker(dispatcher)(self.apology)
            return []

    @abstractmethod
    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        """Do the action's work: say responses, return events."""


def set_slots(values: dict[Slot, Any]) -> list[EventType]:
    return [SlotSet(str(slot), value) for slot, value in values.items()]


def service_buttons(services: Iterable[Service]) -> list[Button]:
    """Make a button for each service; pressing one continues the look-up that asked."""
    return [
        {"title": service.name, "payload": f"/{Intent.GIVE_SERVICE}{json.dumps({str(Entity.SERVICE): service.code})}"}
        for service in services
    ]
