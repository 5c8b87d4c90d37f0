"""Around an answer: feelings, other needs, the nation asked once, and what happens when nothing was understood."""

from tests.actions.assistant import Conversation, names, payloads

LONG = "I am so worried about my brother, he has been on the ward for three weeks now and nobody has told us anything at all"
LIKELY = {
    "visiting/photo_id": 0.3,
    "visiting/searches": 0.2,
    "small_talk/hello": 0.2,
    "find_ward_phone": 0.1,
    "visiting/bring_children": 0.04,
}


class TestAcknowledge:
    async def test_a_feeling_in_a_long_message(self, carer: Conversation) -> None:
        assert names(await carer.call("action_acknowledge", LONG, feeling="worried")) == ["utter_acknowledge_worried"]

    async def test_nothing_in_a_short_message(self, carer: Conversation) -> None:
        assert await carer.call("action_acknowledge", "I am worried", feeling="worried") == []

    async def test_nothing_without_a_feeling(self, carer: Conversation) -> None:
        assert await carer.call("action_acknowledge", LONG) == []

    async def test_nothing_for_a_feeling_without_words(self, carer: Conversation) -> None:
        assert await carer.call("action_acknowledge", LONG, feeling="peckish") == []


class TestAfterAnswer:
    async def test_remembers_the_answer_and_forgets_misses(self, carer: Conversation) -> None:
        carer.slots |= {"misses": 1.0, "pending_lookup": "find_ward_phone"}
        assert await carer.call("action_after_answer", answer="visiting/photo_id") == []
        assert carer.slots == {"misses": 0.0, "pending_lookup": None, "last_answer": "visiting/photo_id"}

    async def test_offers_the_other_needs_it_saw(self, carer: Conversation) -> None:
        needs = ("visiting/searches", "visiting/photo_id", "find_ward_phone", "visiting/gone")
        (said,) = await carer.call("action_after_answer", LONG, answer="visiting/photo_id", other_needs=needs)
        assert said["response"] == "utter_other_needs"
        assert payloads(said) == ["/ask_visiting/searches", "/find_ward_phone"]
        assert [button["title"] for button in said["buttons"]] == ["Will I be searched?", "A ward's phone number"]

    async def test_asks_for_the_nation_once_and_never_again(self, carer: Conversation) -> None:
        assert names(await carer.call("action_after_answer", answer="detention/restricted")) == ["utter_ask_nation"]
        assert carer.slots["nation_wanted_by"] == "detention/restricted"
        assert await carer.call("action_after_answer", answer="detention/restricted") == []

    async def test_does_not_ask_for_a_known_nation(self, carer: Conversation) -> None:
        carer.slots["nation"] = "wales"
        assert await carer.call("action_after_answer", answer="detention/restricted") == []

    async def test_does_not_ask_when_the_answer_is_the_same_everywhere(self, carer: Conversation) -> None:
        assert await carer.call("action_after_answer", answer="visiting/photo_id") == []


class TestAskBack:
    async def test_first_miss_offers_the_likely_questions_and_something_else(self, carer: Conversation) -> None:
        (said,) = await carer.call("action_ask_back", "hmm", ranking=LIKELY)
        assert said["response"] == "utter_ask_back"
        assert payloads(said) == ["/ask_visiting/photo_id", "/ask_visiting/searches", "/find_ward_phone", "/something_else"]

    async def test_first_miss_without_a_likely_question(self, carer: Conversation) -> None:
        assert names(await carer.call("action_ask_back", "hmm", ranking={"visiting/photo_id": 0.01})) == ["utter_ask_back_open"]

    async def test_second_miss_offers_a_person(self, carer: Conversation) -> None:
        await carer.call("action_ask_back", "hmm", ranking=LIKELY)
        assert names(await carer.call("action_ask_back", "hm", ranking=LIKELY)) == ["utter_offer_person"]

    async def test_an_answer_in_between_starts_afresh(self, carer: Conversation) -> None:
        await carer.call("action_ask_back", "hmm", ranking=LIKELY)
        await carer.call("action_after_answer", answer="visiting/photo_id")
        assert names(await carer.call("action_ask_back", "hm", ranking=LIKELY)) == ["utter_ask_back"]

    async def test_something_else_counts_as_a_miss(self, carer: Conversation) -> None:
        assert names(await carer.call("action_something_else", "/something_else")) == ["utter_something_else"]
        assert names(await carer.call("action_ask_back", "hm", ranking=LIKELY)) == ["utter_offer_person"]
        assert names(await carer.call("action_something_else", "/something_else")) == ["utter_offer_person"]


class TestSayAgain:
    async def test_the_last_answer(self, carer: Conversation) -> None:
        carer.slots["last_answer"] = "visiting/photo_id"
        assert names(await carer.call("action_say_again", "again?")) == ["utter_ask_visiting/photo_id"]

    async def test_nothing_said_yet(self, carer: Conversation) -> None:
        assert names(await carer.call("action_say_again", "again?")) == ["utter_nothing_to_repeat"]

    async def test_an_answer_that_is_gone(self, carer: Conversation) -> None:
        carer.slots["last_answer"] = "visiting/gone"
        assert names(await carer.call("action_say_again", "again?")) == ["utter_nothing_to_repeat"]


class TestSetNation:
    async def test_says_the_waiting_answer_again(self, carer: Conversation) -> None:
        await carer.call("action_after_answer", answer="detention/restricted")
        said = await carer.call("action_set_nation", '/choose_nation{"nation": "scotland"}', nation="scotland")
        assert names(said) == ["utter_ask_detention/restricted"]
        assert (carer.slots["nation"], carer.slots["nation_wanted_by"]) == ("scotland", None)

    async def test_notes_the_nation_when_nothing_waits(self, carer: Conversation) -> None:
        assert names(await carer.call("action_set_nation", "its in scotland", nation="scotland")) == ["utter_nation_set"]

    async def test_not_knowing_is_taken_for_an_answer(self, carer: Conversation) -> None:
        await carer.call("action_after_answer", answer="detention/restricted")
        assert names(await carer.call("action_set_nation", "/choose_nation")) == ["utter_nation_unknown"]
        assert await carer.call("action_after_answer", answer="detention/restricted") == []

    async def test_a_nation_we_do_not_know_is_not_kept(self, carer: Conversation) -> None:
        assert names(await carer.call("action_set_nation", "france", nation="france")) == ["utter_nation_unknown"]
        assert "nation" not in carer.slots
