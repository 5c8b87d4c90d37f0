"""A ward's phone number."""

from actions.base import Speaker
from actions.lookups import WardLookUp
from actions.names import ActionName, Intent, Response
from alongside.services.directory import Asked, WardPhone, Which


class WardPhoneNumber(WardLookUp[WardPhone]):
    """Says a named ward's own number."""

    action_name = ActionName.WARD_PHONE
    intent = Intent.FIND_WARD_PHONE

    async def find(self, asked: Asked) -> WardPhone | Which:
        return await self.directory.ward_phone(asked)

    def tell(self, found: WardPhone, say: Speaker) -> None:
        if found.phone is None:
            say(Response.WARD_PHONE_EXPIRED, ward=found.ward.name)
        else:
            say(Response.WARD_PHONE, ward=found.ward.name, phone=found.phone)
