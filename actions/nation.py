"""The carer says which nation they are in."""

from rasa_sdk.events import EventType

from actions.base import AlongsideAction, Speaker, Turn, set_slots
from actions.names import ActionName, Entity, Response, Slot, answer_response
from alongside.core.answers import NATIONS


class SetNation(AlongsideAction):
    """Keeps the nation; says the answer that waited for it again, now in the nation's own wording."""

    action_name = ActionName.SET_NATION

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        nation = turn.entity(Entity.NATION)
        waiting = turn.slot(Slot.NATION_WANTED_BY)
        settled = set_slots({Slot.NATION_ASKED: True, Slot.NATION_WANTED_BY: None})
        if nation not in NATIONS:
            say(Response.NATION_UNKNOWN)
            return settled
        if waiting and turn.has_response(answer_response(waiting)):
            say(answer_response(waiting))
        else:
            say(Response.NATION_SET)
        return settled + set_slots({Slot.NATION: nation})
