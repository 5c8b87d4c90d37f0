"""Turn ``patterns.yml``, which a maintainer edits, into what spaCy's entity ruler reads."""

from pathlib import Path
from typing import Any

from rasa.shared.utils.io import read_yaml_file
from spacy.lang.en.stop_words import STOP_WORDS

BY_VALUE = ("relative", "nation", "weekday", "time_of_day", "online", "feeling", "service")
SERVICE_KINDS = ["ward", "unit", "clinic", "house", "lodge", "team", "centre", "center"]
PREPOSITIONS = ("near", "nr", "in", "around", "at", "from", "outside")
_OF_THEIRS = ["his", "her", "their", "hes", "shes"]
_CARER_IS = ["i", "im", "i'm", "as", "being", "just", "only", "am", "'m", "is"]


def read(path: Path) -> dict[str, Any]:
    """Read the patterns' file."""
    patterns: dict[str, Any] = read_yaml_file(path)
    return patterns


def spacy_patterns(patterns: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entity ruler's patterns; where two match, it takes the longer one."""
    phrases = [
        {"label": label, "id": value, "pattern": phrase}
        for label in BY_VALUE
        for value, said in patterns[label].items()
        for phrase in said
    ]
    phrases += [{"label": "ignore", "pattern": phrase} for phrase in patterns["ignore"]]
    return phrases + _levels() + _service_names(patterns) + _not_the_relative(patterns)


def _levels() -> list[dict[str, Any]]:
    """A level with what it is said of: “the low secure one”."""
    kinds = {"LOWER": {"IN": ["one", "hospital", "place", "service", "services", *SERVICE_KINDS]}}
    secure = {"LOWER": {"IN": ["secure", "security"]}}
    return [
        {"label": "service", "id": f"{level} secure", "pattern": [{"LOWER": word}, {"TEXT": "-", "OP": "?"}, secure, kinds]}
        for level, words in {"high": ["high"], "medium": ["medium", "med"], "low": ["low"]}.items()
        for word in words
    ]


def _service_names(patterns: dict[str, Any]) -> list[dict[str, Any]]:
    """A name before “ward” or its like: up to three words with capitals, up to two without."""
    common = {word for label in BY_VALUE if label != "service" for said in patterns[label].values() for word in said}
    unnamed = sorted(STOP_WORDS | set(patterns["describes"]) | set(patterns["never_named"]) | common)
    word = {"LOWER": {"NOT_IN": unnamed}, "IS_ALPHA": True}
    titled = {"LOWER": {"NOT_IN": unnamed}, "IS_TITLE": True}
    kind = {"LOWER": {"IN": SERVICE_KINDS}}
    number = {"TEXT": {"REGEX": r"^(?:\d{1,2}[A-Za-z]?|[B-HJ-Z]\d?)$"}}
    names = [[word], [word, word], [titled, titled, titled], [word, {"TEXT": {"IN": ["'s", "’s"]}}]]
    return [{"label": "service", "pattern": [*name, kind]} for name in names] + [
        {"label": "service", "pattern": [{"LOWER": {"IN": ["ward", "unit"]}}, number]}
    ]


def place_patterns(patterns: dict[str, Any]) -> list[dict[str, Any]]:
    """A listed town, or a capital letter after “near” or “in”, unless it is a nation, a day or something else we know."""
    known = {word for label in BY_VALUE for said in patterns[label].values() for phrase in said for word in phrase.split()}
    titled = {
        "IS_TITLE": True,
        "IS_ALPHA": True,
        "LOWER": {"NOT_IN": sorted(known | set(patterns["not_a_place"]) | set(SERVICE_KINDS))},
    }
    before = {"LOWER": {"IN": list(PREPOSITIONS)}}
    towns = [{"label": "place", "pattern": town} for town in patterns["place"]]
    return towns + [{"label": "place", "pattern": [before, *[titled] * count]} for count in (1, 2, 3)]


def _not_the_relative(patterns: dict[str, Any]) -> list[dict[str, Any]]:
    """“His little sister” and “I'm just his mum” do not name whom the carer cares for; “not worried” is no feeling."""
    kin = {"LOWER": {"IN": sorted({word for said in patterns["relative"].values() for word in said if " " not in word})}}
    feeling = {"LOWER": {"IN": sorted({word for said in patterns["feeling"].values() for word in said if " " not in word})}}
    theirs = {"LOWER": {"IN": _OF_THEIRS}}
    is_me = {"LOWER": {"IN": _CARER_IS}}
    between = {
        "LOWER": {
            "IN": ["little", "older", "younger", "big", "wee", "own", "only", "real", "young", "a", "the", "just", "his", "her"]
        },
        "OP": "?",
    }
    never = {"LOWER": {"IN": ["not", "n't", "never"]}}
    shapes = [[theirs, between, kin], [is_me, between, between, kin], [never, feeling]]
    return [{"label": "ignore", "pattern": shape} for shape in shapes]
