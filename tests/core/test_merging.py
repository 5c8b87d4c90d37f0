"""Two edits of one answer: neither loses a word, whoever saves first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.answers import Answer, Variant
from alongside.core.facts import Fact
from alongside.core.merging import Conflict, merge, merge_facts
from tests.library_builders import ANSWER, IN_WELSH, NATION_LISTS, TRANSLATION_LISTS, answers, reworded

WALES, DEFAULT = ANSWER.variants
WORDS = st.sampled_from(["a", "b", "c", "d", "e", "f"])
SENTENCES = st.lists(WORDS, unique=True).map(tuple)
WORDINGS = st.lists(st.sampled_from(["wales", "ni"]), unique=True)


@st.composite
def edits(draw: st.DrawFn) -> Answer:
    """Draw an edit of one answer, from so few words that two edits often meet."""
    return replace(
        ANSWER,
        title=draw(WORDS),
        owner=draw(WORDS),
        nations=draw(NATION_LISTS),
        variants=tuple(Variant(draw(WORDS), (), nation) for nation in [*draw(WORDINGS), None]),
        examples=draw(SENTENCES),
        translations=draw(TRANSLATION_LISTS),
    )


@given(base=answers(), edit=answers())
def test_one_edit_alone_is_taken_as_it_is(base: Answer, edit: Answer) -> None:
    for merged in (merge(base, edit, base), merge(base, base, edit), merge(base, edit, edit)):
        assert (merged.answer, merged.conflicts) == (edit, ())


def in_order(answer: Answer) -> Answer:
    """Return an answer with its translations by language: their order means nothing."""
    return replace(answer, translations=tuple(sorted(answer.translations, key=str)))


@given(base=edits(), mine=edits(), theirs=edits())
def test_it_does_not_matter_who_saves_first(base: Answer, mine: Answer, theirs: Answer) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    if not one.conflicts:
        assert in_order(other.answer) == in_order(one.answer)
    assert sorted(map(str, (c._replace(mine=c.theirs, theirs=c.mine) for c in one.conflicts))) == sorted(
        map(str, other.conflicts)
    )


def typed(answer: Answer) -> set[tuple[Any, ...]]:
    """Name everything an answer holds, each with its place."""
    texts = {("text", variant.nation, variant.text) for variant in answer.variants}
    plain = {(name, None, getattr(answer, name)) for name in ("title", "owner", "nations")}
    translations = {("translation", translation.nation, translation) for translation in answer.translations}
    return texts | plain | translations | {("examples", None, sentence) for sentence in answer.examples}


def reported(conflict: Conflict) -> set[tuple[Any, ...]]:
    values = [value for value in (conflict.mine, conflict.theirs) if value is not None]
    if conflict.part == "wording":
        return {("text", conflict.nation, variant.text) for variant in values}
    return {(conflict.part, conflict.nation, value) for value in values}


@given(base=edits(), mine=edits(), theirs=edits())
def test_nothing_that_was_typed_is_lost(base: Answer, mine: Answer, theirs: Answer) -> None:
    merged = merge(base, mine, theirs)
    held = typed(merged.answer).union(*(reported(conflict) for conflict in merged.conflicts))
    assert (typed(mine) | typed(theirs)) - typed(base) <= held


@given(base=edits(), mine=edits(), theirs=edits())
def test_a_sentence_that_one_side_took_out_is_gone(base: Answer, mine: Answer, theirs: Answer) -> None:
    merged = merge(base, mine, theirs).answer.examples
    for sentence in base.examples:
        assert (sentence in merged) == (sentence in mine.examples and sentence in theirs.examples)
    assert len(merged) == len(set(merged))


def test_two_edits_of_different_parts_are_both_kept() -> None:
    mine = replace(reworded("Go in."), examples=(*ANSWER.examples, "what is it like"))
    theirs = replace(ANSWER, title="My first visit", examples=("how do I start", *ANSWER.examples[1:]))
    merged = merge(ANSWER, mine, theirs)
    assert merged.conflicts == ()
    assert merged.answer == replace(
        reworded("Go in."), title="My first visit", examples=("how do I start", "first visit tomorrow", "what is it like")
    )


def test_two_who_translate_at_once_both_keep_what_they_wrote() -> None:
    arabic = replace(IN_WELSH, language="ar", text="اتصل بالجناح.")
    mine, theirs = replace(ANSWER, translations=(IN_WELSH,)), replace(ANSWER, translations=(arabic,))
    merged = merge(ANSWER, mine, theirs)
    assert (set(merged.answer.translations), merged.conflicts) == ({IN_WELSH, arabic}, ())


def test_two_translations_into_one_language_are_a_conflict_and_both_are_told() -> None:
    other = replace(IN_WELSH, text="Yna ewch.")
    merged = merge(ANSWER, replace(ANSWER, translations=(IN_WELSH,)), replace(ANSWER, translations=(other,)))
    assert merged.conflicts == (Conflict("translation", None, IN_WELSH, other, None, "cy"),)


def test_a_part_that_both_changed_is_told_with_both_texts_and_mine_stays() -> None:
    merged = merge(ANSWER, reworded("Mine."), reworded("Theirs."))
    assert merged.conflicts == (Conflict("text", "Ring the ward.\n\nThen go.", "Mine.", "Theirs.", None),)
    assert merged.answer == reworded("Mine.")


@pytest.mark.parametrize("removed_by", ["mine", "theirs"])
def test_a_text_that_one_took_out_and_the_other_changed_is_a_conflict(removed_by: str) -> None:
    without = replace(ANSWER, variants=(DEFAULT,))
    changed = replace(ANSWER, variants=(replace(WALES, text="Go."), DEFAULT))
    mine, theirs = (without, changed) if removed_by == "mine" else (changed, without)
    merged = merge(ANSWER, mine, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.part, conflict.nation) == ("wording", "wales")
    assert {conflict.mine, conflict.theirs} == {None, changed.variants[0]}
    assert merged.answer == mine


def test_two_new_nations_texts_stand_by_nation_with_the_default_last() -> None:
    mine = replace(ANSWER, variants=(WALES, Variant("NI", (), "ni"), DEFAULT))
    theirs = replace(ANSWER, variants=(WALES, Variant("Scotland", (), "scotland"), DEFAULT))
    merged = merge(ANSWER, mine, theirs)
    assert [variant.nation for variant in merged.answer.variants] == ["ni", "scotland", "wales", None]


def test_the_same_change_by_both_is_no_conflict() -> None:
    edit = replace(ANSWER, review_on=date(2028, 1, 1))
    assert merge(ANSWER, edit, edit).conflicts == ()


def test_facts_come_together_in_the_same_way() -> None:
    base = Fact("fact_a", "A line", "111", "uk", "NHS", date(2026, 11, 21))
    mine, theirs = replace(base, value="112", hours="day and night"), replace(base, value="113", source="nhs.uk")
    merged, conflicts = merge_facts(base, mine, theirs)
    assert merged == replace(base, value="112", hours="day and night", source="nhs.uk")
    assert conflicts == (Conflict("value", "111", "112", "113"),)
