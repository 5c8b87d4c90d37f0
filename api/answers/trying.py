"""Trying sentences out: what each reaches now, how sure that is, and what it would reach with the drafts.

Rule kept: an estimate is called one. What is no estimate takes as long as training, so it is begun with a button of its own.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from alongside.core.errors import AssistantFailed, ContentError
from alongside.core.library import Library
from alongside.core.release_checks import Reached
from alongside.core.releases import Stage
from alongside.services.meanings import MOST_TRIED, lines_of
from alongside.wiring import Container
from api.accounts.access import current_account
from api.answers.topics import say_label
from api.channels.web import Parts
from api.forms import Form
from api.pages import templates, worker_page

router = APIRouter(prefix="/answers", include_in_schema=False, dependencies=[Depends(current_account)])

_AWAY = "The assistant does not answer just now. Nothing is lost: try again in a minute."
_NOT_TRAINED = (
    "The drafts could not be trained, so this is not known yet. One of them is not complete: “Changes” says what is missing. "
    "Nothing is lost."
)


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
    return await _looked(request, parts, context, lines)


@router.post("/try/exactly", name="editor.rehearse")
async def rehearse(request: Request, parts: Parts, form: Form) -> Response:
    """Begin to work out what the sentences reach with the drafts, and show how far that is."""
    lines = form.get("sentences", "").splitlines()
    return await _rehearsed(request, parts, parts.studio.rehearsal.begin(lines_of(lines)))


@router.get("/try/exactly/{name}", name="editor.rehearsed")
async def show_rehearsed(request: Request, parts: Parts, name: str) -> Response:
    """Return what was worked out, or that it goes on; the editor's own look gets no content (204) as long as it does."""
    return await _rehearsed(request, parts, name, is_shown=not _wants_page(request))


async def _rehearsed(request: Request, parts: Container, name: str, *, is_shown: bool = False) -> Response:
    """``is_shown``: that it goes on is on the page already, with what is known so far."""
    context = await _context(parts)
    try:
        rehearsed = await parts.studio.rehearsal.get(name)
    except ContentError:
        return _answered(request, {**context, "error": _NOT_TRAINED})
    except AssistantFailed:
        return _answered(request, {**context, "error": _AWAY})
    if rehearsed.reached is None and is_shown:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    context["typed"] = "\n".join(rehearsed.texts)
    context["working"] = name if rehearsed.reached is None else ""
    return await _looked(request, parts, context, rehearsed.texts, exactly=rehearsed.reached)


async def _looked(
    request: Request, parts: Container, context: dict[str, Any], lines: Sequence[str], *, exactly: Sequence[Reached] | None = None
) -> Response:
    """Show what the lines reach: now, and with the drafts as an estimate, or exactly."""
    library = await parts.studio.drafts.written()
    try:
        context["tried"] = await (
            _estimated(parts, lines, library) if exactly is None else _exact(parts, lines, exactly, library)
        )
    except AssistantFailed:
        return _answered(request, {**context, "error": _AWAY})
    context["is_exact"] = exactly is not None
    return _answered(request, context)


async def _estimated(parts: Container, lines: Sequence[str], library: Library) -> list[dict[str, Any]]:
    return [
        {
            "text": tried.text,
            "now": _say(tried.now, library),
            "drafted": say_label(tried.drafted, library) if tried.drafted else "",
        }
        for tried in await parts.studio.meanings.try_out(lines)
    ]


async def _exact(parts: Container, lines: Sequence[str], exactly: Sequence[Reached], library: Library) -> list[dict[str, Any]]:
    return [
        {"text": text, "now": _say(now, library), "drafted": _drafted(now, then, library)}
        for text, now, then in zip(lines, await parts.studio.meanings.reach(lines), exactly, strict=True)
    ]


def _wants_page(request: Request) -> bool:
    """Tell a browser that shows a page from the editor, which puts what it gets into its own."""
    return "text/html" in request.headers.get("accept", "")


def _answered(request: Request, context: dict[str, Any]) -> Response:
    context["signed_in"] = request.state.signed_in
    if not _wants_page(request):
        return templates.TemplateResponse(request, "answers/tried.html", context, headers={"Cache-Control": "no-store"})
    return worker_page(request, "answers/try.html", context, script_src="'self'")


async def _context(parts: Container, *, typed: str = "", count: int = 0) -> dict[str, Any]:
    waiting = await parts.studio.publishing.get_open()
    return {
        "typed": typed,
        "tried": None,
        "is_exact": False,
        "working": "",
        "has_drafts": bool(await parts.studio.drafts.list_all()),
        "error": "",
        "most": MOST_TRIED,
        "left_out": max(0, count - MOST_TRIED),
        "waiting": waiting.number if waiting and waiting.stage is Stage.WAITING else None,
    }


def _drafted(now: Reached, then: Reached, library: Library) -> dict[str, str]:
    """Say what a sentence reaches with the drafts; nothing is marked that stays as it is."""
    return {**_say(then, library), "changes": "yes" if now.label != then.label else ""}


def _say(reached: Reached, library: Library) -> dict[str, str]:
    second = f"{say_label(reached.second[0], library)} ({_say_sure(reached.second[1])})" if reached.second else ""
    return {"answer": say_label(reached.label, library), "sure": _say_sure(reached.confidence), "second": second}


def _say_sure(confidence: float) -> str:
    return f"{confidence:.0%} sure"
