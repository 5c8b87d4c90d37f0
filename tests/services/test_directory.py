"""Look-ups: the right ward, nothing out of date, never a dead end."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from alongside.core.directory import Kind, Organisation
from alongside.services import directory_import
from alongside.services.directory import Asked, Directory, Duty, Held, Unsettled, Visiting, Which, WorkerFound, say_person
from alongside.store.base import Database
from tests.directory_builders import (
    PAST_REVIEW,
    SATURDAY,
    duty,
    group,
    organisation,
    period,
    place,
    sample,
    service,
    visiting,
    worker,
)
from tests.fakes import FakeClock

CLOCK = FakeClock(SATURDAY)


async def directory_of(database: Database, organisations: Sequence[Organisation]) -> Directory:
    await directory_import.import_all(database, organisations, clock=CLOCK)
    return Directory(database=database, clock=CLOCK)


@pytest.fixture
async def directory(database: Database) -> Directory:
    return await directory_of(database, [sample()])


class TestFindWard:
    async def test_what_is_said_now_beats_what_is_remembered(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked("linden ward", remembered="sample-rowan"))
        assert not isinstance(found, Which)
        assert found.code == "sample-linden"

    async def test_the_remembered_ward_when_none_is_said(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked("when can i visit", remembered="sample-rowan"))
        assert not isinstance(found, Which)
        assert found.code == "sample-rowan"

    async def test_an_unknown_name_is_never_answered_with_the_remembered_ward(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked("visiting on Maple ward", named="Maple ward", remembered="sample-rowan"))
        assert isinstance(found, Which)
        assert found.why is Unsettled.UNKNOWN
        assert "Rowan Ward" in [choice.name for choice in found.choices]

    async def test_a_pressed_choice_is_that_service(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked(named="sample-ash", remembered="sample-rowan"))
        assert not isinstance(found, Which)
        assert found.code == "sample-ash"

    async def test_a_remembered_ward_that_is_gone_is_asked_for_again(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked(remembered="gone"))
        assert isinstance(found, Which)
        assert found.why is Unsettled.NOT_SAID

    async def test_the_remembered_ward_settles_a_tie(self, directory: Directory) -> None:
        found = await directory.find_ward(Asked("the medium secure one", remembered="sample-ash"))
        assert not isinstance(found, Which)
        assert found.code == "sample-ash"

    async def test_a_long_list_offers_units_in_place_of_their_wards(self, database: Database) -> None:
        wards = tuple(service(f"ward-{number:02}", unit="brook", name=f"Number {number}") for number in range(12))
        directory = await directory_of(database, [organisation(services=(service("brook", kind=Kind.UNIT), *wards))])
        found = await directory.find_ward(Asked())
        assert isinstance(found, Which)
        assert [choice.code for choice in found.choices] == ["brook"]


class TestVisitingTimes:
    async def test_times_and_booking_in_words(self, directory: Directory) -> None:
        found = await directory.visiting_times(Asked("when can i visit him on Rowan ward"))
        assert isinstance(found, Visiting)
        assert found.times == (
            "Tuesday and Thursday, 6pm to 7.30pm",
            "Saturday and Sunday, 2pm to 4.30pm (in the family room if children come)",
        )
        assert found.booking == "Ring the ward the day before to book."
        assert found.phone == "01632 960121"

    async def test_a_unit_stands_for_its_wards(self, directory: Directory) -> None:
        found = await directory.visiting_times(Asked("strathorrin clinic"))
        assert isinstance(found, Which)
        assert [choice.name for choice in found.choices] == ["Ash Ward", "Hawthorn Ward"]

    async def test_one_period_past_its_review_hides_them_all(self, database: Database) -> None:
        ward = service(visiting=(visiting(), visiting("sunday", checked=PAST_REVIEW)))
        directory = await directory_of(database, [organisation(services=(ward,))])
        found = await directory.visiting_times(Asked("larch"))
        assert isinstance(found, Visiting)
        assert (found.held, found.times, found.booking, found.phone) == (Held.EXPIRED, (), "", ward.phone)

    async def test_a_ward_without_times_says_so(self, directory: Directory) -> None:
        found = await directory.visiting_times(Asked("community team"))
        assert isinstance(found, Visiting)
        assert found.held is Held.NONE

    async def test_a_phone_past_its_review_is_not_given(self, database: Database) -> None:
        directory = await directory_of(database, [organisation(services=(service(checked=PAST_REVIEW),))])
        phone = await directory.ward_phone(Asked("larch"))
        assert not isinstance(phone, Which)
        assert phone.phone is None


class TestNextGroups:
    async def test_on_a_weekday_in_the_carers_nation(self, directory: Directory) -> None:
        found = await directory.next_groups(weekday="tuesday", nation="england")
        assert found.as_asked
        assert [meeting.group.code for meeting in found.meetings] == ["sample-tuesday-group"]

    async def test_online(self, directory: Directory) -> None:
        found = await directory.next_groups(online=True, nation="scotland")
        assert found.as_asked
        assert [meeting.group.code for meeting in found.meetings] == ["sample-online-group"]

    async def test_near_a_town_that_people_come_from(self, directory: Directory) -> None:
        found = await directory.next_groups(place="kirkorrin")
        assert {meeting.group.code for meeting in found.meetings} == {"sample-saturday-group", "sample-evening-group"}

    async def test_none_on_that_day_gives_the_soonest_others(self, directory: Directory) -> None:
        found = await directory.next_groups(weekday="sunday")
        assert not found.as_asked
        assert [meeting.group.code for meeting in found.meetings] == [
            "sample-tuesday-group",
            "sample-evening-group",
            "sample-online-group",
        ]

    async def test_three_at_most(self, database: Database) -> None:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday")
        groups = tuple(group(f"group-{day}", period=period(day)) for day in days)
        directory = await directory_of(database, [organisation(groups=groups)])
        assert len((await directory.next_groups()).meetings) == 3

    async def test_none_held(self, database: Database) -> None:
        directory = await directory_of(database, [organisation(groups=(group(checked=PAST_REVIEW),))])
        assert (await directory.next_groups()).meetings == ()

    async def test_a_nation_without_groups_is_shown_the_others(self, directory: Directory) -> None:
        assert (await directory.next_groups(nation="wales")).meetings


class TestPerson:
    async def test_the_wards_worker_with_hours(self, directory: Directory) -> None:
        found = await directory.person(Asked(remembered="sample-rowan"))
        assert isinstance(found, WorkerFound)
        assert found.worker is not None
        assert found.worker.code == "sample-worker-rowan"
        assert found.hours == "Tuesday and Thursday, 10am to 1pm and 2pm to 6pm; Friday, 9.30am to 12.30pm"

    @pytest.mark.parametrize("asked", [Asked(), Asked("on Maple ward", named="Maple ward"), Asked(remembered="gone")])
    async def test_the_duty_contact_when_no_ward_is_known(self, directory: Directory, asked: Asked) -> None:
        found = await directory.person(asked)
        assert isinstance(found, Duty)
        assert found.contact.code == "sample-duty"

    async def test_the_duty_contact_of_the_carers_nation(self, database: Database) -> None:
        north = organisation("north", services=(service("oak", nation="scotland"),), contacts=(duty("north-duty"),))
        south = organisation("a-south", services=(service("elm", nation="england"),), contacts=(duty("south-duty"),))
        directory = await directory_of(database, [north, south])
        found = await directory.person(Asked(), nation="scotland")
        assert isinstance(found, Duty)
        assert found.contact.code == "north-duty"

    async def test_a_worker_past_review_gives_way_to_the_duty_contact(self, database: Database) -> None:
        whole = organisation(services=(service(),), workers=(worker(checked=PAST_REVIEW),), contacts=(duty(),))
        directory = await directory_of(database, [whole])
        assert isinstance(await directory.person(Asked("larch")), Duty)
        found = await directory.carer_worker(Asked("larch"))
        assert isinstance(found, WorkerFound)
        assert (found.held, found.worker) == (Held.EXPIRED, None)

    async def test_the_ward_itself_when_nobody_else_may_be_named(self, database: Database) -> None:
        other = organisation("other", contacts=(duty(),))
        directory = await directory_of(database, [organisation(services=(service(),)), other])
        response, variables = say_person(await directory.person(Asked("larch")))
        assert (response, variables) == ("utter_carer_worker_none", {"ward": "Larch Ward", "phone": "01632 960900"})

    async def test_nobody_held(self, database: Database) -> None:
        directory = Directory(database=database, clock=CLOCK)
        assert say_person(await directory.person(Asked())) == ("utter_talk_to_nobody_held", {})


async def test_a_group_whose_place_is_past_its_review_is_not_stated(database: Database) -> None:
    groups = (group(place="place"),)
    directory = await directory_of(database, [organisation(places=(replace(place(), checked=PAST_REVIEW),), groups=groups)])
    assert (await directory.next_groups()).meetings == ()
