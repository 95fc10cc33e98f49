"""What staff see. A person's words are read through `storage.access`, which records who read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.staff import port
from core.errors import NotFound
from core.events import Act, TranscriptsSearched
from core.ids import AlarmId, CaseId, ConversationId, LineId, StaffId, TransferId
from core.messages import Author, Hit
from core.priority import Priority
from storage import people, worklist
from storage.access import Line, lines_of, read_as_staff
from storage.record import record

if TYPE_CHECKING:
    from console.desk.desk import ServiceDesk

FAR = datetime.max.replace(tzinfo=UTC)
CAUSES = {
    "asked_for_person": "Asked for a person",
    "turn_failed": "The service could not handle a message. Read it yourself.",
    "flow": "A flow handed over",
}


def reason_words(desk: ServiceDesk, cause: str, rule: str | None) -> str:
    """Why a case is here: the rule's clinical meaning, or what was asked."""
    found = desk.screen.rules.get(rule) if rule else None
    return found.meaning if found else CAUSES.get(cause, "Read as a crisis")


async def queue(desk: ServiceDesk, viewer: port.Viewer) -> tuple[port.QueueRow, ...]:
    async with desk.database.read() as connection:
        rows = await worklist.open_cases(connection, [str(line) for line in desk.deployment.lines])
    ordered = sorted(rows, key=lambda row: (Priority(row.priority).rank, row.next_due or FAR, row.since))
    return tuple(
        port.QueueRow(
            case=CaseId(row.id),
            conversation=ConversationId(row.conversation),
            code_name=row.code_name,
            line=LineId(row.line),
            priority=Priority(row.priority),
            reason=reason_words(desk, row.cause, row.rule),
            due_at=row.next_due,
            since=row.since,
            holder=StaffId(row.holder) if row.holder else None,
            holder_name=row.holder_name,
            last_at=row.last_at,
        )
        for row in ordered
    )


async def conversation(desk: ServiceDesk, viewer: port.Viewer, wanted: ConversationId, reason: str) -> port.Talk:
    lines = await read_as_staff(desk.database, desk.sealer, wanted, viewer.id, reason, desk.clock.now())
    async with desk.database.read() as connection:
        talk = await worklist.conversation_row(connection, wanted)
        if talk is None:
            raise NotFound
        case = await worklist.latest_case(connection, wanted)
        clocks = await worklist.clock_rows(connection, case.id) if case else ()
        past = await worklist.history(connection, case.id) if case else ()
        notes = await worklist.notes(connection, wanted)
        names = await worklist.names(connection)
        there = await people.on_shift(connection, desk.present_since)
    waiting = await offers(desk, case=case.id) if case else ()
    return port.Talk(
        conversation=wanted,
        code_name=talk.code_name,
        line=LineId(talk.line),
        channel=talk.channel,
        case=_case(desk, case, lines) if case else None,
        messages=tuple(_message(line) for line in lines),
        notes=tuple(
            port.Note(row.first_name, desk.sealer.open(bytes(row.body), f"note|body|{row.id}"), row.at) for row in notes
        ),
        clocks=tuple(_clock(row) for row in clocks),
        history=tuple(port.HistoryRow(row.at, _past_words(row, names)) for row in past),
        transfers=waiting,
        colleagues=tuple(port.Colleague(*row) for row in there if row[0] != viewer.id),
        meanings={rule.id: rule.meaning for rule in desk.screen.rules.values()},
        ended=talk.state == "ended",
        left_quickly=talk.left_quickly_at is not None,
    )


def _case(desk: ServiceDesk, row: Any, lines: list[Line]) -> port.CaseRow:
    lexicon = next((line.lexicon for line in lines if line.seq == row.opened_seq), None)
    return port.CaseRow(
        id=CaseId(row.id),
        state=row.state,
        priority=Priority(row.priority),
        reason=reason_words(desk, row.cause, row.rule),
        rule=row.rule,
        lexicon=lexicon or "",
        holder=StaffId(row.holder) if row.holder else None,
        holder_name=row.holder_name,
        since=row.since,
        emergency_decision=row.decision,
    )


def _message(line: Line) -> port.Message:
    hits = tuple(Hit(rule, start, end, Priority(priority)) for start, end, rule, priority in line.hits)
    name = "Lantern bot" if line.author is Author.BOT else line.name or ""
    return port.Message(line.seq, line.author, name, line.text, line.at, hits, line.step if line.staff else None)


def _clock(row: Any) -> port.ClockRow:
    return port.ClockRow(
        case=CaseId(row.case),
        kind=row.kind,
        due_at=row.due_at,
        state=row.state,
        explained=row.reason is not None,
        met_at=row.stopped_at if row.state in ("met", "missed") else None,
        conversation=ConversationId(row.conversation),
        code_name=row.code_name,
        priority=Priority(row.priority),
    )


def _past_words(row: Any, names: Mapping[str, tuple[str, str]]) -> str:
    actor = row.actor.removeprefix("staff:")
    who = names[actor][0] if actor in names else row.actor.capitalize()
    what = row.subject if row.noun == "clock" else ""
    reason = f" ({row.reason})" if row.reason and row.reason not in names else ""
    return f"{who}: {row.noun} {what} {row.became}".replace("  ", " ") + reason


async def search(desk: ServiceDesk, viewer: port.Viewer, query: Mapping[str, str]) -> tuple[port.Found, ...]:
    """By date, priority, outcome, staff, breach in the database; by words among what is left, opened here and only here."""
    async with desk.database.write() as connection:
        rows = await worklist.search(
            connection,
            after=_day(query.get("after")),
            before=_day(query.get("before")),
            priority=query.get("priority") or None,
            outcome=query.get("outcome") or None,
            staff=query.get("staff") or None,
            missed=bool(query.get("missed")),
            code_name=query.get("code_name") or None,
        )
        words = (query.get("text") or "").casefold().split()
        if words:
            rows = [row for row in rows if _holds(await lines_of(connection, desk.sealer, row.id), words)]
        event = TranscriptsSearched(viewer.id, tuple(sorted(key for key, value in query.items() if value)), len(rows))
        await record(connection, desk.sealer, [Act(desk.clock.now(), f"staff:{viewer.id}", (event,))])
    return tuple(
        port.Found(
            conversation=ConversationId(row.id),
            code_name=row.code_name,
            line=LineId(row.line),
            started_at=row.started_at,
            priority=Priority(row.priority) if row.priority else None,
            outcome=row.outcome,
            staff=row.holder_name,
            missed=bool(row.missed),
        )
        for row in rows
    )


def _holds(lines: list[Line], words: list[str]) -> bool:
    text = " ".join(line.text for line in lines).casefold()
    return all(word in text for word in words)


def _day(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None
    except ValueError:
        return None


async def clocks(desk: ServiceDesk) -> tuple[port.ClockRow, ...]:
    async with desk.database.read() as connection:
        return tuple(_clock(row) for row in await worklist.clock_rows(connection))


async def offers(desk: ServiceDesk, case: str | None = None, to: str | None = None) -> tuple[port.TransferRow, ...]:
    async with desk.database.read() as connection:
        rows = await worklist.offers(connection, case, to)
        names = await worklist.names(connection)
    return tuple(
        port.TransferRow(
            id=TransferId(row.id),
            case=CaseId(row.case),
            conversation=ConversationId(row.conversation),
            code_name=row.code_name,
            by=StaffId(row.by),
            by_name=names[row.by][0],
            to=StaffId(row.to),
            to_name=names[row.to][0],
            reason=row.reason,
            note=desk.sealer.open(bytes(row.note), f"transfer|note|{row.id}"),
            expires_at=row.expires_at,
        )
        for row in rows
    )


async def alarms(desk: ServiceDesk) -> tuple[port.Alarm, ...]:
    async with desk.database.read() as connection:
        rows = await worklist.alarms(connection)
    return tuple(
        port.Alarm(AlarmId(row.id), ConversationId(row.conversation) if row.conversation else None, row.code_name, row.step, row.at)
        for row in rows
    )
