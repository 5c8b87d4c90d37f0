"""The few questions asked after a carer has asked for a person: their steps, and how what is typed to them is read.

Rules kept: every question can be left out and all of them stopped; what looks like a question is the carer's own and never an
answer; nothing leaves the assistant's state before the carer says "send", and nothing stays in it once they have.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from alongside.core.conversations import TALK_TO_PERSON
from alongside.core.details import Copy, Details, Reach
from alongside.core.handover import Reason

FORM = "handover_form"
"""The form's name in the assistant."""

PREFIX = "handover_"
"""How the names of the form's slots begin."""

DETAILS = "handover_details"
"""The slot that carries the finished answers to the app, in the one turn in which the carer sends them."""

UTTER_SENT = "utter_handover_sent"
"""What the assistant says once the answers are sent; the app, which knows to whom, says it in its place."""

LEFT_OUT = ""
"""The answer to a question that was skipped."""

OTHER = "other"
"""What it is about, when it is none of the topics offered."""

CONCERN_TOPIC = "concern_complaint"
"""Whoever asks about this may want to raise a concern with a person."""

YES, NO, CHANGE = "yes", "no", "change"
"""What can be said to the summary."""

_LONGEST = 300
"""Characters of one typed answer: more is a story, and belongs in the chat."""

_LONGEST_NAME = 40


class Step(str, Enum):
    """One question."""

    SERVICE = "service"
    ABOUT = "about"
    REACH = "reach"
    ADDRESS = "address"
    GOOD_TIME = "good_time"
    NAME = "name"
    NEEDS = "needs"
    COPY = "copy"
    CHANGE = "change"
    SEND = "send"

    @property
    def slot(self) -> str:
        return f"{PREFIX}{self.value}"


OWN_WORDS = frozenset({Step.ADDRESS, Step.GOOD_TIME, Step.NAME, Step.NEEDS})
"""Steps whose answer is typed, and would be useless with what identifies a person taken out."""


_TO_TELL = (Step.ABOUT, Step.REACH, Step.NAME, Step.NEEDS, Step.COPY)


class Kind(Enum):
    """What a message is to the question that is open."""

    ANSWER = "answer"
    SKIP = "skip"
    STOP = "stop"
    QUESTION = "question"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Heard:
    """How a message was read; ``value`` is an answer's."""

    kind: Kind
    value: str = ""


_STOP, _SKIP, _QUESTION, _UNCLEAR = Heard(Kind.STOP), Heard(Kind.SKIP), Heard(Kind.QUESTION), Heard(Kind.UNCLEAR)


def _set(phrases: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in phrases.split(","))


_TO_STOP = _set(
    "stop, stop it, please stop, stop asking, stop asking me, cancel, quit, exit, leave it, forget it, enough, no more, "
    "no more questions"
)
_TO_SKIP = _set(
    "skip, skip this, skip it, next, pass, no, nope, none, nothing, no thanks, no thank you, n/a, rather not say, "
    "i would rather not say, i'd rather not say, prefer not to say, i do not know, i don't know, i dont know, dont know, "
    "don't know, not sure, no idea, no name"
)
_TO_SEND = _set("yes, yes please, ok, okay, send, send it, send this, yes send it, please send it, that is right, that's right")
_TO_DROP = _set("no, no thanks, no thank you, do not send, do not send it, don't send, don't send it, dont send it")
_TO_CHANGE = _set("change, change it, change something, edit, correct it, back, go back, that is wrong, that's wrong")

_REACHED = {
    Reach.EMAIL: r"\be-?mail\b",
    Reach.TEXT: r"\b(?:text|sms)\b",
    Reach.LETTER: r"\b(?:letter|post)\b",
    Reach.PHONE: r"\b(?:phone|telephone|ring|call|mobile|landline)\b",
    Reach.CHAT: r"\b(?:chat|here)\b",
}
_ASKS = re.compile(
    r"\?\s*$"
    r"|^(?:who|what|when|where|why|how|which)\b(?:\s+\S+){2,}"
    r"|^(?:can|could|may|is|are|am|do|does|did|will|would|should|has|have)\s+"
    r"(?:i|we|you|he|she|it|they|my|the|there|this|someone|somebody|anyone|a)\b",
    re.IGNORECASE,
)
_NOTHING_ASKED = frozenset({"nlu_fallback", "other_language", "no_words", "give_service", "choose_nation", "something_else"})
"""What the assistant makes of words that it has no answer to."""

_NUMBER = re.compile(r"\+?\d(?:[\s().-]*\d){9,14}")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_INTRODUCED = re.compile(r"^(?:my (?:first )?name(?:'s| is)|i am|i'm|im|call me|just|it's|it is)\s+", re.IGNORECASE)


def steps(answers: Mapping[Step, str | None]) -> list[Step]:
    """Return the steps that these answers call for, in order; none once they are sent or dropped, or all was left out."""
    if answers.get(Step.SEND) in (YES, NO) or all(answers.get(step) == LEFT_OUT for step in _TO_TELL):
        return []
    reach = answers.get(Step.REACH)
    to_reach = {
        None: [],
        LEFT_OUT: [],
        Reach.CHAT.value: [],
        Reach.PHONE.value: [Step.ADDRESS, Step.GOOD_TIME],
    }.get(reach, [Step.ADDRESS])
    last = Step.CHANGE if answers.get(Step.SEND) == CHANGE else Step.SEND
    return [Step.SERVICE, Step.ABOUT, Step.REACH, *to_reach, Step.NAME, Step.NEEDS, Step.COPY, last]


def read(step: Step, text: str, *, options: Mapping[str, str], reach: str | None, intent: str) -> Heard:
    """Read what was typed to a question.

    ``options`` are its buttons, each value with its title; ``reach`` is how the carer wants to be reached; ``intent`` is what
    the assistant made of the words. A service is looked up by the caller: here its name is unclear.
    """
    plain = " ".join(text.casefold().replace("’", "'").split()).strip(" .!,")
    if plain in _TO_STOP:
        return Heard(Kind.ANSWER, NO) if step is Step.SEND else _STOP
    if step is Step.SEND and (said := _read_sending(plain)):
        return Heard(Kind.ANSWER, said)
    if plain in _TO_SKIP and step is not Step.SEND:
        return _SKIP
    for value, title in options.items():
        if plain in (title.casefold(), value):
            return Heard(Kind.ANSWER, value)
    is_understood = intent not in _NOTHING_ASKED
    if is_understood and is_question(text):
        return _QUESTION
    if answer := _read_answer(step, text.strip(), options, reach, intent):
        return Heard(Kind.ANSWER, answer)
    return _QUESTION if is_understood else _UNCLEAR


def is_question(text: str) -> bool:
    """Say whether a text is put as a question."""
    return _ASKS.search(text.strip()) is not None


def _read_sending(plain: str) -> str | None:
    said = {YES: _TO_SEND, NO: _TO_DROP, CHANGE: _TO_CHANGE}
    return next((value for value, phrases in said.items() if plain in phrases), None)


def _read_answer(step: Step, text: str, options: Mapping[str, str], reach: str | None, intent: str) -> str | None:
    if step is Step.ADDRESS:
        return _read_address(text, reach)
    if step is Step.REACH:
        return next((way.value for way, said in _REACHED.items() if re.search(said, text, re.IGNORECASE)), None)
    if step is Step.ABOUT and intent.startswith("ask_"):
        topic = intent.removeprefix("ask_")
        return topic if topic in options else OTHER
    if step is Step.NAME:
        name = _INTRODUCED.sub("", text).strip(" .!,")
        is_name = any(letter.isalpha() for letter in name) and len(name) <= _LONGEST_NAME and len(name.split()) <= 4
        return name if is_name else None
    if step in (Step.NEEDS, Step.GOOD_TIME):
        is_answer = any(letter.isalnum() for letter in text) and len(text) <= _LONGEST and intent != "small_talk"
        return text if is_answer else None
    return None


def _read_address(text: str, reach: str | None) -> str | None:
    """Find the number, e-mail or postal address in a text: a plain check, as a worker can ask again."""
    if reach == Reach.LETTER.value:
        is_address = (
            len(text.split()) >= 3 and len(text) <= _LONGEST and any(letter.isdigit() or letter == "," for letter in text)
        )
        return text if is_address else None
    found = (_EMAIL if reach == Reach.EMAIL.value else _NUMBER).search(text)
    return found.group() if found else None


def person_payload(reason: Reason) -> str:
    """Return the payload of a "Talk to a person" button that says why it was offered."""
    return f'{TALK_TO_PERSON}{{"reason": "{reason.value}"}}'


_WAYS_IN = {TALK_TO_PERSON: Reason.ASKED} | {
    person_payload(reason): reason for reason in (Reason.SECOND_MISS, Reason.ASSISTANT_FAILED, Reason.CONCERN)
}


def reason_of(choice: str | None) -> Reason | None:
    """Return why a person is asked for, when a button asks for one."""
    return _WAYS_IN.get(choice or "")


def reason_in_words(state: Mapping[str, Any] | None) -> Reason:
    """Return why a person is asked for in words: from what the assistant remembers of the turn before."""
    slots = (state or {}).get("slots") or {}
    if str(slots.get("last_answer") or "").startswith(f"{CONCERN_TOPIC}/"):
        return Reason.CONCERN
    return Reason.SECOND_MISS if float(slots.get("misses") or 0) >= 2 else Reason.ASKED


def summary(told: Iterable[tuple[str, str]]) -> str:
    """Return what the worker will see: a line for each question's title and its answer."""
    return "\n".join(f"{title}: {answer}" for title, answer in told)


def details_of(told: object) -> Details | None:
    """Return what the assistant hands over as finished answers; None when nothing is. What is not known of is left out."""
    if not isinstance(told, Mapping):
        return None
    said = {step: value for step in Step if isinstance(value := told.get(step.value), str)}
    reach, copy = said.get(Step.REACH), said.get(Step.COPY)
    return Details(
        about=said.get(Step.ABOUT) or None,
        reach=Reach(reach) if reach in {way.value for way in Reach} else None,
        address=said.get(Step.ADDRESS, ""),
        good_time=said.get(Step.GOOD_TIME, ""),
        name=said.get(Step.NAME, ""),
        needs=said.get(Step.NEEDS, ""),
        copy=Copy(copy) if copy in {kind.value for kind in Copy} else None,
    )


def is_asked(response: str | None) -> bool:
    """Say whether a response is one of the form's."""
    return response is not None and response.startswith((f"utter_{PREFIX}", f"utter_ask_{PREFIX}"))


def open_step(state: Mapping[str, Any] | None) -> Step | None:
    """Return the question that waits for an answer in the assistant's state, if one does."""
    asks = ((state or {}).get("form") or {}).get("asks")
    return next((step for step in Step if step.slot == asks), None)


def without_form(state: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the assistant's state with the form ended and its answers forgotten."""
    if state is None:
        return None
    slots = {name: value for name, value in state.get("slots", {}).items() if not name.startswith(PREFIX)}
    kept = {name: value for name, value in state.items() if name != "form"}
    return kept | {"slots": slots} if "slots" in state else kept
