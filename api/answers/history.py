"""History: every version of an entry with who wrote and approved it, and the way from a message back to its words."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from alongside.core.answers import Answer
from alongside.core.directory import LONDON, say_date, say_time
from alongside.core.errors import AlongsideError
from alongside.core.permissions import may_use
from alongside.services.history import Version
from api.accounts.access import Current, current_account
from api.answers import release_words as words
from api.answers.differences import Part, differences
from api.answers.topics import say_topic, titles
from api.channels.web import Parts
from api.pages import worker_page

router = APIRouter(prefix="/answers", include_in_schema=False, dependencies=[Depends(current_account)])


@dataclass(frozen=True)
class Past:
    """One version of an entry, with what it changed of the one before."""

    number: int
    what: str
    since: str
    facts: Sequence[tuple[str, str]]
    reason: str
    parts: Sequence[Part]


@router.get("/history/{key:path}", name="history.show")
async def show_history(request: Request, parts: Parts, account: Current, key: str) -> Response:
    """Return the versions of an entry that carers were told, the newest first."""
    versions = await parts.studio.history.of(key)
    live = await parts.studio.publishing.library()
    names = {each.id: each.name for each in await parts.accounts.list_all()}
    past = await asyncio.to_thread(_past, versions, titles(live), names)
    newest = next(version.entry for version in versions if version.entry is not None)
    context = {
        "key": key,
        "title": newest.title or key,
        "where": say_topic(key),
        "is_live": live.get(key) is not None,
        "past": past,
        "may_change": may_use(account, "changes.ask"),
    }
    return worker_page(request, "answers/history.html", context)


@router.get("/seen", name="history.seen")
async def show_seen(
    request: Request, parts: Parts, account: Current, message: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Return the words that a carer saw, from a message's number: nothing of the carer's, and no way to the conversation."""
    message, seen, error, status = message.strip(), None, "", 200
    try:
        seen = await parts.studio.history.seen(message) if message else None
    except AlongsideError as problem:
        error, status = str(problem), problem.status
    version = seen.version if seen else None
    entry = version.entry if version else None
    context = {
        "message": message,
        "seen": seen,
        "at": say_moment(seen.at) if seen else "",
        "where": say_topic(seen.key) if seen and seen.key else "",
        "title": entry.title if entry else seen.key if seen else "",
        "version": version,
        "approver": _approver(version) if version else "",
        "since": say_moment(version.life.live_at or version.life.made_at) if version else "",
        "may_change": may_use(account, "changes.ask"),
        "error": error,
        "field": "message",
    }
    return worker_page(request, "answers/seen.html", context, status_code=status)


def say_moment(at: datetime) -> str:
    """Say a moment whole: ``Tuesday 24 November 2026 at 10am``."""
    local = at.astimezone(LONDON)
    return f"{say_date(local.date())} {local.year} at {say_time(local.time())}"


def _past(versions: Sequence[Version], named: Mapping[str, str], names: Mapping[str, str]) -> list[Past]:
    before = [version.entry for version in versions[1:]] + [None]
    return [
        Past(
            number=version.life.number,
            what="Taken out" if version.entry is None else "New" if was is None else "Changed",
            since=say_moment(version.life.live_at or version.life.made_at),
            facts=_facts(version, names),
            reason=version.life.reason,
            parts=differences(was, version.entry, named),
        )
        for version, was in zip(versions, before, strict=True)
    ]


def _facts(version: Version, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return whose words a version is, and who approved it. Whose account is gone is named as they were when they asked."""
    life, approved = version.life, ("Approved by", _approver(version))
    if not life.by:
        return [("Comes", words.ORIGINS[life.origin]), approved]
    authors = sorted({life.by.name, *(names[author] for author in life.authors if author in names)})
    return [("Written or asked for by", ", ".join(authors)), approved]


def _approver(version: Version) -> str:
    """Return who stands for the words: who approved the release, else whom the files name."""
    if version.life.approver:
        return version.life.approver.name
    return (version.entry.approver if isinstance(version.entry, Answer) else "") or "nobody is named"
