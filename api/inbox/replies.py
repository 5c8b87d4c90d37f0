"""The routes of saved replies, and of what is put into the reply box. All of it works as plain forms."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from alongside.core.accounts import Account
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.permissions import Forbidden
from alongside.core.replies import FIELDS, MAX_TITLE
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.inbox.picker import pick
from api.inbox.views import case_page
from api.pages import templates, worker_page

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(current_account)])

_NOT_KEPT = {"Cache-Control": "no-store"}

_DONE = {
    "kept": "The reply is saved.",
    "removed": "The reply is removed. What was sent with it stays as it is.",
}


@router.post("/cases/{case_id}/compose", name="inbox.compose")
async def compose(request: Request, parts: Parts, account: Current, case_id: str, form: Form) -> Response:
    """Show texts for the reply box, or put one into it; what was typed is kept, and nothing is sent."""
    text = form.get("text", "")
    if "hx-request" in request.headers:
        picker = await pick(parts, account, case_id, form)
        if picker.picked:
            return JSONResponse({"text": picker.picked, "said": picker.said}, headers=_NOT_KEPT)
        context = {"picker": picker, "case_id": case_id}
        return templates.TemplateResponse(request, "inbox/compose_panel.html", context, headers=_NOT_KEPT)
    try:
        picker = await pick(parts, account, case_id, form)
    except (Forbidden, NotFound) as error:
        return await case_page(request, parts, account, case_id, error=error, typed={"reply": text})
    text = "\n\n".join(part for part in (text.strip(), picker.picked) if part)
    return await case_page(request, parts, account, case_id, picker=picker, typed={"reply": text})


@router.get("/replies", name="replies.list")
async def show_replies(
    request: Request, parts: Parts, account: Current, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return somebody's own saved replies and those shared with them, with a form for a new one."""
    return await _list(request, parts, account, done=_DONE.get(done, ""))


@router.post("/replies", name="replies.add")
async def add_reply(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Keep a new saved reply, or only show how it would read."""
    return await _keep(request, parts, account, form)


@router.get("/replies/{reply_id}", name="replies.one")
async def show_reply(request: Request, parts: Parts, account: Current, reply_id: str) -> Response:
    """Return one saved reply, to be changed by who may."""
    return await _one(request, parts, account, reply_id)


@router.post("/replies/{reply_id}", name="replies.change")
async def change_reply(request: Request, parts: Parts, account: Current, reply_id: str, form: Form) -> Response:
    """Keep a saved reply that was changed, or only show how it would read."""
    return await _keep(request, parts, account, form, reply_id=reply_id)


@router.post("/replies/{reply_id}/remove", name="replies.remove")
async def remove_reply(parts: Parts, account: Current, reply_id: str) -> Response:
    """Remove a saved reply."""
    await parts.replies.remove(account, reply_id)
    return RedirectResponse("/inbox/replies?done=removed#main", status_code=303, headers=_NOT_KEPT)


async def _keep(
    request: Request, parts: Container, account: Account, form: Mapping[str, str], *, reply_id: str | None = None
) -> Response:
    title, text, service = form.get("title", ""), form.get("text", ""), form.get("service") or None
    error: AlongsideError | None = None
    preview = ""
    try:
        if form.get("do") == "preview":
            preview = parts.replies.preview(text).text
        else:
            await parts.replies.keep(account, title=title, text=text, service=service, reply_id=reply_id)
    except (InvalidInput, Forbidden) as found:
        error = found
    if not error and not preview:
        return RedirectResponse("/inbox/replies?done=kept#main", status_code=303, headers=_NOT_KEPT)
    typed = {"title": title, "text": text, "service": service or ""}
    if reply_id is None:
        return await _list(request, parts, account, typed=typed, preview=preview, error=error)
    return await _one(request, parts, account, reply_id, typed=typed, preview=preview, error=error)


async def _list(
    request: Request,
    parts: Container,
    account: Account,
    *,
    typed: Mapping[str, str] | None = None,
    preview: str = "",
    error: AlongsideError | None = None,
    done: str = "",
) -> Response:
    kept = await parts.replies.list_for(account)
    context = {
        "own": [each for each in kept if not each.reply.service],
        "shared": [each for each in kept if each.reply.service],
        "done": done,
        "typed": typed or {},
        "preview": preview,
    }
    return await _page(request, parts, account, "inbox/replies.html", context, error)


async def _one(
    request: Request,
    parts: Container,
    account: Account,
    reply_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    preview: str = "",
    error: AlongsideError | None = None,
) -> Response:
    kept = await parts.replies.get(account, reply_id)
    reply = kept.reply
    stands = {"title": reply.title, "text": reply.text, "service": reply.service or ""}
    preview = preview or parts.replies.preview(reply.text).text
    context = {"kept": kept, "typed": typed or stands, "preview": preview}
    return await _page(request, parts, account, "inbox/reply.html", context, error)


async def _page(
    request: Request,
    parts: Container,
    account: Account,
    template: str,
    context: Mapping[str, object],
    error: AlongsideError | None,
) -> Response:
    about = {
        "services": await parts.replies.services_of(account),
        "fields": FIELDS,
        "max_title": MAX_TITLE,
        "error": str(error) if error else "",
    }
    return worker_page(request, template, {**context, **about}, status_code=error.status if error else 200)
