"""What Telegram sends and is sent, in our own words: kinds of updates, commands, and a message cut into what fits.

Rules kept: a message is split at paragraphs, below 4,096 characters as Telegram counts them (UTF-16 units); every text is
escaped, so that nobody's words become a link or bold by accident.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from alongside.core.conversations import Attached, Author, Choice, Message, ShownSource
from alongside.core.files import FileRef

LIMIT = 4_096
"""UTF-16 units in one Telegram message, counted after the markup is taken out."""

DELETABLE = timedelta(hours=48)
"""How long Telegram lets a bot delete what it has sent to a private chat."""

MOVE = "move-"
"""How a start parameter begins that continues a conversation from the web; any other is the code of a service."""

DELETE_IT, KEEP_IT = "delete:yes", "delete:no"
"""What the two buttons carry that stand under the question whether a conversation is to be deleted."""

_COMMANDS = ("start", "person", "help", "privacy", "delete", "stop", "web")
_COMMAND = re.compile(rf"/({'|'.join(_COMMANDS)})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_BREAKS = ("\n\n", "\n", " ")


class Kind(str, Enum):
    """What an update is to us. What is not named here is ignored."""

    TEXT = "text"
    ATTACHED = "attached"
    EDITED = "edited"
    BUTTON = "button"
    REACTION = "reaction"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    GROUP = "group"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Incoming:
    """One update, read. ``message`` is Telegram's number of a message in this chat; ``callback`` is what to acknowledge."""

    update: int
    kind: Kind = Kind.IGNORED
    chat: int | None = None
    message: int | None = None
    text: str = ""
    attached: Attached | None = None
    album: str | None = None
    callback: str | None = None
    is_helpful: bool | None = None
    to_chat: int | None = None
    file: FileRef | None = None


class Task(str, Enum):
    """What a delivery does: say a stored message or a notice, change or delete what was said, or leave a group."""

    SEND = "send"
    NOTICE = "notice"
    EDIT = "edit"
    DELETE = "delete"
    LEAVE = "leave"


@dataclass(frozen=True)
class Button:
    """A button as Telegram has it: ``data`` is 1 to 64 bytes and comes back when it is pressed."""

    title: str
    data: str


@dataclass(frozen=True)
class Part:
    """What fits in one Telegram message: escaped text, and the buttons under it."""

    text: str
    buttons: tuple[Button, ...] = ()


def read_command(text: str) -> tuple[str, str] | None:
    """Return one of our commands with what stands after it; None for anything else, an unknown command too."""
    found = _COMMAND.fullmatch(text.strip())
    return (found[1].lower(), (found[2] or "").strip()) if found else None


def read_button(data: str) -> tuple[str, int] | None:
    """Return the message and the number of the choice that a button stands for; None when it names no stored choice."""
    message, _, number = data.partition(":")
    return (message, int(number)) if re.fullmatch(r"[0-9a-f]{32}", message) and re.fullmatch(r"\d{1,3}", number) else None


def buttons(message: str, choices: Sequence[Choice], *, chosen: Iterable[int] = ()) -> tuple[Button, ...]:
    """Return the buttons for a message's choices; those in ``chosen`` carry a tick."""
    ticked = set(chosen)
    return tuple(
        Button(f"{'✓ ' if number in ticked else ''}{choice.title}", f"{message}:{number}")
        for number, choice in enumerate(choices)
    )


def render(message: Message) -> list[Part]:
    """Return a message as Telegram is sent it, in as many parts as it takes. The buttons are under the last one."""
    name = f"{message.name or 'A carer support worker'}: " if message.author is Author.WORKER else ""
    parts = [html.escape(piece) for piece in split(f"{name}{message.text}")]
    if message.sources:
        said = "\n".join(_source(source) for source in message.sources)
        shown = "\n".join(_shown(source) for source in message.sources)
        if units(f"{html.unescape(parts[-1])}\n\n{shown}") <= LIMIT:
            parts[-1] = f"{parts[-1]}\n\n{said}"
        else:
            parts.append(said)
    under = buttons(message.id, message.choices)
    return [*(Part(text) for text in parts[:-1]), Part(parts[-1], under)]


def render_notice(text: str, choices: Sequence[Choice]) -> Part:
    """Return words that belong to no stored message. Their buttons carry what they stand for, which always is open."""
    return Part(html.escape(text), tuple(Button(choice.title, choice.payload) for choice in choices))


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Cut a text into pieces of at most ``limit`` UTF-16 units: between paragraphs, else lines, else words, else anywhere."""
    pieces = []
    while units(text) > limit:
        head = _head(text, limit)
        place, gap = next(((head.rfind(gap), gap) for gap in _BREAKS if head.rfind(gap) > 0), (len(head), ""))
        pieces.append(text[:place].rstrip())
        text = text[place + len(gap) :].lstrip("\n")
    return [*pieces, text]


def units(text: str) -> int:
    """Return a text's length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _head(text: str, limit: int) -> str:
    """Return as much of the beginning as ``limit`` units hold, with no character cut in half."""
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")


def _shown(source: ShownSource) -> str:
    on = date.fromisoformat(source.checked_on)
    return f"Source: {source.title}, checked on {on.day} {on:%B %Y}"


def _source(source: ShownSource) -> str:
    shown = html.escape(_shown(source))
    if not re.match(r"https?://", source.url or ""):
        return shown
    title = html.escape(source.title)
    return shown.replace(title, f'<a href="{html.escape(source.url or "")}">{title}</a>', 1)
