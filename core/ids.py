"""Names for things. Every id is text, unguessable, and sorts by the time it was made."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import NewType

LineId = NewType("LineId", str)
ConversationId = NewType("ConversationId", str)
CaseId = NewType("CaseId", str)
TransferId = NewType("TransferId", str)
AlarmId = NewType("AlarmId", str)
StaffId = NewType("StaffId", str)
ShiftId = NewType("ShiftId", str)
FlowId = NewType("FlowId", str)

Fresh = Callable[[datetime], str]
"""Makes a new id for something that began at the given instant. Tests pass one that counts."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def fresh(at: datetime) -> str:
    """A new id: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32 (26 characters)."""
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))
