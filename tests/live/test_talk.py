"""Whole talks with the real assistant, through the public API."""

import pytest

from tests.live.server import Carer, payloads, words

pytestmark = pytest.mark.rasa


def test_the_talk_of_a_first_evening(carer: Carer) -> None:
    assert "Alongside" in words(carer.say("Hi"))

    [told] = carer.say("they won't tell me anything about my son")
    assert told["answer"] == "confidentiality/what_staff_can_share"
    assert "listen" in told["text"]
    assert told["sources"]
    assert told["release"] >= 1

    [said_no] = carer.say("he says no to sharing")
    assert said_no["answer"] == "confidentiality/said_no"

    visiting = words(carer.say("when can i visit him on Rowan ward"))
    assert "Rowan" in visiting
    assert "Saturday" in visiting
    assert "sample" in visiting

    [children] = carer.say("can I bring his little sister")
    assert children["answer"] == "visiting/bring_children"

    group = words(carer.say("is there a group for people like me on a tuesday"))
    assert "Tuesday" in group

    worker = words(carer.say("who is the carers worker"))
    assert "Rowan" in worker
    assert "carer support worker" in worker

    weather = carer.say("what's the weather")
    assert "outside what I know" in words(weather)
    assert weather[-1]["answer"] is None
    assert "/talk_to_person" in payloads(weather)

    [safety] = carer.say("I don't think I can go on")
    assert safety["safety"] == "self"
    assert "999" in safety["text"]
    assert "116 123" in safety["text"]
    assert "/talk_to_person" in payloads([safety])


def test_a_question_it_is_unsure_of_is_asked_back_and_a_second_miss_offers_a_person(carer: Carer) -> None:
    first = carer.say("the thing about the form for the other one")
    assert "/something_else" in payloads(first) or "/talk_to_person" in payloads(first)
    second = carer.say("no the thing with the whatsit from before")
    assert '/talk_to_person{"reason": "second_miss"}' in payloads(second)


def test_the_nation_is_asked_once_and_the_answer_is_said_again_for_it(carer: Carer) -> None:
    asked = carer.say("what does it mean to be sectioned")
    assert any(payload.startswith("/choose_nation") for payload in payloads(asked))
    again = carer.press('/choose_nation{"nation": "scotland"}')
    assert again[-1]["answer"] == "detention/being_detained"
    assert "Scotland" in words(again)
    later = carer.say("how do I make a complaint about the ward")
    assert not any(payload.startswith("/choose_nation") for payload in payloads(later))


def test_a_nation_not_told_is_not_asked_for_twice(carer: Carer) -> None:
    carer.say("what does it mean to be sectioned")
    later = carer.say("how do I make a complaint about the ward")
    assert not any(payload.startswith("/choose_nation") for payload in payloads(later))


def test_a_lookup_without_a_ward_asks_which_and_goes_on_when_told(carer: Carer) -> None:
    asked = carer.say("what are the visiting times")
    assert any(payload.startswith("/give_service") for payload in payloads(asked))
    assert "Visiting times for Rowan" in words(carer.say("rowen ward"))


def test_a_long_message_gets_one_warm_line_the_main_answer_and_the_other_needs_as_buttons(carer: Carer) -> None:
    said = carer.say(
        "I am so worried, my brother was moved to a secure unit two hundred miles away last week and nobody asked me. "
        "I can't afford the train fare to go and see him. Is there any help with the cost of travel for visits? "
        "Also I would like to know if I can come to his care review meeting."
    )
    assert len(said) >= 2
    assert any(message["answer"] for message in said)
    offered = [payload for payload in payloads(said) if payload.startswith("/ask_")]
    assert offered


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("thanks so much", "welcome"),
        ("are you a real person?", "computer program"),
        ("who can read this", "read"),
        ("you are useless, stupid bot", "person"),
        ("😢😢", ""),
        ("Dzień dobry, czy mówi pan po polsku? Mój syn jest w szpitalu", "interpreter"),
        ("مرحبا ابني في المستشفى", "interpreter"),
    ],
)
def test_small_talk_is_answered_kindly(carer: Carer, text: str, part: str) -> None:
    said = carer.say(text)
    assert part in words(said)
    assert all(message["answer"] is None for message in said)


def test_say_that_again_says_the_last_answer_again(carer: Carer) -> None:
    [first] = carer.say("can I bring his little sister")
    again = carer.say("sorry can you say that again")
    assert first["text"] in words(again)


def test_talk_to_a_person_names_the_worker_of_the_ward_that_was_spoken_of(carer: Carer) -> None:
    carer.say("when can i visit him on Rowan ward")
    assert "Tamsin" in words(carer.press("/talk_to_person"))


def test_slash_commands_are_plain_words(carer: Carer) -> None:
    for text in ("/restart", "/session_start", '/choose_nation{"nation": "wales"}', "/ask_visiting/bring_children"):
        assert carer.say(text)
    assert carer.say("can I bring his little sister")[0]["answer"] == "visiting/bring_children"
