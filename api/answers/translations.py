"""The translations of one answer: the English beside each language's words, saved into the answer's draft.

Rules kept: a translation is stored with the English that was on the page when it was made; what was typed is never lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from alongside.core.accounts import Account
from alongside.core.answers import Answer, Translation, Variant, check_translation
from alongside.core.comparing import NATION_NAMES, Piece, compare_texts
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.languages import LANGUAGES, Language
from alongside.core.library import kind_of
from alongside.services.drafts import Edited, Unsettled
from alongside.wiring import Container
from api.accounts.access import Current, current_account
from api.channels.web import Parts
from api.forms import Form
from api.pages import worker_page

router = APIRouter(prefix="/answers/translations", include_in_schema=False, dependencies=[Depends(current_account)])

WELSH = "cy"
"""The language whose place is always on the page."""

_FIELDS = ("text", "title", "translator", "translated_on")

_DONE = {
    "saved": "Saved in the draft. Carers are offered it once the answer is published.",
    "removed": "Taken out of the draft. Once the answer is published, carers are not offered it any more.",
}


class Wrong(InvalidInput):
    """A field that cannot be saved as it is."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Refused:
    """What was sent and not saved, and why."""

    form: Mapping[str, str]
    error: AlongsideError

    @property
    def field(self) -> str:
        return self.error.field if isinstance(self.error, Wrong) else "text"


@dataclass(frozen=True)
class Slot:
    """A translation's place on the page: its language, and what stands in its fields. ``since`` is how the English changed."""

    language: Language
    id: str
    text: str = ""
    title: str = ""
    translator: str = ""
    translated_on: str = ""
    is_there: bool = False
    since: tuple[Piece, ...] = ()
    problems: tuple[str, ...] = ()
    error: str = ""
    field: str = ""


@dataclass(frozen=True)
class Wording:
    """One wording of the answer with the places of its translations."""

    nation: str
    name: str
    english: str
    slots: tuple[Slot, ...]


@router.get("/{key:path}", name="translations.show")
async def show(
    request: Request,
    parts: Parts,
    key: str,
    language: Annotated[str, Query(max_length=35)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Return the page; ``language`` has its empty place shown too."""
    edited = await parts.studio.drafts.get(key)
    return _page(request, parts, edited, wanted=language, done=_DONE.get(done, ""))


@router.post("/{key:path}", name="translations.save")
async def save(request: Request, parts: Parts, account: Current, key: str, form: Form) -> Response:
    """Save one translation into the answer's draft; one without a word is taken out."""
    edited = await parts.studio.drafts.get(key)
    _answer(edited)
    try:
        translation = _read(form, parts.clock.today())
        await _save(parts, account, edited, form, translation)
    except (Unsettled, Wrong) as error:
        edited = await parts.studio.drafts.get(key)
        return _page(request, parts, edited, wanted=form["language"], refused=Refused(form, error))
    done = "saved" if translation.text else "removed"
    place = f"{translation.language}-{translation.nation or 'default'}"
    language = quote(translation.language)
    return RedirectResponse(f"/answers/translations/{key}?language={language}&done={done}#{place}", status_code=303)


def _read(form: Mapping[str, str], today: date) -> Translation:
    """Return the translation that was typed. Raises Wrong."""
    if form.get("language") not in LANGUAGES:
        raise InvalidInput("This language is not in our list. Nothing was saved. Go back, and choose one.")
    text, translator = form.get("text", "").strip(), form.get("translator", "").strip()
    day = _day(form.get("translated_on", ""))
    if text and not translator:
        raise Wrong("translator", "The translator is missing. Write who made the translation: a name, or a service.")
    if text and (day is None or day > today):
        raise Wrong("translated_on", "The day is missing, or has not come yet. Write when the translation was made.")
    return Translation(
        language=form["language"],
        text=text,
        translator=translator,
        translated_on=day or today,
        of=form.get("of", ""),
        nation=form.get("nation") or None,
        title=form.get("title", "").strip(),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


async def _save(parts: Container, account: Account, edited: Edited, form: Mapping[str, str], translation: Translation) -> None:
    revision = int(form["revision"]) if form.get("revision", "").isdecimal() else edited.revision
    # Onto the answer as the page showed it: the draft then sees what others saved meanwhile.
    shown = await parts.studio.drafts.at(edited.key, revision)
    answer = shown if isinstance(shown, Answer) else _answer(edited)
    translations = {(each.language, each.nation): each for each in answer.translations}
    translations[translation.language, translation.nation] = translation
    kept = tuple(each for each in translations.values() if each.text)
    await parts.studio.drafts.save(account, edited.key, replace(answer, translations=kept), revision=revision)


def _answer(edited: Edited) -> Answer:
    """Return the answer as it is being written. Raises NotFound for what has no translations."""
    if kind_of(edited.key) != "answer" or not isinstance(edited.now, Answer):
        raise NotFound("Only answers have translations, and only while they are not taken out. Go back to the library.")
    return edited.now


def _page(
    request: Request, parts: Container, edited: Edited, *, wanted: str = "", done: str = "", refused: Refused | None = None
) -> Response:
    answer, today = _answer(edited), parts.clock.today()
    shown = {WELSH, wanted, *(translation.language for translation in answer.translations)}
    languages = [language for language in LANGUAGES.values() if language.code in shown]
    wordings = [
        Wording(
            variant.nation or "",
            NATION_NAMES.get(variant.nation, variant.nation or ""),
            variant.text,
            tuple(_slots(answer, variant, languages, today, refused)),
        )
        for variant in reversed(answer.variants)
    ]
    faulty = next((slot for wording in wordings for slot in wording.slots if slot.error), None)
    return worker_page(
        request,
        "answers/translations.html",
        {
            "answer": answer,
            "revision": refused.form.get("revision") if refused and isinstance(refused.error, Wrong) else edited.revision,
            "wordings": wordings,
            "others": [language for language in LANGUAGES.values() if language.code not in shown],
            "done": done,
            "error": faulty.error if faulty else "",
            "field": f"{faulty.field}-{faulty.id}" if faulty else "",
        },
        status_code=refused.error.status if refused else 200,
    )


def _slots(answer: Answer, variant: Variant, languages: list[Language], today: date, refused: Refused | None) -> Iterator[Slot]:
    there = {each.language: each for each in answer.translations if each.nation == variant.nation}
    for language in languages:
        slot = Slot(language, f"{language.code}-{variant.nation or 'default'}", translated_on=today.isoformat())
        if translation := there.get(language.code):
            slot = _filled(slot, translation, variant, today)
        if refused and (refused.form["language"], refused.form.get("nation", "")) == (language.code, variant.nation or ""):
            text, title, translator, day = (refused.form.get(name, "") for name in _FIELDS)
            slot = replace(slot, text=text, title=title, translator=translator, translated_on=day)
            slot = replace(slot, error=_say(refused.error, language, variant), field=refused.field)
        yield slot


def _say(error: AlongsideError, language: Language, variant: Variant) -> str:
    """Return why nothing was saved, with what somebody else wrote in the same place."""
    conflicts = error.conflicts if isinstance(error, Unsettled) else ()
    theirs = [
        each.theirs.text if each.theirs else "nothing: they took it out"
        for each in conflicts
        if (each.part, each.language, each.nation) == ("translation", language.code, variant.nation)
    ]
    return " ".join([str(error), *(f"They wrote: {text}" for text in theirs)])


def _filled(slot: Slot, translation: Translation, variant: Variant, today: date) -> Slot:
    return replace(
        slot,
        text=translation.text,
        title=translation.title,
        translator=translation.translator,
        translated_on=translation.translated_on.isoformat(),
        is_there=True,
        since=() if translation.of == variant.text else tuple(compare_texts(translation.of, variant.text)),
        problems=tuple(f"{found[0].upper()}{found[1:]}. {do}." for found, do in check_translation(translation, today=today)),
    )
