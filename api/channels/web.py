"""The carer API, /api/v1: what the web chat uses, and anyone else may. Documented in docs/api.md and at /api/v1/openapi.json."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from alongside.core.conversations import Conversation, Message
from alongside.core.errors import NotFound, Unauthorised
from alongside.core.languages import find_language
from alongside.wiring import Container

router = APIRouter(prefix="/api/v1", tags=["carer"])

MAX_WAIT = 30
"""Seconds a request may wait for the bot: under what proxies usually allow."""

MAX_CHANGE = 2**31 - 1
"""What the database's numbers hold."""

_bearer = HTTPBearer(auto_error=False, description="The token from POST /conversations: the only key to it.")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewConversation(_Body):
    """How a conversation may begin; everything is optional."""

    service: str | None = Field(
        default=None,
        max_length=80,
        pattern=r"^[\w-]*$",
        description="The directory's code of the ward or team, from a link or poster.",
    )
    nation: Literal["england", "scotland", "wales", "ni"] | None = None
    language: str | None = Field(
        default=None, max_length=35, pattern=r"^[A-Za-z0-9-]*$", description="A BCP 47 tag, such as cy or en-GB."
    )


def _whole(text: object) -> object:
    # A page that cuts a text in the middle of an emoji sends half of it, which is no character.
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


class NewMessage(_Body):
    """One carer message: a text, or the payload of a choice that was offered."""

    # No length limit here: a too long text gets our own error, which says what to do and never repeats it.
    text: Annotated[str | None, BeforeValidator(_whole)] = None
    choice: str | None = Field(default=None, max_length=500)
    client_id: str = Field(
        min_length=1, max_length=100, pattern=r"^[\w.:-]+$", description="Made by the page; the same again is the same turn."
    )


class ChoiceOut(BaseModel):
    title: str
    payload: str
    language: str | None = Field(default=None, description="The language of the title, where it is not English.")


class SourceOut(BaseModel):
    title: str
    url: str | None
    checked_on: str


class MessageOut(BaseModel):
    """One message of the thread."""

    id: str
    author: Literal["carer", "bot", "worker", "system"]
    name: str | None
    text: str
    choices: list[ChoiceOut]
    sources: list[SourceOut]
    answer: str | None = Field(description="topic/name of the approved answer, if it is one.")
    safety: Literal["self", "other", "abuse"] | None
    release: int | None
    language: str | None = Field(description="The language of a translated answer, as a BCP 47 tag; else null.")
    direction: Literal["ltr", "rtl"] | None = Field(default=None, description="How that language runs; null without one.")
    at: datetime
    edited_at: datetime | None = Field(description="When a worker corrected it; the text is the corrected one.")
    withdrawn_at: datetime | None = Field(description="When a worker withdrew it; the text is empty then.")
    helpful: bool | None = Field(default=None, description="Whether the carer said that this answer helped.")


class ConversationOut(BaseModel):
    conversation: str
    token: str
    messages: list[MessageOut]


class Accepted(BaseModel):
    id: str


class Answered(Accepted):
    messages: list[MessageOut]


class Thread(BaseModel):
    messages: list[MessageOut]
    changed: list[MessageOut] = Field(description="Earlier messages that were corrected or withdrawn since, as they are now.")
    last_change: int = Field(description="What to send as changed_since the next time.")


class WorkerOut(BaseModel):
    """The worker who has the conversation."""

    name: str = Field(description="Their first name.")
    role: str


class About(BaseModel):
    """How this conversation stands, who can read it, and when it is erased."""

    conversation: str
    nation: str | None
    service: str | None
    state: Literal["bot", "waiting", "with_worker", "closed"] = Field(
        description="Who speaks: the bot, the bot while a person is waited for, or a worker, who has it again after closing it."
    )
    worker: WorkerOut | None
    who_can_read: list[str]
    deleted_on: datetime


class ReceiptOut(BaseModel):
    """What an erasure removed."""

    erased_messages: int
    erased_at: datetime


class ErrorOut(BaseModel):
    """One sentence: what was found and what to do. Never the carer's words."""

    error: str


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorOut} for status in statuses}


def _out(message: Message, helpful: bool | None = None) -> MessageOut:
    language = find_language(message.language)
    more = {"helpful": helpful, "direction": language.direction if language else None}
    return MessageOut.model_validate(message, from_attributes=True).model_copy(update=more)


def container(request: Request) -> Container:
    """Return the app's parts."""
    parts: Container = request.app.state.container
    return parts


Parts = Annotated[Container, Depends(container)]


async def current(parts: Parts, key: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Conversation:
    """Return the conversation whose token was sent."""
    if key is None:
        raise Unauthorised(
            "This needs the conversation's token, as 'Authorization: Bearer TOKEN'. Start a conversation to get one."
        )
    return await parts.conversations.find(key.credentials)


Current = Annotated[Conversation, Depends(current)]


@router.post("/conversations", status_code=201, responses=_errors(400, 413, 422))
async def begin(parts: Parts, body: NewConversation | None = None) -> ConversationOut:
    """Begin a conversation. The token is shown this once and is the only key to it."""
    wish = body or NewConversation()
    conversation, token, messages = await parts.conversations.begin(
        channel="web", nation=wish.nation, service=wish.service, language=wish.language
    )
    return ConversationOut(conversation=conversation.id, token=token, messages=[_out(message) for message in messages])


@router.post("/messages", status_code=202, responses={200: {"model": Answered}, **_errors(400, 401, 404, 413, 422, 429)})
async def send(
    parts: Parts,
    conversation: Current,
    body: NewMessage,
    response: Response,
    wait: Annotated[float | None, Query(ge=0, le=MAX_WAIT, description="Seconds to wait for the bot.")] = None,
) -> Accepted | Answered:
    """Send one message. It is stored before this answers. With ``wait`` the bot's words come back too, once it has spoken."""
    message = await parts.turns.receive(conversation.id, text=body.text, choice=body.choice, client_id=body.client_id)
    if wait is None:
        return Accepted(id=message.id)
    replies = await parts.turns.replies(message, wait=wait)
    if not replies:
        return Accepted(id=message.id)
    response.status_code = 200
    return Answered(id=message.id, messages=[_out(reply) for reply in replies])


@router.get("/messages", responses=_errors(401, 404, 422))
async def messages(
    parts: Parts,
    conversation: Current,
    after: str | None = None,
    changed_since: Annotated[int | None, Query(ge=0, le=MAX_CHANGE, description="The last_change of the look before.")] = None,
) -> Thread:
    """Return the thread after a message, oldest first, up to 200; ask again with the last id for more.

    With ``changed_since`` also the messages that were corrected or withdrawn since that look.
    """
    look = await parts.conversations.look(conversation.id, after, changed_since=changed_since)
    return Thread(
        messages=[_out(message, look.helpful.get(message.id)) for message in look.messages],
        changed=[_out(message, look.helpful.get(message.id)) for message in look.changed],
        last_change=look.last_change,
    )


class SeenMessage(_Body):
    """The last message that the carer's page has shown."""

    id: str = Field(max_length=32)
    last_change: int = Field(default=0, ge=0, le=MAX_CHANGE, description="The last_change of the look that is shown.")


@router.post("/seen", status_code=204, responses=_errors(400, 401, 404, 413, 422))
async def seen(parts: Parts, conversation: Current, body: SeenMessage) -> None:
    """Say that the carer has seen a message, and so all before it. Sending an earlier one changes nothing."""
    await parts.deliveries.seen(conversation.id, body.id, change=body.last_change)


class Helpful(_Body):
    """What the carer thinks of one answer."""

    helpful: bool


@router.post("/messages/{message_id}/helpful", status_code=204, responses=_errors(400, 401, 404, 413, 422))
async def helpful(parts: Parts, conversation: Current, message_id: str, body: Helpful) -> None:
    """Say whether an approved answer helped. It can be said again, and the last time counts."""
    await parts.feedback.say(conversation.id, message_id, helpful=body.helpful)


@router.post("/typing", status_code=204, responses=_errors(401))
async def typing(parts: Parts, conversation: Current) -> None:
    """Say that the carer is writing, every three seconds at most. A worker who has the conversation sees it for six."""
    await parts.typing.carer_writes(conversation.id)


@router.get("/events", response_class=EventSourceResponse, responses=_errors(401, 404, 422))
async def events(
    request: Request,
    parts: Parts,
    conversation: Current,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Stream what happens, never texts.

    ``message`` and ``changed`` events carry a message's id, ``thinking`` says the bot is at work, ``typing`` which worker writes.
    """
    last_id = last_event_id or None
    begun = await parts.conversations.look(conversation.id, last_id)  # refuses an unknown id before the stream begins
    return EventSourceResponse(_events(parts, conversation, last_id, begun.last_change), ping=15)


async def _events(
    parts: Container, conversation: Conversation, last_id: str | None, last_change: int
) -> AsyncIterator[ServerSentEvent]:
    # Listen first, look second: what comes in between is then seen twice rather than never.
    async with parts.announcer.listen(conversation.id) as kinds, parts.deliveries.page_open(conversation.id):
        kind = "message"
        while True:
            if kind == "thinking":
                yield ServerSentEvent(event="thinking", data="{}")
            elif kind == "typing":
                if writer := await _writer(parts, conversation):
                    yield ServerSentEvent(event="typing", data=json.dumps({"name": writer}))
            else:
                try:
                    look = await parts.conversations.look(conversation.id, last_id, changed_since=last_change)
                except NotFound:
                    return  # erased, and with it the message that was heard of last
                for message in look.messages:
                    last_id = message.id
                    yield ServerSentEvent(event="message", id=message.id, data=f'{{"id": "{message.id}"}}')
                for message in look.changed:
                    yield ServerSentEvent(event="changed", data=f'{{"id": "{message.id}"}}')
                last_change = look.last_change
            kind = await anext(kinds)


async def _writer(parts: Container, conversation: Conversation) -> str | None:
    """Return the first name of the worker who has the conversation, if they are writing."""
    if not any(parts.typing.writers(conversation.id)):
        return None
    worker = (await parts.requests.standing(conversation.id)).worker
    return worker.name if worker and parts.typing.is_writing(conversation.id, worker.account.id) else None


@router.get("/conversations/current", responses=_errors(401))
async def about(parts: Parts, conversation: Current) -> About:
    """Say how this conversation stands, who has it, who can read it and when it is erased."""
    standing = await parts.requests.standing(conversation.id)
    worker = WorkerOut(name=standing.worker.name, role=standing.worker.role) if standing.worker else None
    readers = ["You, on this device"]
    if worker:
        readers.append(f"{worker.name}, {worker.role}")
    if standing.was_asked_for:
        readers.append("The workers and leads who support carers here")
    return About(
        conversation=conversation.id,
        nation=conversation.nation,
        service=conversation.service,
        state=standing.state.value,
        worker=worker,
        who_can_read=[*readers, "The people who run this service and look after its answers"],
        deleted_on=conversation.expires_at,
    )


@router.delete("/conversations/current", responses=_errors(401, 404))
async def erase(parts: Parts, conversation: Current) -> ReceiptOut:
    """Erase the conversation and everything said in it, now and for good."""
    receipt = await parts.conversations.erase(conversation)
    parts.announcer.announce(conversation.id, "message")
    parts.requests.announce()
    return ReceiptOut(erased_messages=receipt.messages, erased_at=receipt.erased_at)
