"""The bar of the answers studio, and the way to it."""

import httpx
import pytest

from alongside.core.accounts import AccountRole
from alongside.wiring import Container
from tests.api.test_accounts import browser, sign_in  # noqa: F401
from tests.api.test_figures import add


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [
        (AccountRole.WORKER, None),
        (AccountRole.LEAD, "/answers"),
        (AccountRole.MAINTAINER, "/answers"),
        (AccountRole.ADMIN, "/answers"),
    ],
)
async def test_the_bar_leads_to_the_answers_whoever_may_see_some_of_them(
    browser: httpx.AsyncClient,  # noqa: F811
    parts: Container,
    role: AccountRole,
    leads_to: str | None,
) -> None:
    await add(parts, role)
    await sign_in(browser)
    page = (await browser.get("/account")).text
    links = [line for line in page.splitlines() if 'class="nav__link"' in line and ">Answers<" in line]
    assert (len(links) == 1) == (leads_to is not None)
    if leads_to:
        assert f'href="{leads_to}' in links[0]
