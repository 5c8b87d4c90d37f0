"""Saved replies, approved answers, the summary and the wishes as a browser without scripts sees them."""

# ruff: noqa: F401, F811 (the fixtures of the inbox are used by their names)

import re
from typing import Any

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.answers import TOPICS as SLUGS
from alongside.core.asking import OTHER
from alongside.core.details import Copy, Details, Reach
from alongside.core.handover import State
from alongside.wiring import Container
from api.inbox.wishes import TOPICS, Wish, wishes_of
from api.inbox.words import wishes_mark
from tests.api.test_inbox import Browser, SignIn, ada, bea, claimed, desk, plain, sign_in
from tests.case_builders import add_account, add_case, ask, begin, current, say, thread
from tests.fakes import CountingAssistant, reply
from tests.services.test_replies import CHILDREN, publish

# --- Saved replies ---


async def press(browser: Browser, address: str, **fields: str) -> tuple[int, str, str]:
    """Post a form; return the status, where it leads, and the page."""
    response = await browser.client.post(address, data={"csrf": browser.csrf, **fields})
    return response.status_code, response.headers.get("location", ""), response.text


async def only_id(browser: Browser) -> str:
    page = (await browser.get("/inbox/replies")).text
    (reply_id,) = re.findall(r'href="/inbox/replies/(\w+)"', page)
    return str(reply_id)


async def test_a_reply_is_written_changed_and_removed(desk: Browser) -> None:
    kept = await press(desk, "/inbox/replies", title="<b>Hello</b>", text="Hello {carer}", do="keep")
    assert kept[:2] == (303, "/inbox/replies?done=kept#main")
    page = await desk.get("/inbox/replies", done="kept")
    assert "<b>Hello</b>" not in page.text
    assert "The reply is saved." in plain(page.text)
    address = f"/inbox/replies/{await only_id(desk)}"
    assert "Hello Jo" in await desk.text(address)
    assert (await press(desk, address, title="Hello", text="Good morning {carer}", do="keep"))[0] == 303
    assert "Good morning Jo" in await desk.text(address)
    assert (await press(desk, f"{address}/remove"))[1] == "/inbox/replies?done=removed#main"
    assert (await desk.get(address)).status_code == 404


async def test_a_preview_keeps_nothing_and_everything_typed(desk: Browser) -> None:
    status, _, page = await press(desk, "/inbox/replies", title="Ward", text="Ring {ward_phone}", do="preview")
    assert status == 200
    assert all(part in page for part in ("Ring 01632 960123", "Ring {ward_phone}</textarea>", 'value="Ward"'))
    assert "/inbox/replies/" not in (await desk.get("/inbox/replies")).text


async def test_an_unknown_field_is_refused_and_what_was_typed_stays(desk: Browser) -> None:
    status, _, page = await press(desk, "/inbox/replies", title="Ward", text="Hello {ward}", do="keep")
    assert (status, "There is no field {ward}" in page, "Hello {ward}</textarea>" in page) == (422, True, True)
    await press(desk, "/inbox/replies", title="Ward", text="Hello", do="keep")
    address = f"/inbox/replies/{await only_id(desk)}"
    status, _, page = await press(desk, address, title="Ward", text="Hello {ward}", do="keep")
    assert (status, "Hello {ward}</textarea>" in page) == (422, True)


async def test_a_lead_shares_and_a_worker_only_reads(parts: Container, desk: Browser, sign_in: SignIn) -> None:
    lead = await sign_in(await add_account(parts.database, "lea", role=AccountRole.LEAD, worker=None))
    assert "Everybody who serves Larch Ward" in await lead.text("/inbox/replies")
    assert "Who can use it" not in await desk.text("/inbox/replies")
    await press(lead, "/inbox/replies", title="Hello", text="Hello {carer}", service="larch", do="keep")
    address = f"/inbox/replies/{await only_id(desk)}"
    seen = await desk.text(address)
    assert "Written by Lea. How it reads, with made-up names and times Hello Jo The leads of Larch Ward change it." in seen
    assert "Save the reply" not in seen
    assert (await press(desk, f"{address}/remove"))[0] == 403
    assert (await lead.get(address)).status_code == 200


async def test_a_change_needs_the_sessions_own_page(desk: Browser) -> None:
    desk.csrf = "somebody else's"
    assert (await press(desk, "/inbox/replies", title="Hello", text="Hello", do="keep"))[0] == 403


# --- The reply box ---


def box(page: str) -> str:
    found = re.search(r'<textarea[^>]*id="reply"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


async def test_a_saved_reply_is_put_below_what_was_typed_and_not_sent(parts: Container, desk: Browser, ada: Account) -> None:
    conversation, case_id = await claimed(parts, ada)
    saved = await parts.replies.keep(ada, title="Ward", text="Ring {ward_phone}. I am {me}.")
    shown = await desk.do(case_id, "compose", text="Good morning", show="replies")
    assert (shown.status_code, box(shown.text)) == (200, "Good morning")
    assert "1 found Ward Ring 01632 960900. I am Ada." in plain(shown.text)
    picked = await desk.do(case_id, "compose", text="Good morning", pick=f"replies:{saved.id}")
    assert box(picked.text) == "Good morning\n\nRing 01632 960900. I am Ada."
    assert "“Ward” is in the box, and not sent yet." in picked.text
    assert "Search your saved replies" not in picked.text
    assert [message for message in await thread(parts, conversation) if message.author.value == "worker"] == []


async def test_what_could_not_be_filled_in_is_said(parts: Container, desk: Browser, ada: Account) -> None:
    conversation = await begin(parts)
    file = await add_case(parts.database, conversation.id, state=State.WITH_WORKER, owner=ada.id, service=None)
    saved = await parts.replies.keep(ada, title="Ward", text="Ring {ward_phone}.")
    picked = await desk.do(file.id, "compose", pick=f"replies:{saved.id}")
    assert box(picked.text) == "Ring [the ward&#39;s phone number is not known]."
    assert "Change it first: the ward's phone number is not known." in plain(picked.text)


async def test_an_approved_answer_is_found_and_put_in(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    await publish(parts, [CHILDREN])
    found = await desk.do(case_id, "compose", text="", show="answers", wanted="little sister")
    assert "1 found Can children visit? Yes. Ring 116 123." in plain(found.text)
    picked = await desk.do(case_id, "compose", text="", pick="answers:visiting/children")
    assert box(picked.text).startswith("Yes. Ring 116 123.\n\nThis comes from:\n- Visiting, NHS: https://www.nhs.uk/visiting")
    assert "Nothing found Try another word" in plain((await desk.do(case_id, "compose", show="answers", wanted="zzzz")).text)


async def test_without_anything_to_offer_it_says_so(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    assert "You have no saved replies yet." in plain((await desk.do(case_id, "compose", show="replies")).text)
    assert "No answers are published yet." in plain((await desk.do(case_id, "compose", show="answers")).text)
    assert "Nothing found" not in plain((await desk.do(case_id, "compose", show="")).text)


async def test_what_was_typed_is_kept_when_the_case_or_the_reply_has_gone(
    parts: Container,
    desk: Browser,
    ada: Account,
    bea: Account,
) -> None:
    _, case_id = await claimed(parts, ada)
    gone = await desk.do(case_id, "compose", text="My words", pick="replies:nothing")
    assert (gone.status_code, box(gone.text)) == (404, "My words")
    await parts.handover.transfer(ada, case_id, bea.id, reason="On leave.")
    taken = await desk.do(case_id, "compose", text="My words", show="replies")
    assert (taken.status_code, "What you wrote was not sent: My words" in plain(taken.text)) == (403, True)


async def test_a_script_gets_only_what_it_asked_for(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    saved = await parts.replies.keep(ada, title="Hello", text="Hello {carer}")
    desk.client.headers["HX-Request"] = "true"
    shown = await desk.do(case_id, "compose", show="replies")
    assert (shown.text.lstrip().startswith("<section"), "<html" in shown.text) == (True, False)
    picked = await desk.do(case_id, "compose", pick=f"replies:{saved.id}")
    assert picked.json() == {"text": "Hello", "said": "“Hello” is in the box, and not sent yet."}
    assert {shown.headers["cache-control"], picked.headers["cache-control"]} == {"no-store"}


# --- The summary and the wishes ---


async def test_answers_are_called_by_their_titles(parts: Container, assistant: CountingAssistant, desk: Browser) -> None:
    await publish(parts, [CHILDREN])
    assistant.answer = lambda asked: reply("Yes.", response="utter_ask_visiting/children", answer="visiting/children")
    conversation = await begin(parts)
    for text in ("can I bring his sister?", "can I bring his sister?", "and a baby?"):
        await say(parts, conversation, text)
    await say(parts, conversation)
    seen = await desk.text(f"/inbox/cases/{(await current(parts, conversation)).id}")
    assert "The carer wrote last and a baby? Before that they wrote (2) can I bring his sister? (2 times)" in seen
    assert re.search(r"The bot answered \(\d\) Can children visit\? \(\d times\)", seen)


async def test_the_wishes_stand_at_the_top_and_the_name_is_the_cases(parts: Container, desk: Browser) -> None:
    wished = Details(
        about="visiting",
        reach=Reach.PHONE,
        address="07700 900123",
        good_time="after 6 pm",
        name="Jo",
        needs="Polish interpreter",
        copy=Copy.WORKER,
    )
    file = await add_case(parts.database, (await begin(parts)).id, details=wished)
    page = (await desk.get(f"/inbox/cases/{file.id}")).text
    seen = plain(page)
    assert "Jo, Larch Ward" in seen
    assert "What the carer wishes Wants to be called Jo Needs Polish interpreter About Visiting" in seen
    assert "Reach them By phone, “after 6 pm” : 07700 900123" in seen.replace("”:", "” :")
    assert '<a class="wishes__address" href="tel:07700900123">07700 900123</a>' in page
    assert "Do not share with the ward's team or the relative, unless somebody may come to harm." in seen


async def test_without_wishes_there_is_no_section(parts: Container, desk: Browser) -> None:
    _, file = await ask(parts)
    seen = await desk.text(f"/inbox/cases/{file.id}")
    assert "What the carer wishes" not in seen
    assert "A carer, Larch Ward" in seen


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"reach": Reach.CHAT}, [Wish("Reach them", "In this chat")]),
        ({"reach": Reach.PHONE}, [Wish("Reach them", "By phone. They did not say where, so ask them here")]),
        (
            {"reach": Reach.TEXT, "address": "+44 7700 900123"},
            [Wish("Reach them", "By text message", "+44 7700 900123", "sms:+447700900123")],
        ),
        ({"reach": Reach.PHONE, "address": "my mum's phone"}, [Wish("Reach them", "By phone", "my mum's phone")]),
        (
            {"reach": Reach.EMAIL, "address": "jo@example.org"},
            [Wish("Reach them", "By e-mail", "jo@example.org", "mailto:jo@example.org")],
        ),
        ({"reach": Reach.EMAIL, "address": "a@b.org?cc=c@d.org"}, [Wish("Reach them", "By e-mail", "a@b.org?cc=c@d.org")]),
        ({"reach": Reach.LETTER, "address": "1 High Street"}, [Wish("Reach them", "By letter", "1 High Street")]),
        ({"good_time": "mornings"}, [Wish("A good time", "mornings")]),
    ],
)
def test_wishes_are_said_with_a_link_only_where_a_device_can_follow_it(given: dict[str, Any], said: list[Wish]) -> None:
    assert wishes_of(Details(**given)) == said


def test_every_topic_has_words() -> None:
    assert set(TOPICS) == {*SLUGS, OTHER}


@pytest.mark.parametrize(
    ("details", "mark"),
    [
        (None, ""),
        (Details(name="Jo"), ""),
        (Details(needs="Polish\ninterpreter"), "Needs: Polish interpreter"),
        (Details(needs="n" * 61), f"Needs: {'n' * 59}…"),
    ],
)
def test_a_row_has_a_short_mark_of_needs(details: Details | None, mark: str) -> None:
    assert wishes_mark(details) == mark
