"""Handing a case to a named colleague, who must say yes; until then its holder holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core import events as e
from core import ids
from core.errors import Conflict, NotAllowed
from core.ids import CaseId, Fresh, StaffId, TransferId
from core.transitions import Transitions
from escalation.claim import CASE, Case, CaseMove, ClaimLost, TooManyHeld, held_by


class TransferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TIMED_OUT = "timed_out"


class TransferMove(StrEnum):
    ACCEPT = "accepted"
    DECLINE = "declined"
    WITHDRAW = "withdrawn"
    TIME_OUT = "timed out"


TRANSFER: Transitions[TransferState, TransferMove] = Transitions(
    "transfer",
    TransferState.OFFERED,
    {
        (TransferState.OFFERED, TransferMove.ACCEPT): TransferState.ACCEPTED,
        (TransferState.OFFERED, TransferMove.DECLINE): TransferState.DECLINED,
        (TransferState.OFFERED, TransferMove.WITHDRAW): TransferState.WITHDRAWN,
        (TransferState.OFFERED, TransferMove.TIME_OUT): TransferState.TIMED_OUT,
    },
)


@dataclass(frozen=True, slots=True)
class Transfer:
    id: TransferId
    case: CaseId
    by: StaffId
    to: StaffId
    state: TransferState
    expires_at: datetime


def offer_transfer(
    case: Case, by: StaffId, to: StaffId, reason: str, note: str, now: datetime, wait: timedelta, *,
    offered: bool = False, fresh: Fresh = ids.fresh,
) -> tuple[e.Event, ...]:  # fmt: skip
    """Ask one colleague to take it. `offered` says that another offer of this case still waits."""
    held_by(case, by)
    if by == to:
        raise Conflict("You hold this case already. Choose someone else.")
    if offered:
        raise Conflict("This case is being offered to someone. Wait for an answer, or withdraw the offer.")
    transfer, expires_at = TransferId(fresh(now)), now + wait
    return (
        e.TransferOffered(transfer, case.id, case.conversation, by, to, reason, note, expires_at),
        e.TimerSet(_timer(case.id, transfer), "transfer", expires_at, case.id, {"transfer": transfer}),
    )


def accept_transfer(
    case: Case, transfer: Transfer, staff: StaffId, now: datetime, lease: timedelta, holding: int, cap: int
) -> tuple[e.Event, ...]:
    """The case changes hands at one instant; its clocks run on."""
    _answered_by(transfer.to, staff)
    TRANSFER.after(transfer.state, TransferMove.ACCEPT)
    if case.id != transfer.case or case.holder != transfer.by or now >= transfer.expires_at:
        raise ClaimLost("This offer no longer stands. The case has moved on.")
    CASE.after(case.state, CaseMove.TRANSFER)
    if holding >= cap:
        raise TooManyHeld
    return (
        e.TransferAccepted(transfer.id, case.id, case.conversation, transfer.by, staff, now + lease),
        e.TimersCancelled(case.id, _timer(case.id, transfer.id)),
    )


def decline_transfer(transfer: Transfer, staff: StaffId) -> tuple[e.Event, ...]:
    _answered_by(transfer.to, staff)
    return _end(transfer, TransferMove.DECLINE, staff)


def withdraw_transfer(transfer: Transfer, staff: StaffId) -> tuple[e.Event, ...]:
    _answered_by(transfer.by, staff)
    return _end(transfer, TransferMove.WITHDRAW, staff)


def time_out_transfer(transfer: Transfer) -> tuple[e.Event, ...]:
    return _end(transfer, TransferMove.TIME_OUT, None)


def _answered_by(asked: StaffId, staff: StaffId) -> None:
    if asked != staff:
        raise NotAllowed("This offer is between two other people.")


def _end(transfer: Transfer, move: TransferMove, staff: StaffId | None) -> tuple[e.Event, ...]:
    became = TRANSFER.after(transfer.state, move)
    return (
        e.TransferEnded(transfer.id, transfer.case, became.value, staff),
        e.TimersCancelled(transfer.case, _timer(transfer.case, transfer.id)),
    )


def _timer(case: CaseId, transfer: TransferId) -> str:
    return f"{case}:transfer:{transfer}"
