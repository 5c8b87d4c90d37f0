"""A server that speaks the Bot API over HTTP on loopback, so that the real library can be tried against it.

Rule kept: it does what https://core.telegram.org/bots/api documents, and refuses what that says is refused: "Making requests",
"getUpdates" (an offset confirms what is before it), "setWebhook" (repeated until a 2xx), "sendMessage" and the other methods the
app calls. Where the documentation is silent, the words of an error are those that the real server is known to send.
"""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.telegram.bot_rules import NoError, check_buttons, check_commands, check_webhook, shown_text
from tests.telegram.bot_webhook import Deliverer

TOKEN = "4242:TEST-token-of-no-bot"
BOT = 4242
ME = {"id": BOT, "is_bot": True, "first_name": "Alongside", "username": "alongside_test_bot"}

MOST_BYTES = 20_000_000
"""Of a file that a bot may download."""

MOST_UPDATES = 100
"""Updates in one answer of getUpdates."""

_NOT_WORDS = frozenset(
    {"allowed_updates", "chat_id", "commands", "drop_pending_updates", "limit", "link_preview_options"}
    | {"max_connections", "message_id", "message_ids", "offset", "reply_markup", "show_alert", "timeout"}
)
"""Parameters that are numbers, truth values or JSON; every other is words."""

_UNASKED = frozenset({"message_reaction", "message_reaction_count", "chat_member"})
"""Kinds of update that come only to a bot that asks for them by name ("getUpdates", allowed_updates)."""


@dataclass
class Call:
    """One call of a method, with its parameters as they were understood."""

    method: str
    given: dict[str, Any]
    is_done: bool = False


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with a call: a wait in seconds, the connection cut before or after it is acted upon, or an error."""

    wait: float = 0
    cut: Literal["", "before", "after"] = ""
    error: Response | None = None


def refusal(status: int, description: str, **parameters: Any) -> JSONResponse:
    """Build an error as "Making requests" has it: ``parameters`` are ResponseParameters such as retry_after."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status_code=status)


def too_many(seconds: int) -> Trouble:
    return Trouble(error=refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))


def broken(status: int = 500) -> Trouble:
    return Trouble(error=refusal(status, "Internal Server Error"))


@dataclass
class BotApi:
    """Telegram's side: what it has to deliver, what it was asked, what stands in the chats.

    ``answer`` may take over a call, or say what goes wrong with it. ``blocked`` and ``gone`` are chats that cannot be written
    to. ``again`` says how often yet an update comes after it was confirmed. ``proxies`` leads a webhook's address to loopback.
    ``files`` are what can be downloaded, by their ids.
    """

    calls: list[Call] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    answer: Callable[[Call], Response | Trouble | None] = field(default=lambda call: None)
    blocked: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    again: dict[int, int] = field(default_factory=dict)
    handed_out: set[int] = field(default_factory=set)
    proxies: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    chats: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1000))
    _polls: "itertools.count[int]" = field(default_factory=itertools.count)
    _poll: int = -1
    is_closing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _deliverer: Deliverer | None = None

    def sent(self, chat: int | None = None) -> list[dict[str, Any]]:
        """Return what the bot tried to say, in order."""
        return [given for given in self.asked("sendMessage") if chat in (None, given["chat_id"])]

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of each call of a method."""
        return [call.given for call in self.calls if call.method == method]

    def arrived(self) -> list[dict[str, Any]]:
        """Return what was said in any chat, in order, without what was refused."""
        return [call.given for call in self.calls if call.method == "sendMessage" and call.is_done]

    def stands(self, chat: int) -> list[str]:
        """Return what a carer reads in a chat now, as sent: edits done, deleted messages gone."""
        return [message["text"] for message in self.chats.get(chat, {}).values()]

    def happens(self, *updates: dict[str, Any]) -> None:
        """Have updates to deliver; those of a kind the bot does not ask for never come."""
        with self._lock:
            self.updates += [update for update in updates if self._is_asked_for(update)]

    def take_away(self, confirmed: Callable[[dict[str, Any]], bool]) -> None:
        """Deliver what is confirmed no more, unless it is one that comes again all the same."""
        with self._lock:
            kept = [update for update in self.updates if not confirmed(update) or self._comes_again(update["update_id"])]
            self.updates[:] = kept

    def _is_asked_for(self, update: dict[str, Any]) -> bool:
        kinds = update.keys() - {"update_id"}
        return bool(kinds & set(self.allowed)) if self.allowed else not kinds & _UNASKED

    def _comes_again(self, update: int) -> bool:
        left = self.again.pop(update, 0)
        if left > 1:
            self.again[update] = left - 1
        return left > 0

    async def handle(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        if token != TOKEN:
            return refusal(401, "Unauthorized") if ":" in token else refusal(404, "Not Found")
        call = Call(method, await _parameters(request))
        self.calls.append(call)
        trouble = self.answer(call) or Trouble()
        if isinstance(trouble, Response):
            return trouble
        await asyncio.sleep(trouble.wait)
        if trouble.error is not None:
            return trouble.error
        if trouble.cut == "before":
            return await _cut(request)
        try:
            result = await self._result(call)
        except NoError as error:
            return refusal(error.status, str(error))
        call.is_done = True
        if trouble.cut == "after":
            return await _cut(request)
        return JSONResponse({"ok": True, "result": result})

    async def _result(self, call: Call) -> Any:
        method = getattr(self, f"_{call.method}", None)
        if method is None:
            raise NoError(404, "Not Found: method not found")
        found = method(call.given)
        return await found if asyncio.iscoroutine(found) else found

    # -- Coming in: "Getting updates" --------------------------------------------------------------------------------------

    def _getMe(self, _: dict[str, Any]) -> dict[str, Any]:
        return ME

    async def _getUpdates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise NoError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        own = self._poll = next(self._polls)  # the later of two ends the earlier
        if "allowed_updates" in given:
            self.allowed = tuple(given["allowed_updates"])
        offset = given.get("offset", 0)
        if offset < 0:
            offset = self.updates[offset:][0]["update_id"] if self.updates else 0
        self.take_away(lambda update: update["update_id"] < offset)
        until = time.monotonic() + given.get("timeout", 0)
        while not (self.updates or self.is_closing) and time.monotonic() < until and own == self._poll:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # what happens comes from other threads
        if own != self._poll:
            raise NoError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        found = self.updates[: given.get("limit", MOST_UPDATES)]
        self.handed_out |= {update["update_id"] for update in found}
        return found

    def _setWebhook(self, given: dict[str, Any]) -> bool:
        check_webhook(given)
        if given.get("drop_pending_updates"):
            self.take_away(lambda update: True)
        self.allowed = tuple(given.get("allowed_updates", ()))
        self.webhook = {"url": given["url"], "allowed_updates": list(self.allowed)}
        self._stop_delivering()
        self._deliverer = Deliverer(self, given["url"], given.get("secret_token", ""))
        return True

    def _deleteWebhook(self, given: dict[str, Any]) -> bool:
        if given.get("drop_pending_updates"):
            self.take_away(lambda update: True)
        self._stop_delivering()
        self.webhook = {}
        return True

    def _getWebhookInfo(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.updates)} | self.webhook

    def _stop_delivering(self) -> None:
        if self._deliverer is not None:
            self._deliverer.stop()
        self._deliverer = None

    # -- Going out: "Available methods" and "Updating messages" -------------------------------------------------------------

    def _sendMessage(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        message = {"message_id": next(self._numbers), "from": ME, "date": int(time.time()), "chat": _described(chat)}
        return self._write(chat, message, given)

    def _editMessageText(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        return self._write(chat, self._own(chat, given, "edit"), given)

    def _editMessageReplyMarkup(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(given)
        message = self._own(chat, given, "edit")
        return self._write(chat, message, given | {"text": message["text"], "parse_mode": message["parse_mode"]})

    def _deleteMessage(self, given: dict[str, Any]) -> bool:
        chat = self._chat(given)
        del self.chats[chat][self._own(chat, given, "delete")["message_id"]]
        return True

    def _deleteMessages(self, given: dict[str, Any]) -> bool:
        chat, numbers = self._chat(given), given.get("message_ids")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_UPDATES:
            raise NoError(400, "Bad Request: message identifiers are not specified")
        for number in numbers:  # "If some of the specified messages can't be found, they are skipped"
            self.chats.get(chat, {}).pop(number, None)
        return True

    def _answerCallbackQuery(self, given: dict[str, Any]) -> bool:
        if not given.get("callback_query_id"):
            raise NoError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(given.get("text", "")) > 200:
            raise NoError(400, "Bad Request: MESSAGE_TOO_LONG")
        return True

    def _sendChatAction(self, given: dict[str, Any]) -> bool:
        self._chat(given)
        if given.get("action") not in ("typing", "upload_photo", "upload_document"):
            raise NoError(400, "Bad Request: wrong parameter action in request")
        return True

    def _setMyCommands(self, given: dict[str, Any]) -> bool:
        check_commands(given.get("commands"))
        return True

    def _getFile(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.files.get(given.get("file_id", ""))
        if found is None:
            raise NoError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(found) > MOST_BYTES:
            raise NoError(400, "Bad Request: file is too big")
        name = given["file_id"]
        return {"file_id": name, "file_unique_id": name, "file_size": len(found), "file_path": f"files/{name}"}

    async def download(self, request: Request) -> Response:
        """Give a file away: "getFile", https://api.telegram.org/file/bot<token>/<file_path>."""
        call = Call("download", {"file_id": request.path_params["name"]})
        self.calls.append(call)
        if request.path_params["token"] != TOKEN:
            return refusal(404, "Not Found")
        trouble = self.answer(call) or Trouble()
        if isinstance(trouble, Response):
            return trouble
        if trouble.cut:
            return await _cut(request)
        return Response(self.files[call.given["file_id"]], media_type="application/octet-stream")

    def _leaveChat(self, given: dict[str, Any]) -> bool:
        chat = self._chat(given)
        if chat > 0:
            raise NoError(400, "Bad Request: chat member status can't be changed in private chats")
        self.blocked.add(chat)
        return True

    def _chat(self, given: dict[str, Any]) -> int:
        chat = given.get("chat_id")
        if chat in (None, ""):
            raise NoError(400, "Bad Request: chat_id is empty")
        if not isinstance(chat, int) or chat == 0 or chat in self.gone:
            raise NoError(400, "Bad Request: chat not found")
        if chat in self.blocked:
            who = "bot was blocked by the user" if chat > 0 else "bot is not a member of the group chat"
            raise NoError(403, f"Forbidden: {who}")
        return chat

    def _own(self, chat: int, given: dict[str, Any], verb: str) -> dict[str, Any]:
        message = self.chats.get(chat, {}).get(given.get("message_id", 0))
        if message is None:
            raise NoError(400, f"Bad Request: message to {verb} not found")
        return message

    def _write(self, chat: int, message: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        text, mode = given.get("text", ""), given.get("parse_mode", "")
        shown, markup = shown_text(text, mode), check_buttons(given.get("reply_markup"))
        written = {"text": text, "parse_mode": mode, "reply_markup": markup}
        if written.items() <= message.items():
            raise NoError(400, "Bad Request: message is not modified")
        message |= written
        self.chats.setdefault(chat, {})[message["message_id"]] = message
        return message | {"text": shown}


def _described(chat: int) -> dict[str, Any]:
    return (
        {"id": chat, "type": "private", "first_name": "Robin"} if chat > 0 else {"id": chat, "type": "group", "title": "Family"}
    )


async def _parameters(request: Request) -> dict[str, Any]:
    """Read parameters the two ways the library sends them: as a form, or as JSON; a query string may add to either."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        given: dict[str, Any] = json.loads(body)
        return given
    pairs: Iterable[tuple[str, str]] = parse_qsl(f"{request.url.query}&{body.decode()}", keep_blank_values=True)
    return {name: _value(text) if name in _NOT_WORDS else text for name, text in pairs}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _cut(request: Request) -> Response:
    request.scope["cut"]()
    await asyncio.sleep(0.01)  # so that the server knows of the cut before it gets an answer to send
    return Response()


class _Cuttable:
    """Hands the way to cut a connection to what is inside: there is none in ASGI, so it is uvicorn's own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["cut"] = lambda: send.__self__.transport.abort()  # type: ignore[attr-defined]
        await self._app(scope, receive, send)


class Running:
    """A ``BotApi`` served in a thread of its own."""

    def __init__(self) -> None:
        self.api = BotApi()
        methods = Route("/bot{token}/{method}", self.api.handle, methods=["GET", "POST"])
        app = _Cuttable(Starlette(routes=[methods, Route("/file/bot{token}/files/{name}", self.api.download)]))
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> BotApi:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)
        self.api.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self.api

    def __exit__(self, *error: object) -> None:
        self.api.is_closing = True
        self._server.should_exit = True
        self._thread.join(10)
