"""The routes of the inbox. Every change works as a plain form; scripts only bring news and send replies without a reload."""

import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from alongside.core.accounts import Account
from alongside.core.cases import REOPENS_WITHIN
from alongside.core.conversations import Conversation
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.handover import IllegalMove, Outcome, State, Urgency
from alongside.core.permissions import Forbidden
from alongside.services.handover import Show
from alongside.services.requests import INBOX
from alongside.store.cases import LISTED
from alongside.wiring import Container
from api.accounts import cookies
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.inbox import rows, sheet
from api.inbox.words import DANGERS, OUTCOMES, REASONS, say_answer, say_moment
from api.pages import templates, worker_page

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(current_account)])

_DONE = {
    "transfer": "The case is with your colleague now. The carer was told.",
    "release": "The case is back among those waiting. The carer was told.",
    "hand_back": "The carer is back with the bot, and was told.",
    "close": "The case is closed. The carer was told.",
}
"""What a list says above itself after something was done that takes its reader away from the case."""


@router.get("", name="inbox.list")
async def show_list(
    request: Request, parts: Parts, account: Current, show: Show = Show.SERVICES, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return the list: what this account can do something about, then the rest."""
    now = parts.clock.now()
    mine = await parts.handover.list_for(account, Show.MINE)
    services = await parts.handover.list_for(account, Show.SERVICES)
    # What was transferred to somebody from a service they do not serve is theirs to do as well.
    known = {item.file.id for item in mine}
    everything = [*mine, *(item for item in services if item.file.id not in known)]
    shown = {Show.MINE: mine, Show.SERVICES: everything}.get(show)
    if shown is None:
        shown = await parts.handover.list_for(account, show)
    return _page(
        request,
        "inbox/list.html",
        {
            "account": account,
            "show": show.value,
            "groups": rows.group(shown, account, show, now),
            "count": {
                "mine": sum(rows.to_answer(item.file, account) for item in mine),
                "services": sum(rows.to_answer(item.file, account) for item in everything),
            },
            "is_cut": len(shown) >= LISTED,
            "most": LISTED,
            "done": _DONE.get(done, ""),
        },
    )


@router.get("/events", name="inbox.events", response_class=EventSourceResponse)
async def events(request: Request, parts: Parts, account: Current, case: str = "") -> EventSourceResponse:
    """Stream that something has changed: in the list, or with ``case`` in that conversation. It carries ids, never texts."""
    opened = await parts.handover.open_case(account, case) if case else None
    token = cookies.session_token(request, parts) or ""
    if opened is None:
        return EventSourceResponse(_list_events(parts, token), ping=15)
    return EventSourceResponse(_case_events(parts, token, opened.conversation, opened.thread[-1].id), ping=15)


async def _list_events(parts: Container, token: str) -> AsyncIterator[ServerSentEvent]:
    async with parts.announcer.listen(INBOX) as kinds:
        async for kind in kinds:
            if await parts.accounts.session(token, used=False) is None:
                return
            if kind != "tick":
                yield ServerSentEvent(event="cases", data="{}")


async def _case_events(parts: Container, token: str, conversation: Conversation, last_id: str) -> AsyncIterator[ServerSentEvent]:
    async with parts.announcer.listen(conversation.id) as kinds:
        while await parts.accounts.session(token, used=False):
            # Looked for at each tick too: another process may have stored it.
            try:
                messages = await parts.conversations.messages_after(conversation, last_id)
            except NotFound:
                yield ServerSentEvent(event="message", data="{}")  # erased: the page's next look says so
                return
            for message in messages:
                last_id = message.id
                yield ServerSentEvent(event="message", id=message.id, data=f'{{"id": "{message.id}"}}')
            await anext(kinds)


@router.get("/cases/{case_id}", name="inbox.case")
async def show_case(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Return a case with its thread and what can be done with it."""
    return await _case(request, parts, account, case_id)


@router.get("/cases/{case_id}/messages", name="inbox.messages")
async def more_messages(
    request: Request, parts: Parts, account: Current, case_id: str, after: str = "", version: str = ""
) -> Response:
    """Return the messages after the last one a page shows, and whether the case is another one than it shows."""
    opened = await parts.handover.open_case(account, case_id)
    place = next((place for place, message in enumerate(opened.thread) if message.id == after), None)
    newer = opened.thread[place + 1 :] if place is not None else []
    label, _ = rows.label_of(opened.file, opened.owner.name if opened.owner else None, account)
    return templates.TemplateResponse(
        request,
        "inbox/more.html",
        {
            "lines": list(sheet.lines(newer, after=opened.thread[place] if place is not None else None)),
            "is_changed": place is None or version != sheet.version_of(opened.file),
            "label": label,
            "case_id": case_id,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post("/cases/{case_id}/claim", name="inbox.claim")
async def claim(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Take a case that waits."""
    return await _try(request, parts, account, case_id, parts.handover.claim(account, case_id))


@router.post("/cases/{case_id}/reply", name="inbox.reply")
async def reply(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Write to the carer, once for each form that was loaded."""
    text, client_id = form.get("text", ""), form.get("client_id") or uuid.uuid4().hex
    writing = parts.handover.reply(account, case_id, text, client_id=client_id)
    if "hx-request" in request.headers:
        await writing
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
    reason = form.get("reason", "")
    moving = parts.handover.transfer(account, case_id, form.get("to", ""), reason=reason)
    return await _try(request, parts, account, case_id, moving, field="to", typed={"reason": reason}, done="transfer")


@router.post("/cases/{case_id}/release", name="inbox.release")
async def release(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Put the case back among those waiting."""
    return await _try(request, parts, account, case_id, parts.handover.release(account, case_id), done="release")


@router.post("/cases/{case_id}/hand-back", name="inbox.hand_back")
async def hand_back(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Give the conversation back to the bot."""
    return await _try(request, parts, account, case_id, parts.handover.hand_back(account, case_id), done="hand_back")


@router.post("/cases/{case_id}/close", name="inbox.close")
async def close(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Close the case with an outcome."""
    outcome = next((outcome for outcome in Outcome if outcome.value == form.get("outcome")), None)
    if outcome is None:
        error = InvalidInput("Choose how it ended, then close the case. Nothing was changed.")
        return await _case(request, parts, account, case_id, error=error, field="outcome")
    return await _try(request, parts, account, case_id, parts.handover.close(account, case_id, outcome), done="close")


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
        return await _case(request, parts, account, case_id, error=error, field=field, typed=typed)
    there = f"/inbox?done={done}" if done else f"/inbox/cases/{case_id}{to}"
    return RedirectResponse(there, status_code=303, headers={"Cache-Control": "no-store"})


async def _case(
    request: Request,
    parts: Container,
    account: Account,
    case_id: str,
    *,
    error: AlongsideError | None = None,
    field: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    opened = await parts.handover.open_case(account, case_id)
    now, file = parts.clock.now(), opened.file
    before, thread = sheet.fold(opened)
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
            "is_fresh": file.first_reply_at is None,
            "summary": opened.summary,
            "answers": [say_answer(key) for key in opened.summary.answers],
            "dangers": [DANGERS.get(kind, kind) for kind in opened.summary.dangers],
            "before": list(sheet.lines(before)),
            "lines": list(sheet.lines(thread, after=before[-1] if before else None)),
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
