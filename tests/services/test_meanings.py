"""What sentences mean: hints while somebody writes, and what a question would reach with the drafts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alongside.core.errors import AssistantFailed
from alongside.core.hints import HintKind
from alongside.core.release_checks import Reached
from alongside.services import meanings
from alongside.services.meanings import Meanings
from alongside.store.base import Database
from tests.fakes import WordVectors
from tests.studio_builders import CAFE, LOCKERS, PARKING, Workshop, open_workshop


class _Counting(WordVectors):
    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return super().encode(texts)


class _Asker:
    """Reaches what it is told to, and remembers what it was asked."""

    def __init__(self, reaches: dict[str, str] | None = None) -> None:
        self.reaches, self.asked, self.fails = reaches or {}, [], False

    async def ask(self, texts: Sequence[str]) -> list[Reached]:
        if self.fails:
            raise AssistantFailed("away")
        self.asked.append(list(texts))
        return [Reached(self.reaches.get(text, "nlu_fallback"), 0.8) for text in texts]


@pytest.fixture
async def shop(database: Database, tmp_path: Path) -> Workshop:
    return await open_workshop(database, tmp_path)


def meanings_of(shop: Workshop, asker: _Asker, encoder: WordVectors | None = None) -> Meanings:
    return Meanings(
        drafts=shop.studio.drafts, encoder=encoder or WordVectors(), assistant=asker, live_number=lambda: shop.assistants.release
    )


async def test_a_sentence_near_anothers_is_found_in_what_is_live_and_in_drafts(shop: Workshop) -> None:
    await shop.studio.drafts.save(shop.bea, CAFE.key, replace(CAFE, examples=("which vegan sandwiches exist here",)), revision=0)
    found = meanings_of(shop, _Asker())
    await found.prepared()
    hinted = await found.hints(PARKING.key, ["do they have the locker please", "vegan sandwiches which exist here"])
    near = {hint.place: hint.key for hint in hinted.hints if hint.kind is HintKind.ALIKE_OTHER}
    assert near == {0: LOCKERS.key, 1: CAFE.key}
    # What the draft has taken out of an answer is near nothing any more.
    assert not [
        hint for hint in (await found.hints(PARKING.key, ["tell me about the cafe, please"])).hints if hint.key == CAFE.key
    ]


async def test_the_librarys_vectors_are_made_once_and_only_new_sentences_again(shop: Workshop) -> None:
    encoder = _Counting()
    found = meanings_of(shop, _Asker(), encoder)
    await found.prepared()
    await found.hints(PARKING.key, ["one new sentence"])
    await found.hints(PARKING.key, ["one new sentence", "another new sentence"])
    assert len(encoder.encoded) == len(set(encoder.encoded))
    before = len(encoder.encoded)
    await shop.studio.drafts.save(shop.ada, CAFE.key, replace(CAFE, examples=(*CAFE.examples, "a third sentence")), revision=0)
    await shop.put_live(await shop.publish())
    await found.hints(PARKING.key, [])  # begins to read what is new
    await found.prepared()
    assert encoder.encoded[before:] == ["a third sentence"]


async def test_each_sentence_is_asked_once_a_few_at_a_time_and_those_it_teaches_never(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "AT_A_TIME", 2)
    asker = _Asker({"b": CAFE.key, "c": "small_talk", "d": "nlu_fallback"})
    found = meanings_of(shop, asker)
    for _ in range(2):
        hinted = await found.hints(PARKING.key, [*PARKING.examples, "b", "c", "d"])
        reached = [(hint.place, hint.key) for hint in hinted.hints if hint.kind is HintKind.REACHES_OTHER]
        assert reached == [(len(PARKING.examples), CAFE.key)]
    assert asker.asked == [["b", "c"], ["d"]]


async def test_hints_come_without_the_assistant(shop: Workshop) -> None:
    asker = _Asker()
    asker.fails = True
    hinted = await meanings_of(shop, asker).hints(PARKING.key, ["b", "b"])
    assert not hinted.is_asked
    assert [hint.kind for hint in hinted.hints] == [HintKind.TWICE, HintKind.TOO_FEW]


async def test_trying_estimates_only_for_answers_with_drafts(shop: Workshop) -> None:
    asker = _Asker({"where should bicycles stand": CAFE.key, "tell me about the locker": LOCKERS.key})
    found = meanings_of(shop, asker)
    texts = ["where should bicycles stand", "tell me about the locker"]
    assert [each.drafted for each in await found.try_out(texts)] == [None, None]
    changed = replace(PARKING, examples=(*PARKING.examples, "where should bicycles stand today"))
    await shop.studio.drafts.save(shop.ada, PARKING.key, changed, revision=0)
    tried = await found.try_out([*texts, "  ", "nothing like it"])
    assert [(each.now.label, each.drafted) for each in tried] == [
        (CAFE.key, PARKING.key),
        (LOCKERS.key, None),
        ("nlu_fallback", None),
    ]


async def test_a_question_whose_answer_is_taken_out_goes_to_the_next(shop: Workshop) -> None:
    asker = _Asker({"please explain the cafe": CAFE.key})
    await shop.studio.drafts.save(shop.ada, CAFE.key, None, revision=0)
    second = replace(PARKING, examples=(*PARKING.examples, "explain cafe please"))
    await shop.studio.drafts.save(shop.ada, PARKING.key, second, revision=0)
    (tried,) = await meanings_of(shop, asker).try_out(["please explain the cafe"])
    assert tried.drafted == PARKING.key
