"""What the assistant says, as a message to a carer."""

from datetime import date

from alongside.core import asking
from alongside.core.conversations import Author, Choice, Draft
from alongside.core.handover import Reason
from alongside.core.words import Words
from alongside.services.ports import Said

PERSON_TITLE = "Talk to a person"


def draft_of(said: Said, words: Words, *, today: date) -> Draft:
    """Return what the assistant wants said, with today's facts; an answer about a concern offers a person as well."""
    answer, choices = _answer_key(said.response), said.choices
    if answer and answer.startswith(f"{asking.CONCERN_TOPIC}/"):
        choices = (*choices, Choice(PERSON_TITLE, asking.person_payload(Reason.CONCERN)))
    return Draft(text=words.fill(said.text, today=today), author=Author.BOT, choices=choices, sources=said.sources, answer=answer)


def _answer_key(response: str | None) -> str | None:
    """Return topic/name when a response is one of the approved answers."""
    is_answer = response is not None and response.startswith("utter_ask_") and "/" in response
    return response.removeprefix("utter_ask_") if response and is_answer else None
