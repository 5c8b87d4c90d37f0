"""Runs the assistant's action calls inside the app, with rasa-sdk's executor and none of its web server.

Rule kept: a failed call tells its kind and nothing else. The SDK's own server would send back the whole tracker, and with
it the carer's words.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionMissingDomainException

from actions.answers import Acknowledge, AfterAnswer, AskBack, SayAgain, SomethingElse
from actions.carer_worker import CarerWorker
from actions.give_service import GiveService
from actions.handover_form import HandoverForm
from actions.handover_questions import AskQuestion, HandoverEnd
from actions.nation import SetNation
from actions.support_groups import SupportGroups
from actions.talk_to_person import TalkToPerson
from actions.visiting_times import VisitingTimes
from actions.ward_phone import WardPhoneNumber
from alongside.core.asking import Step
from alongside.core.errors import AlongsideError
from alongside.services.directory import Directory

log = structlog.get_logger()


class ActionCallFailed(AlongsideError):
    """An action call could not be run; the message is the error's kind alone."""

    status = 500


class DomainWanted(AlongsideError):
    """A call came with the hash of a domain that is not known here: the same call is wanted again with the domain itself."""

    status = 449


class ActionServer:
    """Answers Rasa's action calls. Actions are handed in: the SDK's own search would register every subclass it can find."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def handle(self, call: dict[str, Any]) -> dict[str, Any]:
        """Run one call and return its events and responses. Raises DomainWanted and ActionCallFailed."""
        try:
            result = await self._executor.run(call)
        except ActionMissingDomainException:
            raise DomainWanted("DomainWanted") from None
        except Exception as error:
            kind = type(error).__name__
            log.error("action_call_failed", error=kind)
            raise ActionCallFailed(kind) from None
        if result is None:
            raise ActionCallFailed("NoActionNamed")
        answer: dict[str, Any] = result.model_dump()
        return answer


def make_actions(directory: Directory) -> list[Action]:
    """Make every action once, with the service it needs."""
    lookups = [
        VisitingTimes(directory),
        SupportGroups(directory),
        CarerWorker(directory),
        WardPhoneNumber(directory),
        TalkToPerson(directory),
    ]
    return [
        *lookups,
        Acknowledge(),
        AfterAnswer(),
        AskBack(),
        SomethingElse(),
        SayAgain(lookups),
        SetNation(),
        GiveService(directory, lookups),
        HandoverForm(directory),
        *(AskQuestion(step, directory) for step in Step),
        HandoverEnd(),
    ]
