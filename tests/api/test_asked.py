"""The pages of what carers asked: for maintainers, without a way to a carer, and with nothing lost when something is missing."""

import re
from html import unescape

import httpx
import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.wiring import Container
from tests.api.test_accounts import EMAIL, PASSWORD, browser, sign_in  # noqa: F401
from tests.asked_builders import PERSON, answered, missed, talk
from tests.directory_builders import organisation, service

HERE = "/answers/asked"


@pytest.fixture
async def mel(parts: Container) -> Account:
    return await parts.accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.MAINTAINER, password=PASSWORD)


def fields(page: str, form: str) -> dict[str, str]:
    """Return what stands in the fields of the form that goes to an address."""
    (found, *_) = re.findall(rf'<form[^>]* action="{form}".*?</form>', page, re.DOTALL)
    return {name: unescape(value) for name, value in re.findall(r'<input[^>]* name="(\w+)"(?:[^>]* value="([^"]*)")?', found)}


async def open_group(browser: httpx.AsyncClient) -> str:  # noqa: F811
    page = (await browser.get(HERE)).text
    (address,) = re.findall(r'href="(/answers/asked/group/\w+)"', page)
    return (await browser.get(address)).text


@pytest.mark.parametrize(
    ("role", "status"),
    [(AccountRole.WORKER, 403), (AccountRole.LEAD, 403), (AccountRole.MAINTAINER, 200), (AccountRole.ADMIN, 200)],
)
async def test_it_is_for_those_who_look_after_the_answers(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    role: AccountRole,
    status: int,
) -> None:
    services = ["rowan"] if role in (AccountRole.WORKER, AccountRole.LEAD) else []
    await add_with(parts, role, services)
    await sign_in(browser)
    assert (await browser.get(HERE)).status_code == status


async def add_with(parts: Container, role: AccountRole, services: list[str]) -> None:
    if services:
        await parts.directory.import_all([organisation(services=(service("rowan"),))])
    await parts.accounts.add(email=EMAIL, name="Mel Ash", role=role, services=services, password=PASSWORD)


async def test_groups_are_told_without_a_way_to_who_asked(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    (first, _) = await talk(parts.database, missed("can my son jamie bring his parrot inside"), PERSON)
    await talk(parts.database, answered("can jamie bring parrot inside", helpful=False))
    await sign_in(browser)
    page = (await browser.get(HERE)).text
    assert "2 questions</strong>, the last on 23 November 2026" in page
    assert "can my son [name] bring his parrot inside" in page
    for told in ("did not understand and asked back", "did not help", "then asked for a person"):
        assert told in page
    assert "jamie" not in page
    assert first not in page
    assert "jamie" not in await open_group(browser)
    assert not re.search(r"<script|style=", page)


async def test_dismissing_can_be_undone(browser: httpx.AsyncClient, parts: Container, mel: Account) -> None:  # noqa: F811
    await talk(parts.database, missed("can i bring a parrot"))
    await sign_in(browser)
    sent = fields((await browser.get(HERE)).text, f"{HERE}/dismiss")
    done = await browser.post(f"{HERE}/dismiss", data=sent, follow_redirects=True)
    assert "1 question is dismissed" in done.text
    assert "Nothing to see to" in done.text
    undone = await browser.post(f"{HERE}/undo", data=fields(done.text, f"{HERE}/undo"), follow_redirects=True)
    assert "1 question is shown again" in undone.text
    assert "can i bring a parrot" in undone.text
    again = await browser.post(f"{HERE}/undo", data=fields(done.text, f"{HERE}/undo"))
    assert again.status_code == 404


async def test_a_new_answer_begins_with_what_was_ticked_alone(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
) -> None:
    await talk(parts.database, missed("bring parrot inside then"))
    await talk(parts.database, missed("parrot bring inside then please"))
    await sign_in(browser)
    sent = fields(await open_group(browser), f"{HERE}/add")
    assert {sent["phrasing_0"], sent["phrasing_1"]} == {"bring parrot inside then", "parrot bring inside then please"}
    del sent["take_0"]
    sent |= {"phrasing_1": "may I bring a parrot?", "own": "\nis a parrot allowed\n", "topic": "visiting", "title": "Birds?"}
    response = await browser.post(f"{HERE}/begin", data=sent)
    assert (response.status_code, response.headers["location"]) == (303, "/answers/edit/visiting/birds")
    draft = (await parts.studio.drafts.get("visiting/birds")).now
    assert draft is not None
    assert draft.examples == ("may I bring a parrot?", "is a parrot allowed")  # type: ignore[union-attr]
    assert "Nothing to see to" in (await browser.get(HERE)).text


async def test_phrasings_are_added_to_an_answer(browser: httpx.AsyncClient, parts: Container, mel: Account) -> None:  # noqa: F811
    key = await parts.studio.drafts.begin(mel, topic="visiting", title="Animals", sentences=["can i bring a dog"])
    await talk(parts.database, missed("can i bring a parrot"))
    await sign_in(browser)
    page = await open_group(browser)
    assert f'<option value="{key}"' in page
    response = await browser.post(f"{HERE}/add", data=fields(page, f"{HERE}/add") | {"answer": key})
    assert (response.status_code, response.headers["location"]) == (303, f"/answers/edit/{key}")
    draft = (await parts.studio.drafts.get(key)).now
    assert draft is not None
    assert draft.examples == ("can i bring a dog", "can i bring a parrot")  # type: ignore[union-attr]


@pytest.mark.parametrize(("to", "says"), [("add", "No answer is chosen"), ("begin", "No topic is chosen")])
async def test_what_is_missing_is_said_and_what_was_typed_stays(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    mel: Account,
    to: str,
    says: str,
) -> None:
    await talk(parts.database, missed("can i bring a parrot"))
    await sign_in(browser)
    sent = fields(await open_group(browser), f"{HERE}/add")
    typed = {"phrasing_0": "typed & changed", "own": "mine alone", "title": "A title kept"}
    response = await browser.post(f"{HERE}/{to}", data=sent | typed)
    assert response.status_code == 422
    page = unescape(response.text)
    assert says in page
    for kept in (*typed.values(), 'value="yes" checked'):
        assert kept in page
    assert await parts.studio.drafts.list_all() == []


async def test_a_group_that_was_seen_to_says_so(browser: httpx.AsyncClient, parts: Container, mel: Account) -> None:  # noqa: F811
    await talk(parts.database, missed("can i bring a parrot"))
    await sign_in(browser)
    board = await parts.studio.asked.look()
    await parts.studio.asked.dismiss(mel, board.groups[0].handles)
    response = await browser.get(f"{HERE}/group/{board.groups[0].handle}")
    assert (response.status_code, "somebody has seen to them" in response.text) == (404, True)
