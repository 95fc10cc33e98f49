"""The one way to a person's words. The young person's own door is their token; staff pass `read_as_staff`, which is audited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from core.errors import NotFound, WrongToken
from core.events import Act, TranscriptRead
from core.ids import ConversationId, LineId, StaffId
from core.messages import Author
from storage import tables as t
from storage.database import Connection, Database
from storage.record import record
from storage.sealing import Sealer
from storage.talks import LIVE, by_token


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript. `hits` are (start, end, rule, priority); `name` is set for staff."""

    seq: int
    author: Author
    text: str
    at: datetime
    received_at: datetime
    staff: StaffId | None
    name: str | None
    job: str | None
    step: str | None
    hits: tuple[tuple[int, int, str, str], ...]
    lexicon: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation as its own young person may see it."""

    id: ConversationId
    line: LineId
    code_name: str
    ended: bool
    seq: int
    session: dict[str, Any] | None
    case_open: bool
    crisis: bool
    held: bool


async def lines_of(connection: Connection, sealer: Sealer, conversation: str, after: int = 0) -> list[Line]:
    """The transcript after a seq, oldest first. The caller has already passed a door."""
    query = (
        select(t.message, t.staff.c.first_name, t.staff.c.job)
        .join(t.staff, t.staff.c.id == t.message.c.staff, isouter=True)
        .where(t.message.c.conversation == conversation, t.message.c.seq > after)
        .order_by(t.message.c.seq)
    )
    return [_line(sealer, row) for row in await connection.execute(query)]


def _line(sealer: Sealer, row: Any) -> Line:
    reading = orjson.loads(row.reading) if row.reading else None
    return Line(
        seq=row.seq,
        author=Author(row.author),
        text=sealer.open(bytes(row.body), f"message|body|{row.conversation}|{row.seq}"),
        at=row.at,
        received_at=row.received_at,
        staff=StaffId(row.staff) if row.staff else None,
        name=row.first_name,
        job=row.job,
        step=row.step,
        hits=tuple((*hit["span"], hit["rule"], hit["priority"]) for hit in reading["hits"]) if reading else (),
        lexicon=reading["lexicon"] if reading else None,
    )


async def open_with_token(connection: Connection, sealer: Sealer, conversation: str, token: str) -> Standing:
    """The young person's own door. Raises WrongToken, the same for a wrong key and for a conversation that is not there."""
    if await by_token(connection, sealer, token) != conversation:
        raise WrongToken
    row = (await connection.execute(select(t.conversation).where(t.conversation.c.id == conversation))).one()
    live = select(t.cases.c.state, t.cases.c.priority).where(t.cases.c.conversation == conversation, t.cases.c.state.in_(LIVE))
    case = (await connection.execute(live)).first()
    opened = sealer.open(bytes(row.standing), f"conversation|standing|{row.id}") if row.standing else None
    return Standing(
        id=ConversationId(row.id),
        line=LineId(row.line),
        code_name=row.code_name,
        ended=row.state == "ended",
        seq=row.seq,
        session=orjson.loads(opened)["session"] if opened else None,
        case_open=case is not None,
        crisis=case is not None and case.priority != "routine",
        held=case is not None and case.state == "claimed",
    )


async def read_as_staff(
    database: Database, sealer: Sealer, conversation: str, staff: StaffId, reason: str, now: datetime
) -> list[Line]:
    """A transcript for staff. Who read it and why is recorded in the same transaction. Raises NotFound."""
    async with database.write() as connection:
        found = await connection.execute(select(t.conversation.c.id).where(t.conversation.c.id == conversation))
        if found.first() is None:
            raise NotFound
        event = TranscriptRead(ConversationId(conversation), staff, reason)
        await record(connection, sealer, [Act(now, f"staff:{staff}", (event,), ConversationId(conversation))])
        return await lines_of(connection, sealer, conversation)
