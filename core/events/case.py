"""A case, from its opening to its close."""

from dataclasses import dataclass
from datetime import datetime

from core.events.event import Event
from core.ids import CaseId, ConversationId, LineId, StaffId, TransferId
from core.priority import Priority


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """`cause` says why: screened, asked_for_person, flow, turn_failed. `rule` is the lexicon rule, where one fired."""

    case: CaseId
    conversation: ConversationId
    line: LineId
    priority: Priority
    cause: str
    rule: str | None
    seq: int
    since: datetime


@dataclass(frozen=True, slots=True)
class PriorityRaised(Event):
    """The machine raised it: a later message read as more pressing. Nothing but a clinician lowers it again."""

    case: CaseId
    was: Priority
    became: Priority
    cause: str
    rule: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class PriorityChanged(Event):
    """A clinician changed it, up or down, with a reason."""

    case: CaseId
    was: Priority
    became: Priority
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class CaseClaimed(Event):
    case: CaseId
    conversation: ConversationId
    staff: StaffId
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class CaseReleased(Event):
    """Given back to the queue by its holder, clocks untouched."""

    case: CaseId
    conversation: ConversationId
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimLapsed(Event):
    """The holder's browser went quiet; the case is back in the queue, clocks untouched."""

    case: CaseId
    conversation: ConversationId
    staff: StaffId


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    case: CaseId
    conversation: ConversationId
    staff: StaffId
    outcome: str
    agreed: str


@dataclass(frozen=True, slots=True)
class EmergencyDecided(Event):
    """999 called, police welfare check, parent or carer contacted, or kept talking because…"""

    case: CaseId
    staff: StaffId
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    """Staff's own words about a case; never shown to the young person."""

    note: str
    case: CaseId
    conversation: ConversationId
    staff: StaffId
    text: str


@dataclass(frozen=True, slots=True)
class TransferOffered(Event):
    transfer: TransferId
    case: CaseId
    conversation: ConversationId
    by: StaffId
    to: StaffId
    reason: str
    note: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TransferAccepted(Event):
    """The case changes hands: the old claim ends and the new one starts at one instant."""

    transfer: TransferId
    case: CaseId
    conversation: ConversationId
    by: StaffId
    to: StaffId
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class TransferEnded(Event):
    """Declined, timed out or withdrawn: the holder still holds."""

    transfer: TransferId
    case: CaseId
    became: str
    staff: StaffId | None
