"""Saved replies: what may be kept, and how they read once filled, whatever is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.core.accounts import Account, AccountRole
from alongside.core.directory import WEEKDAYS
from alongside.core.errors import InvalidInput
from alongside.core.replies import (
    FIELDS,
    MAX_TITLE,
    SAMPLE,
    SavedReply,
    clean_reply,
    fill_reply,
    may_change_reply,
    may_use_reply,
    say_next_on,
)
from alongside.core.rota import Rostered, whole_days
from tests.directory_builders import period
from tests.fakes import NOW

ADA = Account("ada", "ada@example.org", "Ada Example", AccountRole.WORKER, frozenset({"larch"}), NOW)
LEAD = replace(ADA, id="lea", role=AccountRole.LEAD)
OWN = SavedReply("1", "Hello", "Hello {carer}", "ada", NOW)
SHARED = replace(OWN, service="larch", owner="lea")
FIVE_DAYS = tuple(period(weekday, "09:00", "17:00") for weekday in WEEKDAYS[:5])


class TestKeeping:
    def test_title_and_text_are_tidied(self) -> None:
        kept = clean_reply(replace(OWN, title="  Two \n lines ", text=" Hello {carer}\r\n"))
        assert (kept.title, kept.text) == ("Two lines", "Hello {carer}")

    def test_an_unknown_field_is_refused_with_the_list(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            clean_reply(replace(OWN, text="Hello {relative} and {Carer}"))
        assert "{Carer}, {relative}" in str(refused.value)
        assert all(f"{{{name}}}" in str(refused.value) for name in FIELDS)

    @pytest.mark.parametrize("text", ["Hello {carer", "Hello carer}", "Hello {{carer}}"])
    def test_a_bracket_alone_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidInput, match="bracket"):
            clean_reply(replace(OWN, text=text))

    @pytest.mark.parametrize(
        ("title", "text"), [("", "words"), (" ", "words"), ("T" * (MAX_TITLE + 1), "words"), ("Title", " \n")]
    )
    def test_without_title_or_text_it_is_refused(self, title: str, text: str) -> None:
        with pytest.raises(InvalidInput, match="Nothing was kept"):
            clean_reply(replace(OWN, title=title, text=text))


class TestFilling:
    def test_every_field_has_a_sample(self) -> None:
        text = " ".join(f"{{{name}}}" for name in FIELDS)
        filled = fill_reply(text, SAMPLE)
        assert (filled.text, filled.unknown) == (" ".join(SAMPLE[name] for name in FIELDS), ())

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("Hello {carer}, I am Ada.", "Hello, I am Ada."),
            ("Hello {carer}!", "Hello!"),
            ("Dear {carer},\nThank you.", "Hello,\nThank you."),
            ("Thank you, {carer}.", "Thank you."),
            ("{carer}, can you ring?", "Can you ring?"),
            ("I see. {carer}, can you ring?", "I see. Can you ring?"),
            ("I see.\n\n{carer}, can you ring?", "I see.\n\nCan you ring?"),
        ],
    )
    def test_a_carer_without_a_name_is_written_to_in_whole_sentences(self, text: str, read: str) -> None:
        filled = fill_reply(text, {"carer": ""})
        assert (filled.text, filled.unknown) == (read, ())

    def test_a_name_is_put_in_as_it_was_given(self) -> None:
        assert fill_reply("Dear {carer}, {me}", {"carer": "J {me} o", "me": "Ada"}).text == "Dear J {me} o, Ada"

    def test_what_is_not_known_is_said_in_its_place_and_beside_it(self) -> None:
        filled = fill_reply("Ring {ward_phone}. Again: {ward_phone}.", {"ward_phone": ""})
        missing = "the ward's phone number is not known"
        assert (filled.text, filled.unknown) == (f"Ring [{missing}]. Again: [{missing}].", (missing,))

    @given(
        st.lists(st.sampled_from([f"{{{name}}}" for name in FIELDS] + ["Hello", "Dear", ", ", ".", "\n", " and "])),
        st.dictionaries(st.sampled_from(sorted(FIELDS)), st.sampled_from(["", "Jo", "9am"])),
    )
    def test_no_field_is_ever_left_open(self, parts: list[str], values: dict[str, str]) -> None:
        filled = fill_reply(" ".join(parts), values)
        assert "{" not in filled.text
        assert ("not known" in filled.text) == bool(filled.unknown)


class TestWhenNextHere:
    @pytest.mark.parametrize(
        ("now", "said"),
        [
            (datetime(2026, 11, 24, 10, tzinfo=UTC), "Wednesday 25 November, from 9am"),  # at work
            (datetime(2026, 11, 24, 7, tzinfo=UTC), "Tuesday 24 November, from 9am"),  # before it
            (datetime(2026, 11, 24, 19, tzinfo=UTC), "Wednesday 25 November, from 9am"),  # after it
            (datetime(2026, 11, 27, 10, tzinfo=UTC), "Monday 30 November, from 9am"),
        ],
    )
    def test_it_is_after_today_unless_today_has_not_begun(self, now: datetime, said: str) -> None:
        assert say_next_on(Rostered("ada", "Ada", "worker", FIVE_DAYS), now, {}) == said

    def test_a_lunch_hour_is_not_being_away(self) -> None:
        halves = (period("tuesday", "09:00", "12:00"), period("tuesday", "13:00", "17:00"), period("thursday", "09:30", "12:00"))
        assert say_next_on(Rostered("ada", "Ada", "worker", halves), NOW, {}) == "Thursday 26 November, from 9.30am"

    def test_leave_is_left_out(self) -> None:
        away = whole_days(NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=3))
        assert say_next_on(Rostered("ada", "Ada", "worker", FIVE_DAYS, leave=(away,)), NOW, {}).startswith("Monday 30")

    def test_without_hours_it_is_not_known(self) -> None:
        assert say_next_on(Rostered("ada", "Ada", "worker", ()), NOW, {}) == ""


class TestWhoMay:
    def test_ones_own_is_nobody_elses(self) -> None:
        bea = replace(LEAD, id="bea")
        assert may_use_reply(ADA, OWN)
        assert may_change_reply(ADA, OWN)
        assert not may_use_reply(bea, OWN)
        assert not may_change_reply(bea, OWN)

    def test_a_shared_one_is_used_by_who_serves_or_covers_and_changed_by_leads_who_serve(self) -> None:
        covering = replace(LEAD, services=frozenset({"rowan"}), covers=frozenset({"larch"}))
        elsewhere = replace(LEAD, services=frozenset({"rowan"}))
        assert [may_use_reply(who, SHARED) for who in (ADA, LEAD, covering, elsewhere)] == [True, True, True, False]
        assert [may_change_reply(who, SHARED) for who in (ADA, LEAD, covering, elsewhere)] == [False, True, False, False]
