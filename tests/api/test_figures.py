"""The page of figures and its file: for those who lead, with the same counts hidden in both."""

import csv
import io
import re
from datetime import timedelta

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.services import directory_import
from alongside.wiring import Container
from tests.api.test_accounts import EMAIL, PASSWORD, browser, sign_in  # noqa: F401
from tests.case_builders import ask
from tests.directory_builders import sample

WARD = "sample-rowan"


async def add(parts: Container, role: AccountRole) -> None:
    await directory_import.import_all(parts.database, [sample()], clock=parts.clock)
    await parts.accounts.add(email=EMAIL, name="Lea Ash", role=role, services=[WARD], password=PASSWORD)


async def reply_to(parts: Container, times: int) -> None:
    """Have carers ask, and a worker reply to each after a quarter of an hour."""
    worker = await parts.accounts.add(
        email="ada@example.org", name="Ada Ash", role=AccountRole.WORKER, services=[WARD], password=PASSWORD
    )
    for _ in range(times):
        _, file = await ask(parts, service=WARD)
        parts.clock.move(timedelta(minutes=15))  # type: ignore[attr-defined]
        await parts.handover.claim(worker, file.id)
        await parts.handover.reply(worker, file.id, "Hello", client_id="one")


@pytest.mark.parametrize(
    ("role", "status"),
    [(AccountRole.WORKER, 403), (AccountRole.LEAD, 200), (AccountRole.MAINTAINER, 200), (AccountRole.ADMIN, 200)],
)
async def test_figures_are_for_those_who_lead(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    role: AccountRole,
    status: int,
) -> None:
    await add(parts, role)
    await sign_in(browser)
    for path in ("/figures", "/figures/csv"):
        assert (await browser.get(path)).status_code == status


async def test_the_page_and_the_file_tell_the_same(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await reply_to(parts, 6)
    await sign_in(browser)
    page = await browser.get("/figures")
    assert re.search(r'figures__count">6</span>\s*<svg', page.text)
    assert "15 min" in page.text
    assert not re.search(r"<script|style=", page.text)
    file = await browser.get("/figures/csv")
    assert file.headers["content-disposition"].startswith('attachment; filename="alongside-figures-2026-11-02')
    rows = list(csv.DictReader(io.StringIO(file.text)))
    told = {(row["table"], row["row"], row["figure"]): row["value"] for row in rows}
    assert told["Time to the first reply, by week", "All", "Half waited at most"] == "15"
    assert told["Why carers asked", "Wrote again", "Times"] == "0"
    assert {row["value"] for row in rows} & set("1234") == set()


async def test_a_small_count_is_on_neither(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await reply_to(parts, 4)
    await sign_in(browser)
    page, file = (await browser.get("/figures")).text, (await browser.get("/figures/csv")).text
    assert "fewer than 5" in page
    assert not re.search(r'figures__count">[1-4]<', page)
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["value"] for row in rows if row["figure"]} == {"0", "fewer than 5", "not shown"}


async def test_a_name_is_never_a_formula_to_a_spreadsheet(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.ADMIN)
    await sign_in(browser)
    rows = csv.reader(io.StringIO((await browser.get("/figures/csv")).text))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first=x", "That is no day"),
        ("first=2001-01-01", "nothing before 2024"),
        ("first=0001-01-01", "nothing before 2024"),
        ("first=9999-12-31", "still to come"),
        ("first=9999-99-99", "That is no day"),
    ],
)
async def test_a_day_of_which_nothing_is_told_says_so_and_shows_the_weeks_that_run(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    query: str,
    words: str,
) -> None:
    await add(parts, AccountRole.LEAD)
    await sign_in(browser)
    page = await browser.get(f"/figures?{query}")
    assert (page.status_code, words in page.text, "from 2 November 2026" in page.text) == (422, True, True)
    assert (await browser.get(f"/figures/csv?{query}")).status_code == 422


async def test_an_address_with_a_period_of_ones_own_choice_shows_the_four_weeks_it_began_in(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
) -> None:
    await add(parts, AccountRole.LEAD)
    await sign_in(browser)
    old = "?first=2026-10-12&last=2026-10-18"
    page = (await browser.get(f"/figures{old}")).text
    assert "from 5 October 2026 to 1 November 2026" in page
    assert "fixed blocks of four weeks" in page
    assert "2026-10-05-2026-11-01" in (await browser.get(f"/figures/csv{old}")).headers["content-disposition"]


async def test_one_goes_to_earlier_weeks_and_back(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await reply_to(parts, 6)
    await sign_in(browser)
    page = (await browser.get("/figures")).text
    assert "The four weeks before" in page
    earlier = (await browser.get("/figures?first=2026-10-05")).text
    for shown, other in ((page, "2026-10-05"), (earlier, "2026-09-07"), (earlier, "2026-11-02")):
        assert f'href="/figures?first={other}"' in shown
    assert "Later" not in page
    assert "Earlier" not in (await browser.get("/figures?first=2024-01-28")).text
    assert "The four weeks before" not in (await browser.get("/figures/csv")).text


async def test_weeks_that_run_say_so_on_the_page_and_in_the_file(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await sign_in(browser)
    running = "These four weeks go on until Sunday 29 November. The numbers still change."
    for path in ("/figures", "/figures/csv"):
        assert running in (await browser.get(path)).text
        assert "go on until" not in (await browser.get(f"{path}?first=2026-10-05")).text
