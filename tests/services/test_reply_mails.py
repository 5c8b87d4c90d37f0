"""A carer's e-mail from beginning to end: left in the asking form, and sent once by a real mail server."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from alongside.core.asking import DETAILS
from alongside.core.conversations import Conversation
from alongside.settings import Settings
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container
from tests.case_builders import ALL_WEEK, add_account, begin, current, fill_directory, say
from tests.fakes import CountingAssistant, FakeClock
from tests.mailbox import body_of, mail_server
from tests.services.test_asking import form

LATER = timedelta(minutes=11)
WISHES = {"about": "visiting", "reach": "email", "address": "carer@example.org", "name": "Quokka"}


@pytest.fixture
def assistant() -> CountingAssistant:
    return CountingAssistant(lambda _: form(intent="talk_to_person"))


async def sends(parts: Container, assistant: CountingAssistant, conversation: Conversation, wishes: dict[str, str]) -> str:
    """Have the carer send what they told the form, and return what is said to it."""
    assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: wishes})
    (said,) = await say(parts, conversation, "send it")
    return said.text


async def test_an_address_left_in_the_form_gets_one_email_without_content(
    database: Database, assistant: CountingAssistant, clock: FakeClock
) -> None:
    with mail_server() as (box, url):
        parts = container(
            database, assistant, clock, settings=Settings(mail_url=SecretStr(url), public_url="https://chat.example.org")
        )
        await fill_directory(parts, ada=ALL_WEEK)
        ada = await add_account(database)
        conversation = await begin(parts)
        await say(parts, conversation)
        sent = await sends(parts, assistant, conversation, WISHES)
        assert "one short e-mail" in sent
        file = await current(parts, conversation)
        await parts.handover.claim(ada, file.id)
        for client_id in ("a", "b"):
            await parts.handover.reply(ada, file.id, "The ward round is on Friday.", client_id=client_id)
        for _ in range(3):
            clock.move(LATER)
            await parts.mails.send_due()
    ((to, mail),) = box.mails
    assert to == ["carer@example.org"]
    assert "https://chat.example.org" in body_of(mail)
    for word in ("ward", "Friday", "Ada", "Quokka", "Larch"):
        assert word.casefold() not in f"{mail['Subject']} {body_of(mail)}".casefold()


@pytest.mark.parametrize("reach", ["email", "chat"])
async def test_no_email_is_spoken_of_where_none_will_come(
    database: Database, assistant: CountingAssistant, clock: FakeClock, reach: str
) -> None:
    mail_url = SecretStr("mailto://127.0.0.1:1?from=alongside@example.org") if reach == "chat" else None
    parts = container(database, assistant, clock, settings=Settings(mail_url=mail_url))
    await fill_directory(parts, ada=ALL_WEEK)
    await add_account(database)
    conversation = await begin(parts)
    await say(parts, conversation)
    sent = await sends(parts, assistant, conversation, WISHES | {"reach": reach})
    assert "I have sent this to Ada" in sent
    assert "e-mail" not in sent


async def test_on_telegram_no_email_is_spoken_of_and_none_comes(
    database: Database, assistant: CountingAssistant, clock: FakeClock
) -> None:
    with mail_server() as (box, url):
        parts = container(database, assistant, clock, settings=Settings(mail_url=SecretStr(url)))
        await fill_directory(parts, ada=ALL_WEEK)
        ada = await add_account(database)
        conversation, _, _ = await parts.conversations.begin(channel="telegram", service="larch")
        await say(parts, conversation)
        sent = await sends(parts, assistant, conversation, WISHES)
        assert "I have sent this to Ada" in sent
        assert "e-mail" not in sent
        file = await current(parts, conversation)
        await parts.handover.claim(ada, file.id)
        await parts.handover.reply(ada, file.id, "The ward round is on Friday.", client_id="a")
        clock.move(LATER)
        await parts.mails.send_due()
    assert box.mails == []


async def test_a_reply_that_comes_as_the_address_is_sent_has_an_email(
    database: Database, assistant: CountingAssistant, clock: FakeClock
) -> None:
    with mail_server() as (box, url):
        parts = container(database, assistant, clock, settings=Settings(mail_url=SecretStr(url)))
        await fill_directory(parts, ada=ALL_WEEK)
        ada = await add_account(database)
        conversation = await begin(parts)
        await say(parts, conversation)
        file = await current(parts, conversation)
        assistant.answer = lambda _: form("Sent.", asks=None, response="utter_handover_sent", **{DETAILS: WISHES})
        await assistant.reached()
        assistant.hold()
        await parts.turns.receive(conversation.id, text="send it")
        await assistant.reached()
        await parts.handover.claim(ada, file.id)
        await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
        assistant.let_go()
        await parts.turns.finish()
        clock.move(LATER)
        await parts.mails.send_due()
    assert len(box.mails) == 1
