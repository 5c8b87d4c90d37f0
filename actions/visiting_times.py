"""When a ward can be visited, and how to book."""

from actions.base import Speaker
from actions.lookups import WardLookUp, say_not_current
from actions.names import ActionName, Intent, Response
from alongside.core.directory import say_list
from alongside.services.directory import Asked, Held, Visiting, Which


class VisitingTimes(WardLookUp[Visiting]):
    """Says a named ward's visiting times."""

    action_name = ActionName.VISITING_TIMES
    intent = Intent.FIND_VISITING_TIMES

    async def find(self, asked: Asked) -> Visiting | Which:
        return await self.directory.visiting_times(asked)

    def tell(self, found: Visiting, say: Speaker) -> None:
        if found.held is Held.EXPIRED or found.phone is None:
            say_not_current(found.ward, found.phone, say)
        elif found.held is Held.NONE:
            say(Response.VISITING_TIMES_NONE, ward=found.ward.name, phone=found.phone)
        else:
            say(
                Response.VISITING_TIMES,
                ward=found.ward.name,
                times=say_list(found.times),
                booking=found.booking,
                phone=found.phone,
            )
