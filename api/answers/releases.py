"""Releases: what is on its way, what its checks found, and the buttons that approve it, give it up, or go back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.answers import Problem
from alongside.core.library import Entry, Library
from alongside.core.releases import OPEN_STAGES, Life, Stage
from alongside.services.publishing import Published
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.answers import release_words as words
from api.answers.changes import say_when
from api.answers.differences import Part, differences
from api.answers.topics import say_problem, say_topic, titles
from api.channels.web import Parts
from api.forms import Form
from api.pages import templates, worker_page

router = APIRouter(prefix="/answers/releases", include_in_schema=False, dependencies=[Depends(current_account)])

DROPPABLE = (Stage.BUILDING, Stage.WAITING, Stage.BLOCKED, Stage.FAILED)


@dataclass(frozen=True)
class Changed:
    """One entry that differs between two releases."""

    key: str
    title: str
    where: str
    what: str
    parts: Sequence[Part]


@router.get("", name="releases.list")
async def show_list(request: Request, parts: Parts, account: Current) -> Response:
    """Return every release, the newest first, with what is on its way and what is live above them."""
    lives, live = await parts.studio.publishing.list_all(), await parts.studio.publishing.library()
    named = titles(live)
    context = {
        "open": next((life for life in lives if life.stage in OPEN_STAGES), None),
        "lives": [(life, _say_changes(life, named), say_when(life.live_at or life.made_at, parts.clock.now())) for life in lives],
        "words": words,
    }
    return worker_page(request, "answers/releases.html", context)


@router.get("/{number}", name="releases.show")
async def show_release(request: Request, parts: Parts, account: Current, number: int) -> Response:
    """Return a release: where it stands, what it changes, what its checks found, what can be done and what happened."""
    publishing = parts.studio.publishing
    published = await publishing.get(number)
    life = published.life
    live = await publishing.library()
    library = await publishing.library(number)
    known = Library(answers={**live.answers, **library.answers}, safety=live.safety)
    context: dict[str, Any] = {
        "life": life,
        "changes": await asyncio.to_thread(_changed, life.changes, published.before, published.after, known),
        "problems": [say_problem(Problem(**problem), known) for problem in life.problems],
        "found": words.found_of(published.checks, known),
        "words": words,
        "may_approve": life.may_approve(account.id),
        "is_author": account.id in life.authors,
        "is_behind": published.is_behind,
        "may_drop": life.stage in DROPPABLE,
        "back": await asyncio.to_thread(_back, live, library, known) if life.stage is Stage.PAST else (),
        "earlier": await _earlier(parts, life),
        "events": _events(parts, published),
        **await _progress(parts, life),
    }
    return worker_page(request, "answers/release.html", context, script_src="'self'")


@router.get("/{number}/progress", name="releases.progress")
async def show_progress(
    request: Request, parts: Parts, account: Current, number: int, seen: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """Return how far a release has come; 204 while that is what the page shows (``seen``)."""
    life = (await parts.studio.publishing.get(number)).life
    context = await _progress(parts, life)
    if context["here"] == seen:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return templates.TemplateResponse(
        request, "answers/progress.html", {"life": life, "words": words, **context}, headers={"Cache-Control": "no-store"}
    )


@router.post("/{number}/approve", name="releases.approve")
async def approve(parts: Parts, account: Current, number: int) -> Response:
    """Say yes: the server starts it beside the live one and gives it to carers."""
    await parts.studio.publishing.approve(account, number)
    return _to(number)


@router.post("/{number}/drop", name="releases.drop")
async def drop(parts: Parts, account: Current, number: int) -> Response:
    """Give a release up; its drafts stay."""
    await parts.studio.publishing.drop(account, number)
    return _to(number)


@router.post("/{number}/go-back", name="releases.go_back")
async def go_back(parts: Parts, account: Current, number: int, form: Form) -> Response:
    """Have a release that was live serve carers again."""
    await parts.studio.publishing.go_back(account, number, reason=form.get("reason", ""))
    return _to(number)


def _to(number: int) -> RedirectResponse:
    return RedirectResponse(f"/answers/releases/{number}", status_code=303)


async def _progress(parts: Container, life: Life) -> dict[str, Any]:
    """Return what the part of the page shows that is looked at again and again; ``here`` says which state that is."""
    is_waiting = life.stage in (Stage.BUILDING, Stage.APPROVED) and not await parts.studio.publishing.is_worked_on(life.number)
    here = f"{life.stage.value}-{life.step.value if life.step else ''}-{'queued' if is_waiting else ''}"
    return {"steps": words.steps_of(life), "is_waiting": is_waiting, "here": here}


async def _earlier(parts: Container, life: Life) -> Life | None:
    """Return what was live before the live release: where the way back leads from it."""
    if life.stage is not Stage.LIVE:
        return None
    past = [each for each in await parts.studio.publishing.list_all() if each.stage is Stage.PAST and each.ended_at]
    return max(past, key=lambda each: each.ended_at or each.made_at, default=None)


def _changed(
    keys: Sequence[str], before: Mapping[str, Entry | None], after: Mapping[str, Entry | None], known: Library
) -> list[Changed]:
    named = titles(known)
    return [_change(key, before.get(key), after.get(key), named) for key in keys]


def _change(key: str, before: Entry | None, after: Entry | None, named: Mapping[str, str]) -> Changed:
    entry = after or before
    what = "New" if before is None else "Taken out" if after is None else "Changed"
    return Changed(key, entry.title if entry else key, say_topic(key), what, differences(before, after, named))


def _back(live: Library, library: Library, known: Library) -> list[Changed]:
    """Return what carers would be told otherwise after going back to a release."""
    named = titles(known)
    return [_change(key, live.get(key), library.get(key), named) for key in live.differing(library)]


def _events(parts: Container, published: Published) -> list[tuple[str, str, str]]:
    now = parts.clock.now()
    return [
        (words.say_event(event.what, event.by.name if event.by else None), say_when(event.at, now), event.reason)
        for event in reversed(published.events)
    ]


def _say_changes(life: Life, named: Mapping[str, str]) -> str:
    """Say in a line what a release changed."""
    if not life.changes:
        return words.ORIGINS[life.origin]
    first = [named.get(key, key) for key in life.changes[:3]]
    more = len(life.changes) - len(first)
    return "; ".join(first) + (f"; and {more} more" if more else "")
