"""Whom a carer can talk to. Never a dead end."""

from rasa_sdk.events import EventType

from actions.base import Speaker, Turn, set_slots
from actions.lookups import LookUp, say_sample
from actions.names import ActionName, Intent, Response, Slot
from alongside.services.directory import Asked, WorkerFound, say_person


class TalkToPerson(LookUp):
    """Says the ward's worker, else the duty contact, else the helplines. It never asks which ward first."""

    action_name = ActionName.TALK_TO_PERSON
    intent = Intent.TALK_TO_PERSON
    apology = Response.TALK_TO_NOBODY_HELD

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self._look_up(turn.asked, turn, say)

    async def again(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self._look_up(Asked(remembered=turn.slot(Slot.SERVICE)), turn, say)

    async def _look_up(self, asked: Asked, turn: Turn, say: Speaker) -> list[EventType]:
        person = await self.directory.person(asked, nation=turn.slot(Slot.NATION))
        response, variables = say_person(person)
        say(response, buttons=(), **variables)
        is_sample = person is not None and (person.ward.is_sample if isinstance(person, WorkerFound) else person.is_sample)
        say_sample(is_sample, say)
        return set_slots({Slot.LAST_ANSWER: str(self.intent), Slot.MISSES: 0.0})
