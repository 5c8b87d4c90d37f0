"""Saved replies: texts that workers write once and use again, with fields for what differs from carer to carer.

Rules kept: a field that nobody could fill is refused when it is written; what is not known is said in the text, so that no worker
sends a gap; a carer who gave no name is still greeted in a whole sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alongside.core.accounts import Account, AccountRole
from alongside.core.conversations import clean_text
from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.errors import InvalidInput
from alongside.core.rota import Calendar, Rostered, spans_from, spans_of_day

MAX_TITLE = 60
"""Characters: one line of a list on a phone."""

FIELDS: Mapping[str, str] = {
    "carer": "the name the carer gave; left out if they gave none",
    "me": "your first name",
    "my_role": "your role",
    "service": "the ward or team the case is about",
    "ward_phone": "the ward's phone number",
    "my_days": "the days you work",
    "next_on": "when you are next here, such as “Wednesday 25 November, from 9am”",
}
"""What may stand in a saved reply in curly brackets, and what takes its place."""

SAMPLE: Mapping[str, str] = {
    "carer": "Jo",
    "me": "Sam",
    "my_role": "carer support worker",
    "service": "Rowan Ward",
    "ward_phone": "01632 960123",
    "my_days": "Tuesday to Thursday",
    "next_on": "Wednesday 25 November, from 9am",
}
"""What a preview is filled with."""

_UNKNOWN: Mapping[str, str] = {
    "me": "your name is not known",
    "my_role": "your role is not known",
    "service": "the ward is not known",
    "ward_phone": "the ward's phone number is not known",
    "my_days": "your working days are not known",
    "next_on": "when you are next here is not known",
}

_FIELD = re.compile(r"\{([^{}]*)\}")
_DEAR_NOBODY = re.compile(r"\bDear\s+\{carer\}")
_NOBODY_FIRST = re.compile(r"(^|[.!?]\s+)\{carer\}\s*,?[^\S\n]*(\w?)", re.MULTILINE)
_NOBODY_ELSEWHERE = re.compile(r",?[^\S\n]*\{carer\}")


@dataclass(frozen=True)
class SavedReply:
    """One saved reply. ``owner`` is the account that wrote it; with a ``service`` it is shared with all who serve that."""

    id: str
    title: str
    text: str
    owner: str
    changed_at: datetime
    service: str | None = None


@dataclass(frozen=True)
class Filled:
    """A text with its fields filled. ``unknown`` says what could not be, in the words that stand in its place."""

    text: str
    unknown: tuple[str, ...] = ()


def clean_reply(reply: SavedReply) -> SavedReply:
    """Return a saved reply as it may be kept. Raises InvalidInput without title or text, and for an unknown field."""
    title, text = " ".join(clean_text(reply.title).split()), clean_text(reply.text)
    if not title or len(title) > MAX_TITLE:
        raise InvalidInput(
            f"The title has {len(title)} characters. Write one of 1 to {MAX_TITLE}, by which you find it. Nothing was kept."
        )
    if not text:
        raise InvalidInput("The saved reply has no text. Write what you want to say. Nothing was kept.")
    if wrong := sorted(set(_FIELD.findall(text)) - set(FIELDS)):
        found = ", ".join(f"{{{name}}}" for name in wrong)
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise InvalidInput(f"There is no field {found}. The fields are: {known}. Correct the text. Nothing was kept.")
    if "{" in (rest := _FIELD.sub("", text)) or "}" in rest:
        raise InvalidInput("A curly bracket stands alone. Write a field with both, such as {carer}. Nothing was kept.")
    return replace(reply, title=title, text=text)


def fill_reply(text: str, values: Mapping[str, str]) -> Filled:
    """Put what is known in the place of each field; for what is not, say so in square brackets."""
    if not values.get("carer"):
        text = _DEAR_NOBODY.sub("Hello", text)
        text = _NOBODY_FIRST.sub(lambda found: found[1] + found[2].upper(), text)
        text = _NOBODY_ELSEWHERE.sub("", text)
    unknown = tuple(dict.fromkeys(_UNKNOWN[name] for name in _FIELD.findall(text) if name in _UNKNOWN and not values.get(name)))
    # In one pass, so that brackets within a carer's name are left as they are.
    filled = _FIELD.sub(lambda found: values.get(found[1]) or f"[{_UNKNOWN.get(found[1], found[0])}]", text)
    return Filled(filled.strip(), unknown)


def say_next_on(person: Rostered, now: datetime, calendar: Calendar) -> str:
    """Say when somebody is here after today, or later today if they have not begun; empty when that is not known.

    Such as: ``Wednesday 25 November, from 9am``.
    """
    today = now.astimezone(LONDON).date()
    begun = any(span.starts <= now for span in spans_of_day(person, today, calendar))
    for span in spans_from(person, now, calendar):
        starts = span.starts.astimezone(LONDON)
        if not begun or starts.date() > today:
            return f"{say_date(starts.date())}, from {say_time(starts.time())}"
    return ""


def may_use_reply(account: Account, reply: SavedReply) -> bool:
    """Say whether a saved reply is somebody's own, or shared with those who serve or cover its service."""
    return reply.owner == account.id if reply.service is None else reply.service in account.reaches


def may_change_reply(account: Account, reply: SavedReply) -> bool:
    """Say whether somebody may change or remove a saved reply: their own, or as a lead one shared in a service they serve."""
    return reply.owner == account.id if reply.service is None else reply.service in shared_by(account)


def shared_by(account: Account) -> frozenset[str]:
    """Return the services in which somebody may share replies: what a lead serves."""
    return account.services if account.role in (AccountRole.LEAD, AccountRole.ADMIN) else frozenset()
