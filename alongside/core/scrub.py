"""Take what identifies a person out of a text before the assistant sees it; the thread itself keeps the carer's words."""

import re

_RULES = (
    (re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), "[e-mail]"),
    (re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b(?!\d)"), "[number]"),  # an NHS number: 3-3-4 digits
    (re.compile(r"(?:\+44\s?|\b0)(?:\d[\s-]?){8,9}\d\b"), "[phone]"),
    # No postcode ends in two letters with an M among them, so "ward B2 4pm" is none.
    (re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE), "[postcode]"),
    (re.compile(r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.IGNORECASE), "[number]"),  # National Insurance
)


def scrub(text: str) -> str:
    """Return the text with e-mail addresses, phone, NHS and National Insurance numbers and postcodes replaced by their kind."""
    for pattern, kind in _RULES:
        text = pattern.sub(kind, text)
    return text
