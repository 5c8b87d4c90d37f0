"""The live side of the inbox: what has happened since a page was loaded, and who is writing.

Rule kept: the stream carries ids, never texts, and ends with the session or when what it is about may no longer be seen; what a
page missed it fetches.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from fastapi import APIRouter, Depends, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from alongside.core.cases import CaseFile
from alongside.core.conversations import Message
from alongside.core.errors import NotFound
from alongside.core.permissions import may_use
from alongside.services.handover import Opened
from alongside.services.requests import INBOX
from alongside.services.typing import KIND as TYPING
from alongside.wiring import Container
from api.accounts import cookies
from api.accounts.access import Current, current_account
from api.channels.web import MAX_CHANGE, Parts
from api.inbox import rows, sheet
from api.inbox.wishes import wishes_of
from api.pages import templates

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(current_account)])


@router.get("/events", name="inbox.events", response_class=EventSourceResponse)
async def events(request: Request, parts: Parts, account: Current, case: str = "") -> EventSourceResponse:
    """Stream that something has changed: in the list, or with ``case`` in that conversation."""
    opened = await parts.handover.open_case(account, case) if case else None
    token = cookies.session_token(request, parts) or ""
    stream = _list_events(parts, token) if opened is None else _case_events(parts, token, opened)
    return EventSourceResponse(_attended(parts, account.id, stream), ping=15, ping_message_factory=_alive)


def _alive() -> ServerSentEvent:
    """Return a sign of life that a page can hear: one that hears none for long takes its line for dead."""
    return ServerSentEvent(event="alive", data="{}")


async def _attended(parts: Container, account_id: str, stream: AsyncIterator[ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    """Pass a stream on, and count whose page it is as here for as long."""
    with parts.attendance.here(account_id):
        async for event in stream:
            yield event


async def _may_go_on(parts: Container, token: str, case_id: str | None = None) -> bool:
    """Say whether whose page it is may still see what it shows: with ``case_id`` that case, else the list."""
    found = await parts.accounts.session(token, used=False)
    if found is None or case_id is None:
        return found is not None and may_use(found.account, "inbox.events")
    return await parts.handover.may_look(found.account, case_id)


async def _list_events(parts: Container, token: str) -> AsyncIterator[ServerSentEvent]:
    known = await parts.lists.version()
    async with parts.announcer.listen(INBOX) as kinds:
        async for kind in kinds:
            if not await _may_go_on(parts, token):
                return
            # Looked at in each tick too: another process may have changed it.
            version = await parts.lists.version()
            if kind != "tick" or version != known:
                known = version
                yield ServerSentEvent(event="cases", data="{}")


async def _case_events(parts: Container, token: str, opened: Opened) -> AsyncIterator[ServerSentEvent]:
    conversation, last_id, last_change = opened.conversation.id, opened.thread[-1].id, opened.conversation.last_change
    known = None
    async with parts.announcer.listen(conversation) as kinds:
        kind = "message"
        while await _may_go_on(parts, token, opened.file.id):
            if kind == TYPING:
                if parts.typing.is_writing(conversation, None):
                    yield ServerSentEvent(event="typing", data="{}")
                kind = await anext(kinds)
                continue
            # Looked for at each tick too: another process may have stored it.
            try:
                look = await parts.conversations.look(conversation, last_id, changed_since=last_change)
            except NotFound:
                yield ServerSentEvent(event="message", data="{}")  # erased: the page's next look says so
                return
            for message in look.messages:
                last_id = message.id
                yield ServerSentEvent(event="message", id=message.id, data=f'{{"id": "{message.id}"}}')
            for message in look.changed:
                yield ServerSentEvent(event="changed", data=f'{{"id": "{message.id}"}}')
            last_change = look.last_change
            reached = replace(look.progress, last_change=0), await parts.deliveries.sent(conversation)
            if known not in (None, reached):
                yield ServerSentEvent(event="seen", data="{}")
            known = reached
            kind = await anext(kinds)


@router.get("/cases/{case_id}/messages", name="inbox.messages")
async def more_messages(
    request: Request,
    parts: Parts,
    account: Current,
    case_id: str,
    after: str = "",
    version: str = "",
    change: int = MAX_CHANGE,
    delivery: str = "",
) -> Response:
    """Return what a page does not show yet: later messages, changed ones, how far they came, and whether the case is another.

    ``after``, ``version``, ``change`` and ``delivery`` say what the page shows.
    """
    opened = await parts.handover.open_case(account, case_id)
    behind = await behind_of(parts, opened.file, opened.thread, author=account.id)
    place = next((place for place, message in enumerate(opened.thread) if message.id == after), None)
    shown, newer = (opened.thread[: place + 1], opened.thread[place + 1 :]) if place is not None else ([], [])
    changed = [message for message in shown if message.change is not None and message.change > change]
    label, _ = rows.label_of(opened.file, opened.owner.name if opened.owner else None, account)
    return templates.TemplateResponse(
        request,
        "inbox/more.html",
        {
            "lines": list(sheet.lines(newer, behind, after=shown[-1] if shown else None)),
            "changed": [replace(line, day="") for line in sheet.lines(changed, behind)],
            "states": list(sheet.lines(shown, behind)) if delivery != behind.version else [],
            "unreachable": behind.unreachable,
            "wishes": wishes_of(opened.file.details),
            "shown": sheet.shown_of(opened, behind),
            "is_changed": place is None or version != sheet.version_of(opened.file),
            "label": label,
            "case": opened.file,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post("/cases/{case_id}/typing", name="inbox.typing", status_code=204)
async def typing(parts: Parts, account: Current, case_id: str) -> None:
    """Say that the worker is writing to the carer, every three seconds at most."""
    await parts.typing.worker_writes(account, case_id)


async def behind_of(parts: Container, case: CaseFile, thread: Sequence[Message], *, author: str = "") -> sheet.Behind:
    """Return what stands behind messages of a case. ``author`` is the account that may change its own here."""
    versions = await parts.corrections.versions(case.conversation)
    reached = await parts.deliveries.states(case.conversation, thread)
    offered = await parts.files.offered(case)
    files = {message.id: sheet.file_links(case, message, offered[message.id]) for message in thread if message.id in offered}
    return sheet.behind(thread, versions, reached, parts.clock.now(), author=author, files=files)
