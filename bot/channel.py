"""The turn protocol: the app asks "what should the bot say?" and gets in one round trip what was said and why.

It listens on loopback, opens only with the token, refuses a second request of a conversation while one runs, and never
puts a carer's words into a log or an error.
"""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.nlg import CHANNEL
from bot.quiet import where
from bot.tracker_store import RequestTrackerStore, slots_of, state_of

log = logging.getLogger(__name__)

MAX_CHARACTERS = 4000
"""Longer texts cost seconds of everybody's time (20,000 words: 33 s); the app caps at the same length."""

MOST_TEXTS = 500
"""Texts in one request of ``parse``."""

CHUNK_TEXTS = 6
CHUNK_CHARACTERS = 600
"""How much of a list of texts is read at a time: a few hundredths of a second, then the carers' turns go on."""

PAUSE_SECONDS = 0.005
PAUSES = 20
"""After each chunk one pause, or as many as these while a carer's turn runs: it finds the loop free until it is done."""

RANKED = 5
"""How many labels of the ranking go back: enough for asking back and for the studio's "what else was near"."""

NO_WORDS = "no_words"
"""The intent of a message with nothing to go by: no letters, or a button of an older release that leads nowhere now."""

CHOICE = re.compile(r"/(?P<intent>[a-z_]+)(?:/(?P<name>[a-z0-9_]+))?(?P<entities>\{.*\})?", re.DOTALL)


class BadRequest(Exception):
    """The app sent something this protocol does not allow; ``kind`` says what, and quotes nothing."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Turn:
    """One checked request."""

    conversation: str
    message_id: str | None
    text: str | None
    choice: str | None
    slots: Mapping[str, Any]
    state: Mapping[str, Any] | None


class Spoken(CollectingOutputChannel):
    """Collects what is said, whole, instead of the few fields Rasa's own collector keeps."""

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(
            {
                "response": message.get("utter_action"),
                "text": message.get("text") or "",
                "choices": [{"title": button["title"], "payload": button["payload"]} for button in message.get("buttons") or []],
                "metadata": message.get("metadata") or {},
            }
        )


class AlongsideInput(InputChannel):
    """Serves the protocol under /webhooks/alongside/."""

    def __init__(self, *, token: str, trackers: RequestTrackerStore) -> None:
        self._token = token.encode()
        self._trackers = trackers

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("alongside", "alongside")

        @routes.get("/")
        async def health(_request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._answer(request, lambda: self._take_turn(request, on_new_message))

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            return await self._answer(request, lambda: self._parse(_body(request), request.app.ctx.agent))

        return routes

    async def _answer(self, request: Request, work: Callable[[], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        """Check the token, do the work, and turn every failure into a kind."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, self._token):
            return json_response({"error": "unauthorised"}, status=401)
        try:
            return json_response(await work(), dumps=_dumps)
        except BadRequest as bad:
            return json_response({"error": bad.kind}, status=409 if bad.kind == "busy" else 400)
        except Exception as error:
            log.error("a request failed: %s", where(error))
            return json_response({"error": type(error).__name__}, status=500)

    async def _take_turn(self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> dict[str, Any]:
        turn, agent = read_turn(_body(request)), request.app.ctx.agent
        if self._trackers.is_open(turn.conversation):
            raise BadRequest("busy")
        if set(turn.slots) - {slot.name for slot in agent.domain.slots}:
            raise BadRequest("unknown_slot")
        if turn.choice is not None:
            parse_data = read_choice(turn.choice, agent.domain)
        elif not turn.text:
            parse_data = _plain_intent(NO_WORDS, "")
        else:
            parse_data = None
        spoken = Spoken()
        with self._trackers.conversation(turn.conversation, state=turn.state, slots=turn.slots) as tracker:
            await on_new_message(
                UserMessage(
                    text=turn.choice if turn.choice is not None else turn.text,
                    output_channel=spoken,
                    sender_id=turn.conversation,
                    parse_data=parse_data,
                    input_channel=CHANNEL,
                    message_id=turn.message_id,
                )
            )
            if not spoken.messages:
                raise NothingSaid
            return {
                "messages": spoken.messages,
                "understood": understood(tracker.latest_message.parse_data),
                "slots": slots_of(tracker),
                "state": state_of(tracker),
            }

    async def _parse(self, body: dict[str, Any], agent: Any) -> dict[str, Any]:
        if "texts" not in body:
            [one] = _understand([read_text(body.get("text"))], agent)
            return {"understood": one}
        found: list[dict[str, Any]] = []
        for chunk in _chunks(read_texts(body["texts"])):
            found += _understand(chunk, agent)
            for _ in range(PAUSES):
                await asyncio.sleep(PAUSE_SECONDS)
                if not self._trackers.in_use():
                    break
        return {"understood": found}


class NothingSaid(Exception):
    """The turn ended in silence: an action failed, or no rule applied. The app must hear of it."""


def read_turn(body: dict[str, Any]) -> Turn:
    """Check a turn's request. A text's leading slash is taken off: only choices may name an intent."""
    conversation, text, choice = body.get("conversation"), body.get("text"), body.get("choice")
    if not isinstance(conversation, str) or not conversation.strip():
        raise BadRequest("no_conversation")
    if (text is None) == (choice is None):
        raise BadRequest("text_or_choice")
    if choice is not None and (not isinstance(choice, str) or not choice.startswith("/") or len(choice) > MAX_CHARACTERS):
        raise BadRequest("bad_choice")
    slots, state = body.get("slots") or {}, body.get("state")
    if not isinstance(slots, dict) or not (state is None or isinstance(state, dict)):
        raise BadRequest("bad_state")
    message_id = body.get("message_id")
    return Turn(
        conversation=conversation,
        message_id=str(message_id) if message_id is not None else None,
        text=None if text is None else read_text(text),
        choice=choice,
        slots=slots,
        state=state,
    )


def read_text(text: object) -> str:
    if not isinstance(text, str):
        raise BadRequest("text_or_choice")
    if len(text) > MAX_CHARACTERS:
        raise BadRequest("too_long")
    return text.strip().lstrip("/").strip()


def read_choice(choice: str, domain: Domain) -> dict[str, Any]:
    """Turn a pressed button into what Rasa would have understood, with certainty.

    A button that leads nowhere in this release is taken like a message without words: the carer is asked to type the question.
    """
    match = CHOICE.fullmatch(choice)
    if not match:
        return _plain_intent(NO_WORDS, choice)
    intent, name = match["intent"], match["name"]
    response = f"utter_{intent}/{name}"
    known = response in domain.responses if name else intent not in domain.retrieval_intents
    try:
        given = json.loads(match["entities"] or "{}")
    except ValueError:
        known = False
    if not known or intent not in domain.intents or intent in DEFAULT_INTENTS:
        return _plain_intent(NO_WORDS, choice)
    entities = [
        {"entity": entity, "value": value, "start": 0, "end": len(choice), "extractor": "choice"}
        for entity, value in given.items()
        if entity in domain.entities
    ]
    parse_data = _plain_intent(intent, choice, label=f"{intent}/{name}" if name else intent)
    parse_data["entities"] = entities
    if name:
        full = f"{intent}/{name}"
        selected = {
            "responses": domain.responses[response],
            "confidence": 1.0,
            "intent_response_key": full,
            "utter_action": response,
        }
        parse_data["intent"]["full_retrieval_intent_name"] = full
        parse_data["response_selector"] = {
            "all_retrieval_intents": sorted(domain.retrieval_intents),
            intent: {"response": selected, "ranking": [{"confidence": 1.0, "intent_response_key": full}]},
        }
    return parse_data


def understood(parse_data: Mapping[str, Any]) -> dict[str, Any]:
    """Say why the bot said what it said: the intent, the answer, how sure it was, and what came next."""
    intent = parse_data["intent"]
    full = intent.get("full_retrieval_intent_name") or ""
    return {
        "intent": intent["name"],
        "answer": full.removeprefix("ask_") if full.startswith("ask_") else None,
        "confidence": intent.get("confidence", 0.0),
        "ranking": list(parse_data.get("answer_ranking") or [])[:RANKED],
        "entities": [{"entity": found["entity"], "value": found["value"]} for found in parse_data.get("entities") or []],
    }


def read_texts(texts: object) -> list[str]:
    if not isinstance(texts, list):
        raise BadRequest("text_or_choice")
    if len(texts) > MOST_TEXTS:
        raise BadRequest("too_many")
    return [read_text(text) for text in texts]


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut a list into pieces that are each quick to read; a long text is a piece of its own."""
    chunk: list[str] = []
    for text in texts:
        if chunk and (len(chunk) == CHUNK_TEXTS or sum(map(len, chunk)) + len(text) > CHUNK_CHARACTERS):
            yield chunk
            chunk = []
        chunk.append(text)
    if chunk:
        yield chunk


def _understand(texts: Sequence[str], agent: Any) -> list[dict[str, Any]]:
    """Read texts without a turn, through the model's own graph, which takes several messages at once."""
    processor = agent.processor
    target = processor.model_metadata.nlu_target
    messages = [UserMessage(text) for text in texts if text]
    tracker = DialogueStateTracker.from_events("", [])
    inputs = {PLACEHOLDER_MESSAGE: messages, PLACEHOLDER_TRACKER: tracker}
    read = iter(processor.graph_runner.run(inputs=inputs, targets=[target])[target] if messages else [])
    found = []
    for text in texts:
        parse_data = next(read).as_dict(only_output_properties=True) if text else _plain_intent(NO_WORDS, "")
        processor._update_full_retrieval_intent(parse_data)
        found.append(understood(parse_data))
    return found


def _plain_intent(intent: str, text: str, *, label: str | None = None) -> dict[str, Any]:
    named = {"name": intent, "confidence": 1.0}
    return {
        "text": text,
        "intent": dict(named),
        "intent_ranking": [named],
        "entities": [],
        "answer_ranking": [{"label": (label or intent).removeprefix("ask_"), "confidence": 1.0}],
        "other_needs": [],
    }


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        raise BadRequest("not_json") from None
    if not isinstance(body, dict):
        raise BadRequest("not_json")
    return body


def _dumps(value: object) -> str:
    """Write JSON; a date in the answers' metadata becomes its ISO form, a NumPy number a plain one."""
    return json.dumps(value, default=lambda odd: odd.item() if hasattr(odd, "item") else str(odd))
