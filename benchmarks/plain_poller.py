"""A bot as python-telegram-bot's own examples write it, to compare with: ``python -m benchmarks.plain_poller API``.

It answers as the app's stand-in assistant does, after the same moment's thought.
"""

import asyncio
import logging
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.telegram.bot_api import TOKEN
from tests.telegram.process import THOUGHT


async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say back what was said."""
    if update.message is not None:
        await asyncio.sleep(THOUGHT)
        await update.message.reply_text(f"You said: {update.message.text}")


if __name__ == "__main__":
    logging.disable()  # each of the many failures to come would be told at length
    application = Application.builder().token(TOKEN).base_url(f"{sys.argv[1]}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()
