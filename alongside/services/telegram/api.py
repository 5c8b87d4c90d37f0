"""What the use cases need of Telegram's Bot API. The real part is alongside.adapters.telegram_api."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from alongside.core.errors import AlongsideError
from alongside.core.telegram import Button, Incoming, Part


class TelegramFailed(AlongsideError):
    """A call to Telegram did not do what it should."""

    status = 502


class NotSent(TelegramFailed):
    """Telegram certainly did nothing, and may do it later; ``retry_after`` is in seconds when Telegram said so."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unclear(TelegramFailed):
    """No answer came after the request had left, so that Telegram may have acted."""


class Blocked(TelegramFailed):
    """The carer has blocked the bot, or their account is gone."""


class ChatGone(TelegramFailed):
    """Telegram knows no such chat."""


class Refused(TelegramFailed):
    """Telegram will never do this as it was asked."""


class TooLarge(TelegramFailed):
    """The file is larger than what is taken."""


class ChatMoved(TelegramFailed):
    """The chat has another number now."""

    def __init__(self, to: int) -> None:
        super().__init__("The chat has another number now.")
        self.to = to


class WrongToken(TelegramFailed):
    """The token is not, or no longer, that of a bot."""


class SecondPoller(TelegramFailed):
    """Somebody else asks for this bot's updates, or Telegram is told to deliver them to an address."""


@dataclass(frozen=True)
class Webhook:
    """Where Telegram delivers updates now; empty when nowhere. ``last_error`` is Telegram's own word on the last failure."""

    url: str
    kinds: tuple[str, ...]
    waiting: int
    last_error: str


class TelegramApi(Protocol):
    """One bot at Telegram. Each asynchronous method but ``close`` is a call, and raises TelegramFailed."""

    @property
    def bot(self) -> int:
        """The bot's id, which its token begins with."""

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of update we ask for."""

    @property
    def secret(self) -> str:
        """What Telegram sends along to prove that a webhook call is its own; made from the token, and no way back to it."""

    def read(self, payload: Mapping[str, Any]) -> Incoming:
        """Return an update in our own words. It never fails: what cannot be read is ignored."""

    async def username(self) -> str:
        """Return the bot's name, without the @."""

    async def updates(self, *, after: int | None, wait: float) -> list[dict[str, Any]]:
        """Wait for updates; those up to ``after`` are confirmed with it, and never sent again."""

    async def send(self, chat: int, part: Part) -> int:
        """Say something and return Telegram's id of it."""

    async def edit(self, chat: int, message: int, part: Part) -> None:
        """Change what was said."""

    async def mark(self, chat: int, message: int, buttons: Sequence[Button]) -> None:
        """Change the buttons under what was said."""

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete what was said; what is not there any more is no failure."""

    async def leave(self, chat: int) -> None:
        """Leave a group or channel."""

    async def typing(self, chat: int) -> None:
        """Show for five seconds that the bot is writing."""

    async def acknowledge(self, callback: str, text: str = "") -> None:
        """Answer the press of a button, so that it stops waiting; ``text`` is shown for a moment."""

    async def set_commands(self, commands: Mapping[str, str]) -> None:
        """Set the menu of commands, each with what it does."""

    async def webhook(self) -> Webhook:
        """Say where updates are delivered now."""

    async def set_webhook(self, url: str) -> None:
        """Have updates delivered to an address, with the secret."""

    async def remove_webhook(self) -> None:
        """Have updates delivered nowhere; they wait to be asked for."""

    def fetch(self, file: str, *, most: int) -> AsyncIterator[bytes]:
        """Yield a file's bytes as they come, never more than ``most``. Refused means that it is not there any more."""

    async def close(self) -> None:
        """Close the connections."""
