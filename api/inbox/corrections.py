"""The routes that correct and withdraw a worker's message. Both are plain forms below the message."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.errors import InvalidInput
from alongside.core.handover import IllegalMove
from alongside.core.permissions import Forbidden
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.inbox.views import case_page

router = APIRouter(prefix="/inbox/cases/{case_id}/messages", include_in_schema=False, dependencies=[Depends(current_account)])


@router.post("/{message_id}/correct", name="inbox.correct")
async def correct(request: Request, parts: Parts, account: Current, case_id: str, message_id: str, form: Form) -> Response:
    """Give a message other words; the carer sees that it was corrected."""
    text = form.get("text", "")
    try:
        await parts.corrections.correct(account, case_id, message_id, text)
    except (InvalidInput, IllegalMove, Forbidden) as error:
        field = f"correct-{message_id}"
        return await case_page(request, parts, account, case_id, error=error, field=field, typed={"correct": text})
    return _back(case_id, message_id)


@router.post("/{message_id}/withdraw", name="inbox.withdraw")
async def withdraw(request: Request, parts: Parts, account: Current, case_id: str, message_id: str) -> Response:
    """Take a message's words away from the carer, who sees that it was withdrawn."""
    try:
        await parts.corrections.withdraw(account, case_id, message_id)
    except (IllegalMove, Forbidden) as error:
        return await case_page(request, parts, account, case_id, error=error)
    return _back(case_id, message_id)


def _back(case_id: str, message_id: str) -> Response:
    there = f"/inbox/cases/{case_id}#message-{message_id}"
    return RedirectResponse(there, status_code=303, headers={"Cache-Control": "no-store"})
