"""What was said when, and who approved it: the versions of an entry, and the way from a message back to its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alongside.core.conversations import ShownSource
from alongside.core.errors import NotFound
from alongside.core.library import SAFETY, Entry
from alongside.core.releases import Life
from alongside.store import conversations as conversation_store
from alongside.store import release_lives as lives
from alongside.store import releases as store
from alongside.store.base import Database


@dataclass(frozen=True)
class Version:
    """An entry as it stood from one release on, with the life of that release; ``entry`` is None where it was taken out."""

    life: Life
    entry: Entry | None


@dataclass(frozen=True)
class Seen:
    """The approved words a carer saw, with the sources that stood below them, and the entry they come from.

    ``key`` and ``version`` are None, and nothing else is told, for what is no answer and no safety reply: there the chat may
    repeat what a carer wrote.
    """

    text: str
    at: datetime
    key: str | None = None
    version: Version | None = None
    sources: tuple[ShownSource, ...] = ()


class History:
    """Looks back."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def of(self, key: str) -> Sequence[Version]:
        """Return the versions of an entry that were live, newest first. Raises NotFound when there was never one."""
        async with self._database.reading() as session:
            stood = dict(await store.list_versions(session, key))
            released = [life for life in await lives.list_all(session, limit=100_000) if life.live_at]
        if not stood:
            raise NotFound("There is no such answer, and there never was. Look for it in the library.")
        versions: list[Version] = []
        before: Entry | None = None
        for life in reversed(released):
            entry = stood.get(life.number)
            if entry != before:
                versions.append(Version(life, entry))
            before = entry
        return versions[::-1]

    async def seen(self, message_id: str) -> Seen:
        """Return which words a message held and who approved them. Raises NotFound, also for what is no message of ours."""
        async with self._database.reading() as session:
            message = await conversation_store.find_said(session, message_id)
            if message is None:
                raise NotFound("There is no message of the chatbot with this number, or its conversation was deleted.")
            key = message.answer or (f"{SAFETY}/{message.safety}" if message.safety else None)
            if key is None:
                return Seen("", message.at)
            life = await lives.get(session, message.release) if message.release else None
            entry = (await store.get_library(session, life.number)).get(key) if life else None
        return Seen(message.text, message.at, key, Version(life, entry) if life else None, message.sources)
