"""What a carer sends besides words: opened by who has the case where the operator allows it, and kept nowhere."""

# ruff: noqa: F401, F811 (the fixtures of the inbox are used by their names)

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from starlette.responses import Response

from alongside.core.accounts import Account
from alongside.core.errors import NotFound
from alongside.core.handover import Outcome
from alongside.services.telegram.api import TooLarge
from alongside.store import files as store
from alongside.store.base import Database
from tests.api.test_inbox import Browser, SignIn, ada, bea, desk, sign_in
from tests.case_builders import add_account
from tests.fakes import CountingAssistant, FakeClock
from tests.telegram.bot_api import TOKEN, BotApi, Trouble, broken, refusal
from tests.telegram.conftest import Carer, join
from tests.telegram.test_app import approved, deletes
from tests.telegram.test_worker import app, case, parts

PICTURE = b"\xff\xd8 quokka " + bytes(range(256)) * 400
PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "width": 1, "height": 1, "file_size": 10},
    {"file_id": "large", "file_unique_id": "l", "width": 9, "height": 9, "file_size": len(PICTURE)},
]


async def carer_of(
    database: Database, server: BotApi, assistant: CountingAssistant, clock: FakeClock, **settings: Any
) -> AsyncIterator[Carer]:
    server.files = {"large": PICTURE, "small": b"small", "other": b"other"}
    parts = join(database, server, assistant, clock, **settings)
    carer = Carer(parts, server)
    yield carer
    await carer.telegram.updates.finish()
    await carer.telegram.outbox.finish()
    await parts.turns.finish()
    await carer.telegram.api.close()


@pytest.fixture
async def robin(
    database: Database, server: BotApi, telegram_assistant: CountingAssistant, telegram_clock: FakeClock
) -> AsyncIterator[Carer]:
    """A carer, where workers may open files."""
    async for carer in carer_of(database, server, telegram_assistant, telegram_clock, telegram_files="workers"):
        yield carer


async def sends(robin: Carer, **what: Any) -> str:
    """Send a message with a file, and return the address of its first file."""
    await robin.deliver(robin.message(**what))
    return await address(robin)


async def address(robin: Carer, number: int = 1) -> str:
    conversation = await robin.conversation()
    async with robin.parts.database.reading() as session:
        message = (await session.scalars(select(store.MessageFileRow.message_id))).first()
        file = await robin.parts.requests.current(session, conversation)
    assert file is not None
    return f"/inbox/cases/{file.id}/messages/{message}/files/{number}"


async def stored(robin: Carer) -> list[tuple[str, int, str]]:
    async with robin.parts.database.reading() as session:
        rows = await session.scalars(select(store.MessageFileRow).order_by(store.MessageFileRow.number))
        return [(row.file_id, row.number, row.ending) for row in rows]


async def test_who_has_the_case_opens_a_photo_and_the_carer_is_told_that_they_can(
    robin: Carer, desk: Browser, case: str, capfd: pytest.CaptureFixture[str], loud: None
) -> None:
    assert await robin.deliver(robin.message(photo=PHOTO)) == [approved("utter_passed_on")]
    assert await stored(robin) == [("large", 1, "jpg")]
    there = await address(robin)
    page = (await desk.get(f"/inbox/cases/{case}")).text
    assert f'<a href="{there}" download>Open the photo</a>' in page
    assert robin.server.asked("getFile") == []
    answer = await desk.get(there)
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-disposition"] == 'attachment; filename="photo-1.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/octet-stream"
    written = capfd.readouterr()
    assert "a carer's file was opened" in written.out + written.err
    for word in ("quokka", "Robin", "Ada", "ada@", TOKEN.split(":")[1], "large"):
        assert word not in written.out + written.err


@pytest.mark.parametrize(
    ("what", "said", "name"),
    [
        ({"voice": {"file_id": "large", "file_unique_id": "u", "duration": 3}}, "Open the voice message", "voice-message-1.ogg"),
        (
            {"document": {"file_id": "large", "file_unique_id": "u", "file_name": "R.pdf"}},
            "Open the document",
            "document-1.pdf",
        ),
        ({"document": {"file_id": "large", "file_unique_id": "u", "file_name": "R.exe"}}, "Open the document", "document-1"),
        (
            {"audio": {"file_id": "large", "file_unique_id": "u", "duration": 3, "file_name": "R.mp3"}},
            "Open the voice message",
            "voice-message-1.mp3",
        ),
    ],
)
async def test_a_voice_message_and_a_document_are_saved_without_the_name_they_had(
    robin: Carer, desk: Browser, case: str, what: dict[str, Any], said: str, name: str
) -> None:
    there = await sends(robin, **what)
    page = (await desk.get(f"/inbox/cases/{case}")).text
    assert f">{said}</a>" in page
    assert "R." not in page
    answer = await desk.get(there)
    assert answer.content == PICTURE
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_each_photo_of_an_album_is_opened_and_an_open_page_hears_of_it(robin: Carer, desk: Browser, case: str) -> None:
    other = [{"file_id": "other", "file_unique_id": "o", "width": 1, "height": 1}]
    album = [robin.message(photo=photo, media_group_id="7") for photo in (PHOTO, other, other)]
    assert await robin.deliver(*album) == [approved("utter_passed_on")]
    assert await stored(robin) == [("large", 1, "jpg"), ("other", 2, "jpg")]
    page = await desk.text(f"/inbox/cases/{case}")
    assert "[Photo] Open photo 1 Open photo 2" in page
    assert "Corrected" not in page
    assert (await desk.get(await address(robin, 2))).content == b"other"
    conversation = await robin.parts.handover.open_case(await somebody(robin), case)
    assert conversation.conversation.last_change == 1


async def somebody(robin: Carer) -> Account:
    return await add_account(robin.parts.database, "cyd")


async def test_a_photo_with_words_shows_both(robin: Carer, desk: Browser, case: str) -> None:
    await robin.deliver(robin.message(photo=PHOTO, caption="the letter"))
    assert "the letter Open the photo" in await desk.text(f"/inbox/cases/{case}")


async def test_what_came_before_a_worker_had_the_case_stays_closed(robin: Carer, ada: Account, desk: Browser) -> None:
    await robin.say("/start larch")
    assert await robin.deliver(robin.message(photo=PHOTO)) == [approved("utter_cannot_open_photo")]
    await robin.say("/person")
    assert await stored(robin) == []


@pytest.mark.parametrize("what", [{"video": {"file_id": "large", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}}])
async def test_nothing_else_can_be_opened(robin: Carer, case: str, what: dict[str, Any]) -> None:
    assert await robin.deliver(robin.message(**what)) == [approved("utter_not_passed_on")]
    assert await stored(robin) == []


async def test_a_colleague_of_the_service_may_open_it_and_nobody_of_another_service(
    robin: Carer, bea: Account, sign_in: SignIn, case: str
) -> None:
    there = await sends(robin, photo=PHOTO)
    assert (await (await sign_in(bea)).get(there)).status_code == 200
    stranger = await add_account(robin.parts.database, "dot", services=frozenset({"rowan"}))
    answer = await (await sign_in(stranger)).get(there)
    assert (answer.status_code, PICTURE in answer.content) == (403, False)
    assert len(robin.server.asked("getFile")) == 1


async def test_of_a_case_that_nobody_has_nothing_is_opened(robin: Carer, ada: Account, desk: Browser, case: str) -> None:
    there = await sends(robin, photo=PHOTO)
    await robin.parts.handover.release(ada, case)
    answer = await desk.get(there)
    assert (answer.status_code, "Take the case first" in answer.text) == (409, True)
    assert "Open the photo" not in await desk.text(f"/inbox/cases/{case}")
    await robin.parts.handover.claim(ada, case)
    assert (await desk.get(there)).status_code == 200
    await robin.parts.handover.close(ada, case, Outcome.ANSWERED)
    assert (await desk.get(there)).status_code == 409


async def test_a_file_that_is_not_in_the_case_is_not_found(robin: Carer, desk: Browser, case: str) -> None:
    there = await sends(robin, photo=PHOTO)
    assert (await desk.get(there.replace("/files/1", "/files/2"))).status_code == 404
    assert (await desk.get(f"/inbox/cases/{case}/messages/{'0' * 32}/files/1")).status_code == 404
    assert robin.server.asked("getFile") == []


@pytest.mark.parametrize(
    ("method", "answer", "status", "said"),
    [
        ("getFile", refusal(400, "Bad Request: file is too big"), 422, "larger than 20 MB"),
        ("getFile", refusal(400, "Bad Request: wrong file_id"), 410, "Ask the carer to send it again"),
        ("getFile", broken().error, 502, "Try again in a minute"),
        ("getFile", Response("<html>", 502), 502, "Try again in a minute"),
        ("getFile", refusal(401, "Unauthorized"), 502, "Try again in a minute"),
        ("download", Response("no", 404), 410, "Ask the carer to send it again"),
        ("download", Response("no", 500), 502, "Try again in a minute"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_with_what_to_do(
    robin: Carer, desk: Browser, case: str, method: str, answer: Response, status: int, said: str
) -> None:
    there = await sends(robin, photo=PHOTO)
    robin.server.answer = lambda call: answer if call.method == method else None
    found = await desk.get(there)
    assert (found.status_code, said in found.text) == (status, True)
    assert TOKEN.split(":")[1] not in found.text


async def test_a_file_that_is_said_to_be_too_large_is_not_asked_for(robin: Carer, desk: Browser, case: str) -> None:
    there = await sends(robin, document={"file_id": "large", "file_unique_id": "u", "file_size": 20_000_001})
    assert (await desk.get(there)).status_code == 422
    assert robin.server.asked("getFile") == []


async def test_a_file_that_turns_out_larger_than_it_was_said_to_be_is_cut_off(robin: Carer, case: str) -> None:
    await sends(robin, photo=PHOTO)
    taken = robin.telegram.api.fetch("large", most=50_000)
    with pytest.raises(TooLarge):
        assert sum([len(part) async for part in taken]) <= 50_000


@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_telegram_being_away_is_said(robin: Carer, desk: Browser, case: str, method: str) -> None:
    there = await sends(robin, photo=PHOTO)

    robin.server.answer = lambda call: Trouble(cut="before") if call.method == method else None
    assert (await desk.get(there)).status_code == 502


async def test_where_a_file_is_goes_with_the_conversation(robin: Carer, case: str) -> None:
    await sends(robin, photo=PHOTO)
    await deletes(robin)
    assert await stored(robin) == []


async def test_where_the_operator_does_not_allow_it_nothing_is_kept_or_opened(
    database: Database,
    server: BotApi,
    telegram_assistant: CountingAssistant,
    telegram_clock: FakeClock,
    robin: Carer,
    ada: Account,
    case: str,
) -> None:
    await sends(robin, photo=PHOTO)
    ((file,),) = (await robin.parts.files.offered((await robin.parts.handover.open_case(ada, case)).file)).values()
    await robin.telegram.leases.drop_all()
    async for other in carer_of(database, server, telegram_assistant, telegram_clock):
        opened = await other.parts.handover.open_case(ada, case)
        assert await other.parts.files.offered(opened.file) == {}
        with pytest.raises(NotFound, match="not opened here"):
            await other.parts.files.open(ada, case, file.message, file.number)
        carer = replace(robin, parts=other.parts)
        assert await carer.deliver(carer.message(photo=PHOTO)) == [approved("utter_not_passed_on")]
        assert await stored(robin) == [("large", 1, "jpg")]
    assert server.asked("getFile") == []
