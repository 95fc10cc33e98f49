"""Conversations as turns need them: found by their keys, loaded and locked in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ids import CaseId, ConversationId, LineId, StaffId
from core.messages import Channel
from core.priority import Priority
from escalation.case import Case, CaseState
from escalation.clocks import Clock, ClockState
from storage import tables as t
from storage.sealing import Sealer

LIVE = (CaseState.OPEN, CaseState.CLAIMED)


@dataclass(frozen=True, slots=True)
class TalkState:
    """A conversation as it stands: what a decision about its next message needs, and nothing else."""

    id: ConversationId
    line: LineId
    channel: Channel
    code_name: str
    ended: bool
    ended_at: datetime | None
    seq: int
    session: dict[str, Any] | None
    window: tuple[tuple[datetime, str], ...]
    case: Case | None
    clocks: tuple[Clock, ...]


def _standing(sealer: Sealer, row: Any) -> dict[str, Any]:
    if row.standing is None:
        return {"session": None, "window": []}
    opened: dict[str, Any] = orjson.loads(sealer.open(bytes(row.standing), f"conversation|standing|{row.id}"))
    return opened


def case_of(row: Any) -> Case:
    """A row of `cases` as the decisions know it."""
    return Case(
        id=CaseId(row.id),
        conversation=ConversationId(row.conversation),
        line=LineId(row.line),
        priority=Priority(row.priority),
        state=CaseState(row.state),
        holder=StaffId(row.holder) if row.holder else None,
        lease_until=row.lease_until,
        round=row.round,
        since=row.since,
        opened_seq=row.opened_seq,
        answered=row.answered_at is not None,
        emergency_decision=row.decision,
    )


def clock_of(row: Any) -> Clock:
    """A row of `clock` as the decisions know it."""
    return Clock(
        case=CaseId(row.case),
        kind=row.kind,
        started_at=row.started_at,
        due_at=row.due_at,
        state=ClockState(row.state),
        policy=row.policy,
        explained=row.reason is not None,
        stopped=row.stopped_at is not None,
    )


async def clocks_of(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, tuple[Clock, ...]]:
    found: dict[str, list[Clock]] = {}
    query = select(t.clock).where(t.clock.c.case.in_(list(ids))).order_by(t.clock.c.due_at)
    for row in await connection.execute(query):
        found.setdefault(row.case, []).append(clock_of(row))
    return {case: tuple(clocks) for case, clocks in found.items()}


async def load(connection: AsyncConnection, sealer: Sealer, ids: Iterable[ConversationId]) -> dict[ConversationId, TalkState]:
    """These conversations, locked in id order so that two batches cannot wait for each other."""
    wanted = sorted(set(ids))
    query = select(t.conversation).where(t.conversation.c.id.in_(wanted)).order_by(t.conversation.c.id).with_for_update()
    rows = (await connection.execute(query)).all()
    live = select(t.cases).where(t.cases.c.conversation.in_(wanted), t.cases.c.state.in_(LIVE)).with_for_update()
    cases = {row.conversation: case_of(row) for row in await connection.execute(live)}
    clocks = await clocks_of(connection, [case.id for case in cases.values()]) if cases else {}
    return {row.id: _talk(sealer, row, cases.get(row.id), clocks) for row in rows}


def _talk(sealer: Sealer, row: Any, case: Case | None, clocks: dict[str, tuple[Clock, ...]]) -> TalkState:
    standing = _standing(sealer, row)
    return TalkState(
        id=ConversationId(row.id),
        line=LineId(row.line),
        channel=Channel(row.channel),
        code_name=row.code_name,
        ended=row.state == "ended",
        ended_at=row.ended_at,
        seq=row.seq,
        session=standing["session"],
        window=tuple((datetime.fromtimestamp(at, UTC), text) for at, text in standing["window"]),
        case=case,
        clocks=clocks.get(case.id, ()) if case else (),
    )


async def known(connection: AsyncConnection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Of these (channel, provider id) pairs, those already stored, with the seq they were given."""
    pair = tuple_(t.message.c.channel, t.message.c.provider_id)
    query = select(t.message.c.channel, t.message.c.provider_id, t.message.c.seq).where(pair.in_(list(keys)))
    return {(row.channel, row.provider_id): row.seq for row in await connection.execute(query)}


async def _find(connection: AsyncConnection, where: ColumnElement[bool]) -> ConversationId | None:
    row = (await connection.execute(select(t.conversation.c.id).where(where))).first()
    return ConversationId(row.id) if row else None


async def by_token(connection: AsyncConnection, sealer: Sealer, token: str) -> ConversationId | None:
    return await _find(connection, t.conversation.c.token_index == sealer.index("token", token))


async def by_return_code(connection: AsyncConnection, sealer: Sealer, code: str) -> ConversationId | None:
    return await _find(connection, t.conversation.c.return_index == sealer.index("return", code))


async def staff_present(connection: AsyncConnection, line: str, since: datetime) -> int:
    """How many people on shift for a line have shown a sign of life since the given instant."""
    query = (
        select(t.staff.c.lines)
        .join(t.shift, t.shift.c.staff == t.staff.c.id)
        .where(t.shift.c.ended_at.is_(None), t.shift.c.last_at >= since, t.staff.c.disabled_at.is_(None))
    )
    return sum(line in row.lines.split(",") for row in await connection.execute(query))
