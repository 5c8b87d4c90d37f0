"""Whether an answer helped, as its carer says."""

import re

from alongside.core.errors import NotFound
from alongside.services.ports import Clock
from alongside.store import conversations as conversation_store
from alongside.store import feedback as store
from alongside.store.base import Database

_ID = re.compile(r"[0-9a-f]{32}")
_NO_ANSWER = "There is no such answer in this conversation. Fetch the thread from the beginning."


class Feedback:
    """The use case of a carer who says whether an answer helped."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def say(self, conversation_id: str, message_id: str, *, helpful: bool) -> None:
        """Keep whether an answer of this conversation helped; what was said of it before no longer counts.

        Raises NotFound for anything but an approved answer that was given in it.
        """
        if not _ID.fullmatch(message_id):
            raise NotFound(_NO_ANSWER)
        async with self._database.transaction() as session:
            await conversation_store.lock(session, conversation_id)  # it may be erased at this moment
            message = await conversation_store.get_message(session, conversation_id, message_id)
            if message is None or not await store.put(session, message.id, helpful, at=self._clock.now()):
                raise NotFound(_NO_ANSWER)
