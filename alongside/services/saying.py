"""What the assistant says and what the app says by itself, as messages to a carer."""

from datetime import date

from alongside.core import asking
from alongside.core.conversations import Author, Choice, Conversation, Draft
from alongside.core.handover import Reason
from alongside.core.words import Words
from alongside.services.ports import Said
from alongside.services.translating import Translating

PERSON_TITLE = "Talk to a person"


def draft_of(said: Said, words: Words, *, today: date) -> Draft:
    """Return what the assistant wants said, with today's facts; an answer about a concern offers a person as well."""
    answer, choices = _answer_key(said.response), said.choices
    if answer and answer.startswith(f"{asking.CONCERN_TOPIC}/"):
        choices = (*choices, Choice(PERSON_TITLE, asking.person_payload(Reason.CONCERN)))
    return Draft(text=words.fill(said.text, today=today), author=Author.BOT, choices=choices, sources=said.sources, answer=answer)


def drafts_of(said: Said, words: Words, translating: Translating, conversation: Conversation, *, today: date) -> list[Draft]:
    """Return what the assistant wants said, an answer with the languages it can be had in.

    An answer that had to leave out a number, as it has run out, is followed by whom to ask instead.
    """
    draft = draft_of(said, words, today=today)
    if draft.answer is None:
        return [draft]
    drafts = [translating.offer(draft, said.text, language=conversation.language)]
    if words.has_run_out(said.text, today=today):
        drafts.append(line_of("utter_fact_ran_out", words, nation=conversation.nation, today=today))
    return drafts


def line_of(response: str, words: Words, *, nation: str | None, today: date) -> Draft:
    """Return a response that the app says by itself."""
    wording = words.find(response, nation=nation)
    return Draft(text=words.fill(wording.text, today=today), choices=wording.choices)


def _answer_key(response: str | None) -> str | None:
    """Return topic/name when a response is one of the approved answers."""
    is_answer = response is not None and response.startswith("utter_ask_") and "/" in response
    return response.removeprefix("utter_ask_") if response and is_answer else None
