"""The audit chain: each act's entry carries the hash of the one before, so that a changed byte shows and is named."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core import events as e
from core.events import Act, Event
from storage import tables as t
from storage.sealing import SealBroken, Sealer

_WORDS = {"text", "note", "agreed", "answers", "session", "window", "address"}
"""Fields that hold people's words: the chain keeps a keyed digest of them, or nothing."""
_SECRETS = {"token", "code", "password_hash", "totp_secret"}


def detail_of(act: Act, sealer: Sealer) -> str:
    """What the chain says of an act: event names, ids, instants, and digests of words; canonical JSON."""
    return orjson.dumps([_plain(event, sealer) for event in act.events], option=orjson.OPT_SORT_KEYS).decode()


def _plain(event: Event, sealer: Sealer) -> dict[str, Any]:
    plain: dict[str, Any] = {"event": type(event).__name__}
    if isinstance(event, e.TalkMoved):
        return plain
    for name in event.__dataclass_fields__:
        value = getattr(event, name)
        if name in _SECRETS:
            continue
        if name in _WORDS:
            if name == "text":
                plain["digest"] = sealer.digest(_place(event), str(value))
            continue
        plain[name] = asdict(value) if hasattr(value, "__dataclass_fields__") else value
    return plain


def _place(event: Any) -> str:
    return f"{event.note}" if isinstance(event, e.NoteAdded) else f"{event.conversation}|{event.seq}"


def link(previous: bytes, seq: int, at: datetime, actor: str, conversation: str | None, case: str | None, detail: str) -> bytes:
    """SHA-256 over the hash before and this entry's own fields."""
    fields = orjson.dumps([seq, int(at.timestamp() * 1_000_000), actor, conversation, case, detail])
    return hashlib.sha256(previous + fields).digest()


async def append(connection: AsyncConnection, sealer: Sealer, acts: Sequence[Act]) -> None:
    """Add one entry an act. The head's row is the chain's lock: taken last, held until the commit."""
    head = (await connection.execute(select(t.audit_head).with_for_update())).one()
    seq, previous = head.seq, bytes(head.hash)
    entries = []
    for act in acts:
        seq += 1
        detail = detail_of(act, sealer)
        previous = link(previous, seq, act.at, act.actor, act.conversation, act.case, detail)
        entries.append(
            {"seq": seq, "at": act.at, "actor": act.actor, "conversation": act.conversation, "case": act.case,
             "detail": detail, "hash": previous}
        )  # fmt: skip
    await connection.execute(insert(t.audit), entries)
    await connection.execute(update(t.audit_head).values(seq=seq, hash=previous))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the record is whole; if not, the first entry that is broken and how."""

    entries: int
    messages: int
    broken_at: int | None = None
    why: str | None = None

    @property
    def whole(self) -> bool:
        return self.broken_at is None


async def verify(connection: AsyncConnection, sealer: Sealer) -> Verdict:
    """Walk the chain from its first entry, and hold each stored message against the digest the chain has of it."""
    bodies = await _digests(connection, sealer)
    previous, expected, messages = bytes(32), 0, 0
    for entry in await connection.execute(select(t.audit).order_by(t.audit.c.seq)):
        expected += 1
        if entry.seq != expected:
            return Verdict(expected - 1, messages, expected, "an entry is missing")
        previous = link(previous, entry.seq, entry.at, entry.actor, entry.conversation, entry.case, entry.detail)
        if previous != bytes(entry.hash):
            return Verdict(expected, messages, expected, "the entry was changed")
        for event in orjson.loads(entry.detail):
            if "digest" in event and "seq" in event:
                messages += 1
                if bodies.pop((event["conversation"], event["seq"]), None) != event["digest"]:
                    return Verdict(expected, messages, expected, "a message is not as it was written")
    head = (await connection.execute(select(t.audit_head))).one()
    if (head.seq, bytes(head.hash)) != (expected, previous):
        return Verdict(expected, messages, expected + 1, "the chain's end was cut off")
    if bodies:
        return Verdict(expected, messages, expected + 1, "a message stands in the transcript that no entry knows")
    return Verdict(expected, messages)


async def _digests(connection: AsyncConnection, sealer: Sealer) -> dict[tuple[str, int], str]:
    found = {}
    query = select(t.message.c.conversation, t.message.c.seq, t.message.c.body)
    for row in await connection.execute(query):
        try:
            text = sealer.open(bytes(row.body), f"message|body|{row.conversation}|{row.seq}")
            found[row.conversation, row.seq] = sealer.digest(f"{row.conversation}|{row.seq}", text)
        except SealBroken:
            found[row.conversation, row.seq] = "broken"
    return found
