"""What staff work from: the queue, clocks, alarms, offers, notes, history, and the search for a conversation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, select

from storage import tables as t
from storage.database import Connection

Rows = Sequence[Any]
ALIVE = ("running", "warned", "missed")
_staff_names = t.staff.c.first_name.label("holder_name")


async def open_cases(connection: Connection, lines: Sequence[str]) -> Rows:
    """Open and claimed cases of these lines, each with its next clock. The caller orders them."""
    due = (
        select(t.clock.c["case"], func.min(t.clock.c.due_at).label("due_at"))
        .where(t.clock.c.state.in_(ALIVE), t.clock.c.stopped_at.is_(None))
        .group_by(t.clock.c["case"])
        .subquery()
    )
    query = (
        select(t.cases, t.conversation.c.code_name, t.conversation.c.last_at, due.c.due_at.label("next_due"), _staff_names)
        .join(t.conversation, t.conversation.c.id == t.cases.c.conversation)
        .join(due, due.c["case"] == t.cases.c.id, isouter=True)
        .join(t.staff, t.staff.c.id == t.cases.c.holder, isouter=True)
        .where(t.cases.c.state.in_(("open", "claimed")), t.cases.c.line.in_(lines))
    )
    return (await connection.execute(query)).all()


async def case_row(connection: Connection, case: str, lock: bool = False) -> Any | None:
    query = select(t.cases).where(t.cases.c.id == case)
    return (await connection.execute(query.with_for_update() if lock else query)).first()


async def latest_case(connection: Connection, conversation: str) -> Any | None:
    query = (
        select(t.cases, _staff_names)
        .join(t.staff, t.staff.c.id == t.cases.c.holder, isouter=True)
        .where(t.cases.c.conversation == conversation)
        .order_by(t.cases.c.opened_at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def conversation_row(connection: Connection, conversation: str) -> Any | None:
    return (await connection.execute(select(t.conversation).where(t.conversation.c.id == conversation))).first()


async def clock_rows(connection: Connection, case: str | None = None) -> Rows:
    """Clocks of one case, or all that run or were missed without a reason, soonest first."""
    query = (
        select(t.clock, t.cases.c.conversation, t.cases.c.priority, t.conversation.c.code_name)
        .join(t.cases, t.cases.c.id == t.clock.c["case"])
        .join(t.conversation, t.conversation.c.id == t.cases.c.conversation)
        .order_by(t.clock.c.due_at)
    )
    if case is not None:
        return (await connection.execute(query.where(t.clock.c["case"] == case))).all()
    unexplained = and_(t.clock.c.missed_at.is_not(None), t.clock.c.reason.is_(None))
    return (await connection.execute(query.where(t.clock.c.state.in_(("running", "warned")) | unexplained))).all()


async def notes(connection: Connection, conversation: str) -> Rows:
    query = select(t.note, t.staff.c.first_name).join(t.staff, t.staff.c.id == t.note.c.staff)
    return (await connection.execute(query.where(t.note.c.conversation == conversation).order_by(t.note.c.at))).all()


async def history(connection: Connection, case: str) -> Rows:
    query = select(t.history).where(t.history.c["case"] == case).order_by(t.history.c.number)
    return (await connection.execute(query)).all()


async def offers(connection: Connection, case: str | None = None, to: str | None = None) -> Rows:
    """Transfers that wait for an answer."""
    query = (
        select(t.transfer, t.cases.c.conversation, t.conversation.c.code_name)
        .join(t.cases, t.cases.c.id == t.transfer.c["case"])
        .join(t.conversation, t.conversation.c.id == t.cases.c.conversation)
        .where(t.transfer.c.state == "offered")
    )
    if case is not None:
        query = query.where(t.transfer.c["case"] == case)
    if to is not None:
        query = query.where(t.transfer.c.to == to)
    return (await connection.execute(query)).all()


async def offer(connection: Connection, transfer: str) -> Any | None:
    return (await connection.execute(select(t.transfer).where(t.transfer.c.id == transfer).with_for_update())).first()


async def alarms(connection: Connection) -> Rows:
    query = (
        select(t.alarm, t.cases.c.conversation, t.conversation.c.code_name)
        .join(t.cases, t.cases.c.id == t.alarm.c["case"], isouter=True)
        .join(t.conversation, t.conversation.c.id == t.cases.c.conversation, isouter=True)
        .where(t.alarm.c.acknowledged_at.is_(None))
        .order_by(t.alarm.c.at.desc())
        .limit(50)
    )
    return (await connection.execute(query)).all()


async def names(connection: Connection) -> dict[str, tuple[str, str]]:
    """First name and job by staff id."""
    return {row.id: (row.first_name, row.job) for row in await connection.execute(select(t.staff))}


async def search(
    connection: Connection, *, after: datetime | None, before: datetime | None, priority: str | None, outcome: str | None,
    staff: str | None, missed: bool, code_name: str | None, most: int = 500,
) -> Rows:  # fmt: skip
    """Conversations by what is not their words; the caller looks for words in those that are left."""
    late = exists().where(t.clock.c["case"] == t.cases.c.id, t.clock.c.missed_at.is_not(None))
    query = (
        select(t.conversation, t.cases.c.priority, t.cases.c.outcome, t.cases.c.id.label("case"), _staff_names, late.label("missed"))
        .join(t.cases, t.cases.c.conversation == t.conversation.c.id, isouter=True)
        .join(t.staff, t.staff.c.id == t.cases.c.holder, isouter=True)
        .order_by(t.conversation.c.started_at.desc())
        .limit(most)
    )
    if after:
        query = query.where(t.conversation.c.started_at >= after)
    if before:
        query = query.where(t.conversation.c.started_at < before)
    if priority:
        query = query.where(t.cases.c.priority == priority)
    if outcome:
        query = query.where(t.cases.c.outcome == outcome)
    if code_name:
        query = query.where(func.lower(t.conversation.c.code_name) == code_name.lower())
    if missed:
        query = query.where(late)
    if staff:
        wrote = exists().where(t.message.c.conversation == t.conversation.c.id, t.message.c.staff == staff)
        query = query.where(wrote)
    return (await connection.execute(query)).all()
