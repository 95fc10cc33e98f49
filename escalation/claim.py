"""A case, and who holds it: exactly one person, or nobody and it stands in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core import events as e
from core import ids
from core.errors import Conflict
from core.ids import CaseId, ConversationId, Fresh, LineId, StaffId
from core.priority import Priority
from core.transitions import Transitions
from escalation import ladder
from escalation.clocks import Clock


class ClaimLost(Conflict):
    """Someone else has this one. Take the next."""

    code = "claim_lost"


class TooManyHeld(Conflict):
    """You hold as many as you can look after. Close, release or transfer one first."""

    code = "too_many_held"


class NotHolder(Conflict):
    """You don't hold this case. Claim it first."""

    code = "not_holder"


class CaseState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class CaseMove(StrEnum):
    CLAIM = "claimed"
    RELEASE = "released"
    LAPSE = "lapsed"
    TRANSFER = "transferred"
    CLOSE = "closed"


CASE: Transitions[CaseState, CaseMove] = Transitions(
    "case",
    CaseState.OPEN,
    {
        (CaseState.OPEN, CaseMove.CLAIM): CaseState.CLAIMED,
        (CaseState.CLAIMED, CaseMove.RELEASE): CaseState.OPEN,
        (CaseState.CLAIMED, CaseMove.LAPSE): CaseState.OPEN,
        (CaseState.CLAIMED, CaseMove.TRANSFER): CaseState.CLAIMED,
        (CaseState.CLAIMED, CaseMove.CLOSE): CaseState.CLOSED,
    },
)


class HoldState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    LAPSED = "lapsed"
    HANDED_OVER = "handed_over"
    DONE = "done"


class HoldMove(StrEnum):
    RENEW = "renewed"
    RELEASE = "released"
    LAPSE = "lapsed"
    HAND_OVER = "handed over"
    CLOSE = "closed"


HOLD: Transitions[HoldState, HoldMove] = Transitions(
    "claim",
    HoldState.HELD,
    {
        (HoldState.HELD, HoldMove.RENEW): HoldState.HELD,
        (HoldState.HELD, HoldMove.RELEASE): HoldState.RELEASED,
        (HoldState.HELD, HoldMove.LAPSE): HoldState.LAPSED,
        (HoldState.HELD, HoldMove.HAND_OVER): HoldState.HANDED_OVER,
        (HoldState.HELD, HoldMove.CLOSE): HoldState.DONE,
    },
)


@dataclass(frozen=True, slots=True)
class Case:
    """A young person waiting for, or talking with, a member of staff. `round` counts the times it entered the queue."""

    id: CaseId
    conversation: ConversationId
    line: LineId
    priority: Priority
    state: CaseState
    holder: StaffId | None
    lease_until: datetime | None
    round: int
    since: datetime
    opened_seq: int
    answered: bool = False
    emergency_decision: str | None = None

    @property
    def is_waiting(self) -> bool:
        return self.state is CaseState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state is CaseState.CLOSED


def held_by(case: Case, staff: StaffId) -> None:
    """Raises NotHolder unless this member of staff holds the case."""
    if case.state is not CaseState.CLAIMED or case.holder != staff:
        raise NotHolder


def claim(case: Case, staff: StaffId, now: datetime, lease: timedelta, holding: int, cap: int) -> tuple[e.Event, ...]:
    """Take a waiting case. The second to try loses; nobody takes more than they can look after."""
    if not CASE.allows(case.state, CaseMove.CLAIM):
        raise ClaimLost
    if holding >= cap:
        raise TooManyHeld
    return (e.CaseClaimed(case.id, case.conversation, staff, now + lease),)


def release(
    case: Case, clocks: Sequence[Clock], staff: StaffId, reason: str, now: datetime, fresh: Fresh = ids.fresh
) -> tuple[e.Event, ...]:
    """Give it back to the queue: everyone is told at once, and its clocks run on."""
    held_by(case, staff)
    CASE.after(case.state, CaseMove.RELEASE)
    return (e.CaseReleased(case.id, case.conversation, staff, reason), *_back(case, clocks, now, fresh))


def lapse(case: Case, clocks: Sequence[Clock], now: datetime, fresh: Fresh = ids.fresh) -> tuple[e.Event, ...]:
    """Give back a case whose holder has gone quiet. Nothing happens while the lease still runs."""
    if case.holder is None or case.lease_until is None or case.lease_until > now:
        return ()
    CASE.after(case.state, CaseMove.LAPSE)
    return (e.ClaimLapsed(case.id, case.conversation, case.holder), *_back(case, clocks, now, fresh))


def _back(case: Case, clocks: Sequence[Clock], now: datetime, fresh: Fresh) -> tuple[e.Event, ...]:
    cancelled = e.TimersCancelled(case.id, f"{case.id}:ladder:{case.round}:")
    return (cancelled, *ladder.next_round(case, clocks, now, fresh))
