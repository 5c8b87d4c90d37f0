"""The place above the reply box from which a worker puts a saved reply or an approved answer into it.

Rule kept: a text goes into the box and nowhere else; what could not be filled in is said, so that it is changed before sending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alongside.core.accounts import Account
from alongside.core.answer_search import MOST_FOUND
from alongside.services.replies import Offered
from alongside.wiring import Container

REPLIES = "replies"
ANSWERS = "answers"


@dataclass(frozen=True)
class Picker:
    """What the place shows: nothing, or the texts of one ``kind`` that were found; or, once one is picked, it for the box."""

    kind: str = ""
    wanted: str = ""
    offered: Sequence[Offered] = ()
    picked: str = ""
    said: str = ""

    @property
    def count(self) -> str:
        """Say how many were found."""
        if not self.offered:
            return "Nothing found"
        if self.kind == ANSWERS and len(self.offered) == MOST_FOUND:
            return f"The first {MOST_FOUND}"
        return f"{len(self.offered)} found"


async def pick(parts: Container, account: Account, case_id: str, form: Mapping[str, str]) -> Picker:
    """Return the place as a press of one of its buttons leaves it.

    ``pick`` names the text that was chosen, as kind and id; ``show`` the kind to look through; ``wanted`` the words to look for.
    """
    kind, _, chosen = form.get("pick", "").partition(":")
    if chosen and kind == REPLIES:
        return _picked(await parts.replies.fill(account, case_id, chosen))
    if chosen and kind == ANSWERS:
        return _picked(await parts.replies.answer(account, case_id, chosen))
    kind, wanted = form.get("show", ""), form.get("wanted", "")
    if kind == REPLIES:
        return Picker(kind, wanted, await parts.replies.offer(account, case_id, wanted))
    if kind == ANSWERS:
        return Picker(kind, wanted, await parts.replies.offer_answers(account, case_id, wanted))
    return Picker()


def _picked(offered: Offered) -> Picker:
    said = f"“{offered.title}” is in the box, and not sent yet."
    if offered.unknown:
        said += f" Change it first: {', '.join(offered.unknown)}."
    return Picker(picked=offered.text, said=said)
