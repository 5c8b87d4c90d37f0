"""What a carer is told about a voice note, a photo or anything else that came with their message and cannot be read here.

Rule kept: nothing comes between a carer and a safety reply; while a worker reads along it is the service's word, not the bot's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.conversations import Attached, Author, Draft, Message
from alongside.core.files import FileRef
from alongside.core.handover import may_bot_speak
from alongside.services.requests import Requests
from alongside.store import files as store
from alongside.store import versions


async def keep_file(session: AsyncSession, requests: Requests, message: Message, file: FileRef | None) -> None:
    """Keep where a file of a message is, if a worker has the case: nobody else could open it."""
    if file is None:
        return
    case = await requests.current(session, message.conversation)
    if case and not may_bot_speak(case.case) and await store.add(session, message.id, file) > 1:
        await versions.touch(session, message)  # of an album: pages that are open show the message already


async def cannot_open(
    session: AsyncSession, message: Message, said: Sequence[Draft], say: Callable[[str], Draft], *, by_worker: bool
) -> list[Draft]:
    """Return what is said of it before the rest of a turn. ``by_worker`` says that a worker answers, and the bot is silent."""
    if message.attached is None or any(draft.safety for draft in said):
        return []
    if not by_worker:
        return [say(f"utter_cannot_open_{message.attached.value}")]
    if message.attached is Attached.FORWARDED:
        return []  # it is text, and the worker reads it
    is_passed_on = await store.has_any(session, message.id)
    return [replace(say("utter_passed_on" if is_passed_on else "utter_not_passed_on"), author=Author.SYSTEM)]
