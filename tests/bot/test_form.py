"""The asking form in the served assistant: what the state carries of it, and what it never does."""

import json
from typing import Any

import pytest

from tests.bot.assistant import Actions, Assistant

pytestmark = pytest.mark.rasa

ASKS = {
    "version": 1,
    "slots": {"handover_name": "Zebedee"},
    "form": {"name": "handover_form", "asks": "handover_about"},
}


def slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


@pytest.fixture
def asking(actions: Actions) -> Actions:
    """The app's actions, as far as the form needs them: each says its question, and the form asks what it is about."""
    actions.replies |= {
        "action_talk_to_person": [{"response": "utter_talk_to_nobody_held"}],
        "validate_handover_form": [],
        "action_ask_handover_about": [{"response": "utter_ask_handover_about"}],
        "action_ask_handover_reach": [{"response": "utter_ask_handover_reach"}],
        "action_handover_end": [{"response": "utter_handover_sent"}],
    }
    actions.events["validate_handover_form"] = [slot("requested_slot", "handover_about")]
    return actions


def said(reply: dict[str, Any]) -> list[str]:
    return [message["response"] for message in reply["messages"]]


def called(actions: Actions) -> list[str]:
    return [call["next_action"] for call in actions.calls]


def test_asking_for_a_person_begins_the_form_in_the_same_turn(assistant: Assistant, asking: Actions) -> None:
    _, reply = assistant.say(choice="/talk_to_person")
    assert said(reply) == ["utter_talk_to_nobody_held", "utter_ask_handover_about"]
    assert reply["state"]["form"] == {"name": "handover_form", "asks": "handover_about"}


def test_an_answer_goes_to_the_form_and_the_next_question_is_remembered(assistant: Assistant, asking: Actions) -> None:
    asking.events["validate_handover_form"] = [slot("handover_about", "visiting"), slot("requested_slot", "handover_reach")]
    _, reply = assistant.say("visiting", state=ASKS)
    assert said(reply) == ["utter_ask_handover_reach"]
    assert reply["state"]["form"]["asks"] == "handover_reach"
    assert reply["state"]["slots"] == {"handover_name": "Zebedee", "handover_about": "visiting"}


@pytest.mark.parametrize(
    ("sent", "first"),
    [
        ({"text": "can i bring his little sister"}, "utter_ask_visiting/bring_children"),
        ({"text": "thank you"}, "utter_small_talk/thanks"),
        ({"choice": "/ask_visiting/searches"}, "utter_ask_visiting/searches"),
        ({"text": "👍"}, "utter_no_words"),
        ({"choice": "/ask_visiting/gone"}, "utter_no_words"),
    ],
)
def test_what_is_no_answer_is_answered_by_its_rule_and_the_form_asks_again(
    assistant: Assistant, asking: Actions, sent: dict[str, str], first: str
) -> None:
    _, reply = assistant.say(**sent, state=ASKS)
    assert said(reply) == [first, "utter_ask_handover_about"]
    assert reply["state"]["form"] == ASKS["form"]
    assert reply["state"]["slots"]["handover_name"] == "Zebedee"


def test_the_form_ends_with_its_answers_in_the_reply_and_not_in_the_state(assistant: Assistant, asking: Actions) -> None:
    asking.events["validate_handover_form"] = [slot("handover_send", "yes"), slot("requested_slot", None)]
    asking.events["action_handover_end"] = [
        slot("handover_name", None),
        slot("handover_send", None),
        slot("handover_details", {"name": "Zebedee"}),
    ]
    _, reply = assistant.say("yes", state=ASKS)
    assert said(reply) == ["utter_handover_sent"]
    assert reply["slots"]["handover_details"] == {"name": "Zebedee"}
    assert "Zebedee" not in json.dumps(reply["state"])
    assert "form" not in reply["state"]


def test_a_button_of_the_form_pressed_when_it_is_over_is_told_so(assistant: Assistant, asking: Actions) -> None:
    _, reply = assistant.say(choice='/handover_choice{"handover": "about:visiting"}')
    assert said(reply) == ["utter_handover_over"]


@pytest.mark.parametrize("form", [{"name": "last_years_form", "asks": "handover_about"}, {"name": "handover_form"}, {}, None])
def test_a_form_that_this_release_does_not_have_is_harmless(assistant: Assistant, asking: Actions, form: Any) -> None:
    status, reply = assistant.say("can i bring his little sister", state={"version": 1, "slots": {}, "form": form})
    assert (status, said(reply)) == (200, ["utter_ask_visiting/bring_children"])


def test_actions_are_told_the_buttons_and_the_forms(assistant: Assistant, asking: Actions) -> None:
    assistant.say(choice="/talk_to_person")
    domain = asking.domain
    assert domain["forms"]["handover_form"]["required_slots"][0] == "handover_service"
    assert "Visiting" in [button["title"] for button in domain["responses"]["utter_ask_handover_about"][-1]["buttons"]]


def test_no_answer_is_logged_or_parsed(assistant: Assistant, asking: Actions) -> None:
    asking.failing = {"validate_handover_form", "action_ask_handover_about"}
    assistant.say("Zebedee Quokkaword", state=ASKS)
    assert "Zebedee" not in assistant.log.read_text()
    assert "Quokkaword" not in assistant.log.read_text()
    _, parsed = assistant.post("parse", {"text": "Zebedee Quokkaword"})
    assert set(parsed) == {"understood"}
    assert "Zebedee" not in json.dumps(parsed)
