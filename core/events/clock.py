"""Clocks, timers and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.events.event import Event
from core.ids import AlarmId, CaseId, StaffId


@dataclass(frozen=True, slots=True)
class ClockStarted(Event):
    case: CaseId
    kind: str
    started_at: datetime
    due_at: datetime
    policy: str


@dataclass(frozen=True, slots=True)
class ClockHastened(Event):
    """A raise brought the due time forward; it never moves back by machine."""

    case: CaseId
    kind: str
    due_at: datetime
    policy: str


@dataclass(frozen=True, slots=True)
class ClockWarned(Event):
    case: CaseId
    kind: str
    percent: int


@dataclass(frozen=True, slots=True)
class ClockMet(Event):
    """What the clock asked for was done. After a miss this says when it was done at last."""

    case: CaseId
    kind: str
    staff: StaffId


@dataclass(frozen=True, slots=True)
class ClockMissed(Event):
    case: CaseId
    kind: str


@dataclass(frozen=True, slots=True)
class ClockCancelled(Event):
    """No longer asked for: the case was closed, or its priority was changed by a clinician."""

    case: CaseId
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class BreachExplained(Event):
    case: CaseId
    kind: str
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class TimerSet(Event):
    """Something to do at an instant. `key` is unique for ever, so it is set once and fires once."""

    key: str
    kind: str
    due_at: datetime
    case: CaseId | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimersCancelled(Event):
    """The timers of a case that begin with `prefix` and have not fired will not fire."""

    case: CaseId
    prefix: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    key: str


@dataclass(frozen=True, slots=True)
class AlarmRaised(Event):
    """A person must look. `audience` is everyone, supervisor or on_call; `page` also sends it out of the building."""

    alarm: AlarmId
    case: CaseId | None
    step: str
    audience: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged(Event):
    alarm: AlarmId
    staff: StaffId
