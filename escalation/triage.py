"""What a reading means for a conversation. It raises or does nothing; only a clinician lowers."""

from dataclasses import dataclass

from core.messages import Reading
from core.priority import Priority


@dataclass(frozen=True, slots=True)
class Raise:
    """Open a case at this priority, or raise the one that is open."""

    priority: Priority
    rule: str | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """The reading changes nothing."""


def triage(reading: Reading, case_priority: Priority | None) -> Raise | Nothing:
    """`case_priority` is that of the open case, if there is one."""
    if reading.priority is None or not reading.priority.outranks(case_priority):
        return Nothing()
    return Raise(reading.priority, reading.rule)
