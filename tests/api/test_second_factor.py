"""The pages for codes from a phone, from setting up to signing in with one."""

import re

import httpx
import pyotp
import pytest
from fastapi import FastAPI

from alongside.core.accounts import BY_CODE, AccountRole
from alongside.core.second_factor import RECOVERY_CODES, STEP
from alongside.wiring import Container
from tests.api.test_accounts import EMAIL, PASSWORD, SESSION, browser, browsing, field, sign_in  # noqa: F401
from tests.fakes import FakeClock


@pytest.fixture(autouse=True)
async def _max(parts: Container) -> None:
    await parts.accounts.add(email=EMAIL, name="Max Ash", role=AccountRole.MAINTAINER, password=PASSWORD)


async def press(browser: httpx.AsyncClient, at: str, path: str, **typed: str) -> httpx.Response:  # noqa: F811
    """Send a form of the page at ``at``."""
    page = await browser.get(at)
    return await browser.post(path, data={"csrf": field(page, "csrf"), **typed})


async def set_up(browser: httpx.AsyncClient, clock: FakeClock) -> tuple[pyotp.TOTP, list[str]]:  # noqa: F811
    """Set codes up; returns what the phone shows codes with, and the recovery codes."""
    begun = await press(browser, "/account/codes", "/account/codes/begin")
    assert begun.headers["location"] == "/account/codes"
    page = await browser.get("/account/codes")
    letters = re.search(r'class="key">([A-Z2-7 ]+)<', page.text)
    assert letters
    codes = pyotp.TOTP(letters[1].replace(" ", ""))
    done = await press(browser, "/account/codes", "/account/codes/confirm", code=codes.at(clock.now()))
    assert done.status_code == 200, done.text
    clock.move(STEP * 2)
    return codes, re.findall(r"<li>([A-Z2-7-]{19})</li>", done.text)


async def test_codes_are_set_up_and_then_asked_for(app: FastAPI, browser: httpx.AsyncClient, clock: FakeClock) -> None:  # noqa: F811
    await sign_in(browser)
    codes, recovery = await set_up(browser, clock)
    assert len(recovery) == RECOVERY_CODES
    assert "They are on" in (await browser.get("/account")).text
    async with browsing(app) as other:
        asked = await sign_in(other, next="/account/codes")
        assert asked.headers["location"] == "/sign-in/code?next=/account/codes"
        assert (await other.get("/account")).headers["location"].startswith("/sign-in")
        half = other.cookies[SESSION]
        there = asked.headers["location"]
        wrong = await press(other, there, "/sign-in/code", code="12", next="/account/codes")
        assert (wrong.status_code, "There is a problem" in wrong.text) == (401, True)
        done = await press(other, there, "/sign-in/code", code=codes.at(clock.now()), next="/account/codes")
        assert (done.status_code, done.headers["location"]) == (303, "/account/codes")
        assert other.cookies[SESSION] != half
        assert (await other.get("/account")).status_code == 200


async def test_a_recovery_code_signs_in(app: FastAPI, browser: httpx.AsyncClient, clock: FakeClock) -> None:  # noqa: F811
    await sign_in(browser)
    _, recovery = await set_up(browser, clock)
    async with browsing(app) as other:
        await sign_in(other)
        assert (await press(other, "/sign-in/code", "/sign-in/code", code=recovery[0])).headers["location"] == "/account"
        assert f"You have {RECOVERY_CODES - 1} recovery codes left" in (await other.get("/account/codes")).text


async def test_too_many_wrong_codes_must_wait(app: FastAPI, browser: httpx.AsyncClient, clock: FakeClock) -> None:  # noqa: F811
    await sign_in(browser)
    await set_up(browser, clock)
    async with browsing(app) as other:
        await sign_in(other)
        for _ in range(BY_CODE.free):
            await press(other, "/sign-in/code", "/sign-in/code", code="1")
        slowed = await press(other, "/sign-in/code", "/sign-in/code", code="1")
        assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "2")


async def test_the_code_page_is_for_those_whose_password_was_right(browser: httpx.AsyncClient) -> None:  # noqa: F811
    assert (await browser.get("/sign-in/code")).headers["location"] == "/sign-in"
    key = field(await browser.get("/sign-in"), "csrf")
    assert (await browser.post("/sign-in/code", data={"csrf": key, "code": "123456"})).headers["location"] == "/sign-in"
    assert (await browser.post("/sign-in/code", data={"code": "123456"})).status_code == 403


async def test_the_picture_is_ours_and_is_there_only_until_it_is_confirmed(
    browser: httpx.AsyncClient,  # noqa: F811
    clock: FakeClock,
) -> None:
    await sign_in(browser)
    assert (await browser.get("/account/codes/picture")).status_code == 404
    await press(browser, "/account/codes", "/account/codes/begin")
    picture = await browser.get("/account/codes/picture")
    assert (picture.headers["content-type"], picture.headers["cache-control"]) == ("image/svg+xml", "no-store")
    assert picture.text.startswith("<?xml")
    await set_up(browser, clock)
    assert (await browser.get("/account/codes/picture")).status_code == 404


async def test_turning_off_takes_a_code(browser: httpx.AsyncClient, clock: FakeClock) -> None:  # noqa: F811
    await sign_in(browser)
    codes, _ = await set_up(browser, clock)
    refused = await press(browser, "/account/codes", "/account/codes/off", code="000")
    assert (refused.status_code, "There is a problem" in refused.text) == (422, True)
    done = await press(browser, "/account/codes", "/account/codes/off", code=codes.at(clock.now()))
    assert done.headers["location"] == "/account"
    assert "They are off" in (await browser.get("/account")).text


async def test_who_owes_codes_can_do_nothing_else(browser: httpx.AsyncClient, parts: Container, clock: FakeClock) -> None:  # noqa: F811
    parts.second_factor._required_for = frozenset({AccountRole.MAINTAINER})
    await sign_in(browser)
    for path in ("/account", "/figures", "/figures/csv"):
        assert (await browser.get(path)).headers["location"] == "/account/codes"
        background = await browser.get(path, headers={"HX-Request": "true"})
        assert (background.status_code, background.headers["hx-redirect"]) == (403, "/account/codes")
        program = await browser.get(path, headers={"Accept": "application/json"})
        assert (program.status_code, "Set them up first" in program.json()["error"]) == (403, True)
    await set_up(browser, clock)
    assert (await browser.get("/account")).status_code == 200


async def test_who_owes_codes_can_sign_out(browser: httpx.AsyncClient, parts: Container) -> None:  # noqa: F811
    parts.second_factor._required_for = frozenset({AccountRole.MAINTAINER})
    await sign_in(browser)
    assert (await press(browser, "/account/codes", "/sign-out")).headers["location"].startswith("/sign-in")
