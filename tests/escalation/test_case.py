"""The life of a case."""

from datetime import UTC, datetime, timedelta

import pytest

from core import events as e
from core.errors import Conflict
from core.ids import ConversationId, LineId, StaffId
from core.priority import Priority
from escalation import case as cases

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


def test_a_case_is_claimed_once():
    case, _ = claimed()
    with pytest.raises(cases.ClaimLost):
        cases.claim(case, BEN, NOON, LEASE, 0, 3)


def test_nobody_claims_more_than_they_can_look_after():
    case, _, _ = opened()
    with pytest.raises(cases.TooManyHeld):
        cases.claim(case, BEN, NOON, LEASE, 3, 3)


def test_a_reply_stops_the_answer_clock_and_only_that():
    case, clocks = claimed()
    events = cases.reply(case, clocks, AMIRA, 2, "Hello", "c1", NOON)
    assert [met.kind for met in of(e.ClockMet, events)] == ["answer"]
    case, clocks = cases.fold(case, clocks, events)
    assert case.answered
    assert not of(e.ClockMet, cases.reply(case, clocks, AMIRA, 3, "Hello again", "c2", NOON))


def test_only_the_holder_replies():
    case, clocks = claimed()
    with pytest.raises(cases.NotHolder):
        cases.reply(case, clocks, BEN, 2, "Hello", "c1", NOON)


def test_an_answer_is_never_ticked_off_by_hand():
    case, clocks = claimed()
    with pytest.raises(Conflict):
        cases.meet_clock(case, clocks[0], AMIRA, NOON)


def test_release_puts_it_back_with_everyone_told_and_clocks_untouched():
    case, clocks = claimed()
    events = cases.release(case, clocks, AMIRA, "end of shift", NOON)
    back, after = cases.fold(case, clocks, events)
    assert back.is_waiting
    assert back.round == 2
    assert after == clocks
    assert [alarm.audience for alarm in of(e.AlarmRaised, events)] == ["everyone"]
    assert {timer.data["round"] for timer in of(e.TimerSet, events)} == {2}


def test_a_claim_lapses_only_when_its_lease_is_over():
    case, clocks = claimed()
    assert cases.lapse(case, clocks, NOON + LEASE - timedelta(seconds=1)) == ()
    assert of(e.ClaimLapsed, cases.lapse(case, clocks, NOON + LEASE))


def test_the_machine_raises_and_never_lowers():
    case, clocks = claimed(Priority.VERY_URGENT)
    assert cases.raise_case(case, clocks, Priority.URGENT, "screened", "r", 5, NOON, NOON) == ()
    events = cases.raise_case(case, clocks, Priority.EMERGENCY, "screened", "r", 5, NOON, NOON)
    assert of(e.AlarmRaised, events)
    assert [clock.kind for clock in of(e.ClockStarted, events)] == ["decision"]
    assert [clock.kind for clock in of(e.ClockHastened, events)] == ["assess"]


def test_an_answered_case_that_turns_worse_is_answered_again_on_a_new_clock():
    case, clocks = claimed(Priority.VERY_URGENT)
    case, clocks = cases.fold(case, clocks, cases.reply(case, clocks, AMIRA, 2, "Hello", "c1", NOON))
    later = NOON + timedelta(minutes=20)
    events = cases.raise_case(case, clocks, Priority.EMERGENCY, "screened", "r", 5, later, later)
    assert "answer:2" in [clock.kind for clock in of(e.ClockStarted, events)]


def test_a_clinician_lowers_with_a_reason_and_what_is_no_longer_asked_for_stops():
    case, clocks = claimed()
    with pytest.raises(Conflict):
        cases.change_priority(case, clocks, AMIRA, Priority.URGENT, " ", NOON)
    events = cases.change_priority(case, clocks, AMIRA, Priority.URGENT, "safe with mum", NOON)
    assert {clock.kind for clock in of(e.ClockCancelled, events)} == {"answer", "decision", "assess"}
    assert {clock.kind for clock in of(e.ClockStarted, events)} == {"respond", "telephone", "face_to_face"}
    assert not of(e.AlarmRaised, events)


def test_an_emergency_is_not_closed_before_its_decision():
    case, clocks = claimed()
    with pytest.raises(cases.EmergencyUndecided):
        cases.close(case, clocks, AMIRA, "safe", "call tomorrow", NOON)
    case, clocks = cases.fold(case, clocks, cases.decide_emergency(case, clocks, AMIRA, "called_999", "pills", NOON))
    events = cases.close(case, clocks, AMIRA, "safe", "call tomorrow", NOON)
    assert of(e.TimersCancelled, events)
    case, clocks = cases.fold(case, clocks, events)
    assert case.is_closed
    assert not any(clock.runs for clock in clocks)


def test_a_missed_clock_is_explained_before_the_case_is_closed():
    case, clocks = claimed(Priority.URGENT)
    case, clocks = cases.fold(case, clocks, (e.ClockMissed(case.id, "respond"),))
    with pytest.raises(cases.BreachUnexplained):
        cases.close(case, clocks, AMIRA, "safe", "", NOON)
    case, clocks = cases.fold(case, clocks, cases.explain_breach(case, clocks[0], AMIRA, "three at once", NOON))
    assert of(e.CaseClosed, cases.close(case, clocks, AMIRA, "safe", "", NOON))
