"""The page of figures, and the same as a file for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.accounts import AccountRole
from alongside.core.errors import InvalidInput
from alongside.core.figures import FEWEST
from alongside.services.figures import Learned
from alongside.services.scorecard import Scored
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.figures.words import ALL, BEFORE, Table, say_running, tables_of
from api.pages import headers, worker_page

router = APIRouter(prefix="/figures", include_in_schema=False, dependencies=[Depends(current_account)])

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run instead of show."""


@router.get("", name="figures.show")
async def show(request: Request, parts: Parts, account: Current, first: str = "") -> Response:
    """Return the figures of the four weeks that a day is in."""
    error = ""
    try:
        learned = await parts.figures.learn(account, day=day_of(first))
    except InvalidInput as problem:
        error = str(problem)
        learned = await parts.figures.learn(account)
    context = {
        "learned": learned,
        "tables": tables_of(learned),
        "all": ALL,
        "is_everything": account.role is not AccountRole.LEAD,
        "fewest": FEWEST,
        "keep_days": parts.settings.keep_days,
        "running": say_running(learned),
        "typed": first,
        "error": error,
    }
    return worker_page(request, "figures/figures.html", context, status_code=422 if error else 200)


@router.get("/csv", name="figures.download")
async def download(parts: Parts, account: Current, first: str = "") -> Response:
    """Return the same figures, with the same ones hidden: one line for each, waits in minutes."""
    learned = await parts.figures.learn(account, day=day_of(first))
    return as_file("figures", tables_of(learned), learned)


def as_file(what: str, tables: Sequence[Table], told: Learned | Scored) -> Response:
    """Return tables as a file for a spreadsheet: one line for each figure, and one before them when the weeks still run.

    What was before is in the file of its own weeks.
    """
    written, block = io.StringIO(), told.block
    writer = csv.writer(written)
    writer.writerow(["first day", "last day", "table", "row", "figure", "value"])
    if running := say_running(told):
        writer.writerow([block.first, block.last, running, "", "", ""])
    for table in tables:
        for name, cells in (row for row in table.rows if row[0] != BEFORE):
            for column, cell in zip(table.columns, cells, strict=True):
                shown = f"'{name}" if name.startswith(_FORMULA) else name
                writer.writerow([block.first, block.last, table.title, shown, column, cell.value])
    name = f"alongside-{what}-{block.first}-{block.last}.csv"
    sent = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers(cache="no-store") | sent)


def day_of(typed: str) -> date | None:
    """Return a day as a form sends it; None without one. Raises InvalidInput."""
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput("That is no day. Choose one, or write it like 2026-11-23.") from None
