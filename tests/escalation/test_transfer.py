"""Handing a case to a colleague."""

from datetime import UTC, datetime, timedelta

import pytest

from core import events as e
from core.errors import Conflict, NotAllowed, TransitionRefused
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


def offered():
    case, clocks = claimed()
    events = cases.offer_transfer(case, AMIRA, BEN, "knows her", "", NOON, timedelta(seconds=60))
    (offer,) = of(e.TransferOffered, events)
    return case, clocks, cases.Transfer(offer.transfer, case.id, AMIRA, BEN, cases.TransferState.OFFERED, offer.expires_at)


def test_an_accepted_case_changes_hands_at_one_instant_and_clocks_run_on():
    case, clocks, transfer = offered()
    after, kept = cases.fold(case, clocks, cases.accept_transfer(case, transfer, BEN, NOON, LEASE, 0, 3))
    assert after.holder == BEN
    assert kept == clocks


def test_a_declined_case_stays_with_its_holder():
    case, clocks, transfer = offered()
    assert cases.fold(case, clocks, cases.decline_transfer(transfer, BEN))[0].holder == AMIRA


def test_only_the_two_it_concerns_answer():
    _, _, transfer = offered()
    with pytest.raises(NotAllowed):
        cases.decline_transfer(transfer, AMIRA)
    with pytest.raises(NotAllowed):
        cases.withdraw_transfer(transfer, BEN)


def test_an_offer_falls_when_its_holder_let_go_or_its_time_is_over():
    case, clocks, transfer = offered()
    back, _ = cases.fold(case, clocks, cases.release(case, clocks, AMIRA, "r", NOON))
    with pytest.raises(cases.ClaimLost):
        cases.accept_transfer(back, transfer, BEN, NOON, LEASE, 0, 3)
    with pytest.raises(cases.ClaimLost):
        cases.accept_transfer(case, transfer, BEN, transfer.expires_at, LEASE, 0, 3)


def test_an_offer_ends_once():
    _, _, transfer = offered()
    done = cases.Transfer(transfer.id, transfer.case, AMIRA, BEN, cases.TransferState.DECLINED, transfer.expires_at)
    with pytest.raises(TransitionRefused):
        cases.time_out_transfer(done)


def test_a_case_is_not_offered_to_its_holder_or_twice():
    case, _ = claimed()
    for to, waiting in ((AMIRA, False), (BEN, True)):
        with pytest.raises(Conflict):
            cases.offer_transfer(case, AMIRA, to, "r", "", NOON, LEASE, offered=waiting)
