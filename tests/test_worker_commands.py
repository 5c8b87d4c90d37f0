"""The commands that say who may sign in, and when they work."""

import asyncio
import re
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner, Result

from alongside import wiring
from alongside.cli import app
from alongside.core.accounts import AccountRole
from alongside.core.errors import AlongsideError
from alongside.services.accounts import Accounts, SignedIn
from alongside.settings import Settings
from alongside.store.base import Database

EMAIL, PASSWORD = "mel@example.org", "kettle moss ferry"
ADMIN = ("add", "--email", EMAIL, "--name", "Mel Ash", "--admin")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALONGSIDE_PUBLIC_URL", "https://chat.test/")
    monkeypatch.delenv("ALONGSIDE_DATABASE_URL", raising=False)


def worker(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["worker", *words], input=typed)


def sign_in(password: str) -> SignedIn | None:
    async def work() -> SignedIn | None:
        database = Database(Settings().database)
        accounts: Accounts = wiring.accounts(database)
        try:
            return await accounts.session(await accounts.sign_in(EMAIL, password, address=""))
        finally:
            await database.close()

    return asyncio.run(work())


def test_the_first_administrator_is_added_with_a_password_typed_twice() -> None:
    done = worker(*ADMIN, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert "Mel Ash (admin) may sign in" in done.output
    assert PASSWORD not in done.output
    assert sign_in(PASSWORD)


def test_two_different_passwords_add_nobody() -> None:
    worker(*ADMIN, typed=f"{PASSWORD}\nsomething else\n")
    assert EMAIL not in worker("list").output


def test_without_a_password_a_link_is_printed_that_opens_with_it() -> None:
    done = worker(*ADMIN, "--link")
    found = re.search(r"^https://chat\.test/password\?link=([\w-]{43})$", done.output, re.MULTILINE)
    assert found, done.output
    assert "24 hours" in done.output
    again = worker("link", EMAIL)
    assert found[1] not in again.output


def test_a_disabled_account_is_listed_as_such() -> None:
    worker(*ADMIN, "--link")
    assert "yes" in worker("list").output
    assert "may not sign in any more" in worker("disable", EMAIL).output
    assert "disabled" in worker("list").output
    assert "may sign in again" in worker("enable", EMAIL).output
    assert "disabled" not in worker("list").output


def test_an_unknown_role_is_refused_with_those_there_are() -> None:
    done = worker("add", "--email", EMAIL, "--name", "Mel Ash", "--role", "boss", "--link")
    assert done.exit_code == 2
    assert "maintainer" in done.output


def test_codes_of_a_lost_phone_are_taken_off() -> None:
    worker(*ADMIN, typed=f"{PASSWORD}\n{PASSWORD}\n")
    refused = worker("reset-code", EMAIL)
    assert (refused.exit_code, "no codes set up" in str(refused.exception)) == (1, True)

    async def set_up() -> None:
        database = Database(Settings().database)
        factor = wiring.second_factor(Settings(), database)
        (account,) = await wiring.accounts(database).list_all()
        await factor.begin(account)
        await factor.confirm(account, pyotp.TOTP((await factor.key(account)).letters).now())
        await database.close()

    asyncio.run(set_up())
    assert sign_in(PASSWORD) is None
    assert "password alone" in worker("reset-code", EMAIL).output
    assert sign_in(PASSWORD)


def test_a_heartbeat_is_made_and_told() -> None:
    done = CliRunner().invoke(app, ["heartbeat", "run"])
    assert (done.exit_code, done.output) == (0, "web: a carer who asks for a person gets one\n")


# --- When they work ---

WARD = "sample-rowan"


@pytest.fixture
def _team() -> None:
    """Two workers of the sample's ward, and an administrator."""

    async def work() -> None:
        database = Database(Settings().database)
        await database.migrate()
        await wiring.load_sample(database)
        accounts: Accounts = wiring.accounts(database)
        await accounts.add(email="ada@example.org", name="Ada Ash", role=AccountRole.WORKER, services=[WARD])
        await accounts.add(email="bea@example.org", name="Bea Birch", role=AccountRole.WORKER, services=[WARD])
        await database.close()

    asyncio.run(work())


def said(*words: str) -> str:
    done = worker(*words)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def refused(*words: str) -> str:
    """Run a command that must be refused with a plain sentence."""
    done = worker(*words)
    assert isinstance(done.exception, AlongsideError), done.output
    return str(done.exception)


@pytest.mark.usefixtures("_team")
class TestRota:
    def test_hours_are_set_shown_and_given_back_to_the_directory(self) -> None:
        assert said("hours", "ada@example.org") == "Ada Ash has no hours."
        shown = said("hours", "ada@example.org", "Monday 9:00-12:30", "monday 13:00-17:00", "tuesday 22:00-00:00")
        assert "Ada Ash, set here: Monday, 9am to 12.30pm and 1pm to 5pm Tuesday, 10pm to" in shown
        assert said("hours", "ada@example.org") == shown
        assert said("hours", "ada@example.org", "--directory") == "Ada Ash has no hours."

    @pytest.mark.parametrize("wrong", ["monday", "monday 9-12", "funday 09:00-12:00", "monday 12:00-09:00", "monday 09:00-25:00"])
    def test_hours_that_will_not_do_change_nothing(self, wrong: str) -> None:
        before = said("hours", "ada@example.org", "monday 09:00-17:00")
        assert refused("hours", "ada@example.org", wrong, "friday 09:00-10:00")
        assert said("hours", "ada@example.org") == before
        assert "not both" in refused("hours", "ada@example.org", "monday 09:00-17:00", "--directory")

    def test_leave_is_said_and_taken_back(self) -> None:
        first = date.today() + timedelta(days=3)
        last = first + timedelta(days=4)
        assert "has no leave" in said("leave", "ada@example.org")
        shown = said("leave", "ada@example.org", "--from", str(first), "--to", str(last))
        assert f"{first} to {last}" in shown
        assert "has no leave" in said("leave", "ada@example.org", "--from", str(first), "--to", str(last), "--remove")
        assert "first day is missing" in refused("leave", "ada@example.org", "--to", str(last))
        assert "is no date" in refused("leave", "ada@example.org", "--from", "tomorrow")

    def test_who_stands_in(self) -> None:
        assert "next colleague" in said("cover", "ada@example.org")
        assert said("cover", "ada@example.org", "bea@example.org") == "Bea Birch stands in for Ada Ash."
        assert "themselves" in refused("cover", "ada@example.org", "ada@example.org")
        assert "no account" in refused("cover", "ada@example.org", "nobody@example.org")
        worker("disable", "bea@example.org")
        assert "nobody named stands in" in said("cover", "ada@example.org")
        assert "next colleague" in said("cover", "ada@example.org", "--nobody")

    def test_the_most_open_cases(self) -> None:
        assert "no limit" in said("cap", "ada@example.org")
        assert "0 open cases; 7 at most" in said("cap", "ada@example.org", "7")
        assert "0 of 7" in said("list")
        assert "from 0 to 200" in refused("cap", "ada@example.org", "201")
        assert "no limit" in said("cap", "ada@example.org", "--none")

    def test_services_and_role(self) -> None:
        assert said("services", "ada@example.org") == f"Ada Ash serves Rowan Ward ({WARD})."
        assert "sample-ash" in said("services", "ada@example.org", "sample-ash", WARD)
        assert "no service hazel" in refused("services", "ada@example.org", "hazel")
        assert said("role", "ada@example.org", "lead") == "Ada Ash is lead now."
        assert worker("role", "ada@example.org", "boss").exit_code == 2

    def test_the_week_of_one_service_with_its_gaps(self) -> None:
        said("hours", "ada@example.org", "tuesday 09:00-12:00")
        shown = said("week", "--service", WARD, "--from", f"{date.today().year}-11-24")
        assert "Rowan Ward (sample-rowan)" in shown
        assert "Ada: 9am to midday" in shown
        assert "promised to nobody: Bea" in shown
        assert "sample-ash" not in shown
        assert "no ward or team hazel" in refused("week", "--service", "hazel")


def test_a_worker_is_alerted_where_the_operator_says_and_no_address_is_printed() -> None:
    worker(*ADMIN, "--link")
    assert "alerted nowhere" in worker("alerts", EMAIL).output
    added = worker("alerts", EMAIL, "--add", "json://127.0.0.1:9/hush")
    assert "JSON, 127.0.0.1" in added.output
    assert "hush" not in added.output
    tried = worker("alerts", EMAIL, "--test")
    assert "did not take it" in tried.output
    removed = worker("alerts", EMAIL, "--remove", added.output.split()[0])
    assert "alerted nowhere" in removed.output
    assert worker("alerts", EMAIL, "--test", "--remove", "x").exit_code
