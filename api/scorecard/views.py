"""The scorecard, and the same as a file for a spreadsheet."""

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.errors import InvalidInput
from alongside.core.figures import FEWEST
from alongside.services.scorecard import Scored
from alongside.wiring import Container
from api.accounts.access import current_account
from api.channels.web import Parts
from api.figures.views import as_file, day_of
from api.figures.words import ALL
from api.pages import worker_page
from api.scorecard.words import tables_of

router = APIRouter(prefix="/answers/scorecard", include_in_schema=False, dependencies=[Depends(current_account)])


@router.get("", name="scorecard.show")
async def show(request: Request, parts: Parts, first: str = "", last: str = "") -> Response:
    """Return the scorecard of a period of whole weeks."""
    error = ""
    try:
        scored = await _score(parts, first, last)
    except InvalidInput as problem:
        error = str(problem)
        scored = await parts.studio.scorecards.score()
    context = {
        "scored": scored,
        "tables": tables_of(scored),
        "all": ALL,
        "fewest": FEWEST,
        "keep_days": parts.settings.keep_days,
        "typed": {"first": first, "last": last} if error else {},
        "error": error,
    }
    return worker_page(request, "answers/scorecard.html", context, status_code=422 if error else 200)


@router.get("/csv", name="scorecard.download")
async def download(parts: Parts, first: str = "", last: str = "") -> Response:
    """Return the same counts, with the same ones hidden."""
    scored = await _score(parts, first, last)
    return as_file("scorecard", tables_of(scored), first=scored.first, last=scored.last)


async def _score(parts: Container, first: str, last: str) -> Scored:
    return await parts.studio.scorecards.score(first=day_of(first), last=day_of(last))
