"""Changes: what is written and not live yet, word by word, and the button that asks for it to be checked and approved."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.answers import Problem, facts_used
from alongside.core.directory import LONDON, say_time
from alongside.core.drafts import Draft
from alongside.core.errors import AlongsideError, InvalidInput
from alongside.core.library import FACT, Library, fact_name, kind_of
from alongside.services.release_work import check_words
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.answers.differences import Part, differences
from api.answers.topics import say_problem, say_topic, titles
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(prefix="/answers/changes", include_in_schema=False, dependencies=[Depends(current_account)])

TICK = "publish:"
"""How the fields of a form begin that say which drafts are meant."""

_DONE = {"discarded": "The draft was thrown away. What carers are told has not changed."}


@dataclass(frozen=True)
class Change:
    """One draft as the page shows it. ``problems`` would stop it; ``says`` counts the answers that say a fact."""

    key: str
    title: str
    where: str
    what: str
    written: str
    revision: int
    parts: Sequence[Part]
    problems: Sequence[Problem]
    says: int


@router.get("", name="changes.list")
async def show_changes(
    request: Request, parts: Parts, account: Current, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return every draft with what it changes, and what would stop it."""
    return await _page(request, parts, done=_DONE.get(done, ""))


@router.post("", name="changes.ask")
async def ask(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Ask for a release of the drafts that are ticked, and go to where its progress is shown."""
    keys = [name.removeprefix(TICK) for name in form if name.startswith(TICK)]
    try:
        if not keys:
            raise InvalidInput("Nothing is ticked. Tick what you want to have checked, and press the button again.")
        number = await parts.studio.publishing.ask_for(account, keys=keys, reason=form.get("reason", ""))
    except AlongsideError as error:
        return await _page(request, parts, error=error, ticked=keys, reason=form.get("reason", ""))
    return RedirectResponse(f"/answers/releases/{number}", status_code=303)


@router.post("/discard", name="changes.discard")
async def discard(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Throw a draft away."""
    await parts.studio.drafts.discard(account, form.get("key", ""))
    return RedirectResponse("/answers/changes?done=discarded", status_code=303)


async def _page(
    request: Request,
    parts: Container,
    *,
    error: AlongsideError | None = None,
    ticked: Collection[str] | None = None,
    reason: str = "",
    done: str = "",
) -> Response:
    studio = parts.studio
    live, drafts = await studio.publishing.library(), await studio.drafts.list_all()
    # In a thread: long texts take a while to compare, and carers' messages must not wait for it.
    changes, elsewhere = await asyncio.to_thread(_changes, live, drafts, parts.clock.today(), parts.clock.now())
    context: dict[str, Any] = {
        "changes": changes,
        "elsewhere": elsewhere,
        "ticked": {each.key for each in changes if each.parts and not each.problems} if ticked is None else set(ticked),
        "tick": TICK,
        "reason": reason,
        "on_its_way": await studio.publishing.get_open(),
        "error": str(error) if error else "",
        "field": "changes" if changes else "main",
        "done": done,
    }
    return worker_page(request, "answers/changes.html", context, status_code=error.status if error else 200)


def _changes(live: Library, drafts: Sequence[Draft], today: date, now: datetime) -> tuple[list[Change], list[Problem]]:
    """Return the drafts as they are shown, and what they would break in answers that nobody changes."""
    after = live.changed({draft.key: draft.content for draft in drafts})
    problems = check_words(live, after, [draft.key for draft in drafts], today=today) if drafts else []
    by_key: dict[str, list[Problem]] = {}
    for problem in problems:
        by_key.setdefault(problem.where.split(" ")[0], []).append(problem)
    named = titles(Library(answers={**live.answers, **after.answers}))
    known = Library(answers={**live.answers, **after.answers}, safety=after.safety, facts=after.facts)
    told = {key: [say_problem(problem, known) for problem in found] for key, found in by_key.items()}
    changes = [_change(draft, live, named, told.pop(draft.key, []), now) for draft in drafts]
    return changes, [problem for rest in told.values() for problem in rest]


def _change(draft: Draft, live: Library, named: Mapping[str, str], problems: Sequence[Problem], now: datetime) -> Change:
    was = live.get(draft.key)
    entry = draft.content or was
    what = "To be taken out" if draft.content is None else "New" if was is None else "Changed"
    return Change(
        key=draft.key,
        title=entry.title if entry and entry.title else draft.key,
        where=say_topic(draft.key),
        what=what,
        written=f"{_say_names(draft)}, {say_when(draft.changed_at, now)}",
        revision=draft.revision,
        parts=differences(was, draft.content, named),
        problems=problems,
        says=_says(draft.key, live) if kind_of(draft.key) == FACT else 0,
    )


def _say_names(draft: Draft) -> str:
    others = " and ".join(name for name in draft.names if name != draft.by.name)
    return f"{draft.by.name} with {others}" if others else draft.by.name


def _says(key: str, live: Library) -> int:
    name = fact_name(key)
    entries = [*live.answers.values(), *live.safety.values()]
    return sum(any(name in facts_used(variant.text) for variant in entry.variants) for entry in entries)


def say_when(at: datetime, now: datetime) -> str:
    """Say a moment: ``today at 2.30pm``, else with its day."""
    local, here = at.astimezone(LONDON), now.astimezone(LONDON)
    day = "today" if local.date() == here.date() else f"{local.day} {local:%B %Y}"
    return f"{day} at {say_time(local.time())}"
