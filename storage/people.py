"""Staff: who they are, their sessions, their shifts, and how often someone has tried to be them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from core.ids import ShiftId, StaffId
from core.priority import Priority
from storage import tables as t
from storage.database import Connection
from storage.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Person:
    id: StaffId
    username: str
    first_name: str
    job: str
    roles: tuple[str, ...]
    lines: tuple[str, ...]
    password_hash: str
    totp_secret: str
    totp_step: int
    disabled: bool


def _person(sealer: Sealer, row: Any) -> Person:
    return Person(
        id=StaffId(row.id),
        username=row.username,
        first_name=row.first_name,
        job=row.job,
        roles=tuple(row.roles.split(",")),
        lines=tuple(row.lines.split(",")),
        password_hash=row.password_hash,
        totp_secret=sealer.open(bytes(row.totp_secret), f"staff|totp_secret|{row.id}"),
        totp_step=row.totp_step,
        disabled=row.disabled_at is not None,
    )


async def by_username(connection: Connection, sealer: Sealer, username: str) -> Person | None:
    row = (await connection.execute(select(t.staff).where(t.staff.c.username == username))).first()
    return _person(sealer, row) if row else None


async def everyone(connection: Connection, sealer: Sealer) -> list[Person]:
    return [_person(sealer, row) for row in await connection.execute(select(t.staff).order_by(t.staff.c.username))]


async def use_totp_step(connection: Connection, staff: StaffId, step: int) -> bool:
    """Mark a code used. False when this or a later one was used before: a code works once (ASVS 6.5.1)."""
    later = update(t.staff).where(t.staff.c.id == staff, t.staff.c.totp_step < step).values(totp_step=step)
    return (await connection.execute(later)).rowcount == 1


async def tries_since(connection: Connection, subjects: Sequence[bytes], since: datetime) -> int:
    query = select(func.count()).select_from(t.sign_in_try).where(t.sign_in_try.c.subject.in_(subjects), t.sign_in_try.c.at >= since)
    return int((await connection.execute(query)).scalar_one())


async def note_try(connection: Connection, subjects: Sequence[bytes], now: datetime) -> None:
    await connection.execute(insert(t.sign_in_try), [{"subject": subject, "at": now} for subject in subjects])
    await connection.execute(delete(t.sign_in_try).where(t.sign_in_try.c.at < now - timedelta(days=1)))


async def start_session(connection: Connection, sealer: Sealer, token: str, staff: StaffId, now: datetime) -> None:
    row = {"token_index": sealer.index("session", token), "staff": staff, "started_at": now, "last_at": now}
    await connection.execute(insert(t.staff_session), row)


async def end_session(connection: Connection, sealer: Sealer, token: str) -> None:
    await connection.execute(delete(t.staff_session).where(t.staff_session.c.token_index == sealer.index("session", token)))


async def end_sessions_of(connection: Connection, staff: StaffId) -> None:
    await connection.execute(delete(t.staff_session).where(t.staff_session.c.staff == staff))


async def of_session(
    connection: Connection, sealer: Sealer, token: str, now: datetime, idle: timedelta, longest: timedelta
) -> tuple[Person, ShiftId | None] | None:
    """Whose session this is, and their shift; None when it is over, idle too long, or its person is disabled."""
    query = (
        select(t.staff, t.shift.c.id.label("shift"))
        .join(t.staff_session, t.staff_session.c.staff == t.staff.c.id)
        .join(t.shift, (t.shift.c.staff == t.staff.c.id) & t.shift.c.ended_at.is_(None), isouter=True)
        .where(
            t.staff_session.c.token_index == sealer.index("session", token),
            t.staff_session.c.last_at > now - idle,
            t.staff_session.c.started_at > now - longest,
            t.staff.c.disabled_at.is_(None),
        )
    )
    row = (await connection.execute(query)).first()
    return (_person(sealer, row), ShiftId(row.shift) if row.shift else None) if row else None


async def seen(connection: Connection, sealer: Sealer, staff: StaffId, token: str | None, now: datetime, lease: timedelta) -> None:
    """A sign of life: the session, the shift and every lease this person holds live on."""
    if token is not None:
        mine = t.staff_session.c.token_index == sealer.index("session", token)
        await connection.execute(update(t.staff_session).where(mine).values(last_at=now))
    await connection.execute(update(t.shift).where(t.shift.c.staff == staff, t.shift.c.ended_at.is_(None)).values(last_at=now))
    held = (t.cases.c.holder == staff) & (t.cases.c.state == "claimed")
    await connection.execute(update(t.cases).where(held).values(lease_until=now + lease))


async def holding(connection: Connection, staff: StaffId) -> int:
    query = select(func.count()).select_from(t.cases).where(t.cases.c.holder == staff, t.cases.c.state == "claimed")
    return int((await connection.execute(query)).scalar_one())


async def held_priorities(connection: Connection, staff: StaffId) -> list[Priority]:
    query = select(t.cases.c.priority).where(t.cases.c.holder == staff, t.cases.c.state == "claimed")
    return [Priority(row.priority) for row in await connection.execute(query)]


async def on_shift(connection: Connection, since: datetime) -> list[tuple[StaffId, str, str, int]]:
    """(id, first name, job, cases held) of everyone on shift whose browser spoke since."""
    held = (
        select(t.cases.c.holder, func.count().label("held"))
        .where(t.cases.c.state == "claimed")
        .group_by(t.cases.c.holder)
        .subquery()
    )
    query = (
        select(t.staff.c.id, t.staff.c.first_name, t.staff.c.job, func.coalesce(held.c.held, 0))
        .join(t.shift, t.shift.c.staff == t.staff.c.id)
        .join(held, held.c.holder == t.staff.c.id, isouter=True)
        .where(t.shift.c.ended_at.is_(None), t.shift.c.last_at >= since)
        .order_by(t.staff.c.first_name)
    )
    return [(StaffId(row[0]), row[1], row[2], int(row[3])) for row in await connection.execute(query)]


async def last_handover(connection: Connection, sealer: Sealer) -> str | None:
    query = select(t.shift.c.id, t.shift.c.note).where(t.shift.c.note.is_not(None)).order_by(t.shift.c.ended_at.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return sealer.open(bytes(row.note), f"shift|note|{row.id}") if row else None


async def shift_of(connection: Connection, staff: StaffId) -> ShiftId | None:
    """The shift this person is on now."""
    row = (await connection.execute(select(t.shift.c.id).where(t.shift.c.staff == staff, t.shift.c.ended_at.is_(None)))).first()
    return ShiftId(row.id) if row else None
