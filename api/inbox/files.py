"""What a carer sent besides words, passed through from Telegram to a worker's computer."""

from fastapi import APIRouter, Depends
from starlette.responses import StreamingResponse

from api.accounts.access import Current, current_account
from api.channels.web import Parts

router = APIRouter(prefix="/inbox/cases/{case_id}/messages", include_in_schema=False, dependencies=[Depends(current_account)])

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Whatever a file claims to be, the browser saves it and runs nothing of it."""


@router.get("/{message_id}/files/{number}", name="inbox.file", response_class=StreamingResponse)
async def download(parts: Parts, account: Current, case_id: str, message_id: str, number: int) -> StreamingResponse:
    """Pass a file on as it comes."""
    opened = await parts.files.open(account, case_id, message_id, number)
    named = {"Content-Disposition": f'attachment; filename="{opened.name}"'}
    return StreamingResponse(opened.parts, media_type="application/octet-stream", headers=_HEADERS | named)
