"""What a carer gets on Telegram, through the real library: each update its right answer, once."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from alongside.core.conversations import TALK_TO_PERSON, Author
from alongside.services.lists import Show
from alongside.store import telegram as store
from alongside.store.conversations import MessageRow
from alongside.store.feedback import FeedbackRow
from tests.builders import words
from tests.case_builders import ALL_WEEK, add_account, fill_directory
from tests.fakes import CountingAssistant
from tests.telegram.bot_api import BOT
from tests.telegram.conftest import Carer


def approved(response: str) -> str:
    return words().fill(words().find(response, nation=None).text, today=date(2026, 11, 24))


DELETED = approved("utter_telegram_deleted").replace('"', "&quot;")


async def deletes(carer: Carer) -> None:
    """Delete the chat's conversation, as a carer does: ask for it, and press that it is meant."""
    await carer.say("/delete")
    asked = max(carer.server.chats[carer.chat])
    assert await carer.deliver(carer.press("delete:yes", under=asked)) == [DELETED]


async def test_the_first_words_are_what_telegram_can_see_and_then_the_answer(robin: Carer) -> None:
    first, answer = await robin.say("when can I visit?")
    assert "Telegram can see what is said here" in first
    assert answer.startswith("You said: when can I visit? (1)")
    assert 'Source: <a href="https://example.org/page">A source</a>, checked on 1 November 2026' in answer
    assert [message.author for message in await robin.thread()] == [Author.SYSTEM, Author.CARER, Author.BOT]
    assert (await robin.say("and on Sunday?"))[0].startswith("You said: and on Sunday? (2)")


async def test_an_update_delivered_four_times_is_one_turn_and_one_reply(robin: Carer) -> None:
    update = robin.message("hello")
    await robin.deliver(update, update)
    assert await robin.deliver(update) == []
    assert await robin.deliver(update) == []
    assert len([m for m in await robin.thread() if m.author is Author.CARER]) == 1


async def test_a_button_is_acknowledged_marked_and_answered_once(robin: Carer) -> None:
    await robin.say("hello")
    keyboard = robin.server.sent()[-1]["reply_markup"]["inline_keyboard"]
    data = keyboard[0][0]["callback_data"]
    assert len(data.encode()) <= 64
    (answer,) = await robin.deliver(robin.press(data))
    assert answer.startswith("You said: /ask_visiting/bring_children")
    assert await robin.deliver(robin.press(data)) == []
    assert len(robin.server.asked("answerCallbackQuery")) == 2
    marked = robin.server.asked("editMessageReplyMarkup")[0]["reply_markup"]["inline_keyboard"]
    assert marked[0][0]["text"].startswith("✓ ")


async def test_a_button_of_a_conversation_that_is_gone_is_harmless(robin: Carer) -> None:
    await robin.say("hello")
    data = robin.server.sent()[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await deletes(robin)
    assert await robin.deliver(robin.press(data)) == []
    assert "earlier talk" in robin.server.asked("answerCallbackQuery")[-1]["text"]


async def test_the_same_button_long_after_is_meant(robin: Carer) -> None:
    await robin.say("hello")
    data = robin.server.sent()[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await robin.deliver(robin.press(data))
    robin.parts.clock.move(timedelta(days=7))  # type: ignore[attr-defined]
    assert len(await robin.deliver(robin.press(data))) == 1


async def test_delete_erases_here_and_takes_the_bots_words_out_of_the_chat(robin: Carer) -> None:
    await robin.say("hello")
    assert await robin.say("/delete") == [approved("utter_telegram_delete_sure")]
    assert [message.text for message in await robin.thread() if message.author is Author.CARER] == ["hello"]
    said = await robin.deliver(robin.press("delete:yes", under=1002))
    assert said == [DELETED]
    (deleted,) = robin.server.asked("deleteMessages")
    assert deleted["message_ids"] == [1000, 1001, 1002]
    async with robin.parts.database.reading() as session:
        assert list(await session.scalars(select(MessageRow.text))) == []


async def test_what_is_kept_is_kept_and_the_question_is_closed(robin: Carer) -> None:
    await robin.say("hello")
    await robin.say("/delete")
    buttons = [button for (button,) in robin.server.sent()[-1]["reply_markup"]["inline_keyboard"]]
    assert [button["text"] for button in buttons] == ["Yes, delete", "Keep it"]
    assert await robin.deliver(robin.press("delete:no", under=1002)) == [approved("utter_telegram_kept")]
    assert robin.server.chats[robin.chat][1002]["reply_markup"] in (None, {})
    # The other button, if the phone still shows it.
    assert await robin.deliver(robin.press("delete:yes", under=1002)) == []
    assert robin.server.asked("answerCallbackQuery")[-1]["text"] == approved("utter_telegram_old_button")
    assert (await robin.say("and now"))[0].startswith("You said: and now (2)")


@pytest.mark.parametrize("under", [1000, 1002, 9999])
async def test_an_old_press_of_yes_deletes_nothing(robin: Carer, under: int) -> None:
    await robin.say("hello")
    await robin.say("/delete")
    robin.parts.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]
    assert await robin.deliver(robin.press("delete:yes", under=under)) == []
    assert len(await robin.thread()) == 3


async def test_yes_to_an_earlier_conversation_leaves_the_new_one(robin: Carer) -> None:
    await robin.say("hello")
    await deletes(robin)
    await robin.say("a new start")
    assert await robin.deliver(robin.press("delete:yes", under=1002)) == []
    assert [message.text for message in await robin.thread() if message.author is Author.CARER] == ["a new start"]


async def test_yes_pressed_twice_deletes_once(robin: Carer) -> None:
    await robin.say("hello")
    await robin.say("/delete")
    assert await robin.deliver(*(robin.press("delete:yes", under=1002) for _ in range(2))) == [DELETED]


async def test_with_nothing_kept_there_is_nothing_to_ask(robin: Carer) -> None:
    assert await robin.say("/delete") == [DELETED]


async def test_a_person_can_be_asked_for(robin: Carer) -> None:
    await robin.say("/person")
    assert [message.choice for message in await robin.thread() if message.author is Author.CARER] == [TALK_TO_PERSON]


async def test_a_voice_note_gets_one_kind_reply_and_a_caption_is_answered(robin: Carer) -> None:
    await robin.say("hello")
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 3}
    assert await robin.deliver(robin.message(voice=voice)) == [approved("utter_cannot_open_voice")]
    assert (await robin.thread())[-2].text == "[Voice message]"
    notice, answer = await robin.deliver(robin.message(voice=voice, caption="is this a good time"))
    assert notice == approved("utter_cannot_open_voice")
    assert answer.startswith("You said: is this a good time")


async def test_an_album_is_one_reply(robin: Carer) -> None:
    await robin.say("hello")
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    album = [robin.message(photo=photo, media_group_id="7") for _ in range(3)]
    assert await robin.deliver(*album) == [approved("utter_cannot_open_photo")]


async def test_an_edit_is_kept_and_screened_and_no_new_turn(robin: Carer) -> None:
    sent = robin.message("hello")
    await robin.deliver(sent)
    edited = robin.update(edited_message=sent["message"] | {"text": "hello again", "edit_date": 2})
    assert await robin.deliver(edited) == []
    (mine,) = [message for message in await robin.thread() if message.author is Author.CARER]
    assert mine.text == "hello again"
    worse = robin.update(edited_message=sent["message"] | {"text": "I want to kill myself", "edit_date": 3})
    said = await robin.deliver(worse)
    assert said[0] == approved("utter_safety_self").replace("'", "&#x27;").replace("A&E", "A&amp;E")
    assert len([m for m in await robin.thread() if m.author is Author.CARER]) == 1


async def test_a_group_is_told_why_and_left(robin: Carer) -> None:
    group = {"id": -77, "type": "group", "title": "Family"}
    joined = {"chat": group, "from": {"id": 1, "is_bot": False, "first_name": "A"}, "date": 1}
    me = {"id": 4242, "is_bot": True, "first_name": "Alongside"}
    joined |= {"old_chat_member": {"user": me, "status": "left"}, "new_chat_member": {"user": me, "status": "member"}}
    said = await robin.deliver(robin.update(my_chat_member=joined), robin.message("hi all", chat=group))
    assert len(said) == 1
    assert "in private" in said[0]
    assert robin.server.asked("leaveChat") == [{"chat_id": -77}]


async def test_a_command_we_do_not_have_is_plain_words(robin: Carer) -> None:
    await robin.say("hello")
    assert (await robin.say("/restart"))[0].startswith("You said: /restart")


def member(status: str, chat: dict[str, object]) -> dict[str, object]:
    me = {"id": 4242, "is_bot": True, "first_name": "Alongside"}
    about = {"chat": chat, "from": {"id": 1, "is_bot": False, "first_name": "A"}, "date": 1}
    new = {"user": me, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return about | {"old_chat_member": {"user": me, "status": "member"}, "new_chat_member": new}


async def test_blocked_and_unblocked_are_noted_and_nothing_is_said(robin: Carer) -> None:
    await robin.say("hello")
    private = {"id": robin.chat, "type": "private"}
    for status, is_unreachable in (("kicked", True), ("member", False)):
        assert await robin.deliver(robin.update(my_chat_member=member(status, private))) == []
        async with robin.parts.database.reading() as session:
            chat = await store.get_chat(session, BOT, robin.chat)
        assert chat is not None
        assert (chat.unreachable_since is not None) is is_unreachable


@pytest.mark.parametrize(("emoji", "found"), [("👍", [True]), ("👎", [False]), ("😢", [])])
async def test_a_thumb_is_kept_with_the_answer_and_can_be_taken_back(robin: Carer, emoji: str, found: list[bool]) -> None:
    await robin.say("hello")
    about = {"chat": {"id": robin.chat, "type": "private"}, "message_id": 1001, "date": 1, "old_reaction": []}
    reaction = robin.update(message_reaction=about | {"new_reaction": [{"type": "emoji", "emoji": emoji}]})
    assert await robin.deliver(reaction) == []
    assert await helpful(robin) == found
    await robin.deliver(robin.update(message_reaction=about | {"new_reaction": []}))
    assert await helpful(robin) == []


async def test_a_thumb_under_anything_but_an_answer_says_nothing(robin: Carer) -> None:
    await robin.say("hello")
    about = {"chat": {"id": robin.chat, "type": "private"}, "message_id": 1000, "date": 1, "old_reaction": []}
    assert await robin.deliver(robin.update(message_reaction=about | {"new_reaction": [{"type": "emoji", "emoji": "👍"}]})) == []
    assert await helpful(robin) == []


async def helpful(robin: Carer) -> list[bool]:
    async with robin.parts.database.reading() as session:
        return list(await session.scalars(select(FeedbackRow.helpful)))


async def test_what_is_too_long_is_said_to_be_and_not_kept(robin: Carer) -> None:
    await robin.say("hello")
    (said,) = await robin.say("a" * 4090)
    assert said == approved("utter_telegram_too_long")
    assert len([m for m in await robin.thread() if m.author is Author.CARER]) == 1


async def test_a_photo_is_not_passed_on_to_a_worker_and_the_carer_is_told(robin: Carer) -> None:
    await fill_directory(robin.parts, ada=ALL_WEEK)
    ada = await add_account(robin.parts.database)
    await robin.say("/start larch")
    await robin.say("/person")
    (listed,) = (await robin.parts.lists.cases(ada, Show.SERVICES)).listed
    await robin.parts.handover.claim(ada, listed.file.id)
    await robin.settle()
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    assert await robin.deliver(robin.message(photo=photo)) == [approved("utter_not_passed_on")]
    assert (await robin.thread())[-2].text == "[Photo]"
    assert await robin.say("it is a letter from the ward") == []


async def test_danger_in_a_caption_is_answered_before_anything_else(robin: Carer) -> None:
    await robin.say("hello")
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    said = await robin.deliver(robin.message(photo=photo, caption="I want to kill myself"))
    assert said[0].startswith("I am glad you told me.")
    assert not any("pictures" in text for text in said)


async def test_typing_is_shown_while_the_assistant_thinks(robin: Carer, telegram_assistant: CountingAssistant) -> None:
    telegram_assistant.hold()
    await robin.telegram.updates.take_in([robin.message("hello")])
    async with asyncio.timeout(10):
        while not robin.server.asked("sendChatAction"):  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)
    assert robin.server.asked("sendChatAction")[0] == {"chat_id": robin.chat, "action": "typing"}
    telegram_assistant.let_go()
    await robin.settle()
    assert len(robin.server.sent()) == 2


async def test_an_update_that_breaks_each_time_is_given_up_with_an_apology(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    await robin.say("hello")

    async def fail(*given: object, **named: object) -> None:
        raise ValueError("no")

    with monkeypatch.context() as broken:
        broken.setattr(robin.parts.turns, "receive", fail)
        await robin.telegram.updates.take_in([robin.message("again")])
        for _ in range(3):
            await robin.telegram.updates.finish()
            await robin.telegram.updates.resume()
        await robin.settle()
    assert robin.server.sent()[-1]["text"].startswith("I am sorry, something went wrong on our side")
    assert (await robin.say("and again"))[0].startswith("You said: and again")


async def test_an_update_is_tried_for_as_long_as_the_database_is_away(robin: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    await robin.say("hello")

    async def fail(*given: object, **named: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    with monkeypatch.context() as broken:
        broken.setattr(robin.parts.turns, "receive", fail)
        await robin.telegram.updates.take_in([robin.message("again")])
        for _ in range(5):
            await robin.telegram.updates.finish()
            await robin.telegram.updates.resume()
        await robin.telegram.updates.finish()
    await robin.telegram.updates.resume()
    await robin.settle()
    assert robin.server.sent()[-1]["text"].startswith("You said: again")


async def test_updates_of_no_interest_are_remembered_by_their_number_alone(robin: Carer) -> None:
    person = {"id": 1, "is_bot": False, "first_name": "A"}
    inline = robin.update(inline_query={"id": "1", "from": person, "query": "hello", "offset": ""})
    unknown = robin.update(a_kind_of_tomorrow={"text": "hello"})
    broken = robin.update(message={"text": 5})
    assert await robin.deliver(inline, unknown, broken) == []
    async with robin.parts.database.reading() as session:
        rows = list(await session.scalars(select(store.TelegramUpdateRow)))
    assert [(row.payload, row.chat, row.handled_at is not None) for row in rows] == [(None, None, True)] * 3


async def test_a_message_that_the_library_cannot_read_is_answered_all_the_same(robin: Carer) -> None:
    await robin.say("hello")
    assert await robin.deliver(robin.message(poll={"of": "tomorrow"})) == [approved("utter_cannot_open_other")]
    assert (await robin.deliver(robin.message("my question", poll={"of": "tomorrow"})))[0].startswith("You said: my question")


async def test_a_handled_updates_words_are_gone_from_its_row(robin: Carer) -> None:
    await robin.say("hello")
    async with robin.parts.database.reading() as session:
        (row,) = await session.scalars(select(store.TelegramUpdateRow))
    assert (row.payload, row.chat, row.handled_at is not None) == (None, None, True)
