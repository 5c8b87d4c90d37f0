"""Signing in and out on the pages for workers, and the door that every one of their routes has."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from alongside.adapters.vault import FileVault
from alongside.core.accounts import BY_PLACE, Account, AccountRole
from alongside.core.alerts import WHERE
from alongside.core.permissions import OPEN, PERMISSIONS
from alongside.services import directory_import
from alongside.wiring import Container
from api import forms
from api.accounts.access import current_account, from_own_form
from api.app import create_app
from tests.directory_builders import sample

EMAIL, PASSWORD, WRONG = "mel@example.org", "kettle moss ferry", "kettle moss ferri"
HTML = {"Accept": "text/html,application/xhtml+xml"}
SAFE = "https://chat.test"
HERE = "http://127.0.0.1:8000"
SESSION = "__Host-alongside_session"
BROWSER = "__Host-alongside_browser"


@asynccontextmanager
async def browsing(
    app: FastAPI, address: str = SAFE, *, kind: type[httpx.AsyncClient] = httpx.AsyncClient, **client: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has used before."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, **client)
    async with kind(transport=transport, base_url=address, headers=HTML) as browser:
        yield browser


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(app) as browser:
        yield browser


@pytest.fixture
async def mel(parts: Container) -> Account:
    await directory_import.import_all(parts.database, [sample()], clock=parts.clock)
    return await parts.accounts.add(
        email=EMAIL, name="Mel Ash", role=AccountRole.WORKER, services=["sample-rowan"], password=PASSWORD
    )


def field(response: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found, response.text
    return unescape(found[1])


async def sign_in(browser: httpx.AsyncClient, password: str = PASSWORD, **other: str) -> httpx.Response:
    page = await browser.get("/sign-in")
    return await browser.post(
        "/sign-in", data={"csrf": field(page, "csrf"), "email": EMAIL, "password": password, "next": "", **other}
    )


# --- Every route ---

CARERS = re.compile(r"/|/static|/api/v1(?:/.*)?|/healthz|/readyz|/metrics|/telegram")
"""The addresses that are the carer's own, or a machine's: the carer API opens with the conversation's token, and Telegram's
with its secret."""

ROUTES = [
    route for route in iter_route_contexts(create_app(cast(Container, None)).routes) if not CARERS.fullmatch(route.path or "")
]


def asked_first(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from asked_first(inner)


def name_of(route: Any) -> str:
    return f"{route.name} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_every_route_for_workers_has_a_row_and_a_door(route: Any) -> None:
    assert route.name in PERMISSIONS, f"{route.path} has no row in alongside/core/permissions.py"
    asked = set(asked_first(route.dependant))
    if PERMISSIONS[route.name] is not OPEN:
        assert current_account in asked, f"{route.path} does not ask who is there: add Depends(current_account)"
    elif route.methods - {"GET", "HEAD"}:
        assert from_own_form in asked, f"{route.path} changes something without asking where the form came from"


def test_no_two_routes_share_a_row() -> None:
    assert len({route.name for route in ROUTES}) == len(ROUTES)


async def test_a_route_without_a_row_is_refused(app: FastAPI, browser: httpx.AsyncClient, mel: Account) -> None:
    app.add_api_route("/account/forgotten", lambda: "open", dependencies=[Depends(current_account)], name="forgotten")
    await sign_in(browser)
    response = await browser.get("/account/forgotten")
    assert (response.status_code, "not for this page" in response.text) == (403, True)


@pytest.mark.parametrize("route", [route for route in ROUTES if PERMISSIONS[route.name] is not OPEN], ids=name_of)
async def test_nobody_gets_through_a_door_without_signing_in(browser: httpx.AsyncClient, route: Any) -> None:
    for method in route.methods:
        response = await browser.request(method, re.sub(r"{\w+}", "x", route.path))
        assert response.status_code == 303, response.text
        assert response.headers["location"].startswith("/sign-in")


# --- Signing in ---


async def test_a_worker_signs_in_and_comes_to_the_inbox(browser: httpx.AsyncClient, mel: Account) -> None:
    response = await sign_in(browser)
    assert (response.status_code, response.headers["location"]) == (303, "/inbox")
    page = await browser.get("/account")
    assert page.status_code == 200
    assert "Mel Ash (worker)" in page.text


async def test_a_maintainer_who_has_no_inbox_comes_to_their_account(browser: httpx.AsyncClient, parts: Container) -> None:
    await parts.accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.MAINTAINER, password=PASSWORD)
    assert (await sign_in(browser)).headers["location"] == "/account"
    assert "/inbox" not in (await browser.get("/account")).text


async def test_who_is_signed_in_needs_no_sign_in_page(browser: httpx.AsyncClient, mel: Account) -> None:
    await sign_in(browser)
    assert (await browser.get("/sign-in")).headers["location"] == "/inbox"


async def test_a_page_that_needed_signing_in_is_come_back_to(browser: httpx.AsyncClient, mel: Account) -> None:
    asked = await browser.get("/account")
    page = await browser.get(asked.headers["location"])
    assert (await sign_in(browser, next=field(page, "next"))).headers["location"] == "/account"


@pytest.mark.parametrize("link", sorted(WHERE.values()))
async def test_the_link_of_an_alert_leads_to_its_page_after_signing_in(
    browser: httpx.AsyncClient, parts: Container, link: str
) -> None:
    await parts.accounts.add(email=EMAIL, name="Mel Ash", role=AccountRole.MAINTAINER, password=PASSWORD)
    asked = await browser.get(link)
    page = await browser.get(asked.headers["location"])
    location = (await sign_in(browser, next=field(page, "next"))).headers["location"]
    assert location == link
    assert (await browser.get(location)).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org",
        "//example.org",
        "/\\example.org",
        "/inbox//example.org/../..",
        "/inbox?x=//example.org",
        "//example.org?x=1",
        "/answers@example.org",
        "/inbox\n",
        "javascript:1",
    ],
)
async def test_signing_in_leads_to_no_other_site(browser: httpx.AsyncClient, mel: Account, elsewhere: str) -> None:
    location = (await sign_in(browser, next=elsewhere)).headers["location"]
    assert location.startswith("/inbox")
    assert httpx.URL(SAFE).join(location).host == "chat.test"


async def test_a_wrong_password_says_so_and_keeps_the_address_alone(browser: httpx.AsyncClient, mel: Account) -> None:
    response = await sign_in(browser, WRONG)
    assert response.status_code == 401
    assert "There is a problem" in response.text
    assert field_value(response, "email") == EMAIL
    assert WRONG not in response.text
    assert SESSION not in browser.cookies


def field_value(response: httpx.Response, name: str) -> str:
    found = re.search(rf'<input [^>]*name="{name}"[^>]*value="([^"]*)"', response.text)
    assert found
    return unescape(found[1])


async def test_what_was_typed_does_not_become_html(browser: httpx.AsyncClient) -> None:
    response = await sign_in(browser, email='"><script>x</script>', next='"><script>y</script>')
    assert "<script>" not in response.text


async def test_many_wrong_passwords_say_how_long_to_wait(browser: httpx.AsyncClient, mel: Account) -> None:
    for _ in range(BY_PLACE.free):
        await sign_in(browser, WRONG)
    response = await sign_in(browser)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) >= 1
    assert "Wait" in response.text


async def test_a_browser_that_signed_in_before_is_let_in_while_others_guess(
    parts: Container, mel: Account, tmp_path: Path
) -> None:
    app = create_app(replace(parts, vault=FileVault(tmp_path / "secret.key")))
    async with browsing(app) as known, browsing(app) as other:
        response = await sign_in(known)
        assert mel.id not in cookies_of(response)[BROWSER]
        await known.post("/sign-out", data={"csrf": field(await known.get("/account"), "csrf")})
        for _ in range(BY_PLACE.free):
            await sign_in(other, WRONG)
        other.cookies.set(BROWSER, "made up", domain="chat.test")
        assert (await sign_in(other)).status_code == 429
        assert (await sign_in(known)).status_code == 303


async def test_a_wrong_password_makes_no_browser_known(browser: httpx.AsyncClient, mel: Account) -> None:
    await sign_in(browser, WRONG)
    assert BROWSER not in browser.cookies


async def test_a_sign_in_has_a_new_token_and_ends_the_one_before(browser: httpx.AsyncClient, app: FastAPI, mel: Account) -> None:
    browser.cookies.set(SESSION, "planted", domain="chat.test")
    await sign_in(browser)
    first = browser.cookies[SESSION]
    assert first != "planted"
    page = await browser.get("/account")
    await browser.post("/sign-out", data={"csrf": field(page, "csrf")})
    await sign_in(browser)
    assert browser.cookies[SESSION] != first
    async with browsing(app) as thief:
        thief.cookies.set(SESSION, first, domain="chat.test")
        assert (await thief.get("/account")).status_code == 303


async def test_signing_out_ends_the_session_on_the_server_too(browser: httpx.AsyncClient, mel: Account, parts: Container) -> None:
    await sign_in(browser)
    token = browser.cookies[SESSION]
    page = await browser.get("/account")
    response = await browser.post("/sign-out", data={"csrf": field(page, "csrf")})
    assert response.headers["location"] == "/sign-in?left=true"
    assert SESSION not in browser.cookies
    assert await parts.accounts.session(token) is None


async def test_a_disabled_worker_is_out_with_the_next_request(browser: httpx.AsyncClient, mel: Account, parts: Container) -> None:
    await sign_in(browser)
    assert (await browser.get("/account")).status_code == 200
    await parts.accounts.disable(EMAIL)
    assert (await browser.get("/account")).status_code == 303
    assert (await sign_in(browser)).status_code == 401


async def test_a_script_is_told_instead_of_sent_elsewhere(browser: httpx.AsyncClient) -> None:
    asked = await browser.get("/account", headers={"HX-Request": "true"})
    assert (asked.status_code, asked.headers["hx-redirect"]) == (401, "/sign-in")
    stream = await browser.get("/account", headers={"Accept": "text/event-stream"})
    assert (stream.status_code, list(stream.json())) == (401, ["error"])


# --- Forms from elsewhere ---


@pytest.mark.parametrize("csrf", [None, "", "made up", "ü"])
async def test_a_change_without_the_sessions_own_token_is_refused(
    browser: httpx.AsyncClient, mel: Account, csrf: str | None
) -> None:
    await sign_in(browser)
    response = await browser.post("/sign-out", data={} if csrf is None else {"csrf": csrf})
    assert (response.status_code, "Nothing was changed" in response.text) == (403, True)
    assert (await browser.get("/account")).status_code == 200


async def test_anothers_token_is_no_good(app: FastAPI, browser: httpx.AsyncClient, mel: Account) -> None:
    await sign_in(browser)
    async with browsing(app) as other:
        await sign_in(other)
        theirs = field(await other.get("/account"), "csrf")
    assert (await browser.post("/sign-out", data={"csrf": theirs})).status_code == 403


async def test_the_token_may_come_in_a_header(browser: httpx.AsyncClient, mel: Account) -> None:
    await sign_in(browser)
    csrf = field(await browser.get("/account"), "csrf")
    assert (await browser.post("/sign-out", headers={"X-CSRF-Token": csrf})).status_code == 303


async def test_a_sign_in_form_from_another_site_is_refused(app: FastAPI, browser: httpx.AsyncClient, mel: Account) -> None:
    sent = {"email": EMAIL, "password": PASSWORD}
    assert (await browser.post("/sign-in", data=sent)).status_code == 403
    async with browsing(app) as attacker:
        theirs = field(await attacker.get("/sign-in"), "csrf")
    await browser.get("/sign-in")
    response = await browser.post("/sign-in", data={**sent, "csrf": theirs})
    assert response.status_code == 403
    assert SESSION not in browser.cookies


async def test_a_form_with_too_many_fields_is_refused(browser: httpx.AsyncClient) -> None:
    response = await browser.post("/sign-in", data={f"f{number}": "x" for number in range(forms._MOST_FIELDS + 1)})
    assert response.status_code == 422


# --- Cookies and headers ---


def cookies_of(response: httpx.Response) -> dict[str, str]:
    return {cookie.split("=")[0]: cookie.lower() for cookie in response.headers.get_list("set-cookie")}


async def test_over_https_cookies_cannot_be_read_set_or_sent_by_others(browser: httpx.AsyncClient, mel: Account) -> None:
    given = cookies_of(await browser.get("/sign-in")) | cookies_of(await sign_in(browser))
    assert set(given) == {"__Host-alongside_form", SESSION, BROWSER}
    for name, cookie in given.items():
        parts = {part for part in cookie.split("; ")[1:] if not part.startswith(("max-age=", "expires="))}
        assert parts == {"httponly", "path=/", "samesite=lax", "secure"}, cookie
        assert ("max-age=" in cookie) == (name == BROWSER)


async def test_on_this_machine_alone_plain_http_will_do(app: FastAPI, mel: Account) -> None:
    async with browsing(app, HERE, client=("127.0.0.1", 50000)) as browser:
        given = cookies_of(await browser.get("/sign-in")) | cookies_of(await sign_in(browser))
        assert set(given) == {"alongside_form", "alongside_session", "alongside_browser"}
        assert not [cookie for cookie in given.values() if "secure" in cookie]
        assert (await browser.get("/account")).status_code == 200


@pytest.mark.parametrize(("address", "client"), [("http://chat.test", "127.0.0.1"), (HERE, "192.0.2.1")])
@pytest.mark.parametrize("path", ["/sign-in", "/account", "/password?link=x"])
async def test_over_a_network_plain_http_is_refused(app: FastAPI, address: str, client: str, path: str) -> None:
    async with browsing(app, address, client=(client, 50000)) as browser:
        response = await browser.get(path)
        assert (response.status_code, "https" in response.text) == (403, True)
        assert "set-cookie" not in response.headers


async def test_behind_a_proxy_the_published_address_counts(app: FastAPI, parts: Container) -> None:
    parts.settings.public_url = "https://chat.test"
    async with browsing(app, "http://chat.test") as browser:
        assert set(cookies_of(await browser.get("/sign-in"))) == {"__Host-alongside_form"}


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/password?link=x", "/account/nothing"])
async def test_pages_run_nothing_and_are_not_kept(browser: httpx.AsyncClient, mel: Account, path: str) -> None:
    if path.startswith("/account"):
        await sign_in(browser)
    response = await browser.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'none'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script|<style|style=|\son\w+=", response.text)
    assert response.headers["cache-control"] == "no-store"


async def test_an_error_is_a_page_to_a_browser_and_json_to_a_program(browser: httpx.AsyncClient, mel: Account) -> None:
    await sign_in(browser)
    page = await browser.get("/account/nothing")
    assert (page.status_code, "<h1" in page.text, "docs/" in page.text) == (404, True, False)
    program = await browser.get("/account/nothing", headers={"Accept": "application/json"})
    assert list(program.json()) == ["error"]


# --- Choosing a password ---


async def test_the_owner_of_a_link_chooses_a_password_and_signs_in(
    browser: httpx.AsyncClient, mel: Account, parts: Container
) -> None:
    link = await parts.accounts.make_link(EMAIL)
    for _ in range(2):  # a mail program may look at a link before its owner does
        page = await browser.get("/password", params={"link": link})
        assert "Mel Ash" in page.text
    sent = {"csrf": field(page, "csrf"), "link": link, "password": "another fine one", "again": "another fine one"}
    chosen = await browser.post("/password", data=sent)
    assert "is saved" in (await browser.get(chosen.headers["location"])).text
    assert (await sign_in(browser, "another fine one")).status_code == 303
    assert (await browser.post("/password", data=sent)).status_code == 404
    assert (await browser.get("/password", params={"link": link})).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [("short", "short", "at least 12"), ("Mel Ash is here", "Mel Ash is here", "your name"), (PASSWORD, WRONG, "not the same")],
)
async def test_a_password_that_will_not_do_says_why_and_keeps_the_link(
    browser: httpx.AsyncClient, mel: Account, parts: Container, password: str, again: str, told: str
) -> None:
    link = await parts.accounts.make_link(EMAIL)
    page = await browser.get("/password", params={"link": link})
    response = await browser.post(
        "/password", data={"csrf": field(page, "csrf"), "link": link, "password": password, "again": again}
    )
    assert (response.status_code, told in response.text) == (422, True)
    assert password not in response.text.replace("Mel Ash", "")
    assert await parts.accounts.find_link(link)


async def test_a_link_is_not_enough_without_its_page(browser: httpx.AsyncClient, mel: Account, parts: Container) -> None:
    link = await parts.accounts.make_link(EMAIL)
    response = await browser.post("/password", data={"link": link, "password": PASSWORD, "again": PASSWORD})
    assert response.status_code == 403
    assert await parts.accounts.find_link(link)
