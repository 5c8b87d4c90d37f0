"""What carers asked and did not get, and what a maintainer can do about it. Everything works without a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.answers import TOPICS
from alongside.core.asked import SINCE
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.services.asked import SUGGESTED
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.asked.words import BECAME, HOW, became_of, by_topic, shorten, topic_words
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(prefix="/answers/asked", include_in_schema=False, dependencies=[Depends(current_account)])

_HERE = "/answers/asked"


@dataclass(frozen=True)
class _Offered:
    """A phrasing on the page, and whether it is ticked."""

    words: str
    is_taken: bool = False


@router.get("", name="asked.list")
async def show(request: Request, parts: Parts, page: int = 1, undo: str = "", shown: int = 0) -> Response:
    """Return the groups of questions, the biggest first, and what was seen to lately."""
    board = await parts.studio.asked.look(page)
    seen_to = await parts.studio.asked.seen_to()
    context = {
        "board": board,
        "seen_to": seen_to,
        "just_done": next((each for each in seen_to if each.settled.batch == undo), None),
        "shown_again": shown,
        "days": SINCE.days,
    }
    return worker_page(request, "answers/asked.html", _words(parts) | context)


@router.get("/group/{handle}", name="asked.group")
async def group(request: Request, parts: Parts, handle: str) -> Response:
    """Return one group, with phrasings to choose from."""
    return await _group(request, parts, handle)


@router.post("/add", name="asked.add")
async def add(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Add the phrasings that were ticked to an answer."""
    key = form.get("answer", "")
    try:
        await parts.studio.asked.add(account, _handles(form), key=key, sentences=_taken(form))
    except (InvalidInput, NotFound) as problem:
        return await _group(request, parts, form.get("group", ""), form=form, problem=problem)
    return _to_editor(key)


@router.post("/begin", name="asked.begin")
async def begin(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Begin a new answer with the phrasings that were ticked."""
    about = {"topic": form.get("topic", ""), "title": form.get("title", "")}
    try:
        key = await parts.studio.asked.begin(account, _handles(form), sentences=_taken(form), **about)
    except (InvalidInput, NotFound) as problem:
        return await _group(request, parts, form.get("group", ""), form=form, problem=problem)
    return _to_editor(key)


@router.post("/dismiss", name="asked.dismiss")
async def dismiss(parts: Parts, account: Current, form: Form) -> Response:
    """Show a group no more."""
    batch = await parts.studio.asked.dismiss(account, _handles(form))
    return RedirectResponse(f"{_HERE}?undo={batch}", status_code=303)


@router.post("/undo", name="asked.undo")
async def undo(parts: Parts, form: Form) -> Response:
    """Show again what was seen to."""
    count = await parts.studio.asked.undo(form.get("batch", ""))
    return RedirectResponse(f"{_HERE}?shown={count}", status_code=303)


async def _group(
    request: Request,
    parts: Container,
    handle: str,
    *,
    form: Mapping[str, str] | None = None,
    problem: AlongsideError | None = None,
) -> Response:
    found = await parts.studio.asked.group(handle, examples=SUGGESTED)
    answers = await parts.studio.asked.answers()
    typed = form or {}
    offered = [_Offered(words) for words in parts.studio.asked.suggest(found)]
    if form is not None:
        numbers = range(sum(name.startswith("phrasing_") for name in form))
        offered = [_Offered(form.get(f"phrasing_{number}", ""), f"take_{number}" in form) for number in numbers]
    context = {
        "group": found,
        "offered": offered,
        "typed": typed,
        "nearest": [(key, title) for key, title in found.nearest if key in answers],
        "answers": by_topic(answers),
        "topics": [(topic, topic_words(topic)) for topic in TOPICS],
        "error": str(problem) if problem else "",
        "field": "take_0",
    }
    status = problem.status if problem else 200
    return worker_page(request, "answers/asked_group.html", _words(parts) | context, status_code=status)


def _words(parts: Container) -> dict[str, object]:
    return {"became_of": became_of, "shorten": shorten, "BECAME": BECAME, "HOW": HOW}


def _handles(form: Mapping[str, str]) -> list[str]:
    return form.get("questions", "").split()


def _taken(form: Mapping[str, str]) -> list[str]:
    ticked = [words for name, words in form.items() if name.startswith("phrasing_") and f"take_{name[9:]}" in form]
    return [*ticked, *form.get("own", "").splitlines()]


def _to_editor(key: str) -> Response:
    return RedirectResponse(f"/answers/edit/{quote(key)}", status_code=303)
