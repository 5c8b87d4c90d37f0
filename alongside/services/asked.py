"""What carers asked and did not get, for maintainers: grouped by meaning, without what could tell who asked.

Rules kept: nobody gets from here to a conversation; a carer's words are masked before they leave this module, and stored nowhere
a second time; nothing becomes a training sentence unless a maintainer chose and could change it.
"""

import asyncio
import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.answers import TOPICS, Answer, normalise_sentence, words_in
from alongside.core.asked import SINCE, Became, How, Question, Settled
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.identity import Identity, without_masks
from alongside.core.library import Library
from alongside.core.scrub import scrub
from alongside.services.drafts import Drafts
from alongside.services.grouping import Groups
from alongside.services.ports import Clock, Vectors
from alongside.store import accounts as account_store
from alongside.store import asked as store
from alongside.store import directory as directory_store
from alongside.store.base import Database

PAGE = 10
"""Groups on one page."""

EXAMPLES = 5
SUGGESTED = 8
"""Phrasings that are offered for training."""

LEAST_WORDS = 3
"""Words of a phrasing that is worth offering."""

NEAREST = 3
WEIGHED = 20
"""Questions of a group, the most typical ones, that are asked which answers are near."""

UNDONE = 20
"""How many batches that were seen to are listed, to be undone."""

_AT_ONCE = 32
"""Questions read between two chances for others: a tenth of a second of work."""

PATIENCE = 0.15
"""Seconds a page waits for many questions that have not been read yet; more of them are shown the next time."""

PATIENCE_FOR_FEW = 3.0
"""Seconds it waits for few, which are soon read: only the first page after a start, which loads the encoder, takes so long."""


@dataclass(frozen=True)
class Group:
    """Questions that mean much the same. ``handles`` name them; examples are masked, the most typical first."""

    handles: tuple[str, ...]
    count: int
    latest: datetime
    examples: tuple[str, ...]
    became: Mapping[Became, int]
    nearest: tuple[tuple[str, str], ...]
    """Keys and titles of the answers that are nearest."""

    @property
    def handle(self) -> str:
        return self.handles[0]


@dataclass(frozen=True)
class Board:
    """One page of groups; ``unread`` questions are still being read and in no group yet."""

    groups: tuple[Group, ...]
    page: int
    pages: int
    total: int
    questions: int
    unread: int


@dataclass(frozen=True)
class Seen:
    """What was seen to, with an example of it, masked, and who did it."""

    settled: Settled
    example: str
    by: str
    title: str


class Asked:
    """Use cases on what carers asked."""

    def __init__(self, *, database: Database, drafts: Drafts, encoder: Vectors, clock: Clock) -> None:
        self._database = database
        self._drafts = drafts
        self._encoder = encoder
        self._clock = clock
        self._groups = Groups(encoder.dimensions)
        self._versions: dict[str, datetime | None] = {}
        self._in_use = threading.Lock()
        self._reading: asyncio.Task[None] | None = None
        self._identity: tuple[Library, object, Identity] | None = None

    async def look(self, page: int = 1) -> Board:
        """Return a page of groups, the biggest first and of those the newest. Raises EncoderError without an encoder."""
        questions = await self._questions()
        unread = await self._read(questions)
        found = await asyncio.to_thread(self._ordered, questions)
        pages = max(1, -(-len(found) // PAGE))
        page = min(max(page, 1), pages)
        groups = await self._describe(found[(page - 1) * PAGE : page * PAGE], questions, examples=EXAMPLES)
        return Board(tuple(groups), page, pages, len(found), len(questions) - unread, unread)

    async def group(self, handle: str, *, examples: int = EXAMPLES) -> Group:
        """Return the group that a question is in now. Raises NotFound when it was seen to or erased."""
        questions = await self._questions()
        await self._read(questions)
        question = next((each for each in questions.values() if each.handle == handle), None)
        ids = await asyncio.to_thread(self._of, question.id) if question else []
        ids = [each for each in ids if each in questions]
        if not ids:
            raise NotFound("These questions are not there any more: somebody has seen to them, or the carers erased them.")
        (group,) = await self._describe([ids], questions, examples=examples)
        return group

    def suggest(self, group: Group) -> list[str]:
        """Return phrasings that could be added to an answer, from examples of a group: without masks, and each once."""
        found: dict[str, str] = {}
        for example in group.examples:
            phrasing = without_masks(example)
            if len(words_in(phrasing)) >= LEAST_WORDS:
                found.setdefault(normalise_sentence(phrasing), phrasing)
        return list(islice(found.values(), SUGGESTED))

    async def answers(self) -> dict[str, str]:
        """Return the titles of the answers that phrasings can be added to, by key: what is live, and what is being written."""
        return {key: answer.title for key, answer in (await self._drafts.written()).answers.items()}

    async def add(self, account: Account, handles: Collection[str], *, key: str, sentences: Sequence[str]) -> None:
        """Add phrasings that were chosen to the draft of an answer, and show the questions no more.

        Raises InvalidInput when nothing was chosen, and NotFound when there is no such answer.
        """
        if not key:
            raise InvalidInput("No answer is chosen. Choose the one that these questions should reach.")
        chosen = _chosen(sentences)
        await self._drafts.add_sentences(account, key, chosen)
        await self._settle(account, handles, How.ADDED, answer=key)

    async def begin(self, account: Account, handles: Collection[str], *, topic: str, title: str, sentences: Sequence[str]) -> str:
        """Begin a new answer with phrasings that were chosen, and show the questions no more; returns its key.

        Raises InvalidInput without a topic or a title.
        """
        if topic not in TOPICS:
            raise InvalidInput("No topic is chosen. Choose the one that the new answer belongs to.")
        key = await self._drafts.begin(account, topic=topic, title=title, sentences=_chosen(sentences))
        await self._settle(account, handles, How.BEGUN, answer=key)
        return key

    async def dismiss(self, account: Account, handles: Collection[str]) -> str:
        """Show questions no more; returns what undoes it."""
        return await self._settle(account, handles, How.DISMISSED)

    async def undo(self, batch: str) -> int:
        """Show the questions of a batch again; returns how many are still there. Raises NotFound when none is."""
        async with self._database.transaction() as session:
            count = await store.undo(session, batch)
        if not count:
            raise NotFound("There was nothing to undo: the questions are shown already, or the carers erased them.")
        return count

    async def seen_to(self) -> list[Seen]:
        """Return what was seen to, the newest first."""
        async with self._database.reading() as session:
            settled = await store.list_settled(session, since=self._clock.now() - SINCE, limit=UNDONE)
            words = await store.get_words(session, [each.newest for each in settled])
            names = {account.id: account.name for account in await account_store.list_all(session)}
        identity = await self.masking()
        titles = await self.answers()
        masked = await asyncio.to_thread(lambda: {id_: identity.mask(text) for id_, text in words.items()})
        return [
            Seen(each, masked.get(each.newest, ""), names.get(each.by, ""), titles.get(each.answer or "", each.answer or ""))
            for each in settled
        ]

    async def _questions(self) -> dict[str, Question]:
        async with self._database.reading() as session:
            found = await store.list_questions(session, since=self._clock.now() - SINCE)
        return {question.id: question for question in found}

    # -- Reading: what a question means -----------------------------------------------------------------------------------

    async def _read(self, questions: Mapping[str, Question]) -> int:
        """Have new questions read, and forget those that are gone; returns how many are not read yet."""
        gone = [id_ for id_ in self._versions if id_ not in questions]
        await asyncio.to_thread(self._forget, gone)
        new = self._new(questions)
        if new and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read_all(new))
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=PATIENCE if len(new) > _AT_ONCE else PATIENCE_FOR_FEW)
            if self._reading.done():
                self._reading.result()
        return len(self._new(questions))

    def _new(self, questions: Mapping[str, Question]) -> list[Question]:
        none = object()
        return [each for each in questions.values() if self._versions.get(each.id, none) != each.edited_at]

    async def _read_all(self, questions: Sequence[Question]) -> None:
        for start in range(0, len(questions), _AT_ONCE):
            some = questions[start : start + _AT_ONCE]
            async with self._database.reading() as session:
                words = await store.get_words(session, [each.id for each in some])
            await asyncio.to_thread(self._place, words)
            self._versions |= {each.id: each.edited_at for each in some}

    def _place(self, words: Mapping[str, str]) -> None:
        vectors = self._encoder.encode([scrub(text) for text in words.values()])
        with self._in_use:
            self._groups.add(dict(zip(words, vectors, strict=True)))

    def _forget(self, questions: Collection[str]) -> None:
        with self._in_use:
            self._groups.remove(questions)
        for question in questions:
            self._versions.pop(question, None)

    def _of(self, question: str) -> list[str]:
        with self._in_use:
            return self._groups.of(question)

    def _ordered(self, questions: Mapping[str, Question]) -> list[list[str]]:
        """Return the groups of some questions: the biggest first, then the newest."""
        with self._in_use:
            groups = [[id_ for id_ in members if id_ in questions] for members in self._groups.all()]
        return sorted(filter(None, groups), key=lambda ids: (len(ids), max(questions[id_].at for id_ in ids)), reverse=True)

    # -- Showing: without who asked ---------------------------------------------------------------------------------------

    async def _describe(
        self, groups: Sequence[Sequence[str]], questions: Mapping[str, Question], *, examples: int
    ) -> list[Group]:
        typical = [await asyncio.to_thread(self._of, ids[0]) for ids in groups]
        ordered = [[id_ for id_ in found if id_ in set(ids)] for found, ids in zip(typical, groups, strict=True)]
        wanted = [id_ for ids in ordered for id_ in ids[: examples * 3]]
        weighed = [id_ for ids in ordered for id_ in ids[:WEIGHED]]
        async with self._database.reading() as session:
            words = await store.get_words(session, wanted)
            rankings = await store.get_rankings(session, weighed)
        identity, library = await self.masking(), await self._drafts.library()
        return await asyncio.to_thread(
            lambda: [
                _group(ids, questions, words, rankings, identity=identity, library=library, examples=examples) for ids in ordered
            ]
        )

    async def masking(self) -> Identity:
        """Return what masks texts; made anew when a name that is known, or the release, has changed."""
        library = await self._drafts.library()
        async with self._database.reading() as session:
            people, places = await _known(session)
        names = (people, places)
        if self._identity is None or self._identity[0] is not library or self._identity[1] != names:
            texts = [text for answer in library.answers.values() for text in _texts(answer)]
            made = await asyncio.to_thread(lambda: Identity(people=people, places=places, ordinary=texts))
            self._identity = (library, names, made)
        return self._identity[2]

    async def _settle(self, account: Account, handles: Collection[str], how: How, *, answer: str | None = None) -> str:
        named = set(handles)
        chosen = [id_ for id_, question in (await self._questions()).items() if question.handle in named]
        if not chosen and how is How.DISMISSED:
            raise NotFound("These questions are not there any more: somebody has seen to them, or the carers erased them.")
        batch = uuid.uuid4().hex
        async with self._database.transaction() as session:
            await store.settle(session, chosen, batch=batch, how=how, answer=answer, account=account.id, at=self._clock.now())
        return batch


def _group(
    ids: Sequence[str],
    questions: Mapping[str, Question],
    words: Mapping[str, str],
    rankings: Mapping[str, Sequence[tuple[str, float]]],
    *,
    identity: Identity,
    library: Library,
    examples: int,
) -> Group:
    masked: dict[str, str] = {}
    for id_ in ids:
        if id_ in words and len(masked) < examples:
            text = identity.mask(words[id_])
            masked.setdefault(normalise_sentence(text), text)
    near: dict[str, float] = defaultdict(float)
    for id_ in ids[:WEIGHED]:
        for label, sure in rankings.get(id_, ()):
            if label in library.answers:
                near[label] += sure
    nearest = sorted(near, key=lambda key: (-near[key], key))[:NEAREST]
    return Group(
        handles=tuple(questions[id_].handle for id_ in ids),
        count=len(ids),
        latest=max(questions[id_].at for id_ in ids),
        examples=tuple(masked.values()),
        became=Counter(became for id_ in ids for became in questions[id_].became),
        nearest=tuple((key, library.answers[key].title) for key in nearest),
    )


def _chosen(sentences: Iterable[str]) -> list[str]:
    chosen = [cleaned for sentence in sentences if (cleaned := " ".join(sentence.split()))]
    if not chosen:
        raise InvalidInput("No phrasing is chosen. Tick those that the answer should be found by, or write one.")
    return chosen


def _texts(answer: Answer) -> Iterable[str]:
    return (answer.title, *answer.examples, *(variant.text for variant in answer.variants))


async def _known(session: AsyncSession) -> tuple[list[str], list[str]]:
    """Return the names of people and of places that are known here."""
    accounts = await account_store.list_all(session)
    organisations = await directory_store.get_organisations(session)
    people = [account.name for account in accounts]
    places = []
    for organisation in organisations:
        people += [worker.name for worker in organisation.workers]
        places += [organisation.name]
        for service in organisation.services:
            places += [service.name, *service.aliases]
        for place in organisation.places:
            places += [place.name, place.town]
    return sorted(set(people)), sorted(set(places))
