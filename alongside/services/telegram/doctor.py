"""What may be wrong with the way Telegram's updates come in, in sentences an operator can act on, never with the token."""

from collections.abc import Sequence
from dataclasses import dataclass

from alongside.services.ports import Clock
from alongside.services.telegram import api
from alongside.store import telegram as store
from alongside.store.base import Database

PATH = "/telegram"
"""Where Telegram delivers updates, below the public address."""

UNKNOWN_BOT = (
    "Telegram does not know the token in ALONGSIDE_TELEGRAM_TOKEN: it is mistyped or was revoked. Get the bot's token from "
    "BotFather, and start Alongside again."
)
SECOND_POLLER = (
    "Another program asks for this bot's updates, so carers' messages go to it or to us by chance. Stop the other one, or revoke "
    "the token at BotFather and use the new one here only."
)
NO_ADDRESS = "ALONGSIDE_TELEGRAM_MODE is webhook, and that needs ALONGSIDE_PUBLIC_URL, an https address. Set it, or use polling."
ELSEWHERE = (
    "Telegram delivers this bot's updates to another address (a webhook), so none come here. If that is not wanted, run "
    "`alongside telegram remove-webhook`."
)
_UNREACHABLE = "Telegram cannot be reached from here. Check the network, and ALONGSIDE_TELEGRAM_API_URL if it is set."


@dataclass(frozen=True)
class Finding:
    """What was found, in a sentence."""

    is_well: bool
    said: str


class Doctor:
    """Examines the bot from outside, whether or not Alongside runs."""

    def __init__(
        self, *, database: Database, telegram: api.TelegramApi, clock: Clock, is_webhook: bool, public_url: str | None
    ) -> None:
        self._database = database
        self._telegram = telegram
        self._clock = clock
        self._is_webhook = is_webhook
        self._address = address_of(public_url)

    async def examine(self) -> Sequence[Finding]:
        """Say what is well and what is not, in the order in which it should be mended."""
        try:
            found = [Finding(True, f"Telegram knows the bot as @{await self._telegram.username()}.")]
            now = await self._telegram.webhook()
            if self._is_webhook:
                return [*found, *self._webhook(now)]
            if now.url:
                return [*found, Finding(False, ELSEWHERE)]
            return [*found, await self._polling()]
        except api.WrongToken:
            return [Finding(False, UNKNOWN_BOT)]
        except api.TelegramFailed:
            return [Finding(False, _UNREACHABLE)]

    def _webhook(self, now: api.Webhook) -> list[Finding]:
        if self._address is None:
            return [Finding(False, NO_ADDRESS)]
        if not now.url:
            return [Finding(False, "Telegram has no webhook for this bot. It is set when Alongside starts: start it.")]
        if now.url != self._address:
            return [Finding(False, ELSEWHERE)]
        found = [Finding(True, f"Telegram delivers updates here; {now.waiting} wait.")]
        if now.last_error:
            found.append(Finding(False, f"Telegram's last word on a failed delivery: {now.last_error}. Check the proxy."))
        return found

    async def _polling(self) -> Finding:
        async with self._database.reading() as session:
            now = self._clock.now()
            has_trouble = await store.is_leased(session, trouble_of(self._telegram.bot), now=now)
            is_asking = await store.is_leased(session, f"poll:{self._telegram.bot}", now=now)
        if not has_trouble and not is_asking:
            try:
                await self._telegram.updates(after=None, wait=0)
            except api.SecondPoller:
                has_trouble = True
        if has_trouble:
            return Finding(False, SECOND_POLLER)
        said = "Alongside asks for updates." if is_asking else "Nobody asks for updates now. Start Alongside with `make run`."
        return Finding(True, said)


def address_of(public_url: str | None) -> str | None:
    """Return where Telegram is to deliver updates; None when that is no https address, as Telegram takes no other."""
    return f"{public_url.rstrip('/')}{PATH}" if public_url and public_url.startswith("https://") else None


def trouble_of(bot: int) -> str:
    """Name the lease by which the app tells the doctor that somebody else asks for this bot's updates."""
    return f"second:{bot}"
