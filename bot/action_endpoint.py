"""How the assistant calls the custom actions, which run inside the app.

An action that does nothing took 54 ms with Rasa's own endpoint (2 cores, both busy) and takes 2 ms here:
- 40 ms went to checking that the *schema* of an action's reply is a valid schema, again with every reply. It is checked once.
- 14 ms went to sending the whole domain with every answer's text, half a megabyte that both ends turn into JSON and back, over
  a new connection. Now goes what actions read of it (the responses' titles and buttons, which nations have their
  own wording, and the forms), over a connection that stays open; and only its hash once the app knows it.
"""

import hashlib
import json
from typing import Any

import aiohttp
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

ACTION_SECONDS = 3.0
"""The app waits 8 seconds for a turn, so one action that hangs leaves time for the answer."""

DOMAIN_WANTED = 449
"""How an action server asks for the domain whose hash it does not know, as Rasa's own do."""

KEEP_OPEN_SECONDS = 3.0
"""Shorter than the 5 seconds after which the app's server closes an idle connection, so that no call meets a closing one."""


class ActionEndpoint(EndpointConfig):
    """The app's action address, with one connection kept open and a light request."""

    def __init__(self, *, url: str, token: str) -> None:
        # Asking Rasa for the "selective domain" keeps it from adding the whole one; ours is added below, as the SDK wants one.
        super().__init__(url=url, headers={"Authorization": f"Bearer {token}"}, enable_selective_domain=True)
        self._session: aiohttp.ClientSession | None = None
        self._domain = "{}"
        self._digest = ""

    def use_domain(self, domain: Domain) -> None:
        """Take from the model's domain what actions read: of each wording its title, buttons and condition; and the forms."""
        responses = {name: [_light(wording) for wording in wordings] for name, wordings in domain.responses.items()}
        self._domain = json.dumps({"responses": responses, "forms": domain.forms})
        self._digest = hashlib.sha256(self._domain.encode()).hexdigest()

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Send one action call and return its events and responses."""
        call = json.dumps(kwargs["json"], default=str)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_OPEN_SECONDS),
                timeout=aiohttp.ClientTimeout(total=ACTION_SECONDS),
            )
        headers = {"Content-Type": content_type or "application/json", **self.headers}
        for domain in ("null", self._domain):
            body = f'{call[:-1]}, "domain_digest": "{self._digest}", "domain": {domain}}}'
            async with self._session.request(method, self.url, data=body, headers=headers, allow_redirects=False) as response:
                status = response.status
                if status < 300:
                    return await response.json()
            if status != DOMAIN_WANTED:
                break
        # The body may quote the request; only the status goes on. Rasa reads it as JSON when the status is 400.
        raise ClientResponseError(500, "action failed", f"status {status}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _light(wording: dict[str, Any]) -> dict[str, Any]:
    light = {"metadata": {"title": wording.get("metadata", {}).get("title")}}
    return light | {key: wording[key] for key in ("condition", "buttons") if key in wording}


def check_reply_schema_once() -> None:
    """Make Rasa validate each action's reply with a validator prepared once; what it accepts and refuses stays the same.

    Rasa offers no place to hand one in, so its method is replaced.
    """
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(_action: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
