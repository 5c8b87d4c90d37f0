"""The directory's file: read without loss, and refused with the place of every fault."""

import re
from pathlib import Path

import pytest

from alongside.adapters.directory_files import read_directory, write_directory
from alongside.core.directory import Security
from alongside.core.errors import ContentError
from tests.directory_builders import PAST_REVIEW, SAMPLE, group, organisation, place, sample, service, visiting, worker

DRAMA_NUMBERS = re.compile(r"01632 960\d{3}|0113 496 0\d{3}|0131 496 0\d{3}|07700 900\d{3}")
"""Numbers that Ofcom keeps for drama: nobody can be rung by mistake."""


def refusal(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        read_directory(path)
    return str(refused.value)


class TestSample:
    def test_holds_what_the_demonstration_needs(self) -> None:
        services = sample().services
        assert {service.security for service in services} == set(Security)
        assert {service.nation for service in services} == {"england", "scotland"}
        assert all(any(s.code in worker.services for worker in sample().workers) for s in services if s.visiting)

    def test_is_labelled_everywhere(self) -> None:
        organisation = sample()
        assert organisation.is_sample
        named = [organisation, *organisation.contacts, *organisation.places, *organisation.groups, *organisation.workers]
        assert all("(sample)" in item.name for item in named)
        assert all(service.is_sample for service in organisation.services)

    def test_no_number_or_address_can_reach_anybody(self) -> None:
        text = SAMPLE.read_text(encoding="utf-8")
        numbers = re.findall(r"\b0[\d ]{9,}\d", text)
        assert numbers
        assert all(DRAMA_NUMBERS.fullmatch(number) for number in numbers)
        assert set(re.findall(r"@([\w.]+\w)", text)) == {"example.org"}


class TestRoundTrip:
    def test_what_is_written_reads_back_the_same(self, tmp_path: Path) -> None:
        real = organisation(
            places=(place(near=("Nearby",), getting_there="By bus: line 9 # not the 8"),),
            services=(
                service(
                    aliases=("no", "7"),
                    place="place",
                    visiting=(visiting("saturday"), visiting("sunday"), visiting("monday", note="quiet", checked=PAST_REVIEW)),
                ),
            ),
            groups=(group(place="place"),),
            workers=(worker(),),
        )
        write_directory(tmp_path / "out.yml", [real, sample()])
        assert read_directory(tmp_path / "out.yml") == [real, sample()]


class TestRefusal:
    def test_names_every_fault_with_its_line(self, tmp_path: Path) -> None:
        text = SAMPLE.read_text(encoding="utf-8")
        text = text.replace("security: high", "security: highest", 1).replace("repeats: weekly", "repeats: often", 1)
        text = text.replace("phone: 01632 960111", "telephone: 01632 960111", 1)
        message = refusal(tmp_path / "bad.yml", text)
        lines = text.splitlines()
        for entry, key in (
            ("services sample-wendlemere-high", "security: highest"),
            ("groups sample-tuesday-group", "repeats: often"),
        ):
            number = next(number for number, line in enumerate(lines, start=1) if key in line)
            assert f"line {number}, {entry}: " in message
        assert "services sample-curlew: 'phone' is missing" in message

    def test_names_a_key_it_does_not_know(self, tmp_path: Path) -> None:
        text = SAMPLE.read_text(encoding="utf-8").replace("booking: Ring", "boking: Ring", 1)
        assert "'boking' is not known here. Use one of" in refusal(tmp_path / "bad.yml", text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "nothing",
            "- a list",
            "organisations:",
            "organisations: []",
            "organisations: [1]",
            "organisations: [{}]",
            "a: [",
            "\x00",
            "organisations: {a: b}",
            "? [a]\n: b",
        ],
    )
    def test_another_shape_is_refused_kindly(self, tmp_path: Path, text: str) -> None:
        assert str(tmp_path / "bad.yml") in refusal(tmp_path / "bad.yml", text)

    @pytest.mark.parametrize(
        ("old", "new"), [('from: "13:30"', "from: 13.5"), ("2036-11-21", "2036-02-30"), ("is_sample: true", "is_sample: perhaps")]
    )
    def test_a_wrong_value_is_refused(self, tmp_path: Path, old: str, new: str) -> None:
        message = refusal(tmp_path / "bad.yml", SAMPLE.read_text(encoding="utf-8").replace(old, new, 1))
        assert re.search(r"line \d+", message)

    def test_a_missing_file_is_said_to_be_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ContentError, match="is missing"):
            read_directory(tmp_path / "none.yml")
