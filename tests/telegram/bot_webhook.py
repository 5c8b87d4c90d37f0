"""How Telegram delivers updates to a webhook.

Rule kept: as https://core.telegram.org/bots/api documents at "setWebhook": an HTTPS POST with the update as JSON and the secret
in X-Telegram-Bot-Api-Secret-Token, repeated "in case of an unsuccessful request (a request with response HTTP status code
different from 2XY)"; chats side by side, a chat's updates one after the other.
"""

import asyncio
import time
from typing import Any, Protocol

import httpx

_LONGEST_PAUSE = 0.5
"""Seconds between two tries; Telegram waits longer, a test does not."""


class Waiting(Protocol):
    """What has updates to deliver."""

    updates: list[dict[str, Any]]
    webhook: dict[str, Any]
    proxies: dict[str, str]
    handed_out: set[int]

    def take_away(self, confirmed: Any) -> None: ...


class Deliverer:
    """Delivers to one address until stopped. ``proxies`` says which loopback address stands behind a public one."""

    def __init__(self, api: Waiting, url: str, secret: str) -> None:
        self._api = api
        self._url = url
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client, asyncio.TaskGroup() as group:
            while True:
                for chat in {_chat_of(update) for update in self._api.updates} - self._under_way.keys():
                    self._under_way[chat] = group.create_task(self._deliver(client, chat))
                await asyncio.sleep(0.02)

    async def _deliver(self, client: httpx.AsyncClient, chat: int) -> None:
        pause = 0.02
        while update := next((update for update in list(self._api.updates) if _chat_of(update) == chat), None):
            problem = await self._post(client, update)
            if problem is None:
                number = update["update_id"]
                self._api.take_away(lambda other, number=number: other["update_id"] == number)
                pause = 0.02
                continue
            self._api.webhook |= {"last_error_date": int(time.time()), "last_error_message": problem}
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        del self._under_way[chat]

    async def _post(self, client: httpx.AsyncClient, update: dict[str, Any]) -> str | None:
        """Deliver once; what went wrong is said as getWebhookInfo says it."""
        behind = next((self._url.replace(public, own) for public, own in self._api.proxies.items() if public in self._url), None)
        if behind is None:
            return "Connection refused"
        self._api.handed_out.add(update["update_id"])
        try:
            response = await client.post(behind, json=update, headers=self._headers)
        except httpx.HTTPError:
            return "Connection reset by peer"
        return (
            None if response.is_success else f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        )


def _chat_of(update: dict[str, Any]) -> int:
    """Return the chat an update is of; those of none are delivered after one another."""
    for about in update.values():
        if isinstance(about, dict):
            chat = about.get("chat") or about.get("message", {}).get("chat") or about.get("from") or {}
            return int(chat.get("id", 0))
    return 0
