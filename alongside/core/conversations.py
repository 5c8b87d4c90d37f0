"""A carer's conversation: what a message is, and how what arrives is made safe to keep."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from alongside.core.errors import InvalidInput

MAX_TEXT = 4_000
"""Characters in one message. 20,000 words once took the assistant 33 seconds, in which every other carer waited."""

TALK_TO_PERSON = "/talk_to_person"
"""The one choice that is always open, whatever was offered."""

SOMETHING_ELSE = "/something_else"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and the marks that override the direction of text and can disguise it. Right-to-left text stays."""


class Author(str, Enum):
    """Who said a message."""

    CARER = "carer"
    BOT = "bot"
    WORKER = "worker"
    SYSTEM = "system"


class Attached(str, Enum):
    """What came with a message, or in the place of one, and cannot be read here."""

    VOICE = "voice"
    VIDEO = "video"
    PHOTO = "photo"
    DOCUMENT = "document"
    CONTACT = "contact"
    LOCATION = "location"
    STICKER = "sticker"
    POLL = "poll"
    FORWARDED = "forwarded"
    OTHER = "other"


LABELS = {
    Attached.VOICE: "[Voice message]",
    Attached.VIDEO: "[Video]",
    Attached.PHOTO: "[Photo]",
    Attached.DOCUMENT: "[Document]",
    Attached.CONTACT: "[Contact]",
    Attached.LOCATION: "[Location]",
    Attached.STICKER: "[Sticker]",
    Attached.POLL: "[Poll]",
    Attached.FORWARDED: "[Somebody else's message, forwarded]",
    Attached.OTHER: "[Something that is not text]",
}
"""The first line of a message with something attached: what a worker sees in its place. The carer's words follow."""


@dataclass(frozen=True)
class Choice:
    """A button under a message; ``payload`` is what comes back when it is pressed. Without ``language`` the title is English."""

    title: str
    payload: str
    language: str | None = None


@dataclass(frozen=True)
class ShownSource:
    """Where an answer's words come from, as a carer sees it. ``url`` may be missing for a printed source."""

    title: str
    url: str | None
    checked_on: str


@dataclass(frozen=True)
class Message:
    """One message of a conversation, as stored; ``position`` orders it among the conversation's messages.

    ``account`` is the worker who wrote it; ``language`` is that of a translation. ``change`` orders what was corrected or
    withdrawn among the conversation's changes. The text of a withdrawn message is empty; its earlier words are versions of it.
    """

    id: str
    conversation: str
    position: int
    author: Author
    text: str
    at: datetime
    name: str | None = None
    choices: tuple[Choice, ...] = ()
    sources: tuple[ShownSource, ...] = ()
    answer: str | None = None
    safety: str | None = None
    release: int | None = None
    choice: str | None = None
    reply_to: str | None = None
    account: str | None = None
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    change: int | None = None
    attached: Attached | None = None
    language: str | None = None

    @property
    def words(self) -> str:
        """The carer's words, without the label of what is attached."""
        return without_label(self.text) if self.attached else self.text

    @property
    def question(self) -> str:
        """What the bot can answer: the carer's own words, not what somebody else wrote to them."""
        return "" if self.attached is Attached.FORWARDED else self.words


@dataclass(frozen=True)
class Draft:
    """A message that is about to be said to a carer; it gets its id and place when it is stored."""

    text: str
    author: Author = Author.BOT
    name: str | None = None
    choices: tuple[Choice, ...] = ()
    sources: tuple[ShownSource, ...] = ()
    answer: str | None = None
    safety: str | None = None
    release: int | None = None
    account: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Version:
    """Words a message had before it was corrected or withdrawn: the first is number 1. ``account`` is empty for a carer's."""

    message: str
    number: int
    text: str
    at: datetime
    account: str | None = None


@dataclass(frozen=True)
class Conversation:
    """One carer's thread. ``assistant_state`` is the assistant's memory of it, kept here and nowhere else.

    ``last_change`` is the number of the last correction or withdrawal in it.
    """

    id: str
    channel: str
    created_at: datetime
    expires_at: datetime
    nation: str | None = None
    service: str | None = None
    language: str | None = None
    assistant_state: dict[str, object] | None = field(default=None, repr=False)
    last_change: int = 0


def clean_text(text: str) -> str:
    """Return a carer's text without what no keyboard means: control and direction-override characters, lone surrogates.

    Raises InvalidInput when it is longer than MAX_TEXT characters; nothing is cut off in silence.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInput(
            f"Your message has {len(text):,} characters and we can read {MAX_TEXT:,} at a time. "
            "It was not sent. Please shorten it, or send it in parts."
        )
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def without_label(text: str) -> str:
    """Return a text that ``labelled`` made without its label."""
    return text.partition("\n")[2]


def labelled(text: str, attached: Attached | None) -> str:
    """Return a text below the label of what came with it, if anything did."""
    return f"{LABELS[attached]}\n{text}".strip() if attached else text
