"""Response clocks: what each priority asks for, by when, and what has become of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core import events as e
from core.ids import CaseId, Fresh, StaffId
from core.london import add_working_time
from core.priority import Priority
from core.transitions import Transitions

POLICY = "2026-11"
"""The version of `TARGETS`; every clock keeps the version it was started under."""

WARNINGS = (50, 80)
"""A clock warns when this many hundredths of its span have gone."""


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take; `working` counts Monday to Friday, England's bank holidays off."""

    span: timedelta
    working: bool = False

    def due(self, since: datetime) -> datetime:
        due = add_working_time(since, self.span) if self.working else since.astimezone(UTC) + self.span
        return due.astimezone(UTC)


TARGETS: Mapping[Priority, Mapping[str, Target]] = {
    Priority.EMERGENCY: {
        "answer": Target(timedelta(minutes=2)),
        "decision": Target(timedelta(minutes=5)),
        "assess": Target(timedelta(hours=1)),
    },
    Priority.VERY_URGENT: {
        "answer": Target(timedelta(minutes=2)),
        "respond": Target(timedelta(hours=1)),
        "assess": Target(timedelta(hours=4)),
        "further_care": Target(timedelta(hours=24)),
    },
    Priority.URGENT: {
        "respond": Target(timedelta(hours=1)),
        "telephone": Target(timedelta(hours=2)),
        "face_to_face": Target(timedelta(hours=24)),
    },
    Priority.ROUTINE: {"answer": Target(timedelta(hours=24), working=True)},
}
"""What the documents the service was commissioned from promise:

- answer, 2 minutes: crisis calls answered within two minutes (mental health response standards, appendix 5)
- respond, 1 hour: responses within one hour of referral (appendix 5; Core 24)
- telephone, 2 hours, and face to face, 24 hours: Crisis Resolution and Home Treatment
- assess, 4 hours, and further care, 24 hours: assessed and acted on, then further care and support (appendix 5)
- answer, 24 hours of working days: ChatHealth's promise for a routine text
- decision, 5 minutes, and assess, 1 hour, at emergency: Lantern's own defaults, for each service's safety officer to confirm
"""


class ClockState(StrEnum):
    RUNNING = "running"
    WARNED = "warned"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class ClockMove(StrEnum):
    WARN = "warned"
    MEET = "met"
    MISS = "missed"
    CANCEL = "cancelled"


_RUNS = (ClockState.RUNNING, ClockState.WARNED)

CLOCK: Transitions[ClockState, ClockMove] = Transitions(
    "clock",
    ClockState.RUNNING,
    {
        **{(state, ClockMove.WARN): ClockState.WARNED for state in _RUNS},
        **{(state, ClockMove.MEET): ClockState.MET for state in _RUNS},
        **{(state, ClockMove.MISS): ClockState.MISSED for state in _RUNS},
        **{(state, ClockMove.CANCEL): ClockState.CANCELLED for state in _RUNS},
        (ClockState.MISSED, ClockMove.MEET): ClockState.MISSED,
    },
)
"""A missed clock stays missed: meeting it afterwards only says when it was done at last."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise of one case. `stopped` says that it was met, late or in time.

    The second clock of a kind in one case is `answer:2`: a clock is never set back, so a new danger gets a new one.
    """

    case: CaseId
    kind: str
    started_at: datetime
    due_at: datetime
    state: ClockState = ClockState.RUNNING
    policy: str = POLICY
    explained: bool = False
    stopped: bool = False

    @property
    def asks(self) -> str:
        """What must be done, whichever clock of its kind this is."""
        return self.kind.partition(":")[0]

    @property
    def runs(self) -> bool:
        return self.state in _RUNS

    @property
    def outstanding(self) -> bool:
        """Whether it still waits for someone, in time or not."""
        return self.runs or (self.state is ClockState.MISSED and not self.stopped)


def start(
    case: CaseId, clocks: Sequence[Clock], priority: Priority, since: datetime, now: datetime, fresh: Fresh
) -> tuple[e.Event, ...]:
    """Start what this priority asks for and no clock waits for yet; bring forward what must now come sooner."""
    events: list[e.Event] = []
    for asks, target in TARGETS[priority].items():
        due = target.due(since)
        waiting = find(clocks, asks)
        if waiting is None:
            count = sum(clock.asks == asks for clock in clocks)
            kind = f"{asks}:{count + 1}" if count else asks
            events += [e.ClockStarted(case, kind, since, due, POLICY), *_timers(case, kind, since, due)]
        elif waiting.runs and due < waiting.due_at:
            events += [
                e.ClockHastened(case, waiting.kind, due, POLICY),
                *_timers(case, waiting.kind, since, due, f":{fresh(now)}"),
            ]
    return tuple(events)


def find(clocks: Iterable[Clock], asks: str) -> Clock | None:
    """The clock that still waits for this to be done."""
    return next((clock for clock in clocks if clock.outstanding and asks in (clock.asks, clock.kind)), None)


def meet(clocks: Iterable[Clock], asks: str, staff: StaffId) -> tuple[e.Event, ...]:
    """Stop the clock that waits for this, if one does."""
    clock = find(clocks, asks)
    if clock is None:
        return ()
    CLOCK.after(clock.state, ClockMove.MEET)
    return (e.ClockMet(clock.case, clock.kind, staff), e.TimersCancelled(clock.case, f"{clock.case}:clock:{clock.kind}:"))


def cancel(clocks: Iterable[Clock], why: str) -> tuple[e.Event, ...]:
    """Stop asking for what has not been missed yet; what was missed stays on the record."""
    return tuple(e.ClockCancelled(clock.case, clock.kind, why) for clock in clocks if clock.runs)


def first_due(clocks: Iterable[Clock]) -> datetime | None:
    """When the first thing that still waits for someone is or was due."""
    return min((clock.due_at for clock in clocks if clock.outstanding), default=None)


def _timers(case: CaseId, kind: str, since: datetime, due: datetime, again: str = "") -> tuple[e.Event, ...]:
    """Timers say which due time they belong to, so those of a due time that was brought forward do nothing."""
    steps = {f"warn{percent}": since + (due - since) * percent / 100 for percent in WARNINGS} | {"due": due}
    return tuple(
        e.TimerSet(f"{case}:clock:{kind}:{step}{again}", "clock", at, case, {"clock": kind, "step": step, "due": due.isoformat()})
        for step, at in steps.items()
    )
