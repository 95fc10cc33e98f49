"""Events into rows: the only writer of what happened, and of the audit chain beside it."""

from collections.abc import Sequence

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.events import Act
from storage import tables as t
from storage.audit import append
from storage.rows import WRITERS, Row, Rows
from storage.sealing import Sealer

_ORDER: tuple[Table, ...] = (
    t.conversation, t.message, t.cases, t.clock, t.timer, t.alarm, t.outbox, t.transfer, t.note, t.history, t.feedback,
    t.staff, t.shift,
)  # fmt: skip


async def record(connection: AsyncConnection, sealer: Sealer, acts: Sequence[Act]) -> None:
    """Write every act of a batch inside the caller's transaction. The caller commits."""
    if not acts:
        return
    rows = Rows(sealer, acts[0])
    for act in acts:
        rows.act = act
        for event in act.events:
            WRITERS[type(event)](rows, event)
    for table in _ORDER:
        if table in rows.inserts:
            await connection.execute(insert(table), rows.inserts[table])
    await _move_talks(connection, rows.talks)
    for table, where, values in rows.changes:
        await _change(connection, table, where, values)
    for case, prefix in rows.cancelled:
        await _cancel_timers(connection, case, prefix, acts[-1])
    await append(connection, sealer, acts)


async def _move_talks(connection: AsyncConnection, talks: dict[str, Row]) -> None:
    """One bulk update for each set of columns that changed; a normal batch has one set."""
    shapes: dict[tuple[str, ...], list[Row]] = {}
    for conversation, values in talks.items():
        shapes.setdefault(tuple(sorted(values)), []).append({"key": conversation, **{f"v_{k}": v for k, v in values.items()}})
    for columns, parameters in shapes.items():
        statement = (
            update(t.conversation)
            .where(t.conversation.c.id == bindparam("key"))
            .values({column: bindparam(f"v_{column}", type_=t.conversation.c[column].type) for column in columns})
        )
        await connection.execute(statement, parameters)


async def _change(connection: AsyncConnection, table: Table, where: Row, values: Row) -> None:
    statement = update(table).values(values)
    for column, value in where.items():
        statement = statement.where(table.c[column].is_(None) if value is None else table.c[column] == value)
    await connection.execute(statement)


async def _cancel_timers(connection: AsyncConnection, case: str, prefix: str, act: Act) -> None:
    statement = update(t.timer).where(t.timer.c.case == case, t.timer.c.state == "set", t.timer.c.key.startswith(prefix))
    await connection.execute(statement.values(state="cancelled", ended_at=act.at))
