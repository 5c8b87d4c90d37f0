"""A stand-in for the assistant's side of an action call, in the form Rasa 3.6.21 sends it."""

from typing import Any

from actions.server import ActionServer


def wording(title: str, nation: str | None = None) -> dict[str, Any]:
    """A response's wording as the domain of a call carries it: metadata and condition, no text."""
    condition = {"condition": [{"type": "slot", "name": "nation", "value": nation}]} if nation else {}
    return {"metadata": {} if nation else {"title": title}, **condition}


DOMAIN = {
    "responses": {
        "utter_ask_visiting/bring_children": [wording("Can I bring a child?")],
        "utter_ask_visiting/photo_id": [wording("Do I need ID?")],
        "utter_ask_visiting/searches": [wording("Will I be searched?")],
        "utter_ask_detention/restricted": [wording("", "scotland"), wording("What does restricted mean?")],
        "utter_visiting_times": [wording("Visiting times for a ward")],
        "utter_carer_worker": [wording("Your carer worker")],
        "utter_ward_phone": [wording("A ward's phone number")],
        "utter_something_else": [wording("Something else")],
        "utter_talk_to_person": [wording("Talk to a person")],
    }
}


class Conversation:
    """One carer's conversation: keeps the slots from call to call, as the assistant does."""

    def __init__(self, server: ActionServer, **slots: Any) -> None:
        self._server = server
        self.slots: dict[str, Any] = slots

    async def call(
        self,
        action: str,
        text: str = "",
        *,
        intent: str = "nlu_fallback",
        answer: str | None = None,
        ranking: dict[str, float] | None = None,
        other_needs: tuple[str, ...] = (),
        **entities: str,
    ) -> list[dict[str, Any]]:
        """Run one action and return what it says: response, buttons and variables."""
        selected = {"response": {"intent_response_key": f"ask_{answer}", "utter_action": f"utter_ask_{answer}"}}
        message = {
            "text": text,
            "intent": {"name": f"ask_{answer.split('/')[0]}" if answer else intent, "confidence": 0.9},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "response_selector": {"all_retrieval_intents": [], "default": selected} if answer else {},
            "answer_ranking": [{"label": label, "confidence": value} for label, value in (ranking or {}).items()],
            "other_needs": list(other_needs),
        }
        tracker = {"sender_id": "c-1", "slots": dict(self.slots), "latest_message": message, "events": [], "paused": False}
        called = {"next_action": action, "sender_id": "c-1", "tracker": tracker, "domain": DOMAIN, "version": "3.6.21"}
        result = await self._server.handle(called)
        self.slots |= {event["name"]: event["value"] for event in result["events"] if event["event"] == "slot"}
        assert all(said["text"] is None for said in result["responses"])
        empty = ("text", "elements", "custom", "template", "image", "attachment")
        return [{key: value for key, value in said.items() if key not in empty} for said in result["responses"]]


def names(said: list[dict[str, Any]]) -> list[str]:
    return [message["response"] for message in said]


def payloads(message: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in message["buttons"]]
