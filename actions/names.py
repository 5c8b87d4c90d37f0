"""Every intent, entity, slot, action and response that Python mentions; a test holds them against the domain, both ways."""

import json
from enum import StrEnum

from alongside.core import asking
from alongside.services import directory


class Intent(StrEnum):
    FIND_VISITING_TIMES = "find_visiting_times"
    FIND_SUPPORT_GROUP = "find_support_group"
    FIND_CARER_WORKER = "find_carer_worker"
    FIND_WARD_PHONE = "find_ward_phone"
    TALK_TO_PERSON = "talk_to_person"
    GIVE_SERVICE = "give_service"
    SOMETHING_ELSE = "something_else"
    HANDOVER_CHOICE = "handover_choice"


class Entity(StrEnum):
    SERVICE = "service"
    NATION = "nation"
    FEELING = "feeling"
    WEEKDAY = "weekday"
    PLACE = "place"
    ONLINE = "online"
    HANDOVER = "handover"


class Slot(StrEnum):
    NATION = "nation"
    NATION_ASKED = "nation_asked"
    NATION_WANTED_BY = "nation_wanted_by"
    SERVICE = "service"
    WEEKDAY = "weekday"
    PLACE = "place"
    ONLINE = "online"
    MISSES = "misses"
    PENDING_LOOKUP = "pending_lookup"
    LAST_ANSWER = "last_answer"
    HANDOVER_SERVICE = "handover_service"
    HANDOVER_ABOUT = "handover_about"
    HANDOVER_REACH = "handover_reach"
    HANDOVER_ADDRESS = "handover_address"
    HANDOVER_GOOD_TIME = "handover_good_time"
    HANDOVER_NAME = "handover_name"
    HANDOVER_NEEDS = "handover_needs"
    HANDOVER_COPY = "handover_copy"
    HANDOVER_CHANGE = "handover_change"
    HANDOVER_SEND = "handover_send"
    HANDOVER_AGAIN = "handover_again"
    HANDOVER_DETAILS = asking.DETAILS


class ActionName(StrEnum):
    ACKNOWLEDGE = "action_acknowledge"
    AFTER_ANSWER = "action_after_answer"
    ASK_BACK = "action_ask_back"
    SOMETHING_ELSE = "action_something_else"
    SAY_AGAIN = "action_say_again"
    SET_NATION = "action_set_nation"
    TALK_TO_PERSON = "action_talk_to_person"
    VISITING_TIMES = "action_visiting_times"
    SUPPORT_GROUPS = "action_support_groups"
    CARER_WORKER = "action_carer_worker"
    WARD_PHONE = "action_ward_phone"
    GIVE_SERVICE = "action_give_service"
    VALIDATE_HANDOVER_FORM = "validate_handover_form"
    ASK_HANDOVER_SERVICE = "action_ask_handover_service"
    ASK_HANDOVER_ABOUT = "action_ask_handover_about"
    ASK_HANDOVER_REACH = "action_ask_handover_reach"
    ASK_HANDOVER_ADDRESS = "action_ask_handover_address"
    ASK_HANDOVER_GOOD_TIME = "action_ask_handover_good_time"
    ASK_HANDOVER_NAME = "action_ask_handover_name"
    ASK_HANDOVER_NEEDS = "action_ask_handover_needs"
    ASK_HANDOVER_COPY = "action_ask_handover_copy"
    ASK_HANDOVER_CHANGE = "action_ask_handover_change"
    ASK_HANDOVER_SEND = "action_ask_handover_send"
    HANDOVER_END = "action_handover_end"


class Response(StrEnum):
    ASK_BACK = "utter_ask_back"
    ASK_BACK_OPEN = "utter_ask_back_open"
    OFFER_PERSON = "utter_offer_person"
    SOMETHING_ELSE = "utter_something_else"
    OTHER_NEEDS = "utter_other_needs"
    ASK_NATION = "utter_ask_nation"
    NATION_SET = "utter_nation_set"
    NATION_UNKNOWN = "utter_nation_unknown"
    NOTHING_TO_REPEAT = "utter_nothing_to_repeat"
    WHICH_SERVICE = "utter_which_service"
    SEVERAL_SERVICES = "utter_several_services"
    SERVICE_UNKNOWN = "utter_service_unknown"
    SERVICE_NOTED = "utter_service_noted"
    VISITING_TIMES = "utter_visiting_times"
    VISITING_TIMES_NONE = "utter_visiting_times_none"
    SUPPORT_GROUPS = "utter_support_groups"
    SUPPORT_GROUPS_OTHER_DAYS = "utter_support_groups_other_days"
    SUPPORT_GROUP = "utter_support_group"
    SUPPORT_GROUPS_NONE = "utter_support_groups_none"
    CARER_WORKER = "utter_carer_worker"
    CARER_WORKER_NONE = directory.UTTER_CARER_WORKER_NONE
    WARD_PHONE = "utter_ward_phone"
    WARD_PHONE_EXPIRED = "utter_ward_phone_expired"
    FACT_EXPIRED = "utter_fact_expired"
    SAMPLE_DIRECTORY = "utter_sample_directory"
    TALK_TO_PERSON = directory.UTTER_TALK_TO_PERSON
    TALK_TO_DUTY = directory.UTTER_TALK_TO_DUTY
    TALK_TO_NOBODY_HELD = directory.UTTER_TALK_TO_NOBODY_HELD
    LOOKUP_FAILED = "utter_lookup_failed"
    HANDOVER_BEGIN = "utter_handover_begin"
    ASK_HANDOVER_SERVICE = "utter_ask_handover_service"
    ASK_HANDOVER_ABOUT = "utter_ask_handover_about"
    ASK_HANDOVER_REACH = "utter_ask_handover_reach"
    ASK_HANDOVER_ADDRESS = "utter_ask_handover_address"
    ASK_HANDOVER_GOOD_TIME = "utter_ask_handover_good_time"
    ASK_HANDOVER_NAME = "utter_ask_handover_name"
    ASK_HANDOVER_NEEDS = "utter_ask_handover_needs"
    ASK_HANDOVER_COPY = "utter_ask_handover_copy"
    ASK_HANDOVER_CHANGE = "utter_ask_handover_change"
    ASK_HANDOVER_SEND = "utter_ask_handover_send"
    HANDOVER_SEND_AGAIN = "utter_handover_send_again"
    HANDOVER_UNCLEAR = "utter_handover_unclear"
    HANDOVER_CHECK_ADDRESS = "utter_handover_check_address"
    HANDOVER_LEFT_OUT = "utter_handover_left_out"
    HANDOVER_SENT = asking.UTTER_SENT
    HANDOVER_STOPPED = "utter_handover_stopped"
    ACKNOWLEDGE_WORRIED = "utter_acknowledge_worried"
    ACKNOWLEDGE_SCARED = "utter_acknowledge_scared"
    ACKNOWLEDGE_GUILTY = "utter_acknowledge_guilty"
    ACKNOWLEDGE_ANGRY = "utter_acknowledge_angry"
    ACKNOWLEDGE_ASHAMED = "utter_acknowledge_ashamed"
    ACKNOWLEDGE_SAD = "utter_acknowledge_sad"
    ACKNOWLEDGE_TIRED = "utter_acknowledge_tired"
    ACKNOWLEDGE_ALONE = "utter_acknowledge_alone"
    ACKNOWLEDGE_RELIEVED = "utter_acknowledge_relieved"


ACKNOWLEDGEMENTS = {
    "worried": Response.ACKNOWLEDGE_WORRIED,
    "scared": Response.ACKNOWLEDGE_SCARED,
    "guilty": Response.ACKNOWLEDGE_GUILTY,
    "angry": Response.ACKNOWLEDGE_ANGRY,
    "ashamed": Response.ACKNOWLEDGE_ASHAMED,
    "sad": Response.ACKNOWLEDGE_SAD,
    "tired": Response.ACKNOWLEDGE_TIRED,
    "alone": Response.ACKNOWLEDGE_ALONE,
    "relieved": Response.ACKNOWLEDGE_RELIEVED,
}
"""The value of the entity ``feeling`` and the line that acknowledges it."""

LOOKUP_RESPONSES = {
    Intent.FIND_VISITING_TIMES: Response.VISITING_TIMES,
    Intent.FIND_SUPPORT_GROUP: Response.SUPPORT_GROUPS,
    Intent.FIND_CARER_WORKER: Response.CARER_WORKER,
    Intent.FIND_WARD_PHONE: Response.WARD_PHONE,
    Intent.TALK_TO_PERSON: Response.TALK_TO_PERSON,
}
"""The response whose title stands on the button of an intent that is no answer."""


def question(step: asking.Step) -> Response:
    """Name the response that asks a question of the form; Rasa fixes this form for what asks for a slot."""
    return Response(f"utter_ask_{step.slot}")


def choice_payload(step: asking.Step, value: str) -> str:
    """Give the payload of a button that answers a question of the form."""
    return f"/{Intent.HANDOVER_CHOICE}{json.dumps({str(Entity.HANDOVER): f'{step.value}:{value}'})}"


def answer_response(label: str) -> str:
    """Name the response of an answer, ``topic/name``; Rasa fixes this form for retrieval intents."""
    return f"utter_ask_{label}"


def answer_payload(label: str) -> str:
    """Give the payload of a button that asks for an answer."""
    return f"/ask_{label}"
