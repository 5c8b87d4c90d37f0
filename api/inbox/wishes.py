"""What a carer asked of whoever replies, as the top of their case says it to the worker.

Rule kept: what the carer did not say is not guessed at; who may hold a copy is said as a rule to keep.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from alongside.core.asking import OTHER
from alongside.core.details import Copy, Details, Reach

TOPICS: Mapping[str, str] = {
    "confidentiality": "What staff can share",
    "visiting": "Visiting",
    "care_review": "A care review",
    "support_group": "Support groups",
    "carers_assessment": "A carer's assessment",
    "concern_complaint": "A concern or complaint",
    "transition_leave_discharge": "Leave, a move or going home",
    "peer_support": "Talking to other carers",
    "family_therapy": "Family therapy",
    "travel_costs": "Travel costs",
    "money_benefits": "Money and benefits",
    "named_worker_contact": "Whom to contact",
    "rights_nearest_relative": "Rights of the nearest relative",
    "advocacy": "Advocacy",
    "carer_wellbeing": "How the carer is themselves",
    "stigma": "What other people think and say",
    "young_carer": "A young carer",
    "information_about_illness_treatment": "Illness and treatment",
    "ward_life": "Life on the ward",
    "detention": "Being detained (sectioned)",
    OTHER: "Something else",
}
"""Topic → what a worker calls it."""

COPIES: Mapping[Copy, str] = {
    Copy.WORKER: (
        "Only you and who stands in for you. Do not share with the ward's team or the relative, unless somebody may come to harm."
    ),
    Copy.TEAM: "You may share with the ward's team. Do not share with the relative.",
    Copy.TEAM_AND_RELATIVE: "You may share with the ward's team, and the relative may see it.",
}
"""Who may hold a copy → the rule for the worker."""

_REACH: Mapping[Reach, tuple[str, str]] = {
    Reach.CHAT: ("In this chat", ""),
    Reach.PHONE: ("By phone", "tel:"),
    Reach.TEXT: ("By text message", "sms:"),
    Reach.EMAIL: ("By e-mail", "mailto:"),
    Reach.LETTER: ("By letter", ""),
}

_NUMBER = re.compile(r"\+?[\d\s().-]{7,}")


@dataclass(frozen=True)
class Wish:
    """One line of a carer's wishes. ``address`` is where to reach them, with a link (``href``) when a device can follow one."""

    title: str
    said: str
    address: str = ""
    href: str = ""


def wishes_of(details: Details | None) -> list[Wish]:
    """Return what a carer wished, in the order in which a worker needs it; nothing when they wished nothing."""
    if details is None:
        return []
    copy = Wish("Who may hold a copy", COPIES[details.copy]) if details.copy else None
    wishes = (
        Wish("Wants to be called", details.name) if details.name else None,
        Wish("Needs", details.needs) if details.needs else None,
        Wish("About", TOPICS.get(details.about, details.about)) if details.about else None,
        _reach(details),
        copy,
    )
    return [wish for wish in wishes if wish]


def _reach(details: Details) -> Wish | None:
    if details.reach is None:
        return Wish("A good time", details.good_time) if details.good_time else None
    how, scheme = _REACH[details.reach]
    said = f"{how}, “{details.good_time}”" if details.good_time else how
    if not details.address:
        missing = "" if details.reach is Reach.CHAT else ". They did not say where, so ask them here"
        return Wish("Reach them", f"{said}{missing}")
    return Wish("Reach them", said, details.address, _link(scheme, details.address))


def _link(scheme: str, address: str) -> str:
    """Return a link a phone can follow; empty when the carer wrote something else than one number or one e-mail address."""
    if scheme == "mailto:":
        return f"mailto:{quote(address, safe='@')}" if address.count("@") == 1 and not re.search(r"\s", address) else ""
    if scheme and _NUMBER.fullmatch(address):
        return scheme + re.sub(r"[^\d+]", "", address)
    return ""
