"""Cut a long message into the parts that may each hold a need of its own."""

import re

LONG = 25
"""Words. Above this a message often tells a story with the question somewhere inside."""
SHORTEST_PART = 4
"""Words. A part shorter than this (“please help”) says too little to be read by itself: it joins the part before it."""
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
        for piece in _JOIN.split(sentence) if len(sentence.split()) > LONG else [sentence]:
            if len(piece.split()) >= SHORTEST_PART:
                parts.append(piece)
            elif parts:
                parts[-1] = f"{parts[-1]} {piece}"
    return parts[:MOST_PARTS]
