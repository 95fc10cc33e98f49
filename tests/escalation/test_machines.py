"""Whatever happens in whatever order: nobody is lost, nothing is lowered by machine, no clock is set back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import events as e
from core.errors import Conflict
from core.ids import ConversationId, LineId, StaffId, fresh
from core.priority import Priority
from escalation import case as cases
from escalation import ladder, queue
from escalation.clocks import CLOCK, ClockState

STAFF = st.sampled_from([StaffId("amira"), StaffId("ben")])
PRIORITIES = st.sampled_from(list(Priority))
LEASE = timedelta(seconds=90)


@pytest.mark.parametrize(
    ("table", "states"),
    [(cases.CASE, cases.CaseState), (cases.HOLD, cases.HoldState), (cases.TRANSFER, cases.TransferState), (CLOCK, ClockState)],
)
def test_every_state_can_be_reached(table, states):
    assert table.reachable() == frozenset(states)


class OneCase(RuleBasedStateMachine):
    @initialize(priority=PRIORITIES)
    def start(self, priority):
        self.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
        self.seq, self.timers, self.keys, self.offer = 1, {}, set(), None
        self.case, self.clocks = None, ()
        self.take(
            cases.open_case(
                conversation=ConversationId("talk"), line=LineId("teens"), priority=priority, cause="screened", rule=None, seq=1,
                since=self.now, now=self.now,
            )
        )  # fmt: skip

    def take(self, events):
        before = {clock.kind: clock for clock in self.clocks}
        self.case, self.clocks = cases.fold(self.case, self.clocks, events)
        for clock in self.clocks:
            if was := before.get(clock.kind):
                assert clock.started_at == was.started_at
                assert clock.due_at <= was.due_at
        new = {event.key: event for event in events if isinstance(event, e.TimerSet)}
        assert not new.keys() & self.keys
        self.keys |= new.keys()
        self.timers |= new
        for event in events:
            match event:
                case e.TimersCancelled(prefix=prefix):  # as storage does it: after the batch's inserts
                    self.timers = {key: timer for key, timer in self.timers.items() if not key.startswith(prefix)}
                case e.TransferOffered():
                    self.offer = cases.Transfer(
                        event.transfer, event.case, event.by, event.to, cases.TransferState.OFFERED, event.expires_at
                    )
                case e.TransferAccepted() | e.TransferEnded():
                    self.offer = None

    def attempt(self, decide, *arguments, **named):
        try:
            events = decide(*arguments, **named)
        except Conflict:
            return
        self.take(events)

    @rule(staff=STAFF)
    def claim(self, staff):
        self.attempt(cases.claim, self.case, staff, self.now, LEASE, 0, 3)

    @rule(staff=STAFF)
    def release(self, staff):
        self.attempt(cases.release, self.case, self.clocks, staff, "shift over", self.now)

    @rule()
    def lapse(self):
        self.attempt(cases.lapse, self.case, self.clocks, self.now)

    @rule(staff=STAFF)
    def reply(self, staff):
        self.seq += 1
        self.attempt(cases.reply, self.case, self.clocks, staff, self.seq, "Hello", str(self.seq), self.now)

    @rule(priority=PRIORITIES)
    def screened(self, priority):
        self.seq += 1
        was = self.case.priority
        self.attempt(cases.raise_case, self.case, self.clocks, priority, "screened", "r", self.seq, self.now, self.now)
        assert self.case.priority.rank <= was.rank

    @rule(priority=PRIORITIES, staff=STAFF)
    def judged(self, priority, staff):
        self.attempt(cases.change_priority, self.case, self.clocks, staff, priority, "we talked", self.now)

    @rule(staff=STAFF)
    def decide(self, staff):
        self.attempt(cases.decide_emergency, self.case, self.clocks, staff, "kept_talking", "safe with mum", self.now)

    @rule(staff=STAFF, to=STAFF)
    def offer_it(self, staff, to):
        offered = self.offer is not None
        self.attempt(cases.offer_transfer, self.case, staff, to, "r", "", self.now, timedelta(seconds=60), offered=offered)

    @rule()
    def accept(self):
        if self.offer:
            self.attempt(cases.accept_transfer, self.case, self.offer, self.offer.to, self.now, LEASE, 0, 3)

    @rule()
    def decline(self):
        if self.offer:
            self.attempt(cases.decline_transfer, self.offer, self.offer.to)

    @rule(staff=STAFF)
    def explain(self, staff):
        for clock in self.clocks:
            self.attempt(cases.explain_breach, self.case, clock, staff, "three at once", self.now)

    @rule(staff=STAFF)
    def close(self, staff):
        self.attempt(cases.close, self.case, self.clocks, staff, "safe", "call tomorrow", self.now)

    @rule(seconds=st.sampled_from([1, 30, 60, 120, 300, 3600, 90000]))
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)
        for key, timer in sorted(self.timers.items(), key=lambda one: one[1].due_at):
            if timer.due_at <= self.now and key in self.timers:
                del self.timers[key]
                events = ladder.fire(timer.kind, key, timer.data, self.case, self.clocks, self.now, fresh)
                assert events[0] == e.TimerFired(key)
                self.take(events)
                if timer.kind == "transfer" and self.offer:
                    self.take(cases.time_out_transfer(self.offer))

    @invariant()
    def nobody_is_lost(self):
        if not self.case.is_closed:
            queued = queue.in_order([self.case], {self.case.id: self.clocks}) == (self.case,)
            assert queued != (self.case.holder is not None)

    @invariant()
    def every_running_clock_will_be_called_due(self):
        if not self.case.is_closed:
            for clock in self.clocks:
                if clock.runs:
                    assert any(
                        timer.data.get("clock") == clock.kind and timer.data["step"] == "due" and timer.due_at == clock.due_at
                        for timer in self.timers.values()
                    )

    @invariant()
    def a_closed_case_keeps_no_timers_but_an_offer_s(self):
        if self.case.is_closed:
            assert {timer.kind for timer in self.timers.values()} <= {"transfer"}
            assert not any(clock.runs for clock in self.clocks)


TestOneCase = OneCase.TestCase
TestOneCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
