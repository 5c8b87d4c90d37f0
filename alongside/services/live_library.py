"""What carers are told now: the library of the release that is live, and the words the app says by itself.

Rule kept: safety replies and facts change in the moment a release takes over, with its answers, and go back with them.
"""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.library import Library
from alongside.core.words import Wording, Words
from alongside.store import releases as store
from alongside.store.base import Database


class LiveLibrary:
    """Holds the live release's library. ``words`` stays one object; what it says changes with the release."""

    def __init__(self, *, database: Database, shipped: Words) -> None:
        self._database = database
        self._shipped = shipped
        self._responses = dict(shipped.responses)
        self._facts = dict(shipped.facts)
        self.words = Words(responses=self._responses, facts=self._facts)
        self.number: int | None = None
        self.library = Library()

    async def follow(self, number: int) -> None:
        """Say the words of the release with this number from now on."""
        if number != self.number:
            async with self._database.reading() as session:
                library = await store.get_library(session, number)
            self.number, self.library = number, library
            self._say(library)

    async def read(self, session: AsyncSession, number: int) -> Library:
        """Return the library of a release; of the one that is live here without asking the database."""
        return self.library if number == self.number else await store.get_library(session, number)

    def _say(self, library: Library) -> None:
        # In place, and without a pause in between: whoever holds the words says either all of the old or all of the new.
        self._responses.clear()
        self._responses.update(self._shipped.responses)
        self._facts.clear()
        self._facts.update({**self._shipped.facts, **library.facts})
        for key, reply in library.safety.items():
            name = f"utter_{key.replace('/', '_')}"
            shipped = self._shipped.responses.get(name, ())
            choices = shipped[-1].choices if shipped else ()
            self._responses[name] = tuple(
                Wording(text=variant.text, choices=choices, nation=variant.nation) for variant in reply.variants
            )

    def words_with(self, library: Library) -> Words:
        """Return the words as they would be with another library: for a preview."""
        return replace(self.words, facts={**self._shipped.facts, **library.facts})
