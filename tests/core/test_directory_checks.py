"""What may not be stored, each told by where it stands."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alongside.core.directory import Checked, Kind, Repeats
from alongside.core.directory_checks import check_organisation
from tests.directory_builders import CHECKED, group, organisation, period, place, sample, service, visiting, worker

TODAY = date(2026, 11, 21)


def problems(**given: Any) -> list[str]:
    return [str(problem) for problem in check_organisation(organisation(**given), today=TODAY)]


def test_the_sample_breaks_no_rule() -> None:
    assert check_organisation(sample(), today=TODAY) == []


def test_a_good_organisation_breaks_no_rule() -> None:
    good = {"places": (place(),), "services": (service(visiting=(visiting(),)),), "groups": (group(),), "workers": (worker(),)}
    assert problems(**good) == []


@pytest.mark.parametrize(
    ("given", "where", "found"),
    [
        ({"code": "The Trust"}, "organisations The Trust", "small letters"),
        ({"services": (service(), service())}, "services larch", "stands 2 times"),
        ({"services": (service(phone="ask reception"),)}, "services larch", "cannot be dialled"),
        ({"services": (service(nation="france"),)}, "services larch", "nation 'france'"),
        ({"services": (service(place="nowhere"),)}, "services larch", "place 'nowhere'"),
        ({"services": (service(unit="nowhere"),)}, "services larch", "unit 'nowhere'"),
        (
            {"services": (service("a", kind=Kind.UNIT), service("b", kind=Kind.UNIT, unit="a"))},
            "services b",
            "unit inside a unit",
        ),
        (
            {"services": (service(visiting=(visiting(period=period("someday")),)),)},
            "services larch visiting",
            "weekday 'someday'",
        ),
        ({"services": (service(visiting=(visiting(period=period(ends="17:00")),)),)}, "services larch visiting", "ends at 17:00"),
        ({"groups": (group(repeats=Repeats.FORTNIGHTLY),)}, "groups group", "no date to count from"),
        ({"groups": (group(first_on=date(2026, 11, 25)),)}, "groups group", "not a tuesday"),
        ({"groups": (group(repeats=Repeats.MONTHLY),)}, "groups group", "weeks are []"),
        ({"groups": (group(repeats=Repeats.MONTHLY, weeks=(5,)),)}, "groups group", "weeks are [5]"),
        ({"groups": (group(weeks=(2,)),)}, "groups group", "weeks are [2]"),
        ({"workers": (worker(),)}, "workers worker", "service 'larch'"),
        ({"services": (service(),), "workers": (worker(services=("larch", "larch")),)}, "workers worker", "named twice"),
        ({"checked": replace(CHECKED, checked_on=date(2026, 11, 22))}, "organisations trust", "in the future"),
        ({"checked": Checked("x", TODAY, TODAY)}, "organisations trust", "not after the check"),
    ],
)
def test_each_fault_is_named_where_it_stands(given: dict[str, Any], where: str, found: str) -> None:
    (problem,) = problems(**given)
    assert problem.startswith(f"{where}:")
    assert found in problem
