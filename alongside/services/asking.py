"""What the asking form means for a case: when it may ask, and what it has learnt.

Rule kept: nothing is asked after danger, nor of a carer whom a worker has or who has told everything already.
"""

from dataclasses import dataclass, replace

from alongside.core.asking import FORM, is_asked
from alongside.core.cases import CaseFile
from alongside.core.details import Details
from alongside.core.handover import State, Urgency, urgency_of
from alongside.services.ports import AssistantReply
from alongside.services.promises import Plan


@dataclass(frozen=True)
class Told:
    """What a carer told the form: the answers, once sent, and the plan for a service that was not known before."""

    details: Details | None = None
    moved: Plan | None = None


NOTHING = Told()


def may_ask(file: CaseFile | None, plan: Plan | None) -> bool:
    """Say whether the form may ask: somebody is waited for, not because of danger, and has not been told anything yet."""
    if plan and (urgency_of(plan.reason) is Urgency.DANGER or (file is None and plan.is_for_nobody)):
        return False
    if file is None:
        return plan is not None
    waits = file.case.state is State.WAITING or (file.case.state is State.BOT and plan is not None)
    return waits and file.details is None and file.case.urgency is not Urgency.DANGER


def as_answer(reply: AssistantReply) -> AssistantReply:
    """Return a reply to the form's question as what it is.

    An answer to the form was no question to the bot: nobody may count it as one, or as one that was not understood. A reply
    that has anything but the form's own words was one.
    """
    if not all(is_asked(said.response) for said in reply.messages):
        return reply
    return replace(reply, understood=replace(reply.understood, intent=FORM, answer=None, ranking=()))
