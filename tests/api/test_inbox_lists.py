"""The list's filters, its search, check-backs, and the pages around a hard case, as a browser without scripts sees them."""

import re
from datetime import timedelta

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.details import Details
from alongside.core.handover import Outcome, State
from alongside.wiring import Container
from tests.api.test_inbox import SAD, Browser, SignIn, ada, bea, claimed, desk, plain, sign_in
from tests.case_builders import add_account, add_case, ask, begin, current, say
from tests.fakes import FakeClock

__all__ = ["ada", "bea", "desk", "sign_in"]


async def danger(parts: Container) -> str:
    conversation = await begin(parts)
    await say(parts, conversation, SAD)
    return (await current(parts, conversation)).id


# --- The bar ---


async def test_the_bar_leads_where_the_account_may_go_and_marks_where_it_is(
    parts: Container, desk: Browser, sign_in: SignIn
) -> None:
    page = (await desk.get("/inbox/tasks")).text
    assert re.search(r'href="/inbox/tasks" aria-current="page"', page)
    assert re.search(r'href="/inbox"(?! aria-current)', page)
    maintainer = await sign_in(await add_account(parts.database, "mo", role=AccountRole.MAINTAINER, services=frozenset()))
    assert "/inbox" not in (await maintainer.get("/account")).text


async def test_the_bar_is_on_error_pages_too(desk: Browser) -> None:
    response = await desk.get("/inbox/cases/nothing")
    assert (response.status_code, 'class="nav__link" href="/inbox"' in response.text) == (404, True)


# --- The list ---


async def test_covering_is_a_filter_for_who_covers(parts: Container, desk: Browser, ada: Account, bea: Account) -> None:
    assert "Covering" not in await desk.text("/inbox")
    far = await add_account(parts.database, "far", services=frozenset({"rowan"}), worker=None)
    await parts.rota.set_cover(None, far.id, ada.id)
    _, file = await ask(parts, service="rowan")
    seen = await desk.text("/inbox", show="covering")
    assert "Covering 1 to answer" in seen
    assert "A carer, Rowan Ward" in seen
    assert "A carer, Rowan Ward" not in await desk.text("/inbox")
    assert (await desk.get(f"/inbox/cases/{file.id}")).status_code == 200


async def test_a_row_says_what_the_carer_is_called_and_needs(parts: Container, desk: Browser) -> None:
    details = Details(name="Sam <b>", needs="Polish interpreter")
    await add_case(parts.database, (await begin(parts)).id, details=details)
    response = await desk.get("/inbox")
    assert "Sam <b>, Larch Ward" in plain(response.text.replace("&lt;b&gt;", "&lt;b&gt;"))
    assert "<b>" not in response.text
    assert "Needs: Polish interpreter" in plain(response.text)


async def test_a_list_of_many_has_pages(parts: Container, desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alongside.services.lists.LISTED", 2)
    for _ in range(3):
        await ask(parts)
    first, second = await desk.get("/inbox"), await desk.get("/inbox", page="2")
    assert (first.text.count("data-case="), second.text.count("data-case=")) == (2, 1)
    assert ("page=2" in first.text, "page=1" in second.text) == (True, True)
    assert (await desk.get("/inbox", page="0")).status_code == 422


# --- Search ---


async def test_a_search_says_what_it_looked_through_and_keeps_what_was_asked(
    parts: Container, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alongside.store.case_lists.SEARCHED", 1)
    await say(parts, conversation := await begin(parts), 'the "car" park')
    await say(parts, conversation)
    parts.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    await ask(parts)
    response = await desk.get("/inbox", q='"car" park')
    assert 'value="&#34;car&#34; park"' in response.text
    assert "Messages were looked through in the last 1 cases" in plain(response.text)
    older = re.search(r'href="([^"]*older_than=1)"', response.text)
    assert older
    found = await desk.text(older[1].replace("&amp;", "&"))
    assert "Found (1) A carer, Larch Ward" in found


async def test_a_search_that_finds_nothing_says_so(desk: Browser) -> None:
    assert "Nothing was found with all of these words." in await desk.text("/inbox", q="xylophone")
    assert "Write at least two letters." in await desk.text("/inbox", q="x")


# --- Check-backs ---


async def test_a_check_back_is_told_of_on_its_day_and_ended(
    parts: Container, clock: FakeClock, desk: Browser, ada: Account, sign_in: SignIn
) -> None:
    case_id = await danger(parts)
    await parts.handover.claim(ada, case_id)
    assert "Check back today" not in await desk.text("/inbox")
    seen = await desk.text("/inbox/tasks")
    assert "Later (1) A carer, Larch Ward" in seen
    assert "Check back tomorrow Danger: may harm themselves" in seen
    clock.move(timedelta(days=1))
    desk = await sign_in(ada)
    assert "Check back today: 1" in await desk.text("/inbox")
    clock.move(timedelta(days=2))
    desk = await sign_in(ada)
    page = (await desk.get("/inbox/tasks")).text
    assert "Late: it was to be on Wednesday 25 November" in plain(page)
    task = re.search(r"/inbox/tasks/(\w+)/done", page)
    assert task
    done = await desk.client.post(f"/inbox/tasks/{task[1]}/done", data={"csrf": desk.csrf})
    assert done.headers["location"] == "/inbox/tasks?done=done"
    assert "You have nobody to check back on." in await desk.text(done.headers["location"])
    assert "Ada checked back on the carer" in await desk.text(f"/inbox/cases/{case_id}")
    again = await desk.client.post(f"/inbox/tasks/{task[1]}/done", data={"csrf": desk.csrf})
    assert (again.status_code, "Ada has ended this task already" in again.text) == (409, True)


async def test_a_check_back_that_is_not_needed_says_why_and_one_can_be_given_away(
    parts: Container, desk: Browser, ada: Account, bea: Account
) -> None:
    case_id = await danger(parts)
    await parts.handover.claim(ada, case_id)
    (due,) = await parts.tasks.list_for(ada)
    address = f"/inbox/tasks/{due.task.id}"
    wrong = await desk.client.post(f"{address}/move", data={"csrf": desk.csrf, "to": ""})
    assert (wrong.status_code, "Choose another one" in wrong.text) == (422, True)
    await desk.client.post(f"{address}/move", data={"csrf": desk.csrf, "to": bea.id})
    assert "With colleagues (1)" in await desk.text("/inbox/tasks")
    empty = await desk.client.post(f"{address}/not-needed", data={"csrf": desk.csrf, "reason": " "})
    assert (empty.status_code, "why it is not needed" in empty.text) == (422, True)
    await desk.client.post(f"{address}/not-needed", data={"csrf": desk.csrf, "reason": "We met today"})
    seen = await desk.text(f"/inbox/cases/{case_id}")
    assert "We met today" in seen
    assert "Ada asked Bea to check back tomorrow" in seen
    assert "Ada said that checking back is not needed" in seen


async def test_a_check_back_is_nobody_elses_business(parts: Container, sign_in: SignIn, ada: Account) -> None:
    far = await sign_in(await add_account(parts.database, "far", services=frozenset({"rowan"}), worker=None))
    await parts.handover.claim(ada, await danger(parts))
    (due,) = await parts.tasks.list_for(ada)
    for action in ("done", "not-needed", "move"):
        data = {"csrf": far.csrf, "reason": "x", "to": ada.id}
        assert (await far.client.post(f"/inbox/tasks/{due.task.id}/{action}", data=data)).status_code == 403
    assert due.file.id not in (await far.get("/inbox/tasks")).text


# --- Workers' own care ---


async def test_a_hard_case_says_what_it_holds_and_opens_with_one_press_once(parts: Container, desk: Browser) -> None:
    case_id = await danger(parts)
    response = await desk.get(f"/inbox/cases/{case_id}")
    assert "speaks of somebody who may harm themselves" in plain(response.text)
    assert "The carer wrote just now. Nobody has the case yet." in plain(response.text)
    assert SAD not in response.text
    opened = await desk.do(case_id, "look")
    assert (opened.status_code, opened.headers["location"]) == (303, f"/inbox/cases/{case_id}")
    assert SAD in (await desk.get(f"/inbox/cases/{case_id}")).text


async def test_after_a_hard_case_there_is_a_kind_word_and_somebody_to_tell(parts: Container, desk: Browser, ada: Account) -> None:
    await add_account(parts.database, "lea", role=AccountRole.LEAD, worker=None)
    parts.settings.staff_support = "The staff line, 01632 960111"
    case_id = await danger(parts)
    await parts.handover.claim(ada, case_id)
    closed = await desk.do(case_id, "close", outcome="spoke_or_met")
    assert closed.headers["location"] == f"/inbox/cases/{case_id}/after"
    seen = await desk.text(closed.headers["location"])
    assert "The case is closed. The carer was told. How are you, Ada?" in seen
    assert "Lea Example, your team's lead" in seen
    assert "The staff line, 01632 960111" in seen


async def test_after_an_ordinary_case_there_is_the_list(parts: Container, desk: Browser, ada: Account) -> None:
    _, case_id = await claimed(parts, ada)
    closed = await desk.do(case_id, "close", outcome="answered")
    assert closed.headers["location"] == "/inbox?done=close"
    assert (await desk.get(f"/inbox/cases/{case_id}/after")).status_code == 303


async def test_claiming_beyond_the_cap_is_asked_about_once(parts: Container, desk: Browser, ada: Account) -> None:
    await parts.rota.set_cap(None, ada.id, 1)
    await claimed(parts, ada)
    assert "You have 1 of 1 cases: no room for more." in await desk.text("/inbox")
    conversation, file = await ask(parts)
    asked = await desk.do(file.id, "claim")
    assert (asked.status_code, "Claim it anyway" in asked.text) == (200, True)
    assert (await current(parts, conversation)).case.state is State.WAITING
    await desk.do(file.id, "claim", over_cap="yes")
    assert (await current(parts, conversation)).owner == ada.id


async def test_danger_is_claimed_whatever_the_cap(parts: Container, desk: Browser, ada: Account) -> None:
    await parts.rota.set_cap(None, ada.id, 0)
    assert (await desk.do(await danger(parts), "claim")).status_code == 303


# --- Long threads ---


async def test_a_long_thread_shows_its_end_and_leads_to_what_came_before(
    parts: Container, desk: Browser, monkeypatch: pytest.MonkeyPatch, ada: Account
) -> None:
    monkeypatch.setattr("alongside.services.handover.SHOWN", 4)
    _, case_id = await claimed(parts, ada)
    for number in range(8):
        await parts.handover.reply(ada, case_id, f"Line {number}.", client_id=str(number))
    page = (await desk.get(f"/inbox/cases/{case_id}")).text
    assert ("Line 7." in page, "Line 3." in page) == (True, False)
    assert "Talk to a person" in plain(page)  # the summary knows what came before
    link = re.search(r"/inbox/cases/\w+/earlier\?before=\w+", page)
    assert link
    earlier = (await desk.get(link[0])).text
    assert ("Line 4." in earlier, "Line 3." in earlier, "Line 0." in earlier) == (False, True, True)
    before = re.search(r"/inbox/cases/\w+/earlier\?before=\w+", earlier)
    assert before
    assert "Pressed: Talk to a person" in await desk.text(before[0])
    assert (await desk.get(f"/inbox/cases/{case_id}/earlier?before=nothing")).status_code == 404


async def test_a_strangers_earlier_messages_are_not_shown(parts: Container, sign_in: SignIn, ada: Account) -> None:
    far = await sign_in(await add_account(parts.database, "far", services=frozenset({"rowan"}), worker=None))
    conversation, case_id = await claimed(parts, ada)
    last = (await parts.conversations.messages_after(conversation, None))[-1]
    assert (await far.get(f"/inbox/cases/{case_id}/earlier?before={last.id}")).status_code == 403


async def test_pages_keep_the_strict_policy(parts: Container, desk: Browser, ada: Account) -> None:
    hard, (_, usual) = await danger(parts), await claimed(parts, ada)
    await parts.handover.claim(ada, hard)
    await parts.handover.close(ada, hard, Outcome.ANSWERED)
    for address in ("/inbox?q=xylophone", "/inbox/tasks", f"/inbox/cases/{hard}/after", f"/inbox/cases/{usual}"):
        response = await desk.get(address)
        assert response.status_code == 200
        assert "unsafe" not in response.headers["content-security-policy"]
        assert not re.search(r"<script>|style=|\son\w+=", response.text)
