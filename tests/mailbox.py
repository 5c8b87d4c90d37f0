"""A real mail server on loopback, for tests of what leaves by e-mail."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """What a mail server has taken; while ``is_full`` it takes nothing."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Message]] = []
        self.is_full = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.is_full:
            return "452 Mailbox full"
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append((list(envelope.rcpt_tos), message_from_bytes(content)))
        return "250 Taken"


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """Run a mail server; yields what it takes and the address by which apprise sends to it."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    # Mail is sent in the name of this machine, which it would otherwise have to look up.
    with patch("socket.getfqdn", lambda *_: "localhost.localdomain"):
        controller.start()
        try:
            yield box, f"mailto://127.0.0.1:{port}?from=alongside@example.org&mode=insecure"
        finally:
            controller.stop()


def body_of(mail: Message) -> str:
    return "".join(str(part.get_payload(decode=True), "utf-8") for part in mail.walk() if part.get_content_maintype() == "text")
