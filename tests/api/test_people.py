"""The pages about people as a browser without scripts sees them, role by role."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from fastapi import FastAPI

from alongside.core.accounts import SESSION, Account, AccountRole
from alongside.core.directory import WEEKDAYS
from alongside.core.rota import Leave
from alongside.services.people import Profile
from alongside.store import accounts as accounts_store
from alongside.wiring import Container
from api import forms
from api.people import fields
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.directory_builders import period
from tests.fakes import FakeClock

HTML = {"Accept": "text/html"}


@dataclass
class Browser:
    """A browser in which somebody is signed in; it follows no redirect by itself."""

    client: httpx.AsyncClient
    csrf: str

    async def get(self, address: str) -> httpx.Response:
        return await self.client.get(address)

    async def text(self, address: str) -> str:
        response = await self.get(address)
        assert response.status_code == 200, response.text
        return plain(response.text)

    async def post(self, address: str, **sent: str) -> httpx.Response:
        return await self.client.post(address, data={"csrf": self.csrf, **{name.replace("_", "-"): sent[name] for name in sent}})

    async def done(self, address: str, **sent: str) -> str:
        """Send a form that must work, and return the page it leads to."""
        response = await self.post(address, **sent)
        assert response.status_code == 303, plain(response.text)
        return await self.text(response.headers["location"])


SignIn = Callable[[Account], Awaitable[Browser]]


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
async def sign_in(app: FastAPI, parts: Container) -> AsyncIterator[SignIn]:
    async with AsyncExitStack() as open_browsers:

        async def _sign_in(account: Account) -> Browser:
            token, now = secrets.token_urlsafe(32), parts.clock.now()
            async with parts.database.transaction() as session:  # signing in itself is slow by design, and tested elsewhere
                await accounts_store.add_session(
                    session,
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    account_id=account.id,
                    csrf="form key",
                    now=now,
                    expires_at=now + SESSION,
                )
            client = await open_browsers.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
                    base_url="https://chat.test",
                    headers=HTML,
                    cookies={"__Host-alongside_session": token},
                )
            )
            return Browser(client, "form key")

        yield _sign_in


@pytest.fixture
async def ada(parts: Container) -> Account:
    await fill_directory(parts, ada=ALL_WEEK)
    return await add_account(parts.database, "ada")


@pytest.fixture
async def far(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "far", services=frozenset({"rowan"}))


@pytest.fixture
async def lead(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "lea", role=AccountRole.LEAD)


@pytest.fixture
async def admin(parts: Container, ada: Account) -> Account:
    return await add_account(parts.database, "mel", role=AccountRole.ADMIN, services=frozenset())


async def profile(parts: Container, account: Account) -> Profile:
    return await parts.people.get(None, account.id)


CHANGES = {
    "hours": {"monday_1_starts": "09:00", "monday_1_ends": "12:00"},
    "leave": {"first_day": "2026-12-01", "last_day": "2026-12-02"},
    "leave/remove": {"first_day": "2026-12-01", "last_day": "2026-12-02"},
    "cover": {"cover": ""},
    "cap": {"cap": "7"},
    "services": {"service_larch": "yes"},
    "role": {"role": "lead"},
    "link": {},
    "disable": {},
    "enable": {},
}
"""Every change on a person's page, with what its form sends."""


class TestRoleByRole:
    @pytest.mark.parametrize("change", CHANGES)
    async def test_only_leads_of_the_service_and_administrators_change_a_person(
        self, parts: Container, sign_in: SignIn, ada: Account, far: Account, lead: Account, admin: Account, change: str
    ) -> None:
        bea = await add_account(parts.database, "bea", worker=None)
        other_lead = await add_account(parts.database, "oda", role=AccountRole.LEAD, services=frozenset({"rowan"}))
        maintainer = await add_account(parts.database, "pat", role=AccountRole.MAINTAINER, services=frozenset())
        before = await profile(parts, ada)
        for refused in (ada, bea, far, other_lead, maintainer):
            browser = await sign_in(refused)
            response = await browser.post(f"/people/{ada.id}/{change}", **CHANGES[change])
            assert response.status_code == 403, refused.name
        after = await profile(parts, ada)
        assert (after.account, after.arrangement) == (before.account, before.arrangement)
        for allowed in (lead, admin):
            response = await (await sign_in(allowed)).post(f"/people/{ada.id}/{change}", **CHANGES[change])
            assert response.status_code == (200 if change == "link" else 303), plain(response.text)

    async def test_a_page_is_for_who_looks_after_the_person(
        self, parts: Container, sign_in: SignIn, ada: Account, far: Account, lead: Account, admin: Account
    ) -> None:
        for by, of, status in ((lead, ada, 200), (lead, far, 403), (admin, far, 200), (ada, ada, 403), (ada, far, 403)):
            assert (await (await sign_in(by)).get(f"/people/{of.id}")).status_code == status, (by.name, of.name)
        assert (await (await sign_in(admin)).get("/people/nobody")).status_code == 404

    async def test_who_has_cases_sees_the_week_and_their_own_hours_and_a_maintainer_neither(
        self, parts: Container, sign_in: SignIn, ada: Account
    ) -> None:
        maintainer = await add_account(parts.database, "pat", role=AccountRole.MAINTAINER, services=frozenset())
        for account, status in ((ada, 200), (maintainer, 403)):
            browser = await sign_in(account)
            assert (await browser.get("/people/week")).status_code == status
            assert (await browser.get("/people/me")).status_code == status
            assert (await browser.get("/people")).status_code == 403

    async def test_without_the_forms_key_nothing_is_changed(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account
    ) -> None:
        browser = await sign_in(lead)
        for change, sent in CHANGES.items():
            data = {name.replace("_", "-"): text for name, text in sent.items()}
            assert (await browser.client.post(f"/people/{ada.id}/{change}", data=data)).status_code == 403
        kept = await profile(parts, ada)
        assert (kept.account.role, kept.arrangement.cap, kept.arrangement.hours) == (AccountRole.WORKER, None, ())

    async def test_links_lead_each_role_only_where_it_may_go(
        self, sign_in: SignIn, parts: Container, ada: Account, lead: Account
    ) -> None:
        for account in (ada, lead):
            browser = await sign_in(account)
            for page in ("/people/week", "/people/me"):
                html = (await browser.get(page)).text
                links = set(re.findall(r'href="(/people[^"?#]*)', html))
                for link in links:
                    assert (await browser.get(link)).status_code == 200, (account.name, page, link)


class TestHours:
    async def test_the_page_says_whose_hours_count_and_fills_the_form_with_them(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account
    ) -> None:
        browser = await sign_in(lead)
        page = await browser.get(f"/people/{ada.id}")
        assert "These hours are from the directory" in plain(page.text)
        assert 'name="sunday-1-ends" type="time" value="17:00"' in page.text
        sent = {"monday_1_starts": "09:00", "monday_1_ends": "12:30", "monday_2_starts": "13:00", "monday_2_ends": "17:00"}
        shown = await browser.done(f"/people/{ada.id}/hours", **sent)
        assert "Monday, 9am to 12.30pm and 1pm to 5pm" in shown
        assert "These hours were set here" in shown
        shown = await browser.done(f"/people/{ada.id}/hours", from_directory="yes", **sent)
        assert "These hours are from the directory" in shown

    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            ({"monday_1_starts": ""}, "Those of the directory would count"),
            ({"monday_1_starts": "09:00"}, "not both"),
            ({"monday_1_starts": "17:00", "monday_1_ends": "09:00"}, "two periods"),
            ({"monday_1_starts": "9 o'clock", "monday_1_ends": "12:00"}, "is not a time"),
            ({"monday_1_starts": "09:00", "monday_1_ends": "25:00"}, "is not a time"),
            (
                {"monday_1_starts": "09:00", "monday_1_ends": "12:00", "monday_2_starts": "11:00", "monday_2_ends": "13:00"},
                "overlap",
            ),
        ],
    )
    async def test_hours_that_will_not_do_are_shown_again_with_what_is_wrong(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account, sent: dict[str, str], told: str
    ) -> None:
        response = await (await sign_in(lead)).post(f"/people/{ada.id}/hours", **sent)
        assert (response.status_code, told in plain(response.text)) == (422, True)
        assert unescape(sent["monday_1_starts"]) in unescape(response.text)
        assert (await profile(parts, ada)).arrangement.hours == ()

    def test_the_largest_form_for_hours_is_not_refused_for_its_size(self) -> None:
        everything = {
            f"{weekday}-{number}-{end}": "" for weekday in WEEKDAYS for number in (1, 2, 3) for end in ("starts", "ends")
        }
        assert len({*everything, "csrf", "from-directory"}) <= forms._MOST_FIELDS
        assert fields.read_hours(everything) == []

    def test_hours_of_the_directory_that_the_form_cannot_hold_do_not_fill_it(self) -> None:
        many = tuple(period("monday", f"{hour:02d}:00", f"{hour:02d}:30") for hour in range(9, 13))
        assert not any(day.first.starts for day in fields.rows_of(many))
        assert fields.rows_of(many[:3])[0].has_more


class TestLeave:
    async def test_a_worker_says_when_they_are_away_and_takes_it_back(
        self, parts: Container, sign_in: SignIn, clock: FakeClock, ada: Account
    ) -> None:
        browser, today = await sign_in(ada), clock.today()
        shown = await browser.done("/people/me/leave", first_day=today.isoformat(), last_day="")
        assert "The leave is saved." in shown
        assert "away now" in shown
        assert (await profile(parts, ada)).arrangement.leave == (Leave(today, today),)
        shown = await browser.done("/people/me/leave/remove", first_day=today.isoformat(), last_day=today.isoformat())
        assert "No leave is planned." in shown

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [
            ("", "", "no date"),
            ("2026-12-02", "2026-12-01", "before the first"),
            ("2026-01-01", "2026-01-02", "ended"),
            ("2026-12-01", "2062-12-01", "Check the year"),
            ("1 December", "", "no date"),
        ],
    )
    async def test_leave_that_will_not_do_says_why_and_keeps_what_was_typed(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account, first: str, last: str, told: str
    ) -> None:
        for account, address in ((ada, "/people/me/leave"), (lead, f"/people/{ada.id}/leave")):
            response = await (await sign_in(account)).post(address, first_day=first, last_day=last)
            assert (response.status_code, told in plain(response.text)) == (422, True)
            assert f'value="{first}"' in response.text
        assert (await profile(parts, ada)).arrangement.leave == ()

    async def test_leave_that_is_over_is_not_listed(
        self, parts: Container, sign_in: SignIn, clock: FakeClock, ada: Account
    ) -> None:
        await parts.rota.add_leave(None, ada.id, Leave(clock.today(), clock.today()))
        clock.move(timedelta(days=1))
        assert "No leave is planned." in await (await sign_in(ada)).text("/people/me")


class TestTheRest:
    async def test_the_list_says_at_a_glance_who_is_away_full_or_shut_out(
        self, parts: Container, sign_in: SignIn, clock: FakeClock, ada: Account, far: Account, lead: Account
    ) -> None:
        bea = await add_account(parts.database, "bea", worker=None)
        gone = await add_account(parts.database, "gone", worker=None)
        await parts.rota.add_leave(None, ada.id, Leave(clock.today(), clock.today()))
        await parts.rota.set_cap(None, bea.id, 0)
        await parts.accounts.disable(gone.email)
        shown = await (await sign_in(lead)).text("/people")
        assert "Ada Example away now" in shown
        assert "Bea Example no more cases" in shown
        assert "Hours none set" in shown
        assert "Gone Example cannot sign in" in shown
        assert "Far Example" not in shown

    async def test_cover_and_cap_are_saved_and_shown(
        self, parts: Container, sign_in: SignIn, ada: Account, far: Account, lead: Account
    ) -> None:
        browser = await sign_in(lead)
        assert "Far Example stands in for Ada" in await browser.done(f"/people/{ada.id}/cover", cover=far.id)
        assert "0, at most 12" in await browser.done(f"/people/{ada.id}/cap", cap=" 12 ")
        assert "Ada Example" in await (await sign_in(far)).text("/people/me")
        await parts.accounts.disable(far.email)
        assert "Far cannot have cases now" in await browser.text(f"/people/{ada.id}")
        for wrong in ("-1", "201", "many", "1.5", "9" * 40):
            assert (await browser.post(f"/people/{ada.id}/cap", cap=wrong)).status_code == 422
        assert (await profile(parts, ada)).arrangement.cap == 12
        assert (await browser.post(f"/people/{ada.id}/cover", cover=ada.id)).status_code == 422

    async def test_what_they_open_who_see_more_than_a_lead_is_shown_and_not_to_be_changed(
        self, parts: Container, sign_in: SignIn, lead: Account
    ) -> None:
        cal = await add_account(parts.database, "cal", worker=None, services=frozenset({"larch", "rowan"}))
        page = (await (await sign_in(lead)).get(f"/people/{cal.id}")).text
        assert "not yours to change" in plain(page)
        assert f"/people/{cal.id}/services" not in page

    async def test_an_administrator_gives_services_and_roles(
        self, parts: Container, sign_in: SignIn, ada: Account, admin: Account
    ) -> None:
        browser = await sign_in(admin)
        assert "Larch Ward, Rowan Ward" in await browser.done(
            f"/people/{ada.id}/services", service_larch="yes", service_rowan="yes"
        )
        await browser.done(f"/people/{ada.id}/role", role="maintainer")
        assert (await profile(parts, ada)).account.role is AccountRole.MAINTAINER
        for sent in ({}, {"role": "boss"}):
            assert (await browser.post(f"/people/{ada.id}/role", **sent)).status_code == 422
        assert (await browser.post(f"/people/{ada.id}/services", service_hazel="yes")).status_code == 422

    async def test_a_link_is_shown_once_and_opens_the_password_page(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account
    ) -> None:
        browser = await sign_in(lead)
        shown = await browser.post(f"/people/{ada.id}/link")
        token = re.search(r"https://chat\.test/password\?link=([\w-]{43})", shown.text)
        assert token, shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert (await parts.accounts.find_link(token[1])).id == ada.id
        assert token[1] not in (await browser.get(f"/people/{ada.id}")).text

    async def test_a_disabled_person_is_out_at_once_and_comes_back(
        self, parts: Container, sign_in: SignIn, ada: Account, lead: Account
    ) -> None:
        theirs, browser = await sign_in(ada), await sign_in(lead)
        shown = await browser.done(f"/people/{ada.id}/disable")
        assert "cannot sign in any more" in shown
        assert (await theirs.get("/people/me")).status_code == 303
        assert (await browser.post(f"/people/{ada.id}/link")).status_code == 422
        assert "can sign in again" in await browser.done(f"/people/{ada.id}/enable")

    async def test_a_person_is_added_with_a_link_and_never_a_password(
        self, parts: Container, sign_in: SignIn, lead: Account
    ) -> None:
        browser = await sign_in(lead)
        form = (await browser.get("/people/new")).text
        assert 'type="password"' not in form
        assert 'value="admin"' not in form
        sent = {"name": "Ned New", "email": "ned@example.org", "role": "worker", "service_larch": "yes"}
        response = await browser.post("/people", **sent)
        assert response.status_code == 200
        assert "password?link=" in response.text
        again = await browser.post("/people", **sent)
        assert (again.status_code, "already" in again.text, 'value="Ned New"' in again.text) == (409, True, True)
        for wrong in ({"role": "admin"}, {"service_larch": "", "service_rowan": "yes"}):
            sent = {"name": "Ned New", "email": "other@example.org", "role": "worker", **wrong}
            assert (await browser.post("/people", **sent)).status_code == 403
        assert (await browser.post("/people", name="", email="x", role="worker")).status_code == 422


class TestWeek:
    async def test_gaps_leave_and_who_stands_in_are_told_in_words(
        self, parts: Container, sign_in: SignIn, clock: FakeClock, ada: Account, far: Account
    ) -> None:
        await parts.rota.set_cover(None, ada.id, far.id)
        await parts.rota.set_hours(None, far.id, [period("tuesday", "09:00", "12:00")])
        await parts.rota.add_leave(None, ada.id, Leave(clock.today(), clock.today()))
        shown = await (await sign_in(ada)).text("/people/week")
        assert "Monday 23 November 2026 to Sunday 29 November 2026" in shown
        assert "Larch Ward gaps on 1 day" in shown
        assert "(today) Ada on leave Far (stands in) 9am to midday Nobody: midday to 5pm" in shown
        assert "Rowan Ward" not in shown

    async def test_weeks_before_and_after_are_a_link_away(self, sign_in: SignIn, ada: Account) -> None:
        browser = await sign_in(ada)
        page = (await browser.get("/people/week?from=2026-12-31")).text
        assert "Bank holiday" in page
        for other in (date(2026, 12, 21), date(2027, 1, 4)):
            assert f"/people/week?from={other}" in page

    @pytest.mark.parametrize(("wanted", "told"), [("soon", "no date"), ("2062-01-01", "nearer"), ("0001-01-01", "nearer")])
    async def test_a_week_that_cannot_be_shown_says_why_and_shows_this_one(
        self, sign_in: SignIn, ada: Account, wanted: str, told: str
    ) -> None:
        response = await (await sign_in(ada)).get(f"/people/week?from={wanted}")
        assert (response.status_code, told in response.text) == (422, True)
        assert "Monday 23 November 2026" in plain(response.text)


async def test_pages_run_nothing_and_are_not_kept(sign_in: SignIn, ada: Account, lead: Account) -> None:
    browser = await sign_in(lead)
    for page in ("/people", "/people/new", "/people/me", "/people/week", f"/people/{ada.id}"):
        response = await browser.get(page)
        assert "script-src 'none'" in response.headers["content-security-policy"]
        assert not re.search(r"<script|<style|style=|\son\w+=", response.text)
        assert response.headers["cache-control"] == "no-store"


async def test_signing_in_leads_back_to_a_page_about_people(app: FastAPI, ada: Account) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.test", headers=HTML) as client:
        response = await client.get("/people/week")
        assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/people/week")
