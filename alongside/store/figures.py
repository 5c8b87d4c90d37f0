"""What the figures are counted from: the logs of cases, read in small portions.

Rule kept: nothing but times, names of moves, reasons and outcomes is read; no message, no note, no account.
"""

from collections.abc import AsyncIterator, Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alongside.core.cases import Happened
from alongside.core.figures import ASKS, Logged
from alongside.core.handover import Move
from alongside.store.cases import CaseEventRow, CaseRow

_REPLIED = Happened.REPLIED.value
_TELLS_NOTHING = (Happened.NOTED.value, Move.CLAIM.value)

_PORTION = 500
"""Rows read at once: carers' messages are served between one portion and the next."""


async def read_logs(
    session: AsyncSession, *, since: datetime, until: datetime, services: Collection[str] | None = None
) -> AsyncIterator[list[Logged]]:
    """Yield, in portions, the logs of the cases in which a person was asked for from ``since`` until just before ``until``.

    In each case in the order in which it happened. ``services`` leaves only theirs.
    """
    asked = select(CaseEventRow.case_id).where(CaseEventRow.what.in_(ASKS), CaseEventRow.at >= since, CaseEventRow.at < until)
    before = func.lag(CaseEventRow.what).over(partition_by=CaseEventRow.case_id, order_by=CaseEventRow.id)
    lines = (
        select(CaseEventRow, before.label("before"))
        .where(CaseEventRow.case_id.in_(asked), CaseEventRow.what.not_in(_TELLS_NOTHING))
        .subquery()
    )
    needed = (
        select(lines.c.case_id, CaseRow.service, lines.c.at, lines.c.what, lines.c.role, lines.c.details)
        .join(CaseRow, CaseRow.id == lines.c.case_id)
        # A talk has many replies, and only the first of those in a row can end a wait or keep a promise.
        .where(or_(lines.c.what != _REPLIED, lines.c.before != _REPLIED))
        .order_by(lines.c.case_id, lines.c.id)
        .execution_options(yield_per=_PORTION)
    )
    if services is not None:
        needed = needed.where(CaseRow.service.in_(services))
    async for portion in (await session.stream(needed)).partitions():
        yield [Logged(*row) for row in portion]
