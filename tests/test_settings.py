"""docs/settings.md lists exactly the settings there are, with what each means and what it is by default."""

import re

import pytest
from pydantic import ValidationError

from alongside.settings import ROOT, Settings

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
TOLD = dict(re.findall(r"^\| `(ALONGSIDE_[A-Z_]+)` \| (.+) \|$", PAGE, re.MULTILINE))
FOR_TESTS = {"ALONGSIDE_TEST_POSTGRES_URL"}


def test_the_page_lists_exactly_the_settings() -> None:
    assert set(TOLD) - FOR_TESTS == {f"ALONGSIDE_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_says_what_a_setting_means(name: str) -> None:
    description = Settings.model_fields[name].description
    assert description
    assert TOLD[f"ALONGSIDE_{name.upper()}"].endswith(description.replace("|", "\\|"))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_says_what_a_setting_is_by_default(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = str(default).removeprefix(f"{ROOT}/") if default is not None else "none"
    assert TOLD[f"ALONGSIDE_{name.upper()}"].startswith(f"`{shown}` |")


def test_no_setting_has_a_folder_of_one_machine() -> None:
    assert str(ROOT) not in PAGE


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_PORT", "9000")
    assert Settings().port == 9000


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("KEEP_DAYS", "0"), ("PORT", "eight")])
def test_a_setting_out_of_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ALONGSIDE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_what_is_no_proxys_address_is_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16,fd00::/8")
    assert Settings().trusted_proxies
    for wrong in ("*", "", "proxy.example.org", "10.1.0.1/16"):
        monkeypatch.setenv("ALONGSIDE_TRUSTED_PROXIES", wrong)
        with pytest.raises(ValidationError, match=r"such as 10\.0\.0\.5"):
            Settings()


def test_the_database_is_in_the_data_folder_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALONGSIDE_DATA_DIR", "/srv/alongside")
    assert Settings().database == "sqlite:////srv/alongside/alongside.db"
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", "postgresql://db/alongside")
    assert Settings().database == "postgresql://db/alongside"
