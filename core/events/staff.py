"""Shifts, accounts, signing in."""

from dataclasses import dataclass

from core.events.event import Event
from core.ids import LineId, ShiftId, StaffId


@dataclass(frozen=True, slots=True)
class ShiftStarted(Event):
    shift: ShiftId
    staff: StaffId
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ShiftEnded(Event):
    """`note` is the handover to whoever comes next."""

    shift: ShiftId
    staff: StaffId
    note: str


@dataclass(frozen=True, slots=True)
class StaffAdded(Event):
    """`password` and `totp` arrive hashed and sealed; they are never in the audit."""

    staff: StaffId
    username: str
    first_name: str
    job: str
    roles: tuple[str, ...]
    lines: tuple[LineId, ...]
    password_hash: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class StaffDisabled(Event):
    staff: StaffId


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    staff: StaffId


@dataclass(frozen=True, slots=True)
class SignInRefused(Event):
    """Wrong password, wrong code, disabled or throttled; the audit keeps which, the page does not say."""

    staff: StaffId | None
    why: str


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """`everywhere` ends every session of this person."""

    staff: StaffId
    everywhere: bool
