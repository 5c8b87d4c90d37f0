"""Where Rasa finds a conversation: in memory, and only while its request runs.

The app's database is the only truth. It hands over what the assistant remembered (the slots, and the form that asks) with each
turn and takes the new state back, so a crash in mid-turn repeats from the same state and no second copy of a carer's words is
kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, DEFAULT_SLOT_NAMES, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from alongside.core.asking import DETAILS

STATE_VERSION = 1
"""Changes when an older state could not be read any more."""


class RequestTrackerStore(TrackerStore):
    """Holds the trackers of the requests that run now, and nothing else."""

    def __init__(self, domain: Domain | None = None) -> None:
        super().__init__(domain)
        self._open: dict[str, DialogueStateTracker] = {}

    @contextmanager
    def conversation(
        self, conversation: str, *, state: Mapping[str, Any] | None, slots: Mapping[str, Any]
    ) -> Iterator[DialogueStateTracker]:
        """Keep a conversation's tracker for the length of one request, begun from its state and the slots given on top.

        A slot or a form that this release no longer has is left out: a conversation lives longer than a release.
        """
        remembered = {**(state or {}).get("slots", {}), **slots}
        events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
        known = {slot.name for slot in self.domain.slots}
        events += [SlotSet(name, value) for name, value in remembered.items() if name in known]
        form = (state or {}).get("form") or {}
        if form.get("name") in self.domain.form_names and form.get("asks") in known:
            events += [ActionExecuted(form["name"]), ActiveLoop(form["name"]), SlotSet(REQUESTED_SLOT, form["asks"])]
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        tracker = DialogueStateTracker.from_events(conversation, events, self.domain.slots, domain=self.domain)
        self._open[conversation] = tracker
        try:
            yield tracker
        finally:
            del self._open[conversation]

    def is_open(self, conversation: str) -> bool:
        """Say whether a request of this conversation is running."""
        return conversation in self._open

    def in_use(self) -> bool:
        """Say whether a request of any conversation is running."""
        return bool(self._open)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self._open.get(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Do nothing: the request holds the very tracker that Rasa changes."""

    async def keys(self) -> Iterable[str]:
        return list(self._open)


def slots_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return our own slots by name, without those Rasa keeps for itself."""
    return {name: value for name, value in tracker.current_slot_values().items() if name not in DEFAULT_SLOT_NAMES}


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return what the next turn starts from.

    Our rules look at one turn, so the slots and the question that is open are all there is to remember: the state cannot grow.
    What a carer typed is in it only as a form's answer that is not sent yet.
    """
    kept = {name: value for name, value in slots_of(tracker).items() if value is not None and name != DETAILS}
    state: dict[str, Any] = {"version": STATE_VERSION, "slots": kept}
    if tracker.active_loop_name:
        state["form"] = {"name": tracker.active_loop_name, "asks": tracker.get_slot(REQUESTED_SLOT)}
    return state
