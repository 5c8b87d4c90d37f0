"""The page of the scorecard and its file: for maintainers and who leads, with the same counts hidden in both, and no words."""

import csv
import io
import re

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.wiring import Container
from tests.api.test_accounts import browser, sign_in  # noqa: F401
from tests.api.test_figures import add
from tests.asked_builders import answered, missed, talk

HERE = "/answers/scorecard"


@pytest.mark.parametrize(
    ("role", "status"),
    [(AccountRole.WORKER, 403), (AccountRole.LEAD, 200), (AccountRole.MAINTAINER, 200), (AccountRole.ADMIN, 200)],
)
async def test_it_is_for_maintainers_and_who_leads(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    role: AccountRole,
    status: int,
) -> None:
    await add(parts, role)
    await sign_in(browser)
    for path in (HERE, f"{HERE}/csv"):
        assert (await browser.get(path)).status_code == status


async def test_the_page_and_the_file_tell_the_same_and_no_words(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    for _ in range(12):
        await talk(parts.database, answered("my own words", helpful=True), missed("mine too", ("money_benefits/stop", 0.2)))
    for _ in range(2):
        await talk(parts.database, missed("mine too", ("advocacy/what", 0.2)))
    await sign_in(browser)
    page = (await browser.get(HERE)).text
    assert re.search(r'figures__count">12</span>\s*<svg', page)
    assert "fewer than 5" in page
    assert not re.search(r'figures__count">[1-4]<', page)
    assert not re.search(r"<script|style=", page)
    file = await browser.get(f"{HERE}/csv")
    assert file.headers["content-disposition"] == 'attachment; filename="alongside-scorecard-2026-11-02-2026-11-29.csv"'
    told = {(row["table"], row["row"], row["figure"]): row["value"] for row in csv.DictReader(io.StringIO(file.text))}
    assert told["What became of questions, by week", "Week of Monday 23 November", "Answered"] == "12"
    assert told["Questions without an answer, by the nearest topic", "Advocacy", "Asked back"] == "fewer than 5"
    assert set(told.values()) & set("1234") == set()
    running = "These four weeks go on until Sunday 29 November. The numbers still change."
    assert all(running in text for text in (page, file.text))
    for words in ("my own words", "mine too"):
        assert words not in page
        assert words not in file.text


async def test_a_topic_of_noughts_is_in_the_file_only(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await talk(parts.database, *[missed("mine too", ("advocacy/what", 0.2))] * 5)
    await sign_in(browser)
    page, file = (await browser.get(HERE)).text, (await browser.get(f"{HERE}/csv")).text
    assert ("Advocacy" in page, "Peer support" in page, "Peer support" in file) == (True, False, True)


async def test_a_period_that_is_none_says_so(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    await add(parts, AccountRole.LEAD)
    await sign_in(browser)
    page = await browser.get(f"{HERE}?first=x")
    assert (page.status_code, "There is a problem" in page.text) == (422, True)
    assert (await browser.get(f"{HERE}/csv?first=x")).status_code == 422
