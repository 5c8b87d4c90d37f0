"""The library's bank holidays are those of the governments' own lists."""

from datetime import date

import pytest

from alongside.adapters.bank_holidays import LibraryBankHolidays
from alongside.core.answers import NATIONS
from alongside.core.rota import LOOK_AHEAD_DAYS
from tests.rota_builders import CALENDAR


@pytest.mark.parametrize("nation", NATIONS)
def test_every_bank_holiday_of_the_governments_list_is_known(nation: str) -> None:
    known = LibraryBankHolidays().from_year(2026)[nation]
    assert {day for day in CALENDAR[nation] if day.year in (2026, 2027, 2028)} <= known


@pytest.mark.parametrize("nation", NATIONS)
def test_an_ordinary_day_is_no_bank_holiday(nation: str) -> None:
    assert date(2026, 11, 24) not in LibraryBankHolidays().from_year(2026)[nation]


def test_the_nations_differ_where_their_law_does() -> None:
    calendar = LibraryBankHolidays().from_year(2026)
    second_of_january, easter_monday, patrick = date(2026, 1, 2), date(2026, 4, 6), date(2026, 3, 17)
    assert [nation for nation in NATIONS if second_of_january in calendar[nation]] == ["scotland"]
    assert [nation for nation in NATIONS if easter_monday not in calendar[nation]] == ["scotland"]
    assert [nation for nation in NATIONS if patrick in calendar[nation]] == ["ni"]


def test_it_reaches_as_far_as_a_rota_looks_ahead() -> None:
    last = max(LibraryBankHolidays().from_year(2026)["england"])
    assert (last - date(2026, 12, 31)).days > LOOK_AHEAD_DAYS
