"""Response clocks."""

from datetime import UTC, datetime, timedelta

from core import events as e
from core.ids import ConversationId, LineId, StaffId
from core.priority import Priority
from escalation import case as cases
from escalation.clocks import POLICY, TARGETS

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AMIRA, BEN = StaffId("amira"), StaffId("ben")
LEASE = timedelta(seconds=90)


def opened(priority=Priority.EMERGENCY, since=NOON, now=NOON):
    events = cases.open_case(
        conversation=ConversationId("talk"), line=LineId("teens"), priority=priority, cause="screened", rule="r", seq=1,
        since=since, now=now,
    )  # fmt: skip
    return (*cases.fold(None, (), events), events)


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def claimed(priority=Priority.EMERGENCY):
    case, clocks, _ = opened(priority)
    return cases.fold(case, clocks, cases.claim(case, AMIRA, NOON, LEASE, 0, 3))


def test_clocks_run_from_when_the_message_was_received():
    _, clocks, _ = opened(since=NOON - timedelta(minutes=1))
    assert {clock.kind: clock.due_at - NOON for clock in clocks} == {
        "answer": timedelta(minutes=1), "decision": timedelta(minutes=4), "assess": timedelta(minutes=59),
    }  # fmt: skip
    assert {clock.policy for clock in clocks} == {POLICY}


def test_each_clock_warns_at_half_and_four_fifths():
    _, _, events = opened()
    at = {timer.data["step"]: timer.due_at - NOON for timer in of(e.TimerSet, events) if timer.data.get("clock") == "answer"}
    assert at == {"warn50": timedelta(seconds=60), "warn80": timedelta(seconds=96), "due": timedelta(seconds=120)}


def test_a_routine_text_on_friday_is_due_on_monday():
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    _, clocks, _ = opened(Priority.ROUTINE, since=friday, now=friday)
    assert clocks[0].due_at == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


def test_every_priority_has_a_target():
    assert set(TARGETS) == set(Priority)


def test_raising_keeps_an_earlier_due_time():
    case, clocks, _ = opened(Priority.URGENT)
    later = NOON + timedelta(minutes=30)
    _, after = cases.fold(case, clocks, cases.raise_case(case, clocks, Priority.VERY_URGENT, "screened", "r", 2, later, later))
    assert {clock.kind: clock.due_at for clock in after}["respond"] == NOON + timedelta(hours=1)


def test_a_clock_met_late_stays_missed():
    case, clocks = claimed()
    case, clocks = cases.fold(case, clocks, (e.ClockMissed(case.id, "answer"),))
    case, clocks = cases.fold(case, clocks, cases.reply(case, clocks, AMIRA, 2, "Hello", "c1", NOON))
    assert clocks[0].state is cases.ClockState.MISSED
    assert not clocks[0].outstanding
