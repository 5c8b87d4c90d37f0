"""The one form in which typed words are kept, whichever way they came in: a page, a file or a spreadsheet.

Rule kept: nothing a reader can see is changed. Only what nobody sees goes: spaces at the ends of lines, control characters, and
the many ways in which machines end a line. So an answer that was written out and read in again is the same answer.
"""

import re
from dataclasses import replace

from alongside.core.answers import Answer, Source, Translation, Variant
from alongside.core.facts import Fact

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES_AT_LINE_ENDS = re.compile(r"[^\S\n]+(?=\n)")


def tidy_text(text: str) -> str:
    """Return a text of one or more paragraphs in the form in which it is kept."""
    return _SPACES_AT_LINE_ENDS.sub("", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")).strip()


def tidy_line(text: str) -> str:
    """Return what must stand in one line, such as a title or a training sentence; a line break becomes a space."""
    return re.sub(r"\s*\n\s*", " ", tidy_text(text))


def tidy(answer: Answer) -> Answer:
    """Return an answer in the form in which it is kept. Training sentences without a word go."""
    return replace(
        answer,
        title=tidy_line(answer.title),
        owner=tidy_line(answer.owner),
        approver=tidy_line(answer.approver),
        variants=tuple(_variant(variant) for variant in answer.variants),
        examples=tuple(line for example in answer.examples if (line := tidy_line(example))),
        translations=tuple(_translation(translation) for translation in answer.translations),
    )


def tidy_fact(fact: Fact) -> Fact:
    """Return a fact in the form in which it is kept."""
    return replace(
        fact,
        title=tidy_line(fact.title),
        value=tidy_line(fact.value),
        nation=tidy_line(fact.nation),
        source=tidy_line(fact.source),
        kind=tidy_line(fact.kind),
        hours=_line_or_none(fact.hours),
        instead=_line_or_none(fact.instead),
    )


def _variant(variant: Variant) -> Variant:
    return replace(variant, text=tidy_text(variant.text), sources=tuple(_source(source) for source in variant.sources))


def _translation(translation: Translation) -> Translation:
    return replace(
        translation,
        text=tidy_text(translation.text),
        translator=tidy_line(translation.translator),
        of=tidy_text(translation.of),
        title=tidy_line(translation.title),
    )


def _source(source: Source) -> Source:
    return replace(
        source,
        title=tidy_line(source.title),
        url=_line_or_none(source.url),
        publication=_line_or_none(source.publication),
    )


def _line_or_none(text: str | None) -> str | None:
    return tidy_line(text or "") or None
