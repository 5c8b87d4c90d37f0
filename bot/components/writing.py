"""What can be told from the letters alone, before any learning: no words at all, or another script."""

import unicodedata

OTHER_SCRIPT = 0.5
"""The share of letters outside the Latin alphabet above which an English model can only guess."""


def intent_by_letters(text: str) -> str | None:
    """Return ``no_words`` for emoji, digits or nothing, ``other_language`` for another script, None for the rest."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return "no_words"
    foreign = sum(
        not unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN", "MODIFIER", "FEMININE", "MASCULINE"))
        for letter in letters
    )
    return "other_language" if foreign > OTHER_SCRIPT * len(letters) else None
