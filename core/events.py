"""Everything that can happen, in the past tense.

Decisions return these; `storage.record` alone writes them. An event carries plain values and never a
database's or a provider's types. `seq` is a message's place in its conversation, counted from 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.ids import AlarmId, CaseId, ConversationId, LineId, ShiftId, StaffId, TransferId
from core.messages import Channel, Reading
from core.priority import Priority


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Subclasses say what."""


# --- the talk -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConversationStarted(Event):
    conversation: ConversationId
    line: LineId
    channel: Channel
    code_name: str
    token: str | None = None
    address: str | None = None
    previous: ConversationId | None = None


@dataclass(frozen=True, slots=True)
class MessageReceived(Event):
    """A person's words, and what screening read in them."""

    conversation: ConversationId
    seq: int
    channel: Channel
    provider_id: str
    text: str
    received_at: datetime
    reading: Reading


@dataclass(frozen=True, slots=True)
class BotSaid(Event):
    """Scripted words. `step` is `flow/step` or the key of the wording, so that each can be traced to its sign-off."""

    conversation: ConversationId
    seq: int
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class SystemSaid(Event):
    """A fact about the talk itself, shown to the young person ("Amira, a mental health nurse, is here now")."""

    conversation: ConversationId
    seq: int
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class StaffSaid(Event):
    conversation: ConversationId
    case: CaseId
    seq: int
    staff: StaffId
    text: str
    client_id: str
    quick_reply: str | None = None


@dataclass(frozen=True, slots=True)
class TalkMoved(Event):
    """Where the talk stands now: the flow's session and the recent window that screening reads split messages with."""

    conversation: ConversationId
    session: Mapping[str, Any] | None
    window: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationEnded(Event):
    """`by` is person, staff, bot or left (Leave now)."""

    conversation: ConversationId
    by: str


@dataclass(frozen=True, slots=True)
class ConversationReopened(Event):
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class LeftQuickly(Event):
    """Leave now was pressed: it may not be safe to message this person."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class ReturnCodeGiven(Event):
    """Three words that open this conversation again; only a keyed hash of them is kept."""

    conversation: ConversationId
    code: str


@dataclass(frozen=True, slots=True)
class TokenGiven(Event):
    """A new key to this conversation, for a browser that came back with the code. The old key stops working."""

    conversation: ConversationId
    token: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven(Event):
    """What the person thought of us, kept where clinicians cannot see it."""

    conversation: ConversationId
    line: LineId
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TurnFailed(Event):
    """The service could not handle this message three times; a case for a human stands beside this event."""

    conversation: ConversationId
    seq: int
    error: str


# --- the case -------------------------------------------------------------------------------------------------


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


# --- clocks, ladder, alarms -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClockStarted(Event):
    case: CaseId
    kind: str
    started_at: datetime
    due_at: datetime
    policy: str


@dataclass(frozen=True, slots=True)
class ClockHastened(Event):
    """A raise brought the due time forward; it never moves back by machine."""

    case: CaseId
    kind: str
    due_at: datetime
    policy: str


@dataclass(frozen=True, slots=True)
class ClockWarned(Event):
    case: CaseId
    kind: str
    percent: int


@dataclass(frozen=True, slots=True)
class ClockMet(Event):
    """What the clock asked for was done. After a miss this says when it was done at last."""

    case: CaseId
    kind: str
    staff: StaffId


@dataclass(frozen=True, slots=True)
class ClockMissed(Event):
    case: CaseId
    kind: str


@dataclass(frozen=True, slots=True)
class ClockCancelled(Event):
    """No longer asked for: the case was closed, or its priority was changed by a clinician."""

    case: CaseId
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class BreachExplained(Event):
    case: CaseId
    kind: str
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class TimerSet(Event):
    """Something to do at an instant. `key` is unique for ever, so it is set once and fires once."""

    key: str
    kind: str
    due_at: datetime
    case: CaseId | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimersCancelled(Event):
    """The timers of a case that begin with `prefix` and have not fired will not fire."""

    case: CaseId
    prefix: str


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    key: str


@dataclass(frozen=True, slots=True)
class AlarmRaised(Event):
    """A person must look. `audience` is everyone, supervisor or on_call; `page` also sends it out of the building."""

    alarm: AlarmId
    case: CaseId | None
    step: str
    audience: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class AlarmAcknowledged(Event):
    alarm: AlarmId
    staff: StaffId


# --- staff ----------------------------------------------------------------------------------------------------


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


# --- who looked ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TranscriptRead(Event):
    """A member of staff saw a person's words; `reason` is asked of those who do not hold the case."""

    conversation: ConversationId
    staff: StaffId
    reason: str


@dataclass(frozen=True, slots=True)
class TranscriptsSearched(Event):
    """`fields` names what was searched by, never the words."""

    staff: StaffId
    fields: tuple[str, ...]
    results: int


@dataclass(frozen=True, slots=True)
class KeysRotated(Event):
    """Sealed columns were sealed again under the newest key."""

    key: str
    rows: int


@dataclass(frozen=True, slots=True)
class Act:
    """What one actor did at one instant: the unit of the audit chain.

    `actor` is `person`, `bot`, `watch`, `system`, or `staff:<id>`; an act without an actor cannot be made.
    """

    at: datetime
    actor: str
    events: tuple[Event, ...]
    conversation: ConversationId | None = None
    case: CaseId | None = None

    def __post_init__(self) -> None:
        if not self.actor:
            raise ValueError("an act has an actor")
