"""The shape of a look-up about one ward: find it, tell it, remember it; or ask which ward is meant."""

from abc import abstractmethod
from typing import ClassVar, Generic, Protocol, TypeVar

from rasa_sdk.events import EventType

from actions.base import AlongsideAction, Speaker, Turn, service_buttons, set_slots
from actions.names import Intent, Response, Slot
from alongside.core.directory import Service
from alongside.services.directory import Asked, Directory, Unsettled, Which

_ASKING = {
    Unsettled.NOT_SAID: Response.WHICH_SERVICE,
    Unsettled.SEVERAL: Response.SEVERAL_SERVICES,
    Unsettled.UNKNOWN: Response.SERVICE_UNKNOWN,
}


class _AboutWard(Protocol):
    @property
    def ward(self) -> Service: ...


Found = TypeVar("Found", bound=_AboutWard)


class LookUp(AlongsideAction):
    """A look-up in the directory. ``intent`` asks for it, and is how it is remembered."""

    intent: ClassVar[Intent]

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    @abstractmethod
    async def again(self, turn: Turn, say: Speaker) -> list[EventType]:
        """Say the same again, from what is remembered."""


class WardLookUp(LookUp, Generic[Found]):
    """A look-up about one ward."""

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self.look_up(turn.asked, turn, say)

    async def again(self, turn: Turn, say: Speaker) -> list[EventType]:
        return await self.look_up(Asked(remembered=turn.slot(Slot.SERVICE)), turn, say)

    async def look_up(self, asked: Asked, turn: Turn, say: Speaker) -> list[EventType]:
        found = await self.find(asked)
        if isinstance(found, Which):
            return ask_which(found, say) + set_slots({Slot.PENDING_LOOKUP: str(self.intent)})
        self.tell(found, say)
        return remember_ward(found.ward, say) + set_slots(
            {Slot.PENDING_LOOKUP: None, Slot.LAST_ANSWER: str(self.intent), Slot.MISSES: 0.0}
        )

    @abstractmethod
    async def find(self, asked: Asked) -> Found | Which:
        """Call the service."""

    @abstractmethod
    def tell(self, found: Found, say: Speaker) -> None:
        """Say what was found."""


def ask_which(which: Which, say: Speaker) -> list[EventType]:
    say(_ASKING[which.why], buttons=service_buttons(which.choices))
    return []


def remember_ward(ward: Service, say: Speaker) -> list[EventType]:
    """Keep the ward and its nation for later turns."""
    say_sample(ward.is_sample, say)
    return set_slots({Slot.SERVICE: ward.code, Slot.NATION: ward.nation})


def say_sample(is_sample: bool, say: Speaker) -> None:
    """Say with every fact of a sample organisation that it is a sample: nobody may take it for a real ward's."""
    if is_sample:
        say(Response.SAMPLE_DIRECTORY)


def say_not_current(ward: Service, phone: str | None, say: Speaker) -> None:
    """Give the ward's phone for a fact that may not be stated; without even that, say whom to ring."""
    if phone is None:
        say(Response.WARD_PHONE_EXPIRED, ward=ward.name)
    else:
        say(Response.FACT_EXPIRED, ward=ward.name, phone=phone)
