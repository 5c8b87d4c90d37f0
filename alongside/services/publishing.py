"""What people decide about releases: ask for one, approve it, drop it, go back.

Rules kept: nobody approves what they wrote, where a second person is asked for; safety wording always needs one; what is
approved is what was checked; one release is on its way at a time; going back needs no building and no second person, since its
words were approved before.
"""

import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.answers import facts_used
from alongside.core.drafts import Draft
from alongside.core.errors import AlongsideError, InvalidInput, NotFound
from alongside.core.library import SAFETY, Entry, Library, approved, as_json, fact_name, kind_of
from alongside.core.permissions import Forbidden
from alongside.core.release_checks import Checks
from alongside.core.releases import Event, Life, Origin, Person, Stage, Step, What
from alongside.services.live_library import LiveLibrary
from alongside.services.ports import Clock
from alongside.services.releases import Models, whole_hash
from alongside.store import drafts as draft_store
from alongside.store import release_lives as lives
from alongside.store import releases as store
from alongside.store.base import Database

Shown = Callable[[Collection[str]], Awaitable[Mapping[str, str]]]
"""Returns the masked words of carers' questions that are still there, by their ids."""


class Approval(str, Enum):
    """What needs a second person."""

    ALL = "all"
    SAFETY = "safety"


class Busy(AlongsideError):
    """Another release is on its way, or it is not in the stage for this. Nothing was changed."""

    status = 409


@dataclass(frozen=True)
class Published:
    """A release as its page shows it. ``before`` and ``after`` are the entries it changed, as they were and as it has them."""

    life: Life
    events: Sequence[Event]
    before: Mapping[str, Entry | None]
    after: Mapping[str, Entry | None]
    checks: Checks | None
    """What the checks found, with carers' own questions as far as they are still there, masked."""
    is_behind: bool
    """Something else has gone live since it was built."""


class Publishing:
    """Use cases on releases. What they ask for is done by ``alongside.services.release_work``."""

    def __init__(
        self,
        *,
        database: Database,
        live: LiveLibrary,
        models: Models,
        clock: Clock,
        recent: Shown,
        approval: Approval = Approval.ALL,
    ) -> None:
        self._database = database
        self._live = live
        self._models = models
        self._clock = clock
        self._recent = recent
        self._approval = approval

    async def list_all(self) -> list[Life]:
        """Return releases, the newest first."""
        async with self._database.reading() as session:
            return await lives.list_all(session)

    async def get_open(self) -> Life | None:
        """Return the release that is on its way."""
        async with self._database.reading() as session:
            return await lives.get_open(session)

    async def get(self, number: int) -> Published:
        """Return one release. Raises NotFound."""
        async with self._database.reading() as session:
            life = await self._life(session, number)
            live = await lives.get_live(session)
            after = await store.get_library(session, number)
            before = await store.get_library(session, life.base) if life.base else Library()
            return Published(
                life=life,
                events=await lives.list_events(session, number),
                before={key: before.get(key) for key in life.changes},
                after={key: after.get(key) for key in life.changes},
                checks=await self._checks(life),
                is_behind=life.stage is Stage.WAITING and (live is None or live.number != life.base),
            )

    async def library(self, number: int | None = None) -> Library:
        """Return all that a release says; the live one without a number. Raises NotFound."""
        async with self._database.reading() as session:
            if number is None:
                live = await lives.get_live(session)
                return await self._live.read(session, live.number) if live else Library()
            return await store.get_library(session, (await self._life(session, number)).number)

    async def is_worked_on(self, number: int) -> bool:
        """Say whether a process is at work on a release now."""
        async with self._database.reading() as session:
            return await lives.is_taken(session, number, now=self._clock.now())

    async def ask_for(self, account: Account, *, keys: Sequence[str] | None = None, reason: str = "") -> int:
        """Ask for a release of the drafts with these keys, of all without; returns its number. It is built by the server.

        Raises InvalidInput when there is nothing to publish, and Busy when a release is on its way.
        """
        now = self._clock.now()
        async with self._database.transaction() as session:
            drafts = {draft.key: draft for draft in await draft_store.list_all(session)}
            if keys is not None:
                if gone := sorted(set(keys) - drafts.keys()):
                    raise InvalidInput(f"There is no draft of {', '.join(gone)} any more. Nothing was begun. Load the page.")
                drafts = {key: drafts[key] for key in keys}
            live = await lives.get_live(session, for_change=True)
            if live is None:
                raise Busy("No release is live yet: the server is still making the first one. Try again in a minute.")
            if other := await lives.get_open(session):
                raise Busy(f"Release {other.number} is on its way. Approve it or drop it first, and then ask again.")
            library = await self._live.read(session, live.number)
            drafts = {key: draft for key, draft in drafts.items() if draft.content != library.get(key)}
            if not drafts:
                raise InvalidInput("There is nothing to publish: no draft differs from what is live.")
            new = library.changed({key: draft.content for key, draft in drafts.items()})
            release = await store.add(
                session,
                content_hash=whole_hash(self._models.code, new, salt=uuid.uuid4().hex),
                model_file="",
                model_hash="",
                made_at=now,
                answers=[(key, as_json(entry)) for key, entry in new],
            )
            by = Person(account.id, account.name)
            life = Life(
                number=release.number,
                stage=Stage.BUILDING,
                origin=Origin.STUDIO,
                made_at=now,
                base=live.number,
                code_hash=self._models.code,
                library_hash=new.hash,
                reason=" ".join(reason.split()),
                by=by,
                authors=_authors(drafts.values()) | {account.id},
                changes=tuple(sorted(drafts)),
                drafts={key: draft.revision for key, draft in drafts.items()},
                step=Step.CHECKING,
                needs_second=self._needs_second(library, new, drafts),
            )
            await lives.add(session, life)
            await lives.add_event(session, release.number, What.ASKED, at=now, by=by, reason=life.reason)
        return release.number

    async def approve(self, account: Account, number: int) -> None:
        """Say yes to a release that is built and checked; the server then starts it. Raises Forbidden and Busy."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            life = await self._life(session, number, for_change=True)
            if life.stage is not Stage.WAITING:
                raise Busy(f"Release {number} does not wait for approval (it is {life.stage.value}). Nothing was changed.")
            if not life.may_approve(account.id):
                raise Forbidden("You wrote some of this, or asked for it. A second person must approve it. Nothing was changed.")
            live = await lives.get_live(session)
            if live is None or live.number != life.base:
                raise Busy("Another release has gone live since this was checked. Drop it and ask again: your drafts are kept.")
            by = Person(account.id, account.name)
            library = await store.get_library(session, number)
            entries = [(key, entry) for key in life.changes if (entry := library.get(key))]
            await store.put_entries(session, number, [(key, approved(entry, account.name)) for key, entry in entries])
            await self._approve(session, number, by)
            await lives.add_event(session, number, What.APPROVED, at=now, by=by)

    async def go_back(self, account: Account, number: int, *, reason: str = "") -> None:
        """Have a release that was live serve carers again. Drafts stay. Raises Busy when it was never live."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            life = await self._life(session, number, for_change=True)
            if life.stage is not Stage.PAST:
                raise Busy(f"Release {number} is {life.stage.value}. You can go back to a release that was live before.")
            other = await lives.get_open(session)
            if other and other.stage is Stage.APPROVED:
                raise Busy(f"Release {other.number} is just being started. Wait until it is live, then go back.")
            by = Person(account.id, account.name)
            await lives.set_(session, number, stage=Stage.APPROVED.value, step=Step.STARTING.value, problems=[])
            await lives.add_event(session, number, What.GONE_BACK, at=now, by=by, reason=" ".join(reason.split()))

    async def drop(self, account: Account, number: int) -> None:
        """Give up a release that is not live; its drafts stay as they are. Raises Busy when it is too late."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            life = await self._life(session, number, for_change=True)
            if life.stage not in (Stage.BUILDING, Stage.WAITING, Stage.BLOCKED, Stage.FAILED):
                raise Busy(f"Release {number} is {life.stage.value}. Nothing was changed.")
            await lives.set_(session, number, stage=Stage.DROPPED.value, step=None, ended_at=now)
            await lives.add_event(session, number, What.DROPPED, at=now, by=Person(account.id, account.name))

    async def _checks(self, life: Life) -> Checks | None:
        if not life.checks:
            return None
        checks = Checks.from_json(life.checks)
        words = await self._recent([move.ref for move in checks.moves if move.ref])
        moves = [replace(move, text=words.get(move.ref, "")) if move.ref else move for move in checks.moves]
        return replace(checks, moves=tuple(move for move in moves if move.text))

    async def _approve(self, session: AsyncSession, number: int, by: Person) -> None:
        library = await store.get_library(session, number)
        await lives.set_(
            session,
            number,
            stage=Stage.APPROVED.value,
            step=Step.STARTING.value,
            library_hash=library.hash,
            approver_id=by.id,
            approver_name=by.name,
            approved_at=self._clock.now(),
        )

    async def _life(self, session: AsyncSession, number: int, *, for_change: bool = False) -> Life:
        life = await lives.get(session, number, for_change=for_change)
        if life is None:
            raise NotFound(f"There is no release {number}. Go back to the list of releases.")
        return life

    def _needs_second(self, before: Library, after: Library, drafts: Mapping[str, Draft]) -> bool:
        if self._approval is Approval.ALL:
            return True
        said = {
            name
            for library in (before, after)
            for reply in library.safety.values()
            for variant in reply.variants
            for name in facts_used(variant.text)
        }
        return any(kind_of(key) == SAFETY or fact_name(key) in said for key in drafts)


def _authors(drafts: Iterable[Draft]) -> frozenset[str]:
    return frozenset(author for draft in drafts for author in draft.authors)
