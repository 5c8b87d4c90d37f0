"""A whole talk on Telegram with the real assistant: ``alongside serve`` on one side, Telegram's HTTP on the other."""

from pathlib import Path
from typing import Any, cast

import pytest

from alongside.wiring import Container
from tests.live.server import Server
from tests.telegram.bot_api import BOT, TOKEN, Running
from tests.telegram.conftest import Carer
from tests.telegram.phone import Phone

pytestmark = pytest.mark.rasa


def last_button(phone: Phone) -> str:
    """Return the title of the first button under the last message that has any."""
    messages: list[dict[str, Any]] = list(phone.server.chats[phone.carer.chat].values())
    markup = next(message["reply_markup"] for message in reversed(messages) if message["reply_markup"])
    return str(markup["inline_keyboard"][0][0]["text"])


async def test_the_talk_of_a_first_evening_on_telegram(tmp_path: Path) -> None:
    with Running() as telegram:
        environment = {"ALONGSIDE_TELEGRAM_TOKEN": TOKEN, "ALONGSIDE_TELEGRAM_API_URL": telegram.url}
        server = Server(tmp_path / "data", ALONGSIDE_LOG_LEVEL="DEBUG", **environment).start()
        phone = Phone(Carer(cast(Container, None), telegram))  # the app is another process
        try:
            await phone.writes("/start", hears=2)
            await phone.writes("they won't tell me anything about my son", hears=0)
            told = await phone.hears_of("listen")
            assert "<a href=" in told
            await phone.writes("when can i visit him on Rowan ward", hears=0)
            assert "Saturday" in await phone.hears_of("Rowan")
            await phone.writes("can I bring his little sister", hears=0)
            await phone.hears_of("family room")
            await phone.presses(last_button(phone), hears=1)
            assert len(telegram.asked("answerCallbackQuery")) == 1
            await phone.writes("/person", hears=0)
            await phone.hears_of("carer support worker")
        finally:
            server.stop()
    written = server.logged()
    assert "Telegram is connected" in written
    for word in (TOKEN, TOKEN.removeprefix(f"{BOT}:"), "little sister", "Robin"):
        assert word not in written
