"""Sends alerts by apprise, which knows e-mail, Teams, Slack, text gateways, Telegram and many more behind one kind of address.

Rules kept: no address is ever written to the log; a gateway that hangs has a time limit and threads of its own kind, so that it
holds up nobody else; what would act on this machine itself is refused.
"""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, NotifyBase

from alongside.core.alerts import OWN_MAIL, Failure, NotSent
from alongside.core.errors import InvalidInput

_TIME = 25.0
"""Seconds for one address: beyond apprise's own limits for connecting and reading, below the time an alert is taken for."""

_AT_ONCE = 16
"""Threads: as many gateways may hang at once, each for _TIME at most, before anybody waits."""

_ON_THIS_MACHINE = frozenset(
    ("dbus", "glib", "gnome", "growl", "kde", "macosx", "notifiarr", "qt", "syslog", "windows", "apprise", "apprises")
)
"""Services of apprise that show something on this machine, or hand on to another apprise that nobody here looks after."""

_NAME_A_HOST = frozenset(("mailto", "json", "xml", "form"))
"""Services whose addresses name a server that may be shown."""

_ONE_ADDRESS = re.compile(r"""[^\s@,;:<>()"']+@[^\s@,;:<>()"']+""")
"""Nothing that a mail library could take for a second recipient."""

_ASSET = AppriseAsset(app_id="Alongside", app_desc="Alongside", async_mode=False, secure_logging=True, plugin_paths=[])


class AppriseAlerter:
    """Sends to apprise addresses, and to plain e-mail addresses if the operator has set a mail server."""

    def __init__(self, *, mail_url: str | None) -> None:
        # It logs hosts, recipients and answers of gateways: an address is a secret, and what failed is told by the alert.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        if mail_url is not None:
            check_mail_url(mail_url)
        self._mail_url = mail_url
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="alerts")

    def label(self, address: str) -> str:
        if address.startswith(OWN_MAIL):
            return f"E-mail to {address.removeprefix(OWN_MAIL)}"
        found = _open(address)
        # Elsewhere what apprise calls the host is a token or a phone number.
        is_host = address.strip().partition(":")[0].casefold().rstrip("s") in _NAME_A_HOST
        return f"{found.service_name}, {found.host}" if is_host else str(found.service_name)

    async def send(self, address: str, *, title: str, text: str) -> None:
        if address.startswith(OWN_MAIL):
            await self.mail(address.removeprefix(OWN_MAIL), title=title, text=text)
            return
        await self._notify(address, title=title, text=text)

    async def mail(self, to: str, *, title: str, text: str) -> None:
        if self._mail_url is None:
            raise NotSent(Failure.NO_MAIL)
        if not _ONE_ADDRESS.fullmatch(to):
            raise NotSent(Failure.REFUSED)
        joint = "&" if "?" in self._mail_url else "?"
        await self._notify(f"{self._mail_url}{joint}format=text&to={quote(to)}", title=title, text=text)

    async def _notify(self, address: str, *, title: str, text: str) -> None:
        try:
            async with asyncio.timeout(_TIME):
                is_sent = await asyncio.get_running_loop().run_in_executor(self._threads, _notify, address, title, text)
        except TimeoutError:
            raise NotSent(Failure.TOO_SLOW) from None
        except InvalidInput:
            is_sent = False
        if not is_sent:
            raise NotSent(Failure.REFUSED)


def check_mail_url(address: str) -> None:
    """Raise InvalidInput unless the operator's mail server is one that apprise can send e-mail by."""
    if not address.startswith(("mailto:", "mailtos:")):
        raise InvalidInput("ALONGSIDE_MAIL_URL must begin with mailto:// or mailtos://. See docs/alerts.md for an example.")
    _open(address)


def _open(address: str) -> NotifyBase:
    scheme = address.partition(":")[0].strip().casefold()
    found = None if scheme in _ON_THIS_MACHINE else Apprise.instantiate(address.strip(), asset=_ASSET, suppress_exceptions=True)
    if found is None or isinstance(found, dict):
        raise InvalidInput(
            "No alert can be sent to that address. Write it as in apprise's list of services, such as "
            "mailto://NAME:PASSWORD@example.org or msteams://TOKENS, and check it for missing parts."
        )
    return found


def _notify(address: str, title: str, text: str) -> bool:
    return bool(_open(address).notify(body=text, title=title))
