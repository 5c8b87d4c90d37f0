"""Where Telegram delivers updates. Only Telegram knows the secret it sends along; anybody else learns nothing here.

Rules kept: the secret is compared in constant time before the body is read; an update is committed before Telegram is told so;
nothing of a body is logged or sent back; whoever is refused is hung up on.
"""

import hmac
import json
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from starlette.requests import ClientDisconnect

from alongside.services.telegram.doctor import PATH
from api.channels.web import Parts

router = APIRouter(include_in_schema=False)

_NUMBERS = 2**53
"""Telegram's numbers of updates stay below what every JSON reader takes exactly."""


@router.post(PATH)
async def take_in(request: Request, parts: Parts, x_telegram_bot_api_secret_token: Annotated[str, Header()] = "") -> Response:
    """Store an update, then say so: 200. Anybody without the secret is told that there is nothing here: 404."""
    telegram = parts.telegram
    if telegram is None or not telegram.connection.is_webhook:
        return _refusal(404)
    if not hmac.compare_digest(x_telegram_bot_api_secret_token.encode(), telegram.api.secret.encode()):
        return _refusal(404)
    try:
        payload = json.loads(await request.body())
    except (ValueError, RecursionError, ClientDisconnect):
        return _refusal(400)
    number = payload.get("update_id") if isinstance(payload, dict) else None
    if type(number) is not int or not 0 <= number < _NUMBERS:
        return _refusal(400)
    await telegram.updates.take_in([payload])
    return Response(status_code=200)


def _refusal(status: int) -> Response:
    return Response(status_code=status, headers={"Connection": "close"})
