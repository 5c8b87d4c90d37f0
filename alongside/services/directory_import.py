"""Taking the directory in and out.

Rule kept: an import stores everything or nothing, and the same file twice changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from alongside.core.answers import Problem
from alongside.core.directory import Contact, Group, Organisation, Place, Service, Worker
from alongside.core.directory_checks import check_organisation
from alongside.core.errors import ContentError
from alongside.services.ports import Clock
from alongside.store import directory as store
from alongside.store.base import Database

_Item = TypeVar("_Item", Contact, Place, Service, Group, Worker)


@dataclass(frozen=True)
class ImportReport:
    """What an import did, by organisation code; ``replaced_samples`` went because a real organisation came."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    replaced_samples: tuple[str, ...]


async def export_all(database: Database) -> list[Organisation]:
    """Return the whole directory, as a file holds it."""
    async with database.transaction() as session:
        return await store.get_organisations(session)


async def import_all(database: Database, organisations: Sequence[Organisation], *, clock: Clock) -> ImportReport:
    """Store organisations, each in place of all that was held of it.

    The sample shows how things work; the first real organisation takes its place. Raises ContentError with every broken rule.
    """
    problems = [problem for item in organisations for problem in check_organisation(item, today=clock.today())]
    async with database.transaction() as session:
        held = {organisation.code: organisation for organisation in await store.get_organisations(session)}
        report = _report(organisations, held)
        staying = [item for item in held.values() if item.code not in report.replaced_samples]
        problems += _taken_codes(organisations, staying)
        if problems:
            raise ContentError("Nothing was imported:\n" + "\n".join(f"- {problem}" for problem in problems))
        for code in report.replaced_samples:
            await store.delete_organisation(session, held[code])
        for organisation in organisations:
            if organisation.code not in report.unchanged:
                await store.save_organisation(session, organisation)
    return report


async def import_first(database: Database, organisations: Sequence[Organisation], *, clock: Clock) -> bool:
    """Store the sample in an empty directory; do nothing, and return False, when something is held already."""
    async with database.transaction() as session:
        if await store.has_organisations(session):
            return False
    await import_all(database, organisations, clock=clock)
    return True


def _report(organisations: Sequence[Organisation], held: Mapping[str, Organisation]) -> ImportReport:
    codes = {organisation.code for organisation in organisations}
    has_real = any(not organisation.is_sample for organisation in organisations)
    same = {item.code for item in organisations if item.code in held and _in_order(item) == _in_order(held[item.code])}
    return ImportReport(
        added=tuple(sorted(codes - set(held))),
        changed=tuple(sorted(codes & set(held) - same)),
        unchanged=tuple(sorted(same)),
        replaced_samples=tuple(sorted(code for code, item in held.items() if item.is_sample and has_real and code not in codes)),
    )


def _taken_codes(organisations: Sequence[Organisation], held: Sequence[Organisation]) -> list[Problem]:
    """Codes stand for one thing in the whole directory: find those that two organisations claim."""
    problems = []
    owners = {entry: item.code for item in held for entry in _entries(item)}
    seen: set[str] = set()
    for organisation in organisations:
        if organisation.code in seen:
            problems.append(Problem(f"organisations {organisation.code}", "it stands twice", "Join the two entries"))
        seen.add(organisation.code)
        for entry in _entries(organisation):
            if owners.setdefault(entry, organisation.code) != organisation.code:
                problems.append(Problem(entry, f"the code belongs to '{owners[entry]}' already", "Choose another code"))
    return problems


def _entries(organisation: Organisation) -> list[str]:
    kinds = ("contacts", "places", "services", "groups", "workers")
    return [f"{kind} {item.code}" for kind in kinds for item in getattr(organisation, kind)]


def _in_order(organisation: Organisation) -> Organisation:
    """The same organisation with its entries by code, the way the store returns them."""
    return replace(
        organisation,
        contacts=_by_code(organisation.contacts),
        places=_by_code(organisation.places),
        services=_by_code(organisation.services),
        groups=_by_code(organisation.groups),
        workers=_by_code(organisation.workers),
    )


def _by_code(items: tuple[_Item, ...]) -> tuple[_Item, ...]:
    return tuple(sorted(items, key=lambda item: item.code))
