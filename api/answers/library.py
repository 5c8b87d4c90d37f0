"""The library: every answer, safety reply and fact, with what is being done to it and how it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from alongside.core.accounts import Account
from alongside.core.answers import TOPICS as ORDER
from alongside.core.answers import Answer, fill_facts
from alongside.core.errors import AlongsideError, InvalidInput
from alongside.core.library import Library
from alongside.core.permissions import may_use
from alongside.core.safety import find_danger
from alongside.services.shelves import Review, Shelved, Shelves, Status
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.answers.topics import NATIONS, TOPICS, say_label, say_topic
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(prefix="/answers", include_in_schema=False, dependencies=[Depends(current_account)])

PAGE = 50
"""Entries on one page."""

MOST_ASKED = 500
"""Characters of a question that is tried out."""

KINDS = {"answer": "Answers", "safety": "Safety replies", "fact": "Phone numbers and amounts"}
"""What the library holds, as its tabs call it."""

STATUSES = {
    Status.LIVE: "Live",
    Status.DRAFT: "Draft of a change",
    Status.NEW: "New, not live yet",
    Status.GOING: "To be taken out",
}


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of the library."""

    show: str = "answer"
    words: str = ""
    topic: str = ""
    status: str = ""
    is_overdue: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.topic or self.status or self.is_overdue)

    def address(self, **other: object) -> str:
        """Return the address of the same look with something else in it."""
        now = {
            "show": self.show,
            "q": self.words,
            "topic": self.topic,
            "status": self.status,
            "overdue": "yes" if self.is_overdue else "",
            **other,
        }
        asked = {name: value for name, value in now.items() if value and (name, value) not in (("show", "answer"), ("page", 1))}
        return f"/answers?{urlencode(asked)}" if asked else "/answers"

    def fits(self, each: Shelved) -> bool:
        return (
            each.kind == self.show
            and (not self.topic or each.topic == self.topic)
            and (not self.status or each.status == self.status)
            and (not self.is_overdue or each.review is Review.OVERDUE)
        )


@dataclass(frozen=True)
class Tried:
    """What a question reaches: in plain words, how sure, what came second, and the text a carer gets."""

    question: str
    reached: str
    key: str | None
    sure: int | None
    second: str
    second_sure: int
    text: str


@router.get("", name="library.list")
async def show_library(
    request: Request,
    parts: Parts,
    account: Current,
    show: Annotated[str, Query(max_length=10)] = "answer",
    q: Annotated[str, Query(max_length=200)] = "",
    topic: Annotated[str, Query(max_length=60)] = "",
    status: Annotated[str, Query(max_length=10)] = "",
    overdue: Annotated[str, Query(max_length=5)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Return one page of the library."""
    wanted = Wanted(
        show=show if show in KINDS else "answer",
        words=" ".join(q.split()),
        topic=topic if topic in TOPICS else "",
        status=status if status in {each.value for each in Status} else "",
        is_overdue=bool(overdue),
        page=page,
    )
    return await _page(request, parts, account, await parts.studio.librarian.look(), wanted)


@router.post("", name="library.ask")
async def ask(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Say which answer a question would reach. It is posted, so that no words of a carer stand in an address."""
    question = " ".join(form.get("question", "").split())
    tried, error, status = None, "", 200
    shelves = await parts.studio.librarian.look()
    try:
        tried = await _try(parts, question, shelves.library)
    except AlongsideError as problem:
        error, status = str(problem), problem.status
    return await _page(
        request, parts, account, shelves, Wanted(), tried=tried, question=question, error=error, status_code=status
    )


async def _try(parts: Container, question: str, library: Library) -> Tried:
    if not question:
        raise InvalidInput("Write a question first, as a carer would ask it.")
    if len(question) > MOST_ASKED:
        raise InvalidInput(f"That is longer than {MOST_ASKED} characters. Try one question at a time.")
    if danger := find_danger(question):
        key = f"safety/{danger.value}"
        return Tried(question, f"the safety reply {say_label(key, library)}", key, None, "", 0, _text(parts, library, key))
    [reached] = await parts.assistant.ask([question])
    second = reached.second
    return Tried(
        question=question,
        reached=say_label(reached.label, library),
        key=reached.label if reached.label in library.answers else None,
        sure=_percent(reached.confidence),
        second=say_label(second[0], library) if second else "",
        second_sure=_percent(second[1]) if second else 0,
        text=_text(parts, library, reached.label),
    )


def _text(parts: Container, library: Library, key: str) -> str:
    """Return what a carer gets whose nation has no words of its own."""
    entry = library.get(key)
    if not isinstance(entry, Answer):
        return ""
    today = parts.clock.today()
    return fill_facts(entry.variants[-1].text, {name: fact.words(today) for name, fact in library.facts.items()})


def _percent(share: float) -> int:
    return round(100 * share)


async def _page(
    request: Request,
    parts: Container,
    account: Account,
    shelves: Shelves,
    wanted: Wanted,
    *,
    tried: Tried | None = None,
    question: str = "",
    error: str = "",
    status_code: int = 200,
) -> Response:
    found = await parts.studio.librarian.find(shelves, wanted.words) if wanted.words else sorted(shelves.entries, key=_place)
    fitting = [each for each in found if wanted.fits(each)]
    start = (wanted.page - 1) * PAGE
    listed = fitting[start : start + PAGE]
    context = {
        "wanted": wanted,
        "tabs": [(kind, words, sum(each.kind == kind for each in found)) for kind, words in KINDS.items()],
        "topics": TOPICS,
        "statuses": STATUSES,
        "nations": NATIONS,
        "groups": _groups(listed, is_grouped=wanted.show == "answer" and not wanted.words),
        "count": len(fitting),
        "first": start + 1,
        "last": start + len(listed),
        "has_more": start + PAGE < len(fitting),
        "overdue": sum(each.kind == wanted.show and each.review is Review.OVERDUE for each in shelves.entries),
        "may_change": may_use(account, "changes.ask"),
        "release": shelves.release,
        "tried": tried,
        "question": question,
        "error": error,
        "field": "question",
    }
    return worker_page(request, "answers/library.html", context, status_code=status_code)


def _groups(listed: Sequence[Shelved], *, is_grouped: bool) -> list[tuple[str, list[Shelved]]]:
    """Return entries under the names of their topics; what a search found stays in its order, under none."""
    if not is_grouped:
        return [("", list(listed))] if listed else []
    return [(say_topic(topic), list(group)) for topic, group in groupby(listed, key=lambda each: each.topic)]


def _place(each: Shelved) -> tuple[int, str, str]:
    return (ORDER.index(each.topic) if each.topic in ORDER else len(ORDER), each.entry.title.casefold(), each.key)
