"""A carer's message that they changed: it has the new words from then on, which are answered only if they speak of danger.

Rule kept: the earlier words are kept, as those of a worker's message are, and workers can read them.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Author, Message, clean_text, labelled
from alongside.core.handover import reason_of_danger
from alongside.core.safety import find_danger
from alongside.core.telegram import Incoming
from alongside.services.ports import Announcer, Clock
from alongside.services.promises import Promises
from alongside.services.requests import Requests, with_ids
from alongside.store import conversations as conversation_store
from alongside.store import versions as store
from alongside.store.base import Database


class Edits:
    """Use cases on a message that is changed after it was answered."""

    def __init__(
        self,
        *,
        database: Database,
        requests: Requests,
        promises: Promises,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._database = database
        self._requests = requests
        self._promises = promises
        self._announcer = announcer
        self._clock = clock

    async def screen(self, message: Message, text: str) -> None:
        """Answer danger in the new words, and have a person look. A crash may make it be said twice: better than not at all."""
        danger = find_danger(text)
        if danger is None:
            return
        async with self._database.reading() as session:
            conversation = await conversation_store.get(session, message.conversation)
            file = await self._requests.current(session, message.conversation)
        if conversation is None:
            return
        plan = await self._requests.plan(conversation, reason_of_danger(danger.value), file)
        async with self._database.transaction() as session:
            if not await conversation_store.lock(session, conversation.id):
                return
            file = await self._requests.current(session, conversation.id)
            safety = self._promises.draft(f"utter_safety_{danger.value}", conversation, author=Author.BOT)
            safety = replace(safety, safety=danger.value)
            said = await self._requests.hear(session, conversation, file, [safety], plan)
            await conversation_store.add_drafts(
                session, conversation_id=conversation.id, drafts=with_ids(said), reply_to=message.id, at=self._clock.now()
            )
        self._announcer.announce(conversation.id, "message")
        self._requests.announce()

    async def keep(self, session: AsyncSession, incoming: Incoming, message: Message) -> None:
        """Give a message its new words, in a conversation that is locked. The same words again change nothing.

        Raises InvalidInput when they are too long; then nothing is changed.
        """
        text = labelled(clean_text(incoming.text), message.attached)
        now = await conversation_store.get_message(session, message.conversation, message.id)
        if now is not None and text not in ("", now.text):
            await store.change(session, now, text, at=self._clock.now())

    def announce(self, message: Message) -> None:
        """Let open pages show the new words."""
        self._announcer.announce(message.conversation, "changed")
        self._requests.announce()
