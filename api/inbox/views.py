"""The routes of the inbox. Every change works as a plain form; scripts only bring news and send replies without a reload."""

import uuid
from collections.abc import Coroutine, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from alongside.core.accounts import Account
from alongside.core.cases import REOPENS_WITHIN
from alongside.core.errors import AlongsideError, InvalidInput
from alongside.core.handover import IllegalMove, Outcome, State, Urgency
from alongside.core.permissions import Forbidden
from alongside.services.handover import ReasonMissing, SentBefore
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.inbox import rows, sheet
from api.inbox.care import before_page, full_page
from api.inbox.live import behind_of
from api.inbox.picker import Picker
from api.inbox.wishes import wishes_of
from api.inbox.words import DANGERS, OUTCOMES, REASONS, say_moment
from api.pages import templates, worker_page

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(current_account)])


@router.get("/cases/{case_id}", name="inbox.case")
async def show_case(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Return a case with its thread and what can be done with it; a hard one is told of first."""
    if holds := await parts.care.before(account, case_id):
        return before_page(request, holds)
    return await case_page(request, parts, account, case_id)


@router.post("/cases/{case_id}/claim", name="inbox.claim")
async def claim(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Take a case that waits; somebody at their cap is asked once whether they mean it."""
    if "over_cap" not in form and (load := await parts.care.would_overload(account, case_id)):
        return await full_page(request, parts, account, case_id, load)
    return await _try(request, parts, account, case_id, parts.handover.claim(account, case_id))


@router.post("/cases/{case_id}/reply", name="inbox.reply")
async def reply(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Write to the carer, once for each form that was loaded."""
    text, client_id = form.get("text", ""), form.get("client_id") or uuid.uuid4().hex
    writing = parts.handover.reply(account, case_id, text, client_id=client_id)
    if "hx-request" in request.headers:
        try:
            await writing
        except SentBefore as error:
            return JSONResponse({"error": str(error), "client_id": uuid.uuid4().hex}, error.status)
        return templates.TemplateResponse(request, "inbox/client_id.html", {"client_id": uuid.uuid4().hex})
    return await _try(request, parts, account, case_id, writing, field="reply", typed={"reply": text})


@router.post("/cases/{case_id}/note", name="inbox.note")
async def note(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Keep a note that no carer sees."""
    text = form.get("text", "")
    keeping = parts.handover.note(account, case_id, text)
    return await _try(request, parts, account, case_id, keeping, field="note", typed={"note": text}, to="#notes")


@router.post("/cases/{case_id}/transfer", name="inbox.transfer")
async def transfer(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Pass the case on to a colleague."""
    typed = {name: form.get(name, "") for name in ("to", "reason")}
    moving = parts.handover.transfer(account, case_id, **typed)
    return await _try(request, parts, account, case_id, moving, field="to", typed=typed, done="transfer")


@router.post("/cases/{case_id}/release", name="inbox.release")
async def release(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Put the case back among those waiting."""
    return await _try(request, parts, account, case_id, parts.handover.release(account, case_id), done="release")


@router.post("/cases/{case_id}/hand-back", name="inbox.hand_back")
async def hand_back(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Give the conversation back to the bot."""
    handing = parts.handover.hand_back(account, case_id, seen=form.get("seen"))
    return await _try(request, parts, account, case_id, handing, done="hand_back")


@router.post("/cases/{case_id}/close", name="inbox.close")
async def close(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Close the case with an outcome."""
    outcome = next((outcome for outcome in Outcome if outcome.value == form.get("outcome")), None)
    if outcome is None:
        error = InvalidInput("Choose how it ended, then close the case. Nothing was changed.")
        return await case_page(request, parts, account, case_id, error=error, field="outcome")
    is_hard = await parts.care.is_hard(account, case_id)
    closing = parts.handover.close(account, case_id, outcome, seen=form.get("seen"))
    return await _try(request, parts, account, case_id, closing, done="" if is_hard else "close", to="/after" if is_hard else "")


@router.post("/cases/{case_id}/reopen", name="inbox.reopen")
async def reopen(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Open a closed case again."""
    return await _try(request, parts, account, case_id, parts.handover.reopen(account, case_id))


async def _try(
    request: Request,
    parts: Container,
    account: Account,
    case_id: str,
    work: Coroutine[Any, Any, object],
    *,
    field: str = "",
    typed: Mapping[str, str] | None = None,
    done: str = "",
    to: str = "#end",
) -> Response:
    """Do it and lead on; when the case does not allow it, show it as it is with what was wrong and what was typed."""
    try:
        await work
    except (InvalidInput, IllegalMove, Forbidden) as error:
        field = "reason" if isinstance(error, ReasonMissing) else field
        return await case_page(request, parts, account, case_id, error=error, field=field, typed=typed)
    there = f"/inbox?done={done}" if done else f"/inbox/cases/{case_id}{to}"
    return RedirectResponse(there, status_code=303, headers={"Cache-Control": "no-store"})


async def case_page(
    request: Request,
    parts: Container,
    account: Account,
    case_id: str,
    *,
    error: AlongsideError | None = None,
    field: str = "",
    typed: Mapping[str, str] | None = None,
    picker: Picker | None = None,
) -> Response:
    """Return a case's page as it is now, with what was wrong, what was typed, and the texts it is offered if any."""
    opened = await parts.handover.open_case(account, case_id)
    await parts.alerts.acknowledge(account.id, case=case_id)
    now, file = parts.clock.now(), opened.file
    folded = sheet.fold(opened)
    behind = await behind_of(parts, opened.file, opened.thread, author=account.id)
    label, tone = rows.label_of(file, opened.owner.name if opened.owner else None, account)
    due, due_tone = rows.due_of(file, now)
    return _page(
        request,
        "inbox/case.html",
        {
            "account": account,
            "case": file,
            "ref": rows.ref_of(file.id),
            "version": sheet.version_of(file),
            "service": opened.service or rows.NOBODY_KNOWN,
            "label": label,
            "tone": tone,
            "is_danger": file.case.urgency is Urgency.DANGER,
            "reason": REASONS[file.case.reason] if file.case.reason else "",
            "asked": say_moment(file.requested_at, now),
            "due": due,
            "due_tone": due_tone,
            "owner": opened.owner,
            "can": sheet.can_do(opened, account),
            "is_fresh": opened.is_fresh,
            "summary": opened.summary,
            "wishes": wishes_of(file.details),
            "carer": file.details.name if file.details else "",
            "picker": picker or Picker(),
            "dangers": [DANGERS.get(kind, kind) for kind in opened.summary.dangers],
            "earlier": opened.thread[0].id if opened.thread and opened.thread[0].position > 1 else "",
            "earlier_talk": list(sheet.lines(folded.earlier, behind)),
            "with_bot": list(sheet.lines(folded.with_bot, behind, after=next(reversed(folded.earlier), None))),
            "lines": list(sheet.lines(folded.thread, behind, after=folded.last)),
            "shown": sheet.shown_of(opened, behind),
            "unreachable": behind.unreachable,
            "log": sheet.log_lines(opened.events, opened.names, now),
            "notes": [
                {"who": opened.names.get(note.by, "Somebody"), "when": say_moment(note.at, now), "text": note.text}
                for note in opened.notes
            ],
            "colleagues": opened.colleagues,
            "outcomes": [(outcome.value, words) for outcome, words in OUTCOMES.items()],
            "outcome": OUTCOMES[file.case.outcome] if file.case.outcome and file.case.state is State.CLOSED else "",
            "reopen_days": REOPENS_WITHIN.days,
            "client_id": uuid.uuid4().hex,
            "error": str(error) if error else "",
            "field": field,
            "typed": typed or {},
        },
        status_code=error.status if error else 200,
    )


def _page(request: Request, template: str, context: Mapping[str, Any], *, status_code: int = 200) -> Response:
    return worker_page(request, template, context, status_code=status_code, script_src="'self'")
