"""The directory's tables and queries.

Rule kept: queries return what ``alongside.core.directory`` defines, never rows. Codes are the keys: they stand in files, in
buttons and in conversations, so importing the same file again changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from alongside.core.directory import (
    Checked,
    Contact,
    ContactKind,
    Group,
    Kind,
    Organisation,
    Period,
    Place,
    Repeats,
    Security,
    Service,
    VisitingTime,
    Worker,
)
from alongside.store.base import Base

Code = String(80)


class _CheckedColumns:
    """What every fact carries: its source, when it was checked, and when it must be again."""

    source: Mapped[str] = mapped_column(Text)
    checked_on: Mapped[date]
    review_on: Mapped[date]

    def checked(self) -> Checked:
        return Checked(self.source, self.checked_on, self.review_on)


class _PeriodColumns:
    """Part of one weekday."""

    weekday: Mapped[str] = mapped_column(String(9))
    starts: Mapped[time]
    ends: Mapped[time]

    def period(self) -> Period:
        return Period(self.weekday, self.starts, self.ends)


class OrganisationRow(_CheckedColumns, Base):
    """An organisation that runs services."""

    __tablename__ = "organisations"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    is_sample: Mapped[bool]


class PlaceRow(_CheckedColumns, Base):
    """An address."""

    __tablename__ = "places"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    town: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(String(10))
    near: Mapped[list[str]] = mapped_column(JSON)
    getting_there: Mapped[str] = mapped_column(Text)


class ContactRow(_CheckedColumns, Base):
    """A way to reach an organisation."""

    __tablename__ = "contacts"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(Text)
    hours: Mapped[str] = mapped_column(Text)


class ServiceRow(_CheckedColumns, Base):
    """A ward, a unit or a community team; a ward may belong to a unit."""

    __tablename__ = "services"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    unit: Mapped[str | None] = mapped_column(ForeignKey("services.code"))
    place: Mapped[str | None] = mapped_column(ForeignKey("places.code"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    security: Mapped[str] = mapped_column(String(10))
    nation: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(30))
    aliases: Mapped[list[str]] = mapped_column(JSON)


class VisitingTimeRow(_PeriodColumns, _CheckedColumns, Base):
    """One visiting period of a service, in the order of its file."""

    __tablename__ = "visiting_times"

    service: Mapped[str] = mapped_column(ForeignKey("services.code", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    booking: Mapped[str] = mapped_column(Text)


class GroupRow(_PeriodColumns, _CheckedColumns, Base):
    """A support group; without a place it meets online."""

    __tablename__ = "groups"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    place: Mapped[str | None] = mapped_column(ForeignKey("places.code"))
    name: Mapped[str] = mapped_column(Text)
    for_whom: Mapped[str] = mapped_column(Text)
    nation: Mapped[str] = mapped_column(String(10))
    repeats: Mapped[str] = mapped_column(String(20))
    first_on: Mapped[date | None]
    weeks: Mapped[list[int]] = mapped_column(JSON)
    contact: Mapped[str] = mapped_column(Text)
    joining: Mapped[str] = mapped_column(Text)


class WorkerRow(_CheckedColumns, Base):
    """A named carer support worker."""

    __tablename__ = "workers"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(Text)


class WorkerServiceRow(Base):
    """A worker looks after a service; ``position`` keeps the order of the worker's list."""

    __tablename__ = "worker_services"

    worker: Mapped[str] = mapped_column(ForeignKey("workers.code", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(ForeignKey("services.code", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]


class WorkerHoursRow(_PeriodColumns, Base):
    """One period of a worker's week; a day may have several."""

    __tablename__ = "worker_hours"

    worker: Mapped[str] = mapped_column(ForeignKey("workers.code", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)


async def get_organisations(session: AsyncSession) -> list[Organisation]:
    """Return every organisation with all that is known of it, by code: what an export writes."""
    services = await list_services(session)
    groups = await list_groups(session)
    workers = await list_workers(session)
    places = await _by_organisation(session, PlaceRow)
    contacts = await _by_organisation(session, ContactRow)
    return [
        Organisation(
            code=row.code,
            name=row.name,
            is_sample=row.is_sample,
            checked=row.checked(),
            contacts=tuple(_contact(contact) for contact in contacts.get(row.code, ())),
            places=tuple(_place(place) for place in places.get(row.code, ())),
            services=tuple(service for service in services if service.organisation == row.code),
            groups=tuple(group for group in groups if group.organisation == row.code),
            workers=tuple(worker for worker in workers if worker.organisation == row.code),
        )
        for row in await session.scalars(select(OrganisationRow).order_by(OrganisationRow.code))
    ]


async def has_organisations(session: AsyncSession) -> bool:
    return await session.scalar(select(OrganisationRow.code).limit(1)) is not None


async def list_services(session: AsyncSession) -> list[Service]:
    """Return every service with its visiting times, by code."""
    samples = await _samples(session)
    visiting: dict[str, list[VisitingTime]] = {}
    for time_row in await session.scalars(select(VisitingTimeRow).order_by(VisitingTimeRow.service, VisitingTimeRow.position)):
        visiting.setdefault(time_row.service, []).append(
            VisitingTime(time_row.period(), time_row.checked(), time_row.note, time_row.booking)
        )
    return [
        Service(
            code=row.code,
            name=row.name,
            kind=Kind(row.kind),
            security=Security(row.security),
            nation=row.nation,
            phone=row.phone,
            checked=row.checked(),
            unit=row.unit,
            place=row.place,
            aliases=tuple(row.aliases),
            visiting=tuple(visiting.get(row.code, ())),
            organisation=row.organisation,
            is_sample=row.organisation in samples,
        )
        for row in await session.scalars(select(ServiceRow).order_by(ServiceRow.code))
    ]


async def list_groups(session: AsyncSession) -> list[Group]:
    samples = await _samples(session)
    return [
        Group(
            code=row.code,
            name=row.name,
            for_whom=row.for_whom,
            period=row.period(),
            repeats=Repeats(row.repeats),
            contact=row.contact,
            nation=row.nation,
            checked=row.checked(),
            place=row.place,
            first_on=row.first_on,
            weeks=tuple(row.weeks),
            joining=row.joining,
            organisation=row.organisation,
            is_sample=row.organisation in samples,
        )
        for row in await session.scalars(select(GroupRow).order_by(GroupRow.code))
    ]


async def list_workers(session: AsyncSession, *, service: str | None = None) -> list[Worker]:
    """Return the workers, by code; only those of one service when it is named."""
    samples = await _samples(session)
    services: dict[str, list[str]] = {}
    for link in await session.scalars(select(WorkerServiceRow).order_by(WorkerServiceRow.position)):
        services.setdefault(link.worker, []).append(link.service)
    hours: dict[str, list[Period]] = {}
    for period in await session.scalars(select(WorkerHoursRow).order_by(WorkerHoursRow.position)):
        hours.setdefault(period.worker, []).append(period.period())
    return [
        Worker(
            code=row.code,
            name=row.name,
            role=row.role,
            services=tuple(services.get(row.code, ())),
            phone=row.phone,
            email=row.email,
            hours=tuple(hours.get(row.code, ())),
            checked=row.checked(),
            organisation=row.organisation,
            is_sample=row.organisation in samples,
        )
        for row in await session.scalars(select(WorkerRow).order_by(WorkerRow.code))
        if service is None or service in services.get(row.code, ())
    ]


async def list_places(session: AsyncSession) -> list[Place]:
    return [_place(row) for row in await session.scalars(select(PlaceRow).order_by(PlaceRow.code))]


async def save_organisation(session: AsyncSession, organisation: Organisation) -> None:
    """Make the stored organisation equal to this one: what is new is added, what is gone is removed, codes stay."""
    await _merge(session, [_row(OrganisationRow, organisation, organisation.checked, is_sample=organisation.is_sample)])
    code = organisation.code
    await _merge(
        session, [_row(PlaceRow, item, item.checked, organisation=code, near=list(item.near)) for item in organisation.places]
    )
    await _merge(session, [_row(ContactRow, item, item.checked, organisation=code) for item in organisation.contacts])
    # Units before their wards: a ward's row points at its unit's.
    for service in sorted(organisation.services, key=lambda service: service.unit is not None):
        await _merge(session, [_row(ServiceRow, service, service.checked, organisation=code, aliases=list(service.aliases))])
        await session.execute(delete(VisitingTimeRow).where(VisitingTimeRow.service == service.code))
        session.add_all(
            _row(VisitingTimeRow, visiting, visiting.checked, visiting.period, service=service.code, position=position)
            for position, visiting in enumerate(service.visiting)
        )
    await _merge(
        session,
        [
            _row(GroupRow, item, item.checked, item.period, organisation=code, weeks=list(item.weeks))
            for item in organisation.groups
        ],
    )
    for worker in organisation.workers:
        await _merge(session, [_row(WorkerRow, worker, worker.checked, organisation=code)])
        await session.execute(delete(WorkerServiceRow).where(WorkerServiceRow.worker == worker.code))
        await session.execute(delete(WorkerHoursRow).where(WorkerHoursRow.worker == worker.code))
        session.add_all(
            WorkerServiceRow(worker=worker.code, service=service_code, position=position)
            for position, service_code in enumerate(worker.services)
        )
        session.add_all(
            WorkerHoursRow(worker=worker.code, position=position, weekday=hours.weekday, starts=hours.starts, ends=hours.ends)
            for position, hours in enumerate(worker.hours)
        )
    await session.flush()
    await _remove_others(session, organisation)


async def delete_organisation(session: AsyncSession, organisation: Organisation) -> None:
    """Remove an organisation and all that is known of it."""
    await _remove_others(session, replace(organisation, contacts=(), places=(), services=(), groups=(), workers=()))
    await session.execute(delete(OrganisationRow).where(OrganisationRow.code == organisation.code))


async def _remove_others(session: AsyncSession, organisation: Organisation) -> None:
    kept: list[tuple[type[Any], Iterable[Any]]] = [
        (WorkerRow, organisation.workers),
        (GroupRow, organisation.groups),
        (ServiceRow, organisation.services),
        (ContactRow, organisation.contacts),
        (PlaceRow, organisation.places),
    ]
    for table, items in kept:
        gone = table.organisation == organisation.code, table.code.not_in([item.code for item in items])
        await session.execute(delete(table).where(*gone))


async def _merge(session: AsyncSession, rows: Sequence[Base]) -> None:
    """Add or change rows and write them at once, so that rows which point at them find them."""
    for row in rows:
        await session.merge(row)
    await session.flush()


def _row(table: type[Any], item: Any, checked: Checked, period: Period | None = None, **given: Any) -> Any:
    """Fill a table's row: from what is given, else from the fields of the same name."""
    for part in (checked, period):
        given |= vars(part) if part else {}
    columns = table.__table__.columns.keys()
    return table(**{name: given[name] if name in given else getattr(item, name) for name in columns})


async def _by_organisation(session: AsyncSession, table: type[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in await session.scalars(select(table).order_by(table.code)):
        found.setdefault(row.organisation, []).append(row)
    return found


async def _samples(session: AsyncSession) -> set[str]:
    return set(await session.scalars(select(OrganisationRow.code).where(OrganisationRow.is_sample)))


def _place(row: PlaceRow) -> Place:
    return Place(row.code, row.name, row.address, row.town, row.postcode, row.checked(), tuple(row.near), row.getting_there)


def _contact(row: ContactRow) -> Contact:
    return Contact(row.code, ContactKind(row.kind), row.name, row.phone, row.hours, row.checked(), row.email)
