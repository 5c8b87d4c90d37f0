"""How figures are said: in tables, in charts and in the file for a spreadsheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from alongside.core.directory import say_date
from alongside.core.figures import HANDED_BACK, Count, Hidden, Promised, Shown, Waits
from alongside.core.handover import Outcome, Reason
from alongside.services.figures import Learned
from alongside.services.scorecard import Scored
from api.inbox.words import OUTCOMES, REASONS, say_span

NO_SERVICE = "No service known"
ALL = "All"
BEFORE = "The four weeks before"

_NOT_KNOWN = "not shown"
_OUTCOMES: Mapping[str, str] = {outcome.value: OUTCOMES[outcome] for outcome in Outcome} | {HANDED_BACK: "Given back to the bot"}
_WIDEST = 100
"""The longest bar of a chart, in hundredths of its space."""


@dataclass(frozen=True)
class Cell:
    """One place of a table: what it says, and the bar beside it, from 0 to 100; none without a number."""

    words: str
    bar: int | None = None
    value: str = ""


Row = tuple[str, Sequence[Cell]]


@dataclass(frozen=True)
class Table:
    """One table: its title, the headings of its columns, and its rows, each with its name first.

    ``is_long`` when it has a row for all that could be, as a day has many hours without a miss.
    """

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    is_long: bool = False

    @property
    def shown(self) -> list[Row]:
        """What the page draws: of a long table no row of noughts."""
        return [row for row in self.rows if not self.is_long or any(cell.value != "0" for cell in row[1])]


def tables_of(learned: Learned) -> list[Table]:
    """Return everything that is told of a period, in the order of the page."""
    told, before = learned.report, learned.before
    services = learned.services | {"": NO_SERVICE}
    weeks = {row.name: f"Week of {say_date(date.fromisoformat(row.name))}" for row in told.waits_by_week}
    waits = ["Carers who asked", "Half waited at most", "9 in 10 waited at most"]
    promised = ["Kept", "Missed", "Made again in time"]
    all_waits = {ALL: told.waits, BEFORE: before.waits}
    all_promised = {ALL: _counts_of(told.promised), BEFORE: _counts_of(before.promised)}
    return [
        Table("waits_by_week", "Time to the first reply, by week", waits, _waits(told.waits_by_week, weeks, all_waits)),
        Table("waits_by_service", "Time to the first reply, by service", waits, _waits(told.waits_by_service, services, {})),
        Table("promises_by_week", "Promises, by week", promised, _promised(told.promised_by_week, weeks, all_promised)),
        Table("promises_by_service", "Promises, by service", promised, _promised(told.promised_by_service, services, {})),
        _long("missed_by_hour", "Missed promises, by the hour of the promise", "Missed", told.missed_by_hour, _hours()),
        _long("reasons", "Why carers asked", "Times", told.reasons, {reason.value: REASONS[reason] for reason in Reason}),
        _long("outcomes", "How it ended", "Times", told.outcomes, _OUTCOMES),
    ]


def say_running(told: Learned | Scored) -> str:
    """Say that the numbers of four weeks still change; nothing of weeks that are over."""
    return "" if told.is_over else f"These four weeks go on until {say_date(told.block.last)}. The numbers still change."


def say_count(count: Shown) -> str:
    return f"{count:,}" if isinstance(count, int) else count.value


def _hours() -> dict[str, str]:
    return {str(hour): f"{hour:02}:00 to {hour:02}:59" for hour in range(24)}


def _waits(rows: Sequence[Waits], names: Mapping[str, str], totals: Mapping[str, Waits]) -> list[Row]:
    bars = _bars([row.asked for row in rows])
    said: list[Row] = [(names[row.name], _wait_cells(row, bar)) for row, bar in zip(rows, bars, strict=True)]
    return said + [(name, _wait_cells(total, None)) for name, total in totals.items()]


def _wait_cells(row: Waits, bar: int | None) -> list[Cell]:
    return [_cell(row.asked, bar), *(_wait(wait) for wait in (row.half, row.nine_in_ten))]


def _wait(wait: timedelta | None) -> Cell:
    if wait is None:
        return Cell(_NOT_KNOWN, value=_NOT_KNOWN)
    return Cell(say_span(wait), value=str(round(wait / timedelta(minutes=1))))


def _promised(rows: Sequence[Promised], names: Mapping[str, str], totals: Mapping[str, Sequence[Shown]]) -> list[Row]:
    columns = list(zip(*(_counts_of(row) for row in rows), strict=True)) or [()] * 3
    return rows_of([names[row.name] for row in rows], columns, totals)


def rows_of(names: Sequence[str], columns: Sequence[Sequence[Shown]], totals: Mapping[str, Sequence[Shown]]) -> list[Row]:
    """Return the rows of a table of counts, given by the column, each with bars as long as its largest; the totals last."""
    bars = [_bars(counts) for counts in columns]
    said: list[Row] = [
        (name, [_cell(counts[line], bars[place][line]) for place, counts in enumerate(columns)])
        for line, name in enumerate(names)
    ]
    return said + [(name, [_cell(count, None) for count in counts]) for name, counts in totals.items()]


def _counts_of(row: Promised) -> tuple[Shown, Shown, Shown]:
    return row.kept, row.missed, row.moved_on


def _long(key: str, title: str, column: str, counts: Sequence[Count], names: Mapping[str, str]) -> Table:
    rows = rows_of([names[row.name] for row in counts], [[row.count for row in counts]], {})
    return Table(key, title, [column], rows, is_long=True)


def _bars(counts: Sequence[Shown]) -> list[int | None]:
    """Return how long each count's bar is beside the longest; a hidden count has none, so that no bar can be measured."""
    told = [count if isinstance(count, int) else 0 for count in counts]
    return [round(_WIDEST * count / max(told)) if count else None for count in told]


def _cell(count: Shown, bar: int | None) -> Cell:
    value = count.value if isinstance(count, Hidden) else str(count)
    return Cell(say_count(count), bar, value)
