"""Who is told when nobody comes: everyone, everyone again, the supervisor, the on-call phone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from core import events as e
from core.ids import AlarmId, CaseId, Fresh
from core.priority import Priority
from escalation.clocks import Clock, first_due

if TYPE_CHECKING:
    from escalation.claim import Case

AGAIN_AFTER = timedelta(seconds=30)
SUPERVISOR_AFTER = timedelta(seconds=60)
SAME_DUE = timedelta(seconds=1)
"""Due times closer than this are one due time: a database may round an instant, and no rounding may keep a clock from missing."""


def begin(
    case: CaseId, priority: Priority, number: int, due: datetime | None, now: datetime, fresh: Fresh, *, again: bool = False,
    alarm: bool = True,
) -> tuple[e.Event, ...]:  # fmt: skip
    """The first rung, and timers for the others. `again` is for a second ladder inside one round, after a change of priority.

    A page waits for the first clock's due time; where that has passed, for the supervisor's minute.
    """
    if priority is Priority.ROUTINE:
        return ()
    supervisor = now + SUPERVISOR_AFTER
    rungs = {"again": now + AGAIN_AFTER, "supervisor": supervisor, "page": due if due and due > now else supervisor}
    suffix = f":{fresh(now)}" if again else ""
    told: tuple[e.Event, ...] = (e.AlarmRaised(AlarmId(fresh(now)), case, "everyone", "everyone"),) if alarm else ()
    return told + tuple(
        e.TimerSet(
            f"{case}:ladder:{number}:{step}{suffix}", "ladder", at, case,
            {"round": number, "step": step, "priority": priority.value},
        )
        for step, at in rungs.items()
    )  # fmt: skip


def fire(
    timer_kind: str, key: str, data: Mapping[str, Any], case: "Case | None", clocks: Sequence[Clock], now: datetime, fresh: Fresh
) -> tuple[e.Event, ...]:
    """What a timer that has come due means now. A timer that no longer matters is only marked as fired.

    So is a transfer's: whether its offer still stands, only the transfer knows (`time_out_transfer`).
    """
    fired = (e.TimerFired(key),)
    if case is None:
        return fired
    match timer_kind:
        case "clock" if not case.is_closed:
            return (*fired, *_clock(case, data, clocks, now, fresh))
        case "ladder" if not case.is_closed and data["round"] == case.round:
            if data.get("priority", case.priority.value) == case.priority.value:
                return (*fired, *_rung(case, str(data["step"]), now, fresh))
    return fired


def _clock(case: "Case", data: Mapping[str, Any], clocks: Sequence[Clock], now: datetime, fresh: Fresh) -> tuple[e.Event, ...]:
    clock = next((clock for clock in clocks if clock.kind == data["clock"]), None)
    if clock is None or not clock.runs:
        return ()
    alarm = e.AlarmRaised(AlarmId(fresh(now)), case.id, f"clock:{clock.kind}:{data['step']}", "supervisor")
    overtaken = abs(datetime.fromisoformat(data["due"]) - clock.due_at) > SAME_DUE if "due" in data else False
    match data["step"]:
        case "warn50" if not overtaken:
            return (e.ClockWarned(case.id, clock.kind, 50),)
        case "warn80" if not overtaken:
            return (e.ClockWarned(case.id, clock.kind, 80), alarm)
        case "due" if now >= clock.due_at - SAME_DUE:
            return (e.ClockMissed(case.id, clock.kind), alarm)
    return ()


def _rung(case: "Case", step: str, now: datetime, fresh: Fresh) -> tuple[e.Event, ...]:
    alarm = AlarmId(fresh(now))
    match step:
        case "again" if case.is_waiting:
            return (e.AlarmRaised(alarm, case.id, step, "everyone"),)
        case "supervisor" if case.is_waiting:
            return (e.AlarmRaised(alarm, case.id, step, "supervisor"),)
        case "page" if case.is_waiting or not case.answered:
            return (e.AlarmRaised(alarm, case.id, step, "on_call", page=True),)
    return ()


def next_round(case: "Case", clocks: Sequence[Clock], now: datetime, fresh: Fresh) -> tuple[e.Event, ...]:
    """The ladder from its first rung, for a case that has come back to the queue."""
    return begin(case.id, case.priority, case.round + 1, first_due(clocks), now, fresh)
