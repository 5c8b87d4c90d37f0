"""The next support groups: on a weekday, near a place, or online."""

from rasa_sdk.events import EventType

from actions.base import Speaker, Turn, set_slots
from actions.lookups import LookUp, say_sample
from actions.names import ActionName, Entity, Intent, Response, Slot
from alongside.core.directory import say_contact, say_meeting, say_where


class SupportGroups(LookUp):
    """Says the soonest groups as asked, or the soonest others."""

    action_name = ActionName.SUPPORT_GROUPS
    intent = Intent.FIND_SUPPORT_GROUP

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self._look_up(
            turn,
            say,
            weekday=turn.entity(Entity.WEEKDAY),
            place=turn.entity(Entity.PLACE),
            online=turn.entity(Entity.ONLINE) is not None,
        )

    async def again(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self._look_up(
            turn, say, weekday=turn.slot(Slot.WEEKDAY), place=turn.slot(Slot.PLACE), online=bool(turn.slot(Slot.ONLINE))
        )

    async def _look_up(
        self, turn: Turn, say: Speaker, *, weekday: str | None, place: str | None, online: bool
    ) -> list[EventType]:
        found = await self.directory.next_groups(weekday=weekday, place=place, online=online, nation=turn.slot(Slot.NATION))
        if not found.meetings:
            say(Response.SUPPORT_GROUPS_NONE)
        else:
            say(Response.SUPPORT_GROUPS if found.as_asked else Response.SUPPORT_GROUPS_OTHER_DAYS)
        for meeting in found.meetings:
            say(
                Response.SUPPORT_GROUP,
                name=meeting.group.name,
                when=say_meeting(meeting),
                where=say_where(meeting),
                who_for=meeting.group.for_whom,
                contact=say_contact(meeting.group),
            )
        is_sample = any(meeting.group.is_sample for meeting in found.meetings)
        say_sample(is_sample, say)
        return set_slots({Slot.PENDING_LOOKUP: None, Slot.LAST_ANSWER: str(self.intent), Slot.MISSES: 0.0})
