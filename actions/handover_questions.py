"""Asking the few questions that follow asking for a person, showing what the worker will see, and ending them.

Rules kept: every question has a way past it and a way out; the answers leave the form once, when the carer sends them, and are
forgotten then and whenever they are not sent.
"""

from typing import Any

from rasa_sdk.events import EventType

from actions.base import AlongsideAction, Button, Speaker, Turn, set_slots
from actions.names import ActionName, Response, Slot, choice_payload, question
from alongside.core.asking import YES, Step, steps, summary
from alongside.core.directory import Service
from alongside.services.directory import Asked, Directory, Which

SKIP, STOP, BACK = "skip", "stop", "back"
"""What any button of the form may say beside its answer."""

FORGOTTEN: dict[Slot, Any] = dict.fromkeys([*(Slot(step.slot) for step in Step), Slot.HANDOVER_AGAIN])


class AskQuestion(AlongsideAction):
    """Asks one question, with its buttons. Rasa calls it when the form comes to it or comes back to it."""

    apology = None

    def __init__(self, step: Step, directory: Directory) -> None:
        self._step = step
        self._directory = directory

    def name(self) -> str:
        return str(ActionName(f"action_ask_{self._step.slot}"))

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        if self._step is Step.SEND:
            await self._show(turn, say)
        elif self._step is Step.CHANGE:
            options = [_button(self._step, value, title) for value, title in options_of(turn, self._step).items()]
            say(question(self._step), buttons=[*options, _way(turn, self._step, STOP, Response.HANDOVER_STOPPED)])
        else:
            options = await self._services(turn) if self._step is Step.SERVICE else []
            past = _way(turn, self._step, SKIP, Response.HANDOVER_LEFT_OUT)
            say(question(self._step), buttons=[*options, past, _way(turn, self._step, STOP, Response.HANDOVER_STOPPED)])
        return []

    async def _services(self, turn: Turn) -> list[Button]:
        """Offer what is near to the name that was typed, else what there is."""
        is_second = turn.slot(Slot.HANDOVER_AGAIN) == self._step.slot
        found = await self._directory.find_ward(Asked(turn.text, turn.text) if is_second else Asked())
        near = found.choices if isinstance(found, Which) else (found,)
        return [_button(self._step, service.code, service.name) for service in near]

    async def _show(self, turn: Turn, say: Speaker) -> None:
        if is_interrupted(turn) or turn.slot(Slot.HANDOVER_AGAIN) == self._step.slot:
            say(Response.HANDOVER_SEND_AGAIN)
            return
        answers = answers_of(turn)
        told: list[tuple[str, str]] = []
        for step in steps(answers):
            if answer := answers[step]:
                shown = options_of(turn, step).get(answer, answer)
                if step is Step.SERVICE:
                    found = await self._directory.find_ward(Asked(named=answer))
                    shown = found.name if isinstance(found, Service) else answer
                told.append((turn.title(question(step)) or "", shown))
        say(question(self._step), summary=summary(told))


class HandoverEnd(AlongsideAction):
    """Ends the form: hands the answers over if the carer said so, and forgets them."""

    action_name = ActionName.HANDOVER_END

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        answers = answers_of(turn)
        is_sent = answers[Step.SEND] == YES
        say(Response.HANDOVER_SENT if is_sent else Response.HANDOVER_STOPPED)
        told = {step.value: answer for step, answer in answers.items() if answer} if is_sent else None
        return set_slots(FORGOTTEN | {Slot.HANDOVER_DETAILS: told})


def step_of(slot: str | None) -> Step | None:
    """Return the question that a slot of the form belongs to."""
    return next((step for step in Step if step.slot == slot), None)


def answers_of(turn: Turn) -> dict[Step, str | None]:
    """Return what has been answered so far; an empty answer was skipped."""
    return {step: turn.slot(Slot(step.slot)) for step in Step}


def options_of(turn: Turn, step: Step) -> dict[str, str]:
    """Return the answers a question's own buttons stand for, each with its title."""
    if step is Step.CHANGE:
        asked = [other for other in steps(answers_of(turn)) if other not in (Step.CHANGE, Step.SEND)]
        titles = {other.value: turn.title(question(other)) or "" for other in asked}
        return titles | {BACK: turn.title(Response.HANDOVER_SEND_AGAIN) or ""}
    titles = turn.options(question(step))
    start = choice_payload(step, "").removesuffix('"}')
    return {payload.removeprefix(start).removesuffix('"}'): title for payload, title in titles.items()}


def is_interrupted(turn: Turn) -> bool:
    """Say whether the carer's message was no answer, so that the form only comes back to its question."""
    return any(event["event"] == "action_execution_rejected" for event in turn.events)


def _button(step: Step, value: str, title: str) -> Button:
    return {"title": title, "payload": choice_payload(step, value)}


def _way(turn: Turn, step: Step, way: str, response: Response) -> Button:
    return _button(step, way, turn.title(response) or "")
