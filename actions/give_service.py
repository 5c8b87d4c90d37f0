"""The carer names a ward: the look-up that asked for it goes on."""

from collections.abc import Iterable
from dataclasses import replace

from rasa_sdk.events import EventType

from actions.base import AlongsideAction, Speaker, Turn
from actions.lookups import LookUp, WardLookUp, ask_which, remember_ward
from actions.names import ActionName, Response, Slot
from alongside.services.directory import Directory, Which


class GiveService(AlongsideAction):
    """Continues the waiting look-up with the ward just named; with none waiting, offers what can be looked up for it."""

    action_name = ActionName.GIVE_SERVICE

    def __init__(self, directory: Directory, lookups: Iterable[LookUp]) -> None:
        self.directory = directory
        self._lookups = {str(lookup.intent): lookup for lookup in lookups if isinstance(lookup, WardLookUp)}

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        # Whatever stands here was meant as a ward's name: the remembered ward must not answer in its place.
        asked = replace(turn.asked, named=turn.asked.named or turn.text or None)
        waiting = self._lookups.get(turn.slot(Slot.PENDING_LOOKUP) or "")
        if waiting is not None:
            return await waiting.look_up(asked, turn, say)
        found = await self.directory.find_ward(asked)
        if isinstance(found, Which):
            return ask_which(found, say)
        say(Response.SERVICE_NOTED, ward=found.name, buttons=turn.buttons(self._lookups))
        return remember_ward(found, say)
