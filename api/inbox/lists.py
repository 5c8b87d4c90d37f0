"""The inbox's list and its search. Both work as plain pages; scripts only bring news of the list."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from alongside.core.accounts import Account
from alongside.services.lists import Around, Show
from alongside.store.case_lists import LISTED
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.inbox import rows
from api.pages import worker_page

router = APIRouter(prefix="/inbox", include_in_schema=False, dependencies=[Depends(current_account)])

_DONE = {
    "transfer": "The case is with your colleague now. The carer was told.",
    "release": "The case is back among those waiting. The carer was told.",
    "hand_back": "The carer is back with the bot, and was told.",
    "close": "The case is closed. The carer was told.",
}
"""What a list says above itself after something was done that takes its reader away from the case."""

_TABS = (
    (Show.SERVICES, "My services"),
    (Show.MINE, "Mine"),
    (Show.COVERING, "Covering"),
    (Show.CLOSED, "Closed"),
)


@router.get("", name="inbox.list")
async def show_list(
    request: Request,
    parts: Parts,
    account: Current,
    show: Show = Show.SERVICES,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    q: Annotated[str, Query(max_length=200)] = "",
    older_than: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Return the list: what this account can do something about, then the rest; with ``q``, what a search finds."""
    if q.strip():
        return await _search(request, parts, account, show, q, older_than)
    shown = await parts.lists.cases(account, show, page=page)
    context = {
        "groups": rows.group(shown.listed, account, show, parts.clock.now()),
        "found": None,
        "page": page,
        "has_more": shown.has_more,
        "most": LISTED,
        "done": _DONE.get(done, ""),
    }
    return _page(request, account, show, shown.around, context)


async def _search(request: Request, parts: Container, account: Account, show: Show, q: str, older_than: int) -> Response:
    found = await parts.lists.find(account, q, older_than=older_than)
    context = {"groups": rows.found(found.listed, account, parts.clock.now()), "found": found, "page": 1, "q": q}
    return _page(request, account, show, found.around, context)


def _page(request: Request, account: Account, show: Show, around: Around, context: Mapping[str, Any]) -> Response:
    covers = bool(account.covers - account.services)
    tabs = [
        (tab.value, words, around.to_answer.get(tab)) for tab, words in _TABS if covers or tab is not Show.COVERING or tab is show
    ]
    shared = {"account": account, "show": show.value, "tabs": tabs, "around": around}
    return worker_page(request, "inbox/list.html", {**shared, **context}, script_src="'self'")
