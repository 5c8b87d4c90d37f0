"""Which ward a carer means, and above all which they do not."""

from collections.abc import Sequence

import pytest
from rapidfuzz.distance import OSA

from alongside.core.directory import Kind, Security, Service
from alongside.core.directory_matching import find_services, is_near
from tests.directory_builders import place, sample, service

SAMPLE = sample().services


def found(said: str, services: Sequence[Service] = SAMPLE) -> list[str]:
    return [match.name for match in find_services(said, services, similarity=OSA.normalized_similarity)]


@pytest.mark.parametrize(
    "said",
    [
        "rowan",
        "Rowan Ward",
        "the rowan",
        "the rowans",
        "rowen ward",
        "rowen",
        "its rowan ward please",
        "he's on Rowen",
        "when can i visit him on Rowan ward",
        "what are rowan's visiting times?",
        "ROWAN",
        "my brother got moved to rowan last week, when is visiting",
        "the low secure one",
        "low secure unit",
        "the low-secure ward",
        "low security",
        "low secrue unit",
    ],
)
def test_rowan_is_found(said: str) -> None:
    assert found(said) == ["Rowan Ward"]


@pytest.mark.parametrize(
    "said",
    [
        "can I visit tomorrow",
        "can a roman catholic priest visit him",
        "he has to wash his own clothes",
        "has he got his phone",
        "I'm at work until six",
        "when can i visit",
        "is the ward safe",
        "what does secure mean",
        "I feel so low and the ward is far away",
        "who is the carers worker",
        "his risk is high and he is in a bad way",
        "the team said no",
        "general question about visiting",
        "visiting on the unit",
        "a woman on the ward was kind to me",
        "in the community",
        "",
        "🙂🙂",
        "'",
    ],
)
def test_everyday_words_name_no_ward(said: str) -> None:
    assert found(said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ash", ["Ash Ward"]),
        ("on ash", ["Ash Ward"]),
        ("Ash ward visiting", ["Ash Ward"]),
        ("I raked the ash and the leaves from the fire", []),
        ("ahs ward", []),
        ("my mum is in Hawthorne", ["Hawthorn Ward"]),
        ("horthorn ward", ["Hawthorn Ward"]),
        ("the medium secure one", ["Ash Ward", "Hawthorn Ward"]),
        ("hes in meduim secure", ["Ash Ward", "Hawthorn Ward"]),
        ("high secure", ["Curlew Ward"]),
        ("the women's ward", ["Hawthorn Ward"]),
        ("acute ward", ["Linden Ward"]),
        ("the community team", ["Orrinmouth Community Team"]),
        ("cmht", ["Orrinmouth Community Team"]),
        ("Strathorrin Clinic", ["Strathorrin Medium Secure Unit"]),
        ("is it rowan or linden", ["Linden Ward", "Rowan Ward"]),
    ],
)
def test_names_aliases_and_levels(said: str, expected: list[str]) -> None:
    assert sorted(found(said)) == expected


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the team have got it wrong", "Haven"),
        ("do secure units have a shop", "Haven"),
        ("the community mental health team", "Heath"),
        ("they have her on a jag", "Heron"),
        ("I hope to visit", "Hope"),
        ("can I come in May", "May"),
    ],
)
def test_everyday_words_close_to_other_wards_names(said: str, name: str) -> None:
    assert found(said, [service(name.casefold())]) == []


@pytest.mark.parametrize("said", ["what is different for women in forensic care", "are women in with the men"])
def test_an_alias_of_everyday_words_needs_the_word_ward(said: str) -> None:
    assert found(said) == []


def test_the_full_name_beats_another_service_with_the_same_word() -> None:
    services = [service("rowan"), service("rowan-lodge", name="Rowan Lodge")]
    assert found("rowan lodge", services) == ["Rowan Lodge"]
    assert found("rowan", services) == ["Rowan Ward", "Rowan Lodge"]


def test_the_right_spelling_beats_a_near_one() -> None:
    services = [service("alder"), service("elder"), service("adder")]
    assert found("adder ward", services) == ["Adder Ward"]


def test_a_level_chooses_between_wards_of_one_name() -> None:
    services = [service("low-larch", name="Larch Ward"), service("larch", name="Larch Ward", security=Security.MEDIUM)]
    assert [
        match.code for match in find_services("larch, the medium secure one", services, similarity=OSA.normalized_similarity)
    ] == ["larch"]


def test_a_ward_named_with_its_unit_is_that_ward() -> None:
    unit = service("brook", name="Brook Unit", kind=Kind.UNIT)
    services = [unit, service("larch-brook", name="Larch Ward", unit="brook"), service("larch-hill", name="Larch Ward")]
    assert [
        match.code for match in find_services("larch ward at brook unit", services, similarity=OSA.normalized_similarity)
    ] == ["larch-brook"]


def test_a_number_is_a_name_only_beside_the_word_ward() -> None:
    services = [service("ward-7", name="Ward 7")]
    assert found("he is on ward 7", services) == ["Ward 7"]
    assert found("he has been there 7 weeks", services) == []


def test_one_long_word_of_a_longer_name_is_enough() -> None:
    assert found("visiting at dunmarrow", [service("dv", name="Dunmarrow Vale Clinic")]) == ["Dunmarrow Vale Clinic"]


def test_a_name_written_in_two_words_is_found() -> None:
    assert found("haw thorn ward", [service("hawthorn")]) == ["Hawthorn Ward"]


@pytest.mark.parametrize(
    ("town", "near"), [("Exampleton", True), ("exampletown", True), ("nearby", True), ("London", False), ("the hall", True)]
)
def test_a_place_is_known_by_its_town_its_name_and_the_towns_around(town: str, near: bool) -> None:
    assert is_near(place(near=("Nearby",)), town, similarity=OSA.normalized_similarity) is near
