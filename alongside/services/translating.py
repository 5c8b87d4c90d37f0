"""Answers in other languages: offered below the words they translate, and said when the carer presses for one.

Rules kept: only a translation that was approved with its release is said, and only while the English it was made from stands and
none of its facts has run out; the assistant has no part in it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from alongside.core.answers import Answer, Translation, Variant, fill_facts
from alongside.core.conversations import Choice, Draft, ShownSource
from alongside.core.languages import LANGUAGES, find_language
from alongside.core.words import Words
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Clock

NOT_TRANSLATED = "utter_not_translated"
"""What is said when the translation that was offered is not there any more."""

_SAY_IN = "/say_in"

_ISOLATED = "\u2066{}\u2069"
"""A number within right-to-left words runs from left to right: without these marks its groups would be read backwards."""


@dataclass(frozen=True)
class Wish:
    """What a pressed button asks for: an answer in a language, in the wording for this nation."""

    answer: str
    language: str
    nation: str | None = None


def wish_of(choice: str | None) -> Wish | None:
    """Return what a button of ours asks for; None for any other button."""
    if choice is None or not choice.startswith(f"{_SAY_IN}{{"):
        return None
    return Wish(**json.loads(choice.removeprefix(_SAY_IN)))


class Translating:
    """Offers and says translations from the live release."""

    def __init__(self, *, live: LiveLibrary, clock: Clock) -> None:
        self._live = live
        self._clock = clock

    def offer(self, draft: Draft, said: str, *, language: str | None) -> Draft:
        """Return an answer with a button for each language it can be had in; ``said`` are its words, facts not yet filled in.

        The button for the conversation's own language comes before all others, the rest after them.
        """
        answer = self._live.library.answers.get(draft.answer or "")
        if answer is None:
            return draft
        own = find_language(language)
        choices = {
            translation.language: Choice(
                LANGUAGES[translation.language].own_name, _payload(answer, translation), translation.language
            )
            for translation in answer.translations
            if translation.of == said.strip() and self._may_be_said(answer, translation)
        }
        first = [choice for code, choice in choices.items() if own and code == own.code]
        last = [choice for code, choice in choices.items() if not own or code != own.code]
        return replace(draft, choices=(*first, *draft.choices, *last))

    def say(self, wish: Wish, words: Words, *, nation: str | None) -> Draft:
        """Return the translation that was asked for, or why there is none, with the ways to a person and to the English."""
        answer = self._live.library.answers.get(wish.answer)
        translation = self._find(answer, wish.language, wish.nation) if answer else None
        if answer is None or translation is None:
            sorry = words.find(NOT_TRANSLATED, nation=nation)
            back = (Choice(answer.title, f"/ask_{answer.key}"),) if answer else ()
            return Draft(text=words.fill(sorry.text, today=self._clock.today()), choices=(*sorry.choices, *back))
        return Draft(
            text=self._filled(translation),
            choices=tuple(self._follow_ups(answer, translation.language, nation)),
            sources=_shown(_wording(answer, translation.nation)),
            answer=answer.key,
            release=self._live.number,
            language=translation.language,
        )

    def _follow_ups(self, answer: Answer, language: str, nation: str | None) -> Iterator[Choice]:
        """Yield the follow-up questions that can be had in the same language."""
        for key in answer.follow_ups:
            other = self._live.library.answers.get(key)
            if other is None:
                continue
            has_own = any(variant.nation == nation for variant in other.variants)
            translation = self._find(other, language, nation if has_own else None)
            if translation and translation.title:
                yield Choice(translation.title, _payload(other, translation), language)

    def _find(self, answer: Answer, language: str, nation: str | None) -> Translation | None:
        wanted = (each for each in answer.translations if (each.language, each.nation) == (language, nation))
        return next((translation for translation in wanted if self._may_be_said(answer, translation)), None)

    def _may_be_said(self, answer: Answer, translation: Translation) -> bool:
        # What is said in the place of a fact that has run out is English.
        return answer.is_fresh(translation) and not self._live.words.has_run_out(translation.text, today=self._clock.today())

    def _filled(self, translation: Translation) -> str:
        isolated = _ISOLATED if LANGUAGES[translation.language].is_rtl else "{}"
        today = self._clock.today()
        values = {name: isolated.format(fact.words(today)) for name, fact in self._live.words.facts.items()}
        return fill_facts(translation.text, values)


def _payload(answer: Answer, translation: Translation) -> str:
    wish = {"answer": answer.key, "language": translation.language}
    return f"{_SAY_IN}{json.dumps(wish | ({'nation': translation.nation} if translation.nation else {}))}"


def _wording(answer: Answer, nation: str | None) -> Variant:
    return next(variant for variant in answer.variants if variant.nation == nation)


def _shown(variant: Variant) -> tuple[ShownSource, ...]:
    return tuple(ShownSource(source.title, source.url, source.checked_on.isoformat()) for source in variant.sources)
