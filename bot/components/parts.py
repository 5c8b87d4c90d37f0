"""Cut a long message into the parts that may each hold a need of its own."""

import re

LONG = 25
"""Words. Above this a message often tells a story with the question somewhere inside."""
SHORTEST_PART = 4
"""Words. A part shorter than this (“please help”) says too little to be read by itself."""
MOST_PARTS = 12
"""Each part costs about 2 ms; a carer's main needs come well before the twelfth."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_JOIN = re.compile(r",?\s+(?:and|but|also|so|plus|then)\s+|,\s+", re.IGNORECASE)


def parts_of(text: str) -> list[str]:
    """Return the parts of a long message, or nothing when the message is short enough to be read whole.

    Carers at 2 a.m. leave full stops out, so a long run of words is cut at “and”, “but” and commas too.
    """
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]
    if len(text.split()) <= LONG and len([s for s in sentences if len(s.split()) >= SHORTEST_PART]) < 2:
        return []
    parts: list[str] = []
    for sentence in sentences:
        pieces = _JOIN.split(sentence) if len(sentence.split()) > LONG else [sentence]
        parts += _long_enough(pieces)
    return parts[:MOST_PARTS]


def _long_enough(pieces: list[str]) -> list[str]:
    """Join a piece that is too short to the one before it, or drop it when there is none."""
    kept: list[str] = []
    for piece in pieces:
        if len(piece.split()) >= SHORTEST_PART:
            kept.append(piece)
        elif kept:
            kept[-1] = f"{kept[-1]} {piece}"
    return kept
