"""Answers as a maintainer might type them, for the tests of the library's files, its comparing and its merging."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from alongside.core.answers import NATIONS, Answer, Source, Translation, Variant
from alongside.core.facts import Fact

AWKWARD = (
    'it\'s: a "test"',
    "- a dash first",
    "# a hash",
    "=SUM(A1)",
    "'",
    "''quoted",
    "+44",
    "@home",
    "999",
    "2026-11-21",
    "null",
    "Yes",
    "a: b",
    "a #b",
    "ends with a colon:",
    "{fact_samaritans}",
    "[a](b)",
    "{}",
    "| > & * ! % `",
    "\\n \\",
    "---",
    "...",
    "שלום, מה שלומך?",
    "\u202bمرحبا\u202c",
    "👩‍👧 💙",
    "one\r\ntwo",
    "one\n\n  two \n\n\n- three\n",
    "  spaces around  ",
    "a\ttab",
    "a\x0bb\x0cc\x85d\u2028e\u2029f",
    "\ufeffmark \x00 \x7f",
    'a;b,c"d',
    "",
)
"""What breaks careless writers of files, each once."""

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
TYPED = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(max_size=20),
    st.lists(st.sampled_from([*AWKWARD, "\n", " ", ",", ":", "#"]), max_size=4).map("".join),
)
SLUGS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
KEYS = st.builds("{}/{}".format, st.sampled_from(["visiting", "stigma"]), SLUGS)
NATION_LISTS = st.lists(st.sampled_from(NATIONS), unique=True).map(tuple)
MAYBE = st.none() | TYPED
SOURCES = st.builds(Source, title=TYPED, checked_on=DAYS, url=MAYBE, publication=MAYBE)
SOURCE_LISTS = st.lists(SOURCES, max_size=3).map(tuple)
TRANSLATIONS = st.builds(
    Translation,
    language=st.sampled_from(["cy", "ar", "no"]),
    text=TYPED,
    translator=TYPED,
    translated_on=DAYS,
    of=TYPED,
    nation=st.none() | st.sampled_from(NATIONS),
    title=TYPED,
)
TRANSLATION_LISTS = st.lists(TRANSLATIONS, max_size=2, unique_by=lambda each: (each.language, each.nation)).map(tuple)
FACTS = st.builds(
    Fact,
    name=SLUGS.map("fact_{}".format),
    title=TYPED,
    value=TYPED,
    nation=TYPED,
    source=TYPED,
    checked_on=DAYS,
    kind=TYPED,
    hours=MAYBE,
    review_on=st.none() | DAYS,
    instead=MAYBE,
    recheck=st.booleans(),
)


@st.composite
def answers(draw: st.DrawFn, topics: tuple[str, ...] = ("visiting",)) -> Answer:
    """Draw an answer with a default wording and perhaps some nations' own."""
    nations = draw(st.lists(st.sampled_from(NATIONS), unique=True, max_size=2))
    return Answer(
        topic=draw(st.sampled_from(topics)),
        name=draw(SLUGS),
        title=draw(TYPED),
        owner=draw(TYPED),
        approver=draw(TYPED),
        review_on=draw(DAYS),
        nations=draw(NATION_LISTS),
        follow_ups=tuple(draw(st.lists(KEYS, max_size=3))),
        variants=tuple(Variant(draw(TYPED), draw(SOURCE_LISTS), nation) for nation in [*nations, None]),
        examples=tuple(draw(st.lists(TYPED, max_size=4))),
        translations=draw(TRANSLATION_LISTS),
    )


ANSWER = Answer(
    topic="visiting",
    name="first_visit",
    title="What will happen on my first visit?",
    owner="Content team",
    approver="A named person",
    review_on=date(2027, 5, 21),
    nations=("england", "wales"),
    follow_ups=("visiting/searches", "visiting/photo_id"),
    variants=(
        Variant("In Wales, ring the ward.", (Source("A Welsh guide", date(2026, 11, 21), publication="A leaflet"),), "wales"),
        Variant("Ring the ward.\n\nThen go.", (Source("A guide", date(2026, 11, 21), url="https://example.org"),)),
    ),
    examples=("what happens on a visit", "first visit tomorrow"),
)

IN_WELSH = Translation(
    language="cy",
    text="Ffoniwch y ward.\n\nYna ewch.",
    translator="A test, not a translator",
    translated_on=date(2026, 11, 22),
    of="Ring the ward.\n\nThen go.",
    title="Beth fydd yn digwydd?",
)
"""Made up for the tests: nobody has approved it."""


def reworded(text: str, answer: Answer = ANSWER) -> Answer:
    """Return the answer with another default wording."""
    return replace(answer, variants=(*answer.variants[:-1], replace(answer.variants[-1], text=text)))
