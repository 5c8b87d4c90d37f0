"""The turn protocol, at the door of a served assistant."""

import json
import threading
import time

import pytest

from tests.bot.assistant import ACTIONS_TOKEN, Actions, Assistant

pytestmark = pytest.mark.rasa


def test_an_answer_comes_back_with_its_reasons(assistant: Assistant, actions: Actions) -> None:
    status, reply = assistant.say("they won't tell me anything about my son")
    assert status == 200
    [message] = reply["messages"]
    assert message["response"] == "utter_ask_confidentiality/what_staff_can_share"
    assert message["metadata"]["title"]
    assert message["metadata"]["sources"]
    assert 2 <= len(message["choices"]) <= 3
    assert reply["understood"]["intent"] == "ask_confidentiality"
    assert reply["understood"]["answer"] == "confidentiality/what_staff_can_share"
    assert reply["understood"]["confidence"] > 0.5
    assert reply["understood"]["ranking"][0]["label"] == "confidentiality/what_staff_can_share"
    assert {"entity": "relative", "value": "son"} in reply["understood"]["entities"]
    assert reply["slots"]["relative"] == "son"


def test_a_choice_is_certain_and_its_entities_fill_slots(assistant: Assistant, actions: Actions) -> None:
    status, reply = assistant.say(choice="/ask_visiting/bring_children")
    assert (status, reply["understood"]["answer"], reply["understood"]["confidence"]) == (200, "visiting/bring_children", 1.0)
    assert reply["messages"][0]["response"] == "utter_ask_visiting/bring_children"

    actions.replies["action_set_nation"] = [{"response": "utter_nation_set"}]
    status, reply = assistant.say(choice='/choose_nation{"nation": "wales"}')
    assert (status, reply["slots"]["nation"]) == (200, "wales")
    assert reply["messages"][0]["text"] == "Thank you. I will answer for Wales."


def test_the_nation_chooses_the_wording(assistant: Assistant, actions: Actions) -> None:
    texts = {
        nation: assistant.say(choice="/ask_care_review/tribunal", slots={"nation": nation})[1]["messages"][0]["text"]
        for nation in ("england", "scotland")
    }
    assert texts["england"] != texts["scotland"]


@pytest.mark.parametrize(
    "choice", ["/ask_visiting/gone", "/ask_visiting", "/no_such_intent", "/choose_nation{broken", "/restart", "/choose_nation[1]"]
)
def test_a_button_that_leads_nowhere_is_answered_kindly(assistant: Assistant, actions: Actions, choice: str) -> None:
    status, reply = assistant.say(choice=choice)
    assert (status, reply["messages"][0]["response"]) == (200, "utter_no_words")


@pytest.mark.parametrize("text", ["", "   ", "👍", "?!", "/", "12"])
def test_a_text_without_words_is_answered_kindly(assistant: Assistant, actions: Actions, text: str) -> None:
    status, reply = assistant.say(text)
    assert (status, reply["messages"][0]["response"]) == (200, "utter_no_words")


@pytest.mark.parametrize("text", ["/ask_visiting/searches", '/choose_nation{"nation": "wales"}', "//restart", " /session_start"])
def test_a_typed_slash_names_no_intent(assistant: Assistant, actions: Actions, text: str) -> None:
    actions.replies["action_set_nation"] = [{"response": "utter_nation_set"}]
    actions.replies["action_ask_back"] = [{"response": "utter_ask_back_open"}]
    status, reply = assistant.say(text)
    assert status == 200
    assert reply["understood"]["confidence"] < 1.0


def test_the_state_carries_the_conversation_and_holds_no_words(assistant: Assistant, actions: Actions) -> None:
    _, first = assistant.say("my brother is in hospital in Scotland and they tell me nothing")
    assert first["state"]["slots"]["relative"] == "brother"
    assert "tell me nothing" not in json.dumps(first["state"])
    _, second = assistant.say("thank you", state=first["state"])
    assert second["slots"]["relative"] == "brother"
    _, other = assistant.say("thank you", state=None)
    assert other["slots"]["relative"] is None


def test_the_state_does_not_grow(assistant: Assistant, actions: Actions) -> None:
    state = None
    sizes = set()
    for _ in range(5):
        _, reply = assistant.say("can i bring his little sister", state=state)
        state = reply["state"]
        sizes.add(len(json.dumps(state)))
    assert len(sizes) == 1


def test_a_state_of_an_older_release_is_read(assistant: Assistant, actions: Actions) -> None:
    status, reply = assistant.say("hello", state={"version": 0, "slots": {"a_slot_of_last_year": 1, "nation": "ni"}})
    assert (status, reply["slots"]["nation"]) == (200, "ni")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"not json", "not_json"),
        (b"[1]", "not_json"),
        ({"text": "hi"}, "no_conversation"),
        ({"conversation": " ", "text": "hi"}, "no_conversation"),
        ({"conversation": "c"}, "text_or_choice"),
        ({"conversation": "c", "text": "hi", "choice": "/x"}, "text_or_choice"),
        ({"conversation": "c", "text": 7}, "text_or_choice"),
        ({"conversation": "c", "choice": "restart"}, "bad_choice"),
        ({"conversation": "c", "text": "a" * 4001}, "too_long"),
        ({"conversation": "c", "text": "hi", "slots": {"no_such": 1}}, "unknown_slot"),
        ({"conversation": "c", "text": "hi", "state": "x"}, "bad_state"),
    ],
)
def test_a_bad_request_is_refused_by_kind(assistant: Assistant, actions: Actions, body: object, kind: str) -> None:
    assert assistant.post("turn", body) == (400, {"error": kind})


@pytest.mark.parametrize("token", ["", "wrong", "the-apps-tokenn"])
def test_nothing_opens_without_the_token(assistant: Assistant, token: str) -> None:
    for path in ("turn", "parse"):
        assert assistant.post(path, {"conversation": "c", "text": "hi"}, token=token) == (401, {"error": "unauthorised"})


def test_parse_understands_without_a_turn(assistant: Assistant, actions: Actions) -> None:
    status, reply = assistant.post("parse", {"text": "can i bring his little sister"})
    assert (status, reply["understood"]["answer"]) == (200, "visiting/bring_children")
    assert not actions.calls
    assert assistant.post("parse", {"text": "👍"})[1]["understood"]["intent"] == "no_words"


def test_parse_understands_a_list_like_each_of_its_texts(assistant: Assistant, actions: Actions) -> None:
    long = "My brother went into hospital last week and nobody tells me anything. Can I bring his little sister when I visit him?"
    texts = ["can i bring his little sister", "", "👍", "/restart", long, "hello", "Мой сын в больнице", "hello", "asdf qwer"]
    status, reply = assistant.post("parse", {"texts": texts})
    assert status == 200
    assert not actions.calls
    alone = [assistant.post("parse", {"text": text})[1]["understood"] for text in texts]
    assert len(reply["understood"]) == len(texts)
    for together, one in zip(reply["understood"], alone, strict=True):
        assert {**together, "confidence": None, "ranking": None} == {**one, "confidence": None, "ranking": None}
        assert together["confidence"] == pytest.approx(one["confidence"], abs=1e-3)
        assert [entry["label"] for entry in together["ranking"]] == [entry["label"] for entry in one["ranking"]]
    assert reply["understood"][0]["answer"] == "visiting/bring_children"
    assert [entry["intent"] for entry in reply["understood"][1:3]] == ["no_words", "no_words"]
    assert assistant.post("parse", {"texts": []}) == (200, {"understood": []})


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        ("hi", "text_or_choice"),
        (None, "text_or_choice"),
        (["hi", 7], "text_or_choice"),
        (["hi", "a" * 4001], "too_long"),
        (["hi"] * 501, "too_many"),
    ],
)
def test_a_bad_list_is_refused_by_kind(assistant: Assistant, texts: object, kind: str) -> None:
    assert assistant.post("parse", {"texts": texts}) == (400, {"error": kind})


def test_carers_are_answered_while_a_list_is_read(assistant: Assistant, actions: Actions) -> None:
    done: list[int] = []
    reading = threading.Thread(
        target=lambda: done.append(assistant.post("parse", {"texts": [f"can i visit him on day {day}" for day in range(500)]})[0])
    )
    reading.start()
    turns_before_the_end = 0
    while not done:
        assert assistant.say("hello")[0] == 200
        turns_before_the_end += not done
    reading.join(10)
    assert done == [200]
    assert turns_before_the_end > 1


def test_silence_is_reported_as_a_failure(assistant: Assistant, actions: Actions) -> None:
    actions.failing = {"action_carer_worker"}
    assert assistant.say("who is the carers worker") == (500, {"error": "NothingSaid"})


def test_a_failing_action_does_not_keep_the_answer_back(assistant: Assistant, actions: Actions) -> None:
    actions.failing = {"action_acknowledge", "action_after_answer"}
    status, reply = assistant.say("can i bring his little sister")
    assert (status, reply["messages"][0]["response"]) == (200, "utter_ask_visiting/bring_children")


def test_a_second_request_of_a_conversation_is_refused_while_one_runs(assistant: Assistant, actions: Actions) -> None:
    actions.hold.clear()
    first: list[int] = []
    running = threading.Thread(target=lambda: first.append(assistant.say("visiting hours", conversation="busy")[0]))
    running.start()
    while not actions.calls:
        time.sleep(0.01)
    assert assistant.say("hello", conversation="busy") == (409, {"error": "busy"})
    assert assistant.say("hello", conversation="free")[0] == 200
    actions.hold.set()
    running.join(10)
    assert first == [200]
    assert assistant.say("hello", conversation="busy")[0] == 200


def test_actions_get_the_token_and_titles_but_no_answers_text(assistant: Assistant, actions: Actions) -> None:
    assistant.say("can i bring his little sister")
    assert [call["next_action"] for call in actions.calls] == ["action_acknowledge", "action_after_answer"]
    assert set(actions.tokens) == {f"Bearer {ACTIONS_TOKEN}"}
    responses = actions.domain["responses"]
    assert responses["utter_ask_visiting/bring_children"][-1]["metadata"]["title"]
    assert any("condition" in wording for wording in responses["utter_ask_care_review/tribunal"])
    assert not any("text" in wording for wordings in responses.values() for wording in wordings)
