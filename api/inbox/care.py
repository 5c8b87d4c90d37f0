"""Pages for the workers' own sake: what a case holds, before it opens; a moment after a hard one; a question at the cap.

Rule kept: each is one tap away from the carer, and none records what its reader felt or pressed.
"""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import Account
from alongside.services.care import Holds, Load
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.inbox.rows import NOBODY_KNOWN, ref_of
from api.inbox.words import say_span
from api.pages import worker_page

router = APIRouter(prefix="/inbox/cases", include_in_schema=False, dependencies=[Depends(current_account)])

_HOLDS = {
    "self": "somebody who may harm themselves",
    "other": "somebody who may harm somebody else",
    "abuse": "somebody who may be abused",
}


@router.post("/{case_id}/look", name="care.look")
async def look(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Open a case whose reader has been told what it holds."""
    await parts.care.look(account, case_id)
    return RedirectResponse(f"/inbox/cases/{case_id}", status_code=303, headers={"Cache-Control": "no-store"})


@router.get("/{case_id}/after", name="care.after")
async def after(request: Request, parts: Parts, account: Current, case_id: str) -> Response:
    """Return a few kind words after a hard case, and whom to talk to."""
    if not await parts.care.is_hard(account, case_id):
        return RedirectResponse("/inbox?done=close", status_code=303, headers={"Cache-Control": "no-store"})
    context = {
        "first_name": account.first_name,
        "leads": await parts.care.whom_to_tell(account),
        "support": parts.settings.staff_support,
    }
    return worker_page(request, "inbox/after.html", context, script_src="'self'")


def before_page(request: Request, holds: Holds) -> Response:
    """Return the page that says what a case holds before it opens."""
    context = {
        "case_id": holds.file.id,
        "ref": ref_of(holds.file.id),
        "service": holds.service or NOBODY_KNOWN,
        "holds": [_HOLDS[kind] for kind in holds.kinds if kind in _HOLDS],
        "is_waiting": holds.waits is not None,
        "waits": say_span(holds.waits) if holds.waits and holds.waits >= timedelta(minutes=1) else "",
    }
    return worker_page(request, "inbox/before.html", context, script_src="'self'")


async def full_page(request: Request, parts: Container, account: Account, case_id: str, load: Load) -> Response:
    """Return the question whether to claim one case more than the cap."""
    context = {"case_id": case_id, "ref": ref_of(case_id), "load": load, "leads": await parts.care.whom_to_tell(account)}
    return worker_page(request, "inbox/full.html", context, script_src="'self'")
