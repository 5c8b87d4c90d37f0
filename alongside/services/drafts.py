"""Maintainers write: drafts of answers, safety replies and facts, one for each, shared by everybody.

Rules kept: nothing that was typed is lost; two who write at once both keep what they wrote, and where they changed the same words
each is shown the other's; nothing here is said to a carer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.answers import NATIONS, TOPICS, Answer, Variant, normalise_sentence
from alongside.core.drafts import Draft
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.facts import Fact
from alongside.core.library import Entry, Library, key_of, kind_of
from alongside.core.merging import Conflict, merge, merge_facts
from alongside.core.releases import Person
from alongside.core.tidying import tidy, tidy_fact
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Clock
from alongside.store import drafts as store
from alongside.store import release_lives as lives
from alongside.store.base import Database

REVIEW_AFTER = timedelta(days=365)
"""When a new answer is looked at again, unless its author says otherwise."""

AT_WORK = timedelta(minutes=5)
"""How long after a save somebody counts as still writing."""

MAX_NAME = 60
"""Characters of an answer's name within its topic."""


class Unsettled(AlongsideError):
    """Somebody else changed the same words meanwhile. Nothing was saved; ``draft`` is what stands now.

    ``merged`` is what was to be saved with all of theirs that is about other words; None when one side takes the entry out.
    """

    status = 409

    def __init__(self, draft: Draft, conflicts: Sequence[Conflict], merged: Entry | None = None) -> None:
        super().__init__(
            f"{draft.by.name} changed the same words while you were writing. Nothing of yours is lost: it is still on your page. "
            "Look at what they wrote, and save again."
        )
        self.draft = draft
        self.conflicts = conflicts
        self.merged = merged


@dataclass(frozen=True)
class Edited:
    """An entry as its editor shows it: the draft if there is one, and what is live. Neither: there is no such entry."""

    key: str
    live: Entry | None
    draft: Draft | None

    @property
    def now(self) -> Entry | None:
        return self.draft.content if self.draft else self.live

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0


class Drafts:
    """Use cases on what is being written."""

    def __init__(self, *, database: Database, live: LiveLibrary, clock: Clock) -> None:
        self._database = database
        self._live = live
        self._clock = clock

    async def library(self) -> Library:
        """Return what carers are told now."""
        async with self._database.reading() as session:
            return await self._library(session)

    async def list_all(self) -> list[Draft]:
        """Return every draft, by key."""
        async with self._database.reading() as session:
            return await store.list_all(session)

    async def written(self) -> Library:
        """Return the library as it would be with every draft."""
        async with self._database.reading() as session:
            library = await self._library(session)
            drafts = await store.list_all(session)
        return library.changed({draft.key: draft.content for draft in drafts})

    async def get(self, key: str) -> Edited:
        """Return an entry with its draft. Raises NotFound when there is neither."""
        async with self._database.reading() as session:
            library = await self._library(session)
            draft = await store.get(session, key)
        edited = Edited(key, library.get(key), draft)
        if edited.live is None and draft is None:
            raise NotFound("There is no such answer, or its draft was discarded. Go back to the library.")
        return edited

    async def others(self, account: Account, key: str) -> list[str]:
        """Return the names of those who saved this draft in the last minutes, beside this account."""
        async with self._database.reading() as session:
            savers = await store.savers_since(session, key, self._clock.now() - AT_WORK)
        return sorted({saver.name for saver in savers if saver.id != account.id})

    async def at(self, key: str, revision: int) -> Entry | None:
        """Return an entry as its editor showed it at a revision (0: what is live); None when there is no such one any more."""
        async with self._database.reading() as session:
            return await store.get_revision(session, key, revision) if revision else (await self._library(session)).get(key)

    async def save(self, account: Account, key: str, content: Entry | None, *, revision: int) -> Edited:
        """Save what somebody wrote on top of the ``revision`` they began from (0: what is live). None takes the entry out.

        What others saved meanwhile is kept where it is about other words. Raises Unsettled where it is about the same, and
        InvalidInput when the key does not fit the content.
        """
        if content is not None and key_of(content) != key:
            raise InvalidInput(f"The draft of {key} holds {key_of(content)}. Nothing was saved. Load the page again.")
        content = _tidied(content)
        async with self._database.transaction() as session:
            live = (await self._library(session)).get(key)
            draft = await store.get(session, key)
            if draft and draft.revision != revision:
                content = await self._merge(session, draft, content, revision)
            elif draft is None and live is None and revision:
                raise NotFound("This draft was discarded or published meanwhile. Copy what you wrote, and begin again.")
            if content == (draft.content if draft else live):
                return Edited(key, live, draft)
            await self._save(session, account, key, content, live)
            return Edited(key, live, await store.get(session, key))

    async def add_sentences(self, account: Account, key: str, sentences: Sequence[str]) -> None:
        """Add training sentences to an answer's draft, less those it has. Raises NotFound and InvalidInput."""
        async with self._database.transaction() as session:
            live = (await self._library(session)).get(key)
            draft = await store.get(session, key)
            now = draft.content if draft else live
            if not isinstance(now, Answer) or kind_of(key) != "answer":
                raise NotFound("There is no such answer to add a sentence to. Choose another one.")
            added = _clean_sentences(sentences, known=now.examples)
            if added:
                await self._save(session, account, key, replace(now, examples=(*now.examples, *added)), live)

    async def begin(self, account: Account, *, topic: str, title: str, sentences: Sequence[str] = ()) -> str:
        """Begin a new answer; returns its key. Raises InvalidInput for a topic that is none, or without a title."""
        title = " ".join(title.split())
        if topic not in TOPICS:
            raise InvalidInput(f"The topic '{topic}' is not one of ours. Choose one from the list.")
        if not title:
            raise InvalidInput("The question is missing. Write it as a carer would ask it: it becomes the title.")
        today = self._clock.today()
        async with self._database.transaction() as session:
            library = await self._library(session)
            taken = {key for key, _ in library} | {draft.key for draft in await store.list_all(session)}
            name = _free_name(title, topic, taken)
            answer = Answer(
                topic=topic,
                name=name,
                title=title,
                owner=account.name,
                approver="",
                review_on=today + REVIEW_AFTER,
                nations=NATIONS,
                follow_ups=(),
                variants=(Variant(text="", sources=()),),
                examples=tuple(_clean_sentences(sentences, known=())),
            )
            await self._save(session, account, answer.key, answer, None)
        return answer.key

    async def discard(self, account: Account, key: str) -> None:
        """Throw a draft away; what is live stays. Raises NotFound when there is none."""
        async with self._database.transaction() as session:
            if not await store.remove(session, key):
                raise NotFound("There is no draft of this answer any more. Nothing was changed.")

    async def take_in(self, account: Account, entries: Mapping[str, Entry | None]) -> list[str]:
        """Make drafts of entries that were read from files, where they differ from what is live; returns their keys.

        A draft that is there already gets another revision, so that what it was can still be had.
        """
        changed = []
        async with self._database.transaction() as session:
            library = await self._library(session)
            for key, entry in entries.items():
                draft = await store.get(session, key)
                if entry == (draft.content if draft else library.get(key)):
                    continue
                await self._save(session, account, key, entry, library.get(key))
                changed.append(key)
        return changed

    async def _merge(self, session: AsyncSession, draft: Draft, mine: Entry | None, revision: int) -> Entry | None:
        base = await store.get_revision(session, draft.key, revision) if revision else draft.base
        theirs = draft.content
        if mine == theirs or theirs == base:
            return mine
        if mine == base:
            return theirs
        entry: Entry
        if isinstance(base, Answer) and isinstance(mine, Answer) and isinstance(theirs, Answer):
            merged = merge(base, mine, theirs)
            entry, conflicts = merged.answer, merged.conflicts
        elif isinstance(base, Fact) and isinstance(mine, Fact) and isinstance(theirs, Fact):
            entry, conflicts = merge_facts(base, mine, theirs)
        else:
            raise Unsettled(draft, ())
        if conflicts:
            raise Unsettled(draft, conflicts, entry)
        return entry

    async def _save(self, session: AsyncSession, account: Account, key: str, content: Entry | None, live: Entry | None) -> None:
        # Whoever approved the words before has not read these.
        if isinstance(content, Answer) and isinstance(live, Answer) and content.approver == live.approver and content != live:
            content = replace(content, approver="")
        await store.save(session, key, content, base=live, by=Person(account.id, account.name), at=self._clock.now())

    async def _library(self, session: AsyncSession) -> Library:
        """Return what is live in the database: another process may have published a moment ago."""
        live = await lives.get_live(session)
        return await self._live.read(session, live.number) if live else Library()


def _tidied(entry: Entry | None) -> Entry | None:
    if entry is None:
        return None
    return tidy(entry) if isinstance(entry, Answer) else tidy_fact(entry)


def _clean_sentences(sentences: Sequence[str], *, known: Sequence[str]) -> list[str]:
    seen = {normalise_sentence(sentence) for sentence in known}
    added = []
    for sentence in (" ".join(each.split()) for each in sentences):
        folded = normalise_sentence(sentence)
        if folded and folded not in seen:
            seen.add(folded)
            added.append(sentence)
    return added


def _free_name(title: str, topic: str, taken: set[str]) -> str:
    """Return a name for an answer from its question: short, and not yet in the topic."""
    words = re.findall(r"[a-z0-9]+", title.casefold().replace("’", "").replace("'", ""))
    name = "_".join(words)[:MAX_NAME].strip("_") or "answer"
    number = 1
    while f"{topic}/{name if number == 1 else f'{name}_{number}'}" in taken:
        number += 1
    return name if number == 1 else f"{name}_{number}"
