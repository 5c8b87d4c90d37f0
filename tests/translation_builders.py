"""A library with translations, made up for the tests: nobody has approved them, and none is shipped."""

import uuid
from dataclasses import replace
from datetime import date

from alongside.core.answers import Answer, Source, Translation, Variant
from alongside.core.facts import Fact
from alongside.core.library import Library, as_json, library_of
from alongside.core.releases import Life, Origin, Stage
from alongside.services.ports import AssistantReply
from alongside.store import release_lives as lives
from alongside.store import releases
from alongside.wiring import Container
from tests.fakes import NOW, Asked, reply

HELPLINE = Fact("fact_carers_uk", "Carers UK helpline", "0808 808 7777", "uk", "carersuk.org", date(2026, 11, 21))

ENGLISH = """Ring the ward first. Some ask you to book days ahead.

Good things to ask:
- How many of us can come?
- How long can we stay?

If you have nobody to go with, ring Carers UK on {fact_carers_uk}."""

WELSH = """Ffoniwch y ward yn gyntaf.

Os nad oes neb gyda chi, ffoniwch Carers UK ar {fact_carers_uk}."""

ARABIC = """اتصل بالجناح أولاً. بعض الأجنحة تطلب الحجز قبل أيام.

أسئلة مفيدة:
- كم شخصاً منا يمكنه الحضور؟
- كم من الوقت يمكننا البقاء؟

Carers UK تساعدك إذا لم يكن معك أحد: اتصل على {fact_carers_uk}."""


def translation(language: str, text: str, *, of: str = ENGLISH, nation: str | None = None, title: str = "") -> Translation:
    return Translation(language, text, "A test", date(2026, 11, 22), of, nation, title)


HOW_TO_BOOK = Answer(
    topic="visiting",
    name="how_to_book",
    title="How do I book or arrange a visit?",
    owner="Content team",
    approver="Founders",
    review_on=date(2027, 11, 21),
    nations=("england", "scotland", "wales", "ni"),
    follow_ups=("visiting/first_visit", "visiting/photo_id"),
    variants=(
        Variant(
            "In Scotland, ring the ward.", (Source("A Scottish guide", date(2026, 11, 20), "https://example.org/s"),), "scotland"
        ),
        Variant(ENGLISH, (Source("A guide", date(2026, 11, 21), "https://example.org/guide"),)),
    ),
    translations=(translation("cy", WELSH), translation("ar", ARABIC, title="كيف أحجز زيارة؟")),
)
FIRST_VISIT = replace(
    HOW_TO_BOOK,
    name="first_visit",
    title="What will happen on my first visit?",
    variants=(Variant("Bring photo ID.", (Source("A guide", date(2026, 11, 21)),)),),
    translations=(translation("ar", "أحضر بطاقة هوية.", of="Bring photo ID.", title="ماذا سيحدث في زيارتي الأولى؟"),),
)
LIBRARY = library_of([HOW_TO_BOOK, FIRST_VISIT, HELPLINE])


async def speak_from(parts: Container, library: Library = LIBRARY) -> int:
    """Make a release of a library the live one; returns its number."""
    async with parts.database.transaction() as session:
        release = await releases.add(
            session,
            content_hash=uuid.uuid4().hex,
            model_file="",
            model_hash="",
            made_at=NOW,
            answers=[(key, as_json(entry)) for key, entry in library],
        )
        if before := await lives.get_live(session):
            await lives.set_(session, before.number, stage=Stage.PAST.value)
        await lives.add(session, Life(release.number, Stage.LIVE, Origin.FILES, made_at=NOW, live_at=NOW))
    await parts.studio.live.follow(release.number)
    return release.number


def answer_as_written(asked: Asked, answer: Answer = HOW_TO_BOOK) -> AssistantReply:
    """Say an answer as the assistant does: its default wording, facts not yet filled in."""
    return reply(answer.variants[-1].text, response=f"utter_ask_{answer.key}", answer=answer.key)
