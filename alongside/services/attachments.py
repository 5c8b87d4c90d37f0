"""What a carer is told about a voice note, a photo or anything else that came with their message and cannot be read here.

Rule kept: nothing comes between a carer and a safety reply; while a worker reads along it is the service's word, not the bot's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from alongside.core.conversations import Attached, Author, Draft, Message


def cannot_open(message: Message, said: Sequence[Draft], say: Callable[[str], Draft], *, by_worker: bool) -> list[Draft]:
    """Return what is said of it before the rest of a turn. ``by_worker`` says that a worker answers, and the bot is silent."""
    if message.attached is None or any(draft.safety for draft in said):
        return []
    if not by_worker:
        return [say(f"utter_cannot_open_{message.attached.value}")]
    if message.attached is Attached.FORWARDED:
        return []  # it is text, and the worker reads it
    return [replace(say("utter_not_passed_on"), author=Author.SYSTEM)]
