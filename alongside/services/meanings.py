"""What sentences mean to the assistant: which training sentences they are near, and which answer they reach now.

Rules kept: nobody who types waits for the vectors of the whole library: they are made once, in the background, and hints that
need them come when they are there. The live assistant is asked about each sentence once, and about a few at a time: carers come
in between.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from alongside.core.answers import Answer, normalise_sentence
from alongside.core.errors import AlongsideError, AssistantFailed
from alongside.core.hints import Alike, Hint, hints, sentences_of
from alongside.core.library import Library
from alongside.core.release_checks import Reached
from alongside.services.drafts import Drafts
from alongside.services.likeness import alike
from alongside.services.ports import Asker, Vectors

log = structlog.get_logger()

MOST_TRIED = 200
"""Sentences that are tried at once."""

AT_A_TIME = 16
"""Sentences the live assistant is asked about in one go: a carer's turn comes in between."""

IN_A_STEP = 64
"""Sentences that are turned into vectors in one step in the background."""

NEAR = 0.6
"""The cosine from which a training sentence is taken to stand for a question: below it the nearest is far away."""

MOST_REMEMBERED = 20_000
"""Sentences whose vectors, and what they reach, are kept beside those of the library."""


@dataclass(frozen=True)
class Hinted:
    """Hints on an answer's sentences. Not all are known yet while ``is_ready`` is False, or when the assistant was away."""

    hints: Sequence[Hint]
    is_ready: bool
    is_asked: bool


@dataclass(frozen=True)
class Tried:
    """What a sentence reaches now, and an estimate of what it would reach with the drafts: None when it would be the same."""

    text: str
    now: Reached
    drafted: str | None = None


@dataclass(frozen=True)
class _Index:
    """The live answers' sentences with their vectors, and where each stands."""

    number: int | None
    sentences: Sequence[tuple[str, str]]
    vectors: NDArray[np.float32]


class Meanings:
    """Use cases on the meaning of sentences."""

    def __init__(self, *, drafts: Drafts, encoder: Vectors, assistant: Asker, live_number: Callable[[], int | None]) -> None:
        self._drafts = drafts
        self._encoder = encoder
        self._assistant = assistant
        self._live_number = live_number
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._reached: dict[tuple[int | None, str], Reached] = {}
        self._index: _Index | None = None
        self._making: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Begin to make the vectors of the live library, unless they are there or on their way."""
        is_current = self._index is not None and self._index.number == self._live_number()
        if not is_current and (self._making is None or self._making.done()):
            self._making = asyncio.create_task(self._make())

    async def prepared(self) -> None:
        """Wait until the vectors of the live library are there."""
        self.prepare()
        if self._making is not None:
            await self._making

    async def hints(self, key: str, sentences: Sequence[str]) -> Hinted:
        """Return hints on the sentences that an answer would have."""
        self.prepare()
        live, written = await self._drafts.library(), await self._drafts.written()
        others = {other: answer for other, answer in written.answers.items() if other != key}
        index = self._current()
        near = None
        if index is not None:
            drafted = [answer for other, answer in others.items() if answer is not live.answers.get(other)]
            near = await self._alike(key, sentences, index, others, drafted)
        try:
            reached = await self._reach_answers(key, sentences, live)
        except AssistantFailed:
            reached = None
        found = hints(key, sentences, standing=sentences_of(others.values()), alike=near or (), reached=reached or ())
        return Hinted(found, is_ready=index is not None, is_asked=reached is not None)

    async def try_out(self, texts: Sequence[str]) -> list[Tried]:
        """Return what each text reaches now, and which answer it would reach with the drafts, as far as can be told beforehand.

        Raises AssistantFailed when the live assistant does not answer.
        """
        texts = lines_of(texts)
        reached = await self.reach(texts)
        estimates = await self._estimate(texts, reached)
        return [Tried(text, now, drafted) for text, now, drafted in zip(texts, reached, estimates, strict=True)]

    async def _estimate(self, texts: Sequence[str], reached: Sequence[Reached]) -> list[str | None]:
        """Guess by the nearest training sentence. Only answers with a draft can gain or lose a question."""
        live, written = await self._drafts.library(), await self._drafts.written()
        touched = {key for key in {*live.answers, *written.answers} if live.answers.get(key) != written.answers.get(key)}
        if not touched or not texts:
            return [None] * len(texts)
        await self.prepared()
        index = self._current()
        if index is None:
            return [None] * len(texts)
        vectors = await self._encode(texts)
        drafted = [answer for key in touched if (answer := written.answers.get(key))]
        known, matrix = await self._known(index, written.answers, drafted)
        before, after = _nearest(vectors, index.sentences, index.vectors), _nearest(vectors, known, matrix)
        return [_guess(now.label, was, then, touched) for now, was, then in zip(reached, before, after, strict=True)]

    async def _alike(
        self, key: str, sentences: Sequence[str], index: _Index, others: Mapping[str, Answer], drafted: Sequence[Answer]
    ) -> list[list[Alike]]:
        """Return what is near each sentence: in the other answers, and in its own list."""
        known, matrix = await self._known(index, others, drafted)
        own = await self._encode(sentences)
        everything = [*known, *((sentence, key) for sentence in sentences)]
        return await asyncio.to_thread(alike, own, np.vstack([matrix, own]), everything)

    async def _known(
        self, index: _Index, answers: Iterable[str], drafted: Sequence[Answer]
    ) -> tuple[list[tuple[str, str]], NDArray[np.float32]]:
        """Return the sentences of answers with their vectors: the live ones, with drafts in the place of what they change."""
        kept, changed = set(answers), {answer.key for answer in drafted}
        rows = [place for place, (_, key) in enumerate(index.sentences) if key in kept and key not in changed]
        added = [(sentence, answer.key) for answer in drafted for sentence in answer.examples]
        vectors = await self._encode([sentence for sentence, _ in added])
        return [*(index.sentences[place] for place in rows), *added], np.vstack([index.vectors[rows], vectors])

    async def _reach_answers(self, key: str, sentences: Sequence[str], live: Library) -> list[str | None]:
        """Return which live answer each sentence reaches; None for what its own answer teaches already, and for no answer."""
        own = live.answers.get(key)
        taught = {normalise_sentence(example) for example in own.examples} if own else set()
        asked = [sentence for sentence in sentences if normalise_sentence(sentence) not in taught]
        found = dict(zip(asked, await self.reach(asked), strict=True))
        labels = [found[sentence].label if sentence in found else "" for sentence in sentences]
        return [label if label in live.answers else None for label in labels]

    async def reach(self, texts: Sequence[str]) -> list[Reached]:
        """Return what each text reaches in the live release.

        Raises AssistantFailed when the live assistant does not answer.
        """
        number = self._live_number()
        new = [text for text in dict.fromkeys(texts) if (number, text) not in self._reached]
        if len(self._reached) + len(new) > MOST_REMEMBERED:
            self._reached = {}
            new = list(dict.fromkeys(texts))
        for start in range(0, len(new), AT_A_TIME):
            asked = new[start : start + AT_A_TIME]
            answers = await self._assistant.ask(asked)
            self._reached.update({(number, text): reached for text, reached in zip(asked, answers, strict=True)})
        return [self._reached[(number, text)] for text in texts]

    async def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts; each is made once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            made = await asyncio.to_thread(self._encoder.encode, new)
            self._vectors.update(zip(new, made, strict=True))
        found = [self._vectors[text] for text in texts]
        return np.stack(found) if found else np.zeros((0, self._encoder.dimensions), dtype=np.float32)

    def _current(self) -> _Index | None:
        return self._index if self._index is not None and self._index.number == self._live_number() else None

    async def _make(self) -> None:
        number, library = self._live_number(), await self._drafts.library()
        sentences = [(example, answer.key) for answer in library.answers.values() for example in answer.examples]
        known = {sentence for sentence, _ in sentences}
        if len(self._vectors) - len(known) > MOST_REMEMBERED:
            self._vectors = {text: vector for text, vector in self._vectors.items() if text in known}
        texts = [sentence for sentence, _ in sentences]
        try:
            for start in range(0, len(texts), IN_A_STEP):
                await self._encode(texts[start : start + IN_A_STEP])
            self._index = _Index(number, sentences, await self._encode(texts))
        except AlongsideError as error:
            # Hints by meaning are a help; the editor works without them.
            log.error("the sentences' vectors could not be made", kind=type(error).__name__)


def lines_of(texts: Sequence[str]) -> list[str]:
    """Return the texts that are tried: none empty, none broken over lines, and not too many."""
    return [line for text in texts if (line := " ".join(text.split()))][:MOST_TRIED]


def _nearest(vectors: NDArray[np.float32], sentences: Sequence[tuple[str, str]], known: NDArray[np.float32]) -> list[str | None]:
    """Return the answer of the nearest known sentence for each vector; None when none is near."""
    if not len(known):
        return [None] * len(vectors)
    likeness = vectors @ known.T
    best = likeness.argmax(axis=1)
    return [sentences[place][1] if row[place] >= NEAR else None for place, row in zip(best, likeness, strict=True)]


def _guess(now: str, before: str | None, after: str | None, touched: set[str]) -> str | None:
    """Return the answer that a question would newly reach: one with a draft, or the next one where a draft lets go of it."""
    if after is None or after in (now, before):
        return None
    return after if after in touched or now in touched else None
