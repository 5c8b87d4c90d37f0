"""The page of check-backs after danger: whose day it is, and how each ends. Every change works as a plain form."""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import Account
from alongside.core.errors import AlongsideError, InvalidInput
from alongside.core.handover import IllegalMove
from alongside.core.tasks import MAX_REASON, day_of
from alongside.services.tasks import Due
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.inbox.rows import NOBODY_KNOWN, label_of, ref_of
from api.inbox.words import REASONS, say_day, say_moment
from api.pages import worker_page

router = APIRouter(prefix="/inbox/tasks", include_in_schema=False, dependencies=[Depends(current_account)])

_DONE = {
    "done": "Done. It is in the case's history.",
    "not_needed": "It is off the list. Why is kept as a note on the case.",
    "move": "Your colleague has it now.",
}


@dataclass(frozen=True)
class Row:
    """One check-back as the page shows it."""

    id: str
    case: str
    ref: str
    carer: str
    service: str
    who: str
    is_mine: bool
    is_due: bool
    is_late: bool
    due: str
    reason: str
    label: str
    tone: str
    others: list[tuple[str, str]]


@router.get("", name="tasks.list")
async def show_tasks(
    request: Request, parts: Parts, account: Current, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return the open check-backs: one's own for today, one's own for later, then colleagues'."""
    return await _page(request, parts, account, done=_DONE.get(done, ""))


@router.post("/{task_id}/done", name="tasks.done")
async def finish(request: Request, parts: Parts, account: Current, task_id: str) -> Response:
    """End one: the carer was checked back on."""
    return await _try(request, parts, account, task_id, parts.tasks.finish(account, task_id), done="done")


@router.post("/{task_id}/not-needed", name="tasks.not_needed")
async def drop(request: Request, parts: Parts, account: Current, task_id: str, form: Form) -> Response:
    """End one that is not needed, and say why."""
    reason = form.get("reason", "")
    dropping = parts.tasks.drop(account, task_id, reason)
    return await _try(request, parts, account, task_id, dropping, done="not_needed", field="reason", typed=reason)


@router.post("/{task_id}/move", name="tasks.move")
async def move(request: Request, parts: Parts, account: Current, task_id: str, form: Form) -> Response:
    """Give one to a colleague."""
    moving = parts.tasks.move(account, task_id, form.get("to", ""))
    return await _try(request, parts, account, task_id, moving, done="move", field="to")


async def _try(
    request: Request,
    parts: Container,
    account: Account,
    task_id: str,
    work: Coroutine[Any, Any, object],
    *,
    done: str,
    field: str = "",
    typed: str = "",
) -> Response:
    try:
        await work
    except (InvalidInput, IllegalMove) as error:
        return await _page(request, parts, account, error=error, task_id=task_id, field=field, typed=typed)
    return RedirectResponse(f"/inbox/tasks?done={done}", status_code=303, headers={"Cache-Control": "no-store"})


async def _page(
    request: Request,
    parts: Container,
    account: Account,
    *,
    done: str = "",
    error: AlongsideError | None = None,
    task_id: str = "",
    field: str = "",
    typed: str = "",
) -> Response:
    now = parts.clock.now()
    rows = [_row(due, account, now) for due in await parts.tasks.list_for(account)]
    mine, others = [row for row in rows if row.is_mine], [row for row in rows if not row.is_mine]
    groups = [
        ("Today", [row for row in mine if row.is_due]),
        ("Later", [row for row in mine if not row.is_due]),
        ("With colleagues", others),
    ]
    return worker_page(
        request,
        "inbox/tasks.html",
        {
            "groups": [(title, found) for title, found in groups if found],
            "has_own": bool(mine),
            "most": MAX_REASON,
            "done": done,
            "error": str(error) if error else "",
            "task_id": task_id,
            "field": field,
            "typed": typed,
        },
        status_code=error.status if error else 200,
        script_src="'self'",
    )


def _row(due: Due, account: Account, now: datetime) -> Row:
    task, file = due.task, due.file
    label, tone = label_of(file, None, account)
    days = (day_of(now) - day_of(task.due_at)).days
    when = f"from {say_moment(task.due_at, now)}" if days == 0 and task.due_at > now else say_day(task.due_at, now)
    return Row(
        id=task.id,
        case=file.id,
        ref=ref_of(file.id),
        carer=(file.details.name if file.details else "") or "A carer",
        service=due.service or NOBODY_KNOWN,
        who=due.who.name,
        is_mine=task.account == account.id,
        is_due=days >= 0,
        is_late=days > 0,
        due=f"Late: it was to be {when}" if days > 0 else f"Check back {when}",
        reason=REASONS[file.case.reason] if file.case.reason else "",
        label=label,
        tone=tone,
        others=[(other.account.id, f"{other.account.name}, {other.role}") for other in due.others],
    )
