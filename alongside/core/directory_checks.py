"""The rules a directory must keep before it may be stored."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from alongside.core.answers import NATIONS, Problem
from alongside.core.directory import WEEKDAYS, Checked, Kind, Organisation, Period, Repeats

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_CODE = 80
"""Codes stand in buttons' payloads and in columns of this length."""
_PHONE = re.compile(r"\+?[0-9][0-9 ()]{7,24}(?: (?:ext|option) [0-9]+)?")
_WEEKS = {1, 2, 3, 4, -1}


def check_organisation(organisation: Organisation, *, today: date) -> list[Problem]:
    """Return every broken rule of one organisation: codes, references, times, phones and dates."""
    return [Problem(where, found, do) for where, found, do in _broken(organisation, today)]


def _broken(organisation: Organisation, today: date) -> Iterator[tuple[str, str, str]]:
    everything: list[tuple[str, Sequence[Any]]] = [
        ("organisations", [organisation]),
        ("contacts", organisation.contacts),
        ("places", organisation.places),
        ("services", organisation.services),
        ("groups", organisation.groups),
        ("workers", organisation.workers),
    ]
    for kind, items in everything:
        for code, count in Counter(item.code for item in items).items():
            if count > 1:
                yield f"{kind} {code}", f"the code stands {count} times", "Give each entry a code of its own"
        for item in items:
            where = f"{kind} {item.code}"
            if not _CODE.fullmatch(item.code) or len(item.code) > _MAX_CODE:
                yield where, "the code is not small letters, digits and single hyphens", f"Write it so, up to {_MAX_CODE} signs"
            yield from _broken_dates(where, item.checked, today)
            if (phone := getattr(item, "phone", None)) is not None and not _PHONE.fullmatch(phone):
                yield where, f"the phone number '{phone}' cannot be dialled", "Give digits and spaces, such as 01632 960123"
            if getattr(item, "nation", "england") not in NATIONS:
                yield where, f"the nation '{item.nation}' is unknown", f"Use one of {', '.join(NATIONS)}"
    yield from _broken_services(organisation, today)
    yield from _broken_groups(organisation)
    yield from _broken_workers(organisation)


def _broken_dates(where: str, checked: Checked, today: date) -> Iterator[tuple[str, str, str]]:
    if checked.checked_on > today:
        yield where, f"it was checked on {checked.checked_on}, in the future", "Correct checked_on"
    if checked.review_on <= checked.checked_on:
        yield where, f"its review date {checked.review_on} is not after the check on {checked.checked_on}", "Correct review_on"


def _broken_services(organisation: Organisation, today: date) -> Iterator[tuple[str, str, str]]:
    places = {place.code for place in organisation.places}
    units = {service.code for service in organisation.services if service.kind is Kind.UNIT}
    for service in organisation.services:
        where = f"services {service.code}"
        yield from _unknown(where, "place", [service.place], places)
        yield from _unknown(where, "unit", [service.unit], units)
        if service.unit and service.kind is Kind.UNIT:
            yield where, "it is a unit inside a unit", "Leave out its unit, or make it a ward"
        for visiting in service.visiting:
            yield from _broken_period(f"{where} visiting", visiting.period)
            yield from _broken_dates(f"{where} visiting", visiting.checked, today)


def _broken_groups(organisation: Organisation) -> Iterator[tuple[str, str, str]]:
    places = {place.code for place in organisation.places}
    for group in organisation.groups:
        where = f"groups {group.code}"
        yield from _unknown(where, "place", [group.place], places)
        yield from _broken_period(where, group.period)
        if group.repeats is Repeats.FORTNIGHTLY and group.first_on is None:
            yield where, "it meets fortnightly with no date to count from", "Give first_on, the date of one meeting"
        if group.first_on and group.period.weekday in WEEKDAYS and WEEKDAYS[group.first_on.weekday()] != group.period.weekday:
            yield where, f"first_on {group.first_on} is not a {group.period.weekday}", "Correct the date or the weekday"
        if (group.repeats is Repeats.MONTHLY) != bool(group.weeks) or set(group.weeks) - _WEEKS:
            yield (
                where,
                f"weeks are {list(group.weeks)}",
                "Monthly groups need one or more of 1, 2, 3, 4 and -1 (last); others none",
            )


def _broken_workers(organisation: Organisation) -> Iterator[tuple[str, str, str]]:
    services = {service.code for service in organisation.services}
    for worker in organisation.workers:
        where = f"workers {worker.code}"
        yield from _unknown(where, "service", worker.services, services)
        if len(set(worker.services)) < len(worker.services):
            yield where, "a service is named twice", "Name each service once"
        for period in worker.hours:
            yield from _broken_period(f"{where} hours", period)


def _broken_period(where: str, period: Period) -> Iterator[tuple[str, str, str]]:
    if period.weekday not in WEEKDAYS:
        yield where, f"the weekday '{period.weekday}' is unknown", f"Use one of {', '.join(WEEKDAYS)}"
    if period.ends <= period.starts:
        yield where, f"it ends at {period.ends:%H:%M}, not after {period.starts:%H:%M}", "Correct the times"


def _unknown(where: str, what: str, codes: Iterable[str | None], known: set[str]) -> Iterator[tuple[str, str, str]]:
    for code in codes:
        if code is not None and code not in known:
            yield where, f"its {what} '{code}' is not in this organisation", "Correct the code or add the entry"
