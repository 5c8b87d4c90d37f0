"""The answers as a spreadsheet, for those who prefer one: a row for each wording, in CSV.

Rules kept: what is written reads back the same. No cell runs as a formula in a spreadsheet. Reading never guesses: every cell
that is not understood is named with its row and column, what was found and what to do, all of them at once. Translations have no
place in a spreadsheet: those that stand are kept.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from alongside.adapters.library_files import write_whole
from alongside.core.answers import NATIONS, TOPICS, Answer, Source, Variant
from alongside.core.errors import ContentError
from alongside.core.tidying import tidy, tidy_text

OF_THE_ANSWER = ("title", "follow-ups", "owner", "approver", "review date", "nations", "training sentences")
"""What an answer has once. It is written in the answer's first row; in its other rows it may be left empty."""

COLUMNS = ("key", "title", "nation", "text", "sources", *OF_THE_ANSWER[1:])

DEFAULT = "default"
"""The nation of the wording that is said where no nation's own fits."""

_BYTE_ORDER_MARK = "\ufeff"
"""Excel reads a file as UTF-8 only if it begins with this."""

_FORMULA = re.compile("'*[=+\\-@＝＋－＠]")
_GUARDED = re.compile(f"'{_FORMULA.pattern}")
_KEY = re.compile(r"([a-z_]+)/([a-z0-9_]+)")
_SOURCE_PART = re.compile(r"((?:\\[\\|]|[^|])*)\|")
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y")
"""Days as we write them, and as a British spreadsheet turns them round."""

_Read = TypeVar("_Read")


def write_csv(path: Path, answers: Iterable[Answer]) -> None:
    """Write answers as a CSV file that spreadsheets open as it is."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for answer in map(tidy, answers):
        if not answer.variants:
            raise ContentError(f"{answer.key} has no words yet, so nothing was written. Write its text first.")
        for place, variant in enumerate(answer.variants):
            cells = _wording_cells(answer, variant) | (_answer_cells(answer) if place == 0 else {})
            rows.writerow(_guard(cells.get(column, "")) for column in COLUMNS)
    write_whole(path, _BYTE_ORDER_MARK + text.getvalue())


def read_csv(path: Path, *, standing: Mapping[str, Answer]) -> list[Answer]:
    """Read answers from a CSV file; their translations are those of the ``standing`` answers with the same keys.

    Raises ContentError that lists every row that is not understood.
    """
    problems: list[str] = []
    answers = [_answer(key, rows, problems) for key, rows in _by_key(_rows(path, problems), problems).items()]
    if problems:
        raise ContentError(f"{path} was not read:\n" + "\n".join(f"- {problem}" for problem in problems))
    return [_with_translations(answer, standing.get(answer.key)) for answer in answers if answer]


def _with_translations(answer: Answer, standing: Answer | None) -> Answer:
    return replace(answer, translations=standing.translations) if standing else answer


@dataclass
class _Row:
    """One row, and the place to say what is wrong with it."""

    number: int
    cells: dict[str, str]
    problems: list[str] = field(repr=False)

    def read(self, column: str, read: Callable[[str], _Read]) -> _Read | None:
        try:
            return read(self.cells[column])
        except ValueError as error:
            self.wrong(column, str(error))
            return None

    def wrong(self, column: str, words: str) -> None:
        self.problems.append(f"row {self.number}, column “{column}”: {words}")


def _wording_cells(answer: Answer, variant: Variant) -> dict[str, str]:
    return {
        "key": answer.key,
        "nation": variant.nation or DEFAULT,
        "text": variant.text,
        "sources": "\n".join(_source_line(source) for source in variant.sources),
    }


def _answer_cells(answer: Answer) -> dict[str, str]:
    return {
        "title": answer.title,
        "follow-ups": ", ".join(answer.follow_ups),
        "owner": answer.owner,
        "approver": answer.approver,
        "review date": answer.review_on.isoformat(),
        "nations": ", ".join(answer.nations),
        "training sentences": "\n".join(answer.examples),
    }


def _source_line(source: Source) -> str:
    parts = (source.title, source.url or "", source.publication or "", source.checked_on.isoformat())
    return " | ".join(re.sub(r"([\\|])", r"\\\1", part) for part in parts)


def _guard(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; ``_unguard`` takes it away again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _rows(path: Path, problems: list[str]) -> list[_Row]:
    text = _text(path)
    heading = text.partition("\n")[0]
    try:
        first, *rest = csv.reader(
            io.StringIO(text, newline=""), delimiter=";" if heading.count(";") > heading.count(",") else ",", strict=True
        )
    except csv.Error as error:
        raise ContentError(f"{path} cannot be read as CSV: {error}. Save it again from your spreadsheet as CSV UTF-8.") from error
    except ValueError:
        raise ContentError(f"{path} is empty. Start from a file that 'alongside answers export' wrote.") from None
    columns = [cell.strip().casefold() for cell in first]
    if missing := [column for column in COLUMNS if columns.count(column) != 1]:
        raise ContentError(
            f"{path} was not read: its first row must name each of these columns once: {', '.join(missing)}. "
            "Start from a file that 'alongside answers export' wrote."
        )
    rows = []
    for number, cells in enumerate(rest, start=2):
        if any(cell.strip() for cell in cells):
            read = [tidy_text(_unguard(cell)) for cell in cells]
            rows.append(_Row(number, dict.fromkeys(COLUMNS, "") | dict(zip(columns, read, strict=False)), problems))
            if any(read[len(columns) :]):
                problems.append(f"row {number}: more cells than the first row has. Put quotes round a text with a comma.")
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ContentError(f"{path} is missing. Give the path of a CSV file.") from None
    except UnicodeDecodeError:
        raise ContentError(
            f"{path} is not in UTF-8, so letters such as ŵ and £ may be lost. "
            "In Excel choose Save as, then “CSV UTF-8 (Comma delimited)”, from the file as it was."
        ) from None


def _by_key(rows: Sequence[_Row], problems: list[str]) -> dict[str, list[_Row]]:
    """Gather the rows of each answer; they need not stand together, as people sort their sheets."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        if row.read("key", _key):
            found.setdefault(row.cells["key"], []).append(row)
    return found


def _answer(key: str, rows: Sequence[_Row], problems: list[str]) -> Answer | None:
    before = len(problems)
    topic, name = _key(key)
    about = {column: _once(column, rows) for column in OF_THE_ANSWER}
    variants = [_variant(row) for row in rows]
    seen: set[str | None] = set()
    for row, variant in zip(rows, variants, strict=True):
        if variant is None:
            continue
        if variant.nation in seen:
            row.wrong("nation", f"{key} has this nation in an earlier row too. Keep one of the two.")
        seen.add(variant.nation)
    review_on = about["review date"].read("review date", _day)
    nations = about["nations"].read("nations", _nations)
    if len(problems) > before or review_on is None or nations is None:
        return None
    return Answer(
        topic=topic,
        name=name,
        title=about["title"].cells["title"],
        owner=about["owner"].cells["owner"],
        approver=about["approver"].cells["approver"],
        review_on=review_on,
        nations=nations,
        follow_ups=tuple(_listed(about["follow-ups"].cells["follow-ups"])),
        # The default wording stands last, wherever sorting has put its row.
        variants=tuple(sorted((variant for variant in variants if variant), key=lambda variant: variant.nation is None)),
        examples=tuple(_lines(about["training sentences"].cells["training sentences"])),
    )


def _once(column: str, rows: Sequence[_Row]) -> _Row:
    """Return the row that holds what an answer has once. Two rows that say different things are a problem of the later one."""
    first, *others = [row for row in rows if row.cells[column]] or rows[:1]
    for row in others:
        if row.cells[column] != first.cells[column]:
            row.wrong(column, f"not the same as in row {first.number}, of the same answer. Keep it in one of them.")
    return first


def _variant(row: _Row) -> Variant | None:
    nation = row.read("nation", _nation)
    sources = row.read("sources", lambda cell: tuple(_source(line) for line in _lines(cell)))
    if nation is None or sources is None:
        return None
    return Variant(text=row.cells["text"], sources=sources, nation=None if nation == DEFAULT else nation)


def _key(cell: str) -> tuple[str, str]:
    parts = _KEY.fullmatch(cell)
    if not parts or parts[1] not in TOPICS:
        raise ValueError(f"found “{cell}”. Write a topic and a name, such as visiting/bring_children.")
    return parts[1], parts[2]


def _nation(cell: str) -> str:
    nation = cell.casefold() or DEFAULT
    if nation not in (*NATIONS, DEFAULT):
        raise ValueError(f"found “{cell}”. Write one of {', '.join(NATIONS)}, or {DEFAULT}.")
    return nation


def _nations(cell: str) -> tuple[str, ...]:
    nations = tuple(nation.casefold() for nation in _listed(cell))
    if strange := [nation for nation in nations if nation not in NATIONS]:
        raise ValueError(f"found “{', '.join(strange)}”. Write one or more of {', '.join(NATIONS)}, with commas between.")
    return nations


def _day(cell: str) -> date:
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise ValueError(f"found “{cell}”. Write the day as 2027-05-21 (or 21/05/2027).")


def _source(line: str) -> Source:
    parts = [re.sub(r"\\([\\|])", r"\1", part.strip()) for part in _SOURCE_PART.findall(f"{line}|")]
    if len(parts) != 4:
        raise ValueError(f"found “{line}”. Write each source on a line as: title | web address | publication | 2026-11-21.")
    title, url, publication, day = parts
    return Source(title=title, checked_on=_day(day), url=url or None, publication=publication or None)


def _listed(cell: str) -> Iterator[str]:
    return (part.strip() for part in re.split(r"[,\n]", cell) if part.strip())


def _lines(cell: str) -> Iterator[str]:
    return (line.strip() for line in cell.split("\n") if line.strip())
