"""What an approved answer is, and the rules every answer must keep before a carer may read it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from alongside.core.languages import LANGUAGES

NATIONS = ("england", "scotland", "wales", "ni")
"""Law and phone numbers depend on the nation; every nation slot holds one of these."""

TOPICS = (
    "confidentiality",
    "visiting",
    "care_review",
    "support_group",
    "carers_assessment",
    "concern_complaint",
    "transition_leave_discharge",
    "peer_support",
    "family_therapy",
    "travel_costs",
    "money_benefits",
    "named_worker_contact",
    "rights_nearest_relative",
    "advocacy",
    "carer_wellbeing",
    "stigma",
    "young_carer",
    "information_about_illness_treatment",
    "ward_life",
    "detention",
)
"""Stable slugs: they are file names, retrieval intents and database keys."""

MAX_WORDS = 89
"""An answer stays under 90 words: more than that is not read on a phone by somebody frightened."""

MIN_EXAMPLES = 12
"""Fewer training sentences than this and the classifier guesses."""

FACT_MARK = re.compile(r"\{(fact_[a-z0-9_]+)\}")
"""How an answer refers to a fact: ``{fact_samaritans}``, Rasa's own variable form."""

_PHONE_LIKE = re.compile(r"(?:\+44 ?|\b0)\d[\d ]{8,}\d|\b\d{3} \d{3}\b|\b\d{5}\b|\b(?:999|111|101)\b")
_AMOUNT_LIKE = re.compile(r"£\s?\d")
_ABBREVIATION = re.compile(r"\b[A-Z]{2,}(?:&[A-Z])?\b")
_PLAIN_ABBREVIATIONS = {"NHS", "UK", "GP", "OK"}
_LATIN = re.compile(r"\b(?:e\.g|i\.e|etc)\b", re.IGNORECASE)
_AVOID = re.compile(
    r"\b(?:mentally ill|suffer(?:s|ing) from|commit(?:s|ted)? suicide|schizophrenics?|inmates?|service users?|stakeholders?"
    r"|in denial|over-involved|afflicted)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Source:
    """Where a statement comes from; it needs a web address or a named publication."""

    title: str
    checked_on: date
    url: str | None = None
    publication: str | None = None


@dataclass(frozen=True)
class Variant:
    """One wording of an answer; ``nation`` is None for the words said where no nation's own wording fits."""

    text: str
    sources: tuple[Source, ...]
    nation: str | None = None


@dataclass(frozen=True)
class Translation:
    """One wording in another language, approved with the answer. ``nation`` is that of the wording it translates.

    ``of`` are the words it was made from: once the wording says something else, the translation is kept and no longer said.
    """

    language: str
    text: str
    translator: str
    translated_on: date
    of: str
    nation: str | None = None
    title: str = ""


@dataclass(frozen=True)
class Answer:
    """One approved FAQ entry. Its key is ``topic/name``."""

    topic: str
    name: str
    title: str
    owner: str
    approver: str
    review_on: date
    nations: tuple[str, ...]
    follow_ups: tuple[str, ...]
    variants: tuple[Variant, ...]
    examples: tuple[str, ...] = field(repr=False, default=())
    translations: tuple[Translation, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.topic}/{self.name}"

    @property
    def varies_by_nation(self) -> bool:
        return any(variant.nation for variant in self.variants)

    def is_fresh(self, translation: Translation) -> bool:
        """Say whether a translation was made from the words as they stand now."""
        return any(
            variant.nation == translation.nation and variant.text == translation.of for variant in self.variants if variant.text
        )

    @property
    def stale_translations(self) -> tuple[Translation, ...]:
        """The translations that carers are not offered until somebody renews them."""
        return tuple(translation for translation in self.translations if not self.is_fresh(translation))


@dataclass(frozen=True)
class Problem:
    """One thing that stops an answer from being published: where, what was found, and what to do."""

    where: str
    found: str
    do: str
    part: str = ""
    """The part of the answer, as its editor names it: a field, or ``text-`` or ``sources-`` with the nation or ``default``."""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.do}"


def words_in(text: str) -> list[str]:
    """Split a text into words the way the word limit counts them."""
    return _WORD.findall(text)


def normalise_sentence(sentence: str) -> str:
    """Fold case, spacing and punctuation, so that two spellings of one training sentence count as one."""
    return " ".join(word.casefold().replace("’", "'") for word in words_in(sentence))


@lru_cache(maxsize=5_000)  # a library is checked at each look at its changes, and few of its answers have changed
def _normalised(examples: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(normalise_sentence, examples))


def check_answer(answer: Answer, *, known_keys: set[str], known_facts: set[str], today: date) -> list[Problem]:
    """Return every broken rule of one answer: shape, length, wording, sources, follow-ups, facts and dates."""
    problems = []

    def broken(part: str, found: str, do: str, where: str = "") -> None:
        problems.append(Problem(f"{answer.key}{' ' + where if where else ''}", found, do, part))

    if answer.topic not in TOPICS:
        broken(
            "topic",
            f"the topic '{answer.topic}' is not one of the agreed topics",
            "Use a slug from alongside.core.answers.TOPICS",
        )
    for name in ("title", "owner", "approver"):
        if not getattr(answer, name).strip():
            broken(name, f"no {name}", f"Fill in metadata.{name} of the default wording")
    if answer.review_on <= today:
        broken("review_on", f"the review date {answer.review_on} has passed", "Check the answer again and set a new review date")
    if not answer.nations or set(answer.nations) - set(NATIONS):
        broken("nations", f"nations are {list(answer.nations)}", f"Name one or more of {list(NATIONS)}")
    if not 2 <= len(answer.follow_ups) <= 3:
        broken("follow_ups", f"{len(answer.follow_ups)} follow-up questions", "Give two or three")
    for key in answer.follow_ups:
        if key == answer.key or key not in known_keys:
            broken("follow_ups", f"the follow-up '{key}' does not exist", "Name another answer as topic/name")
    if len(answer.examples) < MIN_EXAMPLES:
        broken("examples", f"{len(answer.examples)} training sentences", f"Write at least {MIN_EXAMPLES} in carers' voices")
    if [variant.nation for variant in answer.variants].count(None) != 1 or answer.variants[-1].nation is not None:
        broken("text-default", "the default wording is missing or not last", "Add one wording without a condition, as the last")
    named = [variant.nation for variant in answer.variants if variant.nation]
    if len(named) != len(set(named)):
        broken("text-default", f"a nation has two wordings: {named}", "Keep one wording a nation")
    for variant in answer.variants:
        nation = variant.nation or "default"
        for found, do in _check_text(variant, known_facts=known_facts):
            broken(f"text-{nation}", found, do, f"[{nation}]")
        for found, do in _check_sources(variant, today=today):
            broken(f"sources-{nation}", found, do, f"[{nation}]")
    places = [(translation.language, translation.nation) for translation in answer.translations]
    for translation in answer.translations:
        where = f"[{translation.language}{f' {translation.nation}' if translation.nation else ''}]"
        for problem in check_translation(translation, today=today):
            broken("translations", *problem, where)
        if places.count((translation.language, translation.nation)) > 1:
            broken("translations", "two translations of one wording into one language", "Keep one of the two", where)
    return problems


def check_together(answers: Sequence[Answer]) -> list[Problem]:
    """Return what is wrong between answers: a training sentence or a text that stands in two places."""
    problems = []
    seen_sentences: dict[str, str] = {}
    seen_texts: dict[str, str] = {}
    for answer in answers:
        for example, plain in zip(answer.examples, _normalised(answer.examples), strict=True):
            if plain in seen_sentences:
                problems.append(
                    Problem(
                        answer.key,
                        f"the training sentence “{example}” also stands in {seen_sentences[plain]}",
                        "Keep it where it fits best",
                    )
                )
            seen_sentences.setdefault(plain, answer.key)
        for text in {variant.text for variant in answer.variants}:
            if seen_texts.setdefault(text, answer.key) != answer.key:
                problems.append(Problem(answer.key, f"its text is the same as in {seen_texts[text]}", "Merge the two answers"))
    return problems


def facts_used(text: str) -> set[str]:
    """Name the facts a text refers to."""
    return set(FACT_MARK.findall(text))


def fill_facts(text: str, values: Mapping[str, str]) -> str:
    """Put the facts' words in the place of their marks; a mark without a value is left as it stands."""
    return FACT_MARK.sub(lambda mark: values.get(mark.group(1), mark.group(0)), text)


def check_translation(translation: Translation, *, today: date) -> list[tuple[str, str]]:
    """Return what is wrong with a translation, and what to do. One that is out of date is not: it is kept, and not said."""
    problems = []
    bare = FACT_MARK.sub(" ", translation.text)
    if translation.language not in LANGUAGES:
        problems.append((f"the language '{translation.language}' is unknown", "Use a code from alongside/core/languages.py"))
    if not words_in(translation.text):
        problems.append(("the translation has no text", "Write it, or take the translation out"))
    if not translation.translator.strip():
        problems.append(("the translation has no translator", "Name who made it"))
    if translation.translated_on > today:
        problems.append((f"the translation is dated in the future: {translation.translated_on}", "Correct the date"))
    if facts_used(translation.text) != facts_used(translation.of):
        problems.append(("the translation does not hold the same facts as the English", "Put the same {fact_…} marks in it"))
    if "{" in bare or "}" in bare:
        problems.append(("a curly bracket that is no fact mark", "Write facts as {fact_name} and no other brackets"))
    if _PHONE_LIKE.search(bare) or _AMOUNT_LIKE.search(bare):
        problems.append(("a phone number or an amount of money in the text", "Refer to it as the English does, as {fact_name}"))
    return problems


def _check_sources(variant: Variant, *, today: date) -> list[tuple[str, str]]:
    problems = []
    if not variant.sources:
        problems.append(("no source", "Name the page or publication it rests on"))
    for source in variant.sources:
        if not source.url and not source.publication:
            problems.append((f"the source '{source.title}' has no address", "Give a url or a publication"))
        if source.url and not source.url.startswith("https://"):
            problems.append((f"the source address '{source.url}' is not https", "Give the full https address"))
        elif source.url and not _ADDRESS.fullmatch(source.url):
            problems.append((f"the source address '{source.url}' is no web address", "Copy it from the browser, whole"))
        if source.checked_on > today:
            problems.append((f"the source '{source.title}' is dated in the future: {source.checked_on}", "Correct the date"))
    return problems


def _check_text(variant: Variant, *, known_facts: set[str]) -> list[tuple[str, str]]:
    problems = []
    bare = FACT_MARK.sub(" ", variant.text)
    if variant.nation is not None and variant.nation not in NATIONS:
        problems.append((f"the nation '{variant.nation}' is unknown", f"Use one of {list(NATIONS)}"))
    if not words_in(variant.text):
        problems.append(("no text", "Write what carers are told"))
    if (count := len(words_in(variant.text))) > MAX_WORDS:
        problems.append((f"{count} words", f"Cut it to {MAX_WORDS} or fewer"))
    for name in sorted(facts_used(variant.text) - known_facts):
        problems.append((f"the fact '{name}' does not exist", "Add it to data/facts.yml or correct the name"))
    if "{" in bare or "}" in bare:
        problems.append(("a curly bracket that is no fact mark", "Write facts as {fact_name} and no other brackets"))
    for number in _PHONE_LIKE.findall(bare):
        problems.append(
            (
                f"a phone number in the text: {number.strip()}",
                "Keep it as a fact and put the fact here, so that one change updates every answer",
            )
        )
    if _AMOUNT_LIKE.search(bare):
        problems.append(
            ("an amount of money in the text", "Keep it as a fact and put the fact here, so that one change updates every answer")
        )
    for found in sorted({match.group(0) for match in _ABBREVIATION.finditer(bare)} - _PLAIN_ABBREVIATIONS):
        if f"({found})" not in bare and not re.search(rf"\b{re.escape(found)} \([^)]+\)", bare):
            problems.append((f"the short form {found} is not explained", "Write it out, with the short form in brackets"))
    for pattern in (_LATIN, _AVOID):
        for found in pattern.findall(bare):
            problems.append((f"the wording “{found}”", "Say it in plain, kind words"))
    return problems
