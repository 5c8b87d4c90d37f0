"""The commands that say who may sign in."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alongside import wiring
from alongside.cli import app
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
