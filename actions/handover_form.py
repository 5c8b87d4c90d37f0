"""Reading what a carer answers to the few questions that follow asking for a person.

Rules kept: whatever is no answer is left to the rules, so that a carer's own question is answered and the form asks again; a
question not followed twice is left out; a button pressed late corrects its own answer and nothing else.
"""

import asyncio
from typing import Any

import structlog
from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT, FormValidationAction

from actions import base
from actions.base import Speaker, Turn, set_slots
from actions.handover_questions import FORGOTTEN, SKIP, STOP, answers_of, is_interrupted, options_of, step_of
from actions.names import ActionName, Entity, Intent, Response, Slot
from alongside.core.asking import LEFT_OUT, NO, PREFIX, Heard, Kind, Step, is_question, read, steps
from alongside.core.directory import Service
from alongside.services.directory import Asked, Directory

log = structlog.get_logger()

_NOTHING_CHANGED = {Slot.HANDOVER_AGAIN: None}
"""Returning any slot tells Rasa that the form took the message; returning none leaves it to the rules."""


class HandoverForm(FormValidationAction):
    """Takes each message while the form asks, and says which question is next."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def name(self) -> str:
        return str(ActionName.VALIDATE_HANDOVER_FORM)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Read the message. One that cannot be read is left to the rules, and the same question is asked again."""
        asked = tracker.slots.get(REQUESTED_SLOT)
        try:
            async with asyncio.timeout(base.DEADLINE):
                events: list[EventType] = await super().run(dispatcher, tracker, domain)
                return events
        except Exception as error:
            log.error("action_failed", action=self.name(), conversation=tracker.sender_id, error=type(error).__name__)
            dispatcher.messages.clear()
            return [SlotSet(REQUESTED_SLOT, asked)]

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        """Return the questions that the answers so far call for."""
        return [step.slot for step in steps(answers_of(Turn(tracker, domain)))]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Extract nothing beforehand: what a message means depends on the question that is open."""
        return []

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Return what the message fills; nothing when it is no answer."""
        turn, say = Turn(tracker, domain), Speaker(dispatcher)
        step = step_of(tracker.slots.get(REQUESTED_SLOT))
        if step is None:
            say(Response.HANDOVER_BEGIN)
            return set_slots(FORGOTTEN | {Slot.HANDOVER_SERVICE: turn.slot(Slot.SERVICE)})
        if is_interrupted(turn):
            return set_slots(_named_meanwhile(turn, step))
        if turn.intent == Intent.HANDOVER_CHOICE:
            return set_slots(await self._press(turn, step))
        return set_slots(await self._hear(turn, step, say) if turn.text else {})

    async def _press(self, turn: Turn, open_step: Step) -> dict[Slot, Any]:
        name, _, value = (turn.entity(Entity.HANDOVER) or "").partition(":")
        step = step_of(f"{PREFIX}{name}")
        if value == STOP:
            return {Slot.HANDOVER_SEND: NO}
        if step is None or (step is not open_step and step not in steps(answers_of(turn))):
            return _NOTHING_CHANGED
        if value == SKIP:
            return _take(turn, step, LEFT_OUT) if step is open_step else _NOTHING_CHANGED
        if step is Step.SERVICE:
            found = await self._directory.find_ward(Asked(named=value))
            return _take_service(found) if isinstance(found, Service) else _NOTHING_CHANGED
        if step in (Step.SEND, Step.CHANGE) and open_step not in (Step.SEND, Step.CHANGE):
            return _NOTHING_CHANGED
        return _take(turn, step, value) if value in options_of(turn, step) else _NOTHING_CHANGED

    async def _hear(self, turn: Turn, step: Step, say: Speaker) -> dict[Slot, Any]:
        heard = read(
            step,
            turn.text,
            options=options_of(turn, step),
            reach=answers_of(turn)[Step.REACH],
            intent=turn.intent or "",
        )
        if step is Step.SERVICE and heard.kind in (Kind.QUESTION, Kind.UNCLEAR) and not is_question(turn.text):
            found = await self._directory.find_ward(Asked(turn.text, turn.entity(Entity.SERVICE) or turn.text))
            if isinstance(found, Service):
                return _take_service(found)
        return _follow(turn, step, heard, say)


def _follow(turn: Turn, step: Step, heard: Heard, say: Speaker) -> dict[Slot, Any]:
    if heard.kind is Kind.STOP:
        return {Slot.HANDOVER_SEND: NO}
    if heard.kind is Kind.QUESTION:
        return {}
    if heard.kind is Kind.UNCLEAR:
        is_second = turn.slot(Slot.HANDOVER_AGAIN) == step.slot
        if not is_second or step in (Step.SEND, Step.CHANGE):
            say(Response.HANDOVER_CHECK_ADDRESS if step is Step.ADDRESS else Response.HANDOVER_UNCLEAR)
            return {Slot.HANDOVER_AGAIN: step.slot}
        say(Response.HANDOVER_LEFT_OUT)
    return _take(turn, step, heard.value)


def _take(turn: Turn, step: Step, value: str) -> dict[Slot, Any]:
    """Return the slots that an answer changes; a new way to reach somebody needs a new address."""
    if step is Step.CHANGE:
        changed = step_of(f"{PREFIX}{value}")
        return _NOTHING_CHANGED | {Slot.HANDOVER_SEND: None} | ({Slot(changed.slot): None} if changed else {})
    taken = _NOTHING_CHANGED | {Slot(step.slot): value}
    if step is Step.REACH and value != answers_of(turn)[Step.REACH]:
        taken |= {Slot.HANDOVER_ADDRESS: None, Slot.HANDOVER_GOOD_TIME: None}
    return taken


def _take_service(service: Service) -> dict[Slot, Any]:
    return _NOTHING_CHANGED | {
        Slot.HANDOVER_SERVICE: service.code,
        Slot.SERVICE: service.code,
        Slot.NATION: service.nation,
    }


def _named_meanwhile(turn: Turn, step: Step) -> dict[Slot, Any]:
    """Return the service that was named in the carer's own question, when that is what the form wants to know."""
    is_named = any(event["event"] == "slot" and event["name"] == Slot.SERVICE for event in turn.events)
    return {Slot.HANDOVER_SERVICE: turn.slot(Slot.SERVICE)} if is_named and step is Step.SERVICE else {}
