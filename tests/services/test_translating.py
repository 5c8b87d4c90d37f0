"""Answers in other languages: offered only for what is approved and still true to the English, and said without the assistant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from alongside.core.answers import Variant
from alongside.core.conversations import Choice, Conversation, Message
from alongside.core.errors import InvalidInput
from alongside.core.library import library_of
from alongside.wiring import Container
from tests.builders import words
from tests.fakes import CountingAssistant, FakeClock, reply
from tests.translation_builders import ENGLISH, FIRST_VISIT, HELPLINE, HOW_TO_BOOK, LIBRARY, answer_as_written, speak_from

WELSH_BUTTON = Choice("Cymraeg", '/say_in{"answer": "visiting/how_to_book", "language": "cy"}', "cy")
ARABIC_BUTTON = Choice("العربية", '/say_in{"answer": "visiting/how_to_book", "language": "ar"}', "ar")
NOT_NOW = words().find("utter_not_translated", nation=None)


@pytest.fixture(autouse=True)
def _answers_as_written(assistant: CountingAssistant) -> None:
    assistant.answer = answer_as_written


async def asks(parts: Container, **about: str) -> tuple[Conversation, list[Message]]:
    """Begin a conversation, ask how to book a visit, and return what is said."""
    conversation, _, _ = await parts.conversations.begin(channel="web", **about)
    return conversation, await hears(parts, conversation, text="how do I book a visit")


async def hears(parts: Container, conversation: Conversation, **sent: str) -> list[Message]:
    message = await parts.turns.receive(conversation.id, **sent)
    return await parts.turns.replies(message, wait=5)


def languages(messages: Sequence[Message]) -> list[str | None]:
    return [choice.language for choice in messages[0].choices]


async def test_a_language_is_offered_quietly_below_the_answer_it_translates(parts: Container) -> None:
    await speak_from(parts)
    _, (said,) = await asks(parts)
    assert said.language is None
    assert said.choices[-2:] == (WELSH_BUTTON, ARABIC_BUTTON)
    assert said.choices[0].language is None


@pytest.mark.parametrize(("language", "first"), [("ar", "ar"), ("cy-GB", "cy"), ("en", None), ("pl", None)])
async def test_the_carers_own_language_is_offered_first(parts: Container, language: str, first: str | None) -> None:
    await speak_from(parts)
    _, said = await asks(parts, language=language)
    assert languages(said)[0] == first
    assert sorted(filter(None, languages(said))) == ["ar", "cy"]


async def test_nothing_is_offered_for_answers_without_translations(parts: Container) -> None:
    await speak_from(parts, library_of([replace(HOW_TO_BOOK, translations=()), HELPLINE]))
    _, said = await asks(parts, language="cy")
    assert languages(said) == [None]


async def test_a_translation_of_other_words_is_not_offered(parts: Container, assistant: CountingAssistant) -> None:
    changed = replace(HOW_TO_BOOK, variants=(Variant(f"{ENGLISH} Do.", HOW_TO_BOOK.variants[-1].sources),))
    await speak_from(parts, library_of([changed, HELPLINE]))
    assistant.answer = lambda asked: answer_as_written(asked, changed)
    _, said = await asks(parts)
    assert languages(said) == [None]


async def test_a_nations_own_words_are_not_said_in_the_default_wordings_translation(
    parts: Container, assistant: CountingAssistant
) -> None:
    await speak_from(parts)
    assistant.answer = lambda asked: reply(
        HOW_TO_BOOK.variants[0].text, response=f"utter_ask_{HOW_TO_BOOK.key}", answer=HOW_TO_BOOK.key
    )
    _, said = await asks(parts, nation="scotland")
    assert languages(said) == [None]


async def test_the_translation_is_said_without_the_assistant_with_its_facts_sources_and_release(
    parts: Container, assistant: CountingAssistant
) -> None:
    number = await speak_from(parts)
    conversation, _ = await asks(parts)
    asked = len(assistant.asked)
    (said,) = await hears(parts, conversation, choice=WELSH_BUTTON.payload)
    assert said.text.startswith("Ffoniwch y ward yn gyntaf.")
    assert said.text.endswith("ar 0808 808 7777.")
    assert (said.language, said.answer, said.release) == ("cy", HOW_TO_BOOK.key, number)
    assert [(source.title, source.url, source.checked_on) for source in said.sources] == [
        ("A guide", "https://example.org/guide", "2026-11-21")
    ]
    assert len(assistant.asked) == asked


async def test_it_is_said_while_the_assistant_is_down(parts: Container, assistant: CountingAssistant) -> None:
    await speak_from(parts)
    conversation, _ = await asks(parts)
    assistant.hold()
    (said,) = await hears(parts, conversation, choice=ARABIC_BUTTON.payload)
    assistant.let_go()
    assert said.language == "ar"


async def test_numbers_keep_their_order_within_right_to_left_words(parts: Container) -> None:
    await speak_from(parts)
    conversation, _ = await asks(parts)
    (said,) = await hears(parts, conversation, choice=ARABIC_BUTTON.payload)
    assert said.text.endswith("\u20660808 808 7777\u2069.")


async def test_a_carer_can_go_on_in_the_language(parts: Container) -> None:
    await speak_from(parts)
    conversation, _ = await asks(parts)
    (said,) = await hears(parts, conversation, choice=ARABIC_BUTTON.payload)
    (onward,) = said.choices
    assert (onward.title, onward.language) == ("ماذا سيحدث في زيارتي الأولى؟", "ar")
    (said,) = await hears(parts, conversation, choice=onward.payload)
    assert (said.text, said.answer) == ("أحضر بطاقة هوية.", FIRST_VISIT.key)


async def test_a_button_of_before_the_words_changed_says_so_and_offers_a_person_and_the_english(parts: Container) -> None:
    await speak_from(parts)
    conversation, _ = await asks(parts)
    await speak_from(parts, LIBRARY.changed({HOW_TO_BOOK.key: replace(HOW_TO_BOOK, variants=FIRST_VISIT.variants)}))
    (said,) = await hears(parts, conversation, choice=WELSH_BUTTON.payload)
    assert (said.text, said.language, said.answer) == (NOT_NOW.text, None, None)
    assert [choice.title for choice in said.choices] == ["Talk to a person", HOW_TO_BOOK.title]
    await speak_from(parts, library_of([HELPLINE]))
    (said,) = await hears(parts, conversation, choice=WELSH_BUTTON.payload)
    assert [choice.title for choice in said.choices] == ["Talk to a person"]


async def test_a_translation_whose_fact_has_run_out_is_not_said(parts: Container, clock: FakeClock) -> None:
    runs_out = replace(HELPLINE, review_on=clock.today() + timedelta(days=2), instead="the number on carersuk.org")
    await speak_from(parts, LIBRARY.changed({"fact/carers_uk": runs_out}))
    conversation, said = await asks(parts)
    assert "cy" in languages(said)
    clock.move(timedelta(days=2))
    assert "cy" not in languages(await hears(parts, conversation, text="again"))
    (said_now,) = await hears(parts, conversation, choice=WELSH_BUTTON.payload)
    assert said_now.text == NOT_NOW.text


async def test_only_what_was_offered_can_be_asked_for(parts: Container) -> None:
    await speak_from(parts)
    conversation, _, _ = await parts.conversations.begin(channel="web")
    with pytest.raises(InvalidInput):
        await parts.turns.receive(conversation.id, choice=WELSH_BUTTON.payload)


# A number that has run out


async def test_an_answer_whose_number_has_run_out_says_whom_to_ask_instead(
    parts: Container, clock: FakeClock, assistant: CountingAssistant
) -> None:
    await speak_from(
        parts,
        LIBRARY.changed({"fact/carers_uk": replace(HELPLINE, review_on=clock.today(), instead="the number on carersuk.org")}),
    )
    _, (said, after) = await asks(parts)
    assert said.text.endswith("ring Carers UK on the number on carersuk.org.")
    assert after.text.startswith("I left a number or an amount out of this answer.")
    assert [choice.title for choice in after.choices] == ["Talk to a person"]


async def test_an_answer_whose_numbers_are_in_date_stands_alone(parts: Container) -> None:
    await speak_from(parts)
    _, said = await asks(parts)
    assert len(said) == 1
