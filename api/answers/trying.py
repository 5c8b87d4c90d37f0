"""Trying sentences out: what each reaches now, how sure that is, and what it would probably reach with the drafts.

Rule kept: an estimate is called one; what a new release really does is on its own page, once it is built.
"""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.errors import AssistantFailed
from alongside.core.library import Library
from alongside.core.releases import Stage
from alongside.services.meanings import MOST_TRIED, Tried
from alongside.wiring import Container
from api.accounts.access import current_account
from api.answers.topics import say_label
from api.channels.web import Parts
from api.forms import Form
from api.pages import templates, worker_page

router = APIRouter(prefix="/answers", include_in_schema=False, dependencies=[Depends(current_account)])

_AWAY = "The assistant does not answer just now. Nothing is lost: try again in a minute."


@router.get("/try", name="editor.try")
async def show(request: Request, parts: Parts) -> Response:
    """Return the page on which sentences are tried out."""
    return worker_page(request, "answers/try.html", await _context(parts), script_src="'self'")


@router.post("/try", name="editor.tried")
async def try_out(request: Request, parts: Parts, form: Form) -> Response:
    """Try the sentences out, one on each line. The pane in the editor gets only what was found."""
    typed = form.get("sentences", "")
    lines = [line for line in typed.splitlines() if line.strip()]
    context = await _context(parts, typed=typed, count=len(lines))
    try:
        found = await parts.studio.meanings.try_out(lines)
        context["tried"] = [_row(each, await parts.studio.drafts.written()) for each in found]
    except AssistantFailed:
        context["error"] = _AWAY
    if "text/html" not in request.headers.get("accept", ""):
        return templates.TemplateResponse(request, "answers/tried.html", context, headers={"Cache-Control": "no-store"})
    return worker_page(request, "answers/try.html", context, script_src="'self'")


async def _context(parts: Container, *, typed: str = "", count: int = 0) -> dict[str, Any]:
    waiting = await parts.studio.publishing.get_open()
    return {
        "typed": typed,
        "tried": None,
        "error": "",
        "most": MOST_TRIED,
        "left_out": max(0, count - MOST_TRIED),
        "waiting": waiting.number if waiting and waiting.stage is Stage.WAITING else None,
    }


def _row(tried: Tried, library: Library) -> dict[str, Any]:
    now = tried.now
    return {
        "text": tried.text,
        "now": say_label(now.label, library),
        "sure": _say_sure(now.confidence),
        "second": f"{say_label(now.second[0], library)} ({_say_sure(now.second[1])})" if now.second else "",
        "drafted": say_label(tried.drafted, library) if tried.drafted else "",
    }


def _say_sure(confidence: float) -> str:
    return f"{confidence:.0%} sure"
