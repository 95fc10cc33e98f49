"""Who is told when nobody comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core import events as e
from core.ids import ConversationId, LineId, StaffId, fresh
from core.priority import Priority
from escalation import case as cases
from escalation import ladder

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


def rung(events, step):
    return next(timer for timer in of(e.TimerSet, events) if timer.kind == "ladder" and timer.data["step"] == step)


def fire(timer, case, clocks):
    return ladder.fire(timer.kind, timer.key, timer.data, case, clocks, timer.due_at, fresh)


@pytest.mark.parametrize("priority", [Priority.EMERGENCY, Priority.VERY_URGENT, Priority.URGENT])
def test_everyone_is_told_at_once_then_again_then_the_supervisor_then_the_on_call_phone(priority):
    case, clocks, events = opened(priority)
    assert [alarm.audience for alarm in of(e.AlarmRaised, events)] == ["everyone"]
    told = [of(e.AlarmRaised, fire(rung(events, step), case, clocks))[0] for step in ("again", "supervisor", "page")]
    assert [(alarm.audience, alarm.page) for alarm in told] == [("everyone", False), ("supervisor", False), ("on_call", True)]
    assert rung(events, "again").due_at == NOON + timedelta(seconds=30)
    assert rung(events, "supervisor").due_at == NOON + timedelta(seconds=60)
    assert rung(events, "page").due_at == min(clock.due_at for clock in clocks)


def test_routine_wakes_nobody():
    _, _, events = opened(Priority.ROUTINE)
    assert not of(e.AlarmRaised, events)


def test_a_claimed_case_stops_the_first_rungs_but_an_unanswered_one_still_pages():
    _, _, events = opened()
    case, clocks = claimed()
    for step in ("again", "supervisor"):
        timer = rung(events, step)
        assert fire(timer, case, clocks) == (e.TimerFired(timer.key),)
    assert of(e.AlarmRaised, fire(rung(events, "page"), case, clocks))[0].page
    case, clocks = cases.fold(case, clocks, cases.reply(case, clocks, AMIRA, 2, "Hello", "c1", NOON))
    assert len(fire(rung(events, "page"), case, clocks)) == 1


def test_a_rung_of_an_earlier_round_does_nothing():
    _, _, events = opened()
    case, clocks = claimed()
    case, clocks = cases.fold(case, clocks, cases.release(case, clocks, AMIRA, "r", NOON))
    assert len(fire(rung(events, "again"), case, clocks)) == 1


def test_a_case_released_after_its_target_pages_within_the_minute():
    case, clocks = claimed()
    late = NOON + timedelta(minutes=10)
    assert rung(cases.release(case, clocks, AMIRA, "r", late), "page").due_at == late + timedelta(seconds=60)


@pytest.mark.parametrize("drift", [timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1)])
def test_a_due_clock_is_missed_even_when_a_database_rounds_its_due_time(drift):
    case, clocks, events = opened()
    clocks = tuple(replace(clock, due_at=clock.due_at + drift) for clock in clocks)
    due = next(timer for timer in of(e.TimerSet, events) if timer.key.endswith("answer:due"))
    assert of(e.ClockMissed, fire(due, case, clocks))


def test_warnings_of_a_due_time_brought_forward_do_nothing():
    case, clocks, events = opened(Priority.VERY_URGENT)
    case, clocks = cases.fold(case, clocks, cases.raise_case(case, clocks, Priority.EMERGENCY, "screened", "r", 2, NOON, NOON))
    old = next(timer for timer in of(e.TimerSet, events) if timer.key.endswith("assess:warn50"))
    assert fire(old, case, clocks) == (e.TimerFired(old.key),)


def test_every_timer_key_is_set_once():
    case, clocks, events = opened(Priority.URGENT)
    keys = [timer.key for timer in of(e.TimerSet, events)]
    for priority in (Priority.VERY_URGENT, Priority.EMERGENCY):
        events = cases.raise_case(case, clocks, priority, "screened", "r", 2, NOON, NOON)
        case, clocks = cases.fold(case, clocks, events)
        keys += [timer.key for timer in of(e.TimerSet, events)]
    assert len(keys) == len(set(keys))


def test_nothing_is_done_for_a_case_that_is_gone():
    assert ladder.fire("ladder", "k", {"round": 1, "step": "again"}, None, (), NOON, fresh) == (e.TimerFired("k"),)
