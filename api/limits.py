"""A limit on what a request may carry, before anything reads it."""

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alongside.services.telegram.doctor import PATH

MAX_BODY = 128 * 1024
"""Bytes. The longest message we take is 4,000 characters; eight times that leaves room to answer a too long one kindly."""

_REFUSAL = f"The request is larger than {MAX_BODY // 1024} kB. Nothing was stored. Please send a shorter message."


class BodyLimit:
    """Answers 413 to a body over the limit, whether it says its length or not; what is over is never kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > MAX_BODY:
            await self._refuse(scope, receive, send)
            return
        taken = 0
        answered = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLargeError:
            if not answered:
                await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A carer's browser gets to read why; a forger's megabytes are not waited for.
        headers = {"Connection": "close"} if scope["path"] == PATH else None
        await JSONResponse({"error": _REFUSAL}, status_code=413, headers=headers)(scope, receive, send)


class _TooLargeError(HTTPException):
    """What is raised where the body is read; FastAPI turns any other kind of exception there into a 400."""

    def __init__(self) -> None:
        super().__init__(413, _REFUSAL)
