"""Around an approved answer: the line before it, what is remembered after it, and what to do when there is none."""

from collections.abc import Iterable

from rasa_sdk.events import EventType

from actions.base import AlongsideAction, Speaker, Turn, set_slots
from actions.lookups import LookUp
from actions.names import ACKNOWLEDGEMENTS, LOOKUP_RESPONSES, ActionName, Entity, Intent, Response, Slot, answer_response

LONG_MESSAGE_WORDS = 20
"""From here on a message tells a story, and deserves a word about the feeling in it; below, the answer's own warmth will do."""

LIKELY = 0.05
"""A question less likely than one in twenty is noise: offering it looks as if nobody listened."""

OFFERED = 3
"""Questions offered when not sure: more than three are not read by somebody upset."""


class Acknowledge(AlongsideAction):
    """Says one line about a feeling named in a long message; nothing otherwise."""

    action_name = ActionName.ACKNOWLEDGE
    apology = None

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        acknowledgement = ACKNOWLEDGEMENTS.get(turn.entity(Entity.FEELING) or "")
        if acknowledgement and len(turn.text.split()) >= LONG_MESSAGE_WORDS:
            say(acknowledgement)
        return []


class AfterAnswer(AlongsideAction):
    """Remembers the answer, offers other needs heard in the message, and asks for the nation once if the law depends on it."""

    action_name = ActionName.AFTER_ANSWER
    apology = None

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        remembered = {Slot.MISSES: 0.0, Slot.PENDING_LOOKUP: None, Slot.LAST_ANSWER: turn.answer}
        if others := turn.buttons(label for label in turn.other_needs if label != turn.answer):
            say(Response.OTHER_NEEDS, buttons=others[:OFFERED])
        is_known = turn.slot(Slot.NATION) or turn.slot(Slot.NATION_ASKED)
        if turn.answer and not is_known and turn.varies_by_nation(answer_response(turn.answer)):
            say(Response.ASK_NATION)
            remembered |= {Slot.NATION_ASKED: True, Slot.NATION_WANTED_BY: turn.answer}
        return set_slots(remembered)


class AskBack(AlongsideAction):
    """First miss: offers the likely questions. From the second: offers a person."""

    action_name = ActionName.ASK_BACK

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        misses = float(turn.slot(Slot.MISSES) or 0)
        likely = turn.buttons(label for label, confidence in turn.ranking if confidence >= LIKELY)[:OFFERED]
        if misses >= 1:
            say(Response.OFFER_PERSON)
        elif likely:
            other = {"title": turn.title(Response.SOMETHING_ELSE) or "", "payload": f"/{Intent.SOMETHING_ELSE}"}
            say(Response.ASK_BACK, buttons=[*likely, other])
        else:
            say(Response.ASK_BACK_OPEN)
        return set_slots({Slot.MISSES: misses + 1})


class SomethingElse(AlongsideAction):
    """None of the questions offered was it: asks for other words, so that the next miss offers a person."""

    action_name = ActionName.SOMETHING_ELSE

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        misses = float(turn.slot(Slot.MISSES) or 0)
        say(Response.OFFER_PERSON if misses >= 2 else Response.SOMETHING_ELSE)
        return set_slots({Slot.MISSES: max(misses, 1.0)})


class SayAgain(AlongsideAction):
    """Says the last answer or look-up again."""

    action_name = ActionName.SAY_AGAIN

    def __init__(self, lookups: Iterable[LookUp]) -> None:
        self._lookups = {str(lookup.intent): lookup for lookup in lookups}

    async def act(self, turn: Turn, say: Speaker) -> list[EventType]:
        last = turn.slot(Slot.LAST_ANSWER) or ""
        if last in self._lookups:
            return await self._lookups[last].again(turn, say)
        if last not in LOOKUP_RESPONSES and turn.has_response(answer_response(last)):
            say(answer_response(last))
        else:
            say(Response.NOTHING_TO_REPEAT)
        return []
