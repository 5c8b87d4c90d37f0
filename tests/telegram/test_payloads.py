"""One payload of every kind of update, as Telegram documents them (core.telegram.org/bots/api#update), and what is said to it.

All names, numbers and ids in ``tests/payloads`` are invented.
"""

import json

import pytest

from alongside.settings import ROOT
from tests.builders import words
from tests.telegram.conftest import Carer

FOLDER = ROOT / "tests" / "payloads"

FIRST = "utter_telegram_first"
ANSWER = "You said: "
SAFETY = "utter_safety_self"
LEAVES = "utter_telegram_private_only"

EXPECTED: dict[str, list[str]] = {
    "text": [ANSWER],
    "text_quoted": [ANSWER],
    "text_forwarded": ["utter_cannot_open_forwarded"],
    "text_with_entities": [ANSWER],
    "command_start": ["utter_greeting"],
    "command_start_ward": ["utter_greeting"],
    "command_person": ["I do not have a worker"],
    "command_help": ["utter_telegram_help"],
    "command_privacy": ["utter_telegram_privacy"],
    "command_stop": ["utter_telegram_stopped"],
    "command_delete": ["utter_telegram_delete_sure"],
    "command_web": ["utter_telegram_web"],
    "command_unknown": [ANSWER],
    "voice": ["utter_cannot_open_voice"],
    "audio": ["utter_cannot_open_voice"],
    "video": ["utter_cannot_open_video"],
    "video_note": ["utter_cannot_open_video"],
    "photo": ["utter_cannot_open_photo"],
    "photo_caption": ["utter_cannot_open_photo", ANSWER],
    "album_first": ["utter_cannot_open_photo"],
    "album_second": ["utter_cannot_open_photo"],
    "document": ["utter_cannot_open_document"],
    "animation": ["utter_cannot_open_sticker"],
    "sticker": ["utter_cannot_open_sticker"],
    "contact": ["utter_cannot_open_contact"],
    "location": ["utter_cannot_open_location"],
    "venue": ["utter_cannot_open_location"],
    "poll": ["utter_cannot_open_poll"],
    "dice": ["utter_cannot_open_sticker"],
    "edited": [],
    "edited_danger": [SAFETY],
    "button_old": [],
    "button_delete_old": [],
    "button_keep_old": [],
    "button_inaccessible": ["I do not have a worker"],
    "reaction_thumb_up": [],
    "reaction_thumb_down": [],
    "blocked": [],
    "unblocked": [],
    "group_joined": [LEAVES],
    "group_removed": [],
    "group_message": [LEAVES],
    "channel_post": [LEAVES],
    "migrated": [],
    "service_message": [],
    "inline_query": [],
    "business_message": [],
    "poll_state": [],
    "kind_of_tomorrow": [],
}
"""What is said to each, in a conversation that has begun: the name of approved words, or how an answer begins."""


def beginning(expected: str) -> str:
    text = words().find(expected, nation=None).text if expected.startswith("utter_") else expected
    return text.split("{")[0].split("'")[0].split("&")[0].split('"')[0][:60]


def test_every_payload_has_an_expectation_and_a_number_of_its_own() -> None:
    files = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.json")}
    assert set(files) == set(EXPECTED)
    assert len({payload["update_id"] for payload in files.values()}) == len(files)


@pytest.mark.parametrize("name", EXPECTED)
async def test_each_kind_of_update_gets_its_right_answer_once(robin: Carer, name: str) -> None:
    await robin.say("hello")
    payload = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    said = await robin.deliver(payload)
    assert len(said) >= len(EXPECTED[name])
    for text, expected in zip(said, EXPECTED[name], strict=False):
        assert text.startswith(beginning(expected)), text
    if not EXPECTED[name]:
        assert said == []
    assert await robin.deliver(payload, payload) == []
    presses = robin.server.asked("answerCallbackQuery")
    assert bool(presses) is name.startswith("button")


async def test_an_album_is_answered_once(robin: Carer) -> None:
    await robin.say("hello")
    album = [json.loads((FOLDER / f"album_{which}.json").read_text(encoding="utf-8")) for which in ("first", "second")]
    assert len(await robin.deliver(*album)) == 1
