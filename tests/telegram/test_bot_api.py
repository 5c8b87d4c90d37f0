"""The local Bot API server does what Telegram's documentation says, as python-telegram-bot sees it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.telegram.bot_api import TOKEN, BotApi, Call, Running, Trouble, broken, too_many

CHAT = 77


@pytest.fixture
def server() -> Iterator[BotApi]:
    with Running() as api:
        yield api


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        yield bot


def written(number: int, chat: int = CHAT) -> dict[str, Any]:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": f"message {number}"}
    return {"update_id": number, "message": message}


def once(method: str, trouble: Response | Trouble) -> Callable[[Call], Response | Trouble | None]:
    left = [trouble]
    return lambda call: left.pop() if call.method == method and left else None


# --- "Authorizing your bot" and "Making requests" ---


@pytest.mark.parametrize("token", ["4242:another", "no-token"])
async def test_a_wrong_token_is_refused(server: BotApi, token: str) -> None:
    with pytest.raises(InvalidToken):
        await Bot(token, base_url=f"{server.url}/bot").initialize()


async def test_a_method_there_is_none_of_is_not_found(bot: Bot) -> None:
    with pytest.raises(TelegramError, match="not found"):
        await bot.do_api_request("makeTea")


async def test_too_many_requests_say_how_long_to_wait(server: BotApi, bot: Bot) -> None:
    server.answer = once("sendMessage", too_many(7))
    with pytest.raises(RetryAfter, match="Retry in 7 seconds"):
        await bot.send_message(CHAT, "hello")
    assert server.arrived() == []


async def test_a_broken_server_does_nothing(server: BotApi, bot: Bot) -> None:
    server.answer = once("sendMessage", broken())
    with pytest.raises(NetworkError):
        await bot.send_message(CHAT, "hello")
    assert server.stands(CHAT) == []


@pytest.mark.parametrize(("cut", "arrived"), [("before", []), ("after", ["hello"])])
async def test_a_connection_can_be_cut_before_or_after_it_acts(server: BotApi, bot: Bot, cut: Any, arrived: list[str]) -> None:
    server.answer = once("sendMessage", Trouble(cut=cut))
    with pytest.raises(NetworkError):
        await bot.send_message(CHAT, "hello")
    assert server.stands(CHAT) == arrived


async def test_a_slow_answer_comes_after_it_acted_and_may_be_too_late(server: BotApi, bot: Bot) -> None:
    server.answer = once("sendMessage", Trouble(wait=0.5))
    with pytest.raises(NetworkError, match="Timed out"):
        await bot.send_message(CHAT, "hello", read_timeout=0.05)
    async with asyncio.timeout(5):
        while server.stands(CHAT) != ["hello"]:  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)


# --- "getUpdates" ---


async def test_an_offset_confirms_what_is_before_it(server: BotApi, bot: Bot) -> None:
    server.happens(written(1), written(2), written(3))
    assert [update.update_id for update in await bot.get_updates()] == [1, 2, 3]
    assert [update.update_id for update in await bot.get_updates()] == [1, 2, 3]
    assert [update.update_id for update in await bot.get_updates(offset=2, limit=1)] == [2]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == [3]
    assert await bot.get_updates(offset=4) == ()
    assert server.updates == []


async def test_an_update_can_come_again_although_it_was_confirmed(server: BotApi, bot: Bot) -> None:
    server.happens(written(1))
    server.again = {1: 2}
    came = [len(await bot.get_updates(offset=offset)) for offset in (None, 2, 2, 2)]
    assert came == [1, 1, 1, 0]


async def test_a_hundred_updates_come_at_a_time(server: BotApi, bot: Bot) -> None:
    server.happens(*(written(number) for number in range(150)))
    assert len(await bot.get_updates()) == 100


async def test_the_wait_for_updates_ends_when_one_happens(server: BotApi, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    async with asyncio.timeout(5):
        while not server.asked("getUpdates"):  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)
        server.happens(written(1))
        assert len(await waiting) == 1


async def test_a_second_poller_ends_the_first(server: BotApi, bot: Bot) -> None:
    another = Bot(TOKEN, base_url=f"{server.url}/bot")
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    async with asyncio.timeout(5):
        while not server.asked("getUpdates"):  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)
        assert await another.get_updates() == ()
        with pytest.raises(Conflict, match="only one bot instance"):
            await waiting


async def test_reactions_come_only_to_who_asks_for_them(server: BotApi, bot: Bot) -> None:
    reaction = {"chat": {"id": CHAT, "type": "private"}, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}
    server.happens({"update_id": 1, "message_reaction": reaction})
    assert await bot.get_updates(allowed_updates=["message_reaction"]) == ()
    server.happens({"update_id": 2, "message_reaction": reaction}, written(3))
    assert [update.update_id for update in await bot.get_updates()] == [2]


# --- "setWebhook" ---


class Hook:
    """What stands at a webhook's address: says no a number of times, and keeps what it was handed."""

    def __init__(self, *, refusals: int) -> None:
        self.refusals = refusals
        self.got: list[tuple[int, str | None]] = []

    async def take(self, request: Request) -> Response:
        update = await request.json()
        self.got.append((update["update_id"], request.headers.get("x-telegram-bot-api-secret-token")))
        self.refusals -= 1
        return Response(status_code=500 if self.refusals >= 0 else 204)


async def test_a_webhook_gets_a_chats_updates_in_order_until_it_says_yes(server: BotApi, bot: Bot) -> None:
    hook = Hook(refusals=2)
    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    web = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(web.serve())
    async with asyncio.timeout(10):
        while not web.started:  # noqa: ASYNC110  (uvicorn tells of its start in no other way)
            await asyncio.sleep(0.02)
        server.proxies["https://bot.example.org"] = f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}"
        assert await bot.set_webhook("https://bot.example.org/hook", secret_token="a-secret")
        server.happens(written(1), written(2), written(3))
        while server.updates:  # noqa: ASYNC110  (the server is in another thread)
            await asyncio.sleep(0.02)
    assert hook.got == [(number, "a-secret") for number in (1, 1, 1, 2, 3)]
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (
        0,
        "Wrong response from the webhook: 500 Internal Server Error",
    )
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    web.should_exit = True
    await serving


@pytest.mark.parametrize("address", ["http://bot.example.org/hook", "https://bot.example.org:8000/hook", "https://"])
async def test_a_webhooks_address_must_be_one_telegram_goes_to(bot: Bot, address: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bad webhook"):
        await bot.set_webhook(address)


async def test_a_webhooks_secret_holds_plain_letters_only(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="unallowed"):
        await bot.set_webhook("https://bot.example.org/hook", secret_token="with a space")


# --- "sendMessage", "Updating messages" ---


@pytest.mark.parametrize("text", ["x" * 4096, "🙂" * 2048, f"<b>{'x' * 4096}</b>", "&lt;b&gt; &amp; &#x27;"])
async def test_what_fits_is_said(server: BotApi, bot: Bot, text: str) -> None:
    sent = await bot.send_message(CHAT, text, parse_mode="HTML")
    assert server.stands(CHAT) == [text]
    assert "<b>" not in (sent.text or "") or "&lt;" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 4097, "too long"),
        ("🙂" * 2049, "too long"),
        ("  ", "empty"),
        ("<b></b>", "empty"),
        ("1 < 2", "can't parse entities"),
        ("<b>bold", "can't parse entities"),
        ("<b><i>x</b></i>", "can't parse entities"),
        ("<script>x</script>", "can't parse entities"),
    ],
    ids=range(8),
)
async def test_what_does_not_fit_or_is_not_well_formed_is_refused(server: BotApi, bot: Bot, text: str, said: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){said}"):
        await bot.send_message(CHAT, text, parse_mode="HTML")
    assert server.arrived() == []


@pytest.mark.parametrize("data", ["", "x" * 65, "é" * 33])
async def test_a_buttons_data_is_1_to_64_bytes(bot: Bot, data: str) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data=data)]])
    with pytest.raises(BadRequest, match=r"(?i)button"):
        await bot.send_message(CHAT, "hello", reply_markup=keyboard)


async def test_a_chat_that_blocked_the_bot_or_is_gone_gets_nothing(server: BotApi, bot: Bot) -> None:
    server.blocked.add(CHAT)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(CHAT, "hello")
    server.gone.add(78)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(78, "hello")


async def test_what_was_said_can_be_changed_and_deleted(server: BotApi, bot: Bot) -> None:
    first, second = [await bot.send_message(CHAT, text) for text in ("one", "two")]
    await bot.edit_message_text("ONE", CHAT, first.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("ONE", CHAT, first.message_id)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])
    await bot.edit_message_reply_markup(CHAT, second.message_id, reply_markup=keyboard)
    assert server.stands(CHAT) == ["ONE", "two"]
    await bot.delete_message(CHAT, first.message_id)
    with pytest.raises(BadRequest, match="not found"):
        await bot.delete_message(CHAT, first.message_id)
    with pytest.raises(BadRequest, match="not found"):
        await bot.edit_message_text("3", CHAT, first.message_id)
    assert await bot.delete_messages(CHAT, [first.message_id, second.message_id])
    assert server.stands(CHAT) == []


async def test_a_group_that_was_left_gets_nothing(bot: Bot) -> None:
    assert await bot.leave_chat(-5)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(-5, "hello")
    with pytest.raises(BadRequest, match="private"):
        await bot.leave_chat(CHAT)


async def test_small_things_are_checked_too(bot: Bot) -> None:
    assert await bot.send_chat_action(CHAT, "typing")
    with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
        await bot.send_chat_action(CHAT, "dancing")
    assert await bot.answer_callback_query("1", "done")
    with pytest.raises(BadRequest, match=r"(?i)too_long"):
        await bot.answer_callback_query("1", "x" * 201)
    assert await bot.set_my_commands([BotCommand("help", "What I can do")])
    with pytest.raises(BadRequest, match=r"(?i)command_invalid"):
        await bot.set_my_commands([BotCommand("Help!", "What I can do")])
