"""Who is answered next, and how much one member of staff may hold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from core.ids import CaseId
from core.priority import Priority
from escalation.claim import Case, TooManyHeld
from escalation.clocks import Clock, first_due

HELD_MOST = 3
IMMEDIATE_MOST = 1
"""Talks one member of staff can look after at once, and how many of them may be emergency or very urgent."""

_NEVER = datetime.max.replace(tzinfo=UTC)

Place = tuple[int, datetime, datetime, str]


def place(case: Case, clocks: Iterable[Clock]) -> Place:
    """Sorts a case into the queue: priority, then what is due first, then who has waited longest. Never newest first."""
    return case.priority.rank, first_due(clocks) or _NEVER, case.since, case.id


def in_order(cases: Iterable[Case], clocks: Mapping[CaseId, Sequence[Clock]]) -> tuple[Case, ...]:
    """The cases that wait for someone, first to be answered first."""
    waiting = (case for case in cases if case.is_waiting)
    return tuple(sorted(waiting, key=lambda case: place(case, clocks.get(case.id, ()))))


def room_for(priority: Priority, held: Sequence[Priority], most: int = HELD_MOST, immediate: int = IMMEDIATE_MOST) -> None:
    """Raises TooManyHeld when someone who holds cases at these priorities can't look after one more."""
    if len(held) >= most:
        raise TooManyHeld
    if priority.is_immediate and sum(one.is_immediate for one in held) >= immediate:
        raise TooManyHeld("You hold someone who needs you now. Ask a colleague to take this one.")
