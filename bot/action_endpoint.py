"""How the assistant calls the custom actions, which run inside the app.

Measured with Rasa's own endpoint: each call opens a connection, and carries the whole domain with every answer's text
(0.5 MB and more), which both ends turn into JSON and back. That is where 60 ms went. Here the connection stays
open, and of the domain goes what actions read: the responses' titles and which nations have their own wording.
"""

import json
from typing import Any

import aiohttp
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

ACTION_SECONDS = 3.0
"""No rule runs more than two actions, and the app waits 8 seconds for a turn: an action that hangs must leave time for the answer."""


class ActionEndpoint(EndpointConfig):
    """The app's action address, with one connection kept open and a light request."""

    def __init__(self, *, url: str, token: str) -> None:
        # Asking Rasa for the "selective domain" keeps it from adding the whole one; ours is added below, as the SDK wants one.
        super().__init__(url=url, headers={"Authorization": f"Bearer {token}"}, enable_selective_domain=True)
        self._session: aiohttp.ClientSession | None = None
        self._domain: dict[str, Any] = {}

    def use_domain(self, domain: Domain) -> None:
        """Take from the model's domain what actions need: of each wording its metadata and condition, not its text."""
        self._domain = {
            "responses": {
                name: [{key: wording[key] for key in ("condition", "metadata") if key in wording} for wording in wordings]
                for name, wordings in domain.responses.items()
            }
        }

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Send one action call and return its events and responses."""
        body = json.dumps({**kwargs["json"], "domain": self._domain}, default=str)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACTION_SECONDS), trust_env=False)
        headers = {"Content-Type": content_type or "application/json", **self.headers}
        async with self._session.request(method, self.url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status >= 300:
                # The body may quote the request; only the status goes on. Rasa reads it as JSON when the status is 400.
                raise ClientResponseError(500, "action failed", f"status {response.status}")
            return await response.json()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
