"""The life of a case: opened, raised, answered, decided, closed. Every function says what happens and writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from core import events as e
from core import ids
from core.errors import Conflict
from core.ids import CaseId, ConversationId, Fresh, LineId, StaffId
from core.priority import Priority
from escalation import clocks as timing
from escalation import ladder
from escalation.claim import (
    CASE,
    HOLD,
    Case,
    CaseMove,
    CaseState,
    ClaimLost,
    HoldMove,
    HoldState,
    NotHolder,
    TooManyHeld,
    claim,
    held_by,
    lapse,
    release,
)
from escalation.clocks import CLOCK, TARGETS, Clock, ClockMove, ClockState
from escalation.transfer import (
    TRANSFER,
    Transfer,
    TransferMove,
    TransferState,
    accept_transfer,
    decline_transfer,
    offer_transfer,
    time_out_transfer,
    withdraw_transfer,
)

__all__ = [
    "CASE", "DECISIONS", "HOLD", "TRANSFER", "BreachUnexplained", "Case", "CaseMove", "CaseState", "ClaimLost", "Clock", "ClockState",
    "EmergencyUndecided", "HoldMove", "HoldState", "NotHolder", "TooManyHeld", "Transfer", "TransferMove", "TransferState",
    "accept_transfer", "change_priority", "claim", "close", "decide_emergency", "decline_transfer", "explain_breach", "fold", "held_by",
    "lapse", "meet_clock", "offer_transfer", "open_case", "raise_case", "release", "reply", "time_out_transfer", "withdraw_transfer",
]  # fmt: skip

DECISIONS = ("called_999", "police_welfare_check", "parent_or_carer_contacted", "kept_talking")


class EmergencyUndecided(Conflict):
    """Record the emergency decision before you close this case."""

    code = "emergency_undecided"


class BreachUnexplained(Conflict):
    """A clock was missed. Say why before you close this case."""

    code = "breach_unexplained"


def open_case(
    *, conversation: ConversationId, line: LineId, priority: Priority, cause: str, rule: str | None, seq: int, since: datetime,
    now: datetime, fresh: Fresh = ids.fresh,
) -> tuple[e.Event, ...]:  # fmt: skip
    """Someone needs a person. Clocks run from `since`, when their message was received, however late we read it."""
    case = CaseId(fresh(now))
    started = timing.start(case, (), priority, since, now, fresh)
    return (
        e.CaseOpened(case, conversation, line, priority, cause, rule, seq, since),
        *started,
        *ladder.begin(case, priority, 1, _first(started, ()), now, fresh),
    )


def raise_case(
    case: Case, clocks: Sequence[Clock], priority: Priority, cause: str, rule: str | None, seq: int, since: datetime, now: datetime,
    fresh: Fresh = ids.fresh,
) -> tuple[e.Event, ...]:  # fmt: skip
    """A later message is more pressing. Less pressing changes nothing: only a clinician lowers."""
    _still_open(case)
    if not priority.outranks(case.priority):
        return ()
    started = timing.start(case.id, clocks, priority, since, now, fresh)
    return (
        e.PriorityRaised(case.id, case.priority, priority, cause, rule, seq),
        *started,
        *ladder.begin(case.id, priority, case.round, _first(started, clocks), now, fresh, again=True),
    )


def change_priority(
    case: Case, clocks: Sequence[Clock], staff: StaffId, priority: Priority, reason: str, now: datetime, fresh: Fresh = ids.fresh
) -> tuple[e.Event, ...]:
    """A clinician's judgement, either way, with a reason. Lowering drops the clocks the new priority doesn't ask for."""
    _still_open(case)
    _reason(reason)
    if priority is case.priority:
        raise Conflict(f"This case is at {priority.words.lower()} already.")
    up = priority.outranks(case.priority)
    dropped = () if up else tuple(clock for clock in clocks if clock.asks not in TARGETS[priority])
    kept = tuple(clock for clock in clocks if clock.outstanding and clock not in dropped)
    started = timing.start(case.id, clocks, priority, now, now, fresh) if up else _missing(case, clocks, priority, now, fresh)
    return (
        e.PriorityChanged(case.id, case.priority, priority, staff, reason),
        *timing.cancel(dropped, "priority changed"),
        *started,
        *ladder.begin(case.id, priority, case.round, _first(started, kept), now, fresh, again=True, alarm=up),
    )


def reply(
    case: Case, clocks: Sequence[Clock], staff: StaffId, seq: int, text: str, client_id: str, now: datetime,
    quick_reply: str | None = None,
) -> tuple[e.Event, ...]:  # fmt: skip
    """A person's words to the young person: the only thing that stops the answer clock."""
    held_by(case, staff)
    said = e.StaffSaid(case.conversation, case.id, seq, staff, text, client_id, quick_reply)
    return (said, *timing.meet(clocks, "answer", staff))


def decide_emergency(
    case: Case, clocks: Sequence[Clock], staff: StaffId, decision: str, reason: str, now: datetime
) -> tuple[e.Event, ...]:
    """What is done about an emergency, and why."""
    held_by(case, staff)
    _reason(reason)
    if decision not in DECISIONS:
        raise Conflict(f"Choose one of: {', '.join(DECISIONS)}.")
    return (e.EmergencyDecided(case.id, staff, decision, reason), *timing.meet(clocks, "decision", staff))


def meet_clock(case: Case, clock: Clock, staff: StaffId, now: datetime) -> tuple[e.Event, ...]:
    """Say that what a clock asks for was done. An answer and an emergency decision are never ticked off: they are made."""
    held_by(case, staff)
    if clock.asks in ("answer", "decision"):
        raise Conflict("Answer the person, or record the decision: that stops this clock.")
    if not clock.outstanding:
        raise Conflict("This clock has stopped already.")
    return timing.meet((clock,), clock.kind, staff)


def explain_breach(case: Case, clock: Clock, staff: StaffId, reason: str, now: datetime) -> tuple[e.Event, ...]:
    """Why a clock was missed."""
    _reason(reason)
    if clock.state is not ClockState.MISSED:
        raise Conflict("This clock was not missed, so there is nothing to explain.")
    return (e.BreachExplained(case.id, clock.kind, staff, reason),)


def close(case: Case, clocks: Sequence[Clock], staff: StaffId, outcome: str, agreed: str, now: datetime) -> tuple[e.Event, ...]:
    """The end of a case, with what was agreed. An offered transfer is left to time out by its own timer."""
    held_by(case, staff)
    CASE.after(case.state, CaseMove.CLOSE)
    undecided = any(clock.asks == "decision" and clock.outstanding for clock in clocks)
    if case.priority is Priority.EMERGENCY and (case.emergency_decision is None or undecided):
        raise EmergencyUndecided
    if any(clock.state is ClockState.MISSED and not clock.explained for clock in clocks):
        raise BreachUnexplained
    return (
        e.CaseClosed(case.id, case.conversation, staff, outcome, agreed),
        *timing.cancel(clocks, "case closed"),
        e.TimersCancelled(case.id, f"{case.id}:clock:"),
        e.TimersCancelled(case.id, f"{case.id}:ladder:"),
    )


def fold(case: Case | None, clocks: Sequence[Clock], events: Iterable[e.Event]) -> tuple[Case | None, tuple[Clock, ...]]:
    """The case and its clocks as these events leave them, without asking a database."""
    held = {clock.kind: clock for clock in clocks}
    for event in events:
        case = _case_after(case, event)
        match event:
            case e.ClockStarted(case=of, kind=kind, started_at=started_at, due_at=due_at, policy=policy):
                held[kind] = Clock(of, kind, started_at, due_at, policy=policy)
            case e.ClockHastened(kind=kind, due_at=due_at, policy=policy):
                held[kind] = replace(held[kind], due_at=due_at, policy=policy)
            case e.ClockWarned(kind=kind):
                held[kind] = _moved(held[kind], ClockMove.WARN)
            case e.ClockMet(kind=kind):
                held[kind] = replace(_moved(held[kind], ClockMove.MEET), stopped=True)
            case e.ClockMissed(kind=kind):
                held[kind] = _moved(held[kind], ClockMove.MISS)
            case e.ClockCancelled(kind=kind):
                held[kind] = _moved(held[kind], ClockMove.CANCEL)
            case e.BreachExplained(kind=kind):
                held[kind] = replace(held[kind], explained=True)
    return case, tuple(held.values())


def _moved(clock: Clock, move: ClockMove) -> Clock:
    return replace(clock, state=CLOCK.after(clock.state, move))


def _case_after(case: Case | None, event: e.Event) -> Case | None:
    if isinstance(event, e.CaseOpened):
        return Case(
            event.case, event.conversation, event.line, event.priority, CaseState.OPEN, None, None, 1, event.since, event.seq
        )  # fmt: skip
    if case is None:
        return None
    match event:
        case e.PriorityRaised(became=became) | e.PriorityChanged(became=became):
            return replace(case, priority=became)
        case e.CaseClaimed(staff=staff, lease_until=until):
            return replace(case, state=CASE.after(case.state, CaseMove.CLAIM), holder=staff, lease_until=until)
        case e.TransferAccepted(to=staff, lease_until=until):
            return replace(case, state=CASE.after(case.state, CaseMove.TRANSFER), holder=staff, lease_until=until)
        case e.CaseReleased() | e.ClaimLapsed():
            return replace(case, state=CaseState.OPEN, holder=None, lease_until=None, round=case.round + 1)
        case e.CaseClosed():
            return replace(case, state=CASE.after(case.state, CaseMove.CLOSE), holder=None, lease_until=None)
        case e.StaffSaid():
            return replace(case, answered=True)
        case e.EmergencyDecided(decision=decision):
            return replace(case, emergency_decision=decision)
    return case


def _missing(case: Case, clocks: Sequence[Clock], priority: Priority, now: datetime, fresh: Fresh) -> tuple[e.Event, ...]:
    """Clocks a lower priority asks for that this case does not have; what was met or missed is not asked for again."""
    had = {clock.asks for clock in clocks if clock.state is not ClockState.CANCELLED}
    started = timing.start(case.id, clocks, priority, now, now, fresh)
    return tuple(event for event in started if _asks(event) not in had)


def _asks(event: e.Event) -> str:
    """What the clock of this event, or of its timer, asks for."""
    match event:
        case e.ClockStarted(kind=kind) | e.ClockHastened(kind=kind):
            return kind.partition(":")[0]
        case e.TimerSet(data=data):
            return str(data["clock"]).partition(":")[0]
    raise AssertionError(f"{type(event).__name__} belongs to no clock")


def _first(started: Sequence[e.Event], clocks: Sequence[Clock]) -> datetime | None:
    dues = [event.due_at for event in started if isinstance(event, e.ClockStarted | e.ClockHastened)]
    waiting = timing.first_due(clocks)
    return min([*dues, waiting] if waiting else dues, default=None)


def _still_open(case: Case) -> None:
    if case.is_closed:
        raise Conflict("This case is closed. A new message opens a new one.")


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Conflict("Give a reason.")
