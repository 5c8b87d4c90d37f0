"""The ways in which somebody is alerted: listed, added, tried, removed.

Rule kept: an address is sealed before it is stored and never shown again, as whoever has it can send in somebody's name.
"""

import uuid

from alongside.core.accounts import clean_email
from alongside.core.alerts import OWN_MAIL, Failure, Kind, NotSent, Route
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.services.alerts import Alerts
from alongside.services.ports import Alerter, Clock, Vault
from alongside.store import accounts
from alongside.store import alerts as store
from alongside.store.base import Database

MOST_ROUTES = 10
"""More ways than one person has, and few enough to send to at once."""

MAX_ADDRESS = 2000
"""Characters; the longest addresses of services are a few hundred."""


class AlertRoutes:
    """Use cases of somebody's own alert routes."""

    def __init__(self, *, database: Database, vault: Vault, alerter: Alerter, alerts: Alerts, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._alerter = alerter
        self._alerts = alerts
        self._clock = clock

    async def list_for(self, account_id: str) -> list[Route]:
        async with self._database.reading() as session:
            return await store.list_routes(session, account_id)

    async def add_email(self, account_id: str, email: str) -> Route:
        """Add an e-mail address, to which the operator's mail server sends. Raises InvalidInput when there is none."""
        if not self._alerts.can_mail:
            raise InvalidInput(
                "No mail server is set up here, so no e-mail can be sent. Ask whoever runs Alongside, or add another service."
            )
        return await self.add(account_id, OWN_MAIL + clean_email(email))

    async def add(self, account_id: str, address: str) -> Route:
        """Add an apprise address; one that is there already is not added twice.

        Raises InvalidInput when nothing can be sent there, or there are too many.
        """
        address = address.strip()
        if len(address) > MAX_ADDRESS:
            raise InvalidInput(f"The address has {len(address)} characters, and {MAX_ADDRESS} is the most. Nothing was added.")
        label = self._alerter.label(address)
        route = Route(uuid.uuid4().hex, account_id, label[:120], self._vault.seal(address), self._clock.now())
        async with self._database.transaction() as session:
            await accounts.lock(session, account_id)
            routes = await store.list_routes(session, account_id)
            if same := next((other for other in routes if self._is(other, address)), None):
                return same
            if len(routes) >= MOST_ROUTES:
                raise InvalidInput(f"There are {MOST_ROUTES} ways already. Remove one first; nothing was added.")
            await store.add_route(session, route)
        return route

    def _is(self, route: Route, address: str) -> bool:
        try:
            return self._vault.open(route.sealed) == address
        except AlongsideError:  # sealed with a key that is lost: it is set up anew beside it
            return False

    async def remove(self, account_id: str, route_id: str) -> None:
        """Remove a route. Raises NotFound when this account has no such one."""
        async with self._database.transaction() as session:
            if not await store.delete_route(session, account_id, route_id):
                raise NotFound("That way is not in the list any more. Load the page again.")

    async def test(self, account_id: str) -> list[tuple[Route, Failure | None]]:
        """Send a test to every route, and return how each went. Raises InvalidInput when there is none."""
        routes = await self.list_for(account_id)
        if not routes:
            raise InvalidInput("There is no way to send a test to. Add one first.")
        text = self._alerts.text_of(Kind.TEST)
        results: list[tuple[Route, Failure | None]] = []
        for route in routes:
            try:
                await self._alerts.send_to(route.sealed, text=text)
            except NotSent as error:
                results.append((route, error.why))
            else:
                results.append((route, None))
        return results
