"""Take out of a carer's words what could tell who somebody is, before maintainers read many carers' words together.

Rules kept: in doubt a word is masked; a mask says its kind in square brackets and nothing of the word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alongside.core.given_names import ALSO_WORDS, EVERYDAY, GIVEN_NAMES, words
from alongside.core.scrub import scrub

NAME, PLACE = "[name]", "[place]"

_NUMBERS = (
    (re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE), "[link]"),
    (re.compile(r"(?<!\w)@\w+"), "[link]"),
    (re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b"), "[date]"),
    (re.compile(r"\b(ward|room|bed|unit)\s+(?:[A-Z]?\d+[A-Z]?)\b", re.IGNORECASE), rf"\1 {PLACE}"),
    (re.compile(r"\b[A-Z]{0,3}\d[\d -]{4,}\d\b"), "[number]"),
)
_MASK = re.compile(r"\[(?:e-mail|phone|number|postcode|link|date|name|place)\]")
_MASKS_IN_A_ROW = re.compile(r"(\[(?:name|place)\])(?:[\s,-]+\1)+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_ENDS = re.compile(r"[.!?\n:;]|[\"“(]\s*$")
_CONTRACTION = re.compile(r"'(?:s|ll|ve|re|d|m)$", re.IGNORECASE)

_TITLES = words("mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend imam rabbi")
_ROLES = words("doctor nurse sister matron consultant psychiatrist psychologist worker coordinator keyworker therapist")
_RELATIONS = words(
    "son daughter brother husband wife partner fiance fiancé fiancée mum mam mother dad father nan nana gran grandma granny "
    "grandad grandson granddaughter uncle aunt auntie aunty cousin nephew niece boyfriend girlfriend friend mate stepson "
    "stepdaughter boy girl lad child twin ex patient"
)
_CALLED = frozenset({"called", "named", "name's", "names", "im", "i'm"})
_CALLED_IN_TWO = frozenset({("name", "is"), ("this", "is"), ("i", "am"), ("here", "is"), ("about", "our"), ("regarding", "our")})
_PLACES = words("ward unit hospital house clinic lodge centre center court suite")
_SUBJECTS = words("i he she it we they you the a an my his her our their this that there these those anyone somebody")
"""What follows a verb that begins a question, as in “Will they” and “May I”."""

_SHOUTS = 0.7
"""The share of capital letters from which capitals tell nothing."""


@dataclass(frozen=True)
class _Token:
    plain: str
    """In small letters, without what is hung on by an apostrophe."""
    starts: int
    ends: int
    is_capital: bool
    begins: bool
    """It is the first word of a sentence, where a capital tells nothing."""
    joins: bool
    """Nothing but a space is between it and the word before."""


class Identity:
    """Masks texts. ``people`` and ``places`` are names that are known; ``ordinary`` are texts whose words are no names."""

    def __init__(self, *, people: Iterable[str] = (), places: Iterable[str] = (), ordinary: Iterable[str] = ()) -> None:
        words = {_plain(found) for text in ordinary for found in _WORD.findall(text)}
        self._ordinary = frozenset(words - (GIVEN_NAMES - ALSO_WORDS)) | EVERYDAY
        people, places = list(people), list(places)
        self._whole = [(_phrases(people), NAME), (_phrases(places), PLACE)]
        no_names = _TITLES | _ROLES | _RELATIONS | _PLACES
        self._people = frozenset(part for name in people for part in _parts(name) if len(part) > 1) - no_names
        self._places = frozenset(part for name in places for part in _parts(name) if len(part) > 2) - no_names - EVERYDAY

    def mask(self, text: str) -> str:
        """Return a text without names, numbers and addresses, each replaced by its kind."""
        text = scrub(text)
        for pattern, kind in (*_NUMBERS, *self._whole):
            text = pattern.sub(kind, text)
        pieces, end = [], 0
        masked: list[tuple[int, int, str]] = self._find(text)
        for starts, ends, kind in masked:
            pieces += [text[end:starts], kind]
            end = ends
        return _MASKS_IN_A_ROW.sub(r"\1", "".join([*pieces, text[end:]]))

    def _find(self, text: str) -> list[tuple[int, int, str]]:
        tokens = list(_tokens(text))
        found: dict[int, str] = {}
        for place, token in enumerate(tokens):
            before = _joined(tokens[max(0, place - 2) : place + 1])
            after = tokens[place + 1] if place + 1 < len(tokens) and tokens[place + 1].joins else None
            if self._is_place(token, before, after):
                found[place] = PLACE
            elif self._is_name(token, before, after, follows_name=found.get(place - 1) == NAME or _follows_mask(text, token)):
                found[place] = NAME
        return [(tokens[place].starts, tokens[place].ends, kind) for place, kind in found.items()]

    def _is_place(self, token: _Token, before: Sequence[_Token], after: _Token | None) -> bool:
        if token.plain in _PLACES:
            return False
        is_beside = (after is not None and after.plain in _PLACES) or (bool(before) and before[-1].plain in _PLACES)
        if token.plain in self._places and (is_beside or not self._is_ordinary(token)):
            return True
        return after is not None and after.plain in _PLACES and not self._is_ordinary(token)

    def _is_name(self, token: _Token, before: Sequence[_Token], after: _Token | None, *, follows_name: bool) -> bool:
        said = token.plain
        if said.endswith("n't"):
            return False
        stands_out = token.is_capital and not token.begins
        if any(part in GIVEN_NAMES or part in self._people for part in said.split("-")):
            if said not in ALSO_WORDS and not self._is_ordinary(token):
                return True
            if token.is_capital:
                return not (token.begins and after is not None and after.plain in _SUBJECTS)
        is_unknown = not self._is_ordinary(token)
        if not _is_latin(said) or (is_unknown and not said.isascii()):
            return True
        if len(said) == 1:
            return stands_out and said not in "ai"
        last = before[-1].plain if before else ""
        if last in _TITLES:
            return said not in EVERYDAY
        is_introduced = last in _ROLES | _RELATIONS | _CALLED or tuple(each.plain for each in before) in _CALLED_IN_TWO
        if follows_name or is_introduced:
            return is_unknown or (stands_out and said not in EVERYDAY)
        return token.is_capital and is_unknown

    def _is_ordinary(self, token: _Token) -> bool:
        said = token.plain
        stems = (said, said.removesuffix("s"), said.removesuffix("es"), said.removesuffix("ed"), said.removesuffix("d"))
        stem = said.removesuffix("ing")
        return any(form in self._ordinary for form in (*stems, stem, f"{stem}e")) or (
            said in _RELATIONS | _ROLES | _TITLES | _PLACES or said.removesuffix("s") in _RELATIONS
        )


def without_masks(text: str) -> str:
    """Return a masked text as a training sentence may be written: without the masks, and tidy."""
    bare = _MASK.sub(" ", text)
    return re.sub(r"\s+([,.!?;:'’])", r"\1", " ".join(bare.split())).strip(" ,;:-")


def _tokens(text: str) -> Iterator[_Token]:
    letters = [letter for letter in text if letter.isalpha()]
    shouts = len(letters) > 3 and sum(letter.isupper() for letter in letters) / len(letters) > _SHOUTS
    masks = [found.span() for found in _MASK.finditer(text)]
    end = 0
    for found in _WORD.finditer(text):
        if any(starts < found.start() < ends for starts, ends in masks):
            end = found.end()
            continue
        gap = text[end : found.start()]
        follows_title = _plain(text[:end].split()[-1]) in _TITLES if text[:end].split() and gap.strip() == "." else False
        begins = (end == 0 or bool(_SENTENCE_ENDS.search(gap))) and not follows_title
        word = found[0]
        ends = found.start() + len(_CONTRACTION.sub("", word.replace("’", "'")))
        joins = end > 0 and (not gap.strip() or follows_title)
        yield _Token(_plain(word), found.start(), ends, word[0].isupper() and not shouts, begins, joins)
        end = found.end()


def _joined(tokens: Sequence[_Token]) -> list[_Token]:
    """Return the words before the last one that lead up to it without a stop."""
    found: list[_Token] = []
    for token, following in zip(reversed(tokens[:-1]), reversed(tokens[1:]), strict=True):
        if not following.joins:
            break
        found.insert(0, token)
    return found


def _follows_mask(text: str, token: _Token) -> bool:
    return text[: token.starts].rstrip(" ").endswith(NAME)


def _plain(word: str) -> str:
    return _CONTRACTION.sub("", word.casefold().replace("’", "'"))


def _parts(name: str) -> list[str]:
    return [part for found in _WORD.findall(name) for part in _plain(found).split("-")]


def _phrases(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds names as they are written in full, the longest first; nothing when there are none."""
    wanted = sorted({" ".join(name.split()) for name in names if len(name.strip()) > 2}, key=len, reverse=True)
    if not wanted:
        return re.compile(r"(?!)")
    either = "|".join(re.sub("['’]", "['’]", re.escape(name).replace(r"\ ", r"\s+")) for name in wanted)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _is_latin(word: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in word if letter.isalpha())
