"""What a long thread has lost from sight: a page of earlier messages, and a link to those before."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.inbox import sheet
from api.inbox.live import behind_of
from api.inbox.rows import ref_of
from api.pages import worker_page

router = APIRouter(prefix="/inbox/cases", include_in_schema=False, dependencies=[Depends(current_account)])


@router.get("/{case_id}/earlier", name="inbox.earlier")
async def show_earlier(
    request: Request, parts: Parts, account: Current, case_id: str, before: Annotated[str, Query(max_length=32)]
) -> Response:
    """Return the messages before one of them."""
    case, messages = await parts.handover.earlier(account, case_id, before)
    context = {
        "case_id": case_id,
        "ref": ref_of(case_id),
        "earlier": messages[0].id if messages and messages[0].position > 1 else "",
        "lines": list(sheet.lines(messages, await behind_of(parts, case, messages))),
    }
    return worker_page(request, "inbox/earlier.html", context, script_src="'self'")
