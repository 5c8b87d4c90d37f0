"""From asking for a person to the closed case: promised by name, one owner, a silent bot, and the carer always told."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alongside.core.accounts import Account, AccountRole
from alongside.core.alerts import Kind
from alongside.core.cases import REOPENS_WITHIN, CaseFile, Counted, Happened
from alongside.core.conversations import TALK_TO_PERSON, Author, Conversation, Message
from alongside.core.errors import InvalidInput, NotFound
from alongside.core.handover import IllegalMove, Outcome, Reason, State, Urgency
from alongside.core.permissions import Forbidden, may
from alongside.core.promise import Route
from alongside.core.rota import Leave
from alongside.services import handover
from alongside.services.asking import Told
from alongside.services.handover import ReasonMissing, SentBefore
from alongside.services.lists import Show
from alongside.services.promises import Plan
from alongside.services.reading import MAX_GRADE, reading_grade
from alongside.store import accounts as accounts_store
from alongside.store import rota as rota_store
from alongside.store.base import Database
from alongside.wiring import Container
from tests.builders import container, other_process, words
from tests.case_builders import ALL_WEEK, add_account, ask, authors, begin, current, fill_directory, say, thread
from tests.directory_builders import period
from tests.fakes import CountingAssistant, FakeClock, reply


@pytest.fixture
async def parts(parts: Container) -> Container:
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK)
    return parts


@pytest.fixture
async def ada(parts: Container) -> Account:
    return await add_account(parts.database, "ada")


@pytest.fixture
async def bea(parts: Container) -> Account:
    return await add_account(parts.database, "bea")


NO_SERVICES = {"role": AccountRole.ADMIN, "services": frozenset()}


async def disable(parts: Container, account: Account) -> None:
    async with parts.database.transaction() as session:
        await accounts_store.set_disabled(session, account.id, parts.clock.now())


async def last(parts: Container, conversation: Conversation) -> Message:
    return (await thread(parts, conversation))[-1]


async def log(parts: Container, account: Account, case_id: str) -> list[str]:
    return [event.what for event in (await parts.handover.open_case(account, case_id)).events]


# Asked for and promised


async def test_a_person_asked_for_is_promised_by_name_role_days_and_time(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    (said,) = await say(parts, conversation)
    assert "Ada, carer support worker, will help you" in said.text
    assert "Monday to Sunday" in said.text
    assert "by 1pm on Tuesday 24 November" in said.text
    assert "ring the ward on 01632 960900" in said.text
    assert "{" not in said.text
    assert "Example" not in said.text
    assert said.author is Author.BOT
    file = await current(parts, conversation)
    assert (file.case.state, file.owner, file.service) == (State.WAITING, None, "larch")
    assert file.promise.who is not None
    assert file.promise.who.code == ada.id


async def test_a_person_asked_for_in_words_is_promised_too(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    asked = reply("Ring this number.", response="utter_talk_to_person", answer=None, slots={"service": "larch"})
    assistant.answer = lambda _: replace(asked, understood=replace(asked.understood, intent="talk_to_person"))
    conversation, _, _ = await parts.conversations.begin(channel="web")
    (said,) = await say(parts, conversation, "can I talk to somebody")
    assert "Ada" in said.text
    assert (await current(parts, conversation)).service == "larch"


async def test_asking_again_is_one_case_and_the_same_promise(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation, file = await ask(parts)
    clock.move(timedelta(hours=1))
    (said,) = await say(parts, conversation)
    assert "by 1pm on Tuesday" in said.text
    again = await current(parts, conversation)
    assert (again.id, again.promise, again.requested_at) == (file.id, file.promise, file.requested_at)


@pytest.mark.parametrize("text", [None, "I want to kill myself"], ids=["asked", "danger"])
async def test_where_nobody_can_have_cases_none_is_opened_and_the_contact_is_said(parts: Container, text: str | None) -> None:
    conversation = await begin(parts)
    [said] = await say(parts, conversation, text)  # the directory names workers, but nobody has an account
    assert ("07700 900900" if text is None else "999") in said.text
    async with parts.database.reading() as session:
        assert await parts.requests.current(session, conversation.id) is None


@pytest.mark.parametrize("text", [None, "I want to kill myself"], ids=["asked", "danger"])
async def test_a_ward_nobody_serves_is_everybodys_to_see_and_to_answer(parts: Container, text: str | None) -> None:
    bea = await add_account(parts.database, "bea", services=frozenset({"rowan"}))
    lead = await add_account(parts.database, "lea", services=frozenset({"rowan"}), role=AccountRole.LEAD, worker=None)
    conversation = await begin(parts)
    said = await say(parts, conversation, text)
    assert "Bea" in said[-1].text
    file = await current(parts, conversation)
    assert (file.service, file.promise.who and file.promise.who.code) == ("larch", bea.id)
    async with parts.database.reading() as session:
        bea, lead = [(await accounts_store.get(session, other.id)) or other for other in (bea, lead)]
    shown = await parts.lists.cases(bea, Show.SERVICES)
    assert [listed.file.id for listed in shown.listed] == [file.id]
    assert (await parts.handover.open_case(lead, file.id)).file == file
    assert [alert.case for alert in await parts.alerts.list_for(bea.id)] == [file.id]
    # As soon as somebody serves it, it is theirs and no others'.
    ada = await add_account(parts.database, "ada")
    async with parts.database.reading() as session:
        bea, ada = [(await accounts_store.get(session, other.id)) or other for other in (bea, ada)]
    assert not may(bea, "inbox.case", file)
    assert may(ada, "inbox.case", file)


async def test_the_only_worker_of_a_ward_disabled_in_mid_case_leaves_it_to_the_others(parts: Container, ada: Account) -> None:
    bea = await add_account(parts.database, "bea", services=frozenset({"rowan"}))
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    async with parts.database.transaction() as session:
        await accounts_store.set_disabled(session, ada.id, parts.clock.now())
    await parts.keeping.keep_promises()
    left = await current(parts, conversation)
    assert (left.case.state, left.promise.who and left.promise.who.code) == (State.WAITING, bea.id)
    assert [alert.case for alert in await parts.alerts.list_for(bea.id)] == [file.id]
    assert (await parts.handover.claim(bea, file.id)).owner == bea.id


async def test_leads_are_asked_in_turn_and_those_without_hours_hear_of_it(parts: Container) -> None:
    """The first lead is away, the second is at work; with both away, and danger, all of them are alerted, the third as well."""
    away = Leave(parts.clock.today(), parts.clock.today() + timedelta(days=20))
    bea, cy, dee = [
        await add_account(parts.database, name, role=AccountRole.LEAD, worker=f"code-{name}" if name != "dee" else None)
        for name in ("bea", "cy", "dee")
    ]
    async with parts.database.transaction() as session:
        await rota_store.add_leave(session, bea.id, away)
        await rota_store.set_hours(session, cy.id, ALL_WEEK)
    _, file = await ask(parts)
    assert (file.promise.route, file.promise.who and file.promise.who.code) == (Route.DUTY, cy.id)
    async with parts.database.transaction() as session:
        await rota_store.add_leave(session, cy.id, away)
    conversation = await begin(parts)
    await say(parts, conversation, "I want to kill myself")
    danger = await current(parts, conversation)
    assert danger.promise.route is Route.NOBODY
    assert [alert.kind for alert in await parts.alerts.list_for(dee.id)] == [Kind.DANGER]


@pytest.mark.parametrize(
    "given",
    [
        {"role": AccountRole.MAINTAINER},
        {"worker": None},
        {"role": AccountRole.ADMIN, "services": frozenset()},
    ],
    ids=["a maintainer", "no known hours", "an admin without services"],
)
async def test_who_cannot_reply_is_not_promised(parts: Container, given: dict[str, object]) -> None:
    await add_account(parts.database, "bea", services=frozenset({"rowan"}), worker=None)
    await add_account(parts.database, "ada", **given)
    _, file = await ask(parts)
    assert file.promise.route is Route.NOBODY


async def test_a_colleague_stands_in_and_a_lead_when_no_worker_can(database: Database, clock: FakeClock) -> None:
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=ALL_WEEK, bea=ALL_WEEK, cy=ALL_WEEK)
    lead = await add_account(database, "cy", role=AccountRole.LEAD)
    _, file = await ask(parts)
    assert (file.promise.route, file.promise.who and file.promise.who.code) == (Route.DUTY, lead.id)

    await add_account(database, "ada")
    bea = await add_account(database, "bea")
    conversation, file = await ask(parts)
    assert file.promise.route is Route.OWN
    assert file.promise.cover is not None
    assert file.promise.cover.code == bea.id
    assert "Ada, or Bea who stands in" in (await last(parts, conversation)).text


async def test_a_carer_of_no_known_ward_is_promised_somebody_of_their_nation(parts: Container, ada: Account) -> None:
    conversation, _, _ = await parts.conversations.begin(channel="web", nation="wales")
    (said,) = await say(parts, conversation)
    assert "Ada" in said.text
    assert "If it cannot wait, ring the ward." in said.text


async def test_in_the_night_of_a_bank_holiday_weekend_the_promise_is_for_the_first_working_day(database: Database) -> None:
    clock = FakeClock(datetime(2026, 12, 27, 2, tzinfo=UTC))  # a Sunday; Monday is the bank holiday
    parts = container(database, clock=clock)
    await fill_directory(parts, ada=tuple(period(day, "09:00", "17:00") for day in ("monday", "tuesday")))
    await add_account(database, "ada")
    conversation = await begin(parts)
    (said,) = await say(parts, conversation)
    assert "by midday on Tuesday 29 December" in said.text


async def test_danger_opens_an_urgent_case_after_the_safety_words(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    safety, promise = await say(parts, conversation, "I don't think I can go on")
    assert safety.safety == "self"
    assert "Do not wait for that" in promise.text
    file = await current(parts, conversation)
    assert file.case.reason is Reason.SAFETY_SELF
    assert file.promise.is_danger


async def test_a_danger_said_while_waiting_makes_the_case_urgent_and_stays_so(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await say(parts, conversation, "I don't think I can go on")
    await say(parts, conversation)
    urgent = await current(parts, conversation)
    assert (urgent.id, urgent.case.reason) == (file.id, Reason.SAFETY_SELF)
    assert urgent.promise.reply_by is not None
    assert file.promise.reply_by is not None
    assert urgent.promise.reply_by < file.promise.reply_by


@pytest.mark.parametrize("text", [None, "I don't think I can go on"])
async def test_a_directory_that_cannot_be_read_costs_the_promise_and_not_the_case(
    parts: Container, ada: Account, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    async def fail(*args: object, **about: object) -> None:
        raise OSError("the directory is away")

    monkeypatch.setattr("alongside.store.directory.list_workers", fail)
    conversation = await begin(parts)
    said = await say(parts, conversation, text)
    assert any("116 123" in message.text for message in said)
    assert (await current(parts, conversation)).case.state is State.WAITING


async def test_the_bot_still_answers_while_a_person_is_waited_for(parts: Container, ada: Account) -> None:
    conversation, _ = await ask(parts)
    (said,) = await say(parts, conversation, "Can I visit?")
    assert (said.author, said.text) == (Author.BOT, "You said: Can I visit? (2)")


async def test_a_crash_before_the_promise_is_stored_leaves_no_case_and_the_repeat_makes_one(
    parts: Container, clock: FakeClock, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*args: object, **given: object) -> None:
        raise asyncio.CancelledError

    conversation = await begin(parts)
    with monkeypatch.context() as patched:
        patched.setattr("alongside.store.conversations.add_drafts", die)
        await say(parts, conversation)
    assert (await parts.requests.standing(conversation.id)).state is State.BOT
    clock.move(timedelta(minutes=1))
    again = other_process(parts)
    await again.turns.resume()
    await again.turns.finish()
    assert "Ada" in (await last(parts, conversation)).text
    assert len((await parts.lists.cases(ada, Show.SERVICES))[0]) == 1


# With a worker


async def test_once_claimed_the_carer_is_told_who_has_it_and_the_bot_is_silent(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation, file = await ask(parts)
    assert (await parts.handover.claim(ada, file.id)).owner == ada.id
    notice = await last(parts, conversation)
    assert notice.author is Author.SYSTEM
    assert notice.text.startswith("Ada, carer support worker, has your messages now")
    assert await say(parts, conversation, "Thank you") == []
    assert [asked.choice for asked in assistant.asked] == [TALK_TO_PERSON]
    assert (await current(parts, conversation)).needs_reply


async def test_waiting_for_words_to_a_message_that_a_worker_has_ends_at_once(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    message = await parts.turns.receive(conversation.id, text="Thank you")
    async with asyncio.timeout(10):
        assert await parts.turns.replies(message, wait=600) == []


async def test_what_the_bot_thought_of_before_a_claim_is_never_said_nor_remembered(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation, file = await ask(parts)
    await assistant.reached()
    assistant.hold()
    await parts.turns.receive(conversation.id, text="Can I visit?")
    await assistant.reached()
    await parts.handover.claim(ada, file.id)
    assistant.let_go()
    await parts.turns.finish()
    assert (await last(parts, conversation)).author is Author.SYSTEM
    await parts.handover.hand_back(ada, file.id)
    assert [said.text for said in await say(parts, conversation, "And now?")] == ["You said: And now? (2)"]


async def test_a_danger_is_answered_in_fixed_words_even_while_a_worker_has_the_case(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    (said,) = await say(parts, conversation, "I don't think I can go on")
    assert (said.author, said.safety) == (Author.SYSTEM, "self")
    assert (await current(parts, conversation)).case.reason is Reason.SAFETY_SELF


async def test_asking_for_a_person_who_is_there_says_who_it_is(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    (said,) = await say(parts, conversation)
    assert (said.author, "Ada" in said.text) == (Author.SYSTEM, True)


async def test_fifty_claims_at_once_have_one_owner_and_one_notice(parts: Container) -> None:
    people = [await add_account(parts.database, f"p{number}", worker=None) for number in range(50)]
    conversation, file = await ask(parts)
    claims = await asyncio.gather(*(parts.handover.claim(who, file.id) for who in people), return_exceptions=True)
    (owner,) = {claim.owner for claim in claims if not isinstance(claim, BaseException)}
    refusals = [claim for claim in claims if isinstance(claim, BaseException)]
    assert len(refusals) == 49
    assert all(isinstance(refusal, IllegalMove) for refusal in refusals)
    assert (await current(parts, conversation)).owner == owner
    assert authors(await thread(parts, conversation)).count(Author.SYSTEM) == 1
    (name,) = [who.first_name for who in people if who.id == owner]
    assert all(str(refusal).startswith(f"{name} has this case already") for refusal in refusals)


async def test_claiming_twice_is_claiming_once(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    assert await parts.handover.claim(ada, file.id) == await parts.handover.claim(ada, file.id)
    assert authors(await thread(parts, conversation)).count(Author.SYSTEM) == 1


async def test_a_reply_reaches_the_carer_under_the_workers_first_name(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    clock.move(timedelta(minutes=5))
    sent = await parts.handover.reply(ada, file.id, "Hello, I am here.", client_id="a")
    assert await last(parts, conversation) == sent
    assert (sent.author, sent.name, sent.text) == (Author.WORKER, "Ada", "Hello, I am here.")
    answered = await current(parts, conversation)
    assert answered.worker_wrote_at == clock.now()
    assert not answered.needs_reply


async def test_the_same_reply_sent_twice_is_one_message(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    sent = await asyncio.gather(*(parts.handover.reply(ada, file.id, "Hello.", client_id="a") for _ in range(5)))
    assert len({message.id for message in sent}) == 1
    await parts.handover.reply(ada, file.id, "Hello.", client_id="b")
    assert authors(await thread(parts, conversation)).count(Author.WORKER) == 2


async def test_other_words_are_not_taken_for_those_that_were_sent_before(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    sent = await parts.handover.reply(ada, file.id, "I will ring at 2.", client_id="a")
    with pytest.raises(SentBefore, match="These were not sent"):
        await parts.handover.reply(ada, file.id, "I will ring at 3.", client_id="a")
    assert (await last(parts, conversation)).text == "I will ring at 2."
    await parts.corrections.correct(ada, file.id, sent.id, "I will ring at 4.")
    assert (await parts.handover.reply(ada, file.id, "I will ring at 2.", client_id="a")).id == sent.id
    assert (await parts.handover.reply(ada, file.id, "I will ring at 3.", client_id="b")).id != sent.id


async def test_only_who_has_the_case_can_write_to_the_carer(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    with pytest.raises(Forbidden):
        await parts.handover.reply(ada, file.id, "Hello.", client_id="a")
    await parts.handover.claim(ada, file.id)
    with pytest.raises(Forbidden):
        await parts.handover.reply(bea, file.id, "Hello.", client_id="a")
    with pytest.raises(InvalidInput):
        await parts.handover.reply(ada, file.id, " \x00 ", client_id="a")
    assert Author.WORKER not in authors(await thread(parts, conversation))


async def test_a_transfer_tells_the_carer_and_keeps_its_reason_among_workers(
    parts: Container, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.transfer(ada, file.id, bea.id, reason="I am away from tomorrow.")
    notice = await last(parts, conversation)
    assert notice.text.startswith("Ada has passed this on to Bea, carer support worker.")
    opened = await parts.handover.open_case(bea, file.id)
    assert opened.owner is not None
    assert opened.owner.account.id == bea.id
    assert [note.text for note in opened.notes] == ["I am away from tomorrow."]
    assert all("away" not in str(event.details) for event in opened.events)
    with pytest.raises(Forbidden):
        await parts.handover.reply(ada, file.id, "Me again.", client_id="a")


async def test_a_case_is_not_transferred_without_a_reason(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    with pytest.raises(ReasonMissing, match="Write why"):
        await parts.handover.transfer(ada, file.id, bea.id, reason=" \x00 ")
    assert (await current(parts, conversation)).owner == ada.id


async def test_a_case_cannot_be_transferred_to_somebody_who_cannot_take_it(parts: Container, ada: Account, bea: Account) -> None:
    _, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    maintainer = await add_account(parts.database, "max", role=AccountRole.MAINTAINER)
    await disable(parts, bea)
    for to in (bea.id, maintainer.id, "nobody"):
        with pytest.raises(InvalidInput):
            await parts.handover.transfer(ada, file.id, to, reason="On leave.")
    with pytest.raises(IllegalMove):
        await parts.handover.transfer(ada, file.id, ada.id, reason="On leave.")


async def test_a_released_case_waits_again_with_a_promise_by_somebody_else(parts: Container, ada: Account, bea: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    released = await parts.handover.release(ada, file.id)
    assert (released.case.state, released.owner) == (State.WAITING, None)
    assert "Ada cannot reply in time" in (await last(parts, conversation)).text
    assert "Bea, carer support worker, will help you" in (await last(parts, conversation)).text
    assert (await say(parts, conversation, "Can I visit?"))[0].author is Author.BOT


async def test_handed_back_the_bot_answers_and_asking_again_waits_again(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.hand_back(ada, file.id)
    assert "Ada has finished here for now" in (await last(parts, conversation)).text
    assert (await say(parts, conversation, "Can I visit?"))[0].author is Author.BOT
    await say(parts, conversation)
    again = await current(parts, conversation)
    assert (again.id, again.case.state) == (file.id, State.WAITING)


# Closed, and open again


async def closed(parts: Container, ada: Account) -> tuple[Conversation, str]:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    return conversation, file.id


async def test_closing_tells_the_carer_how_to_come_back(parts: Container, ada: Account) -> None:
    conversation, case_id = await closed(parts, ada)
    assert f"in the next {REOPENS_WITHIN.days} days" in (await last(parts, conversation)).text
    assert await log(parts, ada, case_id) == ["request", "claim", "close"]
    with pytest.raises(IllegalMove):
        await parts.handover.reply(ada, case_id, "One more thing.", client_id="a")


async def test_a_carer_who_writes_again_has_the_same_worker_and_a_new_promise(
    parts: Container, assistant: CountingAssistant, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(bea, file.id)
    await parts.handover.close(bea, file.id, Outcome.ANSWERED)
    clock.move(timedelta(days=2))
    (said,) = await say(parts, conversation, "He has been moved.")
    assert said.author is Author.SYSTEM
    assert "Bea" in said.text
    assert "Thursday 26 November" in said.text
    assert [asked.choice for asked in assistant.asked] == [TALK_TO_PERSON]
    again = await current(parts, conversation)
    assert (again.id, again.case.state, again.owner, again.case.reason) == (
        file.id,
        State.WITH_WORKER,
        bea.id,
        Reason.WROTE_AGAIN,
    )
    await parts.handover.reply(bea, file.id, "I will ring the ward.", client_id="a")


async def test_a_carer_whose_worker_has_left_waits_for_another(parts: Container, ada: Account, bea: Account) -> None:
    conversation, _ = await closed(parts, ada)
    await disable(parts, ada)
    (said,) = await say(parts, conversation, "He has been moved.")
    assert "Bea" in said.text
    assert (await current(parts, conversation)).case.state is State.WAITING


async def test_a_carer_who_writes_much_later_is_answered_by_the_bot_and_can_ask_anew(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation, case_id = await closed(parts, ada)
    clock.move(REOPENS_WITHIN)
    (said,) = await say(parts, conversation, "Can I visit?")
    assert said.author is Author.BOT
    await say(parts, conversation)
    newer = await current(parts, conversation)
    assert newer.id != case_id
    with pytest.raises(IllegalMove, match="newer case"):
        await parts.handover.reopen(ada, case_id)


async def test_a_message_sent_just_before_the_case_was_closed_opens_it_again(
    parts: Container, assistant: CountingAssistant, ada: Account
) -> None:
    conversation, file = await ask(parts)
    assistant.hold()
    await parts.turns.receive(conversation.id, text="One more thing")
    await assistant.reached()
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    assistant.let_go()
    await parts.turns.finish()
    assert (await current(parts, conversation)).owner == ada.id
    assert (await current(parts, conversation)).case.state is State.WITH_WORKER


async def test_a_worker_can_open_a_closed_case_again(parts: Container, ada: Account) -> None:
    conversation, case_id = await closed(parts, ada)
    assert (await parts.handover.reopen(ada, case_id)).case.state is State.WITH_WORKER
    await parts.handover.reply(ada, case_id, "One more thing.", client_id="a")
    assert (await last(parts, conversation)).text == "One more thing."


async def test_a_danger_that_a_worker_opens_again_is_still_a_danger(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    await say(parts, conversation, "I want to kill myself")
    file = await current(parts, conversation)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    again = (await parts.handover.reopen(ada, file.id)).case
    assert (again.reason, again.urgency) == (Reason.SAFETY_SELF, Urgency.DANGER)


# Never stranded


async def test_the_cases_of_a_disabled_worker_wait_again_and_the_carer_is_told(
    parts: Container, ada: Account, bea: Account
) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).owner == ada.id
    await disable(parts, ada)
    for _ in range(2):
        await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).case.state is State.WAITING
    assert "Bea" in (await last(parts, conversation)).text
    assert await log(parts, bea, file.id) == ["request", "claim", "release"]
    with pytest.raises(Forbidden):
        await parts.handover.claim(ada, file.id)


async def test_a_promise_nobody_kept_is_made_by_a_colleague_and_told_once(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation, _ = await ask(parts)
    await parts.keeping.keep_promises()
    assert len(await thread(parts, conversation)) == 3
    clock.move(timedelta(hours=3))
    for _ in range(2):
        await parts.keeping.keep_promises()
    told = (await thread(parts, conversation))[3:]
    assert [message.author for message in told] == [Author.SYSTEM]
    assert "Ada cannot reply in time" in told[0].text
    assert "Bea" in told[0].text
    assert (await current(parts, conversation)).promise.missed_by == {ada.id}


async def test_a_promise_is_made_as_soon_as_somebody_can(parts: Container) -> None:
    await add_account(parts.database, "bea", services=frozenset({"rowan"}), worker=None)
    conversation, _ = await ask(parts)
    await parts.keeping.keep_promises()
    assert (await current(parts, conversation)).promise.route is Route.NOBODY
    await add_account(parts.database, "ada")
    await parts.keeping.keep_promises()
    assert "Ada" in (await last(parts, conversation)).text


async def test_a_message_that_came_as_the_case_was_handed_back_is_answered_by_the_bot(
    parts: Container, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what is planned for a worker and its being stored, they give the case to the bot."""
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    plan = parts.requests.plan

    async def hand_back_after(*what: Any, **how: Any) -> Plan:
        made = await plan(*what, **how)
        monkeypatch.undo()
        await parts.handover.hand_back(ada, file.id)
        return made

    monkeypatch.setattr(parts.requests, "plan", hand_back_after)
    (said,) = await say(parts, conversation, "When can I visit?")
    assert said.author is Author.BOT
    assert said.text.startswith("You said: When can I visit?")


@pytest.mark.parametrize("ending", ["close", "hand_back"])
async def test_nothing_is_ended_that_the_carer_has_just_written_to(parts: Container, ada: Account, ending: str) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    shown = (await thread(parts, conversation))[-1].id
    await say(parts, conversation, "Wait, one more thing")

    async def end(seen: str) -> CaseFile:
        if ending == "close":
            return await parts.handover.close(ada, file.id, Outcome.ANSWERED, seen=seen)
        return await parts.handover.hand_back(ada, file.id, seen=seen)

    with pytest.raises(IllegalMove, match="The carer has just written"):
        await end(shown)
    assert (await current(parts, conversation)).case.state is State.WITH_WORKER
    assert (await end((await thread(parts, conversation))[-1].id)).case.state in (State.CLOSED, State.BOT)


async def test_which_ward_it_is_goes_into_the_log(parts: Container, ada: Account) -> None:
    conversation, _, _ = await parts.conversations.begin(channel="web", nation="england")
    await say(parts, conversation)
    file = await current(parts, conversation)
    plan = await parts.requests.plan(conversation, Reason.ASKED, file, service="larch")
    async with parts.database.transaction() as session:
        await parts.requests.hear(session, conversation, file, [], None, told=Told(None, plan))
    named = await current(parts, conversation)
    assert (named.service, named.promise) == ("larch", file.promise)
    opened = await parts.handover.open_case(ada, file.id)
    assert Happened.SERVICE_NAMED.value in [event.what for event in opened.events]


async def test_looking_after_promises_outlives_a_database_that_was_away(
    parts: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0
    looked = asyncio.Event()

    async def fails_once() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")
        looked.set()

    monkeypatch.setattr(parts.keeping, "keep_promises", fails_once)
    looking = asyncio.create_task(parts.keeping.keep_promises_forever(every=0.01))
    async with asyncio.timeout(10):
        await looked.wait()
    looking.cancel()


async def test_an_erased_conversation_leaves_the_worker_a_plain_refusal(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await parts.handover.claim(ada, file.id)
    await parts.conversations.erase(conversation)
    with pytest.raises(NotFound, match="deleted"):
        await parts.handover.reply(ada, file.id, "Hello?", client_id="a")
    with pytest.raises(NotFound, match="deleted"):
        await parts.handover.open_case(ada, file.id)
    assert (await parts.lists.cases(ada, Show.MINE))[0] == []


# Seen


async def test_each_list_shows_what_it_says(parts: Container, ada: Account, bea: Account) -> None:
    _, waiting = await ask(parts)
    _, mine = await ask(parts)
    await parts.handover.claim(ada, mine.id)
    _, over = await ask(parts)
    await parts.handover.claim(bea, over.id)
    await parts.handover.close(bea, over.id, Outcome.PASSED_ON)

    async def listed(account: Account, show: Show) -> list[tuple[str, str | None, str | None]]:
        return [(line.file.id, line.owner, line.service) for line in (await parts.lists.cases(account, show))[0]]

    assert await listed(ada, Show.MINE) == [(mine.id, "Ada", "Larch Ward")]
    assert set(await listed(ada, Show.SERVICES)) == {(waiting.id, None, "Larch Ward"), (mine.id, "Ada", "Larch Ward")}
    assert await listed(ada, Show.CLOSED) == [(over.id, "Bea", "Larch Ward")]
    assert await listed(bea, Show.MINE) == []


async def test_a_case_of_another_service_is_neither_listed_nor_opened_nor_claimed(parts: Container, ada: Account) -> None:
    stranger = await add_account(parts.database, "sol", services=frozenset({"rowan"}))
    _, file = await ask(parts)
    for show in Show:
        assert (await parts.lists.cases(stranger, show))[0] == []
    for attempt in (
        parts.handover.open_case(stranger, file.id),
        parts.handover.claim(stranger, file.id),
        parts.handover.note(stranger, file.id, "Hello"),
        parts.handover.release(stranger, file.id),
        parts.handover.close(stranger, file.id, Outcome.ANSWERED),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_an_opened_case_sums_up_what_the_bot_did(parts: Container, assistant: CountingAssistant, ada: Account) -> None:
    conversation = await begin(parts)
    await say(parts, conversation, "What happens on a visit?")
    assistant.answer = lambda _: reply("Sorry?", response="utter_ask_back", answer=None)
    await say(parts, conversation, "Blue cheese")
    await say(parts, conversation)
    file = await current(parts, conversation)
    await parts.handover.claim(ada, file.id)
    await parts.handover.note(ada, file.id, "Rings on Mondays.")
    opened = await parts.handover.open_case(ada, file.id)
    assert opened.summary.last_asked == "Blue cheese"
    assert opened.summary.asked == (Counted("What happens on a visit?", 1),)
    assert opened.summary.answers == (Counted("visiting: first visit", 1),)
    assert opened.summary.not_understood == (Counted("Blue cheese", 1),)
    assert opened.summary.chosen == (Counted("Talk to a person", 1),)
    assert [note.text for note in opened.notes] == ["Rings on Mondays."]
    assert [event.what for event in opened.events] == ["request", "claim", "noted"]
    assert opened.names[ada.id] == "Ada"
    assert opened.thread == await thread(parts, conversation)


async def seconds_later(parts: Container, clock: FakeClock, conversation: Conversation, *texts: str | None) -> CaseFile:
    """Say things one after the other, as a carer types them; None asks for a person."""
    for text in texts:
        clock.move(timedelta(seconds=1))
        await say(parts, conversation, text)
    clock.move(timedelta(seconds=1))
    return await current(parts, conversation)


async def answered_and_handed_back(parts: Container, clock: FakeClock, ada: Account) -> Conversation:
    conversation = await begin(parts)
    file = await seconds_later(parts, clock, conversation, "Where can I park?", None)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Behind the ward.", client_id="park")
    await parts.handover.hand_back(ada, file.id)
    return conversation


async def test_asked_for_again_a_case_sums_up_what_was_said_since_a_worker_wrote(
    parts: Container, clock: FakeClock, ada: Account, bea: Account
) -> None:
    conversation = await answered_and_handed_back(parts, clock, ada)
    file = await seconds_later(parts, clock, conversation, "He cries.", "Who decides on his leave?", None)
    opened = await parts.handover.open_case(bea, file.id)
    assert (opened.summary.last_asked, opened.summary.asked) == ("Who decides on his leave?", (Counted("He cries."),))
    assert opened.is_fresh
    await parts.handover.claim(bea, file.id)
    await parts.handover.reply(bea, file.id, "The doctor.", client_id="leave")
    await seconds_later(parts, clock, conversation, "Thank you", "I want to kill myself")
    opened = await parts.handover.open_case(bea, file.id)
    assert opened.summary.last_asked == "Who decides on his leave?"
    assert opened.summary.dangers == ("self",)
    assert not opened.is_fresh


async def test_a_new_case_sums_up_its_own_beginning(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation = await answered_and_handed_back(parts, clock, ada)
    file = await seconds_later(parts, clock, conversation, None)
    await parts.handover.claim(ada, file.id)
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    clock.move(REOPENS_WITHIN)
    newer = await seconds_later(parts, clock, conversation, "Can I bring a cake?", None)
    assert newer.id != file.id
    assert (await parts.handover.open_case(ada, newer.id)).summary.last_asked == "Can I bring a cake?"


async def test_opened_again_a_case_sums_up_what_opened_it(parts: Container, clock: FakeClock, ada: Account) -> None:
    conversation = await answered_and_handed_back(parts, clock, ada)
    file = await seconds_later(parts, clock, conversation, None)
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "Is there anything else?", client_id="else")
    await parts.handover.close(ada, file.id, Outcome.ANSWERED)
    await seconds_later(parts, clock, conversation, "He has been moved.")
    opened = await parts.handover.open_case(ada, file.id)
    assert (opened.summary.last_asked, opened.summary.asked, opened.is_fresh) == ("He has been moved.", (), True)


async def test_handed_back_a_case_sums_up_what_the_bot_has_been_asked_since(
    parts: Container, clock: FakeClock, ada: Account
) -> None:
    conversation = await answered_and_handed_back(parts, clock, ada)
    file = await seconds_later(parts, clock, conversation, "He cries.")
    assert (await parts.handover.open_case(ada, file.id)).summary.last_asked == "He cries."
    await parts.handover.claim(ada, file.id)
    opened = await parts.handover.open_case(ada, file.id)
    assert (opened.summary.last_asked, opened.is_fresh) == ("He cries.", True)


async def test_in_a_thread_longer_than_a_page_the_summary_is_still_of_what_came_before_the_worker(
    parts: Container, clock: FakeClock, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "SHOWN", 10)
    conversation = await answered_and_handed_back(parts, clock, ada)
    file = await seconds_later(parts, clock, conversation, "He cries.", None)
    assert (await parts.handover.open_case(ada, file.id)).summary.last_asked == "He cries."
    await parts.handover.claim(ada, file.id)
    for number in range(10):
        await parts.handover.reply(ada, file.id, f"Line {number}", client_id=str(number))
    await seconds_later(parts, clock, conversation, "I want to kill myself")
    summary = (await parts.handover.open_case(ada, file.id)).summary
    assert (summary.last_asked, summary.dangers) == ("He cries.", ("self",))


async def test_the_log_of_a_case_holds_no_word_of_the_carer(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    await say(parts, conversation, "quokka: I don't think I can go on")
    await parts.handover.claim(ada, file.id)
    await parts.handover.reply(ada, file.id, "quokka", client_id="a")
    events = (await parts.handover.open_case(ada, file.id)).events
    assert "quokka" not in str(events)


async def test_how_a_conversation_stands_is_told_with_first_name_and_role_only(parts: Container, ada: Account) -> None:
    conversation = await begin(parts)
    assert (await parts.requests.standing(conversation.id)).state is State.BOT
    await say(parts, conversation)
    standing = await parts.requests.standing(conversation.id)
    assert (standing.state, standing.worker, standing.was_asked_for) == (State.WAITING, None, True)
    await parts.handover.claim(ada, (await current(parts, conversation)).id)
    standing = await parts.requests.standing(conversation.id)
    assert standing.worker is not None
    assert (standing.state, standing.worker.name, standing.worker.role) == (State.WITH_WORKER, "Ada", "carer support worker")


# Told at once, in plain words


async def test_open_pages_hear_of_every_move(parts: Container, ada: Account) -> None:
    conversation, file = await ask(parts)
    async with parts.announcer.listen(conversation.id) as carer, parts.announcer.listen("inbox") as inbox:
        await parts.handover.claim(ada, file.id)
        assert (await anext(carer), await anext(inbox)) == ("message", "cases")
        await say(parts, conversation, "Thank you")
        assert await anext(inbox) == "cases"


HANDOVER_WORDS = [name for name in words().responses if name.startswith(("utter_promise", "utter_cannot_wait"))] + [
    "utter_back",
    "utter_back_with_cover",
    "utter_claimed",
    "utter_mail_title",
    "utter_mail_reply_waits",
    "utter_transferred",
    "utter_handed_back",
    "utter_closed",
]


@pytest.mark.parametrize("name", HANDOVER_WORDS)
def test_what_a_carer_is_told_is_easy_to_read(name: str) -> None:
    text = words().find(name, nation=None).text
    filled = {
        "who": "Tamsin",
        "role": "carer support worker",
        "days": "Tuesday, Thursday and Friday",
        "reply_by_time": "midday",
        "reply_by_day": "Wednesday 25 November",
        "back_time": "9am",
        "back_day": "Wednesday 25 November",
        "cover": "Una",
        "instead_of": "Nkem",
        "ward_phone": "01632 960900",
    }
    for mark, value in filled.items():
        text = text.replace(f"{{{mark}}}", value)
    assert reading_grade(text) <= MAX_GRADE
