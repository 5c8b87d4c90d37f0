"""Telegram's Bot API through python-telegram-bot: it parses and sends, and nothing of its queue is used.

Rules kept: a failure says whether Telegram may have acted, as nothing is ever said twice; the token is in no error of ours and
in no log (the library's messages are not passed on, and its loggers are silent: see alongside.logs).
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import structlog
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest

from alongside.core.conversations import Attached
from alongside.core.errors import InvalidInput
from alongside.core.files import OPENED, FileRef, ending_of
from alongside.core.telegram import Button, Incoming, Kind, Part
from alongside.services.telegram import api

log = structlog.get_logger()

UPDATES = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member", "channel_post")
"""What we want to hear of. Inline and business updates are not asked for, and ignored should they come."""

_FILE_TIMEOUT = 15.0
"""Seconds without a byte of a file."""

_POOL = 40
"""Connections: 30 messages a second at most, the wait for updates, and room for what is slow."""

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_MOST_AT_ONCE = 100
"""Messages that one call may delete."""

_ATTACHED = {
    "voice": Attached.VOICE,
    "audio": Attached.VOICE,
    "video": Attached.VIDEO,
    "video_note": Attached.VIDEO,
    "photo": Attached.PHOTO,
    "animation": Attached.STICKER,
    "sticker": Attached.STICKER,
    "dice": Attached.STICKER,
    "document": Attached.DOCUMENT,
    "contact": Attached.CONTACT,
    "venue": Attached.LOCATION,
    "location": Attached.LOCATION,
    "poll": Attached.POLL,
    "checklist": Attached.POLL,
    "game": Attached.OTHER,
    "story": Attached.OTHER,
    "paid_media": Attached.OTHER,
    "invoice": Attached.OTHER,
}
"""In the order in which they are looked for: an animation comes as a document too."""

_HELPFUL, _UNHELPFUL = frozenset("👍❤🙏👏"), frozenset("👎")
"""Reactions that say whether an answer helped. Any other, such as a tear, may be about the carer's day."""


class _NotSentError(NetworkError):
    """Raised where it is known that Telegram did nothing; ``retry_after`` is in seconds when it said so."""

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("not sent")
        self.retry_after = retry_after


class _Request(HTTPXRequest):
    """Tells what certainly was not done from what may have been."""

    @classmethod
    def made(cls, *, connections: int) -> "_Request":
        return cls(connections, connect_timeout=5.0, read_timeout=15.0, write_timeout=10.0, pool_timeout=10.0)

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        try:
            status, body = await super().do_request(*given, **named)
        except NetworkError as error:  # a time-out is one too
            if isinstance(error.__cause__, _BEFORE_SENDING):
                raise _NotSentError from None
            raise
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            answer = _read_answer(body)
            if answer.get("ok") is False:  # Telegram's own answer that it did nothing, not a proxy's that it heard nothing
                raise _NotSentError((answer.get("parameters") or {}).get("retry_after"))
        return status, body


def _read_answer(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


@asynccontextmanager
async def _failures() -> AsyncIterator[None]:
    """Turn the library's errors into ours, without its words: they may hold the address, and so the token."""
    try:
        yield
    except ChatMigrated as error:
        raise api.ChatMoved(error.new_chat_id) from None
    except Forbidden:
        raise api.Blocked("The carer has blocked the bot, or left.") from None
    except (InvalidToken, EndPointNotFound):
        raise api.WrongToken("Telegram does not know the bot's token.") from None
    except Conflict:
        raise api.SecondPoller("Telegram gives this bot's updates to somebody else.") from None
    except BadRequest as error:
        if "chat not found" in error.message.lower():
            raise api.ChatGone("Telegram knows no such chat.") from None
        raise api.Refused("Telegram refused the request.") from None
    except _NotSentError as error:
        raise api.NotSent("Telegram could not be reached, or asks us to wait.", retry_after=error.retry_after) from None
    except TelegramError:
        raise api.Unclear("Telegram did not answer.") from None


class BotApi:
    """One bot, by its token. ``url`` is where the Bot API is."""

    def __init__(self, token: str, *, url: str) -> None:
        number, _, rest = token.partition(":")
        if not number.isdigit() or not rest:
            raise InvalidInput("ALONGSIDE_TELEGRAM_TOKEN is no bot's token. It has the form 123456:ABC-DEF, from BotFather.")
        self.bot = int(number)
        self.kinds = UPDATES
        self.secret = hmac.new(token.encode(), b"alongside webhook", hashlib.sha256).hexdigest()
        base = url.rstrip("/")
        self._requests = (_Request.made(connections=1), _Request.made(connections=_POOL))
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    def read(self, payload: Mapping[str, Any]) -> Incoming:
        """Return an update in our own words. One that the library cannot read is read as far as the words in it go."""
        try:
            return _read(Update.de_json(dict(payload), self._bot))
        except Exception:  # something newer than the library, or broken: a carer who wrote still gets an answer
            return _read_words(payload)

    async def username(self) -> str:
        async with _failures():
            return (await self._bot.get_me()).username or ""

    async def updates(self, *, after: int | None, wait: float) -> list[dict[str, Any]]:
        """Wait for updates, as they were sent: they are stored before anything reads them."""
        asked = {"timeout": int(wait), "allowed_updates": list(UPDATES)}
        if after is not None:
            asked["offset"] = after + 1
        async with _failures():
            # The library's own method parses them all, so that one it cannot read would keep the others from us.
            found: list[dict[str, Any]] = await self._bot._post("getUpdates", asked, read_timeout=wait + 10)
            return found

    async def send(self, chat: int, part: Part) -> int:
        async with _failures():
            sent = await self._bot.send_message(
                chat,
                part.text,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(part.buttons),
            )
            return sent.message_id

    async def edit(self, chat: int, message: int, part: Part) -> None:
        async with _failures():
            try:
                await self._bot.edit_message_text(
                    part.text,
                    chat,
                    message,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=_keyboard(part.buttons),
                )
            except BadRequest as error:
                if "not modified" not in error.message.lower():
                    raise

    async def mark(self, chat: int, message: int, buttons: Sequence[Button]) -> None:
        async with _failures():
            await self._bot.edit_message_reply_markup(chat, message, reply_markup=_keyboard(buttons))

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        for start in range(0, len(messages), _MOST_AT_ONCE):
            async with _failures():
                await self._bot.delete_messages(chat, list(messages[start : start + _MOST_AT_ONCE]))

    async def leave(self, chat: int) -> None:
        async with _failures():
            await self._bot.leave_chat(chat)

    async def typing(self, chat: int) -> None:
        async with _failures():
            await self._bot.send_chat_action(chat, ChatAction.TYPING)

    async def acknowledge(self, callback: str, text: str = "") -> None:
        async with _failures():
            await self._bot.answer_callback_query(callback, text or None)

    async def fetch(self, file: str, *, most: int) -> AsyncIterator[bytes]:
        async with _failures():
            try:
                place = (await self._bot.get_file(file)).file_path or ""
            except BadRequest as error:
                if "too big" in error.message.lower():
                    raise api.TooLarge("The file is too large.") from None
                raise
        if not place.startswith(("https://", "http://")):
            log.error("the Bot API server keeps files on its own disk; start it without --local so that workers can open them")
            raise api.NotSent("The Bot API server does not give files away.")
        taken = 0
        # The address holds the token, so that none of the client's own errors may leave this place.
        try:
            async with httpx.AsyncClient(timeout=_FILE_TIMEOUT) as client, client.stream("GET", place) as answer:
                if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
                    raise api.Refused("Telegram does not have the file.")
                if answer.status_code != httpx.codes.OK:
                    raise api.NotSent("Telegram does not give the file.")
                async for part in answer.aiter_bytes():
                    taken += len(part)
                    if taken > most:
                        raise api.TooLarge("The file is larger than it was said to be.")
                    yield part
        except (httpx.HTTPError, httpx.InvalidURL):
            raise api.NotSent("Telegram could not be reached for the file.") from None

    async def set_commands(self, commands: Mapping[str, str]) -> None:
        async with _failures():
            await self._bot.set_my_commands([BotCommand(name, what) for name, what in commands.items()])

    async def webhook(self) -> api.Webhook:
        async with _failures():
            info = await self._bot.get_webhook_info()
        kinds = tuple(info.allowed_updates or ())
        return api.Webhook(info.url, kinds, info.pending_update_count, info.last_error_message or "")

    async def set_webhook(self, url: str) -> None:
        async with _failures():
            await self._bot.set_webhook(url, secret_token=self.secret, allowed_updates=list(UPDATES))

    async def remove_webhook(self) -> None:
        async with _failures():
            await self._bot.delete_webhook()


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(button.title, callback_data=button.data)] for button in buttons])


def _read_words(payload: Mapping[str, Any]) -> Incoming:
    match payload:
        case {"message": {"chat": {"id": int(chat), "type": "private"}, "message_id": int(own), **rest}}:
            is_text = isinstance(rest.get("text"), str)
            words = rest.get("text") if is_text else rest.get("caption")
            return Incoming(
                int(payload["update_id"]),
                Kind.TEXT if is_text else Kind.ATTACHED,
                chat=chat,
                message=own,
                text=words if isinstance(words, str) else "",
                attached=None if is_text else Attached.OTHER,
            )
    return Incoming(int(payload["update_id"]))


def _read(update: Update) -> Incoming:
    number = update.update_id
    if query := update.callback_query:
        where = query.message
        return Incoming(
            number,
            Kind.BUTTON if where else Kind.IGNORED,
            chat=where.chat.id if where else query.from_user.id,
            message=where.message_id if where else None,
            text=query.data or "",
            callback=query.id,
        )
    if reaction := update.message_reaction:
        found = {emoji for shown in reaction.new_reaction if (emoji := getattr(shown, "emoji", ""))}
        helpful = bool(found & _HELPFUL) or (False if found & _UNHELPFUL else None)
        return Incoming(number, Kind.REACTION, chat=reaction.chat.id, message=reaction.message_id, is_helpful=helpful)
    if member := update.my_chat_member:
        is_in = member.new_chat_member.status not in ("left", "kicked")
        if member.chat.type == ChatType.PRIVATE:
            return Incoming(number, Kind.UNBLOCKED if is_in else Kind.BLOCKED, chat=member.chat.id)
        return Incoming(number, Kind.GROUP if is_in else Kind.IGNORED, chat=member.chat.id)
    message = update.message or update.edited_message or update.channel_post
    return _read_message(update, message) if message else Incoming(number)


def _read_message(update: Update, message: Message) -> Incoming:
    number, chat, own = update.update_id, message.chat.id, message.message_id
    if message.migrate_to_chat_id:
        return Incoming(number, Kind.MIGRATED, chat=chat, to_chat=message.migrate_to_chat_id)
    if message.chat.type != ChatType.PRIVATE:
        return Incoming(number, Kind.IGNORED if message.left_chat_member else Kind.GROUP, chat=chat)
    text = message.text or message.caption or ""
    attached = next((kind for name, kind in _ATTACHED.items() if getattr(message, name, None)), None)
    if update.edited_message:
        kind = Kind.EDITED if text else Kind.IGNORED
        return Incoming(number, kind, chat=chat, message=own, text=text, album=message.media_group_id)
    if attached is None and message.forward_origin and text:
        attached = Attached.FORWARDED
    if attached is None and not text:
        return Incoming(number, chat=chat)  # a service message, such as a new photo of the chat
    return Incoming(
        number,
        Kind.ATTACHED if attached else Kind.TEXT,
        chat=chat,
        message=own,
        text=text,
        attached=attached,
        album=message.media_group_id,
        file=_file(message) if attached in OPENED else None,
    )


def _file(message: Message) -> FileRef | None:
    """Return where the file of a message is; of a photo's sizes, the largest."""
    if message.photo:
        return FileRef(message.photo[-1].file_id, message.photo[-1].file_size, "jpg")
    if message.voice:
        return FileRef(message.voice.file_id, message.voice.file_size, "ogg")
    named = message.audio or message.document
    return FileRef(named.file_id, named.file_size, ending_of(named.file_name)) if named else None
