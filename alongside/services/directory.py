"""Looking things up in the directory for a carer.

Rule kept: a fact past its review date never leaves this module; ``held`` says so, and the ward's phone stands in for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

from rapidfuzz.distance import OSA

from alongside.core.answers import NATIONS
from alongside.core.directory import (
    Contact,
    ContactKind,
    Kind,
    Meeting,
    Organisation,
    Service,
    Worker,
    coming_meetings,
    say_week,
)
from alongside.core.directory_matching import find_services, is_near, wards_of
from alongside.services import directory_import
from alongside.services.directory_import import ImportReport
from alongside.services.ports import Clock
from alongside.store import directory as store
from alongside.store.base import Database

SHOWN_MEETINGS = 3
"""Two or three groups can be weighed up on a phone; more is a timetable."""

SHOWN_CHOICES = 10
"""More buttons than this bury the one that is looked for; a carer can always type the name."""

UTTER_TALK_TO_PERSON = "utter_talk_to_person"
UTTER_TALK_TO_DUTY = "utter_talk_to_duty"
UTTER_TALK_TO_NOBODY_HELD = "utter_talk_to_nobody_held"
UTTER_CARER_WORKER_NONE = "utter_carer_worker_none"


class Held(Enum):
    """What the directory holds of a fact: may be stated, past its review date, or nothing."""

    CURRENT = "current"
    EXPIRED = "expired"
    NONE = "none"


class Unsettled(Enum):
    """Why one ward could not be settled on."""

    NOT_SAID = "not said"
    SEVERAL = "several match"
    UNKNOWN = "none matches"


@dataclass(frozen=True)
class Asked:
    """Which ward the carer means: their words, the name heard in them (or a pressed choice's code), and the one remembered."""

    text: str = ""
    named: str | None = None
    remembered: str | None = None


@dataclass(frozen=True)
class Which:
    """No one ward could be settled on: why, and the wards to choose from."""

    why: Unsettled
    choices: tuple[Service, ...]


@dataclass(frozen=True)
class WardPhone:
    """A ward and its phone; None once the number is past its review date."""

    ward: Service
    phone: str | None


@dataclass(frozen=True)
class Visiting:
    """A ward's visiting times, in words."""

    ward: Service
    phone: str | None
    held: Held
    times: tuple[str, ...] = ()
    booking: str = ""


@dataclass(frozen=True)
class WorkerFound:
    """A ward's carer support worker and their hours, in words."""

    ward: Service
    phone: str | None
    held: Held
    worker: Worker | None = None
    hours: str = ""


@dataclass(frozen=True)
class Groups:
    """The next meetings; ``as_asked`` is false when they are the nearest others."""

    meetings: tuple[Meeting, ...]
    as_asked: bool


@dataclass(frozen=True)
class Duty:
    """Who answers for an organisation when no worker is known."""

    organisation: str
    contact: Contact
    is_sample: bool


class Directory:
    """The directory's use cases. Each opens one short transaction."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find_ward(self, asked: Asked) -> Service | Which:
        """Settle on the service a carer means, or say what there is to choose from."""
        return _settle(asked, await self._services())

    async def ward_phone(self, asked: Asked) -> WardPhone | Which:
        """Find a service's own phone number."""
        found = await self.find_ward(asked)
        return found if isinstance(found, Which) else WardPhone(found, self._phone(found))

    async def visiting_times(self, asked: Asked) -> Visiting | Which:
        """Find when a ward can be visited and how to book. One expired period hides all: half a timetable misleads."""
        services = await self._services()
        ward = _settle(asked, services, visited=True)
        if isinstance(ward, Which):
            return ward
        held = self._held([visiting.checked.is_current(self._clock.today()) for visiting in ward.visiting])
        if held is not Held.CURRENT:
            return Visiting(ward, self._phone(ward), held)
        by_note: dict[str, list[str]] = {}
        for note in dict.fromkeys(visiting.note for visiting in ward.visiting):
            by_note[note] = say_week([visiting.period for visiting in ward.visiting if visiting.note == note])
        times = [f"{line} ({note})" if note else line for note, lines in by_note.items() for line in lines]
        booking = dict.fromkeys(visiting.booking for visiting in ward.visiting if visiting.booking)
        return Visiting(ward, self._phone(ward), held, tuple(times), " ".join(booking))

    async def carer_worker(self, asked: Asked, *, but_not: Collection[str] = ()) -> WorkerFound | Which:
        """Find the carer support worker of a ward, leaving out those whose codes are given."""
        async with self._database.transaction() as session:
            services = await store.list_services(session)
            ward = _settle(asked, services, visited=True)
            if isinstance(ward, Which):
                return ward
            workers = [worker for worker in await store.list_workers(session, service=ward.code) if worker.code not in but_not]
        worker = self._current_worker(workers)
        if worker is None:
            return WorkerFound(ward, self._phone(ward), Held.EXPIRED if workers else Held.NONE)
        return WorkerFound(ward, self._phone(ward), Held.CURRENT, worker, "; ".join(say_week(worker.hours)))

    async def next_groups(
        self, *, weekday: str | None = None, place: str | None = None, online: bool = False, nation: str | None = None
    ) -> Groups:
        """Find the soonest groups as asked; if there are none, the soonest others. A carer's own nation comes first."""
        async with self._database.transaction() as session:
            groups = await store.list_groups(session)
            places = {found.code: found for found in await store.list_places(session)}
        meetings = coming_meetings(groups, now=self._clock.now(), places=places)
        if nation in NATIONS:
            meetings = [meeting for meeting in meetings if meeting.group.nation == nation or meeting.group.is_online] or meetings
        fitting = [
            meeting
            for meeting in meetings
            if (not weekday or meeting.group.period.weekday == weekday)
            and (not online or meeting.group.is_online)
            and (not place or (meeting.place is not None and is_near(meeting.place, place, similarity=_similarity)))
        ]
        return Groups(tuple((fitting or meetings)[:SHOWN_MEETINGS]), bool(fitting))

    async def person(
        self, asked: Asked, *, nation: str | None = None, but_not: Collection[str] = ()
    ) -> WorkerFound | Duty | None:
        """Find whom a carer can talk to: the ward's worker, else the duty contact, else the ward.

        Without a known ward the duty contact is one of the carer's nation if there is any. ``but_not`` are workers who are not
        there, by their codes. None when nobody may be named.
        """
        found = await self.carer_worker(asked, but_not=but_not)
        if isinstance(found, WorkerFound) and found.worker:
            return found
        async with self._database.transaction() as session:
            organisations = await store.get_organisations(session)
        if isinstance(found, WorkerFound):
            near = [item for item in organisations if item.code == found.ward.organisation]
        else:
            near = [item for item in organisations if any(service.nation == nation for service in item.services)] or organisations
        for organisation in near:
            for contact in organisation.contacts:
                if contact.kind is ContactKind.DUTY and contact.checked.is_current(self._clock.today()):
                    return Duty(organisation.name, contact, organisation.is_sample)
        return found if isinstance(found, WorkerFound) and found.phone else None

    async def import_all(self, organisations: Sequence[Organisation]) -> ImportReport:
        """Store organisations, all or none; see ``directory_import``."""
        return await directory_import.import_all(self._database, organisations, clock=self._clock)

    async def import_first(self, organisations: Sequence[Organisation]) -> bool:
        """Fill an empty directory with the sample; return False, and do nothing, when something is held already."""
        return await directory_import.import_first(self._database, organisations, clock=self._clock)

    async def export_all(self) -> list[Organisation]:
        """Return the whole directory, as a file holds it."""
        return await directory_import.export_all(self._database)

    async def _services(self) -> list[Service]:
        async with self._database.transaction() as session:
            return await store.list_services(session)

    def _phone(self, service: Service) -> str | None:
        return service.phone if service.checked.is_current(self._clock.today()) else None

    def _current_worker(self, workers: Sequence[Worker]) -> Worker | None:
        return next((worker for worker in workers if worker.checked.is_current(self._clock.today())), None)

    @staticmethod
    def _held(current: Sequence[bool]) -> Held:
        if not current:
            return Held.NONE
        return Held.CURRENT if all(current) else Held.EXPIRED


def say_person(person: WorkerFound | Duty | None) -> tuple[str, dict[str, str]]:
    """Name the response for a person found, and give its variables."""
    if isinstance(person, Duty):
        contact = person.contact
        return UTTER_TALK_TO_DUTY, {"organisation": person.organisation, "hours": contact.hours, "phone": contact.phone}
    if person is None:
        return UTTER_TALK_TO_NOBODY_HELD, {}
    if person.worker is None:
        return UTTER_CARER_WORKER_NONE, {"ward": person.ward.name, "phone": person.phone or ""}
    worker = person.worker
    return UTTER_TALK_TO_PERSON, {
        "ward": person.ward.name,
        "worker_name": worker.name,
        "role": worker.role,
        "hours": person.hours,
        "phone": worker.phone,
    }


def _similarity(heard: str, name: str) -> float:
    return OSA.normalized_similarity(heard, name)


def _settle(asked: Asked, services: Sequence[Service], *, visited: bool = False) -> Service | Which:
    """Settle on one service. What is said now beats what is remembered, even when nothing by that name is held.

    ``visited`` is for facts that wards hold and their unit does not: a unit then stands for its wards.
    """
    by_code = {service.code: service for service in services}
    if asked.named in by_code:
        found = [by_code[asked.named]]
    else:
        found = find_services(asked.text, services, similarity=_similarity)
        found = found or find_services(asked.named or "", services, similarity=_similarity)
    if not found:
        if asked.named:
            return Which(Unsettled.UNKNOWN, _choices(services))
        if asked.remembered not in by_code:
            return Which(Unsettled.NOT_SAID, _choices(services))
        found = [by_code[asked.remembered]]
    if visited:
        found = list(dict.fromkeys(ward for service in found for ward in (wards_of(service, services) or [service])))
    if len(found) > 1:
        found = [service for service in found if service.code == asked.remembered] or found
    return found[0] if len(found) == 1 else Which(Unsettled.SEVERAL, tuple(found[:SHOWN_CHOICES]))


def _choices(services: Sequence[Service]) -> tuple[Service, ...]:
    """Name what can be chosen: wards and teams, or whole units first where there are too many wards."""
    wards = [service for service in services if not wards_of(service, services)]
    if len(wards) > SHOWN_CHOICES:
        wards = [service for service in services if service.kind is Kind.UNIT or service.unit is None]
    return tuple(wards[:SHOWN_CHOICES])
