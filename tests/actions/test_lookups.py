"""What carers are told out of the directory."""

from dataclasses import replace

import pytest

from actions.server import ActionServer, make_actions
from alongside.services.directory import Directory
from alongside.store.base import Database
from tests.actions.assistant import Conversation, names, payloads
from tests.directory_builders import PAST_REVIEW, SATURDAY, duty, group, organisation, sample, service, visiting, worker
from tests.fakes import FakeClock

SAID_SAMPLE = "utter_sample_directory"


async def carer_of(database: Database, **given: object) -> Conversation:
    directory = Directory(database=database, clock=FakeClock(SATURDAY))
    await directory.import_all([organisation(**given)])
    return Conversation(ActionServer(make_actions(directory)))


class TestVisitingTimes:
    async def test_times_for_a_ward_named_in_a_sentence(self, carer: Conversation) -> None:
        said = await carer.call("action_visiting_times", "when can i visit him on Rowan ward", service="Rowan ward")
        assert names(said) == ["utter_visiting_times", SAID_SAMPLE]
        assert said[0]["times"] == (
            "- Tuesday and Thursday, 6pm to 7.30pm\n- Saturday and Sunday, 2pm to 4.30pm (in the family room if children come)"
        )
        assert (said[0]["ward"], said[0]["phone"]) == ("Rowan Ward", "01632 960121")
        assert carer.slots == {
            "service": "sample-rowan",
            "nation": "england",
            "pending_lookup": None,
            "last_answer": "find_visiting_times",
            "misses": 0.0,
        }

    async def test_asks_which_ward_and_goes_on_with_the_button(self, carer: Conversation) -> None:
        asked = await carer.call("action_visiting_times", "when can i visit")
        assert names(asked) == ["utter_which_service"]
        assert '/give_service{"service": "sample-rowan"}' in payloads(asked[0])
        assert "Rowan Ward" in [button["title"] for button in asked[0]["buttons"]]
        said = await carer.call("action_give_service", '/give_service{"service": "sample-rowan"}', service="sample-rowan")
        assert names(said) == ["utter_visiting_times", SAID_SAMPLE]
        assert carer.slots["pending_lookup"] is None

    async def test_goes_on_with_a_typed_name(self, carer: Conversation) -> None:
        await carer.call("action_visiting_times", "when can i visit")
        assert names(await carer.call("action_give_service", "rowen"))[0] == "utter_visiting_times"

    async def test_several_matches_become_buttons(self, carer: Conversation) -> None:
        asked = await carer.call("action_visiting_times", "visiting at the medium secure one", service="medium secure")
        assert names(asked) == ["utter_several_services"]
        assert len(asked[0]["buttons"]) == 2

    async def test_an_unknown_name_gets_a_helpful_list(self, carer: Conversation) -> None:
        carer.slots["service"] = "sample-rowan"
        asked = await carer.call("action_visiting_times", "when can I visit Maple ward", service="Maple ward")
        assert names(asked) == ["utter_service_unknown"]
        assert len(asked[0]["buttons"]) == 6

    async def test_every_fact_of_the_sample_is_said_to_be_one(self, carer: Conversation) -> None:
        await carer.call("action_visiting_times", "rowan ward visiting")
        assert names(await carer.call("action_ward_phone", "whats the number")) == ["utter_ward_phone", SAID_SAMPLE]

    async def test_past_review_gives_the_wards_phone(self, database: Database) -> None:
        carer = await carer_of(database, services=(service(visiting=(visiting(checked=PAST_REVIEW),)),))
        (said,) = await carer.call("action_visiting_times", "larch ward")
        assert said == {"response": "utter_fact_expired", "buttons": [], "ward": "Larch Ward", "phone": "01632 960900"}

    @pytest.mark.parametrize("action", ["action_visiting_times", "action_carer_worker", "action_ward_phone"])
    async def test_a_phone_past_review_is_never_given(self, database: Database, action: str) -> None:
        carer = await carer_of(database, services=(service(checked=PAST_REVIEW, visiting=(visiting(),)),))
        said = await carer.call(action, "larch ward")
        assert said == [{"response": "utter_ward_phone_expired", "buttons": [], "ward": "Larch Ward"}]

    async def test_none_held_says_so(self, carer: Conversation) -> None:
        assert names(await carer.call("action_visiting_times", "community team"))[0] == "utter_visiting_times_none"


class TestCarerWorker:
    async def test_of_the_ward_that_is_remembered(self, carer: Conversation) -> None:
        carer.slots |= {"service": "sample-rowan"}
        said, noted = await carer.call("action_carer_worker", "who is the carers worker")
        assert noted["response"] == SAID_SAMPLE
        assert said == {
            "response": "utter_carer_worker",
            "buttons": [],
            "ward": "Rowan Ward",
            "worker_name": "Tamsin Orrell-Bright (sample)",
            "role": "carer support worker",
            "hours": "Tuesday and Thursday, 10am to 1pm and 2pm to 6pm; Friday, 9.30am to 12.30pm",
            "phone": "07700 900102",
            "email": "tamsin.sample@example.org",
        }

    async def test_none_held_gives_the_wards_phone(self, database: Database) -> None:
        carer = await carer_of(database, services=(service(),))
        assert names(await carer.call("action_carer_worker", "larch")) == ["utter_carer_worker_none"]

    async def test_past_review_gives_the_wards_phone(self, database: Database) -> None:
        carer = await carer_of(database, services=(service(),), workers=(worker(checked=PAST_REVIEW),))
        assert names(await carer.call("action_carer_worker", "larch")) == ["utter_fact_expired"]


class TestSupportGroups:
    async def test_on_a_tuesday(self, carer: Conversation) -> None:
        carer.slots |= {"nation": "england"}
        said = await carer.call("action_support_groups", "is there a group for people like me on a tuesday", weekday="tuesday")
        assert names(said) == ["utter_support_groups", "utter_support_group", SAID_SAMPLE]
        assert said[1] == {
            "response": "utter_support_group",
            "buttons": [],
            "name": "Tuesday carers' group (sample)",
            "when": "Tuesday 24 November, 6pm to 7.30pm",
            "where": "Ottersfold Carers' Room (sample), 20 Sample Street, Ottersfold, ZZ99 2BB",
            "who_for": "family and friends of people on any ward, secure or not",
            "contact": "Ring 01632 960150 or e-mail groups.sample@example.org.",
        }

    async def test_none_on_that_day_says_so_and_gives_others(self, carer: Conversation) -> None:
        said = await carer.call("action_support_groups", "any on sunday", weekday="sunday")
        assert names(said) == ["utter_support_groups_other_days", *["utter_support_group"] * 3, SAID_SAMPLE]

    async def test_a_weekday_said_earlier_does_not_narrow_now(self, carer: Conversation) -> None:
        carer.slots["weekday"] = "tuesday"
        said = await carer.call("action_support_groups", "is there one online", online="online")
        assert said[1]["where"] == "Online"

    async def test_none_held(self, database: Database) -> None:
        carer = await carer_of(database, groups=(group(checked=PAST_REVIEW),))
        assert names(await carer.call("action_support_groups", "any groups")) == ["utter_support_groups_none"]


class TestTalkToPerson:
    async def test_the_worker_of_the_ward_that_is_remembered(self, carer: Conversation) -> None:
        carer.slots["service"] = "sample-rowan"
        assert names(await carer.call("action_talk_to_person", "can i talk to someone")) == ["utter_talk_to_person", SAID_SAMPLE]

    async def test_the_duty_contact_when_no_ward_is_known(self, carer: Conversation) -> None:
        said = await carer.call("action_talk_to_person", "/talk_to_person")
        assert names(said) == ["utter_talk_to_duty", SAID_SAMPLE]
        assert said[0]["phone"] == "01632 960100"

    async def test_helplines_when_nobody_is_held(self, database: Database) -> None:
        carer = await carer_of(database, contacts=(duty(checked=PAST_REVIEW),))
        assert names(await carer.call("action_talk_to_person", "a person please")) == ["utter_talk_to_nobody_held"]


class TestGiveService:
    async def test_a_ward_named_out_of_the_blue_is_kept_and_look_ups_offered(self, carer: Conversation) -> None:
        said = await carer.call("action_give_service", "Rowan ward", service="Rowan ward")
        assert names(said) == ["utter_service_noted", SAID_SAMPLE]
        assert payloads(said[0]) == ["/find_visiting_times", "/find_carer_worker", "/find_ward_phone"]
        assert carer.slots["service"] == "sample-rowan"

    async def test_an_unknown_name_is_not_taken_for_the_remembered_ward(self, carer: Conversation) -> None:
        carer.slots |= {"service": "sample-rowan", "pending_lookup": "find_ward_phone"}
        assert names(await carer.call("action_give_service", "Maple")) == ["utter_service_unknown"]
        assert carer.slots["pending_lookup"] == "find_ward_phone"

    async def test_a_stale_button_asks_again(self, carer: Conversation) -> None:
        carer.slots["pending_lookup"] = "find_ward_phone"
        said = await carer.call("action_give_service", '/give_service{"service": "gone"}', service="gone")
        assert names(said) == ["utter_service_unknown"]


class TestSayAgain:
    async def test_a_look_up_is_said_again_for_the_same_ward(self, carer: Conversation) -> None:
        first = await carer.call("action_visiting_times", "rowan ward visiting")
        again = await carer.call("action_say_again", "say that again")
        assert again == first

    async def test_groups_are_said_again_as_they_were_asked(self, carer: Conversation) -> None:
        carer.slots |= {"weekday": "tuesday", "nation": "england", "last_answer": "find_support_group"}
        assert names(await carer.call("action_say_again", "what?")) == [
            "utter_support_groups",
            "utter_support_group",
            SAID_SAMPLE,
        ]


async def test_a_ward_that_left_the_directory_is_asked_for_again(database: Database, directory: Directory) -> None:
    carer = Conversation(ActionServer(make_actions(directory)), service="sample-rowan")
    await directory.import_all([replace(sample(), services=(), workers=())])
    assert names(await carer.call("action_ward_phone", "the number?")) == ["utter_which_service"]
