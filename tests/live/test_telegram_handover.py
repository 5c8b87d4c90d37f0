"""A handover on Telegram with the real assistant: Telegram's HTTP on one side, the worker's pages on the other."""

import re
from pathlib import Path
from typing import cast

import pytest

from alongside.wiring import Container
from tests.live.server import Server, Worker
from tests.telegram.bot_api import TOKEN, Running
from tests.telegram.conftest import Carer
from tests.telegram.phone import Phone

pytestmark = pytest.mark.rasa

ALL_WEEK = [f"{day} 00:00-23:59" for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]


async def test_a_carer_is_promised_a_person_who_answers_and_has_them_again_afterwards(tmp_path: Path) -> None:
    with Running() as telegram:
        server = Server(tmp_path / "data", ALONGSIDE_TELEGRAM_TOKEN=TOKEN, ALONGSIDE_TELEGRAM_API_URL=telegram.url).start()
        phone = Phone(Carer(cast(Container, None), telegram))  # the app is another process
        try:
            ada = Worker(server, "Ada", "sample-rowan")
            server.command("worker", "hours", "ada@example.org", *ALL_WEEK)

            await phone.writes("/start sample-rowan", hears=2)
            await phone.writes("can I bring his little sister", hears=0)
            await phone.hears_of("family room")
            await phone.writes("/person", hears=0)
            assert "Ada" in await phone.hears_of("reply here by")

            (case,) = set(re.findall(r"/inbox/cases/([0-9a-f]{32})", ada.page("/inbox")))
            ada.does(case, "claim")
            ada.does(case, "reply", text="Come at three, I will meet you at the door.", client_id="first")
            assert await phone.hears_of("at the door") == "Ada: Come at three, I will meet you at the door."
            await phone.writes("thank you, what is the door code", hears=0)
            ada.does(case, "reply", text="I will open it for you.", client_id="second")
            assert await phone.hears_of("open it") == "Ada: I will open it for you."

            ada.does(case, "close", outcome="answered")
            await phone.hears_of("closed")
            await phone.writes("one more thing about tomorrow", hears=0)
            assert "Ada" in await phone.hears_of("reply here by")
            assert "one more thing about tomorrow" in ada.page(f"/inbox/cases/{case}")
            ada.does(case, "claim")
            ada.does(case, "reply", text="Of course.", client_id="third")
            assert await phone.hears_of("Of course") == "Ada: Of course."
        finally:
            server.stop()
