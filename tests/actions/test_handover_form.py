"""The asking form step by step, driven the way Rasa 3.6.21 drives a form."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from ruamel.yaml import YAML

from actions.server import ActionServer, make_actions
from alongside.core.asking import FORM
from alongside.services.directory import Directory
from tests.actions.assistant import names

SHIPPED = YAML(typ="safe", pure=True).load(
    (Path(__file__).parents[2] / "bot" / "domain" / "handover_form.yml").read_text("utf-8")
)
WARD = {"service": "sample-rowan"}
EVERYTHING = ("about:visiting", "reach:phone", "07700 900123", "good_time:Evenings", "Joy", "I speak Polish", "copy:team")


class Form:
    """One carer's form: keeps slots and the open question from message to message, as the assistant does."""

    def __init__(self, server: ActionServer, **slots: Any) -> None:
        self._server = server
        self.slots: dict[str, Any] = slots
        self.asks: str | None = None
        self.said: list[dict[str, Any]] = []
        self.was_interrupted = False

    async def start(self) -> "Form":
        self.said = []
        self._apply(await self._run("validate_handover_form", {}, []))
        await self._go_on({}, [])
        return self

    async def type(self, text: str, intent: str = "nlu_fallback") -> "Form":
        return await self._hear({"text": text, "intent": {"name": intent}, "entities": []})

    async def press(self, answer: str) -> "Form":
        entity = {"entity": "handover", "value": answer}
        return await self._hear({"text": "/handover_choice", "intent": {"name": "handover_choice"}, "entities": [entity]})

    async def answer(self, answers: Sequence[str]) -> "Form":
        for answer in answers:
            await (self.press(answer) if ":" in answer else self.type(answer))
        return self

    async def look_up(self, service: str) -> "Form":
        """Ask for something of a ward in between: the look-up remembers it."""
        message = {"text": "when can I visit?", "intent": {"name": "find_visiting_times"}, "entities": []}
        return await self._hear(message, meanwhile={"service": service})

    @property
    def buttons(self) -> list[str]:
        return [json.loads(button["payload"].removeprefix("/handover_choice"))["handover"] for button in self.said[-1]["buttons"]]

    async def _hear(self, message: dict[str, Any], meanwhile: dict[str, Any] | None = None) -> "Form":
        self.said = []
        events = await self._run("validate_handover_form", message, [])
        self.was_interrupted = not any(event["event"] == "slot" and event["name"] != "requested_slot" for event in events)
        since: list[dict[str, Any]] = []
        if self.was_interrupted:  # the carer's own question is answered by its rule here; then Rasa comes back to the form
            self.slots |= meanwhile or {}
            since = [{"event": "action_execution_rejected", "name": FORM}]
            since += [{"event": "slot", "name": name, "value": value} for name, value in (meanwhile or {}).items()]
            events = await self._run("validate_handover_form", message, since)
        self._apply(events)
        await self._go_on(message, since)
        return self

    async def _go_on(self, message: dict[str, Any], since: list[dict[str, Any]]) -> None:
        action = f"action_ask_{self.asks}" if self.asks else "action_handover_end"
        self._apply(await self._run(action, message, since))

    def _apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["name"] == "requested_slot":
                self.asks = event["value"]
            else:
                self.slots[event["name"]] = event["value"]

    async def _run(self, action: str, message: dict[str, Any], since: list[dict[str, Any]]) -> list[dict[str, Any]]:
        tracker = {
            "sender_id": "c-1",
            "slots": {**self.slots, "requested_slot": self.asks},
            "latest_message": message,
            "events": [{"event": "user"}, *since],
            "paused": False,
            "active_loop": {"name": FORM},
        }
        domain = {"responses": SHIPPED["responses"], "forms": SHIPPED["forms"]}
        result = await self._server.handle({"next_action": action, "sender_id": "c-1", "tracker": tracker, "domain": domain})
        self.said += result["responses"]
        events: list[dict[str, Any]] = result["events"]
        return events


@pytest.fixture
async def form(server: ActionServer) -> Form:
    """A form that knows the ward already."""
    return await Form(server, **WARD).start()


async def test_it_begins_with_a_way_out_and_the_first_thing_it_does_not_know(server: ActionServer) -> None:
    form = await Form(server).start()
    assert names(form.said) == ["utter_handover_begin", "utter_ask_handover_service"]
    assert form.buttons[-2:] == ["service:skip", "service:stop"]
    assert "service:sample-rowan" in form.buttons
    known = await Form(server, **WARD).start()
    assert names(known.said) == ["utter_handover_begin", "utter_ask_handover_about"]


@pytest.mark.parametrize(
    "step",
    [
        "handover_about",
        "handover_reach",
        "handover_address",
        "handover_good_time",
        "handover_name",
        "handover_needs",
        "handover_copy",
    ],
)
async def test_every_question_can_be_skipped_and_all_stopped(form: Form, step: str) -> None:
    for answer in EVERYTHING:
        if form.asks == step:
            break
        await form.answer([answer])
    assert form.asks == step
    name = step.removeprefix("handover_")
    assert form.buttons[-2:] == [f"{name}:skip", f"{name}:stop"]
    await form.press(f"{name}:skip")
    assert (form.slots[step], form.asks != step) == ("", True)
    await form.press(f"{name}:stop")
    assert names(form.said) == ["utter_handover_stopped"]
    assert [value for slot, value in form.slots.items() if slot.startswith("handover_")] == [None] * 12


async def test_the_whole_form_shows_all_before_anything_is_handed_over(form: Form) -> None:
    await form.answer(EVERYTHING)
    assert names(form.said) == ["utter_ask_handover_send"]
    assert form.said[0]["summary"].splitlines() == [
        "Ward or service: Rowan Ward",
        "What it is about: Visiting",
        "How to reach you: By phone",
        "Where to reach you: 07700 900123",
        "A good time to ring: Evenings",
        "What to call you: Joy",
        "What you need: I speak Polish",
        "Who may have a copy: The care team too",
    ]
    assert form.slots.get("handover_details") is None


async def test_sending_hands_the_answers_over_and_forgets_them(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:yes"])
    assert names(form.said) == ["utter_handover_sent"]
    assert form.slots.pop("handover_details") == {
        "service": "sample-rowan",
        "about": "visiting",
        "reach": "phone",
        "address": "07700 900123",
        "good_time": "Evenings",
        "name": "Joy",
        "needs": "I speak Polish",
        "copy": "team",
        "send": "yes",
    }
    assert {value for slot, value in form.slots.items() if slot.startswith("handover_")} == {None}


@pytest.mark.parametrize("how", ["send:no", "about:stop"])
async def test_what_is_not_sent_is_forgotten(form: Form, how: str) -> None:
    await form.answer([*EVERYTHING, how])
    assert names(form.said) == ["utter_handover_stopped"]
    assert {value for slot, value in form.slots.items() if slot.startswith("handover_")} == {None}


async def test_one_answer_is_changed_and_the_rest_stays(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:change"])
    assert names(form.said) == ["utter_ask_handover_change"]
    assert "change:name" in form.buttons
    await form.answer(["change:name"])
    assert form.asks == "handover_name"
    await form.answer(["Joyce"])
    assert "What to call you: Joyce" in form.said[0]["summary"]
    assert "What you need: I speak Polish" in form.said[0]["summary"]


async def test_another_way_to_be_reached_wants_another_address(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:change", "How to reach you", "reach:email"])
    assert form.asks == "handover_address"
    await form.answer(["joy@example.org"])
    assert "Where to reach you: joy@example.org" in form.said[0]["summary"]
    assert "A good time to ring" not in form.said[0]["summary"]


async def test_going_back_changes_nothing(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:change", "change:back"])
    assert form.asks == "handover_send"
    assert "What to call you: Joy" in form.said[0]["summary"]


async def test_the_service_can_be_changed_too(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:change", "change:service"])
    assert form.asks == "handover_service"
    await form.answer(["service:sample-community"])
    assert form.slots["service"] == form.slots["handover_service"] == "sample-community"


async def test_who_skips_everything_is_not_asked_whether_to_send_nothing(form: Form) -> None:
    await form.answer(["skip"] * 5)
    assert names(form.said) == ["utter_handover_stopped"]
    assert form.slots["handover_details"] is None


# The service


async def test_a_ward_is_known_by_its_typed_name(server: ActionServer) -> None:
    form = await (await Form(server).start()).type("Rowan", "find_ward_phone")
    assert (form.slots["handover_service"], form.slots["service"], form.asks) == (
        "sample-rowan",
        "sample-rowan",
        "handover_about",
    )


async def test_a_name_that_fits_nothing_is_asked_for_once_more_and_then_left_out(server: ActionServer) -> None:
    form = await (await Form(server).start()).type("the blue place")
    assert names(form.said) == ["utter_handover_unclear", "utter_ask_handover_service"]
    await form.type("the blue place, upstairs")
    assert names(form.said) == ["utter_handover_left_out", "utter_ask_handover_about"]
    assert form.slots["handover_service"] == ""


async def test_a_ward_named_in_a_question_of_their_own_is_not_asked_for_again(server: ActionServer) -> None:
    form = await (await Form(server).start()).look_up("sample-rowan")
    assert form.was_interrupted
    assert (form.slots["handover_service"], form.asks) == ("sample-rowan", "handover_about")


async def test_a_made_up_service_in_a_button_is_not_taken(server: ActionServer) -> None:
    form = await (await Form(server).start()).press("service:nowhere")
    assert (form.slots["handover_service"], form.asks) == (None, "handover_service")


# In between


@pytest.mark.parametrize("before", range(len(EVERYTHING)))
async def test_a_question_of_their_own_is_left_to_the_bot_and_asked_past(form: Form, before: int) -> None:
    await form.answer(EVERYTHING[:before])
    open_question = form.asks
    await form.type("Can I bring his little sister?", "ask_visiting")
    assert form.was_interrupted
    assert (form.asks, names(form.said)) == (open_question, [f"utter_ask_{open_question}"])


async def test_after_a_question_at_the_end_the_summary_is_not_said_again(form: Form) -> None:
    await form.answer(EVERYTHING)
    await form.type("who reads this?", "ask_confidentiality")
    assert names(form.said) == ["utter_handover_send_again"]
    await form.press("send:yes")
    assert form.slots["handover_details"]["name"] == "Joy"


async def test_a_button_of_an_answer_is_a_question_of_their_own(form: Form) -> None:
    await form._hear({"text": "/ask_visiting/searches", "intent": {"name": "ask_visiting"}, "entities": []})
    assert (form.was_interrupted, form.asks) == (True, "handover_about")


async def test_unclear_words_are_asked_for_once_more_and_then_left_out(form: Form) -> None:
    await form.answer(["about:visiting"])
    await form.type("purple")
    assert (names(form.said), form.asks) == (["utter_handover_unclear", "utter_ask_handover_reach"], "handover_reach")
    await form.type("purple again")
    assert names(form.said) == ["utter_handover_left_out", "utter_ask_handover_name"]


async def test_unclear_words_never_send_or_drop(form: Form) -> None:
    await form.answer([*EVERYTHING, "hmm", "hmmm", "hmmmm"])
    assert names(form.said) == ["utter_handover_unclear", "utter_handover_send_again"]
    assert (form.slots["handover_name"], form.slots.get("handover_details")) == ("Joy", None)


async def test_a_wrong_number_is_said_kindly(form: Form) -> None:
    await form.answer(["about:visiting", "reach:text", "0123"])
    assert names(form.said) == ["utter_handover_check_address", "utter_ask_handover_address"]


# Buttons pressed twice, late, or made up


async def test_a_button_pressed_twice_is_harmless(form: Form) -> None:
    await form.answer(["about:visiting", "about:visiting"])
    assert (form.slots["handover_about"], form.asks) == ("visiting", "handover_reach")


async def test_an_earlier_button_corrects_its_own_answer(form: Form) -> None:
    await form.answer([*EVERYTHING[:5], "about:money_benefits"])
    assert (form.slots["handover_about"], form.slots["handover_name"], form.asks) == ("money_benefits", "Joy", "handover_needs")


async def test_a_late_skip_takes_no_answer_away(form: Form) -> None:
    await form.answer(["about:visiting", "about:skip"])
    assert (form.slots["handover_about"], form.asks) == ("visiting", "handover_reach")


async def test_an_old_send_button_does_not_send_what_is_being_changed(form: Form) -> None:
    await form.answer([*EVERYTHING, "send:change", "change:name", "send:yes"])
    assert (form.asks, form.slots.get("handover_details")) == ("handover_name", None)


@pytest.mark.parametrize("value", ["", "about", "about:nothing_we_know", "colour:blue", "good_time:Mornings", "change:name"])
async def test_a_button_that_fits_nothing_changes_nothing(form: Form, value: str) -> None:
    before = {slot: value for slot, value in form.slots.items() if slot.startswith("handover_")}
    await form.press(value)
    assert form.asks == "handover_about"
    assert {slot: value for slot, value in form.slots.items() if slot.startswith("handover_")} == before


# Failing


async def test_a_failing_directory_leaves_the_words_to_the_rules_and_logs_none_of_them(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await Form(ActionServer(make_actions(directory))).start()

    async def fail(*args: Any) -> None:
        raise RuntimeError("my brother Zebedee")

    monkeypatch.setattr(directory, "find_ward", fail)
    with structlog.testing.capture_logs() as logs:
        await form.type("Zebedee is on rowan")
    assert form.was_interrupted
    assert form.asks == "handover_service"
    assert {log["event"] for log in logs} == {"action_failed"}
    assert "Zebedee" not in str(logs)
