"""What Telegram refuses in a call of the Bot API, in its own words.

Rule kept: each check is one that https://core.telegram.org/bots/api documents ("sendMessage", "HTML style",
"InlineKeyboardButton", "setWebhook", "BotCommand").
"""

import html
import re
from typing import Any
from urllib.parse import urlsplit

MOST_UNITS = 4_096
"""UTF-16 units in a text, "after entities parsing"."""

_TAGS = frozenset(
    {
        "a",
        "b",
        "blockquote",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "tg-emoji",
        "tg-spoiler",
        "u",
    }
)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>")
_PORTS = (443, 80, 88, 8443)


class NoError(Exception):
    """Telegram's no: a status, and a description that the library reads."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


def shown_text(text: str, mode: str) -> str:
    """Return what a carer reads of a text. Refuses what is empty, too long, or no well-formed HTML."""
    if mode not in ("", "HTML"):
        raise NoError(400, "Bad Request: unsupported parse_mode")
    shown = (_without_tags(text) if mode else text).strip()
    if not shown:
        raise NoError(400, "Bad Request: message text is empty")
    if len(shown.encode("utf-16-le")) // 2 > MOST_UNITS:
        raise NoError(400, "Bad Request: message is too long")
    return shown


def _without_tags(text: str) -> str:
    """Take HTML out as "HTML style" says: "all <, > and & symbols that are not a part of a tag must be replaced"."""
    pieces, is_open, place = [], list[str](), 0
    while (found := text.find("<", place)) >= 0:
        pieces.append(text[place:found])
        tag = _TAG.match(text, found)
        offset = len(text[:found].encode())
        if tag is None or tag[2].lower() not in _TAGS:
            raise NoError(400, f"Bad Request: can't parse entities: Unsupported start tag at byte offset {offset}")
        name = tag[2].lower()
        if not tag[1]:
            is_open.append(name)
        elif not is_open or is_open.pop() != name:
            raise NoError(400, f"Bad Request: can't parse entities: Unmatched end tag at byte offset {offset}")
        place = tag.end()
    if is_open:
        raise NoError(400, f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{is_open[-1]}\"")
    return html.unescape("".join([*pieces, text[place:]]))


def check_buttons(markup: Any) -> Any:
    """Return an inline keyboard as it is kept. Refuses buttons without a title, or whose data is not 1 to 64 bytes."""
    if markup is None:
        return None
    if not isinstance(markup, dict) or not isinstance(markup.get("inline_keyboard"), list):
        raise NoError(400, "Bad Request: can't parse reply keyboard markup JSON object")
    for button in (button for row in markup["inline_keyboard"] for button in row):
        if not button.get("text"):
            raise NoError(400, 'Bad Request: can\'t parse inline keyboard button: Field "text" must be of type String')
        if "url" not in button and not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise NoError(400, "Bad Request: BUTTON_DATA_INVALID")
    return markup


def check_commands(commands: Any) -> None:
    """Refuse a menu of commands that is not at most 100 of 1 to 32 small letters, digits and underscores each."""
    if not isinstance(commands, list) or len(commands) > 100:
        raise NoError(400, "Bad Request: can't parse commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise NoError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise NoError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")


def check_webhook(given: dict[str, Any]) -> None:
    """Refuse an address that is not https on one of four ports, and a secret with other than letters, digits, _ and -."""
    address = urlsplit(given.get("url", ""))
    if address.scheme != "https" or not address.hostname:
        raise NoError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if (address.port or 443) not in _PORTS:
        raise NoError(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if "secret_token" in given and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given["secret_token"]):
        raise NoError(400, "Bad Request: secret token contains unallowed characters")
