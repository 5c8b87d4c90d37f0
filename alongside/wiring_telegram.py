"""Where the parts of the Telegram channel are joined."""

from datetime import timedelta
from typing import TYPE_CHECKING

from alongside.services.promises import Promises
from alongside.services.telegram.api import TelegramApi
from alongside.services.telegram.channel import Telegram
from alongside.services.telegram.chats import Chats
from alongside.services.telegram.commands import Commands
from alongside.services.telegram.connection import Connection
from alongside.services.telegram.edits import Edits
from alongside.services.telegram.handler import Handler
from alongside.services.telegram.lease import Leases
from alongside.services.telegram.outbox import Outbox
from alongside.services.telegram.pace import Pace
from alongside.services.telegram.updates import Updates

if TYPE_CHECKING:
    from alongside.wiring import Container


def join_telegram(
    parts: "Container", bot: TelegramApi, *, promises: Promises, keep: timedelta, pace: Pace, is_counted: bool
) -> Telegram:
    """Join what runs the bot with the parts of the app that every channel shares."""
    settings, database, clock = parts.settings, parts.database, parts.clock
    leases = Leases(database=database, clock=clock)
    outbox = Outbox(
        database=database,
        telegram=bot,
        leases=leases,
        moves=parts.moves,
        words=parts.words,
        announcer=parts.announcer,
        clock=clock,
        public_url=settings.address,
        pace=pace,
        is_counted=is_counted,
    )
    chats = Chats(database=database, bot=bot.bot, words=parts.words, clock=clock, keep=keep)
    commands = Commands(database=database, chats=chats, requests=parts.requests, outbox=outbox, moves=parts.moves, clock=clock)
    edits = Edits(
        database=database,
        requests=parts.requests,
        promises=promises,
        announcer=parts.announcer,
        clock=clock,
    )
    handler = Handler(
        database=database,
        telegram=bot,
        chats=chats,
        commands=commands,
        edits=edits,
        turns=parts.turns,
        requests=parts.requests,
        outbox=outbox,
        clock=clock,
        passes_files=settings.telegram_files == "workers",
    )
    updates = Updates(database=database, telegram=bot, leases=leases, handler=handler, clock=clock, is_counted=is_counted)
    connection = Connection(
        database=database,
        telegram=bot,
        updates=updates,
        leases=leases,
        clock=clock,
        is_webhook=settings.telegram_mode == "webhook",
        public_url=settings.public_url,
    )
    return Telegram(api=bot, leases=leases, updates=updates, outbox=outbox, connection=connection)
