"""What is due: timers, lapsed leases, pages. Rows are taken under lock, so two watchers never fire one step twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from core.events import Event, TransferEnded
from core.ids import CaseId, TransferId
from escalation.case import Case
from escalation.clocks import Clock
from storage import tables as t
from storage.database import Connection, Database
from storage.talks import case_of, clocks_of

PAGE_LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Due:
    key: str
    kind: str
    data: dict[str, Any]
    case: Case | None
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Lapsed:
    case: Case
    clocks: tuple[Clock, ...]
    seq: int
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    case: str | None
    step: str
    attempt: int


async def due_timers(connection: Connection, now: datetime, most: int) -> list[Due]:
    """The timers that are due, oldest first, locked; one that another watcher holds is passed over."""
    query = (
        select(t.timer)
        .where(t.timer.c.state == "set", t.timer.c.due_at <= now)
        .order_by(t.timer.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [await _due(connection, row) for row in (await connection.execute(query)).all()]


async def _due(connection: Connection, row: Any) -> Due:
    case: Case | None = None
    clocks: tuple[Clock, ...] = ()
    if row.case:
        found = (await connection.execute(select(t.cases).where(t.cases.c.id == row.case).with_for_update())).first()
        case = case_of(found) if found else None
        clocks = (await clocks_of(connection, [row.case])).get(row.case, ())
    return Due(row.key, row.kind, orjson.loads(row.data), case, clocks)


async def transfers_offered(connection: Connection, due: Due) -> tuple[Event, ...]:
    """If the timer is a transfer's and nobody answered it, the offer's end."""
    if due.kind != "transfer" or due.case is None:
        return ()
    offer = due.key.rsplit(":", 1)[-1]
    query = select(t.transfer.c.id).where(t.transfer.c.id == offer, t.transfer.c.state == "offered")
    if (await connection.execute(query)).first() is None:
        return ()
    return (TransferEnded(TransferId(offer), CaseId(due.case.id), "timed_out", None),)


async def lapsed_claims(connection: Connection, now: datetime) -> list[Lapsed]:
    """Claimed cases whose lease is over, locked, with what is needed to tell the young person."""
    query = (
        select(t.cases, t.conversation.c.seq, t.staff.c.first_name)
        .join(t.conversation, t.conversation.c.id == t.cases.c.conversation)
        .join(t.staff, t.staff.c.id == t.cases.c.holder)
        .where(t.cases.c.state == "claimed", t.cases.c.lease_until <= now)
        .with_for_update(of=t.cases, skip_locked=True)
    )
    rows = (await connection.execute(query)).all()
    clocks = await clocks_of(connection, [row.id for row in rows]) if rows else {}
    return [Lapsed(case_of(row), clocks.get(row.id, ()), row.seq, row.first_name) for row in rows]


async def pages_to_send(database: Database, now: datetime) -> list[Page]:
    """Claim pending pages by a lease; the sender works outside any transaction."""
    ready = (t.outbox.c.state == "pending") & (t.outbox.c.lease_until.is_(None) | (t.outbox.c.lease_until <= now))
    async with database.read() as connection:
        if (await connection.execute(select(t.outbox.c.id).where(ready).limit(1))).first() is None:
            return []
    async with database.write() as connection:
        rows = (await connection.execute(select(t.outbox).where(ready).limit(20).with_for_update(skip_locked=True))).all()
        pages = [Page(row.id, row.case, row.step or "", row.attempt + 1) for row in rows]
        for page in pages:
            leased = {"attempt": page.attempt, "lease_until": now + PAGE_LEASE}
            await connection.execute(update(t.outbox).where(t.outbox.c.id == page.id).values(leased))
    return pages


async def page_sent(database: Database, page: Page, now: datetime) -> None:
    """Record that a page left, unless its lease passed to another sender meanwhile."""
    mine = (t.outbox.c.id == page.id) & (t.outbox.c.attempt == page.attempt)
    async with database.write() as connection:
        await connection.execute(update(t.outbox).where(mine).values(state="sent", ended_at=now))
