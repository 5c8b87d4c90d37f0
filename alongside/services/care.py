"""The workers' own care: what a case holds is said before it opens, how much somebody has, and a kind word after a hard one.

Rule kept: it is never in the way of a carer, and what a worker does with it is not recorded, but that they chose to open a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account, AccountRole
from alongside.core.cases import CaseFile
from alongside.core.errors import NotFound
from alongside.core.handover import Reason, State, Urgency
from alongside.core.permissions import require
from alongside.services.ports import Clock
from alongside.services.teams import can_have_cases, read_roster
from alongside.store import cases as case_store
from alongside.store import tasks as store
from alongside.store.base import Database
from alongside.store.case_lists import count_owned

_KINDS = {Reason.SAFETY_SELF: "self", Reason.SAFETY_OTHER: "other", Reason.SAFETY_ABUSE: "abuse"}
_GONE = "This case is not there any more: the carer has deleted the conversation. Go back to the inbox."


@dataclass(frozen=True)
class Holds:
    """What a case holds that is hard to read: the kinds of danger, and how long the carer has waited, if they do."""

    file: CaseFile
    kinds: Sequence[str]
    service: str | None
    waits: timedelta | None


@dataclass(frozen=True)
class Load:
    """How many cases somebody has, and the most they should have; without a cap there is no limit."""

    cases: int
    cap: int | None

    @property
    def is_full(self) -> bool:
        return self.cap is not None and self.cases >= self.cap


class Care:
    """Use cases around a hard case, and around too many."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def before(self, account: Account, case_id: str) -> Holds | None:
        """Return what is to be said before a case opens; None when it holds no danger, or this account knows it.

        Who has done anything with the case knows it, and who has chosen to open it before.
        """
        async with self._database.reading() as session:
            file = await self._read(session, account, case_id)
            kinds = await self._kinds(session, file)
            if not kinds or await store.has_looked(session, case_id, account.id):
                return None
            if await store.has_acted(session, case_id, account.id):
                return None
            roster = await read_roster(session, today=self._clock.today())
        waits = self._clock.now() - file.requested_at if file.case.state is State.WAITING else None
        return Holds(file, kinds, roster.service_name(file.service), waits)

    async def look(self, account: Account, case_id: str) -> None:
        """Remember that an account chose to open a case, so that it is not asked again."""
        async with self._database.transaction() as session:
            await self._read(session, account, case_id)
            await store.keep_look(session, case_id, account.id)

    async def is_hard(self, account: Account, case_id: str) -> bool:
        """Say whether a case speaks of danger or abuse, so that whoever closes it is asked how they are."""
        async with self._database.reading() as session:
            return bool(await self._kinds(session, await self._read(session, account, case_id)))

    async def whom_to_tell(self, account: Account) -> list[str]:
        """Name the leads of the services somebody serves, whom they can talk to."""
        async with self._database.reading() as session:
            roster = await read_roster(session, today=self._clock.today())
        return [
            other.name
            for other in roster.accounts.values()
            if other.role is AccountRole.LEAD
            and other.id != account.id
            and can_have_cases(other)
            and other.services & account.services
        ]

    async def load(self, account: Account) -> Load:
        """Say how many cases an account has claimed and not ended, and its cap."""
        async with self._database.reading() as session:
            cases = await count_owned(session, account.id)
            cap = (await read_roster(session, today=self._clock.today())).person(account.id).cap
        return Load(cases, cap)

    async def would_overload(self, account: Account, case_id: str) -> Load | None:
        """Return the load when claiming this case would be more than the cap; None when it would not, or it is danger."""
        load = await self.load(account)
        if not load.is_full:
            return None
        async with self._database.reading() as session:
            file = await self._read(session, account, case_id)
        return None if file.case.urgency is Urgency.DANGER or file.case.state not in (State.WAITING, State.BOT) else load

    async def _read(self, session: AsyncSession, account: Account, case_id: str) -> CaseFile:
        file = await case_store.get(session, case_id)
        if file is None:
            raise NotFound(_GONE)
        require(account, "inbox.case", file)
        return file

    async def _kinds(self, session: AsyncSession, file: CaseFile) -> list[str]:
        said = await store.list_dangers(session, file.conversation)
        asked = _KINDS.get(file.case.reason) if file.case.reason else None
        return sorted({*said, *([asked] if asked else [])})
