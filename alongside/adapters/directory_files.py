"""The directory as a file: YAML with one entry for each organisation (see data/directory/sample.yml).

Rule kept: reading never guesses. Every entry that is not understood is named with its line, what was found and what to do.
An entry without ``source``, ``checked_on`` or ``review_on`` has those of the entry around it.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, time
from enum import Enum
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError

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
from alongside.core.errors import ContentError

_Enum = TypeVar("_Enum", bound=Enum)
_Read = TypeVar("_Read")
_MISSING: Any = object()
_CHECKED = ("source", "checked_on", "review_on")


def read_directory(path: Path) -> list[Organisation]:
    """Read a directory file. Raises ContentError that lists everything wrong with its shape."""
    try:
        yaml = YAML()
        yaml.Constructor = _DatesAsText
        document = yaml.load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path} is missing. Give the path of a directory file.") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as YAML: {error}. Correct the file at that place.") from error
    if not isinstance(document, CommentedMap):
        raise ContentError(f"{path} is not a directory file: it has no 'organisations'. Start from data/directory/sample.yml.")
    problems: list[str] = []
    organisations: list[Organisation] = []
    with suppress(_Refused):
        organisations = _Entry(document, "file", problems).each("organisations", _organisation, at_least_one=True)
    if problems:
        raise ContentError(f"{path} was not read:\n" + "\n".join(f"- {problem}" for problem in problems))
    return organisations


def write_directory(path: Path, organisations: Sequence[Organisation]) -> None:
    """Write a directory file that reads back as the same organisations."""
    yaml = YAML()
    yaml.width = 130
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    yaml.dump({"organisations": [_organisation_out(organisation) for organisation in organisations]}, text)
    path.write_text(text.getvalue(), encoding="utf-8")


class _DatesAsText(RoundTripConstructor):
    """Leaves dates as they are written: a 30 February is then our fault to name, with its line."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


class _Refused(Exception):
    """A value that cannot be used; its words are already among the problems."""


class _Entry:
    """One mapping of the file: hands out its values checked, and notes what is wrong with where it stands."""

    def __init__(self, values: CommentedMap, name: str, problems: list[str], around: Checked | None = None) -> None:
        self._values = values
        self._name = name
        self._problems = problems
        self._around = around
        self._known: set[str] = set()

    def text(self, key: str, default: str = _MISSING) -> str:
        return self._one(
            key, default, "some text in quotes", lambda value: str(value) if isinstance(value, str) and value.strip() else None
        )

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self._values else self._note(key, None)

    def flag(self, key: str) -> bool:
        return self._one(key, _MISSING, "true or false", lambda value: value if isinstance(value, bool) else None)

    def choice(self, key: str, kind: type[_Enum], default: _Enum = _MISSING) -> _Enum:
        values = {member.value: member for member in kind}
        return self._one(key, default, f"one of {', '.join(values)}", lambda value: values.get(value))

    def day(self, key: str, default: date | None = _MISSING) -> Any:
        return self._one(key, default, "a date such as 2026-11-21", _as_date)

    def clock(self, key: str) -> time:
        return self._one(key, _MISSING, 'a time such as "14:30"', _as_time)

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(map(str, self._list(key, "a list of texts", lambda value: isinstance(value, str) and bool(value.strip()))))

    def numbers(self, key: str) -> tuple[int, ...]:
        return tuple(
            self._list(key, "a list of whole numbers", lambda value: isinstance(value, int) and not isinstance(value, bool))
        )

    def checked(self) -> Checked:
        given = self._around
        return Checked(
            self.text("source", given.source if given else _MISSING),
            self.day("checked_on", given.checked_on if given else _MISSING),
            self.day("review_on", given.review_on if given else _MISSING),
        )

    def each(
        self, key: str, read: Callable[["_Entry"], _Read], *, around: Checked | None = None, at_least_one: bool = False
    ) -> list[_Read]:
        """Read every entry of a list, going on after a bad one so that all faults are named at once."""
        items = self._list(key, "a list of entries", lambda value: isinstance(value, CommentedMap))
        if at_least_one and not items:
            self._refuse(key, "is missing or empty", "Give at least one entry")
        found = []
        for number, item in enumerate(items, start=1):
            entry = _Entry(item, f"{key} {item.get('code', number)}", self._problems, around)
            try:
                found.append(read(entry))
            except _Refused:
                continue
            entry.nothing_else()
        return found

    def nothing_else(self) -> None:
        """Refuse keys nobody asked for: a misspelt key would be lost in silence."""
        for key in self._values:
            if key not in self._known:
                self._add(f"'{key}' is not known here", f"Use one of {', '.join(sorted(self._known))}", key)

    def _one(self, key: str, default: Any, wanted: str, read: Callable[[Any], _Read | None]) -> _Read:
        self._known.add(key)
        value = self._values.get(key, _MISSING)
        if value is _MISSING and default is not _MISSING:
            return default  # type: ignore[no-any-return]
        if value is _MISSING:
            self._refuse(key, "is missing", f"Give {wanted}")
        found = read(value)
        if found is None:
            self._refuse(key, f"is {value!r}", f"Give {wanted}")
        return found

    def _list(self, key: str, wanted: str, fits: Callable[[Any], bool]) -> list[Any]:
        self._known.add(key)
        values = self._values.get(key, [])
        if not isinstance(values, list) or not all(fits(value) for value in values):
            self._refuse(key, "has another shape", f"Give {wanted}")
        return list(values)

    def _note(self, key: str, value: _Read) -> _Read:
        self._known.add(key)
        return value

    def _refuse(self, key: str, found: str, do: str) -> NoReturn:
        self._add(f"'{key}' {found}", do, key)
        raise _Refused

    def _add(self, found: str, do: str, key: str) -> None:
        line = self._values.lc.key(key)[0] if key in self._values else self._values.lc.line
        self._problems.append(f"line {line + 1}, {self._name}: {found}. {do}.")


def _organisation(entry: _Entry) -> Organisation:
    code, name, is_sample, checked = entry.text("code"), entry.text("name"), entry.flag("is_sample"), entry.checked()

    def service(entry: _Entry) -> Service:
        own = entry.checked()
        return Service(
            code=entry.text("code"),
            name=entry.text("name"),
            kind=entry.choice("kind", Kind),
            security=entry.choice("security", Security),
            nation=entry.text("nation"),
            phone=entry.text("phone"),
            checked=own,
            unit=entry.optional("unit"),
            place=entry.optional("place"),
            aliases=entry.texts("aliases"),
            visiting=tuple(visit for visits in entry.each("visiting", _visiting, around=own) for visit in visits),
            organisation=code,
            is_sample=is_sample,
        )

    def group(entry: _Entry) -> Group:
        return Group(
            code=entry.text("code"),
            name=entry.text("name"),
            for_whom=entry.text("for_whom"),
            period=Period(entry.text("weekday"), entry.clock("from"), entry.clock("to")),
            repeats=entry.choice("repeats", Repeats),
            contact=entry.text("contact"),
            nation=entry.text("nation"),
            checked=entry.checked(),
            place=entry.optional("place"),
            first_on=entry.day("first_on", None),
            weeks=entry.numbers("weeks"),
            joining=entry.text("joining", ""),
            organisation=code,
            is_sample=is_sample,
        )

    def worker(entry: _Entry) -> Worker:
        return Worker(
            code=entry.text("code"),
            name=entry.text("name"),
            role=entry.text("role"),
            services=entry.texts("services"),
            phone=entry.text("phone"),
            email=entry.text("email"),
            hours=tuple(period for periods in entry.each("hours", _periods) for period in periods),
            checked=entry.checked(),
            organisation=code,
            is_sample=is_sample,
        )

    return Organisation(
        code=code,
        name=name,
        is_sample=is_sample,
        checked=checked,
        contacts=tuple(entry.each("contacts", _contact, around=checked)),
        places=tuple(entry.each("places", _place, around=checked)),
        services=tuple(entry.each("services", service, around=checked)),
        groups=tuple(entry.each("groups", group, around=checked)),
        workers=tuple(entry.each("workers", worker, around=checked)),
    )


def _contact(entry: _Entry) -> Contact:
    return Contact(
        code=entry.text("code"),
        kind=entry.choice("kind", ContactKind),
        name=entry.text("name"),
        phone=entry.text("phone"),
        hours=entry.text("hours"),
        checked=entry.checked(),
        email=entry.text("email", ""),
    )


def _place(entry: _Entry) -> Place:
    return Place(
        code=entry.text("code"),
        name=entry.text("name"),
        address=entry.text("address"),
        town=entry.text("town"),
        postcode=entry.text("postcode"),
        checked=entry.checked(),
        near=entry.texts("near"),
        getting_there=entry.text("getting_there", ""),
    )


def _visiting(entry: _Entry) -> list[VisitingTime]:
    checked, note, booking = entry.checked(), entry.text("note", ""), entry.text("booking", "")
    return [VisitingTime(period, checked, note, booking) for period in _periods(entry)]


def _periods(entry: _Entry) -> list[Period]:
    starts, ends = entry.clock("from"), entry.clock("to")
    return [Period(weekday, starts, ends) for weekday in entry.texts("days")]


def _as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _as_time(value: Any) -> time | None:
    try:
        at = time.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is None else None


def _organisation_out(organisation: Organisation) -> dict[str, Any]:
    around = organisation.checked
    return {
        "code": organisation.code,
        "name": organisation.name,
        "is_sample": organisation.is_sample,
        **_checked_out(around, None),
        "contacts": [_out(item, around) for item in organisation.contacts],
        "places": [_out(item, around) for item in organisation.places],
        "services": [_out(item, around, visiting=_visiting_out(item)) for item in organisation.services],
        "groups": [_out(item, around, **_times_out(item.period), weekday=item.period.weekday) for item in organisation.groups],
        "workers": [_out(item, around, hours=_hours_out(item.hours)) for item in organisation.workers],
    }


def _out(item: Any, around: Checked, **given: Any) -> dict[str, Any]:
    """An entry as the file has it: what is empty, or the same as around it, is left out."""
    left_out = ("checked", "period", "organisation", "is_sample")
    values = {key: value for key, value in vars(item).items() if key not in left_out} | given
    plain = {key: _plain(value) for key, value in values.items() if value not in ("", (), [], None)}
    return plain | _checked_out(item.checked, around)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _visiting_out(service: Service) -> list[dict[str, Any]]:
    def same(visiting: VisitingTime) -> tuple[Any, ...]:
        return visiting.period.starts, visiting.period.ends, visiting.note, visiting.booking, visiting.checked

    return [
        {"days": [first.period.weekday, *(visiting.period.weekday for visiting in rest)], **_times_out(first.period)}
        | {key: value for key, value in (("note", first.note), ("booking", first.booking)) if value}
        | _checked_out(first.checked, service.checked)
        for first, *rest in (list(alike) for _, alike in groupby(service.visiting, key=same))
    ]


def _hours_out(periods: Iterable[Period]) -> list[dict[str, Any]]:
    return [
        {"days": [first.weekday, *(period.weekday for period in rest)], **_times_out(first)}
        for first, *rest in (list(alike) for _, alike in groupby(periods, key=lambda period: (period.starts, period.ends)))
    ]


def _times_out(period: Period) -> dict[str, str]:
    return {"from": f"{period.starts:%H:%M}", "to": f"{period.ends:%H:%M}"}


def _checked_out(checked: Checked, around: Checked | None) -> dict[str, Any]:
    return {key: getattr(checked, key) for key in _CHECKED if around is None or getattr(checked, key) != getattr(around, key)}
