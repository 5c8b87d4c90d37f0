"""What could tell who somebody is goes out of a carer's words; what they ask stays."""

import pytest

from alongside.core.identity import Identity, without_masks

APPROVED = (
    "Can I bring my dog to visit? My son keeps ringing me. What is a CPA meeting? Tell the staff about his medication. "
    "Is a blue card needed for a black cab? They moved him to another hospital and the tribunal is soon. "
    "My son lives at home. England"
)
IDENTITY = Identity(
    people=["Tamsin Okoro", "Will Grace", "Dr Helen Marsh"],
    places=["Rowan Ward", "The Larch Unit", "St Brannoc's Hospital", "Tawminster"],
    ordinary=[APPROVED],
)


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("can my son jamie come home", "can my son [name] come home"),
        ("Jamie Smithson keeps ringing me", "[name] keeps ringing me"),
        ("my brother Siân's tribunal", "my brother [name]'s tribunal"),
        ("our daughter zdenka is there", "our daughter [name] is there"),
        ("my wife anne-marie o'brien is moved", "my wife [name] is moved"),
        ("MY SON JAMIE IS ON ROWAN", "MY SON [name] IS ON [place]"),
        ("my name is kowalczyk and I'm his mum", "my name is [name] and I'm his mum"),
        ("I'm Zdenka, his mum", "I'm [name], his mum"),
        ("Dr Green said no", "Dr [name] said no"),
        ("dr green and Mr. Black moved him", "dr [name] and Mr. [name] moved him"),
        ("nurse Patel told me", "nurse [name] told me"),
        ("Tamsin never rang", "[name] never rang"),
        ("ask okoro", "ask [name]"),
        ("I saw will grace today", "I saw [name] today"),
        ("Will keeps ringing me", "[name] keeps ringing me"),
        ("he is on rowan ward", "he is on [place]"),
        ("he is on rowan", "he is on [place]"),
        ("he is on maple ward", "he is on [place] ward"),
        ("ward 7 bed 12", "ward [place] bed [place]"),
        ("we live in tawminster", "we live in [place]"),
        ("at St Brannoc’s hospital", "at [place]"),
        ("ring me on 07700 900123 or jo@example.org", "ring me on [phone] or [e-mail]"),
        ("born 12/03/1987, hospital number AB1234567", "born [date], hospital number [number]"),
        ("see www.example.org/jamie or @jamie_s", "see [link] or [link]"),
        ("لماذا ابني هنا", "[name]"),
        ("tell olúwaṣeun I came", "tell [name] I came"),
        ("is it Quentyn again", "is it [name] again"),
        ("J and K are there", "J and [name] are there"),
    ],
)
def test_names_and_numbers_are_masked(said: str, masked: str) -> None:
    assert IDENTITY.mask(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        "can I bring a parrot to visit",
        "Can I bring my dog?",
        "will they let him out on tuesday",
        "Will they let him out on Tuesday?",
        "May I visit?",
        "nurse said my son keeps ringing",
        "what is a CPA",
        "my son doesn't want his medication",
        "I'm worried. They moved him",
        "is the blue card needed",
        "the ward will not tell me",
        "why did they take him to another hospital",
    ],
)
def test_what_is_asked_stays(said: str) -> None:
    assert IDENTITY.mask(said) == said


@pytest.mark.parametrize("name", ["Jamie", "Olúwaṣeun", "Kowalczyk", "Mohammed", "Siân", "Zdenka", "Tamsin", "Okoro", "Marsh"])
@pytest.mark.parametrize(
    "said", ["my son {} is ill", "this is {}", "can {} come home", "{} keeps ringing", "I am {}'s mum", "it was Nurse {}", "{}"]
)
def test_a_planted_name_never_comes_through(said: str, name: str) -> None:
    assert name.casefold() not in IDENTITY.mask(said.format(name)).casefold()


@pytest.mark.parametrize("name", ["jamie", "mohammed", "okoro", "tamsin"])
@pytest.mark.parametrize("said", ["can {} come home", "{} keeps ringing", "i went to see {} today", "is {} allowed out"])
def test_a_known_or_common_name_needs_no_capital(said: str, name: str) -> None:
    assert name not in IDENTITY.mask(said.format(name))


def test_a_phrasing_has_no_masks_and_reads_on() -> None:
    masked = IDENTITY.mask("can my son jamie, come home to Tawminster?")
    assert without_masks(masked) == "can my son, come home to?"


def test_masking_again_changes_nothing() -> None:
    once = IDENTITY.mask("Dr Green moved my son Jamie to rowan ward on 12/03/2026, ring 07700 900123")
    assert IDENTITY.mask(once) == once


def test_without_anything_known_a_text_is_still_masked() -> None:
    assert Identity().mask("my son jamie is at home") == "my son [name] is at home"
