"""The bank holidays of the four nations, from the `holidays` library: worked out on this machine, nothing is fetched."""

from datetime import date
from functools import cache

import holidays

from alongside.core.rota import Calendar

_SUBDIVISIONS = {"england": "ENG", "scotland": "SCT", "wales": "WLS", "ni": "NIR"}
_YEARS = 3
"""This year and the two after it: as far as the rota ever looks ahead."""


class LibraryBankHolidays:
    """The library's calendars. A holiday proclaimed this year is known once the library is updated."""

    def from_year(self, year: int) -> Calendar:
        return _calendar(year)


@cache
def _calendar(year: int) -> Calendar:
    years = range(year, year + _YEARS)
    return {
        nation: frozenset(day for day in holidays.country_holidays("GB", subdiv=code, years=years) if isinstance(day, date))
        for nation, code in _SUBDIVISIONS.items()
    }
