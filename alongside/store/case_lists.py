"""The lists of the inbox: every query that returns many cases, looks for one, or counts them.

Rule kept: a list and a search hold only cases their reader may see; what is looked through is bounded, however much is stored.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, collate, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.accounts import Account
from alongside.core.cases import CaseFile
from alongside.core.handover import State
from alongside.store.cases import CaseEventRow, CaseRow, file_of
from alongside.store.conversations import MessageRow

LISTED = 200
"""Cases on one page: more than anyone reads, and few enough to draw at once."""

SEARCHED = 300
"""Cases whose messages one search looks through: what a database reads in less than the blink of an eye."""


_CURLY = "’"
"""The apostrophe that phones write; keyboards write the straight one."""


@dataclass(frozen=True)
class Scope:
    """Which cases a list is of: those an account has, those of some services, and those that are nobody's.

    Nobody's are those of no service, and of those not ``served`` by anybody if that is known. ``owner`` alone leaves only theirs;
    nothing at all leaves none.
    """

    states: Collection[State]
    owner: str | None = None
    services: Collection[str] = ()
    with_nobodys: bool = False
    served: Collection[str] | None = None

    def condition(self) -> ColumnElement[bool]:
        seen: list[ColumnElement[bool]] = []
        if self.owner is not None:
            seen.append(CaseRow.owner == self.owner)
        if self.services:
            seen.append(CaseRow.service.in_(self.services))
        if self.with_nobodys:
            seen.append(CaseRow.service.is_(None))
        if self.with_nobodys and self.served is not None:
            seen.append(CaseRow.service.not_in(self.served))
        return and_(CaseRow.state.in_([state.value for state in self.states]), or_(*seen) if seen else false())


def seen_by(account: Account, states: Collection[State]) -> Scope:
    """Return the scope of all cases that somebody may see."""
    return Scope(states, owner=account.id, services=account.reaches, with_nobodys=bool(account.reaches), served=account.served)


def _to_answer(account: str) -> ColumnElement[bool]:
    is_to_write = or_(
        CaseRow.worker_wrote_at.is_(None),
        CaseRow.worker_wrote_at < CaseRow.claimed_at,
        CaseRow.worker_wrote_at < CaseRow.carer_wrote_at,
    )
    is_theirs = and_(CaseRow.state == State.WITH_WORKER.value, CaseRow.owner == account)
    return or_(CaseRow.state == State.WAITING.value, and_(is_theirs, is_to_write))


async def list_cases(
    session: AsyncSession, scope: Scope, *, account: str, limit: int = LISTED, offset: int = 0
) -> list[CaseFile]:
    """Return a page of cases: what this account has to answer first, then theirs, then others', each with danger first.

    Those that are over come with the last first.
    """
    if State.CLOSED in scope.states:
        order = [func.coalesce(CaseRow.closed_at, CaseRow.requested_at).desc(), CaseRow.id]
    else:
        whose = case((_to_answer(account), 0), (CaseRow.owner == account, 1), else_=2)
        order = [whose, CaseRow.urgency, CaseRow.requested_at, CaseRow.id]
    # Only what is shown is read whole: sorting thousands of cases with all that is kept of them takes several times as long.
    page = select(CaseRow.id).where(scope.condition()).order_by(*order).limit(limit).offset(offset)
    ids = list(await session.scalars(page))
    rows = {row.id: row for row in await session.scalars(select(CaseRow).where(CaseRow.id.in_(ids)))}
    return [file_of(rows[case_id]) for case_id in ids if case_id in rows]


async def count_to_answer(session: AsyncSession, scopes: Sequence[Scope], *, account: str) -> list[int]:
    """Count, for each of some lists, the cases that this account has to answer."""
    conditions = [scope.condition() for scope in scopes]
    counted = [func.sum(case((condition, 1), else_=0)) for condition in conditions]
    found = (await session.execute(select(*counted).where(_to_answer(account), or_(*conditions)))).one()
    return [count or 0 for count in found]


async def count_owned(session: AsyncSession, account: str) -> int:
    """Count the cases an account has now."""
    is_theirs = and_(CaseRow.owner == account, CaseRow.state == State.WITH_WORKER.value)
    return await session.scalar(select(func.count()).select_from(CaseRow).where(is_theirs)) or 0


async def count_open(session: AsyncSession) -> dict[str, int]:
    """Return how many open cases each account has: those it took, and those that wait with its promise."""
    whose = case((CaseRow.state == State.WAITING.value, CaseRow.promised), else_=CaseRow.owner).label("whose")
    is_open = CaseRow.state.in_([State.WAITING.value, State.WITH_WORKER.value])
    found = select(whose).where(is_open).subquery()
    counted = select(found.c.whose, func.count().label("cases")).where(found.c.whose.is_not(None)).group_by(found.c.whose)
    return {row.whose: row.cases for row in await session.execute(counted)}


async def version(session: AsyncSession) -> tuple[object, ...]:
    """Return the last line of the cases' logs, how many are open, and when last somebody wrote in one."""
    is_open = CaseRow.state.in_([State.WAITING.value, State.WITH_WORKER.value])
    last_move = select(func.max(CaseEventRow.id)).scalar_subquery()
    written = func.max(CaseRow.requested_at), func.max(CaseRow.carer_wrote_at), func.max(CaseRow.worker_wrote_at)
    return tuple((await session.execute(select(last_move, func.count(), *written).where(is_open))).one())


async def find_by_case(
    session: AsyncSession, scope: Scope, text: str, *, named: Collection[str], limit: int = LISTED
) -> list[CaseFile]:
    """Return the cases whose reference begins with a text, whose carer gave a name with it, or of the services ``named``.

    The last that was asked for comes first.
    """
    matches = or_(
        CaseRow.id.startswith(text.lower(), autoescape=True),
        _holds(session, CaseRow.details["name"].as_string(), text),
        CaseRow.service.in_(named),
    )
    rows = await session.scalars(
        select(CaseRow).where(scope.condition(), matches).order_by(CaseRow.requested_at.desc(), CaseRow.id).limit(limit)
    )
    return [file_of(row) for row in rows]


async def find_in_threads(
    session: AsyncSession, scope: Scope, words: Sequence[str], *, offset: int = 0
) -> tuple[list[CaseFile], bool]:
    """Look through the threads of SEARCHED cases, from the last asked for on, for a message with all of these words.

    Returns the cases found, and whether there are older ones to look through.
    """
    order = (CaseRow.requested_at.desc(), CaseRow.id)
    newest = select(CaseRow.id).where(scope.condition()).order_by(*order).limit(SEARCHED + 1).offset(offset)
    ids = list(await session.scalars(newest))
    # Each thread is read until its first hit, so that a word which is everywhere is found at once. It is a value with a limit:
    # EXISTS would become a join, and PostgreSQL rather read every message there is.
    hit = (
        select(MessageRow.id)
        .where(MessageRow.conversation_id == CaseRow.conversation_id, *(_holds(session, MessageRow.text, word) for word in words))
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.scalars(select(CaseRow).where(CaseRow.id.in_(ids[:SEARCHED]), hit.is_not(None)).order_by(*order))
    return [file_of(row) for row in rows], len(ids) > SEARCHED


def _holds(session: AsyncSession, column: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    """Return the condition that a text holds a word, in capitals or not, and with either apostrophe.

    Both databases look past capitals quickly for the letters A to Z alone, so a word with others is looked for both ways.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    plain = word.replace(_CURLY, "'")
    cased = {plain} if plain.isascii() else {plain, plain.lower(), plain.upper()}
    forms = cased | {form.replace("'", _CURLY) for form in cased}
    escaped = (form.replace("/", "//").replace("%", "/%").replace("_", "/_") for form in forms)
    patterns = [f"%{form}%" for form in escaped]
    if is_sqlite:
        return or_(*(column.like(pattern, escape="/") for pattern in patterns))
    return or_(*(collate(column, "C").ilike(pattern, escape="/") for pattern in patterns))
