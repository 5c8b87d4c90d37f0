"""The editor of answers, safety replies and facts: what is typed is saved as a draft, and nothing of it is said to a carer.

Rules kept: what was typed is never lost, whoever else writes; what is not right yet is told beside its field, and saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from alongside.core.accounts import Account
from alongside.core.answers import MAX_WORDS, MIN_EXAMPLES, NATIONS, Answer
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.facts import Fact
from alongside.core.library import SAFETY, Entry, Library, key_of, kind_of
from alongside.services.drafts import Edited, Unsettled
from alongside.services.reading import MAX_GRADE
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.answers import fields, sheet
from api.answers.preview import preview
from api.answers.topics import NATIONS as NATION_NAMES
from api.answers.topics import TOPICS, say_topic, titles
from api.channels.web import Parts
from api.forms import Form
from api.pages import templates, worker_page

router = APIRouter(prefix="/answers", include_in_schema=False, dependencies=[Depends(current_account)])

CHANGES = "/answers/changes"

_DONE = {
    "saved": "Saved as a draft. Carers see it once it is published.",
    "discarded": "The draft is gone. This is what carers are told now.",
    "removed": "This answer will be taken out when the changes are published. Until then carers still get it.",
}

_TAKEN_OUT = "Somebody marked this answer to be taken out while you were writing. Your words are still on your page."


@dataclass(frozen=True)
class _Known:
    """What the page shows an entry against: what is live, what it would be with every draft, and the titles in both."""

    live: Library
    written: Library
    titles: Mapping[str, str]


async def _known(parts: Container) -> _Known:
    written = await parts.studio.drafts.written()
    return _Known(await parts.studio.drafts.library(), written, titles(written))


@router.get("/new", name="editor.new")
async def show_new(request: Request, topic: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Return the form that begins a new answer."""
    return _new(request, {"topic": topic})


@router.post("/new", name="editor.begin")
async def begin(request: Request, parts: Parts, account: Current, form: Form) -> Response:
    """Begin a new answer, and go on to its editor."""
    try:
        key = await parts.studio.drafts.begin(
            account, topic=form.get("topic", ""), title=form.get("title", ""), sentences=form.get("sentences", "").splitlines()
        )
    except InvalidInput as error:
        return _new(request, form, error=error)
    return _go(f"/answers/edit/{key}")


def _new(request: Request, typed: Mapping[str, str], *, error: InvalidInput | None = None) -> Response:
    topics = sorted(TOPICS.items(), key=lambda topic: topic[1].casefold())
    field = "topic" if typed.get("topic") not in TOPICS else "title"
    return worker_page(
        request,
        "answers/new.html",
        {"topics": topics, "typed": typed, "error": str(error) if error else "", "field": field},
        status_code=error.status if error else 200,
    )


@router.get("/edit/{topic}/{name}", name="editor.show")
async def show(
    request: Request, parts: Parts, account: Current, topic: str, name: str, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Return the editor of one entry."""
    edited = await parts.studio.drafts.get(f"{topic}/{name}")
    parts.studio.meanings.prepare()
    return await _page(request, parts, account, edited, done=_DONE.get(done, ""))


@router.post("/edit/{topic}/{name}", name="editor.save")
async def save(request: Request, parts: Parts, account: Current, topic: str, name: str, form: Form) -> Response:
    """Save what is in the form as a draft. A page that saves by itself is answered with what else has changed."""
    key = f"{topic}/{name}"
    edited = await parts.studio.drafts.get(key)
    known = await _known(parts)
    mine = _read(form, edited, known, parts)
    revision = int(form["revision"]) if form.get("revision", "").isdigit() else edited.revision
    try:
        saved = await parts.studio.drafts.save(account, key, mine, revision=revision)
    except Unsettled as error:
        return await _unsettled(request, parts, account, known, edited, mine, error)
    if not _is_script(request):
        return _go(f"/answers/edit/{key}?done=saved")
    return await _saved(request, parts, account, known, mine, saved)


async def _saved(request: Request, parts: Container, account: Account, known: _Known, mine: Entry, saved: Edited) -> Response:
    if saved.now is None:
        return JSONResponse({"error": _TAKEN_OUT, "is_taken_out": True, "revision": saved.revision}, status_code=409)
    changed = sheet.changed_parts(fields.tidied(mine), saved.now)
    by = saved.draft.by.name if saved.draft else ""
    others = await parts.studio.drafts.others(account, saved.key)
    said = (
        f"{' and '.join(others) or by} changed {sheet.say_parts(changed)}. Both your words and theirs are kept."
        if changed
        else ""
    )
    return JSONResponse(
        {
            "revision": saved.revision,
            "saved": _say_saved(saved),
            "changed": changed,
            "labels": {part: sheet.say_part(part) for part in changed},
            "by": by,
            "said": said,
            "others": _say_others(others),
            "form": _fields_html(request, parts, saved.now, known) if changed else "",
        }
    )


async def _unsettled(
    request: Request, parts: Container, account: Account, known: _Known, edited: Edited, mine: Entry, error: Unsettled
) -> Response:
    """Answer a save that touched what somebody else had changed: both sides, part by part, and nothing saved."""
    theirs = error.draft.content
    differences = [sheet.difference(conflict, known.titles) for conflict in error.conflicts]
    if not _is_script(request):
        # The form keeps mine with all of theirs that is about other words; saving it again settles it.
        now = Edited(edited.key, edited.live, error.draft)
        return await _page(request, parts, account, now, entry=error.merged or mine, error=error, differences=differences)
    merged = error.merged or mine
    conflicting = {part for each in differences for part in each.parts}
    changed = [part for part in sheet.changed_parts(fields.tidied(mine), merged) if part not in conflicting]
    return JSONResponse(
        {
            "error": _TAKEN_OUT if theirs is None else str(error),
            "by": error.draft.by.name,
            "revision": error.draft.revision,
            "conflicts": [
                {"parts": each.parts, "label": each.label, "mine": each.mine, "theirs": each.theirs} for each in differences
            ],
            "changed": changed,
            "labels": {part: sheet.say_part(part) for part in changed},
            "form": _fields_html(request, parts, merged, known),
            "theirs": _fields_html(request, parts, theirs, known) if theirs else "",
            "is_taken_out": theirs is None,
        },
        status_code=error.status,
    )


@router.get("/edit/{topic}/{name}/state", name="editor.state")
async def state(parts: Parts, account: Current, topic: str, name: str) -> Response:
    """Say which revision stands and who else writes, for a page that stays open."""
    edited = await parts.studio.drafts.get(f"{topic}/{name}")
    others = await parts.studio.drafts.others(account, edited.key)
    return JSONResponse({"revision": edited.revision, "others": _say_others(others)})


@router.post("/edit/{topic}/{name}/preview", name="editor.preview")
async def show_preview(request: Request, parts: Parts, topic: str, name: str, form: Form) -> Response:
    """Return what the form holds as a carer would see it, how it reads, and what must be mended before it can be published."""
    edited = await parts.studio.drafts.get(f"{topic}/{name}")
    known = await _known(parts)
    entry = _read(form, edited, known, parts)
    return templates.TemplateResponse(
        request,
        "answers/looked.html",
        _context(parts, entry, known, shown=form.get("shown", "")),
        headers={"Cache-Control": "no-store"},
    )


@router.post("/edit/{topic}/{name}/hints", name="editor.hints")
async def show_hints(request: Request, parts: Parts, topic: str, name: str, form: Form) -> Response:
    """Return hints on the ways to ask that the form holds."""
    sentences = [line.strip() for line in form.get("examples", "").splitlines() if line.strip()]
    hinted = await parts.studio.meanings.hints(f"{topic}/{name}", sentences)
    written = await parts.studio.drafts.written()
    return templates.TemplateResponse(
        request,
        "answers/hints.html",
        {
            "hints": [
                (sentences[hint.place] if hint.place is not None else "", sheet.say_hint(hint, written)) for hint in hinted.hints
            ],
            "count": len(sentences),
            "hinted": hinted,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post("/edit/{topic}/{name}/discard", name="editor.discard")
async def discard(parts: Parts, account: Current, topic: str, name: str) -> Response:
    """Throw the draft away."""
    key = f"{topic}/{name}"
    edited = await parts.studio.drafts.get(key)
    await parts.studio.drafts.discard(account, key)
    return _go(f"/answers/edit/{key}?done=discarded" if edited.live else "/answers")


@router.post("/edit/{topic}/{name}/remove", name="editor.remove")
async def remove(request: Request, parts: Parts, account: Current, topic: str, name: str, form: Form) -> Response:
    """Make a draft that takes the entry out."""
    key = f"{topic}/{name}"
    edited = await parts.studio.drafts.get(key)
    if kind_of(key) == SAFETY:
        raise InvalidInput(
            "A safety reply cannot be taken out: no danger may be left without an answer. Change its words instead."
        )
    await parts.studio.drafts.save(account, key, None, revision=edited.revision)
    return _go(f"/answers/edit/{key}?done=removed")


def _read(form: Mapping[str, str], edited: Edited, known: _Known, parts: Container) -> Entry:
    was = _shown(edited)
    return fields.read_entry(form, was, keys={title: key for key, title in known.titles.items()}, today=parts.clock.today())


def _shown(edited: Edited) -> Entry:
    """Return the entry that the editor shows: for one that is to be taken out, what it was."""
    shown = edited.now or edited.live or (edited.draft.base if edited.draft else None)
    if shown is None:
        raise NotFound("This answer was never published, and is taken out. Go back to the library.")
    return shown


async def _page(
    request: Request,
    parts: Container,
    account: Account,
    edited: Edited,
    *,
    entry: Entry | None = None,
    done: str = "",
    error: Unsettled | None = None,
    differences: list[sheet.Difference] | None = None,
) -> Response:
    known = await _known(parts)
    entry = entry or _shown(edited)
    return worker_page(
        request,
        "answers/editor.html",
        {
            **_context(parts, entry, known),
            "edited": edited,
            "is_taken_out": edited.draft is not None and edited.draft.content is None,
            "saved": _say_saved(edited),
            "others": _say_others(await parts.studio.drafts.others(account, edited.key)),
            "done": done,
            "error": str(error) if error else "",
            "differences": differences or [],
            "typed": "",
            "tried": None,
            "uses": sheet.uses(entry, known.written) if isinstance(entry, Fact) else [],
        },
        status_code=error.status if error else 200,
        script_src="'self'",
    )


def _context(parts: Container, entry: Entry, known: _Known, *, shown: str = "") -> dict[str, Any]:
    today = parts.clock.today()
    context: dict[str, Any] = {
        **_form_context(entry, known),
        "where": say_topic(key_of(entry)),
        "problems": sheet.problems(entry, live=known.live, written=known.written, today=today),
        "today": today.isoformat(),
        "all_parts": sheet.all_parts(entry),
    }
    if isinstance(entry, Answer):
        nation = shown if shown in NATIONS else None
        words = parts.studio.live.words_with(known.written)
        context |= {
            "measures": {each.slug: sheet.measure(each.text, known.written.facts) for each in context["wordings"]},
            "shown": fields.nation_slug(nation),
            "preview": preview(entry, nation, words=words, titles=known.titles, now=parts.clock.now(), today=today),
        }
    return context


def _form_context(entry: Entry, known: _Known) -> dict[str, Any]:
    facts = sorted(known.written.facts.values(), key=lambda fact: fact.title.casefold())
    if isinstance(entry, Fact):
        kinds = {**sheet.KINDS, **({} if entry.kind in sheet.KINDS else {entry.kind: entry.kind})}
        return {"entry": entry, "kind": "fact", "kinds": kinds}
    return {
        "entry": entry,
        "kind": kind_of(entry.key),
        "wordings": sheet.wordings(entry),
        "titles": sorted(title for key, title in known.titles.items() if key != entry.key),
        "follow_ups": [known.titles.get(key, key) for key in entry.follow_ups]
        + [""] * (fields.FOLLOW_UPS - len(entry.follow_ups)),
        "nations": NATION_NAMES,
        "facts": facts,
        "limits": {"words": MAX_WORDS, "grade": f"{MAX_GRADE:g}", "examples": MIN_EXAMPLES, "sources": fields.MOST_SOURCES},
    }


def _fields_html(request: Request, parts: Container, entry: Entry, known: _Known) -> str:
    return templates.get_template("answers/fields.html").render(
        request=request, **_form_context(entry, known), problems={}, today=parts.clock.today().isoformat()
    )


def _say_saved(edited: Edited) -> str:
    if edited.draft is None:
        return "No changes: this is what carers are told now"
    return f"Saved at {sheet.clock(edited.draft.changed_at)}"


def _say_others(names: list[str]) -> str:
    if not names:
        return ""
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} editing this too. What both of you write is kept."


def _is_script(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "")


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
