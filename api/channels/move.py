"""Moving a conversation between the web and Telegram, for the carer API."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from alongside.core.errors import AlongsideError, NotFound
from alongside.core.telegram import MOVE
from alongside.services.telegram.api import TelegramFailed
from alongside.services.telegram.moves import TELEGRAM
from api.channels.web import Current, Parts, _Body, _errors

router = APIRouter(prefix="/api/v1", tags=["carer"])


class Unreachable(AlongsideError):
    """Telegram does not answer now."""

    status = 503


class MoveOut(BaseModel):
    """How to continue on Telegram: open the link within ten minutes. It works once."""

    link: str
    code: str = Field(description="What the link carries, to type after /start.")
    expires_at: datetime


class MoveIn(_Body):
    """The code that the bot gave on Telegram."""

    code: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w-]+$")]


class Moved(BaseModel):
    """The conversation that goes on here, and the new and only key to it."""

    conversation: str
    token: str


@router.post("/move", responses=_errors(401, 404, 503))
async def offer(parts: Parts, conversation: Current) -> MoveOut:
    """Make a one-time link that continues this conversation on Telegram. The token here ends when it is used."""
    if parts.telegram is None:
        raise NotFound("This service does not use Telegram. Please go on here.")
    code = await parts.moves.offer(conversation.id, TELEGRAM)
    try:
        link = await parts.telegram.connection.link(MOVE + code.code)
    except TelegramFailed:
        raise Unreachable("Telegram does not answer just now. Please go on here, or try again in a minute.") from None
    return MoveOut(link=link, code=MOVE + code.code, expires_at=code.expires_at)


@router.post("/move/here", responses=_errors(400, 404, 413, 422))
async def move_here(parts: Parts, body: MoveIn) -> Moved:
    """Continue a conversation from Telegram here, with the code that the bot gave. The code works once."""
    conversation, token = await parts.moves.to_web(body.code)
    return Moved(conversation=conversation.id, token=token)
