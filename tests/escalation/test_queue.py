"""Who is answered next."""

from datetime import UTC, datetime, timedelta

import pytest

from core.ids import ConversationId, LineId, StaffId
from core.priority import Priority
from escalation import case as cases
from escalation.queue import in_order, room_for

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AMIRA, BEN = StaffId("amira"), StaffId("ben")
LEASE = timedelta(seconds=90)


def opened(priority=Priority.EMERGENCY, since=NOON, now=NOON):
    events = cases.open_case(
        conversation=ConversationId("talk"), line=LineId("teens"), priority=priority, cause="screened", rule="r", seq=1,
        since=since, now=now,
    )  # fmt: skip
    return (*cases.fold(None, (), events), events)


def test_priority_comes_first_then_what_is_due_then_who_has_waited_longest():
    waiting = [
        opened(Priority.ROUTINE, NOON - timedelta(days=3)),
        opened(Priority.EMERGENCY, NOON),
        opened(Priority.EMERGENCY, NOON - timedelta(minutes=1)),
        opened(Priority.URGENT, NOON - timedelta(hours=5)),
        opened(Priority.VERY_URGENT, NOON),
    ]
    order = in_order([case for case, *_ in waiting], {case.id: clocks for case, clocks, _ in waiting})
    assert [waiting.index(next(one for one in waiting if one[0] is case)) for case in order] == [2, 1, 4, 3, 0]


def test_a_held_case_is_not_in_the_queue():
    case, clocks, _ = opened()
    case, clocks = cases.fold(case, clocks, cases.claim(case, AMIRA, NOON, LEASE, 0, 3))
    assert in_order([case], {case.id: clocks}) == ()


def test_nobody_holds_more_than_three_or_two_who_need_them_now():
    room_for(Priority.EMERGENCY, [Priority.URGENT, Priority.ROUTINE])
    room_for(Priority.URGENT, [Priority.EMERGENCY])
    with pytest.raises(cases.TooManyHeld):
        room_for(Priority.ROUTINE, [Priority.ROUTINE] * 3)
    with pytest.raises(cases.TooManyHeld):
        room_for(Priority.VERY_URGENT, [Priority.EMERGENCY])
