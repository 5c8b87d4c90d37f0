"""The scorecard, and the same as a file for a spreadsheet."""

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.errors import InvalidInput
from alongside.core.figures import FEWEST
from api.accounts.access import current_account
from api.channels.web import Parts
from api.figures.views import as_file, day_of
from api.figures.words import ALL, say_running
from api.pages import worker_page
from api.scorecard.words import tables_of

router = APIRouter(prefix="/answers/scorecard", include_in_schema=False, dependencies=[Depends(current_account)])


@router.get("", name="scorecard.show")
async def show(request: Request, parts: Parts, first: str = "") -> Response:
    """Return the scorecard of the four weeks that a day is in."""
    error = ""
    try:
        scored = await parts.studio.scorecards.score(day=day_of(first))
    except InvalidInput as problem:
        error = str(problem)
        scored = await parts.studio.scorecards.score()
    context = {
        "scored": scored,
        "tables": tables_of(scored),
        "all": ALL,
        "fewest": FEWEST,
        "keep_days": parts.settings.keep_days,
        "running": say_running(scored),
        "typed": first,
        "error": error,
    }
    return worker_page(request, "answers/scorecard.html", context, status_code=422 if error else 200)


@router.get("/csv", name="scorecard.download")
async def download(parts: Parts, first: str = "") -> Response:
    """Return the same counts, with the same ones hidden."""
    scored = await parts.studio.scorecards.score(day=day_of(first))
    return as_file("scorecard", tables_of(scored), scored)
