"""Alerts as they leave the machine: by a real mail server and a real webhook receiver, both on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from alongside.adapters import alerts as adapter
from alongside.adapters.alerts import AppriseAlerter
from alongside.core.alerts import OWN_MAIL, Failure, NotSent
from alongside.core.errors import InvalidInput
from tests.mailbox import Mailbox, body_of, mail_server

TEXT = "Alongside: somebody waits for you. Reply by midday. https://chat.example.org/inbox/cases/abc"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    with mail_server() as served:
        yield served


@pytest.fixture
def webhook() -> Iterator[tuple[list[dict[str, Any]], str]]:
    taken: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield taken, f"json://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    serving.join()
    server.server_close()


async def test_an_email_holds_the_text_and_goes_to_one_address_alone(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    alerter = AppriseAlerter(mail_url=url)
    await alerter.send(f"{OWN_MAIL}ada@example.org", title="Alongside", text=TEXT)
    ((to, mail),) = box.mails
    assert to == ["ada@example.org"]
    assert mail["Subject"] == "Alongside"
    assert "somebody waits for you" in body_of(mail)
    assert "Apprise" not in mail.as_string().replace("X-Application", "")


async def test_an_address_cannot_name_a_second_recipient(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    await AppriseAlerter(mail_url=url).mail("ada+1@example.org", title="A message is waiting for you", text="Look.")
    assert [to for to, _ in box.mails] == [["ada+1@example.org"]]
    for sneaky in ("ada@example.org&cc=eve@example.org", "ada@example.org,eve@example.org"):
        with pytest.raises(NotSent):
            await AppriseAlerter(mail_url=url).mail(sneaky, title="A", text="B")
    assert len(box.mails) == 1


async def test_a_webhook_gets_the_text(webhook: tuple[list[dict[str, Any]], str]) -> None:
    taken, url = webhook
    await AppriseAlerter(mail_url=None).send(url, title="Alongside", text=TEXT)
    assert [(call["title"], call["message"]) for call in taken] == [("Alongside", TEXT)]


async def test_what_is_refused_or_not_there_is_not_sent(mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    box.is_full = True
    with pytest.raises(NotSent) as refused:
        await AppriseAlerter(mail_url=url).mail("ada@example.org", title="A", text="B")
    assert refused.value.why is Failure.REFUSED
    with pytest.raises(NotSent) as not_there:
        await AppriseAlerter(mail_url=None).send("json://127.0.0.1:9/hook", title="A", text="B")
    assert not_there.value.why is Failure.REFUSED
    with pytest.raises(NotSent) as no_mail:
        await AppriseAlerter(mail_url=None).send(f"{OWN_MAIL}ada@example.org", title="A", text="B")
    assert no_mail.value.why is Failure.NO_MAIL


async def test_a_gateway_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(adapter, "_TIME", 0.05)
    monkeypatch.setattr(adapter, "_notify", lambda *_: let_go.wait(20))
    with pytest.raises(NotSent) as slow:
        await AppriseAlerter(mail_url=None).send("json://127.0.0.1:9/hook", title="A", text="B")
    let_go.set()
    assert slow.value.why is Failure.TOO_SLOW


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("mailto://ada:hush@example.org", "E-Mail, example.org"),
        ("json://user:hush@127.0.0.1:8/hush?a=hush", "JSON, 127.0.0.1"),
        ("tgram://123456789:hush_hijklmnop/12315544/", "Telegram"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "Slack"),
        (f"{OWN_MAIL}ada@example.org", "E-mail to ada@example.org"),
    ],
)
def test_a_label_tells_which_and_no_secret(address: str, label: str) -> None:
    assert AppriseAlerter(mail_url=None).label(address) == label


@pytest.mark.parametrize("address", ["", "hello", "file:///etc/passwd", "syslog://", "SYSLOG://", "dbus://", "https://"])
def test_what_is_no_address_or_acts_on_this_machine_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="No alert can be sent"):
        AppriseAlerter(mail_url=None).label(address)


@pytest.mark.parametrize("url", ["json://127.0.0.1", "smtp://127.0.0.1", "mailto://"])
def test_a_mail_server_that_is_none_is_told_at_the_start(url: str) -> None:
    with pytest.raises(InvalidInput):
        AppriseAlerter(mail_url=url)


async def test_nothing_of_an_address_or_a_text_is_logged(
    mailbox: tuple[Mailbox, str], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    box, url = mailbox
    box.is_full = True
    caplog.set_level("CRITICAL", logger="mail.log")  # the mail server's own
    with caplog.at_level("DEBUG"), pytest.raises(NotSent):
        await AppriseAlerter(mail_url=url).mail("ada@example.org", title="A", text=TEXT)
    out = capsys.readouterr()
    assert "ada@" not in caplog.text + out.out + out.err
    assert TEXT not in caplog.text + out.out + out.err
